import { doesNotThrow, throws } from "node:assert/strict";
import test from "node:test";
import { Names } from "../src/core/names.ts";

const both = (first: string, second: string) => () => {
    const names = new Names();
    names.add(first);
    names.add(second);
};

for (const [first, second] of [["a.csv", "A.csv"], ["straße", "STRASSE"], ["ΟΔΟΣ", "οδος"], ["Å", "å"], ["x", "x/y"], ["X/y", "x"]] as const) {
    test(`${first} and ${second} are one name`, () => throws(both(first, second), RangeError));
}

for (const [first, second] of [["ı", "i"], ["税", "稅"], ["x/a", "x/b"], ["ｱ", "ア"]] as const) {
    test(`${first} and ${second} are two`, () => doesNotThrow(both(first, second)));
}

for (const name of ["", "/a", "a//b", "..", "a/../b", "C:x", "con", "COM¹.txt", "aux .csv", "a.", "a ", "a\u202eb", "\ud800", "か\u3099", "x".repeat(256), `${"y/".repeat(520)}z`]) {
    test(`${JSON.stringify(name.slice(0, 12))} is no name`, () => throws(both("first", name), RangeError));
}
