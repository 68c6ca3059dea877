from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.readers.limits import Budget, LimitReached, Limits

_PATH = Path("a.zip!b")


def test_a_small_file_may_unpack_to_much_before_its_ratio_counts() -> None:
    budget = Budget(Limits(ratio=10, free=1000), 50)

    assert len(budget.collect([b"x" * 1000], _PATH)) == 1000
    with pytest.raises(LimitReached) as caught:
        budget.take(1, _PATH)
    assert caught.value.key == "readers.limit_ratio"


def test_a_member_that_is_too_large_is_no_end_of_the_file() -> None:
    budget = Budget(Limits(member=10), 50)

    with pytest.raises(Unreadable) as caught:
        budget.collect([b"x" * 6, b"x" * 6], _PATH)
    assert not isinstance(caught.value, LimitReached)
    assert budget.collect([b"x"], _PATH) == b"x"


def test_only_time_inside_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    budget = Budget(Limits(seconds=10), 1)
    for _ in range(3):
        with budget.running():
            now[0] += 3
            budget.in_time(_PATH)
        now[0] += 100  # the caller's own
    with budget.running(), pytest.raises(LimitReached):
        now[0] += 3
        budget.in_time(_PATH)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_message_says_which_limit(language: str) -> None:
    error = LimitReached("readers.limit_entries", path=_PATH, limit="100,000")

    assert "100,000" in error.what("ja" if language == "ja" else "en")
