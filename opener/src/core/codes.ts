/** Digits that are read aloud: the 48-digit release code and the 18-digit challenge (docs/reference/rel1.md). */

import { type Bytes, concat } from "./bytes.ts";

const FACTOR = 11;
const DIGITS = 6;
const BETWEEN = /[\s\-‐-―−ー・,.]+/gu;

export const GROUPS = 8;

/** The digits of a code as typed or pasted, in ASCII; anything else but separators stays and spoils it. */
export const spokenDigits = (typed: string): string => typed.normalize("NFKC").replace(BETWEEN, "");

export type Reading =
    | { readonly ok: true; readonly bytes: Bytes }
    /** The wrong groups, from 1; none when the number of digits is wrong. */
    | { readonly ok: false; readonly groups: readonly number[]; readonly digits: number; readonly expected: number };

/** Tells whether one group of a release code can be right at its position (1 to 8): the check as one types. */
export const checkGroup = (typed: string, position: number): boolean => value(spokenDigits(typed), position) !== null;

/** Reads a release code back to its 16 bytes. */
export const readReleaseCode = (typed: string): Reading => read(typed, GROUPS, 1);

/** Reads a challenge back to its 6 bytes. */
export const readChallengeCode = (typed: string): Reading => read(typed, 3, 9);

/** Writes the challenge that the office is read: two bytes of the copy's id and a fresh nonce of four. */
export const challengeCode = (cid: Uint8Array, nonce: Uint8Array = crypto.getRandomValues(new Uint8Array(4))): string =>
    write(concat(cid.subarray(0, 2), nonce), 9);

/** Writes 16 bytes as eight groups. */
export const releaseCode = (share: Uint8Array): string => write(share, 1);

function write(data: Uint8Array, residue: number): string {
    const groups: string[] = [];
    for (let i = 0; i < data.length; i += 2) {
        const word = ((data[i] as number) << 8) | (data[i + 1] as number);
        groups.push(String(FACTOR * word + residue + i / 2).padStart(DIGITS, "0"));
    }
    return groups.join(" ");
}

function read(typed: string, count: number, residue: number): Reading {
    const digits = spokenDigits(typed);
    const expected = count * DIGITS;
    if (digits.length !== expected || !/^[0-9]*$/.test(digits)) {
        return { ok: false, groups: [], digits: digits.replace(/[^0-9]/g, "").length, expected };
    }
    const values = Array.from({ length: count }, (_, i) => value(digits.slice(DIGITS * i, DIGITS * (i + 1)), residue + i));
    const wrong = values.flatMap((each, i) => (each === null ? [i + 1] : []));
    if (wrong.length > 0) return { ok: false, groups: wrong, digits: digits.length, expected };
    return { ok: true, bytes: Uint8Array.from(values.flatMap((each) => [(each as number) >> 8, (each as number) & 0xff])) };
}

function value(group: string, residue: number): number | null {
    if (!/^[0-9]{6}$/.test(group)) return null;
    const word = (Number(group) - residue) / FACTOR;
    return Number.isInteger(word) && word >= 0 && word < 1 << 16 ? word : null;
}
