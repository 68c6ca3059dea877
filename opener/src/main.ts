/** Starts the opener when the page stands. */

import { embeddedCapsule, embeddedOffice, OpenerError } from "./core/index.ts";
import { start } from "./pages/app.ts";

const whole = <T>(read: () => T): T | null => {
    try {
        return read();
    } catch (error) {
        if (error instanceof OpenerError) return null; // the first page says that this page is damaged
        throw error;
    }
};

const capsule = whole(() => ({ blob: embeddedCapsule(document) }));
const office = capsule && whole(() => embeddedOffice(document));
start(document.getElementById("app") as HTMLElement, office, capsule?.blob ?? null);
