/** What people see: a finder first, then, step by step, the person to whom the capsule was sent. */

import type { Office } from "../core/index.ts";
import { askForFile, askForKey } from "./before.ts";
import { found } from "./found.ts";
import { readGates } from "./gate.ts";
import { preferred, speak } from "./language.ts";
import { alertBox, explain } from "./problem.ts";
import { Session } from "./session.ts";
import { set } from "./stage.ts";

/** Shows the first page; `office` is null where the page's card is none, and then nothing can be opened. */
export function start(root: HTMLElement, office: Office | null, capsule: Blob | null): void {
    speak(preferred(navigator.languages));
    set(office?.name ?? "");
    window.addEventListener("unhandledrejection", (event) => root.prepend(alertBox(explain(event.reason))));
    const open = (): void => {
        if (!office) return;
        const session = new Session(office);
        window.addEventListener("pagehide", () => {
            session.wipe();
            root.replaceChildren();
        });
        window.addEventListener("pageshow", (event) => event.persisted && location.reload()); // out of the browser's cache
        if (capsule) void askForKey(session, { embedded: capsule });
        else askForFile(session);
    };
    found(office, readGates(document), office ? open : null);
}
