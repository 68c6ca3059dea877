from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers_files import said, seen, text_of

from sekisho.errors import Unreadable
from sekisho.readers.blob import FileBlob
from sekisho.readers.plain import LONGEST_LINE, cut, words
from sekisho.readers.problems import Problems
from sekisho.readers.views import Text


@given(st.text(st.sampled_from("a山\n😀,"), max_size=200), st.integers(1, 20))
def test_pieces_are_the_text_and_say_where_they_stand(text: str, size: int) -> None:
    data = text.encode()
    pieces = list(cut(data[at : at + size] for at in range(0, len(data), size)))

    assert b"".join(piece.text for piece in pieces) == data
    for place, piece in enumerate(pieces):
        before = b"".join(each.text for each in pieces[:place]).decode()
        assert (piece.first_line, piece.first_character) == (before.count("\n") + 1, len(before))
        assert piece is pieces[-1] or piece.text.endswith(b"\n")


@pytest.mark.parametrize("unit", ["山", "1,", "a "])
def test_a_line_that_does_not_end_is_cut_between_characters(unit: str) -> None:
    data = unit.encode() * (3 * LONGEST_LINE // len(unit.encode()))
    pieces = list(cut(data[at : at + 1_000_001] for at in range(0, len(data), 1_000_001)))

    assert max(len(piece.text) for piece in pieces) < 2 * LONGEST_LINE
    assert "".join(piece.text.decode() for piece in pieces).encode() == data
    assert {piece.first_line for piece in pieces} == {1}


def test_where_lines_end_with_cr_they_are_counted() -> None:
    first, second = cut([b"a\rb\r", b"c\r"], ends_at_cr=True)

    assert (first.first_line, second.first_line) == (1, 3)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "euc_jp", "iso2022_jp", "utf-16", "utf-16-be", "utf-32"])
def test_any_encoding_is_read(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "note.txt"
    text = "本日、山田様より電話があった。\n番号は０９０−００００−０００１とのこと。\n"
    path.write_bytes(text.encode(codec))

    (view,) = seen(path).values()

    assert text_of(view) == text


def test_the_hyphen_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes("番号は０９０－００００です。\n".encode("cp932"))

    assert said(path) == "番号は０９０－００００です。\n"


def test_a_text_that_changed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("これは文である。\n", encoding="utf-8")
    (view,) = seen(path).values()
    path.write_text("これは別の文である。\n", encoding="utf-8")

    with pytest.raises(Unreadable) as caught:
        text_of(view)

    assert caught.value.key == "readers.changed"


def test_a_text_that_vanished_is_told(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("これは文である。\n", encoding="utf-8")
    (view,) = seen(path).values()
    path.unlink()

    with pytest.raises(Unreadable) as caught:
        text_of(view)

    assert caught.value.key == "readers.not_found"


def test_damage_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes("これは文である。\n".encode() * 20 + b"\xff\n")
    (view,) = seen(path).values()
    assert isinstance(view, Text)
    problems = Problems()

    list(view.source.pieces(problems=problems, size=1 << 20))

    assert [(problem.key, problem.line) for problem in problems.found()] == [("readers.undecodable", 21)]


def test_words_of_a_document_are_well_formed() -> None:
    assert text_of(words(FileBlob(Path("a.docx")), ["a\ud800", "b"])) == "a?\nb\n"
