"""A reader tells what was signed, and says so when the database no longer is that."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledger_office import EVENING, KEY, ORIGIN, Office

from sekisho.errors import LedgerBroken, Missing, NoKey, NotFound
from sekisho.ledger import store
from sekisho.ledger.checkpoint import Checkpoint, TreeHead
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof
from sekisho.ledger.reader import Reader
from sekisho.ledger.record_keys import RecordKeys
from sekisho.sql import Connection


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.fill(5)
    return office


@pytest.fixture
def reader(office: Office) -> Iterator[Reader]:
    with contextlib.closing(office.connect()) as connection:
        yield Reader(connection, key=KEY, records=RecordKeys(office.root / "records"))


def tamper(connection: Connection, statement: str) -> None:
    """Change what triggers protect, as somebody with the file can."""
    connection.execute("DROP TRIGGER entry_is_not_changed")
    connection.execute("DROP TRIGGER checkpoint_is_not_changed")
    connection.execute(statement)


def test_entries_come_in_order_with_what_they_say(reader: Reader) -> None:
    entries = list(reader.entries())
    assert [(each.index, each.type, each.at, each.copy) for each in entries] == [
        (number, "copy.sealed", EVENING, f"C-{number}") for number in range(5)
    ]
    assert all(list(each.commitments) == ["carrier"] for each in entries)
    assert [each.index for each in reader.entries(3)] == [3, 4]


def test_equal_values_have_unequal_commitments(reader: Reader) -> None:
    assert len({each.commitments["carrier"] for each in reader.entries()}) == 5
    assert reader.details(2) == {"carrier": "尼崎 太郎"}
    assert reader.details(99) == {}


def test_every_entry_has_a_proof_under_the_newest_checkpoint(reader: Reader) -> None:
    for entry in reader.entries():
        proof = Proof.parse(reader.proof(entry.index))
        assert proof.verify(entry=entry.body(), key=KEY) == reader.checkpoint()


@pytest.mark.parametrize("index", [-1, 5, 1 << 62, 1 << 63])
def test_there_is_no_proof_of_nothing(reader: Reader, index: int) -> None:
    with pytest.raises(NotFound):
        reader.proof(index)


def test_a_proof_is_given_under_an_earlier_checkpoint(reader: Reader) -> None:
    entry = next(reader.entries())
    assert Proof.parse(reader.proof(0, 2)).verify(entry=entry.body(), key=KEY) == reader.checkpoint(2)
    with pytest.raises(NotFound):
        reader.proof(2, 2)


def test_there_is_no_proof_of_what_is_not_signed_yet(reader: Reader) -> None:
    reader.connection.execute("BEGIN IMMEDIATE")
    index = store.append(reader.connection, next(reader.entries()).body())
    with pytest.raises(NotFound):
        reader.proof(index)
    reader.connection.execute("ROLLBACK")


def test_every_checkpoint_is_a_beginning_of_the_newest(reader: Reader) -> None:
    checkpoints = list(reader.checkpoints())
    assert [each.size for each in checkpoints] == [0, 1, 2, 3, 4, 5]
    assert [len(reader.consistency(each)) for each in checkpoints[1:]] == [3, 2, 4, 1, 0]
    assert reader.checkpoint(3) == checkpoints[3]


def test_a_checkpoint_of_another_history_is_no_beginning(reader: Reader) -> None:
    for size in (0, 3, 5, 6):
        head = TreeHead(origin=ORIGIN, size=size, root=bytes(32))
        with pytest.raises(LedgerBroken):
            reader.consistency(Checkpoint(head=head, note=""))


def test_a_size_that_was_never_signed_is_missing(reader: Reader) -> None:
    with pytest.raises(Missing):
        reader.checkpoint(99)


def test_an_empty_database_was_never_signed(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with contextlib.closing(Office(tmp_path / "new").connect()) as connection, pytest.raises(Missing):
        Reader(connection, key=KEY).checkpoint()


def test_another_key_reads_no_checkpoint(reader: Reader) -> None:
    stranger = VerifierKey.of(Ed25519PrivateKey.generate(), name=ORIGIN)
    with pytest.raises(NoKey):
        Reader(reader.connection, key=stranger).checkpoint()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = cast(replace(cast(body AS TEXT), 'C-1', 'C-9') AS BLOB) WHERE idx = 1",
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 3) WHERE idx = 0",
        "UPDATE checkpoint SET note = replace(note, '5', '4') WHERE size = 5",
    ],
)
def test_no_proof_leaves_a_changed_database(reader: Reader, statement: str) -> None:
    tamper(reader.connection, statement)
    with pytest.raises(LedgerBroken):
        [reader.proof(index) for index in range(5)]


def test_a_changed_subtree_gives_no_proof(office: Office) -> None:
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            for _ in range(40):
                tx.append("copy.sealed")
        ledger.connection.execute("UPDATE subtree SET hash = zeroblob(32) WHERE idx = 0")
        assert ledger.proof(3)
        with pytest.raises(LedgerBroken):
            ledger.proof(20)


def test_a_ledger_of_an_older_sekisho_gets_its_subtrees_when_it_is_opened(office: Office) -> None:
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            for _ in range(40):
                tx.append("copy.sealed")
        ledger.connection.execute("DELETE FROM subtree")
        assert ledger.proof(20)
    with office.opened() as ledger:
        assert store.is_complete(ledger.connection)
        assert Proof.parse(ledger.proof(20)).index == 20


def test_a_row_that_is_no_leaf_is_named(reader: Reader) -> None:
    tamper(reader.connection, "UPDATE entry SET body = x'7b7d' WHERE idx = 3")
    with pytest.raises(LedgerBroken, match="3"):
        list(reader.entries())
