import json
from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.readers.markup import is_document
from sekisho.readers.tables import open_tables

_PEOPLE = [{"name": "山田太郎", "my_number": "123456789018"}, {"name": "鈴木花子", "my_number": "123456789018"}]
_HTML = "<table><tr><td>山田太郎</td><td>123456789018</td></tr></table>"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(_PEOPLE, ensure_ascii=False),
        json.dumps(_PEOPLE, ensure_ascii=False, indent=1),
        json.dumps(_PEOPLE[0]),
        '[["山田太郎", 1], ["鈴木花子", 2]]',
        "{}",
        "[]\n",
        _HTML,
        f"\n<!DOCTYPE html>\n<html>{_HTML}</html>",
        '<?xml version="1.0"?>\n<people/>',
        "<HTML><TABLE><TR><TD>山田太郎",
        "<ns:people a='1'>\n<x></x>\n</ns:people>",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_no_table(tmp_path: Path, text: str, codec: str) -> None:
    (tmp_path / "x").write_text(text, encoding=codec)

    with pytest.raises(Unreadable) as caught:
        open_tables(tmp_path / "x")

    assert caught.value.key == "readers.not_a_table"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(each) for each in _PEOPLE),
        "<name>,<age>\nann,3\n",
        "<3,a\n1,2\n",
        "[id],[name]\n1,2\n",
        "{id},{name}\n1,2\n",
        "{5f0c}\n{5f0d}\n",
        "氏名,住所\n山田,<b>港町</b>\n",
        "",
    ],
)
def test_rows_are_no_document(text: str) -> None:
    assert not is_document(text.encode())
