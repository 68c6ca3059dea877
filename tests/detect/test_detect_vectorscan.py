import sys

import pytest

from sekisho.detect.vectorscan import vectorscan


def test_ends_and_patterns_are_told() -> None:
    search = vectorscan([b"[0-9]{2}-", b"ab"], caseless=True)

    assert search is not None
    ends, index = search(b"AB 12-ab")
    assert sorted(zip(ends.tolist(), index.tolist(), strict=True)) == [(2, 1), (6, 0), (8, 1)]


def test_without_it_callers_have_to_do_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert vectorscan([]) is None
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert vectorscan([b"a"]) is None
