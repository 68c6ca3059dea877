/** Release over a network, or by a file that is carried: a signed request, an answer for this page's memory alone. */

import { AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256, KEM_MLKEM768_X25519 } from "@panva/hpke-noble";
import { CipherSuite, type Key } from "hpke";
import { type Bytes, concat, fromBase64, hex, text, toBase64, utf8 } from "./bytes.ts";
import type { Ask, OpenCapsule } from "./capsule.ts";
import type { Device } from "./device.ts";
import { OpenerError } from "./errors.ts";
import { sha256 } from "./kdf.ts";
import { leafHash, verifyProof } from "./ledger.ts";
import type { Office } from "./office.ts";

export type Suite = "x25519" | "xwing";

const SIGNED = utf8("sekisho.example/release-request\0");
const RELEASED = utf8("sekisho.example/rel1 release\0");
const POLL_MS = 2000;
const ENC_SIZE = { x25519: 32, xwing: 1120 } as const;

const suiteOf = (name: Suite): CipherSuite =>
    new CipherSuite(
        name === "xwing" ? KEM_MLKEM768_X25519 : KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305,
    );

/** What the server says while there is no share yet. */
export type Waiting =
    | { readonly state: "waiting"; readonly number: number; readonly have: number; readonly need: number }
    | { readonly state: "factor"; readonly left: number | null };

/** A release, proven. */
export interface Released {
    readonly share: Bytes;
    /** SHA-256 that the whole capsule and its manifest have, in hex, as the office recorded them. */
    readonly capsule: string;
    readonly manifest: string;
    /** Place of the release in the office's log. */
    readonly index: number;
}

type Answer =
    | Waiting
    | { readonly state: "released"; readonly sealed: string; readonly leaf: string; readonly proof: string; readonly capsule: string; readonly manifest: string }
    | { readonly state: "refused"; readonly key?: string; readonly ja?: string; readonly en?: string };

/** A signed request; it may be sent as often as needed and is always the same request. */
export class ReleaseRequest {
    private constructor(
        readonly ask: Ask,
        private readonly office: Office,
        private readonly suite: Suite,
        private readonly key: Key,
        private readonly document: Bytes,
        private readonly signature: Bytes,
    ) {}

    /**
     * Makes a request.
     *
     * @param ask - what is asked for.
     * @param office - whom.
     * @param device - signs it.
     * @param purpose - what the person typed; may be empty.
     * @param suite - of the ephemeral key; X-Wing unless size matters.
     * @param now - the time.
     */
    static async make(
        ask: Ask, office: Office, device: Device, purpose: string, suite: Suite = "xwing", now: Date = new Date(),
    ): Promise<ReleaseRequest> {
        const hpke = suiteOf(suite);
        const pair = await hpke.GenerateKeyPair(false);
        const document = utf8(
            JSON.stringify({
                v: 1,
                type: "release-request",
                copy: hex(ask.ticket.cid),
                ticket: hex(ask.ticket.tid),
                kid: hex(ask.ticket.kid),
                header: hex(ask.headerSha256),
                suite,
                key: toBase64(await hpke.SerializePublicKey(pair.publicKey)),
                nonce: hex(crypto.getRandomValues(new Uint8Array(16))),
                acknowledged: true,
                purpose,
                device: hex(device.public),
                at: now.toISOString().replace(/\.\d+Z$/, "Z"),
            }),
        );
        const signature = await device.sign(concat(SIGNED, document));
        return new ReleaseRequest(ask, office, suite, pair.privateKey, document, signature);
    }

    /** What is sent, or carried as a file to the office. */
    body(factor?: string): string {
        const body = { request: toBase64(this.document), signature: toBase64(this.signature) };
        return JSON.stringify(factor ? { ...body, factor } : body);
    }

    /**
     * Asks once.
     *
     * @throws OpenerError `release.refused` with the office's words, `release.unreachable`, `release.bad_answer`, `ledger.*`.
     */
    async send(factor?: string, signal?: AbortSignal): Promise<Waiting | Released> {
        let response: Response;
        let said: string;
        try {
            response = await fetch(`${this.office.url.replace(/\/$/, "")}/release`, {
                method: "POST",
                headers: { "Content-Type": "text/plain" },
                body: this.body(factor),
                credentials: "omit",
                cache: "no-store",
                referrerPolicy: "no-referrer",
                ...(signal ? { signal } : {}),
            });
            said = await response.text();
        } catch {
            throw new OpenerError(signal?.aborted ? "release.cancelled" : "release.unreachable");
        }
        return this.read(said);
    }

    /**
     * Asks until there is a release or a refusal.
     *
     * @param told - is told of each answer meanwhile, and returns the one-time code when that is asked for.
     * @param signal - ends the waiting.
     * @throws OpenerError as {@link send}, `release.cancelled`.
     */
    async wait(told: (state: Waiting) => Promise<string | undefined> | undefined, signal?: AbortSignal): Promise<Released> {
        let factor: string | undefined;
        for (;;) {
            const answer = await this.send(factor, signal);
            if (!("state" in answer)) return answer;
            const given = await told(answer);
            if (answer.state === "factor") factor = given;
            else await pause(POLL_MS, signal);
            if (signal?.aborted) throw new OpenerError("release.cancelled");
        }
    }

    /**
     * Reads an answer, whichever way it came, and verifies what it proves: the release stands in the office's log and is
     * for this very request.
     *
     * @throws OpenerError as {@link send}.
     */
    async read(said: string): Promise<Waiting | Released> {
        const answer = parse(said);
        if (answer.state === "refused") {
            throw new OpenerError("release.refused", { key: answer.key ?? "", ja: answer.ja ?? "", en: answer.en ?? "" });
        }
        if (answer.state !== "released") return answer;
        const leaf = decoded(() => fromBase64(answer.leaf));
        const { index } = verifyProof(answer.proof, leaf, this.office.log);
        this.#checkLeaf(leaf);
        const share = await this.#unseal(answer.sealed, leaf);
        if (!this.ask.fits(share)) throw new OpenerError("capsule.wrong_share");
        return { share, capsule: answer.capsule, manifest: answer.manifest, index };
    }

    #checkLeaf(leaf: Bytes): void {
        const said = decoded(() => JSON.parse(text(leaf)) as Record<string, unknown>);
        const ours =
            said["type"] === "release.given" &&
            said["copy"] === hex(this.ask.ticket.cid) &&
            said["asked"] === hex(sha256(this.document));
        if (!ours) throw new OpenerError("release.bad_answer");
    }

    async #unseal(sealed: string, leaf: Bytes): Promise<Bytes> {
        try {
            const data = fromBase64(sealed);
            const size = ENC_SIZE[this.suite];
            const info = concat(RELEASED, leafHash(leaf));
            return (await suiteOf(this.suite).Open(this.key, data.slice(0, size), data.slice(size), { info })) as Bytes;
        } catch {
            throw new OpenerError("release.bad_answer");
        }
    }
}

/**
 * Tells whether an open capsule is the one that the office released.
 *
 * @throws OpenerError `capsule.bad_manifest`.
 */
export function checkReleased(released: Released, capsule: OpenCapsule): void {
    if (released.manifest !== hex(capsule.manifestSha256)) throw new OpenerError("capsule.bad_manifest");
}

function parse(said: string): Answer {
    const answer = decoded(() => JSON.parse(said) as Answer | null);
    const known = ["waiting", "factor", "released", "refused"];
    if (!answer || !known.includes(answer.state)) throw new OpenerError("release.bad_answer");
    return answer;
}

function decoded<T>(read: () => T): T {
    try {
        return read();
    } catch {
        throw new OpenerError("release.bad_answer");
    }
}

const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
        });
    });
