/** From the last share to the content. */

import type { Origin } from "./before.ts";
import { breathe, t } from "./dom.ts";
import { words } from "./language.ts";
import type { Session } from "./session.ts";
import { bar, show } from "./stage.ts";
import { content } from "./content.ts";
import { askForWay } from "./way.ts";

/** Open, or ask the next custodian where more than one is needed. */
export async function opening(session: Session, origin: Origin): Promise<void> {
    if (session.shares.have < session.shares.need) return askForWay(session, origin);
    const progress = bar(words("page.working"));
    show({ name: "opening", title: "opening.title", body: [t("p", "opening.lead", {}, { class: "lead" }), progress.element] });
    await breathe();
    try {
        await session.open();
        await content(session);
    } catch (error) {
        if (session.opened) throw error;
        askForWay(session, origin, error);
    }
}
