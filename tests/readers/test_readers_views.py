from pathlib import Path

from sekisho.readers.tables import Table
from sekisho.readers.views import Unread, views


def test_a_table_is_a_view(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("氏名,電話番号\n山田 太郎,090-0000-0001\n", encoding="utf-8")

    (found,) = views(path)

    assert isinstance(found, Table)


def test_what_cannot_be_read_is_a_view_that_says_why(tmp_path: Path) -> None:
    (found,) = views(tmp_path / "nothing.csv")

    assert isinstance(found, Unread)
    assert found.error.key == "readers.not_found"
