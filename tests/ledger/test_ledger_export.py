"""An export holds all that was signed and nothing personal, or it does not appear."""

import contextlib
import os
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from ledger_office import KEY, Office

from sekisho.errors import LedgerBroken, MediumError, Misuse, NotFound
from sekisho.ledger import store
from sekisho.ledger.audit import audit
from sekisho.ledger.export import RESERVED, export_bundle, guides
from sekisho.ledger.reader import Reader
from sekisho.ledger.writer import Ledger


@pytest.fixture
def office(tmp_path: Path) -> Office:
    (tmp_path / "office").mkdir()
    office = Office(tmp_path / "office")
    office.fill(3)
    return office


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_has_the_files_of_a_static_log_and_of_an_audit(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        assert export_bundle(ledger, tmp_path / "out", proofs={"copy.sealed-1": 1}) == ledger.checkpoint()
    files = contents(tmp_path / "out")
    assert sorted(files) == [
        "README.txt", "SHA256SUMS", "checkpoint", "checkpoints/0", "checkpoints/1", "checkpoints/2", "checkpoints/3",
        "events.csv", "log.vkey", "policy.txt", "proofs/copy.sealed-1.tlog-proof", "skeleton.ndjson", "tile/0/000.p/3", "tile/entries/000.p/3", "verify.py", "verify_statement.py",
    ]  # fmt: skip
    assert files["events.csv"].decode().splitlines()[:2] == [
        "index,time,type,copy",
        "0,2022-06-21T08:00:00Z,copy.sealed,C-0",
    ]
    assert files["log.vkey"].decode() == f"{KEY}\n"
    assert files["checkpoint"] == files["checkpoints/3"]
    assert {name: files[name] for name in guides()} == guides()


def test_nothing_personal_and_no_salt_leaves(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out")
        salts = [each.salt for index in range(3) for each in ledger.disclosed(index)]
    everything = b"".join(contents(tmp_path / "out").values())
    for secret in ("尼崎 太郎".encode(), b"\\u5c3c", *salts, *(salt.hex().encode() for salt in salts)):
        assert secret not in everything


def test_the_sums_are_those_of_an_ordinary_tool(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("count", [0, 1, 256, 257])
def test_a_log_of_any_size_verifies(tmp_path: Path, count: int) -> None:
    with Office(tmp_path).opened() as ledger:
        with ledger.transaction() as tx:
            for number in range(count):
                tx.append("copy.sealed", copy=f"C-{number}")
        export_bundle(ledger, tmp_path / "out", proofs={f"copy.sealed-{index}": index for index in range(0, count, 50)})
    assert audit(tmp_path / "out", key=KEY).sound


def test_what_is_not_signed_yet_stays_behind(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        ledger.connection.execute("BEGIN IMMEDIATE")
        store.append(ledger.connection, next(ledger.entries()).body())
        ledger.connection.execute("COMMIT")
        assert export_bundle(ledger, tmp_path / "out").size == 3
    assert audit(tmp_path / "out", key=KEY).sound


def test_an_export_is_of_one_moment(office: Office, tmp_path: Path) -> None:
    class Overtaken(Reader):
        def proofs(self, indices: Sequence[int], size: int | None = None) -> list[str]:
            office.fill(1)
            return super().proofs(indices, size)

    with contextlib.closing(office.connect()) as connection:
        export_bundle(Overtaken(connection, key=KEY), tmp_path / "out", proofs={"copy.sealed-0": 0})
        assert Reader(connection, key=KEY).checkpoint().size == 4
    assert audit(tmp_path / "out", key=KEY).sound


def test_a_changed_database_gives_no_export(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        ledger.connection.execute("DROP TRIGGER entry_is_not_changed")
        ledger.connection.execute("UPDATE entry SET body = (SELECT body FROM entry WHERE idx = 0) WHERE idx = 2")
        with pytest.raises(LedgerBroken):
            export_bundle(ledger, tmp_path / "out")
        assert not ledger.connection.in_transaction
    assert os.listdir(tmp_path) == ["office"]


def test_a_database_that_lost_its_last_entry_gives_no_export(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        ledger.connection.execute("DROP TRIGGER entry_is_not_removed")
        ledger.connection.execute("PRAGMA foreign_keys = OFF")
        ledger.connection.execute("DELETE FROM entry WHERE idx = 2")
        with pytest.raises(LedgerBroken):
            export_bundle(ledger, tmp_path / "out")


def test_a_folder_that_exists_is_left_alone(office: Office, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with office.opened() as ledger, pytest.raises(Misuse):
        export_bundle(ledger, tmp_path / "out")
    assert os.listdir(tmp_path / "out") == []


def test_a_disk_that_refuses_is_named(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger, pytest.raises(MediumError):
        export_bundle(ledger, tmp_path / "nowhere" / "out")


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "証明", "a" * 101])
def test_a_proof_cannot_be_written_elsewhere(office: Office, tmp_path: Path, name: str) -> None:
    with office.opened() as ledger, pytest.raises(Misuse):
        export_bundle(ledger, tmp_path / "out", proofs={name: 0})


def test_an_export_ends_with_the_checkpoint_that_is_asked_for(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        assert export_bundle(ledger, tmp_path / "out", proofs={"copy.sealed-0": 0}, size=2) == ledger.checkpoint(2)
        with pytest.raises(NotFound):
            export_bundle(ledger, tmp_path / "none", proofs={"copy.sealed-2": 2}, size=2)
    files = contents(tmp_path / "out")
    assert len(files["events.csv"].splitlines()) == 3
    assert "checkpoints/3" not in files
    assert audit(tmp_path / "out", key=KEY).sound


PAPERS = {"statement.en.txt": b"never released\n", "kinds.csv": b"name,2\n"}


def _issue(ledger: Ledger, papers: dict[str, bytes]) -> None:
    """Put the digests of papers into an entry, as a statement does."""
    with ledger.transaction() as tx:
        digests = {name: sha256(content).hexdigest() for name, content in (papers | guides()).items()}
        tx.append("statement.issued", fields={"slips": ["280559"], "files": digests})


def _with_papers(office: Office, folder: Path, papers: dict[str, bytes]) -> None:
    """Issue papers, then export them."""
    with office.opened() as ledger:
        _issue(ledger, papers)
        export_bundle(ledger, folder, papers=papers)


def _lay(folder: Path, name: str, content: bytes | None) -> None:
    """Change a paper, or take it out, and make the sums anew, as somebody does on purpose."""
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    sums = [line for line in sums if line[66:] != f"{name}\n"]
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        sums.append(f"{sha256(content).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def test_papers_whose_digests_an_entry_holds_verify_and_the_entry_is_named(office: Office, tmp_path: Path) -> None:
    _with_papers(office, tmp_path / "out", PAPERS)
    assert (tmp_path / "out" / "statement.en.txt").read_bytes() == b"never released\n"
    assert audit(tmp_path / "out", key=KEY).lines == (
        "NOTE statement is entry 3 of 2022-06-21T08:00:00Z, for slips: 280559",
        f"GOOD {tmp_path / 'out'} verifies",
    )


@pytest.mark.parametrize("name", [*PAPERS, "README.txt", "verify.py"])
def test_an_altered_paper_is_found_even_if_the_sums_are_altered_with_it(
    office: Office, tmp_path: Path, name: str
) -> None:
    _with_papers(office, tmp_path / "out", PAPERS)
    _lay(tmp_path / "out", name, b"ever released\n")
    assert f"BAD  {name} is not the one that entry 3 names" in audit(tmp_path / "out", key=KEY).lines


@pytest.mark.parametrize("name", [*PAPERS, "README.txt", "verify.py"])
def test_a_paper_that_is_taken_out_with_its_sum_is_missed(office: Office, tmp_path: Path, name: str) -> None:
    _with_papers(office, tmp_path / "out", PAPERS)
    _lay(tmp_path / "out", name, None)
    assert f"BAD  {name} is missing or cannot be read" in audit(tmp_path / "out", key=KEY).lines


@pytest.mark.parametrize("name", ["Statement.en.txt", "statement/en.txt", "notice.pdf"])
def test_a_paper_under_another_name_is_found(office: Office, tmp_path: Path, name: str) -> None:
    _with_papers(office, tmp_path / "out", PAPERS)
    _lay(tmp_path / "out", "statement.en.txt", None)
    _lay(tmp_path / "out", name, b"ever released\n")
    lines = audit(tmp_path / "out", key=KEY).lines
    assert f"BAD  {name} belongs neither to the log nor to a statement in it" in lines
    assert "BAD  statement.en.txt is missing or cannot be read" in lines


def _twice(office: Office, folder: Path) -> dict[str, bytes]:
    """Issue two statements on a copy with a release between them, export the later; return the papers of the earlier."""
    earlier = {**PAPERS, "statement.ja.txt": "開封許可なし\n".encode()}
    later = {**earlier, "statement.en.txt": b"released\n", "statement.ja.txt": "開封許可あり\n".encode()}
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            tx.append("capsule.sealed", copy="00ff", fields={"slip": "280559"})
        _issue(ledger, earlier)
        with ledger.transaction() as tx:
            tx.append("release.given", copy="00ff")
            tx.append("office.noted")
        _issue(ledger, later)
        proofs = {"280559-release.given-5": 5, "statement": 7}
        export_bundle(ledger, folder, papers=later, proofs=proofs)
    return earlier


def test_the_papers_of_an_earlier_statement_are_outdated_and_what_came_since_is_named(
    office: Office, tmp_path: Path
) -> None:
    for name, content in _twice(office, tmp_path / "out").items():
        assert audit(tmp_path / "out", key=KEY).sound == (name == "statement.en.txt")
        _lay(tmp_path / "out", name, content)
    lines = audit(tmp_path / "out", key=KEY).lines
    assert "NOTE statement is entry 4 of 2022-06-21T08:00:00Z, for slips: 280559" in lines
    assert "BAD  statement is outdated; after it came entry 5 release.given" in lines


def test_one_paper_of_an_earlier_statement_is_found(office: Office, tmp_path: Path) -> None:
    earlier = _twice(office, tmp_path / "out")
    _lay(tmp_path / "out", "statement.en.txt", earlier["statement.en.txt"])
    assert "BAD  statement.en.txt is not the one that entry 7 names" in audit(tmp_path / "out", key=KEY).lines


def test_papers_in_a_log_that_goes_on_are_of_another_export(office: Office, tmp_path: Path) -> None:
    """Even where nothing happened to their copies: papers and log of one export end together."""
    with office.opened() as ledger:
        _issue(ledger, PAPERS)
        with ledger.transaction() as tx:
            tx.append("office.noted")
        export_bundle(ledger, tmp_path / "out", papers=PAPERS)
    assert "BAD  statement is outdated; after it came entry 4 office.noted" in audit(tmp_path / "out", key=KEY).lines


def test_a_log_with_statements_verifies_without_their_papers(office: Office, tmp_path: Path) -> None:
    _twice(office, tmp_path / "evidence")
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out")
    assert audit(tmp_path / "out", key=KEY).lines == (f"GOOD {tmp_path / 'out'} verifies",)


def test_a_statement_that_no_entry_holds_is_found(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out", papers={"statement.en.txt": b"never released\n"})
    lines = audit(tmp_path / "out", key=KEY).lines
    assert "BAD  statement.en.txt belongs neither to the log nor to a statement in it" in lines


@pytest.mark.parametrize("name", ["../a", "checkpoint", "tile", "verify.py", "SHA256SUMS", "README.txt"])
def test_a_paper_replaces_nothing_of_the_log(office: Office, tmp_path: Path, name: str) -> None:
    with office.opened() as ledger, pytest.raises(Misuse):
        export_bundle(ledger, tmp_path / "out", papers={name: b"mine"})
    assert os.listdir(tmp_path) == ["office"]


def test_every_name_of_the_log_is_kept_from_papers(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger:
        export_bundle(ledger, tmp_path / "out", proofs={"a": 0})
    asked_for = {"keys", "witnesses", "disclosed.jsonl", "signed"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == RESERVED - asked_for | {"policy.txt"}


def test_a_proof_of_nothing_gives_no_export(office: Office, tmp_path: Path) -> None:
    with office.opened() as ledger, pytest.raises(NotFound):
        export_bundle(ledger, tmp_path / "out", proofs={"a": 3})
    assert os.listdir(tmp_path) == ["office"]
