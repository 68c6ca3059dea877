/** After the content: the page is wiped, and the person says what a page cannot check. */

import { button, complain, h, t } from "./dom.ts";
import { language, words, type Said } from "./language.ts";
import { download } from "./save.ts";
import type { Session } from "./session.ts";
import { show } from "./stage.ts";
import type { Key } from "./words.ts";

/** Wipe, and ask for the certificate of erasure. */
export function closed(session: Session, why: "closed.ended" | "closed.closed"): void {
    const { slip, due } = session.manifest;
    const certificate = lines(session, slip);
    const { saved } = session;
    session.wipe();
    const box = h("input", { type: "checkbox", id: "erased", "aria-describedby": "erased-error" });
    const place = h("div");
    const submit = (event: Event): void => {
        event.preventDefault();
        complain(box, box.checked ? null : words("closed.missing"));
        if (!box.checked) return box.focus();
        place.replaceChildren(shown(certificate, slip));
        place.querySelector("h2")?.focus();
    };
    show({
        name: "closed",
        title: "closed.title",
        body: [
            t("p", why, {}, { class: "lead" }),
            t("p", "closed.honest", {}, { class: "caveat screen" }),
            h(
                "div",
                { class: "screen" },
                t("h2", "closed.next"),
                h("ol", { class: "steps" }, t("li", "closed.1"), t("li", "closed.2"), t("li", "closed.3", { due })),
                h(
                    "form",
                    { onsubmit: submit, novalidate: true },
                    t("p", saved ? "closed.certify.saved" : "closed.certify.none"),
                    h("p", { class: "check" }, box, h("label", { for: "erased" }, words("closed.certify"))),
                    h("p", { class: "wrong", id: "erased-error", role: "alert" }),
                    h("p", { class: "actions" }, h("button", { class: "main" }, words("closed.certificate"))),
                ),
            ),
            place,
        ],
    });
}

/** Return what the certificate says: when and how often, never about whom. */
function lines(session: Session, slip: string): readonly Said[] {
    const opened = session.openedAt?.toISOString() ?? "";
    const said: readonly [Key, Record<string, string | number>][] = [
        ["certificate.slip", { slip }],
        ["certificate.opened", { time: opened }],
        ["certificate.closed", { time: new Date().toISOString() }],
        ["certificate.saved", { count: session.saved }],
        ["certificate.asked", { count: session.asked }],
        ["certificate.unverified", {}],
        ["certificate.sign", {}],
    ];
    return said.map(([key, values]) => words(key, values));
}

function shown(certificate: readonly Said[], slip: string): HTMLElement {
    const text = (): Blob => {
        const at = language();
        const all = [words("certificate.title"), ...certificate].map((line) => line(at));
        return new Blob([`\ufeff${all.join("\r\n")}\r\n`], { type: "text/plain" });
    };
    return h(
        "section",
        { class: "certificate" },
        t("h2", "certificate.title", {}, { tabindex: -1 }),
        ...certificate.map((line) => h("p", {}, line)),
        h(
            "p",
            { class: "actions screen" },
            button("closed.save", () => download(text(), `erasure-${slip}.txt`)),
            button("closed.print", () => window.print(), "quiet"),
        ),
    );
}
