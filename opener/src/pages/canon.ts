/**
 * What is typed about a person, brought to one form: a port of `sekisho.canon` (text, name, number, date) as far as a
 * look-up needs it. Both are held to `tests/vectors/opener/canon.json`.
 */

const HYPHENS = "\\-\\u2010-\\u2015\\u2212\\u30fc\\uff0d\\uff70";
const BLANKS = /[ \t\n\v\f\r\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]/gu;
const SELECTORS = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** Return a text in one width and composition (NFKC), without variation selectors. */
function plain(text: string): string {
    return text.normalize("NFKC").replace(SELECTORS, "");
}

function solid(text: string): string {
    return plain(text).replace(BLANKS, "");
}

// Names.

const SMALL = ["ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ"] as const;
const ALIKE = ["ヂヅヲヰヱヴ", "ジズオイエブ"] as const;
const DOTS = "・･=＝゠-‐‑－";
const LONG_VOWELS = [
    ["アカガサザタダナハバパマヤラワ", "ア"],
    ["イキギシジチニヒビピミリ", "イ"],
    ["ウクグスズツヌフブプムユル", "ウ"],
    ["エケゲセゼテデネヘベペメレ", "エイ"],
    ["オコゴソゾトドノホボポモヨロ", "オウ"],
] as const;
const LONG = new RegExp(LONG_VOWELS.map(([row, vowels]) => `(?<=[${row}])[${vowels}]`).join("|"), "gu");
const USUAL = usualKana();

/** Return a reading for comparison: katakana, large kana, one sign for every long vowel. */
export function kana(text: string): string {
    const large = Array.from(solid(text), (sign) => USUAL.get(sign) ?? sign).join("");
    return large.replace(LONG, "ー").replace(/ー{2,}/gu, "ー");
}

function usualKana(): Map<string, string> {
    const usual = new Map<string, string>();
    for (const [signs, forms] of [SMALL, ALIKE]) Array.from(signs).forEach((sign, i) => usual.set(sign, forms[i] ?? ""));
    for (let code = 0x3041; code < 0x3097; code++) {
        const katakana = String.fromCharCode(code + 0x60);
        usual.set(String.fromCharCode(code), usual.get(katakana) ?? katakana);
    }
    for (const dot of DOTS) usual.set(dot, "");
    return usual;
}

// Numbers.

const BETWEEN_DIGITS = new RegExp(`[${HYPHENS}()./]`, "gu");

/** Return a Japanese postal code's seven digits, or null if it is none. */
export function postalCode(text: string): string | null {
    const found = solid(text).replace(BETWEEN_DIGITS, "").replace(/^〒/u, "");
    return /^[0-9]{7}$/.test(found) ? found : null;
}

// Dates.

interface Day {
    readonly year: number;
    readonly month: number;
    readonly day: number;
}

const ERAS = [
    ["明治", "M", 1868, "1868-01-25"],
    ["大正", "T", 1912, "1912-07-30"],
    ["昭和", "S", 1926, "1926-12-25"],
    ["平成", "H", 1989, "1989-01-08"],
    ["令和", "R", 2019, "2019-05-01"],
] as const;

// Python's \s and \d, which know more signs than JavaScript's.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const D = "\\p{Nd}";
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
const TIME_OF_DAY = new RegExp(`(?<=${D})(?:T|${SPACE})+${D}{1,2}:${D}{2}(?::${D}{2}(?:\\.${D}+)?)?Z?$`, "u");
const MACHINE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?$/;
const BETWEEN = `[年月${HYPHENS}/.]`;
const WESTERN = new RegExp(`^(${D}{4})${BETWEEN}(${D}{1,2})${BETWEEN}(${D}{1,2})日?$`, "u");
const COMPACT = new RegExp(`^(${D}{4})(${D}{2})(${D}{2})$`, "u");
const ERA_NAME = `(${ERAS.map(([name, letter]) => `${name}|${letter}|${name[0]}`).join("|")})`;
const ERA = new RegExp(`^${ERA_NAME}[.]?(元|${D}{1,2})${BETWEEN}(${D}{1,2})${BETWEEN}(${D}{1,2})日?$`, "u");
const COMPACT_ERA = new RegExp(`^${ERA_NAME}(${D}{2})(${D}{2})(${D}{2})$`, "u");

/** Return the calendar day that a text means, as `YYYY-MM-DD`, or null if it means none. */
export function parseDate(text: string): string | null {
    const machine = MACHINE.exec(text);
    if (machine) return calendarDay(machine.slice(1).map(Number));
    const trimmed = plain(text).replace(EDGES, "").replace(TIME_OF_DAY, "");
    const day = solid(trimmed).toUpperCase();
    const era = ERA.exec(day) ?? COMPACT_ERA.exec(day);
    if (era) return eraDate(era[1] ?? "", era.slice(2));
    const western = WESTERN.exec(day) ?? COMPACT.exec(day);
    return western ? calendarDay(western.slice(1).map(number)) : null;
}

/** Return a day as Japanese papers write it: 昭和39年4月1日; a day before Meiji in western years. */
export function inEra(iso: string): string {
    const { year, month, day } = parts(iso);
    const [name, , first] = [...ERAS].reverse().find((era) => iso >= era[3]) ?? ["西暦", "", 1];
    const count = year - first + 1;
    return `${name}${count === 1 ? "元" : count}年${month}月${day}日`;
}

function eraDate(name: string, rest: readonly string[]): string | null {
    const era = ERAS.find(([full, letter]) => name === full || name === letter || name === full[0]);
    if (!era) return null;
    const [year = "", ...monthAndDay] = rest;
    const found = calendarDay([era[2] + (year === "元" ? 1 : number(year)) - 1, ...monthAndDay.map(number)]);
    return found && found >= era[3] ? found : null;
}

function calendarDay([year = 0, month = 0, day = 0]: readonly number[]): string | null {
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
    return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function daysIn(year: number, month: number): number {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function parts(iso: string): Day {
    const [year = 0, month = 0, day = 0] = iso.split("-").map(Number);
    return { year, month, day };
}

/** Return the number that decimal digits of any script write; the ten of a script stand in a row. */
function number(digits: string): number {
    return Array.from(digits).reduce((sum, digit) => sum * 10 + digitValue(digit.codePointAt(0) ?? 0), 0);
}

function digitValue(code: number): number {
    let first = code;
    while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
    return (code - first) % 10;
}

function pad(value: number, width: number): string {
    return String(value).padStart(width, "0");
}
