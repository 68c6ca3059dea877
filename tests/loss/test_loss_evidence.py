"""The evidence folder: an outsider checks it alone with plain Python, and one changed byte anywhere is found."""

import base64
import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from invented_office import EVENING, IDENTITY, PERSONAL, Town, signing_key, unwritable
from sekisho.capsule.opening import Ask, open_capsule
from sekisho.catalogue.words import LANGUAGES
from sekisho.custody.handing import find
from sekisho.errors import Busy, MediumError, Misuse, NotFound, Unreadable
from sekisho.ledger import verifier
from sekisho.ledger.audit import audit
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.export import export_bundle, guides
from sekisho.loss.evidence import gather, issue_evidence, statement_papers
from sekisho.loss.lost import report_lost
from sekisho.loss.seen import record_last_seen
from sekisho.loss.statement import Findings

pytest_plugins = ("office_fixtures",)

OWN = Path(verifier.__file__)
PAPERS = ["statement.ja.txt", "statement.en.txt", "statement.json", "kinds.csv", "field-sets.csv"]


def check(folder: Path, program: Path = OWN) -> bool:
    """Check an evidence folder as an outsider does."""
    command = [sys.executable, "-I", "-S", str(program), str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def lost(town: Town) -> Findings:
    """Open one of two copies, lose both, and gather what is known."""
    first, second = town.slips
    town.open(first)
    town.clock.advance(timedelta(hours=10))
    report_lost(town.office, [first, second], key_officer=signing_key("security"))
    record_last_seen(town.office, [first, second], EVENING + timedelta(hours=3))
    return gather(town.office, [first, second])


@pytest.fixture(scope="module")
def evidence(model_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evidence folder; nothing may change it."""
    root = tmp_path_factory.mktemp("evidence")
    shutil.copytree(model_out, root / "town")
    town = Town(root / "town")
    issue_evidence(town.office, lost(town), root / "evidence")
    town.office.close()
    return root / "evidence"


# What is in it, and that it verifies.


def test_it_verifies_with_nothing_but_python(evidence: Path) -> None:
    assert check(evidence, evidence / "verify.py")


def test_it_holds_statement_counts_log_and_proofs(evidence: Path) -> None:
    assert sorted(path.name for path in evidence.iterdir()) == [
        "README.txt", "SHA256SUMS", "capsule.json", "checkpoint", "checkpoints", "events.csv", "field-sets.csv",
        "kinds.csv", "log.vkey", "policy.txt", "proofs", "skeleton.ndjson", "statement.en.txt", "statement.ja.txt", "statement.json", "tile", "verify.py", "verify_statement.py",
    ]  # fmt: skip


def test_every_step_of_each_copy_has_a_proof_of_its_own(evidence: Path) -> None:
    said = json.loads((evidence / "statement.json").read_bytes())
    named = {name for copy in said["copies"] for name in copy["proofs"]}
    assert {path.stem for path in (evidence / "proofs").iterdir()} == {"statement", *named}
    opened, kept = (sorted(name.split("-")[-2] for name in copy["proofs"]) for copy in said["copies"])
    steps = ["capsule.sealed", "copy.last_seen", "copy.lost", "epoch.begun", "ticket.destroyed", "ticket.suspended"]
    assert (opened, kept) == (sorted([*steps, "release.given"]), steps)


def test_the_counts_are_those_of_the_index(out: Town, tmp_path: Path) -> None:
    found = lost(out)
    issue_evidence(out.office, found, tmp_path / "evidence")
    with (tmp_path / "evidence" / "kinds.csv").open(encoding="utf-8-sig", newline="") as file:
        kinds = {row["kind"]: int(row["people"]) for row in csv.DictReader(file)}
    with (tmp_path / "evidence" / "field-sets.csv").open(encoding="utf-8-sig", newline="") as file:
        sets = {frozenset(row["kinds"].split()): int(row["people"]) for row in csv.DictReader(file)}
    assert kinds == {kind.id: people for kind, people in found.affected.by_kind()}
    assert sum(sets.values()) == found.affected.at_least == 3
    assert all(people == sum(n for each, n in sets.items() if kind in each) for kind, people in kinds.items())


def test_the_ledger_holds_the_digest_of_every_paper_and_guide(out: Town, tmp_path: Path) -> None:
    found = lost(out)
    issue_evidence(out.office, found, tmp_path / "evidence")
    (entry,) = out.leaves("statement.issued")
    assert entry.fields["slips"] == out.slips
    papers = {
        name: hashlib.sha256((tmp_path / "evidence" / name).read_bytes()).hexdigest()
        for name in [*statement_papers(found), *guides()]
    }
    assert entry.fields["files"] == papers
    assert {f"statement.{language}.txt" for language in LANGUAGES} < papers.keys()


def test_without_a_loss_it_is_proven_that_nothing_was_opened(out: Town, tmp_path: Path) -> None:
    found = gather(out.office, out.slips)
    issue_evidence(out.office, found, tmp_path / "evidence")
    assert {copy.state for copy in found.copies} == {"statement.never_live"}
    assert check(tmp_path / "evidence")


def test_a_later_statement_does_not_spoil_an_earlier_one(out: Town, tmp_path: Path) -> None:
    """The same papers are laid out twice, and each folder is whole."""
    issue_evidence(out.office, lost(out), tmp_path / "night")
    find(out.office, out.slips[1], out.root / "USB-2")
    issue_evidence(out.office, gather(out.office, out.slips), tmp_path / "morning")
    assert check(tmp_path / "night")
    assert check(tmp_path / "morning")
    states = [
        json.loads((tmp_path / name / "statement.json").read_bytes())["copies"][1]["state"]
        for name in ("night", "morning")
    ]
    assert states == ["never_destroyed", "found_unaltered"]


# Papers and log are of one moment.


def made_anew(folder: Path) -> Path:
    """Make the sums anew, as somebody does who changes a folder on purpose."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in found
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (PAPERS, " release.given,"),
        (["statement.en.txt"], "BAD  statement.en.txt is not the one that entry "),
    ],
)
def test_the_papers_of_an_earlier_folder_do_not_pass_in_a_later_one(
    out: Town, tmp_path: Path, names: list[str], said: str
) -> None:
    """The earlier ones say "never released", and are signed too; one language alone contradicts the other."""
    issue_evidence(out.office, gather(out.office, out.slips), tmp_path / "before")
    issue_evidence(out.office, lost(out), tmp_path / "after")
    assert check(tmp_path / "after")
    for name in names:
        shutil.copy(tmp_path / "before" / name, tmp_path / "after" / name)
    found = audit(made_anew(tmp_path / "after"), key=out.office.ledger.key)
    assert (found.sound, said in "\n".join(found.lines)) == (False, True)


def test_a_statement_that_the_ledger_has_overtaken_is_not_issued(out: Town, tmp_path: Path) -> None:
    first, second = out.slips
    found = gather(out.office, [first])
    out.open(first)
    size = out.size
    with pytest.raises(Busy) as caught:
        issue_evidence(out.office, found, tmp_path / "evidence")
    assert (caught.value.key, caught.value.values["event"]) == ("loss.overtaken", "release.requested")
    assert (out.size, (tmp_path / "evidence").exists()) == (size, False)
    again = gather(out.office, [first])
    out.open(second)  # another copy, about which nothing is stated
    issue_evidence(out.office, again, tmp_path / "evidence")
    assert check(tmp_path / "evidence")


def test_what_comes_between_a_statement_and_its_export_stays_out_of_it(
    out: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*given: Any, **named: Any) -> Checkpoint:
        out.open(out.slips[0])
        return export_bundle(*given, **named)

    monkeypatch.setattr("sekisho.loss.evidence.export_bundle", overtaken)
    issue_evidence(out.office, gather(out.office, out.slips), tmp_path / "evidence")
    assert out.leaves("release.given")
    assert "release.given" not in (tmp_path / "evidence" / "events.csv").read_text(encoding="utf-8")
    assert check(tmp_path / "evidence")


# One changed byte.


def copy_of(evidence: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(evidence, tmp_path / "changed"))


@pytest.fixture
def is_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bool]:
    """Check a folder many times in this process; a signature that was checked before is remembered."""
    monkeypatch.setattr(verifier, "is_signed", lru_cache(maxsize=None)(verifier.is_signed))

    def found(folder: Path) -> bool:
        monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
        status = verifier.main()
        capsys.readouterr()
        return status == 1

    return found


def test_a_flipped_byte_at_the_beginning_middle_or_end_of_any_file_is_found(
    evidence: Path, tmp_path: Path, is_found: Callable[[Path], bool]
) -> None:
    folder = copy_of(evidence, tmp_path)
    assert not is_found(folder)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for place in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert is_found(folder), f"{path.relative_to(folder)}, byte {place}"
        path.write_bytes(data)
    assert not is_found(folder)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_changed_with_its_sum_is_found(evidence: Path, tmp_path: Path, name: str) -> None:
    """Whoever changes a statement can make the sums anew; the digest in the ledger they cannot."""
    folder = copy_of(evidence, tmp_path)
    old = (folder / name).read_bytes()
    new = old.replace(b"1", b"0").replace(b"2", b"1")
    assert new != old
    (folder / name).write_bytes(new)
    before, after = (hashlib.sha256(each).hexdigest() for each in (old, new))
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    assert before in sums
    (folder / "SHA256SUMS").write_text(sums.replace(before, after), encoding="utf-8")
    assert not check(folder)


@pytest.mark.parametrize("pattern", ["statement.ja.txt", "tile/entries/*", "tile/0/*", "checkpoint", "checkpoints/1"])
def test_a_file_that_is_taken_out_is_found(evidence: Path, tmp_path: Path, pattern: str) -> None:
    folder = copy_of(evidence, tmp_path)
    (path,) = folder.glob(pattern)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert not check(folder)


# What must not be in it.


def test_nothing_personal_no_key_and_no_share_is_in_any_file(out: Town, tmp_path: Path) -> None:
    shares = []

    class Listening:
        """The desk, overheard."""

        def share(self, ask: Ask, /) -> bytes:
            shares.append(out.desk("chief", "security").share(ask))
            return shares[-1]

    first, second = out.slips
    with out.capsule(first).open("rb") as file:
        open_capsule(file, IDENTITY, Listening())
    report_lost(out.office, [second])
    issue_evidence(out.office, gather(out.office, [first, second]), tmp_path / "evidence")
    (share,) = shares
    secrets = [share, share.hex().encode(), base64.b64encode(share)[:20], IDENTITY.to_secret_text().encode()]
    secrets += [path.read_bytes() for path in (*(out.home / "keys").iterdir(), *(out.home / "keks").iterdir())]
    secrets += [
        str(IDENTITY.recipient).encode(),
        "さん".encode(),
        "電車".encode(),
        *(each.encode() for each in PERSONAL),
    ]
    for path in (path for path in (tmp_path / "evidence").rglob("*") if path.is_file()):
        assert not any(secret in path.read_bytes() for secret in secrets), path.name


# What cannot be gathered, or written.


def test_an_unknown_copy_is_not_gathered(out: Town) -> None:
    with pytest.raises(NotFound):
        gather(out.office, [*out.slips, "000000"])


def index_of(town: Town, slip: str) -> Path:
    return town.home / "people" / f"{town.cid(slip).hex()}.age"


def test_a_damaged_index_yields_no_statement(out: Town) -> None:
    slip, _ = out.slips
    path = index_of(out, slip)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unreadable):
        gather(out.office, [slip])


def test_another_copys_index_yields_no_statement(out: Town) -> None:
    slip, _ = out.slips
    (other,) = out.sealed("USB-9", cuts=(out.cuts[1].id,))
    shutil.copy(index_of(out, other), index_of(out, slip))
    with pytest.raises(Unreadable) as caught:
        gather(out.office, [slip])
    assert caught.value.key == "people.damaged_index"


def test_an_index_that_is_gone_yields_no_statement(out: Town) -> None:
    slip, _ = out.slips
    index_of(out, slip).unlink()
    with pytest.raises(NotFound):
        gather(out.office, [slip])


def test_a_folder_that_exists_is_left_alone_and_nothing_is_recorded(out: Town, tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    found, size = gather(out.office, out.slips), out.size
    with pytest.raises(Misuse) as caught:
        issue_evidence(out.office, found, tmp_path / "evidence")
    assert (caught.value.key, out.size) == ("loss.exists", size)
    assert list((tmp_path / "evidence").iterdir()) == []
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Misuse):
        issue_evidence(out.office, found, tmp_path / "link")
    assert out.size == size


def test_a_disk_that_refuses_is_named_and_it_can_be_written_elsewhere(out: Town, tmp_path: Path) -> None:
    found = lost(out)
    with pytest.raises(MediumError):
        issue_evidence(out.office, found, unwritable() / "evidence")
    issue_evidence(out.office, found, tmp_path / "evidence")
    assert check(tmp_path / "evidence")
