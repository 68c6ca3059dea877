from pathlib import Path

import pytest

import sekisho.readers
from sekisho.catalogue.words import area_words
from sekisho.errors import Unreadable
from sekisho.readers.problems import Problem, Problems


def test_matters_are_counted_with_their_first_line() -> None:
    problems = Problems()
    problems.note("readers.nul", line=7)
    problems.note("readers.ragged_row", line=8)
    problems.note("readers.nul", line=9, count=2)

    assert problems.found() == (
        Problem(key="readers.nul", count=3, line=7),
        Problem(key="readers.ragged_row", count=1, line=8),
    )


def test_every_key_of_the_room_has_its_words() -> None:
    code = "".join(path.read_text() for path in Path(sekisho.readers.__path__[0]).glob("*.py"))
    words = area_words("errors/readers")

    assert {key for key in words if f'"readers.{key}"' not in code} <= {"encrypted", "archive", "empty"}
    assert all(set(entry) == {"en", "ja", "en_hint", "ja_hint"} for entry in words.values())


def test_what_is_known_to_be_missing_is_counted_or_strictly_refused() -> None:
    problems = Problems()

    problems.note_gaps(["readers.nul"], path=Path("x.db"), strict=False)

    assert problems.found() == (Problem(key="readers.nul", count=1, line=1),)
    with pytest.raises(Unreadable) as raised:
        problems.note_gaps(["readers.nul"], path=Path("x.db"), strict=True)
    assert raised.value.key == "readers.nul"
