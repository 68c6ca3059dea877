/** Names in a payload: such as every operating system can have, and each file one and the same on all of them. */

import { utf8 } from "./bytes.ts";

const LONGEST_PART = 255;
const LONGEST_NAME = 1024;
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?$/is;
// Controls, what Windows keeps for itself, what turns the direction in which a name is shown, halves of a character.
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f<>:"\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/u;

/** The names that a payload has so far. */
export class Names {
    readonly #files = new Set<string>();
    readonly #folders = new Set<string>();

    /** Takes the next file's name; throws a `RangeError` with the rule that it breaks. */
    add(name: string): void {
        const problem = problemOf(name);
        if (problem) throw new RangeError(problem);
        const same = caseless(name);
        const folders = [...same.matchAll(/\//g)].map((slash) => same.slice(0, slash.index));
        if (this.#files.has(same) || this.#folders.has(same) || folders.some((folder) => this.#files.has(folder))) {
            throw new RangeError("a name stands once, in whatever case, and is a file or a folder");
        }
        this.#files.add(same);
        for (const folder of folders) this.#folders.add(folder);
    }
}

function problemOf(name: string): string | null {
    const parts = name.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..")) return "names are relative, without . and ..";
    if (FORBIDDEN.test(name) || parts.some((part) => /[. ]$/.test(part) || DEVICE.test(part))) {
        return "names hold only what every operating system can";
    }
    if (name.normalize("NFC") !== name) return "names are composed (NFC)";
    if (utf8(name).length > LONGEST_NAME || parts.some((part) => utf8(part).length > LONGEST_PART)) {
        return "names are short enough for every operating system";
    }
    return null;
}

/**
 * What every spelling of a name has in common. JavaScript has no case folding; upper case after lower parts characters as
 * folding does, all of Unicode tried, but for the dotless i, whose upper case is that of another letter.
 */
export const caseless = (name: string): string =>
    name.normalize("NFD").toLowerCase().replaceAll("ı", "\0").toUpperCase().normalize("NFD");
