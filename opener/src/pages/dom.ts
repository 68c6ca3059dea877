/** Elements, made without a template language: what a page shows is never parsed as markup. */

import { say, verbatim, words, type Said, type Values } from "./language.ts";
import type { Key } from "./words.ts";

type Child = Node | Said | string | null;
type Listener = (event: Event) => unknown;
type Properties = Readonly<Record<string, string | number | boolean | Listener | Said | null>>;

/** Make an element; properties are attributes, `on…` listeners, functions of a language are said, strings stand as they are. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    properties: Properties = {},
    ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) set(element, name, value);
    for (const child of children) {
        if (typeof child === "function") {
            const alone = children.length === 1;
            const spot = alone ? element : element.appendChild(document.createElement("span"));
            say(spot, child);
        } else if (child) element.append(child);
    }
    return element;
}

/** Make an element that says the words of a key. */
export function t<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    key: Key,
    values: Values = {},
    properties: Properties = {},
): HTMLElementTagNameMap[Tag] {
    return h(tag, properties, words(key, values));
}

/** Make a button. */
export function button(label: Key, onclick: Listener, kind: "main" | "quiet" = "main", values: Values = {}): HTMLButtonElement {
    return h("button", { type: "button", class: kind, onclick }, words(label, values));
}

/** Make a labelled field with an optional hint, and a place where what is wrong with it is said. */
export function field(id: string, label: Key, input: HTMLElement, hint?: Key): HTMLElement {
    input.id = id;
    const described = [hint ? `${id}-hint` : "", `${id}-error`].filter(Boolean).join(" ");
    input.setAttribute("aria-describedby", described);
    return h(
        "div",
        { class: "field" },
        h("label", { for: id }, words(label)),
        hint ? h("p", { class: "hint", id: `${id}-hint` }, words(hint)) : null,
        input,
        h("p", { class: "wrong", id: `${id}-error`, role: "alert" }),
    );
}

/** Say what is wrong with a field, or that nothing is. */
export function complain(input: HTMLElement, what: Said | null): void {
    input.toggleAttribute("aria-invalid", false);
    if (what) input.setAttribute("aria-invalid", "true");
    const place = document.getElementById(`${input.id}-error`);
    if (place) say(place, what ?? verbatim(""));
}

/** Return a text as it stands, in the language of the office's own words. */
export function quoted(text: string): HTMLElement {
    return h("bdi", { lang: "ja" }, text);
}

/** Let the browser paint and listen before going on. */
export function breathe(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve));
}

function set(element: HTMLElement, name: string, value: string | number | boolean | Listener | Said | null): void {
    if (value === null || value === false) return;
    if (typeof value === "function") {
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value as Listener);
        else say(element, value as Said, name);
    } else element.setAttribute(name, value === true ? "" : String(value));
}
