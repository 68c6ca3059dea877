"""A certificate is issued for what was seen to be erased and for nothing else, by two persons, and stands in the ledger."""

import hashlib
import json
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_office import PERSONAL, Town, signing_key
from sekisho.custody import certificate_records
from sekisho.custody.certificate_bundle import bundle, check
from sekisho.custody.certificate_form import CERTIFICATE, Certificate, Record
from sekisho.custody.certificates import Hands, Issued, certificate, certificates, read_document
from sekisho.custody.certifying import certify_copy, certify_keys
from sekisho.custody.declared_erasures import import_declaration, read_declaration
from sekisho.custody.handing import erase
from sekisho.errors import LedgerBroken, NoKey, NotFound, Refused, SekishoError, Unreadable
from sekisho.ledger.note import VerifierKey
from sekisho.loss.lost import report_lost
from sekisho.media.erasing import Category, Check, Method, NotVerifiable, Verified, Why
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)

PAGE = (
    "\ufeff{title}\r\n受渡票：{slip}\r\n開いた時刻：2022-06-21T08:40:00.000Z\r\n消した時刻：2022-06-21T09:10:00.000Z\r\n"
    "保存したファイル：1 件（残っていないとの申告）\r\n調べた人数：12 人\r\n"
    "この証明は、開いた人の申告です。ブラウザーのページは、端末に何が残ったかを確かめられません。\r\n署名：　立会人：\r\n"
)


def hands(sanitiser: str = "carrier", verifier: str = "supervisor") -> Hands:
    return Hands(sanitiser=signing_key(sanitiser), verifier=signing_key(verifier), place="磯風コールセンター 3階")


def erased(town: Town, slip: str) -> Issued:
    """Erase a copy where it is, and issue what is due."""
    erase(
        town.office, slip, town.stick(town.row(slip).medium), holder=signing_key("carrier"), witness=signing_key("supervisor")
    )  # fmt: skip
    return certify_copy(town.office, slip, hands())


def declared(town: Town, slip: str, title: str = "消去の証明（未確認）") -> Issued:
    path = town.write("erasure.txt", PAGE.format(slip=slip, title=title))
    return import_declaration(town.office, path, clerk=signing_key("clerk"))


def test_a_copy_that_was_never_opened_is_purged_when_its_key_is_gone(out: Town) -> None:
    issued = erased(out, out.slips[0])
    document = issued.document
    assert isinstance(document, Certificate)
    assert (document.category, document.facts.method) == (Category.PURGE, Method.CRYPTO_ERASE)
    assert document.verification == Verified(check=Check.KEYS)
    (copy,), (key,) = document.facts.copies, document.facts.keys
    assert copy.capsule == out.record(out.slips[0]).sha256
    assert copy.erased == out.leaves("copy.erased")[0].index
    assert key.index == out.leaves("ticket.destroyed")[0].index


def test_a_copy_that_was_opened_is_cleared_until_its_recipient_says_that_nothing_is_left(out: Town) -> None:
    slip = out.slips[0]
    out.open(slip)
    first = erased(out, slip).document
    assert isinstance(first, Certificate)
    assert (first.category, first.verification) == (Category.CLEAR, Verified(check=Check.FILE))
    assert [each.index for each in first.facts.openings] == [out.leaves("release.given")[0].index]
    said = declared(out, slip)
    second = certify_copy(out.office, slip, hands()).document
    assert isinstance(second, Certificate)
    assert second.category is Category.PURGE
    assert second.facts.declarations == [said.document.number]


def test_what_was_not_found_as_it_was_sealed_gets_a_record_and_no_certificate(out: Town) -> None:
    slip = out.slips[0]
    out.capsule(slip).unlink()
    issued = erased(out, slip)
    assert isinstance(issued.document, Record)
    assert issued.document.verification == NotVerifiable(why=Why.ALTERED)
    assert out.leaves("certificate.issued")[0].fields["result"] == "not_verifiable"
    assert "category" not in out.leaves("certificate.issued")[0].fields


def test_a_copy_that_is_lost_is_purged_by_its_key_alone_and_only_once_that_is_gone(out: Town) -> None:
    slip = out.slips[0]
    before = certify_keys(out.office, slip, hands("officer", "chief"))
    assert isinstance(before.document, Record)
    assert before.document.verification == NotVerifiable(why=Why.KEYS_UNFINISHED)
    report_lost(out.office, [slip])
    out.clock.advance(timedelta(days=400))
    out.restart()
    after = certify_keys(out.office, slip, hands("officer", "chief")).document
    assert isinstance(after, Certificate)
    assert (after.category, after.facts.destination) == (Category.PURGE, "unknown")
    assert after.facts.copies[0].erased is None


def test_who_erases_does_not_see_to_it(out: Town) -> None:
    slip, size = out.slips[0], out.size
    with pytest.raises(Refused) as caught:
        certify_keys(out.office, slip, hands("officer", "officer"))
    assert caught.value.key == "custody.two_signatures"
    assert out.size == size


def test_a_copy_that_nobody_erased_has_no_certificate(out: Town) -> None:
    with pytest.raises(Refused) as caught:
        certify_copy(out.office, out.slips[0], hands())
    assert caught.value.key == "custody.not_erased"


def test_both_sign_what_stands_there_and_the_leaf_holds_its_digest_and_no_name(out: Town) -> None:
    issued = erased(out, out.slips[0])
    message = issued.document.encode()
    keys = [verify(each, message, namespace=CERTIFICATE) for each in issued.signatures]
    assert keys == [signing_key("carrier").public, signing_key("supervisor").public]
    leaf = out.leaves("certificate.issued")[0]
    assert leaf.fields["certificate"] == hashlib.sha256(message).hexdigest()
    assert leaf.fields["copies"] == [out.cid(out.slips[0]).hex()]
    body = leaf.body().decode()
    assert not [text for text in ("carrier", "supervisor", "磯風", "USB-1", *PERSONAL) if text in body]


def test_certificates_are_numbered_and_found_again(out: Town) -> None:
    issued = [erased(out, slip) for slip in out.slips]
    connection = out.office.ledger.connection
    assert certificates(connection) == issued
    assert certificate(connection, issued[1].document.number) == issued[1]
    assert certificate_records.numbers_of(connection, out.slips[1]) == [issued[1].document.number]
    with pytest.raises(NotFound):
        certificate(connection, "9999999")


# It travels.


def test_a_certificate_is_checked_with_nothing_but_the_logs_key(out: Town) -> None:
    issued = erased(out, out.slips[0])
    checked = check(bundle(out.office, issued.document.number), key=out.office.ledger.key)
    assert (checked.document, checked.index) == (issued.document, issued.index)


def _changed(data: bytes, path: str, value: object) -> bytes:
    document = json.loads(data)
    *inner, last = path.split(".")
    place = document
    for step in inner:
        place = place[step]
    place[last] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("certificate.category", "destroy"),
        ("certificate.at", "2022-06-20T00:00:00Z"),
        ("certificate.facts.verifier.person", "chief"),
        ("signatures", ["-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"]),
        ("leaf", "{}"),
        ("proof", "c2sp.org/tlog-proof@v1\n"),
    ],
)
def test_a_certificate_that_was_changed_is_refused(out: Town, path: str, value: object) -> None:
    data = bundle(out.office, erased(out, out.slips[0]).document.number)
    with pytest.raises((NoKey, Unreadable, LedgerBroken)):
        check(_changed(data, path, value), key=out.office.ledger.key)


def test_one_signature_is_not_enough_and_neither_is_another_log(out: Town) -> None:
    data = bundle(out.office, erased(out, out.slips[0]).document.number)
    with pytest.raises(NoKey):
        check(_changed(data, "signatures", json.loads(data)["signatures"][:1]), key=out.office.ledger.key)
    other = VerifierKey.of(signing_key("stranger").key, name=out.office.ledger.key.name)
    with pytest.raises(NoKey):
        check(data, key=other)


def test_a_record_cannot_be_made_a_certificate_by_its_name(out: Town) -> None:
    out.capsule(out.slips[0]).unlink()
    data = bundle(out.office, erased(out, out.slips[0]).document.number)
    with pytest.raises(Unreadable):
        check(_changed(data, "certificate.type", "certificate"))


# What a browser page says.


@pytest.mark.parametrize("title", ["消去の証明（未確認）", "Certificate of erasure (unverified)"], ids=["ja", "en"])
def test_a_pages_declaration_is_recorded_as_what_nobody_can_verify(out: Town, title: str) -> None:
    issued = declared(out, out.slips[0], title)
    assert isinstance(issued.document, Record)
    assert issued.document.verification == NotVerifiable(why=Why.DECLARATION)
    facts = issued.document.facts
    assert facts.declared is not None
    assert (facts.declared.saved, facts.declared.asked) == (1, 12)
    assert (facts.sanitiser.person, facts.sanitiser.key, facts.verifier.person) == ("supervisor", "", "clerk")
    check(bundle(out.office, issued.document.number), key=out.office.ledger.key)


def test_a_declaration_of_before_the_last_opening_counts_for_nothing(out: Town) -> None:
    slip = out.slips[0]
    declared(out, slip)
    out.open(slip)
    document = erased(out, slip).document
    assert isinstance(document, Certificate)
    assert document.category is Category.CLEAR


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", "消去の証明（未確認）\n".encode(), PAGE.format(slip="1 2", title="Certificate of erasure").encode()],
    ids=["empty", "bytes", "title", "another"],
)
def test_another_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_declaration(data)


@given(
    st.text(alphabet="消去の証明（未確認）受渡票：Slip: 0123456789\r\nT:Z.-", max_size=200).map(str.encode)
    | st.binary(max_size=200)
)
def test_any_text_is_read_or_refused(data: bytes) -> None:
    for read in (read_declaration, read_document, check):
        with pytest.raises(SekishoError):
            read(data)


def test_a_form_is_read_only_as_it_is_signed(out: Town) -> None:
    message = erased(out, out.slips[0]).document.encode()
    assert read_document(message).encode() == message
    with pytest.raises(Unreadable):
        read_document(message.replace(b'"v":1', b'"v": 1'))
    assert msgspec.json.decode(message)["type"] == "certificate"
