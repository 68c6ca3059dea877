"""Letters leave by two persons, and the ledger says so; the folder is whole or not there; nothing leaves twice unsaid."""

import csv
import errno
import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from letter_pages import BODY, invented, mailing, pages

from conftest import ROOT
from invented_office import IDENTITY, Town, signing_key
from sekisho.age.reader import open_reader
from sekisho.errors import MediumError, Misuse, Refused
from sekisho.files import write_whole
from sekisho.loss.letters import exporting
from sekisho.loss.letters.exporting import Export, export_letters, letters_key
from sekisho.loss.letters.mail_house import Encoding, export_tables, mail_house_table
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.recipients import recipients
from sekisho.loss.letters.returned import export_substitutes, read_returned, substitutes, take_returned
from sekisho.loss.lost import lose

pytest_plugins = ("office_fixtures", "paper_fonts")
pytestmark = pytest.mark.usefixtures("paper_fonts")

TWO = [signing_key("privacy"), signing_key("chief")]


@pytest.fixture
def town(out: Town) -> Town:
    """A town in which a copy is lost."""
    lose(out.office, out.slips[:1])
    return out


@pytest.fixture(scope="module")
def seven() -> Mailing:
    letters = mailing(invented(7), body=BODY)
    assert letters.press.pages == 1
    return letters


def listed(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "o-3-files.csv").read_text(encoding="utf-8-sig"))))


def export(town: Town, letters: Mailing, folder: Path, **options: bool) -> Export:
    return export_letters(town.office, 1, [letters], folder, keys=TWO, **options)  # type: ignore[arg-type]  # options are flags here


def test_two_persons_print_and_the_ledger_says_how_many(town: Town, seven: Mailing) -> None:
    folder = town.root / "letters"
    export(town, seven, folder)
    (file,) = listed(folder)
    pdf = (folder / file["file"]).read_bytes()
    assert len(pages(pdf)) == 7
    assert file["sha256"] == hashlib.sha256(pdf).hexdigest()
    (entry,) = town.leaves("list.exported")
    said = dict(entry.fields)
    assert said.pop("by") == sorted(key.public.id for key in TWO)
    assert said.pop("text") == hashlib.sha256(BODY.text.encode()).hexdigest()
    assert town.office.ledger.details(entry.index) == {"text": BODY.text}
    assert said == {
        "incident": 1,
        "list": "letters",
        "segment": "o-3",
        "people": 7,
        "held": 0,
        "files": 1,
        "sha256": hashlib.sha256((folder / "o-3-files.csv").read_bytes()).hexdigest(),
        "sealed": False,
    }
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("names", [["privacy"], ["privacy", "privacy"], ["privacy", "clerk"]])
def test_one_person_or_one_who_may_not_prints_nothing(town: Town, seven: Mailing, names: list[str]) -> None:
    folder = town.root / "letters"
    with pytest.raises(Refused):
        export_letters(town.office, 1, [seven], folder, keys=[signing_key(name) for name in names])
    assert not folder.exists()
    assert town.leaves("list.exported") == []


def test_a_second_time_is_refused_until_it_is_meant(town: Town, seven: Mailing) -> None:
    export(town, seven, town.root / "first")
    with pytest.raises(Refused) as refused:
        export(town, seven, town.root / "second")
    assert refused.value.key == "loss.list_again"
    assert not (town.root / "second").exists()
    export(town, seven, town.root / "second", again=True)
    assert (town.root / "first/o-3-0001.pdf").read_bytes() == (town.root / "second/o-3-0001.pdf").read_bytes()


def test_a_folder_that_is_there_is_never_filled(town: Town, seven: Mailing) -> None:
    with pytest.raises(Misuse):
        export(town, seven, town.root)


def test_a_full_disk_leaves_nothing_and_records_nothing(
    town: Town, seven: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the same command works once there is room."""
    write, folder = write_whole, town.root / "letters"

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".csv":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data)

    monkeypatch.setattr(exporting, "write_whole", full)
    with pytest.raises(MediumError):
        export(town, seven, folder)
    monkeypatch.undo()
    assert not folder.exists()
    assert list(town.root.glob(".sekisho-*")) == []
    assert town.leaves("list.exported") == []
    export(town, seven, folder)


KILLED = """
import os, sys
from pathlib import Path
from invented_office import Town
from test_loss_letters_exporting import TWO
from letter_pages import invented, mailing
from sekisho.loss.letters import exporting
write = exporting.write_whole
def die(path, data):
    if path.suffix == ".csv":
        os._exit(9)
    write(path, data)
exporting.write_whole = die
root = Path(sys.argv[1])
town = Town(root)
exporting.export_letters(town.office, 1, [mailing(invented(7))], root / "letters", keys=TWO)
"""


def test_a_kill_between_files_leaves_no_folder_and_the_next_run_sweeps(town: Town, seven: Mailing) -> None:
    """A printer is never handed half a city."""
    town.leave()
    paths = [str(ROOT / part) for part in ("src", "tests", "tests/loss")]
    code = f"import sys; sys.path[:0] = {paths!r}\n{KILLED}"
    done = subprocess.run([sys.executable, "-c", code, str(town.root)], check=False)
    assert done.returncode == 9
    assert not (town.root / "letters").exists()
    again = Town(town.root)
    assert again.leaves("list.exported") == []
    assert again.partials() == []
    assert list(town.root.glob(".sekisho-*")) == []
    export(again, seven, town.root / "letters")
    again.leave()


def test_sealed_files_open_with_the_printers_key_alone(town: Town, seven: Mailing) -> None:
    folder = town.root / "letters"
    export_letters(town.office, 1, [seven], folder, keys=TWO, to=[IDENTITY.recipient])
    (file,) = listed(folder)
    assert file["file"] == "o-3-0001.pdf.age"
    with (folder / file["file"]).open("rb") as sealed:
        assert len(pages(open_reader(sealed, [IDENTITY]).read())) == 7
    assert all(name.encode() not in path.read_bytes() for path in folder.iterdir() for name in invented(7)["name"])


def test_the_codes_of_an_incident_stay_the_same(town: Town) -> None:
    """A letter printed again bears the code that the register of returned mail knows."""
    key = letters_key(town.office, 1)
    assert letters_key(town.office, 1) == key
    assert key not in (town.home / "people" / "letters-1.key").read_bytes()


def test_a_mail_houses_table_is_sealed_or_not_there(town: Town) -> None:
    table = mail_house_table(recipients(invented(5)), key=bytes(32), encoding=Encoding.UTF8)
    folder = town.root / "mail-house"
    with pytest.raises(Misuse) as refused:
        export_tables(town.office, 1, {"o-3": table}, folder, keys=TWO, to=[])
    assert refused.value.key == "loss.mail_house_open"
    export_tables(town.office, 1, {"o-3": table}, folder, keys=TWO, to=[IDENTITY.recipient])
    with (folder / "o-3.csv.age").open("rb") as sealed:
        assert open_reader(sealed, [IDENTITY]).read() == table.csv
    assert [entry.fields["list"] for entry in town.leaves("list.exported")] == ["mail-house"]


def test_returned_mail_is_counted_once_and_made_out_again(town: Town) -> None:
    """The codes come back; whose they are the office knows, and the ledger does not."""
    to, key = recipients(invented(5)), letters_key(town.office, 1)
    table = mail_house_table(to, key=key, encoding=Encoding.UTF8)
    _, *rows = csv.reader(io.StringIO(table.csv.decode("utf-8-sig"), newline=""))
    text = f"通知番号,理由\r\n{rows[1][0]},転居先不明\r\n{rows[3][0].lower()},受取拒否\r\nABCD,？\r\n"
    found = read_returned(text.encode("cp932"))
    assert (found.by_reason(), found.misread) == ([("受取拒否", 1), ("転居先不明", 1)], (4,))
    take_returned(town.office, 1, found)
    (entry,) = town.leaves("mail.returned")
    assert entry.fields == {"incident": 1, "count": 2, "misread": 1, "sha256": found.sha256}
    with pytest.raises(Refused):
        take_returned(town.office, 1, found)
    people = substitutes(to, found, key=key)
    assert list(people["name"]) == [rows[1][3], rows[3][3]]
    path = town.root / "list.age"
    export_substitutes(town.office, 1, people, path, keys=TWO, to=[IDENTITY.recipient])
    with path.open("rb") as sealed:
        assert rows[1][3] in open_reader(sealed, [IDENTITY]).read().decode("utf-8-sig")
