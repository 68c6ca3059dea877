/** Release over a network, or by a file that is carried: a signed request, an answer for this page's memory alone. */

import type { Key } from "hpke";
import { type Released, type Suite, type Waiting, readAnswer, suiteOf } from "./answers.ts";
import { type Bytes, concat, hex, toBase64, utf8 } from "./bytes.ts";
import type { Ask, OpenCapsule } from "./capsule.ts";
import type { Device } from "./device.ts";
import { OpenerError } from "./errors.ts";
import type { Office } from "./office.ts";

const SIGNED = utf8("sekisho.example/release-request\0");
const POLL_MS = 2000;

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
     * Reads an answer, whichever way it came, and verifies what it proves.
     *
     * @throws OpenerError as {@link readAnswer}.
     */
    read(said: string): Promise<Waiting | Released> {
        const { ask, office, suite, key, document } = this;
        return readAnswer(said, { ask, log: office.log, suite, key, document });
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

const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
        });
    });
