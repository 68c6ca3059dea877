/** The answer table in the page: one question about one person, as `sekisho.desk` and `custody.answers` define it. */

import { OpenerError } from "../core/errors.ts";
import { kana, parseDate, postalCode } from "./canon.ts";

const MAGIC = "SKANS1\n";
const LABEL = "desk/1";
const DOOR = "capsule";
const TOKEN = 12;
const ROW = TOKEN + 1;
const KEY_BYTES = 32;
const LONGEST = 0xffff;

/** One text in both languages. */
export interface Both {
    readonly ja: string;
    readonly en: string;
}

/** Three fields about a person, in one form. */
export interface Question {
    readonly kana: string;
    readonly birthDate: string;
    readonly postalCode: string;
}

/** What a look-up found: an answer in words, or why there is none. */
export type Found = Both | "not_found" | "cannot_tell";

interface QuestionFile {
    readonly v: 1;
    readonly purpose: string;
    readonly version: string;
    readonly key: string;
    readonly question: Both;
    readonly answers: readonly Both[];
}

/** Which of the three typed fields mean nothing; the question, if none. */
export function understand(name: string, birth: string, post: string): Question | (keyof Question)[] {
    const asked = { kana: kana(name), birthDate: parseDate(birth), postalCode: postalCode(post) };
    const unclear: (keyof Question)[] = [];
    const size = new TextEncoder().encode(asked.kana).length;
    if (size < 1 || size > LONGEST) unclear.push("kana");
    if (asked.birthDate === null) unclear.push("birthDate");
    if (asked.postalCode === null) unclear.push("postalCode");
    return unclear.length ? unclear : (asked as Question);
}

/** An opened answer table. */
export class AnswerTable {
    readonly #rows: Uint8Array;
    readonly #words: QuestionFile;
    #key: CryptoKey | null;

    private constructor(rows: Uint8Array, words: QuestionFile, key: CryptoKey) {
        this.#rows = rows;
        this.#words = words;
        this.#key = key;
    }

    /** Read a table and the question that goes with it; refused if one is not what it should be. */
    static async read(table: Uint8Array, question: Uint8Array): Promise<AnswerTable> {
        const words = readQuestion(question);
        const magic = new TextDecoder("latin1").decode(table.subarray(0, MAGIC.length));
        const rows = table.subarray(MAGIC.length);
        if (magic !== MAGIC || rows.length % ROW || !rises(rows)) throw new OpenerError("capsule.bad_payload");
        const raw = Uint8Array.from(atob(words.key), (sign) => sign.charCodeAt(0));
        if (raw.length !== KEY_BYTES) throw new OpenerError("capsule.bad_payload");
        const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        raw.fill(0);
        return new AnswerTable(rows, words, key);
    }

    /** What may be asked. */
    get question(): Both {
        return this.#words.question;
    }

    /** Return the answer about one person. */
    async ask(asked: Question): Promise<Found> {
        if (!this.#key) return "not_found";
        const value = new Uint8Array(await crypto.subtle.sign("HMAC", this.#key, this.#query(asked)));
        const at = this.#find(value);
        if (at === null) return "not_found";
        const answer = (this.#rows[at + TOKEN] ?? 0) ^ (value[TOKEN] ?? 0);
        return this.#words.answers[answer - 1] ?? "cannot_tell"; // 0: two people whose three fields are the same
    }

    /** Forget table and key. */
    wipe(): void {
        this.#rows.fill(0);
        this.#key = null;
    }

    #query(asked: Question): Uint8Array<ArrayBuffer> {
        const { purpose, version } = this.#words;
        const parts = [LABEL, DOOR, purpose, version, asked.kana, asked.birthDate, asked.postalCode];
        return joined(parts.map((part) => new TextEncoder().encode(part)));
    }

    #find(value: Uint8Array): number | null {
        let low = 0;
        let high = this.#rows.length / ROW;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (compare(this.#rows, middle * ROW, value) < 0) low = middle + 1;
            else high = middle;
        }
        const at = low * ROW;
        return at < this.#rows.length && compare(this.#rows, at, value) === 0 ? at : null;
    }
}

/** Return each part behind its length in two bytes, so that `1|23` is not `12|3`. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const query = new Uint8Array(parts.reduce((sum, part) => sum + 2 + part.length, 0));
    let at = 0;
    for (const part of parts) {
        query.set([part.length >> 8, part.length & 0xff], at);
        query.set(part, at + 2);
        at += 2 + part.length;
    }
    return query;
}

function compare(rows: Uint8Array, at: number, token: Uint8Array): number {
    for (let i = 0; i < TOKEN; i++) {
        const difference = (rows[at + i] ?? 0) - (token[i] ?? 0);
        if (difference) return difference;
    }
    return 0;
}

/** Tell whether every token is larger than the one before it: a search in another order would miss people. */
function rises(rows: Uint8Array): boolean {
    for (let at = ROW; at < rows.length; at += ROW) {
        if (compare(rows, at - ROW, rows.subarray(at, at + TOKEN)) >= 0) return false;
    }
    return true;
}

function readQuestion(data: Uint8Array): QuestionFile {
    try {
        const read = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)) as QuestionFile;
        const texts = [read.purpose, read.version, read.key, ...[read.question, ...read.answers].flatMap((each) => [each.ja, each.en])];
        if (read.v === 1 && texts.every((text) => typeof text === "string")) return read;
    } catch {
        // falls through: what cannot be read is as damaged as what says something else
    }
    throw new OpenerError("capsule.bad_payload");
}
