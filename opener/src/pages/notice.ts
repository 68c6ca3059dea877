/** The text of a notice. */

import type { ManifestFile, Progress } from "../core/index.ts";
import { h } from "./dom.ts";
import { words } from "./language.ts";
import type { Session } from "./session.ts";

/** Read and show it. */
export async function notice(session: Session, file: ManifestFile, progress: Progress): Promise<HTMLElement> {
    const data = (await session.opened?.read(file.name, progress)) ?? new Uint8Array();
    const text = new TextDecoder().decode(data);
    data.fill(0);
    const label = words("notice.region", { name: file.name });
    return h("div", { class: "notice", lang: "ja", role: "region", tabindex: 0, "aria-label": label }, text);
}
