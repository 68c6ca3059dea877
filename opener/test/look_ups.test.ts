import { deepEqual, equal, rejects } from "node:assert/strict";
import test from "node:test";
import { AnswerTable, understand } from "../src/pages/answers.ts";
import { inEra, kana, parseDate, postalCode } from "../src/pages/canon.ts";
import { json } from "./vectors.ts";

interface LookUps {
    readonly kana: Record<string, string>;
    readonly dates: Record<string, string | null>;
    readonly postcodes: Record<string, string | null>;
    readonly table: { readonly table: string; readonly question: object; readonly asks: [string, string, string, number | null][] };
}

const VECTORS = json<LookUps>("opener", "look_ups.json");
const bytes = (encoded: string): Uint8Array => new Uint8Array(Buffer.from(encoded, "base64"));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const [what, form] of [["kana", kana], ["dates", parseDate], ["postcodes", postalCode]] as const) {
    test(`${what} come to the form that Python gives them`, () => {
        const found = Object.fromEntries(Object.keys(VECTORS[what]).map((text) => [text, form(text)]));
        deepEqual(found, VECTORS[what]);
    });
}

test("an answer table answers as Python's does", async () => {
    const { table, question, asks } = VECTORS.table;
    const opened = await AnswerTable.read(bytes(table), utf8(JSON.stringify(question)));
    for (const [name, birth, post, answer] of asks) {
        const asked = understand(name, birth, post);
        if (Array.isArray(asked)) throw new Error(`not understood: ${asked}`);
        const found = await opened.ask(asked);
        equal(typeof found === "string" ? found : found.en, answer === null ? "not_found" : ["cannot_tell", "yes", "no"][answer]);
    }
});

test("a table whose rows are not in order is refused, for a search would miss people", async () => {
    const { table, question } = VECTORS.table;
    const rows = bytes(table);
    const turned = Uint8Array.from([...rows.subarray(0, 7), ...rows.subarray(20, 33), ...rows.subarray(7, 20), ...rows.subarray(33)]);
    await rejects(AnswerTable.read(turned, utf8(JSON.stringify(question))), { key: "capsule.bad_payload" });
    await rejects(AnswerTable.read(rows.subarray(0, -1), utf8(JSON.stringify(question))), { key: "capsule.bad_payload" });
    await rejects(AnswerTable.read(rows, utf8("{}")), { key: "capsule.bad_payload" });
});

test("days are shown as papers write them", () => {
    const eras = ["1868-01-25", "1912-07-30", "1926-12-25", "1989-01-07", "1989-01-08", "2019-05-01", "1850-02-03"].map(inEra);
    deepEqual(eras, ["明治元年1月25日", "大正元年7月30日", "昭和元年12月25日", "昭和64年1月7日", "平成元年1月8日", "令和元年5月1日", "西暦1850年2月3日"]);
});
