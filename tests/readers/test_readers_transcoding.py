import codecs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.decoding import decoded
from sekisho.readers.encoding import Encoding
from sekisho.readers.problems import Problems
from sekisho.readers.transcoding import PLAIN, transcode

_TEXT = st.text(st.one_of(st.sampled_from("a0,\n漢字ｱア①￥髙〜é\u2014\U0001f600"), st.characters()), max_size=60)
_CODECS = st.sampled_from(sorted(PLAIN))


def _by_python(chunks: list[bytes], codec: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    return "".join(decoder.decode(chunk) for chunk in chunks) + decoder.decode(b"", final=True)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@settings(deadline=None, max_examples=200)
@given(text=_TEXT, codec=_CODECS, size=st.integers(1, 70))
def test_sound_text_is_what_python_reads(text: str, codec: str, size: int) -> None:
    data = text.encode(codec, "ignore")

    read = b"".join(decoded(_cut(data, size), Encoding(codec), path="x", strict=False, problems=Problems()))

    assert read.decode() == data.decode(codec)


@settings(deadline=None, max_examples=200)
@given(
    parts=st.lists(st.one_of(st.binary(max_size=4), _TEXT.map(lambda text: text.encode("cp932", "ignore")))),
    codec=_CODECS,
    size=st.integers(1, 70),
)
@example(parts=[b"\x81"], codec="cp932", size=1)
@example(parts=[b"\x8f\xa2\xaf" * 3], codec="euc_jp", size=2)
@example(parts=[b"\x00\xd8a\x00"], codec="utf-16-le", size=3)
@example(parts=[b"\xd8\x00\xd8\x00\xdc\x00a"], codec="utf-16-be", size=5)
def test_damaged_bytes_are_replaced_as_python_does(parts: list[bytes], codec: str, size: int) -> None:
    chunks = _cut(b"".join(parts), size)

    read = b"".join(decoded(chunks, Encoding(codec), path="x", strict=False, problems=Problems()))

    assert read.decode() == _by_python(chunks, codec)


@pytest.mark.parametrize("codec", sorted(PLAIN))
def test_damage_is_told_with_its_line(codec: str) -> None:
    sound = "一\n二\n".encode(codec)
    data = sound + (b"\xdc\xdc\xdc\xdc" if codec.startswith("utf") else b"\x8f\n")
    problems = Problems()

    list(decoded([data], Encoding(codec), path="x", strict=False, problems=problems))

    assert [(found.key, found.line) for found in problems.found()] == [("readers.undecodable", 3)]
    with pytest.raises(Unreadable):
        list(decoded([data], Encoding(codec), path="x", strict=True, problems=Problems()))


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_every_pair_of_bytes_is_what_python_reads(codec: str) -> None:
    for first in range(256):
        for second in range(256):
            data = bytes([first, second])
            found = transcode(data, codec)
            if found and not found[1]:
                assert found[0] == data.decode(codec).encode()
            else:
                with pytest.raises(UnicodeDecodeError):
                    data.decode(codec)


def test_a_character_cut_in_two_waits() -> None:
    assert transcode("あ亜".encode("cp932")[:3], "cp932") == ("あ".encode(), "亜".encode("cp932")[:1])


def test_other_codecs_are_left_to_python() -> None:
    assert transcode(b"abc", "latin-1") is None
