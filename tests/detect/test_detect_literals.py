import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect import literals as module
from sekisho.detect.literals import Literals

_WORDS = st.lists(st.binary(min_size=1, max_size=3) | st.sampled_from([b"a", b"aa", b"aB", b"\x00", b"\n"]), max_size=6)


def _found(literals: Literals, text: bytes) -> list[tuple[int, int]]:
    starts, index = literals.find(text)
    return list(zip(starts.tolist(), index.tolist(), strict=True))


def _with(engine: str, words: list[bytes], *, caseless: bool = False, whole: bool = False) -> Literals:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ENGINES", tuple(each for each in module.ENGINES if each.__name__ in {engine, "_finder"}))
        return Literals(words, caseless=caseless, whole=whole)


@pytest.mark.parametrize("engine", ["_compiled", "_vectorscan"])
@given(
    words=_WORDS,
    text=st.binary(max_size=40) | st.text("aAbB\x00\n", max_size=40).map(str.encode),
    caseless=st.booleans(),
    whole=st.booleans(),
)
def test_the_engines_agree(engine: str, words: list[bytes], text: bytes, *, caseless: bool, whole: bool) -> None:
    text += b"".join(words)

    by_engine, by_find = (_with(each, words, caseless=caseless, whole=whole) for each in (engine, ""))
    assert _found(by_engine, text) == _found(by_find, text)


@pytest.mark.parametrize("engine", ["_compiled", "_vectorscan", ""])
def test_words_of_letters_stand_alone_where_that_is_asked_for(engine: str) -> None:
    literals = _with(engine, [b"tel", "電話".encode()], caseless=True, whole=True)

    assert _found(literals, "hotel TEL0 tels 電話x".encode()) == [(6, 0), (16, 1)]


@pytest.mark.parametrize("engine", [module._compiled, module._vectorscan])
def test_every_engine_is_there(engine: Callable[..., object]) -> None:
    assert engine([b"ab", b"\xe3\x83\x9e"], caseless=True, alone=np.zeros(2, np.bool_)) is not None


@given(words=_WORDS, text=st.binary(max_size=40), caseless=st.booleans())
def test_every_occurrence_is_found_in_order(words: list[bytes], text: bytes, *, caseless: bool) -> None:
    text = b"".join(words) + text + b"".join(words)
    folded = text.lower() if caseless else text
    expected = [
        (at, index)
        for at in range(len(text))
        for index, word in enumerate(words)
        if folded.startswith(word.lower() if caseless else word, at)
    ]

    assert _found(Literals(words, caseless=caseless), text) == expected


def test_words_that_overlap_are_all_told() -> None:
    literals = Literals(["個人番号".encode(), "番号".encode(), "号".encode()])

    assert _found(literals, "個人番号".encode()) == [(0, 0), (6, 1), (9, 2)]


def test_threads_share_a_set() -> None:
    literals, text = Literals([b"12", b"23"]), b"123 " * 1000

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: len(literals.find(text)[0]), range(40)))

    assert found == [2000] * 40


def test_a_set_travels_to_another_process() -> None:
    literals = pickle.loads(pickle.dumps(Literals([b"Tel"], caseless=True)))  # noqa: S301 # made one line above

    assert _found(literals, b"TEL") == [(0, 0)]


def test_an_empty_word_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Literals([b"a", b""])
