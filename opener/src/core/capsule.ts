/** A capsule, from closed to open: the recipient's key first, then a release, then everything verified. */

import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { type Bytes, hex } from "./bytes.ts";
import type { WorkerFactory } from "./chunks.ts";
import { crc32 } from "./crc32.ts";
import { OpenerError } from "./errors.ts";
import { type Header, macFits, readHeader } from "./header.ts";
import type { Identity } from "./identity.ts";
import { sha256 } from "./kdf.ts";
import { type Manifest, type ManifestFile, readManifest } from "./manifest.ts";
import { Payload } from "./payload.ts";
import { type MaskedKey, type ReleaseStanza, type Ticket, fits, readStanzas, unmask, unwrap } from "./rel1.ts";
import { type Entry, contentOf, readEntries } from "./zip.ts";

const LONGEST_MANIFEST = 16 << 20;
/** Of a file whose digest is made in one go, for which the browser copies it. */
const LONGEST_DIGESTED = 128 << 20;

/** A capsule as anybody can see it, without any key. */
export interface Closed {
    readonly file: Blob;
    readonly header: Header;
    readonly stanzas: readonly ReleaseStanza[];
    readonly cid: Bytes;
    /** SHA-256 of the header, which the custodian has on record. */
    readonly headerSha256: Bytes;
}

/** What one custodian is asked for. */
export interface Ask {
    readonly ticket: Ticket;
    readonly headerSha256: Bytes;
    /** Tells whether a share is the one, before anything is decrypted with it. */
    fits(share: Uint8Array): boolean;
}

/** A capsule whose recipient's key fits; only now may a release be asked for. */
export interface Unlocked {
    readonly closed: Closed;
    readonly key: MaskedKey;
    /** How many of the asks need an answer. */
    readonly needed: number;
    readonly asks: readonly Ask[];
}

/** How far a reading is. */
export type Progress = (done: number, all: number) => void;

/**
 * Reads a capsule's header and applies the refusal rules.
 *
 * @param file - the capsule.
 * @param kid - the custodian that this opener knows; a capsule of another is refused.
 * @throws OpenerError `capsule.not_age`, `capsule.not_a_capsule`, `capsule.foreign_stanza`, …
 */
export async function lookAt(file: Blob, kid?: Uint8Array): Promise<Closed> {
    const header = await readHeader(file);
    const stanzas = readStanzas(header);
    const known = kid ? hex(kid) : null;
    if (known && !stanzas.every(({ tickets }) => tickets.some((ticket) => hex(ticket.kid) === known))) {
        throw new OpenerError("capsule.other_custodian");
    }
    return { file, header, stanzas, cid: (stanzas[0] as ReleaseStanza).cid, headerSha256: sha256(header.bytes) };
}

/**
 * Tries the recipient's key; without it nobody can even ask for a release.
 *
 * @throws OpenerError `capsule.other_recipient`, `capsule.bad_stanza`.
 */
export async function unlock(closed: Closed, identities: readonly Identity[]): Promise<Unlocked> {
    const key = await unwrap(closed.stanzas, identities);
    const asks = key.stanza.tickets.map((ticket) => ({
        ticket,
        headerSha256: closed.headerSha256,
        fits: (share: Uint8Array) => fits(share, ticket),
    }));
    return { closed, key, needed: key.stanza.needed, asks };
}

/**
 * Opens a capsule with what was released, and verifies everything but the content of its files.
 *
 * @param unlocked - what the recipient's key gave; it opens once, its secrets are wiped.
 * @param shares - for each of its asks the share, or null; wiped.
 * @param workers - starts workers, where there are any.
 * @throws OpenerError `capsule.wrong_share` before `capsule.header_altered` before everything about the payload.
 */
export async function open(
    unlocked: Unlocked, shares: readonly (Uint8Array | null)[], workers: WorkerFactory | null = null,
): Promise<OpenCapsule> {
    const { closed, key } = unlocked;
    const fileKey = unmask(key, shares);
    if (!macFits(closed.header, fileKey)) throw new OpenerError("capsule.header_altered");
    const payload = await Payload.open(closed.file, closed.header.bytes.length, fileKey, workers);
    try {
        const entries = await readEntries(payload);
        const [first, ...files] = entries as [Entry, ...Entry[]];
        const last = files.pop() as Entry;
        const manifestBytes = await small(payload, first);
        const manifest = readManifest(manifestBytes, await small(payload, last));
        const same =
            manifest.files.length === files.length &&
            manifest.files.every((file, i) => file.name === files[i]?.name && file.size === files[i]?.size);
        if (!same || manifest.cid !== hex(closed.cid)) throw new OpenerError("capsule.bad_manifest");
        return new OpenCapsule(payload, manifest, sha256(manifestBytes), files);
    } catch (error) {
        payload.close();
        throw error;
    }
}

/**
 * Refuses a capsule outside its window, for a code that was read aloud in it stays good after it.
 *
 * @throws OpenerError `capsule.too_early`, `capsule.too_late`.
 */
export function checkWindow(manifest: Manifest, now: Date): void {
    if (now.getTime() < Date.parse(manifest.not_before)) throw new OpenerError("capsule.too_early", { begins: manifest.not_before });
    if (now.getTime() > Date.parse(manifest.not_after)) throw new OpenerError("capsule.too_late", { ends: manifest.not_after });
}

/** An open capsule: its manifest, verified, and its files, each shown or saved only after {@link verify}. */
export class OpenCapsule {
    readonly #verified = new Set<string>();
    #kept: { readonly name: string; readonly content: Bytes } | null = null;

    constructor(
        private readonly payload: Payload,
        readonly manifest: Manifest,
        readonly manifestSha256: Bytes,
        private readonly entries: readonly Entry[],
    ) {}

    /** Which cipher engine is at work. */
    get engine(): string {
        return this.payload.engine;
    }

    /**
     * Reads a whole file through and compares it with the manifest; nothing is kept.
     *
     * @throws OpenerError `capsule.file_altered`, `capsule.truncated`.
     */
    async verify(name: string, progress?: Progress): Promise<void> {
        for await (const _part of this.#checked(name, progress));
        this.#verified.add(name);
    }

    /**
     * Returns a whole verified file.
     *
     * @throws OpenerError `capsule.file_altered`, `capsule.truncated`, `capsule.no_such_file`.
     */
    async read(name: string, progress?: Progress): Promise<Bytes> {
        const { file, entry } = this.#find(name);
        if (file.size > LONGEST_DIGESTED) return this.#readLong(name, file, progress);
        const whole = new Uint8Array(file.size);
        try {
            let [at, crc] = [0, 0];
            for await (const part of contentOf(this.payload, entry)) {
                whole.set(part, at);
                crc = crc32(part, crc);
                at += part.length;
                progress?.(at, file.size);
            }
            // The browser's own SHA-256 is five times as fast as one in JavaScript, but takes nothing in parts.
            check(file, entry, crc, new Uint8Array(await crypto.subtle.digest("SHA-256", whole)));
        } catch (error) {
            whole.fill(0);
            throw error;
        }
        this.#verified.add(name);
        return whole;
    }

    async #readLong(name: string, file: ManifestFile, progress?: Progress): Promise<Bytes> {
        const whole = new Uint8Array(file.size);
        let at = 0;
        try {
            for await (const part of this.#checked(name, progress)) {
                whole.set(part, at);
                at += part.length;
            }
        } catch (error) {
            whole.fill(0);
            throw error;
        }
        this.#verified.add(name);
        return whole;
    }

    /**
     * Reads a range of a file, which is verified whole before the first one; of a deflated file the whole stays in memory.
     *
     * @throws OpenerError `capsule.file_altered`, `capsule.truncated`, `capsule.no_such_file`.
     */
    async readRange(name: string, offset: number, length: number, progress?: Progress): Promise<Bytes> {
        const { file, entry } = this.#find(name);
        const from = Math.min(Math.max(0, offset), file.size);
        const size = Math.min(length, file.size - from);
        if (entry.packed !== null) {
            // What is deflated cannot be entered in the middle.
            if (this.#kept?.name !== name) this.#kept = { name, content: await this.read(name, progress) };
            return this.#kept.content.slice(from, from + size);
        }
        if (!this.#verified.has(name)) await this.verify(name, progress);
        return this.payload.read(entry.start + from, size);
    }

    /**
     * Writes a file to a sink: verified whole first, then read again and compared again.
     *
     * @param name - the file.
     * @param sink - takes the bytes; what it was given stays invisible until `close`.
     * @param progress - told of both readings as one.
     * @throws OpenerError as {@link verify}; the sink was then told to `abort`.
     */
    async save(name: string, sink: Sink, progress?: Progress): Promise<void> {
        const { file } = this.#find(name);
        try {
            if (!this.#verified.has(name)) await this.verify(name, (done) => progress?.(done, 2 * file.size));
            for await (const part of this.#checked(name, (done) => progress?.(file.size + done, 2 * file.size))) {
                await sink.write(part);
            }
        } catch (error) {
            await sink.abort();
            throw error;
        }
        await sink.close();
    }

    /** Forgets the key; nothing can be read any more. */
    close(): void {
        this.payload.close();
        this.#kept?.content.fill(0);
        this.#kept = null;
    }

    #find(name: string): { file: ManifestFile; entry: Entry } {
        const i = this.manifest.files.findIndex((file) => file.name === name);
        const [file, entry] = [this.manifest.files[i], this.entries[i]];
        if (!file || !entry) throw new OpenerError("capsule.no_such_file", { file: name });
        return { file, entry };
    }

    /** Gives a file's parts and, behind the last, throws when they were not what the manifest says. */
    async *#checked(name: string, progress?: Progress): AsyncGenerator<Bytes> {
        const { file, entry } = this.#find(name);
        const digest = nobleSha256.create();
        let [crc, done] = [0, 0];
        for await (const part of contentOf(this.payload, entry)) {
            digest.update(part);
            crc = crc32(part, crc);
            done += part.length;
            progress?.(done, file.size);
            yield part;
        }
        check(file, entry, crc, digest.digest());
    }
}

/** Where a saved file goes, such as a `FileSystemWritableFileStream`. */
export interface Sink {
    write(data: Bytes): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
}

function check(file: ManifestFile, entry: Entry, crc: number, sha256: Uint8Array): void {
    if (crc !== entry.crc32) throw new OpenerError("capsule.truncated");
    if (hex(sha256) !== file.sha256) throw new OpenerError("capsule.file_altered", { file: file.name });
}

async function small(payload: Payload, entry: Entry): Promise<Bytes> {
    if (entry.size > LONGEST_MANIFEST) throw new OpenerError("capsule.bad_manifest");
    const data = await payload.read(entry.start, entry.size);
    if (crc32(data) !== entry.crc32) throw new OpenerError("capsule.truncated");
    return data;
}
