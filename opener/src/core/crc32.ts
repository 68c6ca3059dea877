/** CRC-32 as ZIP has it, eight bytes at a time. */

const TABLES = Array.from({ length: 8 }, () => new Int32Array(256));
const table = (i: number): Int32Array => TABLES[i] as Int32Array;
for (let i = 0; i < 256; i++) {
    let c = i;
    for (let bit = 0; bit < 8; bit++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
    table(0)[i] = c;
}
for (let k = 1; k < 8; k++) {
    for (let i = 0; i < 256; i++) {
        const c = table(k - 1)[i] as number;
        table(k)[i] = (c >>> 8) ^ (table(0)[c & 0xff] as number);
    }
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
    Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array,
];

/** Returns the CRC-32 of `data` behind what `crc` is of. */
export function crc32(data: Uint8Array, crc = 0): number {
    let c = ~crc;
    let i = 0;
    const fast = data.length - (data.length % 8);
    for (; i < fast; i += 8) {
        const low = c ^ (data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24));
        c =
            T7[low & 0xff]! ^ T6[(low >>> 8) & 0xff]! ^ T5[(low >>> 16) & 0xff]! ^ T4[low >>> 24]! ^
            T3[data[i + 4]!]! ^ T2[data[i + 5]!]! ^ T1[data[i + 6]!]! ^ T0[data[i + 7]!]!;
    }
    for (; i < data.length; i++) c = (c >>> 8) ^ T0[(c ^ data[i]!) & 0xff]!;
    return ~c >>> 0;
}
