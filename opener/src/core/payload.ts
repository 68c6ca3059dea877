/** The payload of an age file, by range: nothing of it counts before its last chunk was verified as the last. */

import type { Bytes } from "./bytes.ts";
import { utf8 } from "./bytes.ts";
import { CHUNK, type ChunkOpener, SEALED_CHUNK, TAG, type WorkerFactory, chunkOpener } from "./chunks.ts";
import { OpenerError } from "./errors.ts";
import { readSlice } from "./header.ts";
import { hkdf } from "./kdf.ts";

const NONCE = 16;
/** Chunks of one run: a mebibyte. */
const RUN = 16;

const truncated = (): OpenerError => new OpenerError("capsule.truncated");

/** An open payload. */
export class Payload {
    #kept: { index: number; data: Bytes } | null = null;

    private constructor(
        private readonly file: Blob,
        private readonly start: number,
        private readonly chunks: number,
        /** Bytes of plaintext. */
        readonly size: number,
        private readonly opener: ChunkOpener,
    ) {}

    /**
     * Opens a payload and verifies its last chunk.
     *
     * @param file - the whole age file.
     * @param headerSize - where the payload begins.
     * @param fileKey - its file key; wiped.
     * @param workers - starts workers, where there are any.
     * @throws OpenerError `capsule.truncated`.
     */
    static async open(file: Blob, headerSize: number, fileKey: Bytes, workers: WorkerFactory | null): Promise<Payload> {
        const start = headerSize + NONCE;
        const sealed = file.size - start;
        if (sealed < TAG) throw truncated();
        const nonce = new Uint8Array(await readSlice(file, headerSize, start));
        const key = hkdf(fileKey, nonce, utf8("payload"), 32);
        fileKey.fill(0);
        const chunks = Math.ceil(sealed / SEALED_CHUNK);
        const last = sealed - (chunks - 1) * SEALED_CHUNK;
        // An empty last chunk stands only in an empty payload.
        if (last < TAG || (last === TAG && chunks > 1)) throw truncated();
        const payload = new Payload(file, start, chunks, sealed - chunks * TAG, await chunkOpener(key, workers));
        try {
            await payload.#chunk(chunks - 1);
        } catch (error) {
            payload.close();
            throw error;
        }
        return payload;
    }

    get engine(): string {
        return this.opener.engine;
    }

    /** Reads a range that lies inside. */
    async read(offset: number, length: number): Promise<Bytes> {
        if (offset < 0 || length < 0 || offset + length > this.size) throw truncated();
        if (length === 0) return new Uint8Array(0);
        const first = Math.floor(offset / CHUNK);
        const last = Math.floor((offset + length - 1) / CHUNK);
        if (first === last) {
            const at = offset - first * CHUNK;
            return (await this.#chunk(first)).slice(at, at + length);
        }
        const out = new Uint8Array(length);
        let at = 0;
        for await (const part of this.stream(offset, length)) {
            out.set(part, at);
            at += part.length;
        }
        return out;
    }

    /** Reads a range in order, in parts of at most a mebibyte; several are opened ahead. */
    async *stream(offset: number, length: number): AsyncGenerator<Bytes> {
        if (offset < 0 || length < 0 || offset + length > this.size) throw truncated();
        const end = offset + length;
        const runs: { promise: Promise<Bytes>; at: number }[] = [];
        let next = Math.floor(offset / CHUNK);
        const stop = Math.ceil(end / CHUNK);
        const ahead = (): void => {
            while (next < stop && runs.length < this.opener.width) {
                const count = Math.min(RUN, stop - next);
                const promise = this.#run(next, count);
                promise.catch(() => undefined); // told to whoever awaits it
                runs.push({ promise, at: next * CHUNK });
                next += count;
            }
        };
        ahead();
        for (let run = runs.shift(); run; run = runs.shift()) {
            const data = await run.promise;
            ahead();
            yield data.subarray(Math.max(0, offset - run.at), Math.min(data.length, end - run.at));
        }
    }

    /** Forgets the key; best effort. */
    close(): void {
        this.opener.close();
        this.#kept?.data.fill(0);
        this.#kept = null;
    }

    async #chunk(index: number): Promise<Bytes> {
        if (this.#kept?.index !== index) this.#kept = { index, data: await this.#run(index, 1) };
        return this.#kept.data;
    }

    async #run(first: number, count: number): Promise<Bytes> {
        const from = this.start + first * SEALED_CHUNK;
        const data = new Uint8Array(await readSlice(this.file, from, from + count * SEALED_CHUNK));
        const final = first + count === this.chunks;
        const expected = final ? this.file.size - from : count * SEALED_CHUNK;
        if (data.length !== expected) throw new OpenerError("capsule.unreadable_medium");
        try {
            return await this.opener.open(data, first, final);
        } catch {
            throw truncated();
        }
    }
}
