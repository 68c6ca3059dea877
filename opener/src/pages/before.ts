/** The steps before a release is asked for: the capsule, the recipient's key, and what will be recorded. */

import { isLocked, OpenerError } from "../core/index.ts";
import { breathe, button, complain, field, h, t } from "./dom.ts";
import { words } from "./language.ts";
import { explain } from "./problem.ts";
import type { Session } from "./session.ts";
import { announce, show } from "./stage.ts";
import { askForWay } from "./way.ts";

/** Whether the capsule is in this page, which makes one step less. */
export interface Origin {
    readonly embedded: Blob | null;
}

const STEPS = 5;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Return where a step stands for who came this way. */
export function step(origin: Origin, number: number): readonly [number, number] {
    return origin.embedded ? [number - 1, STEPS - 1] : [number, STEPS];
}

/** Ask for the capsule beside this page. */
export function askForFile(session: Session): void {
    const input = h("input", { type: "file", accept: ".age" });
    const take = async (file: File | undefined): Promise<void> => {
        if (!file) return;
        complain(input, null);
        announce(words("file.looking"));
        try {
            await session.look(file, file.name);
            await askForKey(session, { embedded: null });
        } catch (error) {
            announce(null);
            complain(input, explain(error));
        }
    };
    input.addEventListener("change", () => void take(input.files?.[0]));
    const place = h(
        "div",
        {
            class: "drop",
            ondragover: (event: Event) => event.preventDefault(),
            ondrop: (event: Event) => {
                event.preventDefault();
                void take((event as DragEvent).dataTransfer?.files[0]);
            },
        },
        field("capsule", "file.label", input),
    );
    show({ name: "file", title: "file.title", step: step({ embedded: null }, 1), body: [t("p", "file.lead", {}, { class: "lead" }), place] });
}

/** Ask for the recipient's key: without it nothing can be asked of the office. */
export async function askForKey(session: Session, origin: Origin): Promise<void> {
    if (origin.embedded) await session.look(origin.embedded, "OPEN.html");
    const input = h("input", { type: "file" });
    const passphrase = h("input", { type: "password", autocomplete: "off" });
    const secret = h("div", { hidden: true }, field("passphrase", "key.passphrase", passphrase, "key.passphrase.hint"));
    input.addEventListener("change", async () => {
        complain(input, null);
        const start = await input.files?.[0]?.slice(0, 64).arrayBuffer();
        secret.hidden = !(start && isLocked(new Uint8Array(start)));
        if (!secret.hidden) passphrase.focus();
    });
    const next = h("button", { class: "main" }, words("page.next"));
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const key = input.files?.[0];
        complain(input, key ? null : words("key.missing"));
        complain(passphrase, null);
        if (!key) return input.focus();
        next.disabled = true;
        announce(words("key.checking"));
        await breathe();
        try {
            await session.unlock(key, secret.hidden ? undefined : passphrase.value);
            askForPurpose(session, origin);
        } catch (error) {
            const about = error instanceof OpenerError && error.key === "identity.wrong_passphrase" ? passphrase : input;
            complain(about, explain(error));
            about.focus();
        } finally {
            announce(null);
            next.disabled = false;
        }
    };
    const { name, size } = session.capsule;
    show({
        name: "key",
        title: "key.title",
        step: step(origin, 2),
        body: [
            t("p", "key.lead", {}, { class: "lead" }),
            origin.embedded ? null : t("p", "key.capsule", { name, size: inBytes(size) }, { class: "hint" }),
            h(
                "form",
                { onsubmit: submit, novalidate: true },
                field("key", "key.label", input),
                secret,
                h(
                    "p",
                    { class: "actions" },
                    next,
                    origin.embedded ? null : button("page.back", () => askForFile(session), "quiet"),
                ),
            ),
        ],
    });
}

/** Say what will be recorded, and let the person confirm it. */
export function askForPurpose(session: Session, origin: Origin): void {
    const box = h("input", { type: "checkbox", id: "acknowledged", "aria-describedby": "acknowledged-error" });
    const purpose = h("textarea", { rows: 2, maxlength: 300, autocomplete: "off", spellcheck: "false" });
    purpose.value = session.purpose;
    const submit = (event: Event): void => {
        event.preventDefault();
        complain(box, box.checked ? null : words("purpose.ack.missing"));
        if (!box.checked) return box.focus();
        session.purpose = purpose.value.replace(UNSEEN, " ").trim(); // what no screen shows is refused by the office
        askForWay(session, origin);
    };
    const recorded = (["copy", "who", "approved", "ack.recorded", "typed.recorded"] as const).map((each) => t("li", `purpose.${each}`));
    show({
        name: "purpose",
        title: "purpose.title",
        step: step(origin, 3),
        body: [
            t("p", "purpose.lead", {}, { class: "lead" }),
            h("ul", {}, ...recorded),
            h(
                "form",
                { onsubmit: submit, novalidate: true },
                field("purpose", "purpose.text", purpose, "purpose.text.hint"),
                h(
                    "div",
                    { class: "field" },
                    h("p", { class: "check" }, box, h("label", { for: "acknowledged" }, words("purpose.ack"))),
                    h("p", { class: "wrong", id: "acknowledged-error", role: "alert" }),
                ),
                h(
                    "p",
                    { class: "actions" },
                    h("button", { class: "main" }, words("page.next")),
                    button("page.back", () => void askForKey(session, origin), "quiet"),
                ),
            ),
        ],
    });
}

function inBytes(size: number): string {
    const unit = size >= 1e9 ? (["GB", 1e9] as const) : size >= 1e6 ? (["MB", 1e6] as const) : (["kB", 1e3] as const);
    return `${(size / unit[1]).toFixed(1)} ${unit[0]}`;
}
