"""The commands: name → where its code is, and its one line in each language.

``sekisho --help`` prints from this table and imports no command; a test holds it against the commands themselves.
"""

from dataclasses import dataclass

from sekisho.catalogue.words import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Attributes:
        target: ``module:attribute`` of its click command.
        en: its summary in English.
        ja: its summary in Japanese.
    """

    target: str
    en: str
    ja: str

    def summary(self, language: Language) -> str:
        """Return its summary."""
        return self.ja if language == "ja" else self.en


def _entry(module: str, en: str, ja: str) -> Entry:
    return Entry(f"sekisho.cli.{module}:run", en, ja)


COMMANDS: dict[str, Entry] = {
    "scan": _entry("scan", "Find personal data in files.", "ファイルの中の個人情報を見つける。"),
    "purpose": _entry("purpose", "Make and check purpose files.", "目的ファイルを作る・確かめる。"),
    "cut": _entry(
        "cut", "Take from the sources what a purpose names, and no more.", "目的に書かれたものだけを切り出す。"
    ),
    "request": _entry("request", "Ask for a copy of what was cut.", "切り出したものの写しを申請する。"),
    "approve": _entry("approve", "Approve a copy, or one release of it.", "写し、またはその開封を承認する。"),
    "medium": _entry(
        "medium", "Keep the register of media: sticks and what they are.", "媒体（USBメモリーなど）の登録簿を扱う。"
    ),
    "seal": _entry("seal", "Seal an approved request to its media.", "承認された申請を媒体に封緘する。"),
    "hand-over": _entry("hand_over", "Hand a copy over; giver and receiver sign.", "写しを受け渡す（双方が署名）。"),
    "copy": _entry("copies", "Follow copies from hand to hand.", "写しの所在・受渡し・返却を扱う。"),
    "open": _entry(
        "open", "Open a capsule with the recipient's key and a release.", "受取人の鍵と許可で、カプセルを開く。"
    ),
    "inspect": _entry(
        "inspect", "Show what is known of a capsule or copy.", "カプセルや写しについて分かることを示す。"
    ),
    "erase": _entry(
        "erase", "Erase a copy, or a whole medium, before a witness.", "立会いのもとで写し、または媒体ごと消す。"
    ),
    "cert": _entry(
        "cert",
        "List, show, check and take in certificates of erasure.",
        "消去証明書を扱う（一覧・表示・検証・取り込み）。",
    ),
    "lost": _entry(
        "lost", "Report a copy lost: stop it, prove it, say who is on it.", "紛失を届け出る（停止・証明・対象者）。"
    ),
    "loss": _entry(
        "loss",
        "Work on an incident: facts, clocks, people, documents, letters.",
        "事案を扱う（事実・期限・対象者・文書・通知）。",
    ),
    "drill": _entry(
        "drill", "Rehearse the night of a loss, and keep how long it took.", "紛失の夜を訓練し、かかった時間を残す。"
    ),
    "found": _entry("found", "Record that a lost copy turned up.", "紛失した写しが見つかったことを記録する。"),
    "paper": _entry("paper", "Print the office's forms from what is recorded.", "記録をもとに、組織の帳票を印刷する。"),
    "prove": _entry("prove", "State whether copies were opened, with proofs.", "開封されたかどうかを証明付きで示す。"),
    "who": _entry(
        "who", "Say who is on copies, and with which kinds of data.", "写しに誰のどの情報が入っているかを示す。"
    ),
    "ledger": _entry(
        "ledger", "Read, prove, export and verify the ledger.", "台帳を読む・証明する・書き出す・確かめる。"
    ),
    "witness": _entry(
        "witness",
        "Cosign an office's checkpoints, on another machine.",
        "別の機械で、台帳のチェックポイントに副署する。",
    ),
    "alarm": _entry(
        "alarm", "Tell who has to know of what is not done.", "期限までに済んでいないことを、知るべき人に知らせる。"
    ),
    "custodian": _entry(
        "custodian", "Run the office's key service.", "鍵預かり所を動かす（開設・開封許可・停止・破棄）。"
    ),
    "pool": _entry(
        "pool", "Let a station without the office seal.", "組織の外の封緘所に封緘させる（券・注文・報告）。"
    ),
    "station": _entry(
        "station", "Seal without the office, with tickets issued ahead.", "先に受け取った券で、組織の外で封緘する。"
    ),
    "escrow": _entry(
        "escrow", "Keep a copy's key in envelopes, at a price.", "写しの鍵を予備の封筒に分けて預ける（代償あり）。"
    ),
    "party": _entry("party", "Keep the register of people and contracts.", "人と契約の登録簿を扱う。"),
    "keygen": _entry("keygen", "Make a signing key, or a recipient's key.", "署名の鍵、または受取人の鍵を作る。"),
    "age": _entry(
        "age", "Seal and open files as age does, without an office.", "組織によらず、age の形式で封緘・開封する。"
    ),
    "train-names": _entry(
        "train_names", "Teach the tagger of names, on this machine.", "人名の認識器を、この環境で学習させる。"
    ),
    "demo": _entry(
        "demo", "Play the night of the lost stick on a synthetic city.", "架空の市で、USBメモリー紛失の夜を再現する。"
    ),
    "completion": _entry("completion", "Print the shell completion script.", "シェルの補完スクリプトを出力する。"),
}
