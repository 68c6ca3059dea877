"""Sealing: what was approved and nothing else, each stick with its own ticket, and everything checked once more."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from invented_office import EVENING, IDENTITY, PEOPLE, Town, register_text, signing_key
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opening import look_at, open_capsule
from sekisho.capsule.padding import padded
from sekisho.capsule.payload import PADDING
from sekisho.clock import from_text
from sekisho.custody import records
from sekisho.custody.cut_kept import load_cut_index
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.records import Request
from sekisho.custody.sealing import load_index, seal_request
from sekisho.custody.statements import COPY
from sekisho.errors import Misuse, NoKey, NotFound, Refused, SekishoError, Unreadable
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import Index, union
from sekisho.signing.sshsig import sign

pytest_plugins = ("office_fixtures",)


# What is sealed.


def test_a_capsule_opens_to_what_was_cut_with_what_was_approved(town: Town) -> None:
    (slip,) = town.sealed("USB-1", max_opens=2)
    town.carry(slip, "officer", "carrier")
    opened = town.open(slip)
    assert [file.name for file in opened.manifest.files] == ["rows.csv", "answers.tbl", "question.json"]
    assert opened.read("rows.csv").decode().startswith("整理番号,カナ,住所,口座末尾\r\n")
    assert (opened.manifest.slip, opened.manifest.people, opened.manifest.unresolved) == (slip, 3, 2)
    assert (opened.manifest.max_opens, opened.manifest.allow_save) == (2, True)
    assert opened.signer == signing_key("officer").public
    assert [purpose.title for purpose in opened.manifest.purposes] == ["給付金 rows", "給付金 answers"]


def methods(town: Town, slip: str) -> dict[str, int]:
    town.carry(slip, "officer", "carrier")
    opened = town.open(slip)
    assert opened.read("rows.csv").decode().startswith("整理番号,カナ,住所,口座末尾\r\n")
    assert {name: opened.read(name) for name in ("answers.tbl", "question.json")}  # as the manifest says, or refused
    return {entry.filename: entry.compress_type for entry in opened._payload.infolist()}


def test_a_table_is_deflated_for_one_page_and_nothing_else_is(town: Town) -> None:
    plain, packed = (
        town.seal(town.approved(media=(each,)), one_file=each == "USB-2")[0] for each in ("USB-1", "USB-2")
    )
    assert not any(methods(town, plain.slip).values())
    assert {name for name, method in methods(town, packed.slip).items() if method} == {"rows.csv"}
    assert town.record(packed.slip).page


def test_a_padded_capsule_opens_and_its_payload_has_a_padded_size(town: Town) -> None:
    (row,) = town.seal(town.approved(media=("USB-1",)), one_file=True, pad=True)
    with town.capsule(row.slip).open("rb") as file:
        header = look_at(file).header.encode()
    payload = town.capsule(row.slip).stat().st_size - len(header) - 16 - 16  # a nonce, and the tag of its one chunk
    assert payload == padded(payload)
    assert PADDING in methods(town, row.slip)


def test_two_sticks_are_two_copies_with_a_ticket_each(town: Town) -> None:
    first, second = town.sealed("USB-1", "USB-2")
    assert town.cid(first) != town.cid(second)
    assert town.capsule(first).read_bytes() != town.capsule(second).read_bytes()
    assert (town.ticket(first), town.ticket(second)) == ("live", "live")
    assert [leaf.fields["slip"] for leaf in town.leaves("copy.written")] == [first, second]


def test_the_ledger_has_the_digests_of_what_is_on_the_stick(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    data = town.capsule(slip).read_bytes()
    (leaf,) = town.leaves("capsule.sealed")
    assert leaf.copy == town.cid(slip).hex()
    assert (leaf.fields["capsule"], leaf.fields["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert leaf.fields["header"] == look_at(io.BytesIO(data)).header_sha256.hex()
    assert leaf.fields["people"] == 3
    assert town.record(slip).sha256 == leaf.fields["capsule"]


def test_who_is_on_a_copy_is_written_before_it_exists(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    digest = str(town.leaves("capsule.sealed")[0].fields["index"])
    index = load_index(town.office, town.cid(slip), digest=digest)
    assert index.encode() == union(load_cut_index(town.office, cut) for cut in town.cuts).encode()
    assert {each.id for each in index.kinds} == {
        "case_number",
        "name_kana",
        "address",
        "bank_account",
        "lookup_token",
        "benefit_status",
    }


def test_an_index_that_is_not_the_one_sealed_is_refused(town: Town) -> None:
    """Another copy's index, put in its place by somebody who has the vault's key."""
    (slip,) = town.sealed("USB-1")
    path = town.home / "people" / f"{town.cid(slip).hex()}.age"
    digest = str(town.leaves("capsule.sealed")[0].fields["index"])
    other = Index()
    other.add(np.array([0]), kind("name"))
    town.office.vault.write(path, other.encode(), overwrite=True)
    with pytest.raises(Unreadable) as caught:
        load_index(town.office, town.cid(slip), digest=digest)
    assert caught.value.key == "people.damaged_index"
    path.unlink()
    with pytest.raises(NotFound):
        load_index(town.office, town.cid(slip), digest=digest)


def test_nobody_but_the_recipient_opens_it(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    town.carry(slip, "officer", "carrier")
    size = town.size
    with town.capsule(slip).open("rb") as file, pytest.raises(NoKey):
        open_capsule(file, X25519Identity.generate(), town.desk("chief", "security"))
    assert town.size == size


def test_a_finder_reads_whom_to_call(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    names = sorted(path.name for path in (town.root / "USB-1").iterdir())
    assert names == ["OPEN.html", f"capsule-{slip}.age", "拾得した方へ_IF-FOUND.txt"]


def test_sealing_again_changes_nothing(town: Town) -> None:
    request = town.approved(media=("USB-1", "USB-2"))
    rows, size = town.seal(request), town.size
    town.restart()
    assert town.seal(request) == rows
    assert town.size == size


def test_who_seals_holds_it(town: Town) -> None:
    (row,) = town.seal(town.approved(), sealer="security")
    assert row.copy.holder == "security"


@pytest.mark.parametrize(
    ("sealer", "key"),
    [("clerk", "no_role"), ("privacy", "no_role"), ("carrier", "no_role"), ("nobody", "unregistered_key")],
)
def test_only_an_officer_seals(town: Town, sealer: str, key: str) -> None:
    request = town.approved()
    with pytest.raises(Refused) as caught:
        town.seal(request, sealer=sealer)
    assert caught.value.key == f"custody.{key}"
    assert list((town.root / "USB-1").iterdir()) == []


# Where it goes.


def test_every_medium_needs_a_place_before_anything_is_written(town: Town) -> None:
    request, size = town.approved(media=("USB-1", "USB-2")), 0
    size = town.size
    with pytest.raises(Misuse) as caught:
        seal_request(town.office, request.id, {"USB-1": town.stick("USB-1")}, sealer=signing_key("officer"))
    assert (caught.value.key, town.size) == ("custody.medium_not_given", size)


@pytest.mark.parametrize("other", ["USB-1", "USB-1/.", "link"])
def test_two_sticks_are_not_one_folder(town: Town, other: str) -> None:
    request = town.approved(media=("USB-1", "USB-2"))
    folder = town.stick("USB-1")
    (town.root / "link").symlink_to(folder)
    with pytest.raises(Misuse) as caught:
        seal_request(
            town.office, request.id, {"USB-1": folder, "USB-2": town.root / other}, sealer=signing_key("officer")
        )
    assert caught.value.key == "custody.one_folder_for_two"
    assert list(folder.iterdir()) == []


def test_a_request_that_is_none(town: Town) -> None:
    with pytest.raises(NotFound):
        seal_request(town.office, 99, {}, sealer=signing_key("officer"))


# Everything is checked once more.


def not_sealed(town: Town, request: Request, key: str) -> None:
    """See sealing refused, with no ticket, no capsule and no leaf."""
    size = town.size
    with pytest.raises(SekishoError) as caught:
        town.seal(request)
    assert caught.value.key == key
    assert town.size == size
    assert list((town.root / "USB-1").iterdir()) == []


def test_one_approval_is_not_enough(town: Town) -> None:
    request = town.request()
    town.approve(request.id, "chief")
    not_sealed(town, request, "custody.approvals_missing")


def test_a_state_without_its_signatures_is_not_enough(town: Town) -> None:
    """Somebody writes into the database that it is approved."""
    request = town.request()
    connection = town.office.ledger.connection
    connection.execute("""UPDATE copy SET copy = replace(copy, '"requested"', '"approved"')""")
    assert records.copies(connection)[0].copy.state.value == "approved"
    not_sealed(town, request, "custody.approvals_missing")


CHANGES: dict[str, tuple[str, str, str]] = {
    "the carrier left": ('["carrier", "supervisor"]', '["supervisor"]', "custody.outside_chain"),
    "the recipient left": ('["carrier", "supervisor"]', '["carrier"]', "custody.outside_chain"),
    "the contract ended": ("ends = 2023-03-31\npersons", "ends = 2022-06-20\npersons", "custody.outside_chain"),
    "the contract above it ended": ("persons = []\nstarts = 2022-04-01\nends = 2023-03-31", "persons = []\nstarts = 2022-04-01\nends = 2022-06-20", "custody.outside_chain"),
    "the contract has another number": ("R4-1234", "R4-1235", "custody.other_contract"),
    "the recipient has another key": (str(IDENTITY.recipient), str(X25519Identity(b"2" * 32).recipient), "custody.recipient_key_changed"),
    "the recipient has no key": (str(IDENTITY.recipient), "", "custody.no_recipient_key"),
    "the carrier is not registered": ('id = "carrier"', 'id = "porter"', "custody.unregistered"),
    "the requester lost the role": ("['requester']", "[]", "custody.no_role"),
    "an approver lost the role": ("['approver', 'key_officer']", "['key_officer']", "custody.no_role"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_register_may_change_between_approving_and_sealing(town: Town, change: str) -> None:
    request = town.approved()
    right, wrong, key = CHANGES[change]
    text = register_text()
    assert right in text
    if change == "the carrier is not registered":
        text = text.replace('["carrier"', '["porter"')
    town.learn(text.replace(right, wrong))
    not_sealed(town, request, key)


def test_a_change_that_does_not_matter_does_not_stop_it(town: Town) -> None:
    request = town.approved()
    town.learn(register_text().replace("supervisorさん", "岬　由美"))
    assert town.seal(request)[0].copy.state.value == "sealed"


def tampered(town: Town, cut: CutRecord, **changes: object) -> None:
    """Change the record of a cut so that its digest fits it again."""
    changed = msgspec.structs.replace(cut, **changes).bound()
    text = msgspec.json.encode(changed).decode()
    town.office.ledger.connection.execute("UPDATE cut SET record = ? WHERE id = ?", (text, cut.id))


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "prime"},
        {"contract": "R4-0001"},
        {"ends": "2030-01-01"},
        {"fields": []},
        {"people": 1},
        {"index_sha256": "00" * 32},
    ],
)
def test_a_cut_that_is_not_the_approved_one(town: Town, change: dict[str, object]) -> None:
    request = town.approved()
    tampered(town, town.cuts[0], **change)
    not_sealed(town, request, "custody.content_changed")


def test_other_rows_under_the_approved_number(town: Town) -> None:
    """The files of another cut of the same purpose, put in the place of the approved ones, record and all."""
    request, (approved, _) = town.approved(), town.cuts
    town.write("people.csv", PEOPLE.replace("和田", "和多"))
    other = town.cut("rows")
    folder = town.home / "cuts"
    for path in (folder / other.id).iterdir():
        (folder / approved.id / path.name).write_bytes(path.read_bytes())
    tampered(town, approved, **{name: getattr(other, name) for name in ("files", "index_sha256", "fields")})
    not_sealed(town, request, "custody.content_changed")


def test_a_digest_kept_under_other_files_is_noticed(town: Town) -> None:
    """The digest that was approved stays in the record; the files it lists are others."""
    request, cut = town.approved(), town.cuts[0]
    said = msgspec.to_builtins(cut)
    said["files"][0]["sha256"] = "00" * 32
    town.office.ledger.connection.execute("UPDATE cut SET record = ? WHERE id = ?", (json.dumps(said), cut.id))
    not_sealed(town, request, "custody.damaged_record")


def test_a_signature_under_something_else(town: Town) -> None:
    request = town.approved()
    forged = sign(signing_key("officer"), b"something else", namespace=COPY)
    town.office.ledger.connection.execute("UPDATE request SET signature = ?", (forged,))
    not_sealed(town, request, "signing.bad_signature")


def test_a_window_that_is_over(town: Town) -> None:
    request = town.approved()
    town.clock.advance(timedelta(hours=7) - timedelta(seconds=1))
    closes = from_text(request.statement.not_after)
    assert town.office.ledger.time() == closes - timedelta(seconds=1)
    town.clock.advance(timedelta(seconds=1))
    not_sealed(town, request, "custodian.too_late")


def test_a_contract_that_ends_before_the_copy_is_due(town: Town) -> None:
    """Asked for in time, sealed after the contract was cut short: it must hold until the copy is due back."""
    request = town.approved(due=EVENING + timedelta(days=30))
    town.learn(register_text(ends="2022-07-20"))
    not_sealed(town, request, "custody.outside_chain")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: bytes([*data[:-1], data[-1] ^ 1]), lambda _: b""]
)
@pytest.mark.parametrize("name", ["0.age", "people.age"])
def test_a_vault_file_that_is_damaged(town: Town, name: str, damage: Callable[[bytes], bytes]) -> None:
    request = town.approved()
    path = town.home / "cuts" / town.cuts[0].id / name
    path.write_bytes(damage(path.read_bytes()))
    not_sealed(town, request, "custody.vault_damaged")


def test_a_vault_file_in_the_place_of_another(town: Town) -> None:
    """It is whole, and the office's own; it is not what was approved."""
    request = town.approved()
    first, second = (town.home / "cuts" / cut.id / "0.age" for cut in town.cuts)
    first.write_bytes(second.read_bytes())
    not_sealed(town, request, "custody.vault_damaged")


def test_a_vault_file_that_is_gone_and_back_again(town: Town) -> None:
    request = town.approved()
    path = town.home / "cuts" / town.cuts[0].id / "0.age"
    data = path.read_bytes()
    path.unlink()
    with pytest.raises(NotFound):
        town.seal(request)
    path.write_bytes(data)
    (row,) = town.seal(request)
    assert row.copy.state.value == "sealed"


def test_what_is_asked_of_a_release_is_what_was_approved(town: Town) -> None:
    (slip,) = town.sealed("USB-1", max_opens=3)
    (ticket,) = town.office.custodian.tickets(town.cid(slip))
    policy = ticket.policy
    assert (policy.not_before, policy.not_after) == (EVENING, EVENING + timedelta(hours=7))
    assert (policy.max_opens, policy.approvals) == (3, 2)
    assert policy.barred == {signing_key(name).public.id for name in ("officer", "carrier", "supervisor")}
    assert Path(town.record(slip).name).name == f"capsule-{slip}.age"
