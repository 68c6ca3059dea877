/** What is in an open capsule, for as long as its window lasts. */

import type { Manifest } from "../core/index.ts";
import { closed } from "./closed.ts";
import { button, h, quoted, t } from "./dom.ts";
import { verbatim, words, type Said } from "./language.ts";
import { lookUp } from "./look-up.ts";
import { notice } from "./notice.ts";
import { alertBox, explain } from "./problem.ts";
import type { Session } from "./session.ts";
import { announce, bar, show } from "./stage.ts";
import { tablePart } from "./table-part.ts";

const LOOK_EVERY = 5000; // ms; a timer until the end would stop while the PC sleeps
const WARN = 10; // minutes

type File = Manifest["files"][number];

/** Show it. Where there is one thing to show, it stands there at once. */
export async function content(session: Session): Promise<void> {
    const { manifest } = session;
    const shown = manifest.files.filter((file) => file.form !== "question");
    const place = h("div", { id: "file", class: "file" });
    const ends = t("p", "open.honest", {}, { class: "hint" });
    const stop = watch(session, ends);
    const close = (): void => {
        stop();
        closed(session, "closed.closed");
    };
    let picked = 0;
    const buttons = shown.map((file) =>
        h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => void pick(file) }, file.form === "answers" ? words("lookup.title") : verbatim(file.name)),
    );
    const pick = async (file: File): Promise<void> => {
        buttons.forEach((each, i) => each.setAttribute("aria-pressed", String(shown[i] === file)));
        picked++;
        const mine = picked;
        await fill(session, place, file, () => mine === picked);
    };
    show({
        name: "content",
        title: shown.some((file) => file.form === "answers") && shown.length === 1 ? "lookup.title" : "open.title",
        body: [
            ends,
            shown.length > 1 ? h("nav", { class: "files", "aria-label": words("open.files") }, ...buttons) : null,
            place,
            facts(manifest),
            h("p", { class: "actions" }, button("open.close", close)),
        ],
    });
    const first = shown.find((file) => file.form === "answers") ?? shown[0];
    if (first) await pick(first);
}

async function fill(session: Session, place: HTMLElement, file: File, wanted: () => boolean): Promise<void> {
    const progress = bar(words("opening.reading", { name: file.name }));
    place.replaceChildren(progress.element);
    try {
        const part = await partOf(session, file, progress.move);
        if (wanted()) place.replaceChildren(part);
    } catch (error) {
        if (wanted() && session.opened) place.replaceChildren(alertBox(explain(error)));
    } finally {
        announce(null);
    }
}

function partOf(session: Session, file: File, progress: (done: number, all: number) => void): Promise<HTMLElement> {
    if (file.form === "answers") return lookUp(session, file, progress);
    if (file.form === "table") return tablePart(session, file, progress);
    return notice(session, file, progress);
}

function facts(manifest: Manifest): HTMLElement {
    const rows: readonly [HTMLElement, HTMLElement][] = [
        [t("dt", "open.purpose"), h("dd", {}, quoted(manifest.purposes.map((purpose) => purpose.title).join("、")))],
        [t("dt", "open.controller"), h("dd", {}, quoted(manifest.controller))],
        [t("dt", "open.recipient"), h("dd", {}, quoted(manifest.recipient))],
        [t("dt", "open.people"), t("dd", "open.people.count", { people: manifest.people })],
        [t("dt", "open.until"), h("dd", {}, at(manifest.not_after))],
        [t("dt", "open.due"), h("dd", {}, at(manifest.due))],
        [t("dt", "open.slip"), h("dd", {}, verbatim(manifest.slip))],
    ];
    return h("details", { class: "facts" }, t("summary", "open.facts"), h("dl", {}, ...rows.map((row) => h("div", {}, ...row))));
}

function at(time: string): Said {
    return words("page.time", { time });
}

/** Wipe the page at the end of the window, and say beforehand that it comes. */
function watch(session: Session, place: HTMLElement): () => void {
    const end = Date.parse(session.manifest.not_after);
    let warned = false;
    const look = (): void => {
        const left = end - Date.now();
        if (left <= 0) {
            stop();
            closed(session, "closed.ended");
        } else if (left < WARN * 60_000 && !warned) {
            warned = true;
            const warning = words("open.ends", { minutes: Math.ceil(left / 60_000) });
            place.before(h("p", { class: "caveat" }, warning));
            announce(warning);
        }
    };
    const timer = setInterval(look, LOOK_EVERY);
    document.addEventListener("visibilitychange", look);
    const stop = (): void => {
        clearInterval(timer);
        document.removeEventListener("visibilitychange", look);
    };
    queueMicrotask(look); // once it is shown
    return stop;
}
