/** Release through a telephone's camera: a QR code out, 48 masked digits in, worthless to whoever overhears them. */

import { x25519 } from "@noble/curves/ed25519.js";
import { base32nopad } from "@scure/base";
import { encodeQR } from "qr";
import { type Bytes, concat, utf8, wipe, xor } from "./bytes.ts";
import type { Ask } from "./capsule.ts";
import { hkdf } from "./kdf.ts";

const PREFIX = "SEKISHO1:";

/** A question that only this page's memory can read the answer to. */
export class RelayQuestion {
    readonly #secret: Bytes;
    readonly #public: Bytes;

    /**
     * @param ask - what is asked for.
     * @param relay - the custodian's static key, from the card.
     * @param secret - of the ephemeral key; random.
     */
    constructor(
        readonly ask: Ask,
        private readonly relay: Uint8Array,
        secret: Bytes = x25519.utils.randomSecretKey() as Bytes,
    ) {
        this.#secret = secret;
        this.#public = x25519.getPublicKey(secret) as Bytes;
    }

    /** What the QR code says. */
    get text(): string {
        const { ticket, headerSha256 } = this.ask;
        return PREFIX + base32nopad.encode(concat(ticket.kid, ticket.cid, ticket.tid, this.#public, headerSha256.subarray(0, 8)));
    }

    /** The QR code: rows of modules, true is dark. */
    get modules(): boolean[][] {
        return encodeQR(this.text, "raw", { ecc: "medium", encoding: "alphanumeric", border: 4 });
    }

    /** The share in an answer of 16 bytes, as `readReleaseCode` reads it. */
    answer(masked: Uint8Array): Bytes {
        const { ticket } = this.ask;
        const info = concat(utf8("sekisho.example/rel1 relay\0"), ticket.cid, ticket.tid, this.#public, this.relay);
        return xor(masked, hkdf(x25519.getSharedSecret(this.#secret, this.relay), undefined, info, 16));
    }

    /** Forgets the ephemeral key. */
    close(): void {
        wipe(this.#secret);
    }
}
