/** Shamir's secret sharing over GF(2^8), polynomial 0x11B, byte by byte; the secret is f(0). */

import type { Bytes } from "./bytes.ts";

export interface Point {
    readonly x: number;
    readonly y: Bytes;
}

// Without a table or a branch on secret bits.
function multiply(a: number, b: number): number {
    let product = 0;
    for (let bit = 0; bit < 8; bit++) {
        product ^= a & -(b & 1);
        a = ((a << 1) ^ (0x11b & -(a >> 7))) & 0xff;
        b >>= 1;
    }
    return product;
}

function inverse(a: number): number {
    let result = 1;
    for (let i = 0; i < 254; i++) result = multiply(result, a);
    return result;
}

/** Returns f(0) of the polynomial through these points, whose x are different and not 0. */
export function interpolate(points: readonly Point[]): Bytes {
    const [first] = points;
    if (!first || new Set(points.map(({ x }) => x)).size !== points.length) throw new RangeError("points");
    const secret = new Uint8Array(first.y.length);
    for (const { x, y } of points) {
        const others = points.filter((other) => other.x !== x);
        const weight = others.reduce((w, other) => multiply(w, multiply(other.x, inverse(other.x ^ x))), 1);
        y.forEach((value, i) => {
            secret[i] = (secret[i] as number) ^ multiply(weight, value);
        });
    }
    return secret;
}
