/** Starts the opener when the page stands. */

import { embeddedCapsule, embeddedOffice } from "./core/index.ts";
import { start } from "./pages/app.ts";

start(document.getElementById("app") as HTMLElement, embeddedOffice(document), embeddedCapsule(document));
