"""Tiles lie where C2SP tlog-tiles puts them and hold what it says."""

import json
from typing import Any

import pytest
from ledger_office import LEDGER_VECTORS, OWN_LOG, own_entries

from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, Tile, bundle, read_bundle, tile_path, tiles

VECTORS = json.loads((LEDGER_VECTORS / "tiles.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VECTORS["paths"], ids=lambda case: case["path"])
def test_published_path(case: dict[str, Any]) -> None:
    assert tile_path(case["level"], case["index"], width=case["width"]) == case["path"]
    if case["entries_path"]:
        assert tile_path(ENTRIES, case["index"], width=case["width"]) == case["entries_path"]


@pytest.mark.parametrize(
    "case", [case for case in VECTORS["tiles_of_size"] if case["size"] <= 70_000], ids=lambda case: str(case["size"])
)
def test_a_tree_has_the_published_tiles(case: dict[str, Any]) -> None:
    leaves = [number.to_bytes(32, "big") for number in range(case["size"])]
    expected = set()
    for row in case["tiles"]:
        expected |= {tile_path(row["level"], index) for index in range(row["full"])}
        if row["partial_width"]:
            expected.add(tile_path(row["level"], row["full"], width=row["partial_width"]))
    assert {path for path, _ in tiles(leaves)} == expected


@pytest.mark.parametrize("case", VECTORS["paths"], ids=lambda case: case["path"])
def test_a_published_path_is_read_back(case: dict[str, Any]) -> None:
    assert Tile.parse(case["path"]) == Tile(case["level"], case["index"], case["width"])


@pytest.mark.parametrize("path", VECTORS["bad_paths"])
def test_no_other_spelling_is_a_path(path: str) -> None:
    with pytest.raises(ValueError, match="path of a tile"):
        Tile.parse(path)


def test_a_bundle_is_read_back_and_one_cut_short_is_refused() -> None:
    entries = own_entries()
    assert read_bundle(bundle(entries)) == entries
    with pytest.raises(ValueError, match="cut short"):
        read_bundle(bundle(entries)[:-1])


def test_the_own_log_is_written_byte_for_byte() -> None:
    entries = own_entries()
    written = dict(tiles([leaf_hash(entry) for entry in entries]))
    for index in range(2):
        page = entries[index * TILE_WIDTH : (index + 1) * TILE_WIDTH]
        written[tile_path(ENTRIES, index, width=len(page))] = bundle(page)
    found = [path for path in (OWN_LOG / "tile").rglob("*") if path.is_file()]
    assert written == {path.relative_to(OWN_LOG).as_posix(): path.read_bytes() for path in found}


def test_an_entry_beyond_two_bytes_of_length_is_refused() -> None:
    assert len(bundle([bytes(65_535)])) == 65_537
    with pytest.raises(OverflowError):
        bundle([bytes(65_536)])
