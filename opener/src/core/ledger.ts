/** What shows that a leaf stands in the office's log (C2SP signed-note, tlog-checkpoint, tlog-proof; RFC 6962). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { type Bytes, concat, equal, fromBase64, hex, utf8 } from "./bytes.ts";
import { readDecimal } from "./encoding.ts";
import { OpenerError, type Problem } from "./errors.ts";
import { sha256 } from "./kdf.ts";

const ED25519 = 0x01;
const MARK = "— ";
const MOST_SIGNATURES = 100;
const MOST_HASHES = 63;
const HASH_BYTES = 32;

/** A log's public key with the name it signs under. */
export interface VerifierKey {
    readonly name: string;
    readonly public: Bytes;
    /** The four bytes that mark its signatures. */
    readonly id: Bytes;
}

/** Reads a vkey, `name+id+base64`; throws `ledger.bad_vkey`. */
export function parseVkey(vkey: string): VerifierKey {
    return guarded("ledger.bad_vkey", () => {
        const [, name, id, encoded] = /^([^\s+\p{Cc}]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey) as unknown as [string, string, string, string];
        const material = fromBase64(encoded, 33);
        const expected = sha256(concat(utf8(`${name}\n`), material)).subarray(0, 4);
        if (material[0] !== ED25519 || hex(expected) !== id) throw new RangeError("another key");
        return { name, public: material.slice(1), id: expected };
    });
}

/** The custodian's id in a capsule: what its log key says of itself. */
export const kidOf = (key: VerifierKey): Bytes => sha256(key.public).slice(0, 8);

export const leafHash = (leaf: Uint8Array): Bytes => sha256(concat(Uint8Array.of(0), leaf));
const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => sha256(concat(Uint8Array.of(1), left, right));

/**
 * Verifies that the log of this key holds a leaf, and returns its index and the checkpoint's size.
 *
 * @throws OpenerError `ledger.*`.
 */
export function verifyProof(proof: string, leaf: Uint8Array, key: VerifierKey): { index: number; size: number } {
    const { index, hashes, checkpoint } = parseProof(proof);
    const { size, root } = openCheckpoint(checkpoint, key);
    const computed = rootOf(leafHash(leaf), index, size, hashes);
    if (!computed || !equal(computed, root)) throw new OpenerError("ledger.not_included", { index, size });
    return { index, size };
}

function parseProof(proof: string): { index: number; hashes: Bytes[]; checkpoint: string } {
    return guarded("ledger.bad_proof", () => {
        const at = proof.indexOf("\n\n");
        const [header, ...lines] = proof.slice(0, at).split("\n");
        if (lines[0]?.startsWith("extra ")) fromBase64((lines.shift() as string).slice(6));
        if (at < 0 || header !== "c2sp.org/tlog-proof@v1" || !lines[0]?.startsWith("index ")) throw new RangeError("a line");
        const hashes = lines.slice(1).map((line) => fromBase64(line, 32));
        if (hashes.length > MOST_HASHES) throw new RangeError("too long");
        return { index: readDecimal(lines[0].slice(6)), hashes, checkpoint: proof.slice(at + 2) };
    });
}

function openCheckpoint(note: string, key: VerifierKey): { size: number; root: Bytes } {
    const signed = openNote(note, key);
    return guarded("ledger.bad_checkpoint", () => {
        const lines = signed.slice(0, -1).split("\n");
        const [origin, size, root] = lines as [string, string, string];
        if (lines.length < 3 || !lines.every(Boolean)) throw new RangeError("its lines");
        if (origin !== key.name) throw new OpenerError("ledger.other_origin", { origin, expected: key.name });
        return { size: readDecimal(size), root: fromBase64(root, 32) };
    });
}

/** Returns the text of a note that the key signed; other signatures are passed over. */
function openNote(note: string, key: VerifierKey): string {
    const { signed, lines } = guarded("ledger.bad_note", () => parseNote(note));
    const own = lines.filter(({ name, data }) => name === key.name && equal(data.subarray(0, 4), key.id));
    for (const { data } of own) {
        let fits = false;
        try {
            fits = ed25519.verify(data.subarray(4), utf8(signed), key.public, { zip215: false });
        } catch {
            // a signature of another size
        }
        if (!fits) throw new OpenerError("ledger.bad_signature", { key: key.name });
    }
    if (own.length === 0) throw new OpenerError("ledger.unsigned");
    return signed;
}

function parseNote(note: string): { signed: string; lines: { name: string; data: Bytes }[] } {
    const at = note.lastIndexOf("\n\n");
    if (at < 0 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) throw new RangeError("not a note");
    const lines = note.slice(at + 2, -1).split("\n");
    if (lines.length > MOST_SIGNATURES) throw new RangeError("too many signatures");
    const parsed = lines.map((line) => {
        const [, name, encoded] = /^— ([^\s+\p{Cc}]+) (.+)$/u.exec(line) as unknown as [string, string, string];
        const data = fromBase64(encoded);
        if (!line.startsWith(MARK) || data.length <= 4) throw new RangeError("not a signature line");
        return { name, data };
    });
    return { signed: note.slice(0, at + 1), lines: parsed };
}

/** The root that an inclusion path leads to (RFC 9162, 2.1.3.2), or null for a path that cannot be. */
export function rootOf(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Bytes | null {
    if (index >= size || leaf.length !== HASH_BYTES) return null;
    let [node, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
    for (const sibling of path) {
        if (last === 0n) return null;
        if (node & 1n || node === last) {
            hash = nodeHash(sibling, hash);
            while (!(node & 1n) && node !== 0n) {
                node >>= 1n;
                last >>= 1n;
            }
        } else {
            hash = nodeHash(hash, sibling);
        }
        node >>= 1n;
        last >>= 1n;
    }
    return last === 0n ? hash : null;
}

function guarded<T>(problem: Problem, read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw error instanceof OpenerError ? error : new OpenerError(problem);
    }
}
