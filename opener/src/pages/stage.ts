/** One state of the page at a time: its heading gets the focus, its title names the tab, progress is spoken. */

import { t, h } from "./dom.ts";
import { language, say, speak, verbatim, words, type Language, type Said } from "./language.ts";
import type { Key } from "./words.ts";

/** A state of the page. */
export interface View {
    /** Its name, for styles and tests. */
    readonly name: string;
    readonly title: Key;
    /** Where in the way through the page it stands, if it is a step of it. */
    readonly step?: readonly [step: number, steps: number];
    readonly body: readonly (Node | null)[];
    /** What gets the focus, if not the heading. */
    readonly focus?: HTMLElement;
}

const main = (): HTMLElement => document.getElementById("app") ?? document.body;
const spoken = h("p", { class: "spoken", role: "status", "aria-live": "polite" });

/** Set the page up: its bar with the switch of languages, and the place for what is spoken. */
export function set(name: string): void {
    const toggle = h(
        "button",
        {
            type: "button",
            class: "language",
            lang: (at: Language) => (at === "ja" ? "en" : "ja"),
            onclick: () => speak(language() === "ja" ? "en" : "ja"),
        },
        words("page.language"),
    );
    document.getElementById("bar")?.replaceChildren(h("p", { class: "office", lang: "ja" }, verbatim(name)), toggle);
    main().after(spoken);
}

/** Show a state in place of the one before. */
export function show(view: View): void {
    const heading = t("h1", view.title, {}, { tabindex: "-1" });
    const step = view.step ? t("p", "page.step", { step: view.step[0], steps: view.step[1] }, { class: "step" }) : null;
    announce(null);
    main().dataset.state = view.name;
    main().replaceChildren(...[step, heading, ...view.body].filter((each) => each !== null));
    const title = document.querySelector("title");
    if (title) say(title, (at) => words("page.title", { step: words(view.title)(at) })(at));
    window.scrollTo(0, 0);
    (view.focus ?? heading).focus();
}

/** Say something to people who do not look, without moving them. */
export function announce(what: Said | null): void {
    say(spoken, what ?? verbatim(""));
}

/** Return a bar that moves, and how to move it; every quarter is spoken. */
export function bar(label: Said): { readonly element: HTMLElement; move(done: number, total: number): void } {
    const progress = h("progress", { max: 100, value: 0, "aria-label": label });
    const text = h("p", { class: "progress" }, label);
    let quarter = 0;
    const move = (done: number, total: number): void => {
        const percent = total ? Math.min(100, Math.floor((100 * done) / total)) : 0;
        progress.value = percent;
        say(text, words("opening.progress", { percent }));
        if (Math.floor(percent / 25) === quarter) return;
        quarter = Math.floor(percent / 25);
        announce(words("opening.progress", { percent }));
    };
    return { element: h("div", { class: "bar" }, progress, text), move };
}
