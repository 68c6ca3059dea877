"""What a library says of a TOML file is told in words, with table, number and line, and repeats nothing that stands there."""

import tomllib
from typing import Annotated, Literal

import msgspec
import pytest

from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said


class _Inner(msgspec.Struct, forbid_unknown_fields=True):
    out: Annotated[str, msgspec.Meta(min_length=1)]
    op: Literal["keep", "flag"] = "keep"
    keep: Annotated[int, msgspec.Meta(le=6)] = 3

    def __post_init__(self) -> None:
        if self.out == "shape.no_zone":
            raise Misshapen(Said("shape.no_zone"))


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    who: _Inner | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    head: _Head
    field: list[_Inner] = []
    source: dict[Annotated[str, msgspec.Meta(pattern="^[a-z]+$")], _Inner] = {}


RIGHT = """# a comment
[head]
title = "x"

[source.people]
out = "p"

[[field]]
out = "a"

[[field]]  # the second
"op" = "keep"
out = "b"
keep = 3
"""

SAID = {
    "a key that is missing": ('out = "b"\n', "", "11行目、[[field]] の2番目：`out` がありません"),
    "a key that is none": ("keep = 3", "kept = 3", "14行目、[[field]] の2番目：`kept` という項目はありません"),
    "another type": (
        'title = "x"',
        "title = 3",
        '3行目、[head]：`title` には文字列（"…"）を書きます（整数になっています）',
    ),
    "a value that is none of those": (
        '"op" = "keep"',
        '"op" = "kept"',
        "12行目、[[field]] の2番目：`op` の値が、決められたもののどれでもありません",
    ),
    "a value out of range": (
        "keep = 3",
        "keep = 7",
        "14行目、[[field]] の2番目：`keep` の値が、決まった形や範囲に合いません",
    ),
    "a table of any name": (
        'out = "p"',
        "out = 1",
        '6行目、[source.people]：`out` には文字列（"…"）を書きます（整数になっています）',
    ),
    "one of several such tables": (
        'out = "p"',
        'out = 1\n[source.others]\nout = "o"',
        '[source]：`out` には文字列（"…"）を書きます（整数になっています）',
    ),
    "a table written within braces": (
        'title = "x"',
        'title = "x"\nwho = { out = 3 }',
        '4行目、[head]：`out` には文字列（"…"）を書きます（整数になっています）',
    ),
    "tables written within brackets": (
        "[head]",
        'field = [{ out = "a" }, { op = "keep" }]\n[head]',
        "[[field]] の2番目：`out` がありません",
    ),
    "a name of a table": ("[source.people]", "[source.P9]", "5行目、[source.P9]：名前に使えない文字があります"),
    "a table that is missing": ('[head]\ntitle = "x"', "", "`head` がありません"),
    "a rule of the reader's own": (
        'out = "b"',
        'out = "shape.no_zone"',
        "11行目、[[field]] の2番目：`zone` が IANA の時間帯（Asia/Tokyo など）ではありません",
    ),
    "no TOML": ('title = "x"', "title = x", "3行目、9文字目の書き方"),
    "an end in the middle": ("keep = 3\n", "keep = ", "途中で終わっています"),
    "a number beyond numbers": ("keep = 3", f"keep = {'9' * 5000}", "読み取れません"),
    "depths": ("keep = 3", f"keep = {'[' * 5000}", "読み取れません"),
}


def _refused(text: str) -> Said:
    with pytest.raises((ValueError, RecursionError)) as caught:
        msgspec.convert(tomllib.loads(text), _File)
    return told(caught.value, text)


@pytest.mark.parametrize("case", SAID)
def test_what_is_wrong_is_told_with_its_place(case: str) -> None:
    right, wrong, said = SAID[case]
    assert right in RIGHT
    text = RIGHT.replace(right, wrong)
    if case == "tables written within brackets":
        text = text[: text.index("[[field]]")]
    assert _refused(text).says("ja") == said


@pytest.mark.parametrize("case", SAID)
def test_it_is_told_in_english_too(case: str) -> None:
    right, wrong, _ = SAID[case]
    text = RIGHT.replace(right, wrong)
    if case == "tables written within brackets":
        text = text[: text.index("[[field]]")]
    assert _refused(text).says("en").isascii()


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    for key in ("op", "out", "title", "keep"):
        text = RIGHT.replace('"op" = "keep"', f'op = "AGE-SECRET-KEY-1"\n{key}2 = "AGE-SECRET-KEY-1"')
        assert "SECRET" not in _refused(text).says("en")


def test_words_within_words_are_in_the_language_asked_for() -> None:
    said = Said("shape.at", {"table": Said("shape.table", {"table": "head"}), "what": Said("shape.no_text")})
    assert said.says("ja") == "[head]：UTF-8 の文章として読めません"
    assert said.says("en") == "[head]: it cannot be read as UTF-8 text"
