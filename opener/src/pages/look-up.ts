/** The answer table as a page: three fields about the person on the line, one answer, nothing to browse. */

import type { ManifestFile, Progress } from "../core/index.ts";
import { OpenerError } from "../core/index.ts";
import { AnswerTable, type Found, type Question, understand } from "./answers.ts";
import { inEra, parseDate } from "./canon.ts";
import { complain, field, h, t } from "./dom.ts";
import { say, verbatim, words, type Said } from "./language.ts";
import type { Session } from "./session.ts";
import type { Key } from "./words.ts";

const UNCLEAR = { kana: "lookup.unclear.kana", birthDate: "lookup.unclear.birth", postalCode: "lookup.unclear.post" } as const;

/** Read the table and show the three fields. */
export async function lookUp(session: Session, file: ManifestFile, progress: Progress): Promise<HTMLElement> {
    const words = session.manifest.files.find((each) => each.form === "question" && folder(each.name) === folder(file.name));
    if (!session.opened || !words) throw new OpenerError("capsule.bad_payload");
    const [rows, question] = [await session.opened.read(file.name, progress), await session.opened.read(words.name)];
    const table = await AnswerTable.read(rows, question);
    question.fill(0);
    session.onWipe(() => table.wipe());
    return new LookUp(session, table).element;
}

/** The three fields, and in their place the answer until the next person. */
class LookUp {
    readonly element: HTMLElement;
    readonly #session: Session;
    readonly #table: AnswerTable;
    readonly #kana = input();
    readonly #birth = input();
    readonly #post = input("numeric");
    readonly #understood = h("p", { class: "understood", "aria-live": "polite" });
    readonly #place = h("div");

    constructor(session: Session, table: AnswerTable) {
        this.#session = session;
        this.#table = table;
        this.#birth.addEventListener("input", () => this.#echo());
        for (const each of [this.#kana, this.#birth, this.#post]) each.addEventListener("input", () => complain(each, null));
        const question = h("p", { class: "question" }, (at) => table.question[at]);
        this.element = h("section", { class: "lookup" }, question, this.#place, t("p", "lookup.rule", {}, { class: "hint" }));
        this.#place.replaceChildren(this.#form());
    }

    #form(): HTMLElement {
        return h(
            "form",
            { onsubmit: (event: Event) => void this.#submit(event), novalidate: true, autocomplete: "off" },
            field("kana", "lookup.kana", this.#kana, "lookup.kana.hint"),
            field("birth", "lookup.birth", this.#birth, "lookup.birth.hint"),
            this.#understood,
            field("post", "lookup.post", this.#post, "lookup.post.hint"),
            h("p", { class: "actions" }, h("button", { class: "main" }, words("lookup.go"))),
        );
    }

    #echo(): void {
        const day = parseDate(this.#birth.value);
        say(this.#understood, day ? words("lookup.birth.read", { western: day, era: inEra(day) }) : verbatim(""));
    }

    async #submit(event: Event): Promise<void> {
        event.preventDefault();
        const asked = understand(this.#kana.value, this.#birth.value, this.#post.value);
        const unclear = Array.isArray(asked) ? asked : [];
        const inputs = { kana: this.#kana, birthDate: this.#birth, postalCode: this.#post };
        for (const [name, each] of Object.entries(inputs) as [keyof Question, HTMLInputElement][]) {
            complain(each, unclear.includes(name) ? words(UNCLEAR[name]) : null);
        }
        const [first] = unclear;
        if (first) return inputs[first].focus();
        const found = await this.#table.ask(asked as Question);
        this.#session.asked++;
        for (const each of Object.values(inputs)) each.value = ""; // the next person starts from nothing
        this.#echo();
        this.#answer(found);
    }

    #answer(found: Found): void {
        const heading = h("h2", { class: "answer", tabindex: -1 }, big(found));
        const next = (): void => {
            this.#place.replaceChildren(this.#form());
            this.#kana.focus();
        };
        const time = new Date().toISOString();
        this.#place.replaceChildren(
            h(
                "div",
                { class: "result", "data-found": typeof found === "string" ? found : "answer" },
                t("p", "lookup.answer", {}, { class: "step" }),
                heading,
                t("p", "lookup.say", {}, { class: "hint" }),
                h("p", { class: "spoken-words" }, aloud(found)),
                h("p", { class: "receipt" }, words("lookup.receipt"), verbatim(` ${receipt()} `), words("page.time", { time })),
                h("p", { class: "actions" }, h("button", { type: "button", class: "main", onclick: next }, words("lookup.next"))),
            ),
        );
        heading.focus();
    }
}

function big(found: Found): Said {
    if (typeof found === "string") return words(`lookup.${found}` as Key);
    return (at) => found[at];
}

function aloud(found: Found): Said {
    if (typeof found === "string") return words(`lookup.${found}.say` as Key);
    return (at) => words("lookup.answer.say", { answer: found[at] })(at);
}

/** Return four digits to write down: they tell two calls apart and say nothing about whoever called. */
function receipt(): string {
    const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
    return String(number % 10_000).padStart(4, "0");
}

function input(mode = "text"): HTMLInputElement {
    return h("input", { type: "text", inputmode: mode, autocomplete: "off", spellcheck: "false" });
}

function folder(name: string): string {
    return name.slice(0, name.lastIndexOf("/") + 1);
}
