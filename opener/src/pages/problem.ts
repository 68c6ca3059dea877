/** Telling a person what went wrong. */

import { OpenerError } from "../core/errors.ts";
import { h, t } from "./dom.ts";
import { words, type Said } from "./language.ts";
import { PROBLEMS } from "./words-problems.ts";

/** Return what an error means in words; the custodian's own, where it sent some. */
export function explain(error: unknown): Said {
    if (!(error instanceof OpenerError)) return words("unexpected");
    const { ja, en } = error.details;
    const base = words(error.key in PROBLEMS ? error.key : "unexpected", error.details);
    if (typeof ja !== "string" || typeof en !== "string") return base;
    return (language) => `${base(language)} ${language === "ja" ? ja : en}`;
}

/** Return a box that says it at once. */
export function alertBox(what: Said): HTMLElement {
    return h("div", { class: "alert", role: "alert" }, t("p", "page.problem", {}, { class: "alert-title" }), h("p", {}, what));
}
