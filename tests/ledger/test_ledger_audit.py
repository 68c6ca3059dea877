"""The office's own check is the auditor's check."""

from pathlib import Path

import pytest
from ledger_office import KEY, OWN_LOG, Office

from sekisho.errors import NoKey, Unreadable
from sekisho.ledger.audit import audit
from sekisho.ledger.export import export_bundle
from sekisho.ledger.note import VerifierKey


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "office").mkdir()
    office = Office(tmp_path / "office")
    office.fill(2)
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out")
    return tmp_path / "out"


def test_a_good_export_is_sound(bundle: Path) -> None:
    assert audit(bundle, key=None).sound
    found = audit(bundle, key=KEY, seen=[bundle / "checkpoints" / "1"])
    assert (found.sound, found.lines) == (True, (f"GOOD {bundle} verifies",))


def test_findings_are_told_in_the_readers_language(bundle: Path) -> None:
    (bundle / "events.csv").write_bytes(b"")
    english, japanese = audit(bundle, key=KEY), audit(bundle, key=KEY, language="ja")
    assert not english.sound
    assert not japanese.sound
    assert any("SHA256SUMS" in line and line.isascii() for line in english.lines)
    assert any("記載と違います" in line for line in japanese.lines)


def test_another_log_is_not_the_one_expected(bundle: Path) -> None:
    for folder, key in (
        (OWN_LOG, VerifierKey(name=KEY.name, public=bytes(32))),
        (bundle, VerifierKey(name="other.example/log", public=KEY.public)),
    ):
        with pytest.raises(NoKey) as caught:
            audit(folder, key=key)
        assert caught.value.key == "ledger.other_key"


def test_what_is_no_export_is_not_called_changed(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.txt").write_bytes(b"")
    with pytest.raises(Unreadable) as caught:
        audit(tmp_path, key=KEY)
    assert caught.value.key == "ledger.not_an_export"


def test_a_program_in_the_folder_is_never_run(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("verify.py", "argparse.py", "sitecustomize.py"):
        (bundle / name).write_text(f"open({str(tmp_path / 'run')!r}, 'w')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(bundle))
    monkeypatch.chdir(bundle)
    lines = audit(bundle, key=KEY).lines
    assert "BAD  verify.py is not the one of this version of verify.py" in lines
    assert "BAD  argparse.py belongs neither to the log nor to a statement in it" in lines
    assert not (tmp_path / "run").exists()
