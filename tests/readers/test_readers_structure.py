from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.readers.grammar import Dialect, Newline, rows
from sekisho.readers.structure import count_lines, measure, unify_newlines


def _ends(text: bytes, width: int) -> list[int] | None:
    ends = measure(text, delimiter=",", width=width)
    return None if ends is None else ends.tolist()


def test_ends_are_those_of_whole_rows() -> None:
    assert _ends(b"a,b\nc,d\ne,", 2) == [1, 3, 5, 7]


def test_delimiters_and_newlines_inside_quotes_do_not_count() -> None:
    assert _ends(b'"a,\n""b",c\n', 2) == [8, 10]


def test_irregular_text_is_refused() -> None:
    for text in (b"a,b\nc\n", b"a\nb,c,d\n", b'a"b,c\n', b'"a"b,c\n', b"a,b\n\nc,d\n"):
        assert _ends(text, 2) is None


def test_an_empty_line_is_no_row_of_a_one_column_table() -> None:
    assert _ends(b"a\n\nb\n", 1) is None
    assert _ends(b"\na\n", 1) is None
    assert _ends(b'a\n""\n', 1) == [1, 4]


def test_line_breaks_inside_quotes_are_left_alone() -> None:
    dialect = Dialect(delimiter=",", newline="\r\n")

    assert unify_newlines(b'"a\r\nb",c\r\n', dialect) == b'"a\r\nb",c\n'
    assert unify_newlines(b"a\rb,c\r\n", dialect) is None


def test_lines_are_counted_as_the_file_has_them() -> None:
    assert count_lines(b"a\rb\r\nc\n", rows_end_at_cr=True) == 3
    assert count_lines(b"a\rb\r\nc\n") == 2


@settings(deadline=None)
@given(text=st.text(st.sampled_from('a",\n\r'), max_size=30), newline=st.sampled_from(["\n", "\r"]))
def test_what_is_measured_is_what_the_grammar_reads(text: str, newline: Newline) -> None:
    dialect = Dialect(delimiter=",", newline=newline)
    unified = unify_newlines(text.encode() + b"\n", dialect)
    ends = None if unified is None else measure(unified, delimiter=",", width=2)
    if unified is None or ends is None:
        return

    cells, start = [], 0
    for end in ends.tolist():
        cells.append(unified[start:end])
        start = end + 1

    read = [cell for row in rows(unified[:start], dialect, final=False) for cell in row.cells]
    assert [_undone(cell) for cell in cells] == read


def _undone(cell: bytes) -> bytes:
    return cell[1:-1].replace(b'""', b'"') if cell[:1] == b'"' else cell
