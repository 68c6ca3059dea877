/** The finder's page: whom to call, and nothing else. Neither what is inside nor for whom, and no number to read aloud. */

import type { Office } from "../core/index.ts";
import { button, complain, field, h, t } from "./dom.ts";
import { passes, type Gate } from "./gate.ts";
import { verbatim, words } from "./language.ts";
import { show } from "./stage.ts";

/** Show it; `open` goes on to the first step for who has the slip. */
export function found(office: Office | null, gates: readonly Gate[], open: (() => void) | null): void {
    show({
        name: "found",
        title: "found.title",
        body: [
            office ? call(office) : t("p", "office.bad_card", {}, { class: "lead" }),
            t("p", "found.unreadable", {}, { class: "lead" }),
            t("p", "found.leave"),
            t("p", "found.thanks"),
            h("p", { class: "actions screen" }, button("found.print", () => window.print(), "quiet")),
            open ? slip(gates, open) : null,
        ],
    });
}

function call(office: Office): HTMLElement {
    const number = office.phone.replace(/[^+0-9]/g, "");
    return h(
        "div",
        { class: "call" },
        t("p", "found.call"),
        h("p", { class: "phone" }, h("a", { href: `tel:${number}` }, verbatim(office.phone))),
        h("p", {}, words("found.owner", { name: office.name })),
    );
}

function slip(gates: readonly Gate[], open: () => void): HTMLElement {
    if (gates.length === 0) return h("section", { class: "slip screen" }, t("h2", "found.slip"), button("found.pin.go", open));
    const pin = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", size: 8, class: "short" });
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (await passes(gates, pin.value)) return open();
        complain(pin, words("found.pin.wrong"));
        pin.select();
    };
    return h(
        "section",
        { class: "slip screen" },
        t("h2", "found.slip"),
        h(
            "form",
            { onsubmit: submit, novalidate: true },
            field("pin", "found.pin", pin, "found.pin.hint"),
            h("button", { class: "main" }, words("found.pin.go")),
        ),
    );
}
