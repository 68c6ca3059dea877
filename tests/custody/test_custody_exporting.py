"""What an outsider gets: nothing personal unasked; what is disclosed can be held against the entry and its signatures."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from invented_office import Town
from sekisho.custody.exporting import export_ledger
from sekisho.custody.statements import HANDOVER
from sekisho.errors import NotFound
from verified import verify, with_sums

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def folder(out: Town, tmp_path: Path) -> Path:
    export_ledger(out.office, tmp_path / "export", disclose=[out.leaves("copy.handed_over")[0].index])
    return tmp_path / "export"


def test_without_being_asked_nothing_is_disclosed_and_signers_have_no_names(out: Town, tmp_path: Path) -> None:
    export_ledger(out.office, tmp_path / "export")
    status, said = verify(tmp_path / "export")
    assert status == 0, said
    assert not (tmp_path / "export" / "disclosed.jsonl").exists()
    assert not (tmp_path / "export" / "signed").exists()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file())
    for person in out.office.register.persons.values():
        assert person.name.encode() not in everything


def test_what_is_disclosed_verifies_and_one_letter_of_it_changed_does_not(out: Town, folder: Path) -> None:
    entry = out.leaves("copy.handed_over")[0]
    lines = [json.loads(line) for line in (folder / "disclosed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["field"]: line["value"] for line in lines} == out.office.ledger.details(entry.index)
    assert verify(folder)[0] == 0
    text = (folder / "disclosed.jsonl").read_text(encoding="utf-8")
    (folder / "disclosed.jsonl").write_text(text.replace(lines[0]["value"], "somebody"), encoding="utf-8")
    assert "disclosed.jsonl line 1 is wrong" in verify(with_sums(folder))[1]


@pytest.mark.parametrize("more", ['"value": "somebody", "value"', '"note": "he did it", "value"'])
def test_nothing_stands_beside_what_is_disclosed(out: Town, folder: Path, more: str) -> None:  # noqa: ARG001 - its folder
    """A name twice, of which the last counts, and a name that nobody has committed to: a reader would believe both."""
    text = (folder / "disclosed.jsonl").read_text(encoding="utf-8")
    (folder / "disclosed.jsonl").write_text(text.replace('"value"', more, 1), encoding="utf-8")
    code, said = verify(with_sums(folder))
    assert (code, "disclosed.jsonl line 1 is wrong" in said) == (1, True)


def test_a_detail_moved_to_another_entry_is_found(folder: Path) -> None:
    line = json.loads((folder / "disclosed.jsonl").read_text(encoding="utf-8").splitlines()[0])
    (folder / "disclosed.jsonl").write_text(json.dumps(line | {"idx": line["idx"] - 1}) + "\n", encoding="utf-8")
    assert "disclosed.jsonl line 1 is wrong" in verify(with_sums(folder))[1]


def test_the_auditors_own_ssh_keygen_verifies_both_hands(out: Town, folder: Path) -> None:
    entry = out.leaves("copy.handed_over")[0]
    document = folder / f"signed/{entry.index}.json"
    for number, key in ((1, entry.fields["from"]), (2, entry.fields["to"])):
        command = ["ssh-keygen", "-Y", "verify", "-f", str(folder / "keys/allowed_signers"), "-I", str(key)]
        command += ["-n", HANDOVER, "-s", str(folder / f"signed/{entry.index}.{number}.sig")]
        for content, good in ((document.read_bytes(), True), (document.read_bytes() + b" ", False)):
            done = subprocess.run(command, input=content, capture_output=True, check=False)
            assert (done.returncode == 0) == good, done.stderr


def test_a_document_or_a_key_exchanged_is_found(out: Town, folder: Path) -> None:
    index = out.leaves("copy.handed_over")[0].index
    shutil.copy(folder / "README.txt", folder / f"signed/{index}.json")
    assert f"signed/{index}.json is not the one that entry {index} names" in verify(with_sums(folder))[1]
    signers = folder / "keys/allowed_signers"
    ids, keys = zip(*(line.split(" ", 1) for line in signers.read_text().splitlines()), strict=True)
    signers.write_text("".join(f"{a} {b}\n" for a, b in zip(ids, reversed(keys), strict=True)))
    assert "keys/allowed_signers line 1 is wrong" in verify(with_sums(folder))[1]


def test_an_entry_with_nothing_to_disclose_gives_no_export(out: Town, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export_ledger(out.office, tmp_path / "export", disclose=[0])
