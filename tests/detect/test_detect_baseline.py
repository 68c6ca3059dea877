import json
from dataclasses import replace
from pathlib import Path

import pytest
from invented_reports import column, dark, place, table, text

from sekisho.detect.baseline import (
    Baseline,
    accept,
    compare,
    nothing_accepted,
    open_project,
    read_baseline,
    write_baseline,
)
from sekisho.detect.findings import Report, TableReport, TextReport
from sekisho.detect.fingerprints import Fingerprints, Key
from sekisho.errors import Missing, NoKey, Unreadable

_PROJECT = Fingerprints(key=Key(bytes(range(32))), folder=Path("/srv/project"))


def _accepted(*reports: Report) -> Baseline:
    return accept(nothing_accepted(_PROJECT), reports, _PROJECT)


def _new(report: Report, baseline: Baseline) -> list[str]:
    return [each.kind for each in compare(report, baseline, _PROJECT).new.findings]


def test_only_what_is_new_is_told() -> None:
    before = text("a.txt", place("phone", "06-6401-0000"), place("my_number", "123456789018"))
    after = text("a.txt", place("phone", "06-6401-0000", line=7, start=300), place("phone", "06-6401-0001"))

    compared = compare(after, _accepted(before), _PROJECT)

    assert [each.value for each in compared.new.findings if hasattr(each, "value")] == ["06-6401-0001"]
    assert isinstance(compared.new, TextReport)
    assert compared.new.counts == {("phone", "high"): 1}
    assert len(compared.old.findings) == 1


def test_a_value_in_another_file_is_new() -> None:
    baseline = _accepted(text("a.txt", place("phone", "06-6401-0000")))

    assert _new(text("b.txt", place("phone", "06-6401-0000")), baseline) == ["phone"]


def test_columns_stay_known_whatever_their_values_become() -> None:
    baseline = _accepted(table("a.csv", column("my_number", "個人番号", matched=10)))
    later = table("a.csv", column("my_number", "個人番号", matched=9000, masked="**88"), column("phone", "電話"))

    assert _new(later, baseline) == ["phone"]


def test_cells_of_a_known_column_are_known() -> None:
    known = table("a.csv", column("phone", "電話"))
    cell = place("phone", "06-6401-0000")
    within = TableReport(
        path=known.path, name=known.name, findings=known.findings, places=(replace(cell, column="電話"), cell)
    )

    assert compare(within, _accepted(known), _PROJECT).new == TableReport(
        path=known.path, name=known.name, places=(cell,)
    )


def test_what_was_counted_and_not_kept_counts_as_new() -> None:
    found = place("phone", "06-6401-0000")
    many = TextReport(path=Path("a.txt"), name="a", counts={("phone", "high"): 500}, findings=(found,))

    new = compare(many, _accepted(text("a.txt", found)), _PROJECT).new

    assert isinstance(new, TextReport)
    assert new.counts == {("phone", "high"): 499}


def test_what_could_not_be_inspected_is_told_each_time() -> None:
    assert compare(dark("a.zip"), _accepted(dark("a.zip")), _PROJECT).new.could_not_inspect


def test_low_confidence_is_not_accepted_unseen() -> None:
    assert _accepted(table("a.csv", column("name", "名", level="low"))).files == {}


def test_an_update_of_some_files_leaves_the_others() -> None:
    both = _accepted(text("a.txt", place("phone", "06-6401-0000")), text("b.txt", place("phone", "06-6401-0001")))

    mended = accept(both, [text("a.txt"), dark("b.txt")], _PROJECT)

    assert _new(text("a.txt", place("phone", "06-6401-0000")), mended) == ["phone"]
    assert _new(text("b.txt", place("phone", "06-6401-0001")), mended) == []


def test_the_file_comes_back_the_same_and_sorted(tmp_path: Path) -> None:
    baseline = _accepted(*(text(f"{name}.txt", place("phone", "06-6401-0000")) for name in "cab"))
    write_baseline(tmp_path / "b.json", baseline)
    first = (tmp_path / "b.json").read_bytes()
    write_baseline(tmp_path / "b.json", baseline)

    assert read_baseline(tmp_path / "b.json", _PROJECT) == baseline
    assert (tmp_path / "b.json").read_bytes() == first
    assert list(json.loads(first)["files"]) == sorted(json.loads(first)["files"])


def test_the_file_leaks_nothing(tmp_path: Path) -> None:
    """Whoever holds the file without its key tries all values of seven digits in vain; here, those around the true one."""
    value, secret = "7654321", "個人番号"
    report = text("山田太郎.txt", place("bank_account", value))
    write_baseline(tmp_path / "b.json", _accepted(report, table("山田太郎.csv", column("my_number", secret))))
    held = (tmp_path / "b.json").read_text()

    assert [
        word for word in (value, value[-4:] + '"', "山田", secret, "****", "bank", "my_number") if word in held
    ] == []
    for key in (bytes(32), b"", bytes(range(31))):
        guess = Fingerprints(key=Key(key), folder=_PROJECT.folder)
        tried = (
            guess.of_value(kind="bank_account", path=report.path, value=f"{n:07}") for n in range(7654000, 7655000)
        )
        assert [each for each in tried if each in held] == []
    assert _PROJECT.of_value(kind="bank_account", path=report.path, value=value) in held


def test_a_baseline_of_another_key_is_refused(tmp_path: Path) -> None:
    write_baseline(tmp_path / "b.json", _accepted())

    with pytest.raises(NoKey, match="another key"):
        read_baseline(tmp_path / "b.json", Fingerprints(key=Key(bytes(32)), folder=tmp_path))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "[" * 9999, '{"format": "sekisho-baseline", "version": 1, "key": "", "files": {"a": ["b"]}}', "\x00"],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.json").write_text(text)

    with pytest.raises(Unreadable, match="damaged"):
        read_baseline(tmp_path / "b.json", _PROJECT)


def test_a_newer_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"format": "sekisho-baseline", "version": 2, "key": "", "files": {}}')

    with pytest.raises(Unreadable, match="version 2"):
        read_baseline(tmp_path / "b.json", _PROJECT)
    with pytest.raises(Missing, match="no baseline"):
        read_baseline(tmp_path / "none.json", _PROJECT)
    with pytest.raises(Unreadable, match="cannot be read"):
        read_baseline(tmp_path, _PROJECT)


def test_a_project_begins_with_its_first_update(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    with pytest.raises(Missing, match="no baseline"):
        open_project(path)

    fingerprints, baseline = open_project(path, update=True)
    write_baseline(
        path, accept(baseline, [text(str(tmp_path / "a.txt"), place("phone", "06-6401-0000"))], fingerprints)
    )

    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.json", "b.json.key"]
    assert open_project(path) == open_project(path, update=True)
    assert len(open_project(path)[1].files) == 1


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """A new one would make everything new, and the old baseline worthless, without a word."""
    path, key = tmp_path / "b.json", tmp_path / "kept" / "key"
    key.parent.mkdir()
    fingerprints, baseline = open_project(path, key, update=True)
    write_baseline(path, baseline)
    key.unlink()

    for update in (False, True):
        with pytest.raises(Missing, match="no key file"):
            open_project(path, key, update=update)
    assert fingerprints.key.id == baseline.key
