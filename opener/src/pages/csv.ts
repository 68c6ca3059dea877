/**
 * A table of any size: an index says where every so many rows begin, and only the rows that are shown are decoded.
 *
 * Quotes, commas and line ends are single bytes in UTF-8 and in CP932, whose second bytes begin at 0x40: so the index is
 * made without decoding anything (RFC 4180).
 */

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf] as const;
const STRIDE = 128; // rows between two places that are remembered
const ROWS_AT_ONCE = 32 * STRIDE;
const SAMPLE = 1 << 16;

/** Gives the bytes of a table from one place to another. */
export type Source = (from: number, to: number) => Promise<Uint8Array>;

/** Reads a table through once, as its bytes come, and remembers where every so many rows begin. */
export class TableIndex {
    readonly #places: number[] = [];
    #sample = new Uint8Array(0);
    #at = 0;
    #lines = 0;
    #quoted = false;
    #begins = true;

    /** Take the next bytes. */
    take(block: Uint8Array): void {
        if (this.#at === 0) this.#sample = block.slice(0, SAMPLE);
        if (this.#quoted || block.includes(QUOTE)) this.#takeQuoted(block);
        else this.#takePlain(block);
        this.#at += block.length;
    }

    /** Without quotes every line end ends a row, and the browser finds those in half the time. */
    #takePlain(block: Uint8Array): void {
        for (let at = 0; at < block.length; ) {
            if (this.#begins) this.#begin(this.#at + at);
            const end = block.indexOf(LF, at);
            if (end === -1) return;
            this.#begins = true;
            at = end + 1;
        }
    }

    #takeQuoted(block: Uint8Array): void {
        let quoted = this.#quoted;
        for (let i = 0; i < block.length; i++) {
            if (this.#begins) this.#begin(this.#at + i);
            const byte = block[i];
            if (byte === QUOTE) quoted = !quoted;
            else if (byte === LF && !quoted) this.#begins = true;
        }
        this.#quoted = quoted;
    }

    #begin(at: number): void {
        if (this.#lines % STRIDE === 0) this.#places.push(at);
        this.#lines++;
        this.#begins = false;
    }

    /** Return the table, once every byte was taken. */
    async table(source: Source): Promise<Table> {
        const places = [...this.#places, this.#at];
        const decoder = new TextDecoder(isUtf8(this.#sample) ? "utf-8" : "shift_jis");
        this.#sample.fill(0);
        const first = await rowsBetween(source, decoder, places, 0, 1);
        return new Table(source, places, this.#lines, decoder, first[0] ?? []);
    }
}

/** A table: a heading and its rows. */
export class Table {
    /** How many rows stand under the heading. */
    readonly rows: number;

    constructor(
        private readonly source: Source,
        private readonly places: readonly number[],
        lines: number,
        private readonly decoder: TextDecoder,
        readonly heading: readonly string[],
    ) {
        this.rows = Math.max(0, lines - 1);
    }

    /** Return the cells of some rows; the first row under the heading is 0. */
    slice(from: number, to: number): Promise<string[][]> {
        return rowsBetween(this.source, this.decoder, this.places, from + 1, Math.min(to, this.rows) + 1);
    }

    /** Yield, a few thousand rows at a time, which of them hold a text; width, case and blanks make no difference. */
    async *search(text: string): AsyncGenerator<{ readonly found: number[]; readonly done: number }> {
        const wanted = alike(text);
        for (let line = 0; line <= this.rows; line += ROWS_AT_ONCE) {
            const piece = await textBetween(this.source, this.decoder, this.places, line, line + ROWS_AT_ONCE);
            const found: number[] = [];
            if (alike(piece).includes(wanted)) {
                cells(piece).forEach((row, i) => {
                    if (line + i > 0 && row.some((cell) => alike(cell).includes(wanted))) found.push(line + i - 1);
                });
            }
            yield { found, done: Math.min(line + ROWS_AT_ONCE, this.rows) };
        }
    }
}

async function rowsBetween(
    source: Source, decoder: TextDecoder, places: readonly number[], from: number, to: number,
): Promise<string[][]> {
    if (to <= from) return [];
    const first = Math.floor(from / STRIDE) * STRIDE;
    const text = await textBetween(source, decoder, places, first, to);
    return cells(text).slice(from - first, to - first);
}

function textBetween(
    source: Source, decoder: TextDecoder, places: readonly number[], from: number, to: number,
): Promise<string> {
    const end = places.length - 1;
    const start = places[Math.min(end, Math.floor(from / STRIDE))] ?? 0;
    const stop = places[Math.min(end, Math.ceil(to / STRIDE))] ?? start;
    return source(start, stop).then((bytes) => decoder.decode(bytes));
}

/** Return the rows of a piece of CSV that begins and ends at a row. */
export function cells(text: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let at = 0;
    while (at < text.length) {
        const [cell, end] = text.charCodeAt(at) === QUOTE ? quotedCell(text, at) : plainCell(text, at);
        row.push(cell);
        at = end;
        if (text[at] === ",") {
            at++;
            if (at < text.length) continue;
            row.push("");
        }
        if (text.charCodeAt(at) === CR) at++;
        if (text.charCodeAt(at) === LF) at++;
        rows.push(row);
        row = [];
    }
    return rows;
}

const CELL_END = /,|\r?\n|\r$|$/g;

function plainCell(text: string, at: number): [string, number] {
    CELL_END.lastIndex = at;
    const end = CELL_END.exec(text)?.index ?? text.length;
    return [text.slice(at, end), end];
}

function quotedCell(text: string, at: number): [string, number] {
    let close = text.indexOf('"', at + 1);
    while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
    if (close === -1) return [text.slice(at + 1), text.length];
    const [rest, end] = plainCell(text, close + 1); // a sloppy writer's text behind a closing quote stays with its cell
    return [text.slice(at + 1, close).replaceAll('""', '"') + rest, end];
}

/** Return what the spellings of a text that a person would call the same have in common. */
function alike(text: string): string {
    return text.normalize("NFKC").toLowerCase().replaceAll(" ", "");
}

/** Tell UTF-8 from CP932: by its mark, or because what the table begins with can be nothing else than UTF-8 or ASCII. */
function isUtf8(data: Uint8Array): boolean {
    if (BOM.every((byte, i) => data[i] === byte)) return true;
    try {
        new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: true });
        return true;
    } catch {
        return false;
    }
}
