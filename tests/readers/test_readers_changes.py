import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.errors import Misuse
from sekisho.readers.changes import changed_since, since
from sekisho.readers.folders import found_at

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("90m", timedelta(minutes=90)),
        ("36h", timedelta(hours=36)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_duration_counts_back_from_now(text: str, back: timedelta) -> None:
    assert since(text, now=NOW) == NOW - back


def test_a_date_begins_at_midnight_here() -> None:
    assert since("2026-11-01", now=NOW) == datetime(2026, 11, 1).astimezone(UTC)
    assert since("2026-11-01T17:00+09:00", now=NOW) == datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "-3d", "2026-13-01", "999999w", "0001-01-01"])
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(Misuse) as caught:
        since(text, now=NOW)

    assert caught.value.key == "readers.since"


def test_a_file_written_before_did_not_change_since(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (found,) = found_at(tmp_path)

    assert changed_since(found, datetime.now(UTC) - timedelta(minutes=1))
    assert not changed_since(found, datetime.now(UTC) + timedelta(minutes=1))


def test_a_file_that_came_here_since_has_changed_though_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    os.utime(path, (0, 0))
    (found,) = found_at(tmp_path)

    assert found.modified_ns == 0
    assert changed_since(found, datetime.now(UTC) - timedelta(minutes=1))


def test_what_could_not_be_looked_at_may_have_changed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (found,) = found_at(tmp_path)

    assert changed_since(found, datetime.now(UTC) + timedelta(days=1))
