"""A case for the tests of documents: the night of the invented office, with every fact that a document may want."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sekisho.kinds.taxonomy import Kind, kind
from sekisho.loss.facts.fact import Fact, Facts, Value
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.law.obligation import Limb, Mark, Obligation, ObligationState

NOW = datetime(2022, 6, 23, 2, 0, tzinfo=UTC)

KINDS = ("name", "address", "birth_date", "bank_account", "tax_amount")

NIGHT: dict[str, Value] = {
    "controller_name": "汐見市",
    "body": "public",
    "zone": "Asia/Tokyo",
    "contact_unit": "汐見市情報管理課 個人情報相談窓口",
    "contact_phone": "06-0123-0617",
    "contact_email": "jiken@city.example",
    "contact_hours": "午前9時から午後5時まで（土曜日、日曜日及び祝日を含む。）",
    "contact_url": "https://city.example/jiken",
    "official_senders": ("0005-50-617", "jiken@city.example"),
    "dpo_contact": "汐見市総務局情報管理課長 06-0123-0618",
    "signatory": "汐見市長　帆足　澪",
    "event": "lost",
    "copy_lost": True,
    "medium_kind": "usb_stick",
    "media_count": 2,
    "media_labels": ("USB-017", "USB-018"),
    "slips": ("061705", "061713"),
    "lost_outside": True,
    "place": "汐見市渚町5丁目付近の路上",
    "circumstances": "給付金の照会窓口の情報を更新するため、委託先の従業者が媒体を持ち出し、帰宅の途中でかばんごと紛失した。",
    "occurred_from": "2022-06-21T13:30:00Z",
    "noticed_at": "2022-06-21T18:00:00Z",
    "known_at": "2022-06-22T06:45:00Z",
    "declared_at": "2022-06-22T06:50:00Z",
    "discovered_by": "委託先からの電話による届出",
    "cause": "媒体を入れたかばんを持ったまま飲食し、帰宅の途中で紛失したもの",
    "cause_at": "processor",
    "theft_possible": True,
    "holder_chain": ("汐見市", "かもめシステム株式会社", "磯風コールセンター株式会社"),
    "copies_missing": 2,
    "title": "給付金照会窓口用の対象者情報",
    "purpose": "給付金の対象であるかについての電話での問合せに答えるため",
    "kinds": KINDS,
    "persons": 460517,
    "persons_max": 460517,
    "records": 989931,
    "tables": ("住民基本台帳の情報 460,517人分", "税の情報 360,573件"),
    "contains_my_number": False,
    "sensitive_persons": 0,
    "financial_harm_persons": 0,
    "minors": 61204,
    "deceased": 311,
    "protected_persons": 87,
    "unreachable": 402,
    "sealed": True,
    "verdict": "B",
    "state_line": "statement.opened_before_destroyed",
    "releases": 1,
    "last_release_at": "2022-06-21T08:58:00Z",
    "suspended_at": "2022-06-22T06:46:00Z",
    "destroyed_at": "2022-06-22T06:52:00Z",
    "share_state": "destroyed",
    "suite": "age-v1 X25519 ChaCha20-Poly1305",
    "highly_encrypted": True,
    "encryption_evidence": "complete",
    "residual": ("statement.reader_opening",),
    "ledger_size": 345,
    "ledger_root": "ab" * 32,
    "secondary_harm": "現在までに、この件によると考えられる被害の届出はない。",
    "severity_level": "high",
    "police_told_at": "2022-06-22T09:20:00Z",
    "police_station": "汐見警察署",
    "medium_marks": "黒色、縦5センチメートル、封印シール付き",
    "medium_serials": ("KM-7Q2M", "KM-7Q2N"),
    "response_to_persons": "対象となる方に書面でお知らせするとともに、相談窓口を設ける。",
    "publication": "記者会見及びホームページで公表する。",
    "measures_done": ("個人情報を記録した媒体の持出しを停止した。",),
    "measures_planned": ("持ち出す情報を、照会への回答に必要な項目に限る。", "委託先を含む全ての従業者に研修を行う。"),
    "person_can_do": ("口座の出入金に心当たりのないものがないか、御確認ください。",),
}
"""What is known the next day, none of it secret."""

SECRET: dict[str, Value] = {
    "password_length": 13,
    "password_character_kinds": "大小英字と数字",
    "password_hint": "Shiomi2022",
    "key_ids": ("age1qyqszqgpqyqszqgpqyqszqgpqyqszqgp",),
    "key_place": "本庁舎三階の耐火金庫",
}
"""What nobody may read in any document."""


def facts(values: Mapping[str, Value]) -> Facts:
    """Return facts of these values, in this order, each with the visibility of its key."""
    return Facts.of(
        Fact(
            n=n,
            key=key,
            value=value,
            visibility=fact_kind(key).visibility,
            source="person:privacy",
            at=NOW + timedelta(seconds=n),
        )
        for n, (key, value) in enumerate(values.items(), 1)
    )


def case(values: Mapping[str, Value] | None = None, *, at: datetime = NOW) -> Case:
    """Return a case of these facts; of the whole night, secrets included, if none are given."""
    return Case(
        incident=7,
        at=at,
        zone="Asia/Tokyo",
        origin="city.example/ledger",
        facts=facts(NIGHT | SECRET if values is None else values),
        obligations=(duty(),),
        by_kind=tuple((kind(each), 460517 - n) for n, each in enumerate(KINDS)),
        by_field_set=((_kinds("name", "address", "birth_date"), 374491), (_kinds(*KINDS), 86026)),
    )


def duty(state: ObligationState = ObligationState.LIKELY_EXEMPT) -> Obligation:
    """Return the city's duty to report, with one limb of an exemption."""
    return Obligation(
        rule="jp-appi-68",
        version="0123456789ab",
        stage="final",
        recipient="regulator",
        status="in_force",
        state=state,
        start_key="known_at",
        start=datetime(2022, 6, 22, 6, 45, tzinfo=UTC),
        due=datetime(2022, 7, 21, 14, 59, 59, tzinfo=UTC),
        due_words={},
        warn=None,
        basis={"ja": "知った日を含めて数える", "en": "the day of knowing counts"},
        why=("persons 460517 > 100",),
        unknown=(),
        mark=Mark.MEMORY,
        sources=("https://www.ppc.go.jp/personalinfo/legal/leakAction/",),
        checked_on="2026-11-23",
        limbs=(
            Limb(
                exemption="jp-high-encryption",
                limb="remote_deletion",
                met=True,
                evidence=("ticket.destroyed 341",),
                gap="",
                mark=Mark.MEMORY,
            ),
        ),
    )


def _kinds(*ids: str) -> tuple[Kind, ...]:
    return tuple(kind(each) for each in ids)
