/** Eight fields for 48 digits: they move on by themselves, take what is pasted, and name the group that was misread. */

import { checkGroup, GROUPS, spokenDigits } from "../core/codes.ts";
import { h, t } from "./dom.ts";
import { say, verbatim, words, type Said } from "./language.ts";
import { announce } from "./stage.ts";

const DIGITS = 6;

/** The fields, and what stands in them. */
export interface CodeFields {
    readonly element: HTMLElement;
    /** Return the code, or null after saying what is missing or wrong. */
    read(): string | null;
    /** Say that the whole code is not the one. */
    refuse(what: Said): void;
}

/** Make the fields; `done` is called when the eighth good group is there. */
export function codeFields(done: () => void): CodeFields {
    const message = h("p", { class: "wrong", id: "code-error", role: "alert" });
    const inputs = Array.from({ length: GROUPS }, (_, i) =>
        h("input", {
            id: `group-${i + 1}`,
            type: "text",
            inputmode: "numeric",
            autocomplete: "off",
            spellcheck: "false",
            size: DIGITS,
            "aria-describedby": "code-error",
        }),
    );
    const state = { inputs, message, done };
    inputs.forEach((input, i) => {
        const take = (): void => distribute(state, i);
        input.addEventListener("input", (event) => (event as InputEvent).isComposing || take());
        input.addEventListener("compositionend", take); // full-width digits come through an input method
        input.addEventListener("keydown", (event) => {
            if (event.key === "Backspace" && input.value === "") inputs[i - 1]?.focus();
        });
    });
    const groups = inputs.map((input, i) =>
        h("div", { class: "group" }, t("label", "code.group", { group: i + 1 }, { for: `group-${i + 1}` }), input),
    );
    const element = h(
        "fieldset",
        { class: "code" },
        t("legend", "code.legend"),
        t("p", "code.hint", {}, { class: "hint" }),
        h("div", { class: "groups" }, ...groups),
        message,
    );
    return {
        element,
        read: () => read(state),
        refuse: (what) => {
            say(message, what);
            inputs[0]?.focus();
        },
    };
}

interface State {
    readonly inputs: readonly HTMLInputElement[];
    readonly message: HTMLElement;
    readonly done: () => void;
}

/** Bring what was typed or pasted into a group to digits, and what is too much for it into the next ones. */
function distribute(state: State, first: number): void {
    const { inputs } = state;
    const typed = spokenDigits(inputs[first]?.value ?? "");
    const overflows = typed.length > DIGITS && typed.length < 2 * DIGITS && inputs[first + 1]?.value; // a slip, no paste
    const digits = overflows ? typed.slice(0, DIGITS) : typed;
    const start = digits.length === GROUPS * DIGITS ? 0 : first; // a whole code, wherever it was pasted
    let group = start;
    for (let at = 0; group < GROUPS && (at < digits.length || at === 0); at += DIGITS, group++) {
        const input = inputs[group];
        if (input) input.value = digits.slice(at, at + DIGITS);
    }
    const wrong = judge(state);
    const touched = wrong.find((each) => each >= start && each < group);
    const full = (inputs[group - 1]?.value.length ?? 0) >= DIGITS;
    if (touched !== undefined) inputs[touched]?.select();
    else if (full) inputs[group]?.focus();
    if (wrong.length === 0 && inputs.every((input) => input.value.length === DIGITS)) {
        say(state.message, verbatim(""));
        announce(words("code.complete"));
        state.done();
    }
}

/** Mark every full group that cannot be right, name them, and return them. */
function judge({ inputs, message }: State): number[] {
    const wrong = inputs.flatMap((input, i) => (spoilt(input.value, i) ? [i] : []));
    inputs.forEach((input, i) => {
        if (wrong.includes(i)) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
        input.toggleAttribute("data-good", input.value.length === DIGITS && !wrong.includes(i));
    });
    say(message, complaint(wrong, inputs));
    return wrong;
}

function spoilt(value: string, i: number): boolean {
    return /[^0-9]/.test(value) || value.length > DIGITS || (value.length === DIGITS && !checkGroup(value, i + 1));
}

function complaint(wrong: readonly number[], inputs: readonly HTMLInputElement[]): Said {
    const [first] = wrong;
    if (first === undefined) return verbatim("");
    if (wrong.length > 1) return words("code.groups.wrong", { groups: list(wrong) });
    const digits = /^[0-9]{6}$/.test(inputs[first]?.value ?? "");
    return words(digits ? "code.group.wrong" : "code.group.digits", { group: first + 1 });
}

function read(state: State): string | null {
    const wrong = judge(state);
    const empty = state.inputs.flatMap((input, i) => (input.value.length < DIGITS ? [i] : []));
    if (wrong.length === 0 && empty.length === 0) return state.inputs.map((input) => input.value).join(" ");
    if (wrong.length === 0) say(state.message, words("code.missing", { groups: list(empty) }));
    state.inputs[wrong[0] ?? empty[0] ?? 0]?.focus();
    return null;
}

function list(groups: readonly number[]): string {
    return groups.map((group) => group + 1).join(", ");
}
