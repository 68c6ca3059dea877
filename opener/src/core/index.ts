/** The engine of the opener: everything that the pages use. */

export type { Released, Suite, Waiting } from "./answers.ts";
export { lookAt, unlock, open, checkWindow, OpenCapsule } from "./capsule.ts";
export type { Ask, Closed, Progress, Sink, Unlocked } from "./capsule.ts";
export type { WorkerFactory } from "./chunks.ts";
export { GROUPS, challengeCode, checkGroup, readReleaseCode, spokenDigits } from "./codes.ts";
export type { Reading } from "./codes.ts";
export { deviceKey } from "./device.ts";
export type { Device } from "./device.ts";
export { embeddedCapsule, embeddedOffice } from "./embedded.ts";
export { OpenerError } from "./errors.ts";
export type { Problem } from "./errors.ts";
export { isLocked, readIdentities } from "./identity.ts";
export type { Identity } from "./identity.ts";
export type { Manifest, ManifestFile } from "./manifest.ts";
export { readCard } from "./office.ts";
export type { Office } from "./office.ts";
export { ReleaseRequest, checkReleased } from "./online.ts";
export { RelayQuestion } from "./relay.ts";
export type { Ticket } from "./rel1.ts";
export { startWorker } from "./start_worker.ts";
export { hex } from "./bytes.ts";
