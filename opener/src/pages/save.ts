/** Saving a table where it was approved: said plainly first, whole or not at all. A page cannot watch what is saved. */

import type { Sink } from "../core/index.ts";
import { button, complain, h, t } from "./dom.ts";
import { words } from "./language.ts";
import { explain } from "./problem.ts";
import type { Session } from "./session.ts";
import { announce, bar } from "./stage.ts";

interface Picker {
    showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<{ createWritable(): Promise<Writable> }>;
}

interface Writable {
    write(data: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
}

const LARGEST_DOWNLOAD = 400e6; // a browser's own download of a Blob stalls above (capsule reference, section 10.3)

/** Make the button that leads to the warning; null where nothing may be saved. */
export function saveButton(session: Session, name: string): HTMLElement | null {
    if (!session.manifest.allow_save) return null;
    return button("save.button", () => warn(session, name), "quiet");
}

/** Let the browser download something that holds nothing personal, or that was confirmed. */
export function download(content: Blob, name: string): void {
    const url = URL.createObjectURL(content);
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function warn(session: Session, name: string): void {
    const { people, due } = session.manifest;
    const box = h("input", { type: "checkbox", id: "save-confirmed", "aria-describedby": "save-confirmed-error" });
    const place = h("div");
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        complain(box, box.checked ? null : words("purpose.ack.missing"));
        if (!box.checked) return box.focus();
        const progress = bar(words("page.working"));
        place.replaceChildren(progress.element);
        try {
            await save(session, name, (done, all) => progress.move(done, all));
            dialog.close();
        } catch (error) {
            const given_up = error instanceof DOMException && error.name === "AbortError";
            place.replaceChildren(...(given_up ? [] : [t("p", "save.failed", {}, { role: "alert", class: "wrong" }), h("p", {}, explain(error))]));
        }
    };
    const dialog: HTMLDialogElement = h(
        "dialog",
        { "aria-labelledby": "save-title", onclose: () => dialog.remove() },
        h(
            "form",
            { onsubmit: submit, novalidate: true },
            t("h2", "save.title", {}, { id: "save-title" }),
            t("p", "save.warning", { people }, { class: "caveat" }),
            t("p", "save.duty", { due }),
            h("p", { class: "check" }, box, h("label", { for: "save-confirmed" }, words("save.confirm"))),
            h("p", { class: "wrong", id: "save-confirmed-error", role: "alert" }),
            place,
            h("p", { class: "actions" }, button("save.cancel", () => dialog.close(), "quiet"), h("button", { class: "main" }, words("save.go"))),
        ),
    );
    document.getElementById("app")?.append(dialog);
    dialog.showModal();
}

async function save(session: Session, name: string, progress: (done: number, all: number) => void): Promise<void> {
    const capsule = session.opened;
    const size = session.manifest.files.find((file) => file.name === name)?.size ?? 0;
    if (!capsule) return;
    const plain = name.split("/").at(-1) ?? name;
    const sink = (await picked(plain)) ?? memory(plain, size);
    await capsule.save(name, sink, progress);
    session.saved++;
    announce(words(sink instanceof Memory ? "save.started" : "save.done"));
}

/** Ask where to save; what is written stays invisible until it is closed. Null where the browser or its policy has no picker. */
async function picked(name: string): Promise<Sink | null> {
    try {
        const chosen = await (window as Picker).showSaveFilePicker?.({ suggestedName: name });
        return chosen ? await chosen.createWritable() : null;
    } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") throw error;
        return null;
    }
}

class Memory implements Sink {
    #parts: BlobPart[] = [];

    constructor(private readonly name: string) {}

    write(data: Uint8Array<ArrayBuffer>): Promise<void> {
        this.#parts.push(data.slice());
        return Promise.resolve();
    }

    close(): Promise<void> {
        download(new Blob(this.#parts, { type: "application/octet-stream" }), this.name);
        return this.abort();
    }

    abort(): Promise<void> {
        this.#parts = [];
        return Promise.resolve();
    }
}

function memory(name: string, size: number): Sink {
    if (size > LARGEST_DOWNLOAD) throw new RangeError("too large for a download");
    return new Memory(name);
}
