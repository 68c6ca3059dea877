import pytest

from sekisho.readers.layout import lay_out
from sekisho.readers.nature import Nature, nature_of

_TABLES = {
    "names and numbers": "氏名,電話番号\n山田 太郎,090-0000-0001\n鈴木 花子,090-0000-0002\n",
    "no header": "0001,山田太郎,1985-01-02\n0002,鈴木花子,1990-03-04\n0003,佐藤次郎,1970-05-06\n",
    "tabs": "id\tname\n1\tfoo\n2\tbar\n3\tbaz\n",
    "blanks behind the comma": "id, name, tel\n1, Taro, 090-0000-0001\n2, Hanako, 090-0000-0002\n3, Jiro, 090-0000-0003\n",
    "times": "time,user,action\n2022-06-21 10:00:00,taro,login\n2022-06-21 10:01:00,jiro,logout\n2022-06-21 10:02:00,x,login\n",
    "sentences in a column": "番号,備考\n1,電話で確認した。\n2,住所が変わった。\n3,不在だった。\n4,訪問した。\n",
    "one column": "電話番号\n090-0000-0001\n090-0000-0002\n",
    "a header alone": "氏名,住所\n",
    "a title above": "住民一覧\n氏名,住所,電話番号\n山田,尼崎市,090\n鈴木,伊丹市,080\n",
    "ragged in places": "a,b,c,d\n1,2,3,4\n1,2,3,4\n1,2,3\n1,2,3,4\n1,2,3,4\n",
    "one row": "山田太郎,090-0000-0001,尼崎市\n",
}
_RUNNING = {
    "prose with commas": (
        "Dear Taro, thank you for your letter.\nWe met Hanako, Jiro, and Saburo, who all send regards.\n"
        "Please call us, or write, before Friday.\n"
    ),
    "a comma in every line": (
        "When it rained, we stayed at home.\nWhen it was dry, we walked a lot.\n"
        "If you can, bring an umbrella with you.\nAfter that, we will see.\n"
    ),
    "Japanese prose": (
        "昨日、山田太郎さんから電話があった。\n番号は090-0000-0001, 住所は尼崎市である。\n折り返し、連絡する。\n"
    ),
    "a short note": "山田太郎様\n\n電話番号: 090-0000-0001\n住所: 尼崎市東七松町1丁目, 23番地\n",
    "a letter": "お世話になっております。\n\n下記のとおり、ご連絡します。\n\n氏名: 山田太郎\n電話: 090-0000-0001\n",
    "web server": (
        '192.0.2.1 - - [21/Jun/2022:10:00:00 +0900] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11; Linux) (KHTML, like)"\n'
        * 9
    ),
    "Python's log": "2022-06-21 10:00:00,123 INFO app: user taro logged in\n2022-06-21 10:00:01,456 ERROR app: no\n"
    * 9,
    "a log with bars": "2022-06-21 10:00:00 INFO start | job 1\n2022-06-21 10:00:01 INFO end | job 1 | ok\n" * 9,
    "syslog": "Jun 21 10:00:00 host sshd[1]: Accepted password for taro from 192.0.2.1, port 22\n" * 9,
    "logfmt": 'time=2022-06-21T10:00:00Z level=info msg="order created, paid" order=123456789012\n' * 9,
    "a Markdown table": "# 名簿\n\n| 氏名 | 電話 |\n|---|---|\n| 山田 | 090 |\n",
    "Markdown": "# Title\n\nSome text, with a comma.\n\n- one, two\n- three\n",
    "a dump": "INSERT INTO people VALUES (1,'山田','090-0000-0001');\nINSERT INTO people VALUES (2,'鈴木','090-0000-0002');\n"
    * 3,
    "a program": "x = 1;\ny = 2;\nz = f(x);\nw = 4;\n",
    "settings": "[server]\nhost = example.jp\nport = 80\n",
    "a contact card": "BEGIN:VCARD\nVERSION:3.0\nN:山田;太郎;;;\nTEL;TYPE=CELL:090-0000-0001\nEND:VCARD\n",
    "one word a line": "山田\n鈴木\n佐藤\n",
    "one sentence": "山田太郎の電話番号は090-0000-0001です。",
    "names, a comma between": "山田さん、鈴木さん、佐藤さんが出席した。\n欠席は、田中さんだけだった。\n",
    "paragraphs of one comma": "First, this one stands alone\n\nSecond, so does this\n\nThird, and this\n\nFourth, and that\n",
}
_OTHERS: dict[str, tuple[str, Nature]] = {
    "object": ('{"name": "山田"}', "json"),
    "lines of objects": ('{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n', "json"),
    "list over lines": ('[\n  {"a": 1},\n  {"a": 2}\n]\n', "json"),
    "page": ("<!DOCTYPE html>\n<html><body>a, b</body></html>", "html"),
    "fragment": ("<div>a</div>\n<div>b</div>", "html"),
    "document": ('<?xml version="1.0"?>\n<r><a>1</a></r>', "xml"),
    "document of our own": ("<名簿><氏名>山田</氏名></名簿>", "xml"),
}


def _nature(text: str) -> Nature:
    sample = text.encode()
    return nature_of(sample, lay_out(sample, whole=True), whole=True)


@pytest.mark.parametrize("name", _TABLES)
def test_lines_that_agree_on_their_cells_are_a_table(name: str) -> None:
    assert _nature(_TABLES[name]) == "table"


@pytest.mark.parametrize("name", _RUNNING)
def test_everything_else_runs_on(name: str) -> None:
    assert _nature(_RUNNING[name]) == "running"


@pytest.mark.parametrize("name", _OTHERS)
def test_documents_are_told_by_how_they_begin(name: str) -> None:
    text, expected = _OTHERS[name]

    assert _nature(text) == expected
