from pathlib import Path

from invented_tables import people, write_csv

from sekisho.detect.evidence import ColumnProfile
from sekisho.detect.examine import Plan, examine, nothing
from sekisho.detect.labels import labels_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import Counting
from sekisho.detect.profiles import column_profiles, matched_cells
from sekisho.detect.sample import Room
from sekisho.readers.tables import open_tables

_RULES = built_in_rules()


def _profiles(folder: Path, sample_size: int) -> dict[str, ColumnProfile]:
    (table,) = open_tables(write_csv(folder / "t.csv", people(200)))
    plan = Plan(
        counting=Counting(None, None), labels=labels_of(_RULES), room=Room(rows=sample_size, bytes=10**6), seed=1
    )
    part = sum((examine(block, plan) for block in table.blocks()), nothing(len(table.columns), plan))
    profiles, _ = column_profiles(table, part, [None] * len(table.columns), _RULES)
    return {profile.label: profile for profile in profiles}


def test_numbers_are_counted_over_all_rows_and_text_on_the_sample(tmp_path: Path) -> None:
    profiles = _profiles(tmp_path, 50)

    assert profiles["個人番号"].share("my_number").matched == 200
    assert profiles["個人番号"].share("my_number").exact
    assert profiles["性別"].share("sex_word").matched == 50
    assert not profiles["性別"].share("sex_word").exact


def test_a_sample_is_projected_on_the_filled_cells(tmp_path: Path) -> None:
    profiles = _profiles(tmp_path, 50)

    assert matched_cells("sex", profiles["性別"], _RULES) == (200, False)
    assert matched_cells("my_number", profiles["個人番号"], _RULES) == (200, True)
    assert matched_cells("my_number", profiles["氏名"], _RULES) == (0, True)


def test_a_small_table_is_known_exactly(tmp_path: Path) -> None:
    assert matched_cells("sex", _profiles(tmp_path, 1000)["性別"], _RULES) == (200, True)


def test_codes_are_digits_of_one_length(tmp_path: Path) -> None:
    profile = _profiles(tmp_path, 50)["統一コード"]

    assert (profile.share("code_digits").rate, profile.share("digits_11").rate) == (1.0, 1.0)
