import { deepEqual, equal, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { hex } from "../src/core/bytes.ts";
import { lookAt, open, unlock } from "../src/core/capsule.ts";
import { checkGroup, readReleaseCode, releaseCode } from "../src/core/codes.ts";
import type { OpenerError } from "../src/core/errors.ts";
import { identityFromText } from "../src/core/identity.ts";
import { checkValue, mask } from "../src/core/rel1.ts";
import { json, testdata, unhex } from "./vectors.ts";

const REFUSALS: Record<string, string> = {
    "not a capsule": "capsule.not_a_capsule",
    "foreign stanza": "capsule.foreign_stanza",
    "malformed stanza": "capsule.bad_stanza",
    "unknown recipient": "capsule.unknown_recipient",
    "other recipient": "capsule.other_recipient",
    "wrong share": "capsule.wrong_share",
    "custodians refused": "capsule.wrong_share",
    "header altered": "capsule.header_altered",
    damaged: "capsule.truncated",
    "payload rule": "capsule.bad_payload",
    manifest: "capsule.bad_manifest",
    signature: "signing.bad_signature",
};
const BEFORE_A_RELEASE = new Set(["not a capsule", "foreign stanza", "malformed stanza", "unknown recipient", "other recipient"]);

for (const { name, fields, file } of [...testdata("rel1"), ...testdata("rel1/dual")]) {
    test(`capsule ${name}: ${fields["expect"]}`, async () => {
        let asked = false;
        const opening = async () => {
            const unlocked = await unlock(await lookAt(new Blob([file])), [identityFromText(fields["identity"] as string)]);
            asked = true;
            const given = fields["share"] ?? (fields["shares"] as string);
            return open(unlocked, given.split(" ").map((share) => (share === "-" ? null : unhex(share))));
        };
        if (fields["expect"] !== "success") {
            await rejects(opening, (error: OpenerError) => {
                equal(error.key, REFUSALS[fields["expect"] as string]);
                return true;
            });
            equal(asked, !BEFORE_A_RELEASE.has(fields["expect"] as string));
            return;
        }
        const capsule = await opening();
        for (const { name, sha256 } of capsule.manifest.files) {
            equal(createHash("sha256").update(await capsule.read(name)).digest("hex"), sha256);
        }
    });
}

interface KnownAnswers {
    readonly cases: readonly Record<string, string>[];
}

for (const known of json<KnownAnswers>("rel1", "known-answers.json").cases) {
    test(`known answer: ${known["comment"]}`, () => {
        const get = (key: string): Uint8Array<ArrayBuffer> => unhex(known[key] as string);
        const ticket = { cid: get("cid"), tid: get("tid"), kid: new Uint8Array(8), kcv: get("kcv") };
        equal(hex(mask(get("share"), ticket)), known["mask"]);
        equal(hex(checkValue(get("share"), ticket)), known["kcv"]);
        equal(releaseCode(get("share")), known["code"]);
        const read = readReleaseCode(known["code"] as string);
        deepEqual(read, { ok: true, bytes: get("share") });
        (known["code"] as string).split(" ").forEach((group, i) => equal(checkGroup(group, i + 1), true));
    });
}

test("a code is read in full-width digits and with any dashes, and its wrong groups are named", () => {
    const code = "000012 005667 011322 016977 022632 028287 033942 039597";
    const wide = code.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).replaceAll(" ", "ー");
    equal(readReleaseCode(wide).ok, true);
    const wrong = readReleaseCode(code.replace("011322", "011332").replace("033942", "039342"));
    deepEqual(wrong, { ok: false, groups: [3, 7], digits: 48, expected: 48 });
    const swapped = readReleaseCode("000012 005667 016977 011322 022632 028287 033942 039597");
    deepEqual(swapped.ok ? [] : swapped.groups, [3, 4]);
    deepEqual(readReleaseCode(code.slice(0, -1)), { ok: false, groups: [], digits: 47, expected: 48 });
});
