"""A witness never vouches for two histories of one log, whatever it is sent, and whenever it is stopped."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import LEDGER_VECTORS, Office

from sekisho.clock import ManualClock
from sekisho.errors import MediumError
from sekisho.ledger import note as notes
from sekisho.ledger import witness as witness_module
from sekisho.ledger.cosignature import CosignerKey, cosigned
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.witness import SIZE, Request, Witness
from witnesses import NIGHT, Witnesses, witness_key

SEQUENCES = json.loads((LEDGER_VECTORS / "witness-add-checkpoint.json").read_text())["sequences"]


def fresh(folder: Path, log: VerifierKey) -> Witness:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    return Witness(folder, name="w.example/1", signer=witness_key("w"), logs={log.name: log}, clock=clock)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each["log"]["origin"][:8])
def test_published_sequences(tmp_path: Path, sequence: dict[str, object]) -> None:
    log = VerifierKey.parse(sequence["log"]["vkey"])  # type: ignore[index]  # JSON
    key = CosignerKey.of(witness_key("w"), name="w.example/1")
    for step in sequence["steps"]:  # type: ignore[attr-defined]  # JSON
        witness = fresh(tmp_path, log)  # as started anew before each request
        answer = witness.add_checkpoint(step["body"].encode())
        assert answer.status == step["status"], step["why"]
        if answer.status == 200:
            note = notes.parse(step["body"].partition("\n\n")[2])
            whole = notes.parse(f"{note.text}\n".encode() + answer.body)
            assert cosigned(whole, [key])[key] == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
            latest = witness.latest(sha256(log.name.encode()).hexdigest())
            assert latest is not None
            assert cosigned(notes.parse(latest), [key])
            assert notes.verify(notes.parse(latest), [log])
        if "response_body" in step:
            assert (answer.body.decode(), answer.content_type) == (step["response_body"], SIZE)
    assert fresh(tmp_path, log).latest("0" * 64) is None


def test_what_is_recorded_is_durable_before_the_cosignature_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = SEQUENCES[0]["steps"][0]
    log = VerifierKey.parse(SEQUENCES[0]["log"]["vkey"])

    def full(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(witness_module, "write_whole", full)
    with pytest.raises(MediumError):
        fresh(tmp_path, log).add_checkpoint(step["body"].encode())


@given(st.binary(max_size=300) | st.text(alphabet="old 0123456789\n—ABab=+/", max_size=300).map(str.encode))
def test_nonsense_is_refused(body: bytes) -> None:
    log = VerifierKey.parse(SEQUENCES[0]["log"]["vkey"])
    assert fresh(Path("/nonexistent"), log).add_checkpoint(body).status in {400, 404}


@pytest.mark.parametrize("old", ["-1", "01", "+1", "１", "", "9" * 30])
def test_a_size_has_one_spelling(old: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Request.parse(f"old {old}\n\nnote".encode())


def test_two_histories_of_one_log_are_never_both_cosigned(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = Office(tmp_path / "one"), Office(tmp_path / "other", clock=ManualClock(NIGHT))
    one.fill(3)
    other.fill(4)
    with one.opened() as first, other.opened() as second:
        witnesses = Witnesses(tmp_path, first.key)
        good = f"old 0\n\n{first.checkpoint().note}".encode()
        assert witnesses.witness("w").add_checkpoint(good).status == 200
        proof = "".join(f"{line}\n" for line in ["A" * 43 + "="] * 3)
        for body in (f"old 0\n\n{second.checkpoint().note}", f"old 3\n{proof}\n{second.checkpoint().note}"):
            assert witnesses.witness("w").add_checkpoint(body.encode()).status in {409, 422}
        rolled_back = f"old 3\n\n{first.checkpoint(2).note}"
        assert witnesses.witness("w").add_checkpoint(rolled_back.encode()).status == 400
