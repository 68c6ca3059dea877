"""A witness's folder is made once, read strictly, and never made over."""

from pathlib import Path

import pytest
from ledger_office import KEY, Office

from sekisho.clock import SystemClock
from sekisho.errors import Missing, Misuse, Unreadable
from sekisho.ledger.witness_folder import make_witness, open_witness


def test_a_witness_is_made_once_and_opened_again(tmp_path: Path) -> None:
    key = make_witness(tmp_path / "w", name="audit.example/w", logs=[KEY])
    assert open_witness(tmp_path / "w", SystemClock())[1] == key
    with pytest.raises(Misuse):
        make_witness(tmp_path / "w", name="audit.example/w", logs=[KEY])
    assert open_witness(tmp_path / "w", SystemClock())[1] == key
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600


def test_it_knows_the_logs_of_its_file(tmp_path: Path) -> None:
    make_witness(tmp_path / "w", name="audit.example/w", logs=[])
    (tmp_path / "office").mkdir()
    office = Office(tmp_path / "office")
    office.fill(2)
    with office.opened() as ledger:
        body = f"old 0\n\n{ledger.checkpoint().note}".encode()
    assert open_witness(tmp_path / "w", SystemClock())[0].add_checkpoint(body).status == 404
    (tmp_path / "w" / "logs").write_text(f"{KEY}\n")
    assert open_witness(tmp_path / "w", SystemClock())[0].add_checkpoint(body).status == 200


def test_a_folder_without_or_with_a_damaged_witness_is_told(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        open_witness(tmp_path, SystemClock())
    make_witness(tmp_path / "w", name="audit.example/w", logs=[KEY])
    (tmp_path / "w" / "logs").write_text("nonsense\n")
    with pytest.raises(Unreadable):
        open_witness(tmp_path / "w", SystemClock())
    (tmp_path / "w" / "witness.key").write_text("nonsense\n")
    with pytest.raises(Unreadable):
        open_witness(tmp_path / "w", SystemClock())
