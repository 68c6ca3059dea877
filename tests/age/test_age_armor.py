"""Armor: any way of writing gives the same text, any way of reading the same bytes, and no second text is read."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.armor import BEGIN, END, ArmorReader, ArmorWriter, undone
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import AgeError, ArmorError
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.pipes import read_up_to
from sekisho.age.reader import open_reader
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

OWNER = X25519Identity(bytes(range(32)))
PLAIN = bytes(range(251)) * 800

DATA = st.binary(max_size=400)


def _armored(data: bytes, *sizes: int) -> bytes:
    made, rest = BytesIO(), memoryview(data)
    with ArmorWriter(made) as writer:
        for size in sizes:
            writer.write(rest[:size])
            rest = rest[size:]
        writer.write(rest)
    return made.getvalue()


def _sealed() -> bytes:
    made = BytesIO()
    with ArmorWriter(made) as armor, encrypt(armor, [OWNER.recipient]) as writer:
        writer.write(PLAIN)
    return made.getvalue()


ARMORED = _sealed()


@given(DATA, st.lists(st.integers(0, 130), max_size=6), st.booleans(), st.integers(1, 200))
def test_what_is_written_in_any_pieces_is_read_in_any(data: bytes, sizes: list[int], crlf: bool, step: int) -> None:
    text = _armored(data, *sizes)
    assert text == _armored(data)
    reader = ArmorReader(BytesIO(text.replace(b"\n", b"\r\n") if crlf else text))
    assert b"".join(iter(lambda: reader.read(step), b"")) == data


@given(DATA)
def test_lines_have_64_columns_and_only_the_last_may_be_shorter(data: bytes) -> None:
    begin, *lines, end, rest = _armored(data).split(b"\n")
    assert (begin, end, rest) == (BEGIN, END, b"")
    assert all(len(line) == 64 for line in lines[:-1])
    assert all(1 <= len(line) <= 64 for line in lines)


@given(DATA, st.integers(0, 40))
def test_lines_of_what_is_inside_are_read_as_from_a_file(data: bytes, size: int) -> None:
    reader, file = ArmorReader(BytesIO(_armored(data))), BytesIO(data)
    assert [reader.readline() for _ in range(5)] == [file.readline() for _ in range(5)]
    assert reader.readline(size) == file.readline(size)
    assert reader.read() == file.read()


@given(st.data())
def test_no_second_text_says_the_same(data: st.DataObject) -> None:
    """White space around it and CRLF apart, a text that is read is the one that is written."""
    text = bytearray(_armored(data.draw(DATA)))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        if data.draw(st.booleans()):
            text[place : place + 1] = data.draw(st.binary(max_size=2))
        else:
            text[place] = data.draw(st.sampled_from(b"A=+/-\r\n Zz09"))
    try:
        read = ArmorReader(BytesIO(bytes(text))).read()
    except ArmorError:
        return
    assert bytes(text).replace(b"\r\n", b"\n").strip() + b"\n" == _armored(read).strip() + b"\n"


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_in_another_way(data: bytes) -> None:
    for text in (data, BEGIN + b"\n" + data, BEGIN + b"\n" + data + END):
        try:
            ArmorReader(BytesIO(text)).read()
        except AgeError as error:
            assert type(error) is ArmorError  # noqa: PT017 - which error is the point, and none is one too


@pytest.mark.parametrize(("before", "after"), [(b"\n \t\r\n", b"\r\n \t\n"), (b"\n" * 900, b""), (b"", b"\n" * 1023)])
def test_a_little_white_space_may_stand_around_it(before: bytes, after: bytes) -> None:
    opened = BytesIO()
    decrypt(BytesIO(before + ARMORED + after), opened, [OWNER])
    assert opened.getvalue() == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        b"\n" * 1025 + ARMORED,
        ARMORED + b"\n" * 1025,
        ARMORED + ARMORED,
        ARMORED.replace(b"\n", b"\r\r\n"),
        ARMORED[:-2],
        ARMORED.replace(END, END.lower()),
        BEGIN + b"\n" + b"A" * 5000,
        b" " * 5000,
        b"",
    ],
    ids=["before", "after", "twice", "two CR", "cut", "lower case", "long line", "blank", "empty"],
)
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(ArmorError):
        ArmorReader(BytesIO(text)).read()


def test_a_stream_gives_back_what_was_looked_at() -> None:
    for size in (0, 1, 5, 3000):
        source = undone(BytesIO(b"age-encryption.org/v1\nsecond\n" + bytes(2000)))
        assert source.readline(4) == b"age-"
        assert source.readline() == b"encryption.org/v1\n"
        assert len(read_up_to(source, size)) == min(size, 2007)
        assert len(source.read() or b"") == 2007 - min(size, 2007)


def test_an_armored_file_is_sealed_opened_and_read_at_any_place(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(PLAIN)
    encrypt_file(tmp_path / "plain", tmp_path / "sealed", [OWNER.recipient], armored=True)
    assert (tmp_path / "sealed").read_bytes().startswith(BEGIN)
    decrypt_file(tmp_path / "sealed", tmp_path / "again", [OWNER])
    assert (tmp_path / "again").read_bytes() == PLAIN
    with (tmp_path / "sealed").open("rb") as file, open_reader(file, [OWNER]) as reader:
        reader.seek(150_000)
        assert reader.read(100) == PLAIN[150_000:150_100]
        reader.close()
        assert not file.closed


def test_a_large_armored_file_is_read_from_a_temporary_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.age.reader._MOST_IN_MEMORY", 1000)
    with open_reader(BytesIO(ARMORED), [OWNER]) as reader:
        reader.seek(-10, 2)
        assert reader.read() == PLAIN[-10:]


def test_a_making_that_failed_leaves_no_last_line() -> None:
    made = BytesIO()
    with pytest.raises(RuntimeError), ArmorWriter(made) as writer:
        writer.write(bytes(100))
        raise RuntimeError
    assert END not in made.getvalue()
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")
