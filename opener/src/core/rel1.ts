/** The release stanza `rel1` (docs/reference/rel1.md): a file key split between a recipient and custodians. */

import { type Bytes, concat, equal, fromUnpadded, utf8, wipe, xor } from "./bytes.ts";
import { OpenerError } from "./errors.ts";
import type { Header, Stanza } from "./header.ts";
import { type Identity, INNER_TYPES, checkInner } from "./identity.ts";
import { hkdf } from "./kdf.ts";
import { type Point, interpolate } from "./shamir.ts";

export const NAME = "sekisho.example/rel1";
const LONGEST_SHOWN = 40;
const MOST_CUSTODIANS = 16;

/** One custodian's part in a stanza. */
export interface Ticket {
    readonly cid: Bytes;
    readonly tid: Bytes;
    readonly kid: Bytes;
    readonly kcv: Bytes;
    /** f(i) under this custodian's mask, in a stanza of several custodians. */
    readonly masked?: Bytes;
}

export interface ReleaseStanza {
    readonly cid: Bytes;
    /** How many shares open it. */
    readonly needed: number;
    readonly tickets: readonly Ticket[];
    readonly inner: Stanza;
}

/** What a recipient's key alone gives. */
export interface MaskedKey {
    readonly stanza: ReleaseStanza;
    readonly masked: Bytes;
}

const derive = (share: Uint8Array, label: string, ticket: Ticket, size: number): Bytes =>
    hkdf(share, undefined, concat(utf8(NAME + label), ticket.cid, ticket.tid), size);

export const mask = (share: Uint8Array, ticket: Ticket): Bytes => derive(share, "\0", ticket, 16);
export const checkValue = (share: Uint8Array, ticket: Ticket): Bytes => derive(share, " kcv", ticket, 8);

/** Tells whether a share is the one, before anything is decrypted with it. */
export const fits = (share: Uint8Array, ticket: Ticket): boolean =>
    share.length === 16 && equal(checkValue(share, ticket), ticket.kcv);

/**
 * Returns a capsule's release stanzas, all the refusal rules applied.
 *
 * @throws OpenerError no capsule, a way past the custodian, or a stanza that is malformed or of a type not known here.
 */
export function readStanzas(header: Header): readonly ReleaseStanza[] {
    const ours = header.stanzas.filter((stanza) => stanza.type === NAME);
    const foreign = header.stanzas.find((stanza) => stanza.type !== NAME && !stanza.type.endsWith("-grease"));
    if (ours.length === 0) throw new OpenerError("capsule.not_a_capsule");
    if (foreign) throw new OpenerError("capsule.foreign_stanza", { type: foreign.type.slice(0, LONGEST_SHOWN) });
    const stanzas = ours.map(parse);
    const [first] = stanzas as [ReleaseStanza];
    const tickets = stanzas.flatMap((stanza) => stanza.tickets);
    const distinct = new Set(tickets.map((ticket) => ticket.tid.join()));
    if (distinct.size !== tickets.length || !stanzas.every((each) => equal(each.cid, first.cid))) throw bad();
    return stanzas;
}

/**
 * Returns the masked file key that one of these identities gives.
 *
 * @throws OpenerError `capsule.other_recipient`, or `capsule.bad_stanza`.
 */
export async function unwrap(stanzas: readonly ReleaseStanza[], identities: readonly Identity[]): Promise<MaskedKey> {
    for (const stanza of stanzas) {
        for (const identity of identities) {
            if (identity.type !== stanza.inner.type) continue;
            const masked = await identity.unwrap(stanza.inner);
            if (masked) return { stanza, masked };
        }
    }
    throw new OpenerError("capsule.other_recipient");
}

/**
 * Returns the file key; wipes shares and masked key.
 *
 * @param key - what the recipient's key gave.
 * @param shares - one for each ticket of the stanza, where there is one.
 * @throws OpenerError `capsule.wrong_share`: fewer shares fit than the stanza needs.
 */
export function unmask(key: MaskedKey, shares: readonly (Uint8Array | null)[]): Bytes {
    const { tickets, needed } = key.stanza;
    const points: Point[] = [];
    let hidden: Bytes | null = null;
    tickets.forEach((ticket, i) => {
        const share = shares[i];
        if (!share || !fits(share, ticket)) return;
        const own = mask(share, ticket);
        if (ticket.masked) points.push({ x: i + 1, y: xor(ticket.masked, own) });
        else hidden = own;
        wipe(share);
    });
    if (points.length >= needed) hidden = interpolate(points.slice(0, needed));
    if (!hidden) throw new OpenerError("capsule.wrong_share");
    const fileKey = xor(key.masked, hidden);
    wipe(key.masked, hidden);
    return fileKey;
}

const bad = (): OpenerError => new OpenerError("capsule.bad_stanza");

function parse(stanza: Stanza): ReleaseStanza {
    let read: ReleaseStanza;
    try {
        const several = /^([1-9][0-9]?)\/([1-9][0-9]?)$/.exec(stanza.args[1] ?? "");
        read = several ? parseSeveral(stanza, Number(several[1]), Number(several[2])) : parseSingle(stanza);
    } catch {
        throw bad();
    }
    if (!INNER_TYPES.has(read.inner.type)) {
        throw new OpenerError("capsule.unknown_recipient", { type: read.inner.type.slice(0, LONGEST_SHOWN) });
    }
    checkInner(read.inner);
    return read;
}

function parseSingle(stanza: Stanza): ReleaseStanza {
    const [cid, tid, kid, kcv, ...inner] = stanza.args;
    const ids = fromUnpadded(need(cid), 16);
    const ticket = { cid: ids, tid: fromUnpadded(need(tid), 16), kid: fromUnpadded(need(kid), 8), kcv: fromUnpadded(need(kcv), 8) };
    return { cid: ids, needed: 1, tickets: [ticket], inner: innerOf(inner, stanza.body) };
}

function parseSeveral(stanza: Stanza, needed: number, count: number): ReleaseStanza {
    if (needed < 2 || needed > count || count > MOST_CUSTODIANS) throw new RangeError("no such threshold");
    const cid = fromUnpadded(need(stanza.args[0]), 16);
    const parts = stanza.args.slice(2, 2 + 4 * count);
    const tickets = Array.from({ length: count }, (_, i) => ({
        cid,
        tid: fromUnpadded(need(parts[4 * i]), 16),
        kid: fromUnpadded(need(parts[4 * i + 1]), 8),
        kcv: fromUnpadded(need(parts[4 * i + 2]), 8),
        masked: fromUnpadded(need(parts[4 * i + 3]), 16),
    }));
    // A custodian that had two tickets would count twice.
    if (new Set(tickets.map(({ kid }) => kid.join())).size !== count) throw new RangeError("a custodian twice");
    return { cid, needed, tickets, inner: innerOf(stanza.args.slice(2 + 4 * count), stanza.body) };
}

function innerOf(words: readonly string[], body: Bytes): Stanza {
    const [type, ...args] = words;
    return { type: need(type), args, body };
}

function need(word: string | undefined): string {
    if (word === undefined) throw new RangeError("too few arguments");
    return word;
}
