"""One-time codes: the vectors of RFC 6238, each step once, five wrong tries, and a secret that is never lost with an epoch."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from custodian_office import EVENING, Office, holding, opened

from sekisho.clock import ManualClock
from sekisho.custodian import factor
from sekisho.custodian.factor import MOST_WRONG, OneTimeCodes, address_of, step_of

RFC_6238 = b"12345678901234567890"
# RFC 6238 appendix B, SHA-1: the last six of its eight digits.
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
           20000000000: "353130"}  # fmt: skip


@pytest.mark.parametrize(("at", "code"), VECTORS.items())
def test_the_codes_of_the_rfc(at: int, code: str) -> None:
    assert step_of(RFC_6238, code, now=at, after=0) == at // 30
    assert step_of(RFC_6238, code, now=at + 30, after=0) == at // 30
    assert step_of(RFC_6238, code, now=at - 30, after=0) == at // 30
    assert step_of(RFC_6238, code, now=at + 90, after=0) is None
    assert step_of(RFC_6238, code, now=at, after=at // 30) is None


def test_the_address_is_what_an_authenticator_app_scans() -> None:
    address = address_of(RFC_6238, person="supervisor", issuer="汐見市")
    assert address.startswith("otpauth://totp/")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert "digits=6" in address


def enrolled(office: Office) -> OneTimeCodes:
    codes = OneTimeCodes(office.kek, randomness=lambda _: RFC_6238)
    with office.ledger.transaction() as tx:
        assert not codes.is_enrolled(tx, "supervisor")
        assert codes.enrol(tx, "supervisor", epoch=office.custodian.epoch(tx)) == RFC_6238
        assert codes.is_enrolled(tx, "supervisor")
    return codes


def test_a_code_is_taken_once_and_no_older_one_after_it(tmp_path: Path) -> None:
    at = datetime.fromtimestamp(1234567890, UTC)
    with opened(tmp_path, ManualClock(at)) as office:
        codes = enrolled(office)
        with office.ledger.transaction() as tx:
            assert not codes.check(tx, "supervisor", "000000")
            assert codes.check(tx, "supervisor", VECTORS[1234567890])
            assert not codes.check(tx, "supervisor", VECTORS[1234567890])


def test_the_secret_lies_nowhere_open_and_survives_the_end_of_an_epoch(tmp_path: Path) -> None:
    at = datetime.fromtimestamp(1234567890, UTC)
    with opened(tmp_path, ManualClock(at)) as office:
        issued = office.live(not_before=at, not_after=at + timedelta(days=1))
        codes = enrolled(office)
        assert not holding(tmp_path, RFC_6238)
        office.destroy(issued.cid)
        with office.ledger.transaction() as tx:
            assert codes.check(tx, "supervisor", VECTORS[1234567890])


def test_who_is_enrolled_stands_in_no_leaf(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        enrolled(office)
        (leaf,) = office.leaves("factor.enrolled")
        assert b"supervisor" not in leaf.body()
        assert office.ledger.details(leaf.index) == {"person": "supervisor"}


def test_wrong_codes_are_counted_for_a_copy_until_they_are_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        issued, connection = office.live(), office.connection
        assert factor.tries_left(connection, issued.cid) == MOST_WRONG
        assert [factor.count_wrong(connection, issued.cid) for _ in range(6)] == [4, 3, 2, 1, 0, 0]
        office.suspend(issued.cid)
        with office.ledger.transaction() as tx:
            office.custodian.lift(tx, issued.cid, keys=["a", "b"])
        assert factor.tries_left(connection, issued.cid) == MOST_WRONG, "who lifted it looked into it"


def test_the_table_takes_no_second_secret_of_a_person(tmp_path: Path) -> None:
    with opened(tmp_path, ManualClock(EVENING)) as office:
        enrolled(office)
        with office.ledger.transaction() as tx:
            OneTimeCodes(office.kek).enrol(tx, "supervisor", epoch=office.custodian.epoch(tx))
        count = office.connection.execute("SELECT count(*) FROM one_time_code").fetchone()
        assert count == (1,)
        assert isinstance(office.connection, sqlite3.Connection)
