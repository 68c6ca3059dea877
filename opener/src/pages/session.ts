/** What the page knows, from the chosen file to the open capsule; it is all forgotten at {@link Session.wipe}. */

import {
    challengeCode, checkReleased, checkWindow, deviceKey, lookAt, open, OpenerError, readIdentities, readReleaseCode, RelayQuestion,
    ReleaseRequest, startWorker, unlock,
} from "../core/index.ts";
import type { Ask, Closed, Identity, Manifest, Office, OpenCapsule, Released, Unlocked, Waiting } from "../core/index.ts";

/** What is told, and asked, while an online release is waited for. */
export interface Listener {
    waiting(state: Waiting & { readonly state: "waiting" }): void;
    /** Return the one-time code. */
    factor(left: number | null): Promise<string>;
}

/** One way through the page. */
export class Session {
    readonly office: Office;
    purpose = "";
    opened: OpenCapsule | null = null;
    openedAt: Date | null = null;
    /** Files that were saved, and people who were looked up. */
    saved = 0;
    asked = 0;
    #closed: Closed | null = null;
    #name = "";
    #identities: Identity[] = [];
    #unlocked: Unlocked | null = null;
    #shares: (Uint8Array | null)[] = [];
    #released: Released | null = null;
    #challenge = "";
    #relay: RelayQuestion | null = null;
    #request: ReleaseRequest | null = null;
    #wipes: (() => void)[] = [];

    constructor(office: Office) {
        this.office = office;
    }

    /** The capsule's file name and size. */
    get capsule(): { readonly name: string; readonly size: number } {
        return { name: this.#name, size: this.#closed?.file.size ?? 0 };
    }

    /** How many custodians have given their share, and how many must. */
    get shares(): { readonly have: number; readonly need: number } {
        return { have: this.#shares.filter(Boolean).length, need: this.#unlocked?.needed ?? 1 };
    }

    get manifest(): Manifest {
        if (!this.opened) throw new Error("closed");
        return this.opened.manifest;
    }

    /** Take a capsule, and refuse what is none of this office. */
    async look(file: Blob, name: string): Promise<void> {
        this.#closed = await lookAt(file, this.office.kid);
        this.#name = name;
    }

    /** Take the recipient's key; nobody without it sees what could be read aloud. */
    async unlock(key: Blob, passphrase: string | undefined): Promise<void> {
        if (!this.#closed) throw new Error("no capsule");
        const data = new Uint8Array(await key.arrayBuffer());
        const identities = await readIdentities(data, passphrase);
        this.#unlocked = await unlock(this.#closed, identities);
        this.#identities = identities;
        this.#shares = this.#unlocked.asks.map(() => null);
        this.#challenge = challengeCode(this.#closed.cid);
    }

    /** Eighteen digits in three groups, the same until the capsule is opened. */
    get challenge(): string {
        return this.#challenge;
    }

    /** Take a code that was read aloud. */
    voice(code: string): void {
        this.#take(bytesOf(code));
    }

    /** The question that a QR code shows; null where the office has no key for it. */
    relay(): RelayQuestion | null {
        if (this.office.relay) this.#relay ??= new RelayQuestion(this.#ask(), this.office.relay);
        return this.#relay;
    }

    /** Take the answer to the QR code. */
    relayed(code: string): void {
        const answer = this.relay()?.answer(bytesOf(code));
        if (answer) this.#take(answer);
    }

    /** Ask over the network and wait. */
    async online(listener: Listener, stop: AbortSignal): Promise<void> {
        const request = await ReleaseRequest.make(this.#ask(), this.office, await deviceKey(), this.purpose);
        this.#give(
            await request.wait((state) => {
                if (state.state === "factor") return listener.factor(state.left);
                listener.waiting(state);
                return undefined;
            }, stop),
        );
    }

    /** Return the request as a file for the desk. */
    async requestFile(): Promise<Blob> {
        this.#request ??= await ReleaseRequest.make(this.#ask(), this.office, await deviceKey(), this.purpose);
        return new Blob([this.#request.body()], { type: "application/json" });
    }

    /** Take the desk's answer to that file. */
    async answered(file: Blob): Promise<void> {
        const answer = await this.#request?.read(await file.text());
        if (!answer || "state" in answer) throw new OpenerError("release.bad_answer");
        this.#give(answer);
    }

    /** Open, once every needed share is there: everything is verified but the content of the files. */
    async open(): Promise<void> {
        if (!this.#unlocked || !this.#closed) throw new Error("locked");
        const unlocked = this.#unlocked;
        try {
            const opened = await open(unlocked, this.#shares, startWorker);
            if (this.#released) checkReleased(this.#released, opened);
            checkHour(opened);
            this.opened = opened;
            this.openedAt = new Date();
            this.#forgetKeys();
        } catch (error) {
            this.#shares = unlocked.asks.map(() => null); // an opening is used up: the key is tried anew for the next
            this.#released = null;
            this.#unlocked = await unlock(this.#closed, this.#identities);
            this.#challenge = challengeCode(this.#closed.cid);
            throw error;
        }
    }

    /** Have something overwritten when all is forgotten. */
    onWipe(wipe: () => void): void {
        this.#wipes.push(wipe);
    }

    /** Forget everything but when and how often. */
    wipe(): void {
        for (const wipe of this.#wipes) wipe();
        this.#wipes = [];
        this.opened?.close();
        this.opened = null;
        this.#forgetKeys();
        this.#closed = null;
    }

    #ask(): Ask {
        const asks = this.#unlocked?.asks ?? [];
        const ours = asks.find((ask) => same(ask.ticket.kid, this.office.kid)) ?? asks[0];
        if (!ours) throw new Error("locked");
        return ours;
    }

    #give(released: Released): void {
        this.#take(released.share);
        this.#released = released;
    }

    #take(share: Uint8Array): void {
        const asks = this.#unlocked?.asks ?? [];
        const place = asks.findIndex((ask, i) => !this.#shares[i] && ask.fits(share));
        if (place === -1) throw new OpenerError("capsule.wrong_share");
        this.#shares[place] = share;
    }

    #forgetKeys(): void {
        for (const share of this.#shares) share?.fill(0);
        for (const identity of this.#identities) identity.wipe();
        this.#relay?.close();
        this.#shares = [];
        this.#identities = [];
        this.#unlocked = this.#relay = this.#request = this.#released = null;
        this.#challenge = this.purpose = "";
    }
}

function checkHour(opened: OpenCapsule): void {
    const now = new Date();
    try {
        checkWindow(opened.manifest, now);
    } catch (error) {
        opened.close();
        throw error instanceof OpenerError ? new OpenerError(error.key, { ...error.details, now: now.toISOString() }) : error;
    }
}

function bytesOf(code: string): Uint8Array {
    const reading = readReleaseCode(code);
    if (!reading.ok) throw new OpenerError("capsule.wrong_share");
    return reading.bytes;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
    return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
