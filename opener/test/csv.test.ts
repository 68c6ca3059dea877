import { deepEqual, equal } from "node:assert/strict";
import test from "node:test";
import { cells, type Table, TableIndex } from "../src/pages/csv.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(data: Uint8Array, block = 7): Promise<Table> {
    const index = new TableIndex();
    for (let at = 0; at < data.length; at += block) index.take(data.subarray(at, at + block));
    return index.table((from, to) => Promise.resolve(data.subarray(from, to)));
}

async function search(table: Table, text: string): Promise<number[]> {
    const found: number[] = [];
    for await (const block of table.search(text)) found.push(...block.found);
    return found;
}

test("quotes, doubled quotes, line ends within cells and empty cells", () => {
    deepEqual(cells('a,"b,""c""\r\nd",\r\n,\n"x"'), [["a", 'b,"c"\r\nd', ""], ["", ""], ["x"]]);
    deepEqual(cells('a\r\n\r\nb'), [["a"], [""], ["b"]]);
    deepEqual(cells('"open'), [["open"]]);
});

test("rows are found wherever they begin, in blocks of any size", async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => [String(i), i % 7 ? `名${i}` : `"二\n行,""${i}"""`]);
    const data = utf8(`\ufeff番号,名前\r\n${rows.map((row) => row.join(",")).join("\r\n")}\r\n`);
    for (const block of [1, 64, 1 << 20]) {
        const table = await read(data, block);
        deepEqual(table.heading, ["番号", "名前"]);
        equal(table.rows, 1000);
        deepEqual((await table.slice(126, 130)).map((row) => row[0]), ["126", "127", "128", "129"]);
        deepEqual(await table.slice(7, 8), [["7", '二\n行,"7"']]);
        deepEqual(await table.slice(999, 2000), [["999", "名999"]]);
        deepEqual(await search(table, "名 ９９８"), [998]);
    }
});

test("a table without a last line end, of a heading alone, and of nothing", async () => {
    equal((await read(utf8("a,b\n1,2"))).rows, 1);
    equal((await read(utf8("a,b\n"))).rows, 0);
    equal((await read(new Uint8Array(0))).rows, 0);
});

test("CP932 is told from UTF-8", async () => {
    const cp932 = Uint8Array.from([0x8e, 0x81, 0x96, 0xbc, 0x0a, 0x98, 0x61, 0x93, 0x63, 0x2c, 0x83, 0x5c, 0x0a]); // 氏名, 和田, ソ (its second byte is a backslash)
    const table = await read(cp932);
    deepEqual([table.heading, await table.slice(0, 1)], [["氏名"], [["和田", "ソ"]]]);
});

test("a search takes no notice of width, case and blanks", async () => {
    const table = await read(utf8("氏名\n和田　茂\nSMITH\nﾜﾀﾞ\n"));
    deepEqual(await search(table, "和田茂"), [0]);
    deepEqual(await search(table, "ｓｍｉｔｈ"), [1]);
    deepEqual(await search(table, "ワダ"), [2]);
    deepEqual(await search(table, "氏名"), []);
});
