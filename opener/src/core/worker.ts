/** The worker: opens runs of chunks; what it was given and made belongs to nobody else. */

import { type Done, type Task, openInline } from "./chunks.ts";

const scope = self as unknown as { onmessage: unknown; postMessage(message: Done, transfer: Transferable[]): void };

scope.onmessage = ({ data: { id, key, data, first, final } }: MessageEvent<Task>): void => {
    try {
        const opened = openInline(key, data, first, final);
        scope.postMessage({ id, data: opened }, [opened.buffer]);
    } catch {
        scope.postMessage({ id, data: null }, []);
    }
};
