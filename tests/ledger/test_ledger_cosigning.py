"""What an office brings to its witnesses is cosigned once, kept, and carried by every checkpoint and proof after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_office import KEY, Office

from sekisho.errors import LedgerBroken, Misuse, NoKey, NotFound, Refused, Unreadable
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


def test_a_witness_without_a_network_is_asked_by_a_file(tmp_path: Path) -> None:
    """Request and answer are carried, each small enough for one QR code; what came later does not matter."""
    (tmp_path / "far").mkdir()
    office = Office(tmp_path / "far")
    office.fill(40)
    with office.opened() as ledger:
        witnesses = Witnesses(tmp_path, ledger.key, ("far.example/w",))
        far = Witness(key=witnesses.quorum().witnesses[0].key)
        cosigning = Cosigning(ledger, Quorum(witnesses=(far,), needed=1), _nobody)
        for _ in range(2):
            request = cosigning.request("far.example/w")
            assert len(request) < 2000
            size = ledger.checkpoint().size
            line = witnesses.witness("far.example/w").cosign(request)
            assert line.count("\n") == 0
            with ledger.transaction() as tx:
                tx.append("office.noted")
            assert cosigning.keep(f" {line}\n") == ("far.example/w", size)
            covering = cosigning.covering(size - 1)
            assert covering is not None
            assert covering.size == size
        with pytest.raises(Refused):
            cosigning.cover(41)


def test_a_request_of_a_million_entries_fits_into_a_qr_code() -> None:
    longest = ["old 524287", *["A" * 44] * 21, "", "city.example/ledger", "1000000", "A" * 44, "", "— " + "x" * 120, ""]
    assert len("\n".join(longest)) < 2000


def test_a_witness_that_is_elsewhere_says_where(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    office = Office(tmp_path / "far")
    office.fill(3)
    with office.opened() as ledger:
        witnesses = Witnesses(tmp_path, ledger.key)
        cosigning = Cosigning(ledger, witnesses.quorum(), _nobody)
        (name,) = witnesses.names
        witnesses.witness(name).cosign(cosigning.request(name))  # the answer gets lost
        with ledger.transaction() as tx:
            tx.append("office.noted")
        with pytest.raises(Refused) as caught:
            witnesses.witness(name).cosign(cosigning.request(name))
        assert caught.value.values["size"] == 3
        assert cosigning.keep(witnesses.witness(name).cosign(cosigning.request(name, old=3))) == (name, 4)
        with pytest.raises(NotFound):
            cosigning.request("nobody.example/w")


def test_nothing_else_is_kept_and_nothing_else_cosigned(tmp_path: Path) -> None:
    (tmp_path / "twin").mkdir()
    (tmp_path / "far").mkdir()
    office, twin = Office(tmp_path / "far"), Office(tmp_path / "twin")
    office.fill(3)
    twin.fill(4)
    with office.opened() as ledger, twin.opened() as other:
        witnesses = Witnesses(tmp_path, ledger.key)
        (name,) = witnesses.names
        cosigning, forked = (Cosigning(each, witnesses.quorum(), _nobody) for each in (ledger, other))
        line = witnesses.witness(name).cosign(cosigning.request(name))
        for wrong in ("", "nonsense", line[:-4] + "AAA=", line.replace(name, "b.example/w")):
            with pytest.raises(Unreadable):
                cosigning.keep(wrong)
        with pytest.raises(LedgerBroken):
            witnesses.witness(name).cosign(forked.request(name, old=3))
        for body, error in ((b"old 0\n\nother\n", NotFound), (b"nonsense", Unreadable)):
            with pytest.raises(error):
                witnesses.witness(name).cosign(body)


def _nobody(url: str, body: bytes) -> Answer:
    raise AssertionError(url, body)
