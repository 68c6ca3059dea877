"""Forms are filled from what is recorded; every line's ledger number leads to an entry of the ledger about just that."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from custody_sticks import lost, wipe

from invented_office import EVENING, PHONE, Town, register_text, signing_key
from printed import words
from sekisho.custody import records
from sekisho.custody.certificates import Hands, Issued
from sekisho.custody.certifying import certify_copy
from sekisho.custody.media_records import MediumRecord, MediumState, add_medium
from sekisho.custody.paper.facts import (
    ApprovalRow,
    BreachRow,
    CarryOutHead,
    ContractHead,
    ErasedRow,
    ErasureHead,
    Form,
    HoldingsHead,
    LabelRow,
    LendingRow,
    MediumRow,
    NoticeHead,
    OpeningHead,
    SectionRow,
    SlipHead,
    WorkerRow,
)
from sekisho.custody.paper.printing import fill, fill_blank, forms, label_pdf, save_slips, to_json, to_pdf
from sekisho.custody.returning import return_copy
from sekisho.errors import Misuse, NotFound, Refused

pytest_plugins = ("office_fixtures", "paper_fonts")
pytestmark = pytest.mark.usefixtures("paper_fonts")

EVENTS = {
    "media-ledger": {"medium.registered", "medium.retired"},
    "holdings-report": {"medium.registered"},
    "lending-book": {"copy.handed_over", "release.given", "copy.erased", "copy.lost"},
    "carry-out": {"copy.requested", "copy.approved"},
    "medium-notice": {"medium.retired"},
    "erasure-certificate": {"certificate.issued", "copy.erased", "release.given", "ticket.destroyed"},
    "worker-list": {"register.changed"},
    "slip": {"copy.written"},
    "opening-number": {"copy.written"},
}
"""Of which types the entries behind each form are."""


def store(town: Town, label: str, number: str, state: MediumState = MediumState.IN_STORE) -> MediumRecord:
    """Put a medium into the store, as its register does."""
    medium = MediumRecord(
        id=number,
        label=label,
        state=state,
        serial="SEKISHO0001",
        size=32 * 10**9,
        manufacturer="かもめ電機",
        product="USB",
        lost_code="7Q2M-K9TX-4HCD",
        section="給付金室",
        registered_at="2022-04-01T00:00:00Z",
    )
    with town.office.ledger.transaction() as tx:
        add_medium(tx.connection, medium)
        tx.append("medium.registered", fields={"medium": number})
        if state is MediumState.RETIRED:
            tx.append("medium.retired", fields={"medium": number})
    return medium


def certified(town: Town, slip: str, *, at: Path | None = None) -> Issued:
    """Erase a copy where it is, and issue what is due."""
    wipe(town, slip, at=at)
    hands = Hands(sanitiser=signing_key("carrier"), verifier=signing_key("chief"), place="市役所 3階")
    return certify_copy(town.office, slip, hands)


def resolved(town: Town, form: Form) -> list[str]:
    """Return the types of the entries that a form names; each is below the size of the ledger that it states."""
    indexes = list(itertools.chain.from_iterable(facts.entries for facts in (form.head, *form.rows)))
    assert indexes
    assert max(indexes) < form.ledger.size
    assert all(town.office.ledger.proof(index) for index in indexes)
    entries = list(town.office.ledger.entries())
    return [entries[index].type for index in indexes]


def test_every_line_of_every_form_leads_to_entries_about_it(out: Town) -> None:
    first, second = out.slips
    opening = {
        "slip": fill(out.office, "slip", [second]),
        "opening-number": fill(out.office, "opening-number", [second]),
    }
    out.carry(first, "carrier", "supervisor")
    out.open(first)
    wipe(out, first, holder="supervisor")
    certify_copy(out.office, first, Hands(sanitiser=signing_key("supervisor"), verifier=signing_key("chief")))
    store(out, "USB-9", "000019", MediumState.RETIRED)
    store(out, "USB-8", "000026")
    filled = opening | {
        name: fill(out.office, name, about)
        for name, about in {
            "media-ledger": [],
            "holdings-report": [],
            "lending-book": [],
            "carry-out": ["C-1"],
            "medium-notice": ["USB-9"],
            "erasure-certificate": [first],
            "worker-list": ["R4-1234"],
        }.items()
    }
    for name, form in filled.items():
        assert set(resolved(out, form)) <= EVENTS[name], name
        text = words(to_pdf(out.office, form, language="ja").pdf)
        assert all(
            str(index) in text for facts in (form.head, *form.rows) for index in facts.entries[:1] + facts.entries[-1:]
        )


def test_the_lending_book_tells_an_evening(out: Town) -> None:
    first, second = out.slips
    out.carry(first, "carrier", "supervisor")
    out.clock.advance(timedelta(hours=1))
    out.open(first)
    out.clock.advance(timedelta(hours=1))
    return_copy(out.office, first, giver=signing_key("supervisor"), receiver=signing_key("clerk"))
    wipe(out, first, holder="clerk")
    back, gone = fill(out.office, "lending-book").rows
    assert isinstance(back, LendingRow)
    assert isinstance(gone, LendingRow)
    assert (back.slip, back.medium, back.user, back.permission) == (
        first,
        "USB-1",
        "carrierさん (磯風コールセンター)",
        "C-1",
    )
    assert (back.out_at, back.used_at, back.returned_at) == (
        EVENING,
        EVENING + timedelta(hours=1),
        EVENING + timedelta(hours=2),
    )
    assert (back.opens, back.erased, back.checker, back.copy_state) == (1, True, "chiefさん (汐見市)", "closed")
    assert (gone.slip, gone.returned_at, gone.erased, gone.checker) == (second, None, False, "")


def test_an_application_says_what_who_and_until_when_and_who_approved(out: Town) -> None:
    form = fill(out.office, "carry-out", ["1"])
    head = form.head
    assert isinstance(head, CarryOutHead)
    assert (head.number, head.people, head.copies, head.my_number, head.within_fiscal_year) == (
        "C-1",
        3,
        2,
        False,
        True,
    )
    assert head.carrier_chain == ("R4-1234 磯風コールセンター", "R4-0001 かもめシステム")
    assert [row.person for row in form.rows if isinstance(row, ApprovalRow)] == [
        "chiefさん (汐見市)",
        "securityさん (汐見市)",
    ]
    assert "口座番号" in words(to_pdf(out.office, form, language="ja").pdf)


def test_a_slip_says_whom_to_call_and_never_the_opening_number(out: Town) -> None:
    slip = out.slips[0]
    form = fill(out.office, "slip", [slip])
    assert isinstance(form.head, SlipHead)
    assert form.head.opener == out.record(slip).opener
    text = words(to_pdf(out.office, form, language="ja").pdf)
    assert PHONE in text
    assert out.record(slip).pin not in text
    assert out.record(slip).pin not in to_json(form).decode()
    opening = fill(out.office, "opening-number", [slip]).head
    assert isinstance(opening, OpeningHead)
    assert opening.pin == out.record(slip).pin


def test_slips_and_opening_numbers_are_files_of_their_own_that_only_their_owner_reads(
    out: Town, tmp_path: Path
) -> None:
    folder = tmp_path / "print"
    folder.mkdir()
    rows = records.copies(out.office.ledger.connection)
    saved = save_slips(out.office, rows, folder, language="en")
    assert {path.name for path in saved.files} == {
        f"{kind}-{slip}.pdf" for kind in ("slip", "opening-number") for slip in out.slips
    }
    assert {path.stat().st_mode & 0o777 for path in saved.files} == {0o600}
    for row in rows:
        assert out.record(row.slip).pin not in words((folder / f"slip-{row.slip}.pdf").read_bytes())


def test_a_copy_that_opens_no_more_has_no_opening_number_to_print(out: Town) -> None:
    slip = lost(out)
    with pytest.raises(Refused) as caught:
        fill(out.office, "opening-number", [slip])
    assert caught.value.key == "custody.paper_no_pin"


def test_an_erasure_is_certified_once_it_was_seen_by_the_words_of_its_certificate(out: Town) -> None:
    slip = out.slips[0]
    with pytest.raises(Refused) as caught:
        fill(out.office, "erasure-certificate", [slip])
    assert caught.value.key == "custody.paper_not_erased"
    issued = certified(out, slip)
    form = fill(out.office, "erasure-certificate", [slip])
    head, (row,) = form.head, form.rows
    assert isinstance(head, ErasureHead)
    assert isinstance(row, ErasedRow)
    assert (head.certificate, head.result, head.sanitization, head.verification) == (
        issued.document.number,
        "pass",
        "purge",
        "keys",
    )
    assert (head.operator, head.witness) == ("carrierさん (磯風コールセンター)", "chiefさん (汐見市)")
    assert (head.place, row.share_destroyed_at, row.opens) == ("市役所 3階", EVENING, 0)
    assert fill(out.office, "erasure-certificate", [issued.document.number]).head == head
    text = words(to_pdf(out.office, form, language="en").pdf)
    assert "Purge" in text
    assert "cryptographicerase" in text


def test_a_copy_that_was_opened_is_cleared_at_most_and_the_paper_says_so(out: Town) -> None:
    slip = out.slips[0]
    out.carry(slip, "carrier", "supervisor")
    out.open(slip)
    wipe(out, slip, holder="supervisor")
    certify_copy(out.office, slip, Hands(sanitiser=signing_key("supervisor"), verifier=signing_key("chief")))
    head = fill(out.office, "erasure-certificate", [slip]).head
    assert isinstance(head, ErasureHead)
    assert (head.sanitization, head.openings, head.weakest) == ("clear", 1, "opened")


def test_an_erasure_that_nobody_could_see_is_a_record_and_no_certificate(out: Town, tmp_path: Path) -> None:
    slip = out.slips[0]
    (tmp_path / "empty").mkdir()
    certified(out, slip, at=tmp_path / "empty")
    with pytest.raises(Refused) as caught:
        fill(out.office, "erasure-certificate", [slip])
    assert caught.value.key == "custody.paper_not_verified"
    text = words(to_pdf(out.office, fill(out.office, "erasure-record", [slip]), language="ja").pdf)
    assert "消去の記録（未確認）" in text
    assert "証明書ではない" in text
    assert "消去・廃棄証明書" not in text


def test_a_certificate_is_never_printed_as_an_unverified_record(out: Town) -> None:
    certified(out, out.slips[0])
    with pytest.raises(Refused) as caught:
        fill(out.office, "erasure-record", [out.slips[0]])
    assert caught.value.key == "custody.paper_is_certificate"


def test_media_are_listed_counted_and_noticed(town: Town) -> None:
    store(town, "USB-9", "000019", MediumState.RETIRED)
    store(town, "USB-8", "000026")
    store(town, "USB-7", "000035", MediumState.ISSUED)
    listed = fill(town.office, "media-ledger").rows
    assert [row.label for row in listed if isinstance(row, MediumRow)] == ["USB-7", "USB-8", "USB-9"]
    assert [row.retired_on for row in listed if isinstance(row, MediumRow)] == [None, None, town.office.today()]
    held = fill(town.office, "holdings-report")
    (section,) = held.rows
    assert isinstance(held.head, HoldingsHead)
    assert isinstance(section, SectionRow)
    assert (held.head.count, section.count, section.in_store, section.issued, section.labels) == (
        2,
        2,
        1,
        1,
        ("USB-7", "USB-8"),
    )
    notices = [fill(town.office, "medium-notice", [label]).head for label in ("USB-8", "USB-9")]
    assert [head.notice for head in notices if isinstance(head, NoticeHead)] == ["registered", "retired"]


def test_labels_are_of_the_media_named_or_of_all_in_use(town: Town) -> None:
    store(town, "USB-9", "000019", MediumState.RETIRED)
    store(town, "USB-8", "000026")
    (row,) = fill(town.office, "labels").rows
    assert isinstance(row, LabelRow)
    assert (row.number, row.code) == ("000026", "7Q2M-K9TX-4HCD")
    assert "000019" in words(label_pdf(town.office, ["USB-9"]))
    assert "000026" in words(label_pdf(town.office, [], sheet=True))


def test_a_worker_list_has_everybody_whom_a_contract_names(town: Town) -> None:
    form = fill(town.office, "worker-list", ["R4-1234"])
    assert isinstance(form.head, ContractHead)
    assert (form.head.parent_company, form.head.tier) == ("かもめシステム", 2)
    assert [row.person for row in form.rows if isinstance(row, WorkerRow)] == ["carrierさん", "supervisorさん"]


def test_the_draft_of_a_breach_notice_names_whom_no_contract_admits(out: Town) -> None:
    with pytest.raises(Refused) as nobody:
        fill(out.office, "breach-notice", ["R4-1234"])
    assert nobody.value.key == "custody.paper_no_breach"
    out.learn(register_text(persons='["supervisor"]'))
    form = fill(out.office, "breach-notice", ["R4-1234"])
    assert {(row.person, row.employer) for row in form.rows if isinstance(row, BreachRow)} == {
        ("carrierさん", "磯風コールセンター")
    }
    assert {"copy.requested", "copy.handed_over", "register.changed"} >= set(resolved(out, form))
    assert "受け取った人" in words(to_pdf(out.office, form, language="ja").pdf)


def test_empty_forms_are_printed_ahead_but_not_of_what_goes_with_a_copy(town: Town) -> None:
    for name, mapping in forms(town.office).items():
        if mapping.facts in {"slip", "opening-number", "label"}:
            with pytest.raises(Misuse):
                fill_blank(town.office, name)
        else:
            assert to_pdf(town.office, fill_blank(town.office, name), language="ja").unset == ()


@pytest.mark.parametrize(
    ("name", "about", "error"),
    [
        ("slip", [], Misuse),
        ("slip", ["1", "2"], Misuse),
        ("lending-book", ["C-1"], Misuse),
        ("carry-out", ["cats"], Misuse),
        ("carry-out", ["C-99"], NotFound),
        ("slip", ["000000"], NotFound),
        ("worker-list", ["cats"], NotFound),
        ("cats", [], NotFound),
    ],
)
def test_what_is_not_there_is_not_printed(
    town: Town, name: str, about: list[str], error: type[Misuse | NotFound]
) -> None:
    with pytest.raises(error):
        fill(town.office, name, about)
