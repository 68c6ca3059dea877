/** Starts a worker from the text of its program, which stands in the page: a page on a medium has no second file. */

import source from "worker:./worker.ts";

/** Starts a worker; null where the browser allows none. */
export function startWorker(): Worker | null {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
        return new Worker(url);
    } catch {
        return null;
    } finally {
        setTimeout(() => URL.revokeObjectURL(url), 60_000);
    }
}
