/** The key of this PC: Ed25519, where the browser can so that no page can read it out, kept for this file's origin. */

import { ed25519 } from "@noble/curves/ed25519.js";
import type { Bytes } from "./bytes.ts";

export interface Device {
    readonly public: Bytes;
    /** Whether the same key will be there the next time. */
    readonly kept: boolean;
    sign(message: Bytes): Promise<Bytes>;
}

const DATABASE = "sekisho";
const STORE = "device";
const NAME = "Ed25519";

/** Returns this PC's key, made at the first call. */
export async function deviceKey(): Promise<Device> {
    try {
        return await kept();
    } catch {
        return passing();
    }
}

async function kept(): Promise<Device> {
    const database = await done(opened());
    try {
        const found = await done<CryptoKeyPair | undefined>(
            database.transaction(STORE).objectStore(STORE).get(NAME) as IDBRequest<CryptoKeyPair | undefined>,
        );
        const pair = found ?? ((await crypto.subtle.generateKey(NAME, false, ["sign", "verify"])) as CryptoKeyPair);
        if (!found) await done(database.transaction(STORE, "readwrite").objectStore(STORE).add(pair, NAME));
        return {
            public: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)),
            kept: true,
            sign: async (message) => new Uint8Array(await crypto.subtle.sign(NAME, pair.privateKey, message)),
        };
    } finally {
        database.close();
    }
}

// A browser without IndexedDB for files or without Ed25519: a key for this page, registered anew each time.
function passing(): Device {
    const secret = ed25519.utils.randomSecretKey();
    return {
        public: ed25519.getPublicKey(secret) as Bytes,
        kept: false,
        sign: async (message) => ed25519.sign(message, secret) as Bytes,
    };
}

function opened(): IDBOpenDBRequest {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return request;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
    });
