/** The header of an age file (C2SP age.md): stanzas, and a MAC under the file key. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equal, fromUnpadded, utf8 } from "./bytes.ts";
import { OpenerError } from "./errors.ts";
import { hkdf } from "./kdf.ts";

export interface Stanza {
    readonly type: string;
    readonly args: readonly string[];
    readonly body: Bytes;
}

export interface Header {
    readonly stanzas: readonly Stanza[];
    /** Every byte up to and including the MAC's line. */
    readonly bytes: Bytes;
    /** What the MAC is over: everything up to and including `---`. */
    readonly authenticated: Bytes;
    readonly mac: Bytes;
}

const VERSION = "age-encryption.org/v1";
const LONGEST_HEADER = 1 << 20;
const FIRST_READ = 1 << 14;
const COLUMNS = 64;
const VCHAR = /^[!-~]+$/;

/**
 * Reads the header at the start of a file.
 *
 * @throws OpenerError `capsule.not_age`: it is none, or longer than any real one.
 */
export async function readHeader(file: Blob): Promise<Header> {
    for (let size = FIRST_READ; ; size *= 8) {
        const bytes = new Uint8Array(await readSlice(file, 0, Math.min(size, LONGEST_HEADER)));
        const header = parseHeader(bytes);
        if (header) return header;
        if (size >= LONGEST_HEADER || bytes.length < size) throw new OpenerError("capsule.not_age");
    }
}

/** Reads a range of a file; a stick that was pulled out is told as that. */
export async function readSlice(file: Blob, start: number, end: number): Promise<ArrayBuffer> {
    try {
        return await file.slice(start, end).arrayBuffer();
    } catch {
        throw new OpenerError("capsule.unreadable_medium");
    }
}

/**
 * Parses a header; `null` when it may go on behind `bytes`.
 *
 * @throws OpenerError `capsule.not_age`.
 */
export function parseHeader(bytes: Bytes): Header | null {
    try {
        return new Parser(bytes).header();
    } catch (error) {
        if (error instanceof Incomplete) return null;
        throw new OpenerError("capsule.not_age");
    }
}

/** Tells whether a file key made the header's MAC. */
export function macFits(header: Header, fileKey: Uint8Array): boolean {
    const key = hkdf(fileKey, undefined, utf8("header"), 32);
    return equal(hmac(nobleSha256, key, header.authenticated), header.mac);
}

/** What a MAC would be over, for stanzas as they are. */
export function encodeStanzas(stanzas: readonly Stanza[]): Bytes {
    const lines = stanzas.map(({ type, args, body }) => {
        const encoded = btoa(String.fromCharCode(...body)).replace(/=+$/, "");
        const whole: string[] = encoded.match(/.{1,64}/g) ?? [];
        if (encoded.length % COLUMNS === 0) whole.push("");
        return `-> ${[type, ...args].join(" ")}\n${whole.map((line) => `${line}\n`).join("")}`;
    });
    return utf8(`${VERSION}\n${lines.join("")}---`);
}

class Incomplete extends Error {}

class Parser {
    #at = 0;
    constructor(private readonly bytes: Bytes) {}

    header(): Header {
        if (this.#line() !== VERSION) throw new Error("another version");
        const stanzas: Stanza[] = [];
        for (;;) {
            const start = this.#at;
            const line = this.#line();
            if (line.startsWith("-> ")) {
                stanzas.push(this.#stanza(line.slice(3).split(" ")));
            } else if (line.startsWith("--- ") && stanzas.length > 0) {
                return {
                    stanzas,
                    bytes: this.bytes.slice(0, this.#at),
                    authenticated: this.bytes.slice(0, start + 3),
                    mac: fromUnpadded(line.slice(4), 32),
                };
            } else {
                throw new Error("neither a stanza nor the MAC");
            }
        }
    }

    #stanza(words: readonly string[]): Stanza {
        if (!words.every((word) => VCHAR.test(word))) throw new Error("an argument");
        const [type, ...args] = words as [string, ...string[]];
        const parts: Bytes[] = [];
        for (;;) {
            const line = this.#line();
            if (line.length > COLUMNS) throw new Error("a long line");
            parts.push(fromUnpadded(line));
            if (line.length < COLUMNS) return { type, args, body: concat(...parts) };
        }
    }

    #line(): string {
        const end = this.bytes.indexOf(0x0a, this.#at);
        if (end < 0) {
            const rest = this.bytes.subarray(this.#at);
            if (rest.some((byte) => byte < 0x20 || byte > 0x7e)) throw new Error("not ASCII");
            throw new Incomplete();
        }
        const line = this.bytes.subarray(this.#at, end);
        if (line.some((byte) => byte < 0x20 || byte > 0x7e)) throw new Error("not ASCII");
        this.#at = end + 1;
        return String.fromCharCode(...line);
    }
}
