/** The spellings of transparency logs: lines of text, decimal numbers, Base64. */

/** Reads a decimal number without sign or leading zeros. */
export function readDecimal(digits: string): number {
    if (!/^(0|[1-9][0-9]{0,15})$/.test(digits) || !Number.isSafeInteger(Number(digits))) throw new RangeError("a number");
    return Number(digits);
}
