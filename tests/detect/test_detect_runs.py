import numpy as np
import pytest

from sekisho.detect.runs import find_heads, find_runs, is_letter

_END = [0]


def _runs(text: str) -> list[tuple[str, str]]:
    """Return each run and the separator to the next."""
    data = f"{text}\n".encode()
    runs = find_runs(np.frombuffer(data, np.uint8), np.array([len(data) - 1]))
    cut = [data[start:stop].decode() for start, stop in zip(runs.starts, runs.stops, strict=True)]
    return list(zip(cut, (chr(join) if join else "" for join in runs.joins), strict=True))


@pytest.mark.parametrize("separator", ["-", "‐", "‑", "–", "—", "−", "ー", "－", "ｰ"])
def test_every_hyphen_joins_as_a_hyphen(separator: str) -> None:
    assert _runs(f"660{separator}0051") == [("660", "-"), ("0051", "")]


@pytest.mark.parametrize(
    ("separator", "ascii"),
    [
        *((blank, " ") for blank in "\u00a0\u2009\u202f\u200b\u2060\ufeff"),
        ("\u00a9", ""),
        ("　", " "),
        ("／", "/"),
        ("．", "."),
        ("（", "("),
        ("）", ")"),
        (":", ""),
        ("--", ""),
        ("年", ""),
    ],
)
def test_other_separators(separator: str, ascii: str) -> None:  # noqa: A002 - says what it is
    assert _runs(f"1{separator}2") == [("1", ascii), ("2", "")]


def test_runs_know_their_cells() -> None:
    data = np.frombuffer(b"12,x3\n4,5-6\n", np.uint8)

    runs = find_runs(data, np.array([2, 5, 7, 11]))

    assert runs.cells.tolist() == [0, 1, 2, 3, 3]
    assert runs.lengths.tolist() == [2, 1, 1, 1, 1, 0]


def test_skipped_places_hold_no_runs() -> None:
    data = np.frombuffer(b"123456,123456\n", np.uint8)
    skip = np.arange(14) < 6

    assert find_runs(data, np.array([6, 13]), skip=skip).starts.tolist() == [7]


def test_heads_are_sorted_by_what_stands_before_them() -> None:
    data = np.frombuffer(b"1234567 +81-9 T1234567 0.1234567 12\n", np.uint8)
    runs = find_runs(data, np.array([35]))

    heads = find_heads(runs)

    assert [runs.starts[part].tolist() for part in (heads.free, heads.plus, heads.lettered)] == [[0, 23], [9], [15]]


def test_there_is_no_letter_beyond_the_end() -> None:
    assert is_letter(np.frombuffer(b"a\n", np.uint8), np.array([0, 1, 2, 99])).tolist() == [True, False, False, False]
