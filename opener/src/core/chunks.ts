/** Opening the chunks of an age payload: WebCrypto where it has the cipher, noble in workers where it has not. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Bytes } from "./bytes.ts";

export const CHUNK = 1 << 16;
export const TAG = 16;
export const SEALED_CHUNK = CHUNK + TAG;

/** Opens runs of chunks under one key. */
export interface ChunkOpener {
    /** Which engine it is, for measurements. */
    readonly engine: "webcrypto" | "workers" | "inline";
    /** How many runs are worth having in flight. */
    readonly width: number;
    /**
     * Opens a run of whole chunks; only the last of the payload may be shorter.
     *
     * @param data - the sealed chunks; may be taken over.
     * @param first - number of the first, from 0.
     * @param final - whether the last of the run is the payload's last.
     * @throws when one does not authenticate.
     */
    open(data: Bytes, first: number, final: boolean): Promise<Bytes>;
    /** Forgets the key and ends what was started. */
    close(): void;
}

/** The STREAM nonce of a chunk: eleven bytes of counter, one that tells the last. */
export function nonceOf(index: number, final: boolean): Bytes {
    const nonce = new Uint8Array(12);
    const view = new DataView(nonce.buffer);
    view.setUint32(3, Math.floor(index / 2 ** 32));
    view.setUint32(7, index % 2 ** 32);
    nonce[11] = final ? 1 : 0;
    return nonce;
}

/** Opens a run with noble, where it is called. */
export function openInline(key: Uint8Array, data: Bytes, first: number, final: boolean): Bytes {
    const out = new Uint8Array(data.length - TAG * Math.ceil(data.length / SEALED_CHUNK));
    for (let at = 0, to = 0, index = first; at < data.length; at += SEALED_CHUNK, to += CHUNK, index++) {
        const chunk = data.subarray(at, at + SEALED_CHUNK);
        const last = final && at + SEALED_CHUNK >= data.length;
        chacha20poly1305(key, nonceOf(index, last)).decrypt(chunk, out.subarray(to, to + chunk.length - TAG));
    }
    return out;
}

/** Chooses the fastest engine that this browser has. */
export async function chunkOpener(key: Bytes, workers: WorkerFactory | null): Promise<ChunkOpener> {
    return (await nativeOpener(key)) ?? (workers && workerOpener(key, workers)) ?? inlineOpener(key);
}

/** Starts a worker that answers {@link Task}s; null where the browser allows none. */
export type WorkerFactory = () => Worker | null;

export interface Task {
    readonly id: number;
    readonly key: Bytes;
    readonly data: Bytes;
    readonly first: number;
    readonly final: boolean;
}

export type Done = { readonly id: number; readonly data: Bytes | null };

async function nativeOpener(key: Bytes): Promise<ChunkOpener | null> {
    const name = "ChaCha20-Poly1305"; // "Modern Algorithms in the Web Cryptography API"
    let native: CryptoKey;
    try {
        native = await crypto.subtle.importKey("raw-secret" as "raw", key, name, false, ["decrypt"]);
        await selfTest(native, name);
    } catch {
        return null;
    }
    return {
        engine: "webcrypto",
        width: 3,
        async open(data, first, final) {
            const count = Math.ceil(data.length / SEALED_CHUNK);
            const out = new Uint8Array(data.length - TAG * count);
            const one = async (i: number): Promise<void> => {
                const iv = nonceOf(first + i, final && i === count - 1);
                const sealed = data.subarray(i * SEALED_CHUNK, (i + 1) * SEALED_CHUNK);
                out.set(new Uint8Array(await crypto.subtle.decrypt({ name, iv } as AlgorithmIdentifier, native, sealed)), i * CHUNK);
            };
            await Promise.all(Array.from({ length: count }, (_, i) => one(i)));
            return out;
        },
        close: () => key.fill(0),
    };
}

// What a browser calls by this name must be the cipher that age means before a capsule is tried with it.
async function selfTest(native: CryptoKey, name: string): Promise<void> {
    const iv = new Uint8Array(12);
    const other = await crypto.subtle.importKey("raw-secret" as "raw", new Uint8Array(32), name, false, ["encrypt"]);
    const made = new Uint8Array(await crypto.subtle.encrypt({ name, iv } as AlgorithmIdentifier, other, new Uint8Array(3)));
    const expected = chacha20poly1305(new Uint8Array(32), iv).encrypt(new Uint8Array(3));
    if (!expected.every((byte, i) => made[i] === byte) || native.type !== "secret") throw new Error("another cipher");
}

function inlineOpener(key: Bytes): ChunkOpener {
    return {
        engine: "inline",
        width: 1,
        open: async (data, first, final) => openInline(key, data, first, final),
        close: () => key.fill(0),
    };
}

function workerOpener(key: Bytes, start: WorkerFactory): ChunkOpener | null {
    const waiting = new Map<number, { resolve: (data: Bytes) => void; reject: (error: Error) => void }>();
    const count = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2));
    const workers = Array.from({ length: count }, start).filter((worker) => worker !== null);
    if (workers.length === 0) return null;
    for (const worker of workers) {
        worker.onmessage = ({ data }: MessageEvent<Done>) => {
            const task = waiting.get(data.id);
            waiting.delete(data.id);
            if (data.data) task?.resolve(data.data);
            else task?.reject(new Error("does not authenticate"));
        };
        worker.onerror = () => {
            for (const task of waiting.values()) task.reject(new Error("a worker failed"));
            waiting.clear();
        };
    }
    let next = 0;
    return {
        engine: "workers",
        width: 2 * workers.length,
        open: (data, first, final) =>
            new Promise((resolve, reject) => {
                const id = next++;
                waiting.set(id, { resolve, reject });
                const whole = data.byteLength === data.buffer.byteLength ? data : data.slice();
                const task: Task = { id, key, data: whole, first, final };
                (workers[id % workers.length] as Worker).postMessage(task, [whole.buffer]);
            }),
        close: () => {
            key.fill(0);
            for (const worker of workers) worker.terminate();
            for (const task of waiting.values()) task.reject(new Error("closed"));
            waiting.clear();
        },
    };
}
