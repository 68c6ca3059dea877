/** Waiting for a release over the network: the number to say, how many have approved, the one-time code. */

import { OpenerError } from "../core/index.ts";
import type { Origin } from "./before.ts";
import { step } from "./before.ts";
import { button, complain, field, h, t } from "./dom.ts";
import { say, verbatim, words } from "./language.ts";
import { opening } from "./opening.ts";
import type { Session } from "./session.ts";
import { announce, show } from "./stage.ts";
import { askForWay } from "./way.ts";

/** Ask, wait, and open. */
export function online(session: Session, origin: Origin): void {
    const stop = new AbortController();
    const place = h("div", { class: "waiting" }, t("p", "online.connecting", {}, { class: "lead" }));
    const cancel = button("online.cancel", () => stop.abort(), "quiet");
    window.addEventListener("pagehide", () => stop.abort(), { signal: stop.signal });
    show({ name: "online", title: "online.title", step: step(origin, 5), body: [place, h("p", { class: "actions" }, cancel)] });
    const told = { waiting: waits(place), factor: (left: number | null) => code(place, left) };
    session.online(told, stop.signal).then(
        () => opening(session, origin),
        (error: unknown) => askForWay(session, origin, cancelled(error) ? undefined : error),
    );
}

function waits(place: HTMLElement): (state: { number: number; have: number; need: number }) => void {
    const number = h("span");
    const approvals = h("p");
    const element = h(
        "div",
        {},
        h("p", { class: "number" }, t("span", "online.number", {}, { class: "number-label" }), number),
        t("p", "online.say", {}, { class: "lead" }),
        approvals,
    );
    let before = "";
    return (state) => {
        if (!element.isConnected) place.replaceChildren(element);
        say(number, verbatim(`R-${state.number}`));
        say(approvals, words("online.approvals", { have: state.have, need: state.need }));
        const now = `${state.number} ${state.have}`;
        if (now !== before) announce((at) => `${words("online.number")(at)} R-${state.number}. ${words("online.approvals", { ...state, state: "" })(at)}`);
        before = now;
    };
}

function code(place: HTMLElement, left: number | null): Promise<string> {
    const input = h("input", { type: "text", inputmode: "numeric", autocomplete: "one-time-code", size: 8, class: "short" });
    return new Promise((resolve) => {
        const submit = (event: Event): void => {
            event.preventDefault();
            const digits = input.value.normalize("NFKC").replace(/[\s-]/g, "");
            complain(input, /^[0-9]{6}$/.test(digits) ? null : words("online.factor.wrong"));
            if (!/^[0-9]{6}$/.test(digits)) return input.focus();
            place.replaceChildren(t("p", "online.connecting", {}, { class: "lead" }));
            resolve(digits);
        };
        place.replaceChildren(
            h(
                "form",
                { onsubmit: submit, novalidate: true },
                field("factor", "online.factor", input),
                left === null ? null : t("p", "online.factor.hint", { left }, { class: "hint" }),
                h("button", { class: "main" }, words("online.factor.send")),
            ),
        );
        input.focus();
    });
}

function cancelled(error: unknown): boolean {
    return error instanceof OpenerError && error.key === "release.cancelled";
}
