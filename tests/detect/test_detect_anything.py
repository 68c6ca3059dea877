"""Any bytes at all give a report, and the same report wherever a file is cut into blocks."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_tables import people, write_xlsx

from sekisho.detect.scan import scan_each, scan_tables
from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block
from sekisho.readers.problems import Problems
from sekisho.readers.source import Source
from sekisho.readers.tables import open_tables

_many = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

_CELLS = st.one_of(
    st.sampled_from(
        [
            "123456789018",
            "090-1234-5678",
            "０９０－１２３４－５６７８",
            "山田　太郎",
            "1985-01-02",
            "taro@city.jp",
            "-",
            "",
            "男",
        ]
    ),
    st.sampled_from(['"', '"a""b"', "5'10\"", '"a\nb"', '"a,b"', '"a', 'a"', "\r", "漢", "ﾀﾛｳ"]),
    st.text(st.sampled_from('0123456789-/. "a漢'), max_size=16),
)
_TEXTS = st.lists(st.lists(_CELLS, min_size=1, max_size=4).map(",".join), min_size=1, max_size=12)

_HEADS = st.sampled_from(
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x1b$B",
        b"a,b\n",
    ]
)
_PIECES = st.lists(
    st.one_of(
        st.binary(max_size=40), st.sampled_from([b",", b"\n", b"\r\n", b'"', b"\t", b"\0", b"12345678901", b"\x83h"])
    ),
    max_size=40,
)


@dataclass(frozen=True)
class _Cut:
    """A source that is cut into blocks of another size."""

    source: Source
    size: int

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        del size
        return self.source.blocks(strict=strict, problems=problems, size=self.size)


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """A table in any encoding, its rows and quotes as broken as may be, its bytes spoilt in one place or not."""
    lines, newline = draw(_TEXTS), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"]))
    data = newline.join(["氏名,個人番号", *lines]).encode(codec, "replace")
    at, bad = draw(st.integers(0, len(data))), draw(st.just(b"") | st.binary(min_size=1, max_size=3))
    return data[:at] + bad + data[at:]


@_many
@given(data=_files(), size=st.integers(1, 60))
def test_the_report_does_not_depend_on_where_the_file_is_cut(tmp_path: Path, data: bytes, size: int) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    try:
        (table,) = open_tables(tmp_path / "t.csv")
    except Unreadable:
        return

    assert scan_tables(replace(table, source=_Cut(table.source, size))) == scan_tables(table)


@_many
@given(head=_HEADS, pieces=_PIECES)
def test_any_bytes_give_a_report(tmp_path: Path, head: bytes, pieces: list[bytes]) -> None:
    (tmp_path / "t.csv").write_bytes(head + b"".join(pieces))

    assert {report.path for report in scan_each(tmp_path / "t.csv")} == {tmp_path / "t.csv"}


@_many
@given(head=_HEADS, pieces=_PIECES)
def test_reading_any_bytes_strictly_raises_nothing_but_our_own_errors(
    tmp_path: Path, head: bytes, pieces: list[bytes]
) -> None:
    (tmp_path / "t.csv").write_bytes(head + b"".join(pieces))

    with contextlib.suppress(Unreadable):
        for table in open_tables(tmp_path / "t.csv"):
            for frame in table.frames(strict=True):
                assert frame.columns == list(table.labels)


@pytest.mark.parametrize("cut", range(0, 3000, 97))
def test_a_workbook_cut_short_or_spoilt_gives_a_report(tmp_path: Path, cut: int) -> None:
    data = write_xlsx(tmp_path / "t.xlsx", people(2)).read_bytes()
    for spoilt in (data[:cut], data[:cut] + b"\xff" * 9 + data[cut + 9 :]):
        (tmp_path / "t.xlsx").write_bytes(spoilt)
        assert list(scan_each(tmp_path / "t.xlsx"))
