"""A leaked table is held against all that the office cut; who is named is in the ledger, and no person is."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from invented_office import ROWS, Town
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.tracing import trace_leak
from sekisho.errors import Unreadable

pytest_plugins = ("office_fixtures",)


def copy_of(town: Town, cut: CutRecord) -> str:
    return town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()


def leaked(folder: Path, text: str) -> Path:
    path = folder / "leaked.csv"
    path.write_text(text, encoding="utf-8")
    return path


def purpose(town: Town, name: str, *changes: tuple[str, str]) -> CutRecord:
    text = ROWS.replace('id = "rows"', f'id = "{name}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (town.root / f"{name}.toml").write_text(text, encoding="utf-8")
    return town.cut(name)


def ids(named: Iterable[object]) -> list[str]:
    return [each.cut.id for each in named]  # type: ignore[attr-defined]  # of Named


def test_case_numbers_name_the_cut_and_the_ledger_says_so(town: Town, tmp_path: Path) -> None:
    path = leaked(tmp_path, copy_of(town, town.cuts[0]))

    traced = trace_leak(town.office, path)

    assert ids(traced.named) == [town.cuts[0].id]
    assert (traced.rows, traced.cuts) == (town.cuts[0].rows_out, len(town.cuts))
    entry = list(town.office.ledger.entries())[-1]
    assert (entry.type, entry.fields) == (
        "cut.traced",
        {
            "leaked": hashlib.sha256(path.read_bytes()).hexdigest(),
            "rows": town.cuts[0].rows_out,
            "against": len(town.cuts),
            "named": town.cuts[0].id,
        },
    )


def test_keyed_tokens_name_the_cut(town: Town, tmp_path: Path) -> None:
    cut = purpose(town, "keyed", ("token.serial", "token.aes"))

    assert ids(trace_leak(town.office, leaked(tmp_path, copy_of(town, cut))).named) == [cut.id]


def test_people_who_are_found_by_their_codes_are_looked_up_in_the_cut(town: Town, tmp_path: Path) -> None:
    tokens = [line.split(",")[0] for line in copy_of(town, town.cuts[0]).splitlines()[1:4]]
    rows = zip(["0000000031", "0000000219", "9999999999"], tokens, strict=True)
    path = leaked(tmp_path, "\n".join(["コード,番号", *(",".join(row) for row in rows)]))

    (named,) = trace_leak(town.office, path).named

    assert (named.suspicion.people, named.suspicion.of_people) == (2, 2)


def test_a_cut_without_trace_and_tokens_is_nobodys(town: Town, tmp_path: Path) -> None:
    traced = trace_leak(town.office, leaked(tmp_path, "氏名\n山田　太郎\n鈴木　花子\n"))

    assert (traced.named, traced.people) == ((), 0)
    assert list(town.office.ledger.entries())[-1].fields["named"] == ""


def test_what_is_no_table_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        trace_leak(town.office, leaked(tmp_path, ""))
