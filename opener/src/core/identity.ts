/** The recipient's key: identities of age, and the files that they are kept in. */

import { x25519 } from "@noble/curves/ed25519.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from "@panva/hpke-noble";
import { bech32 } from "@scure/base";
import { Decrypter, armor } from "age-encryption";
import { CipherSuite } from "hpke";
import { type Bytes, concat, fromUnpadded, text, utf8 } from "./bytes.ts";
import { OpenerError } from "./errors.ts";
import type { Stanza } from "./header.ts";
import { hkdf } from "./kdf.ts";

/** A recipient's private key. */
export interface Identity {
    readonly type: "X25519" | "mlkem768x25519";
    /**
     * Returns what a stanza of its type wraps, or null when that is for somebody else.
     *
     * @throws OpenerError `capsule.bad_stanza`: the stanza breaks its type's rules.
     */
    unwrap(stanza: Stanza): Promise<Bytes | null>;
    /** Forgets the key; best effort. */
    wipe(): void;
}

/** Inner recipients that a capsule may have, with the bytes of each argument; that of `p256tag` lives in a token. */
export const INNER_TYPES: ReadonlyMap<string, readonly number[]> = new Map([
    ["X25519", [32]],
    ["mlkem768x25519", [1120]],
    ["p256tag", [4, 65]],
]);

const X25519_LABEL = utf8("age-encryption.org/v1/X25519");
const HYBRID_LABEL = utf8("age-encryption.org/mlkem768x25519");
const HYBRID_ENC = 1120;
const BODY = 32;
const NO_NONCE = new Uint8Array(12);
const AGE_BINARY = utf8("age-encryption.org/");
const LONGEST_FILE = 1 << 20;

/**
 * Checks an inner stanza of a known type, whoever it is for.
 *
 * @throws OpenerError `capsule.bad_stanza`.
 */
export function checkInner({ type, args, body }: Stanza): void {
    const sizes = INNER_TYPES.get(type) ?? [];
    try {
        if (args.length !== sizes.length || body.length !== BODY) throw new RangeError("not its form");
        const values = args.map((argument, i) => fromUnpadded(argument, sizes[i]));
        // On a share of low order, alone or behind one of ML-KEM, this throws.
        if (type !== "p256tag") x25519.getSharedSecret(new Uint8Array(32).fill(8), (values[0] as Bytes).subarray(-32));
    } catch {
        throw new OpenerError("capsule.bad_stanza");
    }
}

class X25519Identity implements Identity {
    readonly type = "X25519";
    readonly #recipient: Bytes;
    constructor(private readonly secret: Bytes) {
        this.#recipient = x25519.getPublicKey(secret) as Bytes;
    }

    async unwrap(stanza: Stanza): Promise<Bytes | null> {
        const share = fromUnpadded(stanza.args[0] as string, 32);
        const secret = x25519.getSharedSecret(this.secret, share);
        const key = hkdf(secret, concat(share, this.#recipient), X25519_LABEL, 32);
        try {
            return chacha20poly1305(key, NO_NONCE).decrypt(stanza.body) as Bytes;
        } catch {
            return null;
        }
    }

    wipe(): void {
        this.secret.fill(0);
    }
}

class HybridIdentity implements Identity {
    readonly type = "mlkem768x25519";
    constructor(private readonly seed: Bytes) {}

    async unwrap(stanza: Stanza): Promise<Bytes | null> {
        const suite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);
        const key = await suite.DeserializePrivateKey(this.seed, false);
        try {
            const enc = fromUnpadded(stanza.args[0] as string, HYBRID_ENC);
            return (await suite.Open(key, enc, stanza.body, { info: HYBRID_LABEL })) as Bytes;
        } catch {
            return null;
        }
    }

    wipe(): void {
        this.seed.fill(0);
    }
}

/**
 * Reads one identity as age spells it.
 *
 * @throws OpenerError `identity.unreadable`, or `identity.unsupported` for a key that lives in a token.
 */
export function identityFromText(line: string): Identity {
    if (/^AGE-PLUGIN-/i.test(line)) throw new OpenerError("identity.unsupported");
    try {
        const { prefix, bytes } = bech32.decodeToBytes(line);
        if (line !== line.toUpperCase() || bytes.length !== 32) throw new RangeError("another form");
        if (prefix.toUpperCase() === "AGE-SECRET-KEY-") return new X25519Identity(bytes as Bytes);
        if (prefix.toUpperCase() === "AGE-SECRET-KEY-PQ-") return new HybridIdentity(bytes as Bytes);
    } catch {
        // told below, without a word of the key
    }
    throw new OpenerError("identity.unreadable");
}

/** Tells whether a key file is locked with a passphrase (a PIN). */
export function isLocked(file: Uint8Array): boolean {
    const start = file.subarray(0, 64);
    return AGE_BINARY.every((byte, i) => start[i] === byte) || isArmored(file);
}

/**
 * Reads the identities of a key file: one on a line, `#` begins a comment; the whole may be an age file under a passphrase.
 *
 * @param file - its content.
 * @param passphrase - what unlocks it; without one a locked file is told as `identity.locked`.
 * @throws OpenerError `identity.*`.
 */
export async function readIdentities(file: Bytes, passphrase?: string): Promise<Identity[]> {
    if (file.length > LONGEST_FILE) throw new OpenerError("identity.unreadable");
    if (isLocked(file)) {
        if (passphrase === undefined) throw new OpenerError("identity.locked");
        file = await unlock(file, passphrase);
        if (isLocked(file)) throw new OpenerError("identity.unreadable");
    }
    const lines = decoded(file).split(/\r?\n/).map((line) => line.trim());
    const identities = lines.filter((line) => line && !line.startsWith("#")).map(identityFromText);
    if (identities.length === 0) throw new OpenerError("identity.unreadable");
    return identities;
}

async function unlock(file: Bytes, passphrase: string): Promise<Bytes> {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    try {
        const binary = isArmored(file) ? armor.decode(decoded(file)) : file;
        return (await decrypter.decrypt(binary)) as Bytes;
    } catch {
        throw new OpenerError("identity.wrong_passphrase");
    }
}

const isArmored = (file: Uint8Array): boolean =>
    String.fromCharCode(...file.subarray(0, 64)).trimStart().startsWith("-----BEGIN AGE ENCRYPTED FILE-----");

function decoded(file: Uint8Array): string {
    try {
        return text(file).replace(/^\uFEFF/, "");
    } catch {
        throw new OpenerError("identity.unreadable");
    }
}
