/** The manifest of a capsule: canonical JSON (RFC 8785), signed by the sealing officer. */

import { type Bytes, equal, text, utf8 } from "./bytes.ts";
import { OpenerError } from "./errors.ts";
import { boolean, count, digest, id, list, object, oneOf, string, time } from "./shape.ts";
import { verifySshSignature } from "./sshsig.ts";

export interface ManifestFile {
    readonly name: string;
    readonly form: "table" | "answers" | "question" | "notice";
    readonly size: number;
    readonly sha256: string;
    readonly rows: number;
}

export interface Manifest {
    readonly v: 1;
    readonly cid: string;
    readonly slip: string;
    readonly purposes: readonly { readonly id: string; readonly title: string; readonly digest: string }[];
    readonly controller: string;
    readonly recipient: string;
    readonly carrier: string;
    readonly files: readonly ManifestFile[];
    readonly fields: readonly { readonly file: string; readonly name: string; readonly kind: string; readonly form: string }[];
    readonly people: number;
    readonly unresolved: number;
    readonly index: string;
    readonly not_before: string;
    readonly not_after: string;
    readonly due: string;
    readonly max_opens: number;
    readonly allow_save: boolean;
    readonly sealed_at: string;
    readonly signer: string;
}

const NAMESPACE = "manifest@sekisho.example";

const SHAPE = object({
    v: oneOf(1),
    cid: id,
    slip: string,
    purposes: list(object({ id: string, title: string, digest })),
    controller: string,
    recipient: string,
    carrier: string,
    files: list(
        object({ name: string, form: oneOf("table", "answers", "question", "notice"), size: count, sha256: digest, rows: count }),
    ),
    fields: list(object({ file: string, name: string, kind: string, form: string })),
    people: count,
    unresolved: count,
    index: digest,
    not_before: time,
    not_after: time,
    due: time,
    max_opens: count,
    allow_save: boolean,
    sealed_at: time,
    signer: string,
});

/**
 * Reads a manifest and verifies its signature.
 *
 * @throws OpenerError `capsule.bad_manifest`, `signing.*`.
 */
export function readManifest(data: Bytes, signature: Bytes): Manifest {
    const manifest = decode(data);
    const signer = verifySshSignature(signature, data, NAMESPACE);
    if (signer !== manifest.signer) throw new OpenerError("capsule.bad_manifest");
    return manifest;
}

function decode(data: Bytes): Manifest {
    let value: unknown;
    try {
        value = JSON.parse(text(data));
    } catch {
        throw new OpenerError("capsule.bad_manifest");
    }
    if (!SHAPE(value) || !equal(utf8(canonical(value)), data)) throw new OpenerError("capsule.bad_manifest");
    return value as Manifest;
}

/** JSON as RFC 8785 spells it, which is ECMAScript's own spelling with sorted keys. */
export function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (typeof value === "object" && value !== null) {
        const given = value as Record<string, unknown>;
        return `{${Object.keys(given).sort().map((key) => `${JSON.stringify(key)}:${canonical(given[key])}`).join(",")}}`;
    }
    return JSON.stringify(value);
}
