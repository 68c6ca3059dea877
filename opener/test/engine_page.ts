/** A page that shows nothing and lays the engine open, for the tests and measurements that drive it in real browsers. */

import * as core from "../src/core/index.ts";

const input = (id: string): void => {
    const element = document.createElement("input");
    element.type = "file";
    element.id = id;
    document.body.append(element);
};
input("capsule");
input("key");

const file = (id: string): File => (document.getElementById(id) as HTMLInputElement).files?.[0] as File;
const loaded = performance.now();
const embedded = core.embeddedCapsule(document);
const decoded = performance.now();

/** Opens the capsule that was chosen, or that the page bears, by codes or online, and reads every file through. */
async function run(codes: readonly (string | null)[] | null): Promise<Record<string, unknown>> {
    const begun = performance.now();
    const office = core.embeddedOffice(document);
    const closed = await core.lookAt(embedded ?? file("capsule"), office?.kid);
    const identities = await core.readIdentities(new Uint8Array(await file("key").arrayBuffer()));
    const unlocked = await core.unlock(closed, identities);
    const [ask] = unlocked.asks as [core.Ask];
    let released: core.Released | null = null;
    if (codes === null && office) {
        const request = await core.ReleaseRequest.make(ask, office, await core.deviceKey(), "確認", "xwing");
        released = await request.wait(() => undefined);
    }
    const spoken = (codes ?? []).map((code) => {
        const read = core.readReleaseCode(code ?? "");
        return read.ok ? read.bytes : null;
    });
    const asked = performance.now();
    const capsule = await core.open(unlocked, released ? [released.share] : spoken, core.startWorker);
    if (released) core.checkReleased(released, capsule);
    const opened = performance.now();
    let rows = 0;
    for (const { name, size } of capsule.manifest.files) {
        if (size > 200_000_000) {
            await capsule.verify(name);
        } else {
            const content = await capsule.read(name);
            for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) rows++;
        }
    }
    const { engine } = capsule;
    const files = capsule.manifest.files.map(({ name }) => name);
    capsule.close();
    const seconds = (from: number, to: number): number => Math.round(to - from) / 1000;
    return {
        engine, files, rows,
        load: seconds(0, loaded), decode: seconds(loaded, decoded), release: seconds(begun, asked),
        open: seconds(asked, opened), read: seconds(opened, performance.now()), all: seconds(begun, performance.now()),
    };
}

/** As `run`, but a refusal is given back by its key. */
const attempt = (codes: readonly (string | null)[] | null): Promise<unknown> =>
    run(codes).catch((error: unknown) => (error instanceof core.OpenerError ? { refused: error.key } : { failed: String(error) }));

Object.assign(globalThis, { core, attempt });
