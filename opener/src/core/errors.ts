/** What can go wrong, under the names that the Python side's catalogue has for the same (`capsule.wrong_share`). */

export type Problem =
    | "capsule.bad_embedding"
    | "capsule.not_age"
    | "capsule.not_a_capsule"
    | "capsule.foreign_stanza"
    | "capsule.bad_stanza"
    | "capsule.unknown_recipient"
    | "capsule.other_recipient"
    | "capsule.other_custodian"
    | "capsule.wrong_share"
    | "capsule.header_altered"
    | "capsule.truncated"
    | "capsule.bad_payload"
    | "capsule.bad_manifest"
    | "capsule.file_altered"
    | "capsule.no_such_file"
    | "capsule.too_early"
    | "capsule.too_late"
    | "capsule.unreadable_medium"
    | "signing.bad_signature"
    | "signing.not_a_signature"
    | "identity.unreadable"
    | "identity.locked"
    | "identity.wrong_passphrase"
    | "identity.unsupported"
    | "office.bad_card"
    | "release.refused"
    | "release.unreachable"
    | "release.bad_answer"
    | "release.cancelled"
    | "ledger.bad_vkey"
    | "ledger.bad_note"
    | "ledger.unsigned"
    | "ledger.bad_signature"
    | "ledger.bad_checkpoint"
    | "ledger.other_origin"
    | "ledger.bad_proof"
    | "ledger.not_included";

/** A refusal that a person is told about; the page has the words, `details` what stands in them. */
export class OpenerError extends Error {
    constructor(
        readonly key: Problem,
        readonly details: Readonly<Record<string, string | number>> = {},
    ) {
        super(key);
        this.name = "OpenerError";
    }
}
