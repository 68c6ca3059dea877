"""The compiled kernel is held against the NumPy functions, which are its specification."""

import re
import shutil
import subprocess
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kernel_text import CELLS, PIECES, TEXT, as_cell

from conftest import need
from sekisho.cut.risk.classes import gather_by_arrays
from sekisho.cut.tokens import alphabet as alphabets
from sekisho.cut.tokens.ff1_rounds import round_by_arrays
from sekisho.detect import shapes
from sekisho.detect.area_codes import TABLES
from sekisho.detect.blanks import PACKED
from sekisho.detect.candidates import find_flat_by_arrays
from sekisho.detect.hashing import hash_cells_by_arrays
from sekisho.detect.hits import Shape
from sekisho.detect.narrow import narrow_by_arrays
from sekisho.detect.shapes import ALL_SHAPES, Counts, count_by_arrays
from sekisho.kernel.functions import Kernel, Labels
from sekisho.kernel.library import PATH, load
from sekisho.readers.grammar import Dialect
from sekisho.readers.structure import insides, measure_by_arrays, unify_newlines_by_arrays

_LABELS = {Shape.MY_NUMBER: ("マイナンバー".encode(), b"my number"), Shape.PAYMENT_CARD: (b"card",)}


@pytest.fixture(scope="module", params=["built", "portable"])
def kernel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    """The kernel as it is installed, and as it is compiled where no processor is known."""
    path = PATH
    if request.param == "portable":
        need(shutil.which("cc"), "no C compiler here: install gcc")
        path = tmp_path_factory.mktemp("portable") / PATH.name
        sources = map(str, PATH.parent.glob("*.c"))
        subprocess.run(["cc", "-O1", "-fPIC", "-shared", "-DSEKISHO_PORTABLE", *sources, "-o", path], check=True)
    found = load(path)
    need(found, "the kernel was not built: install gcc, then Sekisho again")
    assert found is not None
    return found


def _assert_found_alike(kernel: Kernel, text: bytes, wanted: int = ALL_SHAPES) -> None:
    expected = find_flat_by_arrays(text, wanted)
    starts, stops, found = kernel.find(text, wanted, TABLES)
    assert starts.tolist() == expected.starts.tolist()
    assert stops.tolist() == expected.stops.tolist()
    assert found.tolist() == expected.shapes.tolist()


def _count(kernel: Kernel, text: bytes, ends: np.ndarray[tuple[int, ...], np.dtype[np.int64]], width: int) -> Counts:
    counts = Counts.zero(width)
    into = (counts.filled, counts.found, counts.whole, counts.labelled, counts.lengths)
    labels = Labels.of(_LABELS)
    kernel.count(text, ends, width=width, area_codes=TABLES, signs=PACKED, labels=labels, into=into)
    return counts


def _assert_counted_alike(kernel: Kernel, text: bytes, width: int) -> None:
    ends = measure_by_arrays(text, delimiter=",", width=width)
    assert ends is not None
    found = kernel.measure(text, delimiter=ord(","), width=width)
    assert found is not None
    assert np.array_equal(found, ends)
    if not len(ends):
        return
    whole = text[: int(ends[-1]) + 1]
    counts, expected = _count(kernel, whole, ends, width), count_by_arrays(whole, ends, width=width, labels=_LABELS)
    for name in Counts.__slots__:
        assert np.array_equal(getattr(counts, name), getattr(expected, name)), name


@settings(deadline=None, max_examples=200)
@given(text=TEXT)
@example(text="1" * 64)
@example(text="x" * 52 + "123456789018")
def test_numbers_in_japanese_text(kernel: Kernel, text: str) -> None:
    _assert_found_alike(kernel, text.encode())


@settings(deadline=None, max_examples=150)
@given(
    text=st.lists(st.one_of(st.binary(max_size=9), TEXT.map(str.encode))).map(b"".join),
    wanted=st.integers(0, ALL_SHAPES),
)
def test_numbers_in_any_bytes(kernel: Kernel, text: bytes, wanted: int) -> None:
    _assert_found_alike(kernel, text, wanted)


def test_numbers_of_every_length_and_check(kernel: Kernel) -> None:
    dice = np.random.default_rng(3)
    drawn = dice.integers(0, 10**18, 40_000).astype(str).tolist()
    text = "\n".join(number[: 3 + n % 17] for n, number in enumerate(drawn)).encode()

    _assert_found_alike(kernel, text)
    for form in (
        "0%s-%s%s%s-%s%s%s%s",
        "%s%s%s-%s%s%s-%s%s%s%s",
        "A%s%s%s%s%s%s%s%s%s",
        "1%s%s%s0-%s%s%s1",
        "9%s%s%s0%s1%s-%s%s%s%s%s%s%s",
    ):
        digits = dice.integers(0, 10, (5000, form.count("%s"))).tolist()
        _assert_found_alike(kernel, "\n".join(form % tuple(row) for row in digits).encode())


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 4096, 1 << 16])
@pytest.mark.parametrize("tail", ["123456789018", "1", "090-1234-5678", "+819012345678"])
def test_numbers_that_end_with_the_text(kernel: Kernel, size: int, tail: str) -> None:
    for pad in range(max(0, size - len(tail) - 2), size + 2):
        _assert_found_alike(kernel, b"x" * pad + b" " + tail.encode())


def test_more_runs_than_are_held_at_once(kernel: Kernel) -> None:
    for text in ("1 " * 9001, "12-" * 9001, "4111 1111 1111 1111, " * 3001, "090-1234-5678 " * 3001):
        for cut in range(4):
            _assert_found_alike(kernel, text[cut:].encode())


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8), quoted=st.booleans(), rest=CELLS)
def test_counts_of_columns(kernel: Kernel, rows: list[list[str]], rest: str, *, quoted: bool) -> None:
    mark = '"' if quoted else ""
    text = "".join(",".join(f"{mark}{cell}{mark}" for cell in row) + "\n" for row in rows)

    _assert_counted_alike(kernel, (text + rest).encode(), 3)


@settings(deadline=None, max_examples=150)
@given(
    forms=st.lists(st.lists(PIECES, max_size=2).map("".join).map(as_cell), min_size=2, max_size=2), random=st.randoms()
)
@example(forms=["my number 1234 5678 9012", "T8700110005901"], random=Random(1))
@example(forms=["0612-34-5678 090-1234-5678", "1234-56-78(03)1234-5678"], random=Random(2))
def test_cells_of_one_form_hold_what_their_digits_say(kernel: Kernel, forms: list[str], random: Random) -> None:
    cells = [[re.sub("[0-9]", lambda _: random.choice("0123456789"), form) for form in forms] for _ in range(8)]
    text = "".join(f"{first},{second}\n" for first, second in [*[forms] * 3, *cells, *[forms] * 3])

    _assert_counted_alike(kernel, (text + f"{'x' * 99},\n").encode(), 2)


def test_counts_of_a_thousand_columns_and_of_long_cells(kernel: Kernel) -> None:
    row = ",".join(["漢" * 24_000, *(f"{n:012d}" for n in range(1091)), "123456789018"])

    _assert_counted_alike(kernel, f"{row}\n".encode() * 3, 1093)


@settings(deadline=None, max_examples=200)
@given(text=st.text(st.sampled_from('a1,\n"'), max_size=140), width=st.integers(1, 4))
@example(text='"a","b"\n' * 40, width=2)
@example(text="x" * 63 + '"', width=1)
@example(text="x" * 62 + ',"' + '"\n', width=2)
def test_cells_of_regular_and_broken_text(kernel: Kernel, text: str, width: int) -> None:
    expected = measure_by_arrays(text.encode(), delimiter=",", width=width)

    found = kernel.measure(text.encode(), delimiter=ord(","), width=width)

    assert (found is None) == (expected is None)
    assert found is None or expected is None or np.array_equal(found, expected)


@settings(deadline=None)
@given(cells=st.lists(CELLS, min_size=1))
def test_full_width_digits(kernel: Kernel, cells: list[str]) -> None:
    text = "".join(f"{cell}\n" for cell in cells).encode()
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))

    narrowed, moved = narrow_by_arrays(text, ends)

    found = kernel.narrow(text, ends)
    assert (found is None) == (narrowed == text)
    assert found is None or (found[0].tobytes() == narrowed and np.array_equal(found[1], moved))


@settings(deadline=None)
@given(cells=st.lists(st.text(), min_size=1), seed=st.integers(0, 2**64 - 1))
def test_hashes(kernel: Kernel, cells: list[str], seed: int) -> None:
    text = "".join(f"{cell},\n" for cell in cells).encode()
    starts, stops = insides(
        np.frombuffer(text, np.uint8), np.cumsum([len(f"{cell},\n".encode()) for cell in cells]) - 2
    )
    hashes = before = np.arange(len(cells), dtype=np.uint64) + np.uint64(seed)

    hashes = hashes.copy()
    kernel.hash_cells(text, starts, stops, hashes)

    assert np.array_equal(hashes, hash_cells_by_arrays(text, starts, stops, before))


@settings(deadline=None, max_examples=200)
@given(text=st.lists(st.one_of(st.binary(max_size=5), st.text(max_size=20).map(str.encode))).map(b"".join))
@example(text=b"a" * 31 + b"\xe3\x81\x82")
@example(text=b"a" * 31 + b"\xe3")
@example(text=b"a" * 30 + b"\xe3\x81")
@example(text="\U0001f600\ud7ff\ue000\U0010ffff".encode())
def test_whether_bytes_are_utf_8(kernel: Kernel, text: bytes) -> None:
    assert kernel.is_utf8(text) == _decodes(text)


def test_whether_any_two_to_four_bytes_are_utf_8(kernel: Kernel) -> None:
    edges = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF]
    edges += [0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
    for first in edges:
        for second in edges:
            for third in edges:
                for text in (
                    bytes([first, second]),
                    bytes([first, second, third]),
                    bytes([first, second, third, 0x80]),
                ):
                    assert kernel.is_utf8(text) == _decodes(text), text


def _decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_find_gives_what_the_arrays_give(kernel: Kernel) -> None:
    del kernel
    line = b"123456789018,090-1234-5678,T8700110005901\n"
    ends = np.array([12, 26, len(line) - 1])

    found = {hits.shape: (hits.cells.tolist(), hits.starts.tolist()) for hits in shapes.find(line, ends)}

    assert found == {h.shape: (h.cells.tolist(), h.starts.tolist()) for h in shapes.find_by_arrays(line, ends)}


@settings(deadline=None)
@given(columns=st.integers(1, 4), rows=st.integers(0, 700), values=st.integers(1, 9), seed=st.integers(0, 1 << 32))
def test_classes(kernel: Kernel, columns: int, rows: int, values: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    codes = dice.integers(0, values, (columns, rows)).astype(np.uint32)
    weights = dice.integers(1, 100, rows)
    for most in (3, 1 << 64):
        tables = [dice.integers(0, most, values, np.uint64) for _ in range(columns)]
        expected = gather_by_arrays(codes, tables, weights)
        first, sums, of = kernel.classes(codes, tables, weights)
        assert first.tolist() == expected.first.tolist()
        assert sums.tolist() == expected.weights.tolist()
        assert of.tolist() == expected.of.tolist()


@settings(deadline=None)
@given(st.integers(2, 36).flatmap(lambda radix: st.tuples(st.just(radix), st.integers(2, 20))), st.data())
def test_halves_are_those_of_arrays(kernel: Kernel, form: tuple[int, int], data: st.DataObject) -> None:
    radix, length = form
    length = min(length, 2 * int(56 / np.log2(radix)))
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"[:radix]
    texts = data.draw(
        st.lists(st.text(letters + "zé"[: data.draw(st.integers(0, 1))], min_size=length, max_size=length))
    )
    alphabet = alphabets.of_characters(letters)
    assert isinstance(alphabet, alphabets.AsciiAlphabet)
    rows = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, length)
    found, expected = kernel.halves(rows, alphabet.numerals, radix), alphabet.halves_by_arrays(rows, as_objects=False)
    assert (found is None) == (expected is None)
    if found and expected:
        assert [half.tolist() for half in found] == [half.tolist() for half in expected]
        assert kernel.from_halves(*found, alphabet.letters, length).tobytes() == rows.tobytes()


@settings(deadline=None)
@given(
    st.integers(2, 2**32) | st.sampled_from([2, 10**6, 2**16, 2**31, 2**32]),
    st.lists(st.tuples(st.integers(0, 2**32), st.integers(0, 2**32), st.binary(min_size=16, max_size=16)), max_size=5),
    st.integers(0, 2**64 - 1),
    st.booleans(),
)
@example(2**32, [(2**32 - 1, 0, b"\xff" * 16)], 0, False)
def test_a_round_is_that_of_arrays(
    kernel: Kernel, modulus: int, values: list[tuple[int, int, bytes]], mask: int, back: bool
) -> None:
    sums = np.frombuffer(b"".join(block for _, _, block in values) + bytes(15), np.uint8)
    results = []
    for go in (kernel.ff1_round, round_by_arrays):
        left = np.array([left % modulus for left, _, _ in values], np.uint64)
        right = np.array([right % modulus for _, right, _ in values], np.uint64)
        blocks = np.zeros((len(values), 2), ">u8")
        go(sums, left, right, blocks, modulus=modulus, mask=mask, back=back)
        results.append((left.tolist(), right.tolist(), blocks.tolist()))
    assert results[0] == results[1]
    first = [int.from_bytes(block[:8], "big") for _, _, block in values]
    exact = [(left + (-add if back else add)) % modulus for (left, _, _), add in zip(values, first, strict=True)]
    assert results[0][1] == exact


@given(
    st.lists(
        st.sampled_from([b"\r\n", b"\n", b"\r", b'"', b",", b"a", "髙".encode(), b"x" * 61, b'"a\r\nb"', b'"\r"']),
        max_size=60,
    ).map(b"".join)
)
@example(b"x" * 63 + b"\r\n")
@example(b"x" * 63 + b"\r")
@example(b"\r\n" * 80)
@example(b'"' + b"x" * 70 + b'\r\n"\r\ny\r\n')
def test_rows_end_with_lf_alone(kernel: Kernel, text: bytes) -> None:
    if b"\r" in text:
        assert kernel.unify(text) == unify_newlines_by_arrays(text, Dialect(delimiter=",", newline="\r\n"))
