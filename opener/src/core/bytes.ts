/** Bytes and their spellings, each read in one form only. */

import { base64, base64nopad } from "@scure/base";

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes;

/** Decodes UTF-8; throws on anything that is not. */
export const text = (data: Uint8Array): string => decoder.decode(data);

export function concat(...parts: readonly Uint8Array[]): Bytes {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean => {
    let differ = a.length ^ b.length;
    for (let i = 0; i < a.length; i++) differ |= (a[i] as number) ^ (b[i] ?? 0);
    return differ === 0;
};

export const xor = (a: Uint8Array, b: Uint8Array): Bytes => {
    if (a.length !== b.length) throw new RangeError("different sizes");
    return Uint8Array.from(a, (value, i) => value ^ (b[i] as number));
};

/** Overwrites keys; best effort, since the engine may have copied them. */
export const wipe = (...secrets: readonly Uint8Array[]): void => secrets.forEach((each) => each.fill(0));

export const hex = (data: Uint8Array): string => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Reads lower-case hex of a known size. */
export function fromHex(digits: string, size: number): Bytes {
    if (!/^[0-9a-f]*$/.test(digits) || digits.length !== 2 * size) throw new RangeError("not hex of that size");
    return Uint8Array.from({ length: size }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Reads canonical Base64 without padding, as age spells it; `@scure/base` refuses bits left over. */
export function fromUnpadded(encoded: string, size?: number): Bytes {
    const data = base64nopad.decode(encoded) as Bytes;
    if (size !== undefined && data.length !== size) throw new RangeError("another size");
    return data;
}

export const toBase64 = (data: Uint8Array): string => base64.encode(data);

/** Reads canonical Base64 with padding. */
export function fromBase64(encoded: string, size?: number): Bytes {
    const data = base64.decode(encoded) as Bytes;
    if (size !== undefined && data.length !== size) throw new RangeError("another size");
    return data;
}
