"""What an office brings to its witnesses is cosigned once, kept, and carried by every checkpoint and proof after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_office import KEY, Office

from sekisho.errors import LedgerBroken, Misuse, NoKey, Refused, Unreadable
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.proof import Proof
from sekisho.ledger.quorum import NOBODY, Quorum, Witness
from sekisho.ledger.witness import SIZE, Answer
from sekisho.ledger.writer import Ledger
from witnesses import Witnesses

TWO = ("audit.example/w1", "pref.example/w2")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.fill(5)
    return office


@pytest.fixture
def ledger(office: Office) -> Iterator[Ledger]:
    with office.opened() as ledger:
        yield ledger


def test_a_checkpoint_is_cosigned_and_every_proof_carries_it(ledger: Ledger, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, KEY, TWO)
    cosigning = Cosigning(ledger, witnesses.quorum(2), witnesses.post)
    assert cosigning.covering(4) is None
    assert cosigning.cover(4).size == 5
    witnesses.down.update(TWO)
    assert cosigning.cover(2).size == 5  # what is cosigned needs nobody again
    proof = Proof.parse(ledger.proof(3))
    checkpoint = proof.verify(entry=next(iter(ledger.entries(3))).body(), key=KEY)
    witnesses.quorum(2).demand(checkpoint.note)
    with pytest.raises(NoKey):
        Witnesses(tmp_path, KEY, ("strange.example/w",)).quorum().demand(checkpoint.note)


def test_only_the_quorum_is_waited_for(ledger: Ledger, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, KEY, TWO, down={TWO[0]})
    with pytest.raises(Refused) as refused:
        Cosigning(ledger, witnesses.quorum(2), witnesses.post).cover(4)
    assert refused.value.values == {"have": 1, "need": 2}
    assert Cosigning(ledger, witnesses.quorum(1), witnesses.post).cover(4).size == 5


def test_the_next_checkpoint_is_proven_to_go_on(office: Office, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, KEY)
    for size in (5, 8, 40):
        office.fill(size - 5 if size == 5 else {8: 3, 40: 32}[size])
        with office.opened() as ledger:
            assert Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(size - 1).size == size
    assert len(witnesses.asked) == 3  # each time the size that it had cosigned was known


def test_a_cosignature_that_was_lost_on_its_way_is_asked_for_again(ledger: Ledger, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, KEY)
    Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(4)
    ledger.connection.execute("DELETE FROM cosignature")
    with ledger.transaction() as tx:
        tx.append("copy.sealed")
    assert Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(5).size == 6
    assert len(witnesses.asked) == 3  # the second was told the size


def test_a_ledger_behind_its_witness_has_forked(office: Office, tmp_path: Path) -> None:
    (tmp_path / "restored").mkdir()
    restored = Office(tmp_path / "restored")
    restored.fill(3)
    witnesses = Witnesses(tmp_path, KEY)
    with office.opened() as ledger:
        Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(4)
    with restored.opened() as ledger, pytest.raises(LedgerBroken):
        Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(2)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b""),
        Answer(200, b"\xe2\x80\x94 audit.example/w1 AAAA\n"),
        Answer(404),
        Answer(409, b"3\n"),
        Answer(409, b"03\n", SIZE),
        Answer(409, b"3\n", SIZE),
        Answer(302, b"", ""),
    ],
)
def test_only_a_cosignature_that_verifies_counts(ledger: Ledger, tmp_path: Path, answer: Answer) -> None:
    cosigning = Cosigning(ledger, Witnesses(tmp_path, KEY).quorum(), lambda _, __: answer)
    with pytest.raises(Refused):
        cosigning.cover(4)


def test_an_office_without_witnesses_waits_for_nobody(ledger: Ledger) -> None:
    assert Cosigning(ledger, NOBODY).cover(4).size == 5


def test_a_policy_that_cannot_be_met_or_counts_one_twice_is_refused(tmp_path: Path) -> None:
    first, second = (str(witness) for witness in Witnesses(tmp_path, KEY, TWO).quorum().witnesses)
    assert [str(each) for each in Quorum.parse([first, second], needed=2).witnesses] == [first, second]
    for lines, needed in (([first, first], 1), ([first], 0), ([first], 2), ([], 1)):
        with pytest.raises(Misuse):
            Quorum.parse(lines, needed=needed)
    for address in ("ftp://x", "https://", "https://a b", "https://u@x/", "https://x/?q", "x"):
        with pytest.raises(Unreadable):
            Witness.parse(f"{first.split()[0]} {address}")
