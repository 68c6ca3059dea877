/** What an office answers to a release request, and what of it is believed (docs/reference/release.md). */

import { AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256, KEM_MLKEM768_X25519 } from "@panva/hpke-noble";
import { CipherSuite, type Key } from "hpke";
import { type Bytes, concat, fromBase64, hex, text, utf8 } from "./bytes.ts";
import type { Ask } from "./capsule.ts";
import { OpenerError } from "./errors.ts";
import { sha256 } from "./kdf.ts";
import { type VerifierKey, leafHash, verifyProof } from "./ledger.ts";
import { count, digest, object, oneOf, string } from "./shape.ts";

export type Suite = "x25519" | "xwing";

/** What the office says while there is no share yet. */
export type Waiting =
    | { readonly state: "waiting"; readonly number: number; readonly have: number; readonly need: number }
    | { readonly state: "factor"; readonly left: number };

/** A release, proven. */
export interface Released {
    readonly share: Bytes;
    /** SHA-256 that the whole capsule and its manifest have, in hex, as the office recorded them. */
    readonly capsule: string;
    readonly manifest: string;
    /** Place of the release in the office's log. */
    readonly index: number;
    /** The tlog-proof of it, which may be kept and names nobody. */
    readonly proof: string;
}

type Answer =
    | Waiting
    | { readonly state: "released"; readonly sealed: string; readonly leaf: string; readonly proof: string; readonly capsule: string; readonly manifest: string }
    | { readonly state: "refused"; readonly key: string; readonly ja: string; readonly en: string };

const SHAPES: Readonly<Record<Answer["state"], (value: unknown) => boolean>> = {
    waiting: object({ state: oneOf("waiting"), number: count, have: count, need: count }),
    factor: object({ state: oneOf("factor"), left: count }),
    released: object({ state: oneOf("released"), sealed: string, leaf: string, proof: string, capsule: digest, manifest: digest }),
    refused: object({ state: oneOf("refused"), key: string, ja: string, en: string }),
};

const RELEASED = utf8("sekisho.example/rel1 release\0");
const ENC_SIZE = { x25519: 32, xwing: 1120 } as const;

export const suiteOf = (name: Suite): CipherSuite =>
    new CipherSuite(
        name === "xwing" ? KEM_MLKEM768_X25519 : KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305,
    );

/** What an answer must fit. */
export interface Asked {
    readonly ask: Ask;
    /** The log's key from the office's card. */
    readonly log: VerifierKey;
    readonly suite: Suite;
    /** The private half of the ephemeral key. */
    readonly key: Key;
    /** The request document, byte for byte. */
    readonly document: Bytes;
}

/**
 * Reads an answer and verifies what it proves: the release stands in the office's log and is for this very request.
 *
 * @throws OpenerError `release.refused` with the office's words, `release.bad_answer`, `ledger.*`, `capsule.wrong_share`.
 */
export async function readAnswer(said: string, asked: Asked): Promise<Waiting | Released> {
    const answer = parse(said);
    if (answer.state === "refused") {
        throw new OpenerError("release.refused", { key: answer.key, ja: answer.ja, en: answer.en });
    }
    if (answer.state !== "released") return answer;
    const leaf = decoded(() => fromBase64(answer.leaf));
    const { index } = verifyProof(answer.proof, leaf, asked.log);
    checkLeaf(leaf, asked);
    const share = await unseal(answer.sealed, leaf, asked);
    if (!asked.ask.fits(share)) throw new OpenerError("capsule.wrong_share");
    return { share, capsule: answer.capsule, manifest: answer.manifest, index, proof: answer.proof };
}

function parse(said: string): Answer {
    const answer = decoded(() => JSON.parse(said) as Answer);
    const shape = Object.hasOwn(SHAPES, answer?.state) ? SHAPES[answer.state] : null;
    if (!shape?.(answer)) throw new OpenerError("release.bad_answer");
    return answer;
}

function checkLeaf(leaf: Bytes, { ask, document }: Asked): void {
    const said = decoded(() => JSON.parse(text(leaf)) as Record<string, unknown>);
    const ours =
        said?.["type"] === "release.given" && said["copy"] === hex(ask.ticket.cid) && said["asked"] === hex(sha256(document));
    if (!ours) throw new OpenerError("release.bad_answer");
}

async function unseal(sealed: string, leaf: Bytes, { suite, key }: Asked): Promise<Bytes> {
    try {
        const data = fromBase64(sealed);
        const size = ENC_SIZE[suite];
        const info = concat(RELEASED, leafHash(leaf));
        return (await suiteOf(suite).Open(key, data.slice(0, size), data.slice(size), { info })) as Bytes;
    } catch {
        throw new OpenerError("release.bad_answer");
    }
}

function decoded<T>(read: () => T): T {
    try {
        return read();
    } catch {
        throw new OpenerError("release.bad_answer");
    }
}
