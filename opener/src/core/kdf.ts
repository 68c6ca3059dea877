/** HKDF-SHA-256 with the arguments in the order in which the specifications write them. */

import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

export const hkdf = (ikm: Uint8Array, salt: Uint8Array | undefined, info: Uint8Array, length: number): Bytes =>
    nobleHkdf(nobleSha256, ikm, salt, info, length) as Bytes;

export const sha256 = (data: Uint8Array): Bytes => nobleSha256(data) as Bytes;
