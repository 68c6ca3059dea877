from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.decoding import decoded
from sekisho.readers.encoding import Encoding
from sekisho.readers.problems import Problem, Problems


def _decode(chunks: Iterable[bytes], codec: str, *, mark: int = 0, strict: bool = True) -> tuple[str, Problems]:
    problems = Problems()
    text = b"".join(decoded(chunks, Encoding(codec, mark), path="x.csv", strict=strict, problems=problems))
    return text.decode(), problems


@settings(deadline=None)
@given(
    text=st.text(st.sampled_from("aあ漢ｱé,\n0")),
    codec=st.sampled_from(["utf-8", "utf-16-le"]),
    size=st.integers(1, 5),
)
def test_any_cut_gives_the_same_text(text: str, codec: str, size: int) -> None:
    data = text.encode(codec)

    assert _decode([data[i : i + size] for i in range(0, len(data), size)], codec)[0] == text


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "iso2022_jp_ext"])
def test_japanese_codecs_survive_a_cut_inside_a_character(codec: str) -> None:
    data = "氏名,山田\n".encode(codec)

    assert _decode([data[:i] for i in (3,)] + [data[3:]], codec)[0] == "氏名,山田\n"


def test_the_byte_order_mark_is_left_out() -> None:
    assert _decode(["a,b\n".encode("utf-8-sig")], "utf-8", mark=3)[0] == "a,b\n"


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_strict_reading_names_the_line_of_a_bad_byte(codec: str) -> None:
    lines = "一\n二\n三".encode(codec)

    with pytest.raises(Unreadable) as caught:
        _decode([lines, b"\x81\n"], codec)

    assert (caught.value.key, caught.value.values["line"]) == ("readers.undecodable", 3)
    assert caught.value.__context__ is None, "a decoding error holds the data"


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_tolerant_reading_counts_bad_bytes_and_goes_on(codec: str) -> None:
    text, problems = _decode(["一\n".encode(codec), b"\x81\n\x81\n", "三".encode(codec)], codec, strict=False)

    assert text == "一\n�\n�\n三"
    assert problems.found() == (Problem(key="readers.undecodable", count=2, line=2),)


def test_damage_behind_a_cut_character_spoils_nothing_else() -> None:
    one = "一".encode("cp932")

    text, problems = _decode([one[:1], one[1:] + b"\x81\n"], "cp932", strict=False)

    assert text == "一�\n"
    assert problems.found() == (Problem(key="readers.undecodable", count=1, line=1),)


def test_a_character_cut_off_by_the_end_is_damage() -> None:
    text, problems = _decode(["一".encode()[:2]], "utf-8", strict=False)

    assert text == "�"
    assert problems.found()[0].key == "readers.undecodable"


def test_nul_bytes_are_told_with_their_line() -> None:
    with pytest.raises(Unreadable) as caught:
        _decode([b"a\nb\n", b"c\0d\n"], "utf-8")

    assert (caught.value.key, caught.value.values["line"]) == ("readers.nul", 3)
