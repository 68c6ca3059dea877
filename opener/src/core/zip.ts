/**
 * The payload of a capsule: a ZIP64 file in its one spelling.
 *
 * Every byte that is not content is worked out from names, sizes and check sums, and a file in which one differs is
 * refused, so that no two programs can see two capsules in it.
 */

import { type Bytes, concat, equal, text, utf8 } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { OpenerError } from "./errors.ts";
import { Names } from "./names.ts";
import type { Payload } from "./payload.ts";

export const MANIFEST = "SEKISHO/manifest.json";
export const SIGNATURE = "SEKISHO/manifest.sig";
export const PADDING = "SEKISHO/padding";

/** An entry of the directory. */
export interface Entry {
    readonly name: string;
    readonly size: number;
    readonly crc32: number;
    /** How many bytes it takes deflated; null where it is stored. */
    readonly packed: number | null;
    /** Where its content begins. */
    readonly start: number;
}

const END = 22;
const LOCATOR = 20;
const END64 = 56;
const CENTRAL = 46;
const CENTRAL_EXTRA = 28;
const VERSION = 45;
const STORED = 0;
const DEFLATED = 8;
const UTF8_NAME = 0x0800;
const IN_EXTRA = 0xffffffff;
const LONGEST_DIRECTORY = 1 << 28;

const broken = (rule: string): OpenerError => new OpenerError("capsule.bad_payload", { rule });

/**
 * Reads the directory, every byte of it and of the local headers checked, and the padding.
 *
 * @returns the manifest, the files and the signature.
 * @throws OpenerError `capsule.bad_payload`, with the rule that is broken.
 */
export async function readEntries(payload: Payload): Promise<readonly Entry[]> {
    const { at, directory } = await readDirectory(payload);
    const records = parseDirectory(directory);
    const [first] = records;
    if (!first || records.length < 2 || first.name !== MANIFEST || records.at(-1)?.name !== SIGNATURE) {
        throw broken("manifest first, signature last");
    }
    if (records.slice(0, -2).some(({ name }) => name === PADDING)) {
        throw broken("padding before the signature, and no file of that name");
    }
    const layout = new Layout(first.stamp);
    const entries: Entry[] = [];
    for (const record of records) {
        const from = layout.at;
        const header = added(layout, record);
        if (layout.at > at || !equal(await payload.read(from, header.length), header)) {
            throw broken("entries stored or deflated, in order, without gaps, and both their headers the same");
        }
        const { name, size, crc32, packed } = record;
        entries.push({ name, size, crc32, packed, start: from + header.length });
    }
    const end = layout.end();
    if (layout.at + end.length !== payload.size || !equal(await payload.read(layout.at, end.length), end)) {
        throw broken("a plain directory, and nothing before or after it");
    }
    const padding = entries.find(({ name }) => name === PADDING);
    if (padding) await checkPadding(payload, padding);
    return entries.filter((entry) => entry !== padding);
}

/** Gives the content of an entry; what is deflated is let grow to its size and not one byte further. */
export function contentOf(payload: Payload, entry: Entry): AsyncGenerator<Bytes> {
    if (entry.packed === null) return payload.stream(entry.start, entry.size);
    return inflated(payload.stream(entry.start, entry.packed), entry.size);
}

async function* inflated(parts: AsyncGenerator<Bytes>, size: number): AsyncGenerator<Bytes> {
    const packed = new ReadableStream<Bytes>({
        async pull(controller) {
            const { value, done } = await parts.next();
            if (done) controller.close();
            else controller.enqueue(value);
        },
    });
    const reader = packed.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    let total = 0;
    try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
            total += next.value.length;
            if (total > size) break;
            yield next.value;
        }
    } catch (error) {
        throw error instanceof OpenerError ? error : new OpenerError("capsule.truncated");
    } finally {
        reader.cancel().catch(() => undefined);
    }
    if (total !== size) throw new OpenerError("capsule.truncated");
}

/** Refuses padding that is not zeros, or more or less of them than there must be: nothing else hides in it. */
async function checkPadding(payload: Payload, { start, size, crc32: expected }: Entry): Promise<void> {
    let [zeros, crc] = [payload.size === padded(payload.size - size), 0];
    if (zeros) {
        for await (const part of payload.stream(start, size)) {
            zeros &&= part.every((byte) => byte === 0);
            crc = crc32(part, crc);
        }
    }
    if (!zeros || crc !== expected) throw broken("padding of zeros, as many as the size asks for");
}

/** Padmé (PETS 2019, PURBs, section 4): a size of which only the leading bits are left. */
export function padded(size: number): number {
    if (size < 2) return size;
    const exponent = BigInt(size).toString(2).length - 1;
    const low = 2n ** BigInt(exponent - exponent.toString(2).length) - 1n;
    return Number((BigInt(size) + low) & ~low);
}

interface Record {
    readonly name: string;
    readonly size: number;
    readonly crc32: number;
    readonly packed: number | null;
    readonly stamp: number;
}

async function readDirectory(payload: Payload): Promise<{ at: number; directory: Bytes }> {
    const tail = END + LOCATOR + END64;
    if (payload.size < tail) throw broken("a ZIP file");
    const end = await payload.read(payload.size - tail, tail);
    const view = new DataView(end.buffer, end.byteOffset);
    if (view.getUint32(0, true) !== 0x06064b50) throw broken("a ZIP file");
    const size = safe(view, 40);
    const at = safe(view, 48);
    if (at + size !== payload.size - tail || size > LONGEST_DIRECTORY) {
        throw broken("a plain directory, and nothing before or after it");
    }
    return { at, directory: await payload.read(at, size) };
}

function parseDirectory(directory: Bytes): Record[] {
    const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
    const records: Record[] = [];
    try {
        for (let at = 0; at < directory.length; ) {
            const nameSize = view.getUint16(at + 28, true);
            const extra = at + CENTRAL + nameSize;
            records.push({
                name: text(directory.subarray(at + CENTRAL, extra)),
                size: safe(view, extra + 4),
                packed: view.getUint16(at + 10, true) === STORED ? null : safe(view, extra + 12),
                crc32: view.getUint32(at + 16, true),
                stamp: view.getUint32(at + 12, true),
            });
            at = extra + CENTRAL_EXTRA;
        }
    } catch (error) {
        throw error instanceof OpenerError ? error : broken("a plain directory, and nothing before or after it");
    }
    return records;
}

function added(layout: Layout, record: Record): Bytes {
    try {
        return layout.add(record);
    } catch (problem) {
        throw broken(problem instanceof Error ? problem.message : "");
    }
}

function safe(view: DataView, at: number): number {
    const value = view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken("a size that can be");
    return Number(value);
}

/** Where everything stands and what it says, but for the content. */
class Layout {
    at = 0;
    readonly #names = new Names();
    readonly #central: Bytes[] = [];

    constructor(private readonly stamp: number) {}

    /** Returns the local header of the next entry; `at` moves to the end of its content. */
    add({ name, size, crc32, packed }: Record): Bytes {
        if (packed !== null && [MANIFEST, SIGNATURE, PADDING].includes(name)) {
            throw new RangeError("manifest, signature and padding stored");
        }
        this.#names.add(name);
        const taken = packed ?? size;
        const method = packed === null ? STORED : DEFLATED;
        const encoded = utf8(name);
        const common = [u16(VERSION), u16(UTF8_NAME), u16(method), u32(this.stamp), u32(crc32), u32(IN_EXTRA), u32(IN_EXTRA)];
        const local = concat(
            u32(0x04034b50), ...common, u16(encoded.length), u16(20), encoded, u16(1), u16(16), u64(size), u64(taken),
        );
        this.#central.push(
            concat(
                u32(0x02014b50), u16((3 << 8) | VERSION), ...common, u16(encoded.length), u16(CENTRAL_EXTRA), u16(0), u16(0),
                u16(0), u32(0o100600 * 2 ** 16), u32(IN_EXTRA), encoded, u16(1), u16(24), u64(size), u64(taken), u64(this.at),
            ),
        );
        this.at += local.length + taken;
        return local;
    }

    /** Returns what follows the last entry. */
    end(): Bytes {
        const directory = concat(...this.#central);
        const [start, count, size] = [this.at, this.#central.length, directory.length];
        const end64 = concat(
            u32(0x06064b50), u64(END64 - 12), u16(VERSION), u16(VERSION), u32(0), u32(0), u64(count), u64(count), u64(size),
            u64(start),
        );
        const locator = concat(u32(0x07064b50), u32(0), u64(start + size), u32(1));
        const short = Math.min(count, 0xffff);
        const end = concat(
            u32(0x06054b50), u16(0), u16(0), u16(short), u16(short), u32(Math.min(size, IN_EXTRA)),
            u32(Math.min(start, IN_EXTRA)), u16(0),
        );
        return concat(directory, end64, locator, end);
    }
}

const field = (size: number, set: (view: DataView) => void): Bytes => {
    const bytes = new Uint8Array(size);
    set(new DataView(bytes.buffer));
    return bytes;
};
const u16 = (value: number): Bytes => field(2, (view) => view.setUint16(0, value, true));
const u32 = (value: number): Bytes => field(4, (view) => view.setUint32(0, value, true));
const u64 = (value: number): Bytes => field(8, (view) => view.setBigUint64(0, BigInt(value), true));
