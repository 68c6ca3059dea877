import { equal, deepEqual, rejects, throws } from "node:assert/strict";
import test from "node:test";
import type { Key } from "hpke";
import { type Asked, readAnswer, suiteOf } from "../src/core/answers.ts";
import { hex, utf8 } from "../src/core/bytes.ts";
import type { Ask } from "../src/core/capsule.ts";
import { readReleaseCode } from "../src/core/codes.ts";
import { parseVkey } from "../src/core/ledger.ts";
import { readCard } from "../src/core/office.ts";
import { ReleaseRequest } from "../src/core/online.ts";
import { RelayQuestion } from "../src/core/relay.ts";
import { checkValue, fits } from "../src/core/rel1.ts";
import { json, unhex } from "./vectors.ts";

interface Online {
    readonly suite: "x25519" | "xwing";
    readonly ephemeral_secret: string;
    readonly document: string;
    readonly answer: Record<string, string>;
}
interface Vectors {
    readonly share: string;
    readonly copy: string;
    readonly ticket: string;
    readonly kid: string;
    readonly header: string;
    readonly card: string;
    readonly online: readonly Online[];
    readonly relay: { readonly ephemeral_private_key: string; readonly text: string; readonly digits: string };
}

const vectors = json<Vectors>("release", "release.json");
const office = readCard(vectors.card);
const bare = { cid: unhex(vectors.copy), tid: unhex(vectors.ticket), kid: unhex(vectors.kid), kcv: new Uint8Array(8) };
const ticket = { ...bare, kcv: checkValue(unhex(vectors.share), bare) };
const ask: Ask = { ticket, headerSha256: unhex(vectors.header), fits: (share) => fits(share, ticket) };

async function asked({ suite, ephemeral_secret, document }: Online): Promise<Asked> {
    return { ask, log: office.log, suite, key: await privateKey(suite, ephemeral_secret), document: utf8(document) };
}

// The published X-Wing secret is expanded (ML-KEM seed, X25519 key); the library takes the 32-byte seed, so there is no
// reading it, and what is drawn here has to do.
const privateKey = async (suite: Online["suite"], secret: string): Promise<Key> =>
    suite === "x25519" ? suiteOf(suite).DeserializePrivateKey(unhex(secret), false) : (await suiteOf(suite).GenerateKeyPair()).privateKey;

const [classic, hybrid] = vectors.online as [Online, Online];

test("the published answer gives the share, proven", async () => {
    const released = await readAnswer(JSON.stringify(classic.answer), await asked(classic));
    equal("share" in released && hex(released.share), vectors.share);
});

test("an answer for another ephemeral key does not open", async () => {
    const other = await asked(hybrid);
    await rejects(readAnswer(JSON.stringify(hybrid.answer), other), { key: "release.bad_answer" });
});

for (const [what, change, key] of [
    ["another document", (a: Asked): Asked => ({ ...a, document: utf8(`${classic.document} `) }), "release.bad_answer"],
    ["another copy", (a: Asked): Asked => ({ ...a, ask: { ...ask, ticket: { ...ticket, cid: new Uint8Array(16) } } }), "release.bad_answer"],
    ["another log", (a: Asked): Asked => ({ ...a, log: parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") }), "ledger.unsigned"],
    ["another share", (a: Asked): Asked => ({ ...a, ask: { ...ask, fits: () => false } }), "capsule.wrong_share"],
] as const) {
    test(`an answer for ${what} is refused`, async () => {
        await rejects(readAnswer(JSON.stringify(classic.answer), change(await asked(classic))), { key });
    });
}

test("an answer whose leaf or proof was changed is refused", async () => {
    const leaf = Buffer.from(Buffer.from(classic.answer["leaf"] as string, "base64").toString().replace("given", "taken")).toString("base64");
    await rejects(readAnswer(JSON.stringify({ ...classic.answer, leaf }), await asked(classic)), { key: "ledger.not_included" });
    const proof = (classic.answer["proof"] as string).replace("index 1", "index 0");
    await rejects(readAnswer(JSON.stringify({ ...classic.answer, proof }), await asked(classic)), { key: "ledger.not_included" });
    for (const said of ["", "null", "[]", '{"state":"released"}', '{"state":"toString"}', JSON.stringify({ ...classic.answer, more: 1 })]) {
        await rejects(readAnswer(said, await asked(classic)), { key: "release.bad_answer" });
    }
});

test("waiting is told, a refusal is told in the office's words", async () => {
    const waiting = { state: "waiting", number: 7, have: 1, need: 2 } as const;
    deepEqual(await readAnswer(JSON.stringify(waiting), await asked(classic)), waiting);
    const refused = { state: "refused", key: "custodian.suspended", ja: "止", en: "stopped" };
    await rejects(readAnswer(JSON.stringify(refused), await asked(classic)), { key: "release.refused", details: { key: "custodian.suspended", ja: "止", en: "stopped" } });
});

test("a request bears what the document asks for, once and signed", async () => {
    const signed: Uint8Array[] = [];
    const device = { public: new Uint8Array(32).fill(7), kept: true, sign: async (message: Uint8Array) => (signed.push(message), new Uint8Array(64)) };
    const request = await ReleaseRequest.make(ask, office, device, "給付の照会", "xwing", new Date("2022-06-21T08:00:00.5Z"));
    const body = JSON.parse(request.body("123456")) as Record<string, string>;
    const document = Buffer.from(body["request"] as string, "base64");
    deepEqual(Object.keys(body), ["request", "signature", "factor"]);
    equal(Buffer.from(signed[0] as Uint8Array).toString(), `sekisho.example/release-request\0${document.toString()}`);
    const said = JSON.parse(document.toString()) as Record<string, string>;
    const published = JSON.parse(hybrid.document) as Record<string, string>;
    deepEqual(Object.keys(said), Object.keys(published));
    equal(said["at"], "2022-06-21T08:00:00Z");
    equal(said["key"]?.length, published["key"]?.length);
    equal(JSON.parse(request.body()).request, body["request"]);
});

test("the published QR code and its masked digits", () => {
    const question = new RelayQuestion(ask, office.relay as Uint8Array, unhex(vectors.relay.ephemeral_private_key));
    equal(question.text, vectors.relay.text);
    const read = readReleaseCode(vectors.relay.digits);
    equal(read.ok && hex(question.answer(read.bytes)), vectors.share);
    const size = question.modules.length;
    equal(question.modules.every((row) => row.length === size), true);
});

test("a card that contradicts itself is refused", () => {
    const card = JSON.parse(vectors.card) as Record<string, string>;
    for (const change of [{ kid: "00".repeat(8) }, { relay: btoa("\x09".repeat(32)) }, { relay_signature: btoa("\0".repeat(64)) }, { v: 2 }, { url: "javascript:alert(1)" }]) {
        throws(() => readCard(JSON.stringify({ ...card, ...change })), { key: "office.bad_card" });
    }
});
