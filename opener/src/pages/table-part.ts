/** A table in the page: a hundred rows at a time, whatever its size, and a search through all of them. */

import type { ManifestFile, Progress } from "../core/index.ts";
import { type Source, type Table, TableIndex } from "./csv.ts";
import { breathe, button, h, t } from "./dom.ts";
import { say, words } from "./language.ts";
import { saveButton } from "./save.ts";
import type { Session } from "./session.ts";
import { announce } from "./stage.ts";

const PAGE = 100;
const MOST_FOUND = 10_000;
const IN_MEMORY = 200e6;
const BLOCK = 4 << 20;
const NARROWEST = 4;
const WIDEST = 26;

/** Read a table and show its first rows. */
export async function tablePart(session: Session, file: ManifestFile, progress: Progress): Promise<HTMLElement> {
    const table = await readTable(session, file, progress);
    return new TableView(file.name, table, saveButton(session, file.name)).element;
}

/** Read it whole where that is light, and otherwise again piece by piece when rows are shown. */
async function readTable(session: Session, file: ManifestFile, progress: Progress): Promise<Table> {
    const capsule = session.opened;
    if (!capsule) throw new Error("closed");
    const index = new TableIndex();
    if (file.size > IN_MEMORY) {
        const sink = { write: async (data: Uint8Array) => index.take(data), close: async () => {}, abort: async () => {} };
        await capsule.save(file.name, sink, progress);
        return index.table((from, to) => capsule.readRange(file.name, from, to - from));
    }
    const data = await capsule.read(file.name, progress);
    session.onWipe(() => data.fill(0));
    for (let at = 0; at < data.length; at += BLOCK) {
        index.take(data.subarray(at, at + BLOCK));
        await breathe();
    }
    const source: Source = (from, to) => Promise.resolve(data.subarray(from, to));
    return index.table(source);
}

/** Shows pages of a table, or of what was found in it. */
class TableView {
    readonly element: HTMLElement;
    readonly #table: Table;
    readonly #body = h("tbody");
    readonly #where = h("p", { class: "where", role: "status" });
    readonly #page = h("input", { type: "text", inputmode: "numeric", size: 6, class: "short", id: "page" });
    readonly #pages = h("span");
    readonly #search = h("input", { type: "search", id: "search", autocomplete: "off", spellcheck: "false" });
    readonly #region: HTMLElement;
    #at = 0;
    #found: readonly number[] | null = null;
    #searching = 0;

    constructor(name: string, table: Table, save: HTMLElement | null) {
        this.#table = table;
        const columns = h("colgroup", {}, h("col"), ...table.heading.map(() => h("col")));
        const heads = table.heading.map((cell) => h("th", { scope: "col" }, cell));
        const head = h("thead", {}, h("tr", {}, t("th", "table.number", {}, { scope: "col" }), ...heads));
        this.#region = h(
            "div",
            { class: "table", role: "region", tabindex: 0, "aria-label": words("table.region", { name }) },
            h("table", { lang: "ja" }, columns, head, this.#body),
        );
        this.element = h("div", {}, this.#searchForm(), this.#where, this.#region, this.#navigation(), save);
        void this.#begin(columns);
    }

    async #begin(columns: HTMLElement): Promise<void> {
        const sample = await this.#table.slice(0, 2 * PAGE);
        const widths = [6, ...this.#table.heading.map((head, i) => width([head, ...sample.map((row) => row[i] ?? "")]))];
        [...columns.children].forEach((column, i) => ((column as HTMLElement).style.width = `calc(${widths[i] ?? 0}ch + 2rem)`));
        await this.#show(0);
    }

    get #count(): number {
        return this.#found?.length ?? this.#table.rows;
    }

    async #show(page: number): Promise<void> {
        const pages = Math.max(1, Math.ceil(this.#count / PAGE));
        this.#at = Math.min(Math.max(0, page), pages - 1);
        const from = this.#at * PAGE;
        const to = Math.min(from + PAGE, this.#count);
        const numbers = this.#found?.slice(from, to) ?? Array.from({ length: to - from }, (_, i) => from + i);
        const rows = this.#found ? await this.#each(numbers) : await this.#table.slice(from, to);
        this.#body.replaceChildren(...rows.map((row, i) => line((numbers[i] ?? 0) + 1, row)));
        this.#region.scrollTop = 0;
        this.#page.value = String(this.#at + 1);
        say(this.#pages, words("table.pages", { pages }));
        say(this.#where, this.#count ? words("table.rows", { from: from + 1, to, rows: this.#count }) : words("table.none"));
    }

    async #each(numbers: readonly number[]): Promise<string[][]> {
        const rows: string[][] = [];
        for (const number of numbers) rows.push(...(await this.#table.slice(number, number + 1)));
        return rows;
    }

    #navigation(): HTMLElement {
        const turn = (page: () => number) => (): void => void this.#show(page());
        const go = (event: Event): void => {
            event.preventDefault();
            void this.#show((Number(this.#page.value.normalize("NFKC")) || 1) - 1);
        };
        return h(
            "nav",
            { class: "pages", "aria-label": words("table.navigation") },
            button("table.first", turn(() => 0), "quiet"),
            button("table.previous", turn(() => this.#at - 1), "quiet"),
            h("form", { onsubmit: go, novalidate: true }, t("label", "table.page", {}, { for: "page" }), this.#page, this.#pages),
            button("table.next", turn(() => this.#at + 1), "quiet"),
            button("table.last", turn(() => Infinity), "quiet"),
        );
    }

    #searchForm(): HTMLElement {
        const clear = (): void => {
            this.#searching++;
            this.#search.value = "";
            this.#found = null;
            void this.#show(0);
        };
        const submit = (event: Event): void => {
            event.preventDefault();
            if (this.#search.value.trim() === "") clear();
            else void this.#find(this.#search.value);
        };
        return h(
            "form",
            { class: "search", role: "search", onsubmit: submit },
            t("label", "table.search", {}, { for: "search" }),
            this.#search,
            h("button", { class: "main" }, words("table.search.go")),
            button("table.search.clear", clear, "quiet"),
        );
    }

    async #find(text: string): Promise<void> {
        const run = ++this.#searching;
        const found: number[] = [];
        for await (const block of this.#table.search(text)) {
            if (run !== this.#searching) return; // another search, or none, was asked for meanwhile
            found.push(...block.found);
            const percent = Math.floor((100 * block.done) / Math.max(1, this.#table.rows));
            say(this.#where, words("table.searching", { percent, found: found.length }));
            if (found.length >= MOST_FOUND) break;
            await breathe();
        }
        const most = found.length >= MOST_FOUND;
        this.#found = found.slice(0, MOST_FOUND);
        await this.#show(0);
        announce(words(most ? "table.found.most" : "table.found", { found: this.#found.length }));
    }
}

function line(number: number, row: readonly string[]): HTMLElement {
    const head = h("th", { scope: "row" }, String(number));
    return h("tr", {}, head, ...row.map((cell) => h("td", {}, cell)));
}

/** Return how wide a column is, in digits; a wide sign takes two. */
function width(column: readonly string[]): number {
    const widths = column.map((cell) => Array.from(cell).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0));
    return Math.min(WIDEST, Math.max(NARROWEST, ...widths));
}
