import { equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import test from "node:test";
import type { Bytes } from "../src/core/bytes.ts";
import { concat } from "../src/core/bytes.ts";
import { OpenerError } from "../src/core/errors.ts";
import { macFits, readHeader } from "../src/core/header.ts";
import { INNER_TYPES, checkInner, identityFromText } from "../src/core/identity.ts";
import { Payload } from "../src/core/payload.ts";
import { testdata } from "./vectors.ts";

/** Opens an age file as its own testkit describes: what is for no inner type of a capsule is passed over. */
async function outcome(file: Bytes, identities: readonly string[]): Promise<{ expect: string; payload: Bytes }> {
    const nothing = new Uint8Array(0);
    const blob = new Blob([file]);
    let header;
    let fileKey: Bytes | null = null;
    try {
        header = await readHeader(blob);
        // A capsule's reader refuses a missing nonce as a payload that was cut; the testkit counts it to the header.
        if (blob.size < header.bytes.length + 16) return { expect: "header failure", payload: nothing };
        for (const stanza of header.stanzas) if (INNER_TYPES.has(stanza.type)) checkInner(stanza);
        for (const identity of identities.map(identityFromText)) {
            for (const stanza of header.stanzas) {
                if (stanza.type === identity.type && !fileKey) fileKey = await identity.unwrap(stanza);
            }
        }
    } catch (error) {
        if (!(error instanceof OpenerError)) throw error;
        return { expect: "header failure", payload: nothing };
    }
    if (!fileKey) return { expect: "no match", payload: nothing };
    if (fileKey.length !== 16) return { expect: "header failure", payload: nothing };
    if (!macFits(header, fileKey)) return { expect: "HMAC failure", payload: nothing };
    try {
        const payload = await Payload.open(blob, header.bytes.length, fileKey, null);
        const parts: Bytes[] = [];
        for await (const part of payload.stream(0, payload.size)) parts.push(part.slice());
        return { expect: "success", payload: concat(...parts) };
    } catch (error) {
        if (!(error instanceof OpenerError)) throw error;
        return { expect: "payload failure", payload: nothing };
    }
}

for (const { name, fields, file } of testdata("age")) {
    if (fields["armored"] || fields["passphrase"] || !fields["identity"]) continue;
    test(`age ${name}: ${fields["expect"]}`, async () => {
        const whole = fields["compressed"] === "zlib" ? new Uint8Array(inflateSync(file)) : file;
        const { expect, payload } = await outcome(whole, [fields["identity"] as string]);
        equal(expect, fields["expect"]);
        if (expect === "success") equal(createHash("sha256").update(payload).digest("hex"), fields["payload"]);
    });
}
