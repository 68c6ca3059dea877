/**
 * The opening number from the slip: a gate against being talked into something, and no more.
 *
 * Whoever holds this page can try all the numbers in a moment, and finds behind the gate what is of no use without the
 * recipient's key and a release. What it does: a finder sees no challenge that somebody could ask to have read aloud.
 */

/** What the page keeps instead of the number: PBKDF2-HMAC-SHA-256 of its ASCII digits. */
export interface Gate {
    readonly v: 1;
    readonly salt: string;
    readonly rounds: number;
    readonly hash: string;
}

const DIGITS = /^[0-9]{4,6}$/;

/** Tell whether a typed number, in whatever width, opens one of the gates: a medium may hold more than one copy. */
export async function passes(gates: readonly Gate[], typed: string): Promise<boolean> {
    const digits = typed.normalize("NFKC").replace(/[\s-]/g, "");
    if (!DIGITS.test(digits)) return false;
    for (const gate of gates) if (await opens(gate, digits)) return true;
    return false;
}

/** Return the gates in the office's slot of the page; none in a page that was made without one. */
export function readGates(page: Document): readonly Gate[] {
    const card = JSON.parse(page.getElementById("office")?.textContent || "null") as { readonly gates?: Gate[] } | null;
    return card?.gates ?? [];
}

async function opens(gate: Gate, digits: string): Promise<boolean> {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(gate.salt), iterations: gate.rounds };
    const found = new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
    const expected = bytes(gate.hash);
    return found.length === expected.length && found.every((byte, i) => byte === expected[i]);
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
