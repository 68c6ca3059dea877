/** What the page says when something is wrong: what failed, and what to do next. Keys are those of `core/errors.ts`. */

import type { Problem } from "../core/errors.ts";

type Pair = readonly [ja: string, en: string];

const DAMAGED: Pair = [
    "ファイルが壊れているか、書き換えられています。中身は何も表示していません。媒体をそのまま保管し、役所へ連絡してください。",
    "The file is damaged or was changed. Nothing of it was shown. Keep the medium as it is and call the office.",
];
const UNTRUSTED: Pair = [
    "窓口の返事が、この役所の台帳と合いません。開くのをやめ、受渡票の番号へ電話してください。",
    "The answer does not fit this office's ledger. Stop, and call the number on the slip.",
];

export const PROBLEMS = {
    "capsule.bad_embedding": DAMAGED,
    "capsule.not_age": ["これはカプセルのファイルではありません。capsule- で始まるファイルを選んでください。", "This is not a capsule. Choose the file whose name begins with capsule-."],
    "capsule.not_a_capsule": [
        "暗号化されたファイルですが、役所の許可を要するカプセルではありません。",
        "This file is encrypted, but it is no capsule: it does not need the office's release.",
    ],
    "capsule.foreign_stanza": [
        "このファイルには、役所の許可なしに開ける別の鍵が付けられています。役所が作ったものではありません。開かずに、役所へ連絡してください。",
        "Somebody added a key to this file that opens it without the office. The office did not make it. Do not open it; call the office.",
    ],
    "capsule.bad_stanza": DAMAGED,
    "capsule.unknown_recipient": ["このページでは扱えない種類の鍵に宛てたカプセルです。役所へ連絡してください。", "This capsule is for a kind of key that this page cannot use. Call the office."],
    "capsule.other_recipient": [
        "この鍵は、このカプセルの受取人の鍵ではありません。別の鍵のファイルを選んでください。",
        "This key is not of this capsule's recipient. Choose another key file.",
    ],
    "capsule.other_custodian": [
        "このカプセルは、別の役所のものです。その役所の媒体にある OPEN.html で開いてください。",
        "This capsule belongs to another office. Open it with the OPEN.html from that office's medium.",
    ],
    "capsule.wrong_share": [
        "48桁の形は合っていますが、このカプセルのものではありません。窓口に、受渡票の番号から確かめてもらってください。ロックはされません。",
        "The 48 digits are well-formed but belong to another capsule. Ask the desk to check the slip's number. Nothing locks.",
    ],
    "capsule.header_altered": DAMAGED,
    "capsule.truncated": DAMAGED,
    "capsule.bad_payload": DAMAGED,
    "capsule.bad_manifest": DAMAGED,
    "capsule.file_altered": DAMAGED,
    "capsule.no_such_file": DAMAGED,
    "capsule.too_early": [
        "このカプセルを開けるのは {begins} からです（この端末の時計では {now}）。時計が違っているときは、合わせてください。",
        "This capsule may be opened from {begins}, and by this computer's clock it is {now}. If the clock is wrong, set it right.",
    ],
    "capsule.too_late": [
        "このカプセルを開ける期間は {ends} に終わりました（この端末の時計では {now}）。新しい写しが要るときは、役所へ申請してください。",
        "The window of this capsule closed at {ends}, and by this computer's clock it is {now}. A new copy needs a new request.",
    ],
    "capsule.unreadable_medium": ["ファイルを読めません。媒体がきちんと挿さっているか確かめてください。", "The file cannot be read. See whether the medium is still plugged in."],
    "signing.bad_signature": DAMAGED,
    "signing.not_a_signature": DAMAGED,
    "identity.unreadable": ["これは鍵のファイルとして読めません。", "This cannot be read as a key file."],
    "identity.locked": ["この鍵のファイルは暗証で守られています。暗証を入れてください。", "This key file is protected. Type its PIN or passphrase."],
    "identity.wrong_passphrase": ["暗証が違います。もう一度入れてください。", "The PIN or passphrase is wrong. Type it again."],
    "identity.unsupported": ["この種類の鍵は、ブラウザーでは使えません。役所へ連絡してください。", "This kind of key cannot be used in a browser. Call the office."],
    "office.bad_card": ["このページは壊れているか、書き換えられています。使うのをやめ、受渡票の番号へ電話してください。", "This page is damaged or was changed. Stop using it and call the number on the slip."],
    "release.refused": ["役所は開封を許可しませんでした。", "The office refused the release."],
    "release.unreachable": [
        "窓口につながりません。ネットワークを確かめるか、電話で許可を受けてください。",
        "The office cannot be reached. Check the network, or get the release by telephone.",
    ],
    "release.bad_answer": UNTRUSTED,
    "release.cancelled": ["やめました。", "Cancelled."],
    "ledger.bad_vkey": UNTRUSTED,
    "ledger.bad_note": UNTRUSTED,
    "ledger.unsigned": UNTRUSTED,
    "ledger.bad_signature": UNTRUSTED,
    "ledger.bad_checkpoint": UNTRUSTED,
    "ledger.other_origin": UNTRUSTED,
    "ledger.bad_proof": UNTRUSTED,
    "ledger.not_included": UNTRUSTED,
    unexpected: [
        "思わぬことが起きました。ページを開き直し、それでもだめなら役所へ連絡してください。",
        "Something unexpected happened. Open the page again; if it happens again, call the office.",
    ],
} as const satisfies Record<Problem | "unexpected", Pair>;
