/** What the page bears: the office's card, and in a self-opening file the capsule itself. */

import { OpenerError } from "./errors.ts";
import { type Office, readCard } from "./office.ts";

/** The card in this page, or null in a page that no office has filled. */
export function embeddedOffice(page: Document): Office | null {
    const json = page.getElementById("office")?.textContent.trim() ?? "";
    return json && json !== "null" ? readCard(json) : null;
}

/**
 * The capsule in this page, or null in one that comes beside its capsule; the text it stood in is dropped.
 *
 * @throws OpenerError `capsule.bad_embedding`.
 */
export function embeddedCapsule(page: Document): Blob | null {
    const elements = [...page.querySelectorAll("script.capsule")];
    if (elements.length === 0) return null;
    try {
        const parts = elements.map((element) => {
            const part = decode(element.textContent.trim());
            element.remove();
            return part;
        });
        return new Blob(parts);
    } catch {
        throw new OpenerError("capsule.bad_embedding");
    }
}

interface Fast {
    fromBase64?(encoded: string): Uint8Array<ArrayBuffer>;
}

function decode(encoded: string): Uint8Array<ArrayBuffer> {
    const fast = (Uint8Array as Fast).fromBase64;
    if (fast) return fast.call(Uint8Array, encoded);
    const binary = atob(encoded);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
}
