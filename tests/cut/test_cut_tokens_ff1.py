"""FF1 is NIST's to the last numeral, over every alphabet and length, and leaves nothing that could be tried through."""

import string
from dataclasses import dataclass

import polars as pl
import pytest
import yaml
from cut_tables import refusal
from ff1_scalar import ff1 as scalar
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.catalogue.words import say
from sekisho.cut.tokens import alphabet as alphabets
from sekisho.cut.tokens import ff1, ff1_rounds
from sekisho.errors import Misuse, Refused

SAMPLES = yaml.safe_load((VECTORS / "cut" / "ff1.yaml").read_text(encoding="utf-8"))["samples"]
EDGES = yaml.safe_load((VECTORS / "cut" / "ff1-edges.yaml").read_text(encoding="utf-8"))["cases"]
KEY = bytes(range(32))
ALPHANUMERIC = string.digits + string.ascii_lowercase + string.ascii_uppercase


def characters(radix: int) -> str:
    """Return an alphabet: ASCII while there is enough of it, else every character above it that is none half."""
    points = (point if point < 0xD800 else point + 0x800 for point in range(0x4E00, 0x4E00 + radix))
    return ALPHANUMERIC[:radix] if radix <= len(ALPHANUMERIC) else "".join(map(chr, points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    radix: int
    tweak: bytes
    key: bytes
    texts: list[list[int]]

    @property
    def column(self) -> pl.Series:
        return self.written(self.texts)

    def written(self, texts: list[list[int]]) -> pl.Series:
        letters = characters(self.radix)
        return pl.Series(["".join(letters[numeral] for numeral in text) for text in texts], dtype=pl.String)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    radix = draw(st.integers(2, 62) | st.sampled_from([2, 10, 16, 36, 62, 256, 65535, 65536]))
    lengths = st.integers(ff1.least_length(radix), ff1.least_length(radix) + 40)
    texts = st.lists(
        lengths.flatmap(lambda length: st.lists(st.integers(0, radix - 1), min_size=length, max_size=length)),
        min_size=1,
        max_size=4,
    )
    key = draw(st.sampled_from([16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
    return Case(radix=radix, tweak=draw(st.binary(max_size=40)), key=key, texts=draw(texts))


@pytest.fixture(params=["kernel", "arrays"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "arrays":
        monkeypatch.setattr(alphabets, "kernel", lambda: None)
        monkeypatch.setattr(ff1_rounds, "kernel", lambda: None)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"sample {sample['n']}")
def test_nist_samples(sample: dict[str, str | int]) -> None:
    key, tweak = bytes.fromhex(str(sample["key"])), bytes.fromhex(str(sample["tweak"]))
    letters = ALPHANUMERIC[: int(sample["radix"])]
    plain = pl.Series([str(sample["plaintext"])])
    token = ff1.encrypt(plain, key, alphabet=letters, tweak=tweak)
    assert token.to_list() == [sample["ciphertext"]]
    assert ff1.decrypt(token, key, alphabet=letters, tweak=tweak).equals(plain)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge['radix']}-{edge['len']}-{len(edge['tweak']) // 2}")
def test_edges(edge: dict[str, str | int | list[int]]) -> None:
    key, tweak, radix = bytes.fromhex(str(edge["key"])), bytes.fromhex(str(edge["tweak"])), edge["radix"]
    assert isinstance(radix, int)
    assert isinstance(edge["plaintext"], list)
    assert isinstance(edge["ciphertext"], list)
    case = Case(radix=radix, tweak=tweak, key=key, texts=[edge["plaintext"]])
    token = ff1.encrypt(case.column, key, alphabet=characters(radix), tweak=tweak)
    assert token.equals(case.written([edge["ciphertext"]]))
    assert ff1.decrypt(token, key, alphabet=characters(radix), tweak=tweak).equals(case.column)
    assert scalar(key, tweak, edge["plaintext"], radix, back=False) == edge["ciphertext"]


@pytest.mark.parametrize("arrays", [False, True])
@settings(max_examples=200, deadline=None)
@given(case=cases())
@example(case=Case(radix=2, tweak=b"", key=KEY, texts=[[1] * 113, [0] * 114]))  # halves of 57 bits
@example(case=Case(radix=10, tweak=b"t", key=KEY, texts=[[7] * 600]))  # a half longer than a byte counts
def test_arrays_agree_with_one_text_at_a_time(case: Case, *, arrays: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if arrays:
            patch.setattr(alphabets, "kernel", lambda: None)
            patch.setattr(ff1_rounds, "kernel", lambda: None)
        letters = characters(case.radix)
        there = ff1.encrypt(case.column, case.key, alphabet=letters, tweak=case.tweak)
        back = ff1.decrypt(case.column, case.key, alphabet=letters, tweak=case.tweak)
    for found, direction in ((there, False), (back, True)):
        expected = [scalar(case.key, case.tweak, text, case.radix, back=direction) for text in case.texts]
        assert found.equals(case.written(expected))
    assert ff1.decrypt(there, case.key, alphabet=letters, tweak=case.tweak).equals(case.column)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(6, 20).flatmap(lambda n: st.text(string.digits, min_size=n, max_size=n))))
def test_lengths_keep_their_places_and_nobody_stays_nobody(texts: list[str | None]) -> None:
    column = pl.Series("番号", texts, dtype=pl.String)
    tokens = ff1.encrypt(column, KEY)
    expected = [
        None if text is None else "".join(map(str, scalar(KEY, b"", [*map(int, text)], 10, back=False)))
        for text in texts
    ]
    assert tokens.to_list() == expected
    assert tokens.name == "番号"
    assert ff1.decrypt(tokens, KEY).equals(column)


@pytest.mark.parametrize("count", [ff1_rounds._CHUNK, ff1_rounds._CHUNK + 1, ff1._SLICE + 1])
def test_a_long_column_is_one_permutation(count: int) -> None:
    column = pl.Series(range(count)).cast(pl.String).str.zfill(7)
    tokens = ff1.encrypt(column, KEY, tweak=b"column")
    assert tokens.n_unique() == count
    assert ff1.decrypt(tokens, KEY, tweak=b"column").equals(column)


@pytest.mark.parametrize(("radix", "least"), [(2, 20), (10, 6), (36, 4), (62, 4), (256, 3), (1000, 2), (65536, 2)])
def test_sets_that_could_be_tried_through_are_refused(radix: int, least: int) -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + radix))) if radix > 62 else ALPHANUMERIC[:radix]
    letters = characters(radix) if radix == 65536 else letters
    short, enough = letters[0] * (least - 1), letters[1] * least
    assert len(ff1.encrypt(pl.Series([enough]), KEY, alphabet=letters)[0]) == least
    problem = refusal(lambda: ff1.encrypt(pl.Series([enough, short, None, short]), KEY, alphabet=letters))
    assert (type(problem), problem.key, problem.values) == (Refused, "cut.ff1_too_short", {"rows": 2, "least": least})


def test_an_empty_text_is_too_short() -> None:
    assert refusal(lambda: ff1.encrypt(pl.Series([""]), KEY)).key == "cut.ff1_too_short"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("text", ["１２３４５６", "12345a", "12345\n", "12345\0", "-12345", "12345１", "12345é"])
@pytest.mark.parametrize("letters", [string.digits, string.digits + "零"])
def test_a_full_width_digit_is_no_numeral(text: str, letters: str) -> None:
    column = pl.Series(["123456", None, text, "6543210"])
    problem = refusal(lambda: ff1.encrypt(column, KEY, alphabet=letters))
    assert (type(problem), problem.key, problem.values) == (Refused, "cut.ff1_outside_alphabet", {"rows": 1})


@pytest.mark.parametrize("letters", ["", "0", "00", "01230"])
def test_an_alphabet_has_two_different_characters(letters: str) -> None:
    problem = refusal(lambda: ff1.encrypt(pl.Series(["000000"]), KEY, alphabet=letters))
    assert (type(problem), problem.key) == (Misuse, "cut.ff1_alphabet")


@pytest.mark.parametrize("size", [0, 15, 33])
def test_a_key_has_one_of_three_sizes(size: int) -> None:
    problem = refusal(lambda: ff1.encrypt(pl.Series(["000000"]), bytes(size)))
    assert (type(problem), problem.key) == (Misuse, "cut.ff1_key")


def test_a_column_of_nobody_stays_empty() -> None:
    assert ff1.encrypt(pl.Series([None, None], dtype=pl.String), KEY).to_list() == [None, None]
    assert ff1.encrypt(pl.Series([], dtype=pl.String), KEY).to_list() == []


@pytest.mark.parametrize("said", [None, "", "yes", "accept"])
def test_without_the_notice_read_it_is_off(said: str | None) -> None:
    problem = refusal(lambda: ff1.must_be_accepted(said))
    assert type(problem) is Refused
    assert "US8208627B2" in problem.what("ja")
    assert "US8208627B2" in problem.what("en")
    assert ff1.ACCEPTANCE in problem.hint("ja")
    ff1.must_be_accepted(ff1.ACCEPTANCE)


def test_the_notice_is_in_the_catalogue() -> None:
    assert say(f"errors/{ff1.NOTICE}", "ja") != say(f"errors/{ff1.NOTICE}", "en")
