/** Which language the page speaks; it is chosen anew at each opening, nothing is remembered. */

import { WORDS, type Key } from "./words.ts";

export type Language = "ja" | "en";
export type Values = Readonly<Record<string, string | number>>;
/** Something that can be said in either language. */
export type Said = (language: Language) => string;

const LOCALE = { ja: "ja-JP", en: "en-GB" } as const;
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

let current: Language = "ja";
const spoken = new WeakMap<Element, Map<string, Said>>();

/** Return what a browser's settings ask for: Japanese if they name it before English, else English. */
export function preferred(languages: readonly string[]): Language {
    const first = languages.map((each) => each.slice(0, 2).toLowerCase()).find((each) => each === "ja" || each === "en");
    return first === "ja" ? "ja" : "en";
}

/** Return the language the page speaks now. */
export function language(): Language {
    return current;
}

/** Return the words of a key, to be said in either language; numbers and RFC 3339 times are filled in as people write them. */
export function words(key: Key, values: Values = {}): Said {
    return (spokenIn) =>
        WORDS[key][spokenIn === "ja" ? 0 : 1].replace(/\{(\w+)\}/g, (whole, name: string) => said(values[name], spokenIn) ?? whole);
}

/** Return words that are the same in both languages: a name, a number, a title from the manifest. */
export function verbatim(text: string): Said {
    return () => text;
}

/** Let an element say something, now and after the language is changed; `attribute` instead of its text, if given. */
export function say(element: Element, what: Said, attribute = ""): void {
    const all = spoken.get(element) ?? new Map<string, Said>();
    element.toggleAttribute("data-said", true);
    spoken.set(element, all.set(attribute, what));
    utter(element, attribute, what);
}

/** Speak another language: every element that still stands in the page, and the page itself. */
export function speak(chosen: Language): void {
    current = chosen;
    document.documentElement.lang = chosen;
    for (const element of document.querySelectorAll("[data-said]")) {
        for (const [attribute, what] of spoken.get(element) ?? []) utter(element, attribute, what);
    }
}

function utter(element: Element, attribute: string, what: Said): void {
    if (attribute) element.setAttribute(attribute, what(current));
    else element.textContent = what(current);
}

function said(value: string | number | undefined, spokenIn: Language): string | undefined {
    if (typeof value === "number") return value.toLocaleString(LOCALE[spokenIn]);
    return value !== undefined && MOMENT.test(value) ? moment(value, spokenIn) : value;
}

function moment(time: string, spokenIn: Language): string {
    return new Date(time).toLocaleString(LOCALE[spokenIn], { dateStyle: "medium", timeStyle: "short" });
}
