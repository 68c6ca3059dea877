/** The office's card, which the page bears: whom to call, whose capsules these are, which log's key is pinned. */

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { type Bytes, concat, equal, fromBase64, fromHex, utf8 } from "./bytes.ts";
import { OpenerError } from "./errors.ts";
import { type VerifierKey, kidOf, parseVkey } from "./ledger.ts";

export interface Office {
    readonly name: string;
    readonly phone: string;
    readonly kid: Bytes;
    readonly log: VerifierKey;
    /** The custodian's static key for masked digits, vouched for by the log's key. */
    readonly relay: Bytes | null;
    /** Where releases are asked for; empty where there is no such server. */
    readonly url: string;
}

interface Card {
    readonly v: number;
    readonly name: string;
    readonly phone: string;
    readonly kid: string;
    readonly log: string;
    readonly relay?: string;
    readonly relay_signature?: string;
    readonly url?: string;
}

/**
 * Reads a card.
 *
 * @throws OpenerError `office.bad_card`: it contradicts itself.
 */
export function readCard(json: string): Office {
    try {
        const card = JSON.parse(json) as Card;
        const log = parseVkey(card.log);
        const kid = fromHex(card.kid, 8);
        const whole = card.v === 1 && [card.name, card.phone, card.url ?? ""].every((each) => typeof each === "string");
        if (!whole || !equal(kidOf(log), kid)) throw new RangeError("another log");
        const url = card.url ?? "";
        if (url && !/^https?:\/\/[!-~]+$/.test(url)) throw new RangeError("an address");
        return { name: card.name, phone: card.phone, kid, log, relay: relayOf(card, log), url };
    } catch {
        throw new OpenerError("office.bad_card");
    }
}

function relayOf(card: Card, log: VerifierKey): Bytes | null {
    if (!card.relay) return null;
    const relay = fromBase64(card.relay, 32);
    const signed = concat(utf8("sekisho.example/relay\0"), relay);
    if (!ed25519.verify(fromBase64(card.relay_signature ?? "", 64), signed, log.public, { zip215: false })) {
        throw new RangeError("a relay key that the log does not vouch for");
    }
    x25519.getSharedSecret(new Uint8Array(32).fill(8), relay); // throws on a key of low order
    return relay;
}
