/** SSH signatures (OpenSSH PROTOCOL.sshsig) with Ed25519 and SHA-512. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equal, fromBase64, text, toBase64, utf8 } from "./bytes.ts";
import { OpenerError } from "./errors.ts";

const MAGIC = concat(utf8("SSHSIG"), Uint8Array.of(0, 0, 0, 1));
const TYPE = utf8("ssh-ed25519");
const ARMOR = /^\s*-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\s*$/;

/**
 * Verifies a signature and returns the SSH line of the key that made it; whether to trust it is the caller's to know.
 *
 * @throws OpenerError `signing.not_a_signature`, `signing.bad_signature`.
 */
export function verifySshSignature(armored: Bytes, message: Bytes, namespace: string): string {
    const { key, blob, made } = parse(armored, namespace);
    const signed = concat(
        utf8("SSHSIG"), sshString(utf8(namespace)), sshString(new Uint8Array(0)), sshString(utf8("sha512")), sshString(sha512(message)),
    );
    let fits = false;
    try {
        fits = ed25519.verify(made, signed, key, { zip215: false });
    } catch {
        // a point that is none
    }
    if (!fits) throw new OpenerError("signing.bad_signature");
    return `ssh-ed25519 ${toBase64(blob)}`;
}

function parse(armored: Bytes, expected: string): { key: Bytes; blob: Bytes; made: Bytes } {
    try {
        const found = ARMOR.exec(text(armored).replaceAll("\r\n", "\n"));
        const whole = fromBase64((found?.[1] ?? "").replaceAll("\n", ""));
        if (!equal(whole.subarray(0, MAGIC.length), MAGIC)) throw new RangeError("another form");
        const [blob, namespace, reserved, hash, signature] = strings(whole.subarray(MAGIC.length), 5) as Five;
        const [keyType, key] = strings(blob, 2) as [Bytes, Bytes];
        const [signatureType, made] = strings(signature, 2) as [Bytes, Bytes];
        const fixed =
            reserved.length === 0 && text(hash) === "sha512" && equal(keyType, TYPE) && equal(signatureType, TYPE) &&
            key.length === 32 && made.length === 64;
        if (!fixed) throw new RangeError("another form");
        if (text(namespace) !== expected) throw new OpenerError("signing.bad_signature");
        return { key, blob, made };
    } catch (error) {
        throw error instanceof OpenerError ? error : new OpenerError("signing.not_a_signature");
    }
}

type Five = [Bytes, Bytes, Bytes, Bytes, Bytes];

function strings(data: Bytes, count: number): Bytes[] {
    const found: Bytes[] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
        const size = new DataView(data.buffer, data.byteOffset + at, 4).getUint32(0);
        if (at + 4 + size > data.length) throw new RangeError("truncated");
        found.push(data.slice(at + 4, at + 4 + size));
        at += 4 + size;
    }
    if (at !== data.length) throw new RangeError("trailing data");
    return found;
}

function sshString(data: Uint8Array): Bytes {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, data.length);
    return concat(size, data);
}
