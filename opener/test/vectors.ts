/** The published vectors, which the Python side reads too. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

declare const VECTORS: string;

export interface Vector {
    readonly name: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly file: Uint8Array<ArrayBuffer>;
}

export const vectorPath = (...parts: string[]): string => join(VECTORS, ...parts);

export const json = <T>(...parts: string[]): T => JSON.parse(readFileSync(vectorPath(...parts), "utf8")) as T;

export function testdata(folder: string): Vector[] {
    const path = vectorPath(folder, "testdata");
    return readdirSync(path).sort().map((name) => {
        const data = new Uint8Array(readFileSync(join(path, name)));
        const end = Buffer.from(data).indexOf("\n\n");
        const lines = Buffer.from(data.subarray(0, end)).toString("utf8").split("\n");
        const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
        return { name, fields, file: data.slice(end + 2) };
    });
}

export const unhex = (digits: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(digits, "hex"));
