from pathlib import Path

import pytest
from readers_files import WORDS, faults, seen, text_of

from sekisho.readers import rtf

_HEAD = rb"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Mincho;}{\f1\fswiss Arial;}}"


def _escaped(text: str) -> bytes:
    return b"".join(rb"\'%02x" % byte for byte in text.encode("cp932"))


def test_japanese_escapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(_HEAD + rb"\pard\f0\fs21 " + _escaped(WORDS) + rb"\par " + b"}")

    assert WORDS in text_of(seen(path)["a"])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1 a\par b\tab c\line d}", "a\nb\tc\nd"),
        (rb"{\rtf1\uc1 \u23665?\u30000?x}", "山田x"),
        (rb"{\rtf1\uc2 \u-10179??\u-8377??x}", "\U0001f747x"),
        (rb"{\rtf1 090\_0000\~0001 \{x\}}", "090-0000 0001 {x}"),
        (rb"{\rtf1{\info{\author Nobody}}{\*\generator Word;}a}", "a"),
        (rb"{\rtf1{\field{\*\fldinst mailto:taro@example.jp}{\fldrslt x}}}", "mailto:taro@example.jpx"),
        (rb"{\rtf1 a}}}}{", "a"),
        (rb"{\rtf1\ansicpg99999 caf\'e9}", "café"),
        (rb"{\rtf1 a" + b"\r\n" + b"b}", "ab"),
        (_HEAD + rb"{\f0 " + rb"\'8ez}}", b"\x8ez".decode("cp932")),
    ],
)
def test_control_words_are_no_words(source: bytes, text: str) -> None:
    assert rtf.text_of(source) == text


def test_pictures_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1 a{\pict 0102}{\pict 03}}")

    assert faults(path) == ["readers.pictures"]
