import pytest

from sekisho.readers.layout import Layout, is_header, lay_out, title_lines


def _layout(text: str, *, whole: bool = True) -> Layout:
    found = lay_out(text.encode(), whole=whole)
    assert found is not None
    return found


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_cuts_rows_alike(delimiter: str) -> None:
    text = f"氏名{delimiter}住所\n山田{delimiter}松原町1,2\n鈴木{delimiter}港町3\n"

    assert _layout(text).dialect.delimiter == delimiter


def test_decimal_commas_are_no_delimiter() -> None:
    assert _layout("name;size;price\na;1,5;2,0\nb;2,5;3,0\n").dialect.delimiter == ";"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_newline_is_told(newline: str) -> None:
    assert _layout(newline.join(["a,b", "c,d", ""])).dialect.newline == newline


@pytest.mark.parametrize(("alone", "others"), [(3, "\n"), (3, "\r\n"), (40, "\n")])
def test_a_file_of_two_sorts_of_newlines_has_no_person_in_its_header(alone: int, others: str) -> None:
    rows = [f"山田太郎,港町{number},{number:012d}" for number in range(50)]
    text = "\r".join(["氏名,住所,個人番号", *rows[:alone]]) + "\r" + others.join(rows[alone:]) + others

    found = _layout(text)

    assert (found.header, found.width, found.dialect.newline) == (("氏名", "住所", "個人番号"), 3, "\r")


def test_a_line_break_inside_cells_is_no_newline() -> None:
    found = _layout('氏名,住所\n山田,"港町\r1"\n鈴木,"港町\r2"\n')

    assert found.dialect.newline == "\n"


def test_one_column_needs_no_delimiter() -> None:
    found = _layout("氏名\n山田\n鈴木\n")

    assert (found.header, found.width) == (("氏名",), 1)


def test_the_body_starts_behind_titles_and_header() -> None:
    found = _layout("給付対象者一覧\n\n氏名,住所,電話\n山田,松原町,1\n鈴木,港町,2\n佐藤,本町,3\n")

    assert (found.titles, found.header) == (("給付対象者一覧",), ("氏名", "住所", "電話"))
    assert found.body == len("給付対象者一覧\n\n氏名,住所,電話\n".encode())


def test_nothing_is_no_table() -> None:
    assert lay_out(b"\n\n", whole=True) is None


def test_the_width_is_that_of_header_and_rows_alike() -> None:
    assert _layout("a,b\n1,2,3\n4,5,6\n").width == 3


@pytest.mark.parametrize(
    "cells",
    [
        [["統一コード", "x"], ["0001", "y"], ["0002", "z"]],
        [["Castle 1", "why"], ["3", "no idea"], ["4", "none"]],
        [["color", "count"], ["red", "1"], ["blue", "2"]],
        [["color", "shape"], ["red", "round"], ["blue", "square"]],
        [["2015", "name", "kana"], ["12.5", "a", "b"], ["13.5", "b", "c"]],
        [["氏名", "住所"]],
        [["氏名", "区分"], ["汐崎 凪", "新"], ["渚 航", "旧"]],
        [["品名", "個数"], ["りんご", "3"], ["なし", "4"]],
        [["氏 名", "年 齢", "対象 区分"], ["汐崎 凪", "41", "新"], ["渚 航", "52", "旧"]],
    ],
)
def test_a_header_is_told(cells: list[list[str]]) -> None:
    assert is_header(cells)


@pytest.mark.parametrize(
    "cells",
    [
        [["山田 太郎", "1985-01-02"], ["鈴木 花子", "1990-03-04"], ["佐藤 一郎", "1970-05-06"]],
        [["0001", "松原町1-2"], ["0002", "港町3-4"], ["0003", "本町5-6"]],
        [["taro@example.jp", "x"], ["hanako@example.jp", "y"]],
        [["0.5", "0.25"], ["0.75", "0.5"]],
        [["red", "round"], ["red", "square"], ["blue", "round"]],
        [["メイ", "1985-01-02"], ["ハナ", "1990-03-04"], ["リン", "1970-05-06"]],
        [["山田太郎"], ["山田花子"], ["鈴木一郎"]],
        [["汐崎凪"], ["渚航"], ["貝塚茂"]],
        [["ヤマダ タロウ"], ["スズキ ハナコ"]],
        [["John Smith", "Boston"], ["Mary Jones", "Salem"]],
        [["山田太郎", "兵庫県汐見市港町1-2"]],
        [["山田太郎", "兵庫県汐見市港町"]],
        [["山田太郎"]],
        [["山田 太郎", "未定"], ["鈴木 花子", "1990-03-04"], ["佐藤 一郎", "1970-05-06"]],
        [["電話なし", "山田太郎 090-1234-5678"], ["06-2345-6789", "鈴木"], ["06-2345-6780", "佐藤"]],
        [["氏名", "山田太郎"], ["住所", "兵庫県汐見市港町1-2"], ["電話番号", "06-2345-6789"]],
    ],
)
def test_a_row_of_persons_is_no_header(cells: list[list[str]]) -> None:
    """Reports print headers, so a person must not become one."""
    assert not is_header(cells)


def test_a_sample_without_a_whole_row_has_no_layout() -> None:
    assert lay_out(b"a,b", whole=False) is None


def test_what_the_caller_knows_wins() -> None:
    found = lay_out(b"a,b\n1,2\n", whole=True, has_header=False)

    assert found is not None
    assert (found.header, found.body) == (None, 0)


def test_a_two_column_table_has_no_titles() -> None:
    assert title_lines([["a", ""], ["b", "c"]]) == 0
