/** What people see. */

import { OpenerError, type Office } from "../core/index.ts";

/** Shows the first page. */
export function start(root: HTMLElement, office: Office | null, capsule: Blob | null): void {
    root.textContent = office ? `${office.name} ${office.phone}` : "Sekisho";
    root.dataset["capsule"] = String(capsule?.size ?? 0);
    root.dataset["error"] = OpenerError.name;
}
