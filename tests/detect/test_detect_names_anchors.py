import pytest

from sekisho.detect.names.anchors import anchored, anchored_lines


@pytest.mark.parametrize("line", ["田中様より", "氏名：X", "佐々木が来た", "Mr. Smith", "担当 鈴木"])
def test_lines_beside_which_names_stand(line: str) -> None:
    assert anchored(line)


@pytest.mark.parametrize("line", ["", "サーバーを再起動した", "受付番号 12345", "plain words"])
def test_other_lines(line: str) -> None:
    assert not anchored(line)


def test_lines_are_told_by_number() -> None:
    text = "一行目\n氏名：山田様\n\n佐藤と鈴木\n終わり".encode()

    assert anchored_lines(text).tolist() == [1, 3]
    assert anchored_lines(b"").tolist() == []
