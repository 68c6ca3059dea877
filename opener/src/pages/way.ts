/** How the release comes: over the network, by telephone, by QR code, or as a file. */

import type { RelayQuestion } from "../core/index.ts";
import { askForPurpose, step, type Origin } from "./before.ts";
import { codeFields } from "./code-fields.ts";
import { complain, button, field, h, t } from "./dom.ts";
import { verbatim, words } from "./language.ts";
import { online } from "./online.ts";
import { opening } from "./opening.ts";
import { alertBox, explain } from "./problem.ts";
import { download } from "./save.ts";
import type { Session } from "./session.ts";
import { show } from "./stage.ts";

type Way = "online" | "phone" | "qr" | "file";

/** Let the person choose; only what this office and this page can do is offered. */
export function askForWay(session: Session, origin: Origin, error?: unknown): void {
    const { office, shares } = session;
    const ways: readonly [Way, boolean][] = [
        ["online", office.url !== ""],
        ["phone", true],
        ["qr", office.relay !== null],
        ["file", true],
    ];
    const choices = ways.filter(([, possible]) => possible).map(([way]) => choice(way, () => go(session, origin, way), office.url));
    show({
        name: "way",
        title: "way.title",
        step: step(origin, 4),
        body: [
            error === undefined ? null : alertBox(explain(error)),
            shares.need > 1 ? t("p", "way.several", shares, { class: "lead" }) : null,
            t("p", "way.lead", {}, { class: "lead" }),
            h("ul", { class: "choices" }, ...choices),
            h("p", { class: "actions" }, button("page.back", () => askForPurpose(session, origin), "quiet")),
        ],
    });
}

function choice(way: Way, go: () => void, url: string): HTMLElement {
    const hint = `way-${way}-hint`;
    const host = way === "online" ? new URL(url).host : "";
    return h(
        "li",
        {},
        h("button", { type: "button", class: "choice", id: `way-${way}`, "aria-describedby": hint, onclick: go }, words(`way.${way}`)),
        t("p", `way.${way}.hint`, { host }, { class: "hint", id: hint }),
    );
}

function go(session: Session, origin: Origin, way: Way): void {
    const question = way === "qr" ? session.relay() : null;
    if (way === "online") online(session, origin);
    else if (way === "file") byFile(session, origin);
    else if (question) byCode(session, origin, "qr", qr(question), (code) => session.relayed(code));
    else byCode(session, origin, "phone", telephone(session), (code) => session.voice(code));
}

/** Show how a code comes, and take its 48 digits; they may be wrong as often as they are. */
function byCode(session: Session, origin: Origin, way: "phone" | "qr", body: Node[], give: (code: string) => void): void {
    const openIt = h("button", { class: "main" }, words("code.open"));
    const fields = codeFields(() => openIt.focus());
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const code = fields.read();
        if (code === null) return;
        try {
            give(code);
        } catch (error) {
            return fields.refuse(explain(error));
        }
        await opening(session, origin);
    };
    show({
        name: way,
        title: `${way}.title`,
        step: step(origin, 5),
        body: [
            ...body,
            h("form", { onsubmit: submit, novalidate: true }, fields.element, h("p", { class: "actions" }, openIt, back(session, origin))),
            way === "phone" ? t("p", "phone.caveat", {}, { class: "caveat" }) : null,
        ],
    });
}

function telephone(session: Session): Node[] {
    const groups = session.challenge.split(" ").map((group) => h("span", {}, verbatim(group)));
    return [
        h(
            "ol",
            { class: "steps" },
            t("li", "phone.1"),
            h(
                "li",
                {},
                t("p", "phone.2"),
                h("p", { class: "challenge", role: "group", "aria-label": words("phone.challenge") }, ...groups),
            ),
            t("li", "phone.3"),
        ),
    ];
}

function qr(question: RelayQuestion): Node[] {
    const text = h("details", {}, t("summary", "qr.text"), h("p", { class: "code-text" }, verbatim(question.text)));
    return [h("ol", { class: "steps" }, h("li", {}, t("p", "qr.1"), image(question.modules), text), t("li", "qr.2"))];
}

/** Draw the modules, dark on light in every colour scheme. */
function image(modules: readonly (readonly boolean[])[]): Element {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const dark = modules.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    path.setAttribute("d", dark.join(""));
    svg.setAttribute("viewBox", `0 0 ${modules.length} ${modules.length}`);
    svg.setAttribute("aria-hidden", "true");
    svg.append(path);
    return h("div", { class: "qr", role: "img", "aria-label": words("qr.image") }, svg);
}

function byFile(session: Session, origin: Origin): void {
    const input = h("input", { type: "file" });
    const take = async (): Promise<void> => {
        const file = input.files?.[0];
        if (!file) return;
        try {
            await session.answered(file);
        } catch (error) {
            return complain(input, explain(error));
        }
        await opening(session, origin);
    };
    input.addEventListener("change", () => void take());
    const save = async (): Promise<void> => download(await session.requestFile(), "release-request.json");
    show({
        name: "relay",
        title: "relay.title",
        step: step(origin, 5),
        body: [
            h(
                "ol",
                { class: "steps" },
                h("li", {}, t("p", "relay.1"), button("relay.save", () => void save())),
                h("li", {}, t("p", "relay.2"), field("answer", "relay.answer", input)),
            ),
            h("p", { class: "actions" }, back(session, origin)),
        ],
    });
}

function back(session: Session, origin: Origin): HTMLElement {
    return button("page.back", () => askForWay(session, origin), "quiet");
}
