"""An office says how its forms look; what could not be filled or checked is refused in words before anything is printed."""

from pathlib import Path

import pytest

from sekisho.custody.paper import shelf as shelves
from sekisho.custody.paper.facts import KINDS
from sekisho.custody.paper.mapping import parse_mapping
from sekisho.custody.paper.shelf import Shelf
from sekisho.errors import NotFound, Refused, Unreadable

SHIPPED = Path(shelves.__file__).parent / "templates"
MAPPING = """
facts = "media-ledger"
template = "form"
title = { ja = "台帳", en = "Ledger" }
number = { ja = "様式1", en = "Form 1" }
"""
ENTRIES = 'column = [{ field = "entries", ja = "台帳番号", en = "ledger no." }]'


def wrong(text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_mapping(text, "own")
    assert caught.value.what("ja") != caught.value.what("en")
    return caught.value.what("en")


def test_every_form_that_ships_can_be_read_and_prints_facts_of_its_kind() -> None:
    shelf = Shelf((SHIPPED,))
    assert {shelf.mapping(name).facts for name in shelf.names()} == set(KINDS)
    assert all(shelf.template(shelf.mapping(name).template).source for name in shelf.names())


def test_a_column_that_is_no_fact_prints_nothing() -> None:
    text = wrong(MAPPING + ENTRIES.replace('"entries"', '"colour"'))
    assert "colour" in text
    assert "registered_on" in text  # and says what there is


def test_a_form_without_ledger_numbers_prints_nothing() -> None:
    assert "entries" in wrong(MAPPING + 'column = [{ field = "label", ja = "媒体", en = "medium" }]')


def test_a_column_stands_once() -> None:
    assert "twice" in wrong(MAPPING + ENTRIES.replace("}]", '}, { field = "entries", ja = "", en = "" }]'))


@pytest.mark.parametrize(
    "text", ["facts = ", MAPPING + "colour = 1", MAPPING.replace("media-ledger", "cats") + ENTRIES]
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert wrong(text)


def office_shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "forms").mkdir()
    return Shelf((tmp_path, SHIPPED))


def test_the_offices_own_hides_what_ships_and_a_new_name_is_a_new_form(tmp_path: Path) -> None:
    shelf = office_shelf(tmp_path)
    (tmp_path / "forms" / "media-ledger.toml").write_text(MAPPING + ENTRIES, encoding="utf-8")
    (tmp_path / "forms" / "stock-take.toml").write_text(MAPPING + ENTRIES, encoding="utf-8")
    (tmp_path / "form.typ").write_text("// ours", encoding="utf-8")
    assert shelf.mapping("media-ledger").title.ja == "台帳"
    assert "stock-take" in shelf.names()
    assert shelf.template("form").source.endswith(b"// ours")
    assert shelf.template("slip").folder == SHIPPED


@pytest.mark.parametrize("name", ["cats", "../../office", "", "A"])
def test_there_is_no_form_of_another_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        office_shelf(tmp_path).mapping(name)


@pytest.mark.parametrize(
    "line", ['#import "@preview/cetz:0.4.0"', '#let where = "@local/x:1.0.0"', "#include `@preview/y`.text"]
)
def test_a_template_that_would_fetch_a_package_is_refused(tmp_path: Path, line: str) -> None:
    shelf = office_shelf(tmp_path)
    (tmp_path / "form.typ").write_text(line, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        shelf.template("form")
    assert caught.value.key == "custody.paper_package"


def test_a_package_brings_forms_by_the_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = office_shelf(tmp_path)
    monkeypatch.setattr(shelves, "installed", lambda seam: [tmp_path, lambda: str(tmp_path), 3] if seam else [])
    monkeypatch.setattr(shelves, "_brought", shelves._brought.__wrapped__)
    assert shelf.folders[0] in shelves.shelf_of(tmp_path / "home").folders[1:-1]
