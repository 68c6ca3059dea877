"""Test data: the same shape, nobody's data. No row, no name with its birth date, no number of a source is in it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cut_tables import PATH, Row, changed, problems, refusal, tables_of, write_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_of_test_data import COLUMNS, PAID, PURPOSE, make, paid, register, write_sources

from sekisho.canon.date import parse_date
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.test_data.write import writing_of
from sekisho.detect.check_digits import my_number

GUARDED = {"register": ["統一コード", "住所", "電話番号", "個人番号"], "paid": ["コード", "口座番号"]}


def column(rows: Sequence[Row], name: str) -> list[str]:
    return [row[rows[0].index(name)] for row in rows[1:]]


# --- the same shape


def test_tables_have_the_rows_header_and_order_of_columns_of_their_sources(tmp_path: Path) -> None:
    sources = write_sources(tmp_path)
    made = make(tmp_path)
    for name, rows in sources.items():
        assert made.rows(name)[0] == rows[0]
        assert len(made.rows(name)) == len(rows)


def test_cells_are_written_as_those_of_the_sources(tmp_path: Path) -> None:
    write_sources(tmp_path)
    made = make(tmp_path)
    forms = {
        "統一コード": r"0000\d{6}", "氏名": r"\S+　\S+|[A-Z' ]+|[ァ-ヴー　]+", "カナ": r"[ｦ-ﾟ ]*", "生年月日": r"(昭和|平成)\d{1,2}年\d{1,2}月\d{1,2}日",
        "性別": "男|女", "郵便番号": r"688-\d{4}", "住所": r"兵庫県汐見市.+", "電話番号": r"\d\d-\d{4}-\d{4}", "世帯番号": r"\d{9}",
        "続柄": "世帯主|妻|子", "個人番号": r"\d{12}",
    }  # fmt: skip
    for label, form in forms.items():
        found = made.column("register", label)
        assert [cell for cell in found if not re.fullmatch(form, cell)] == [], label
    assert all(parse_date(cell) for cell in made.column("register", "生年月日"))
    assert set(made.column("paid", "支給区分")) == {"支給済", "未申請"}


def test_as_many_cells_are_empty(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, 2_000)
    made = make(tmp_path)
    for label in ("カナ", "備考"):
        empty = [
            cells.count("") / len(cells)
            for cells in (column(sources["register"], label), made.column("register", label))
        ]
        assert empty[0] == pytest.approx(empty[1], abs=0.05)


def test_common_words_are_as_common(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, 2_000)
    there, made = (
        Counter(cells) for cells in (column(sources["register"], "続柄"), make(tmp_path).column("register", "続柄"))
    )
    assert there.keys() == made.keys()
    assert all(made[word] == pytest.approx(there[word], rel=0.25) for word in there)


def test_joins_work_as_often(tmp_path: Path) -> None:
    sources = write_sources(tmp_path)
    paid = sources["paid"]
    write_table(tmp_path / "paid.csv", [*paid, *(("9" * 9 + str(n), *paid[1][1:]) for n in range(10))])
    made = make(tmp_path)
    people = made.column("register", "統一コード")
    keys = made.column("paid", "コード")
    assert len(set(people)) == len(people)
    assert len(set(keys) & set(people)) == len(paid) - 1
    assert len(set(keys) - set(people)) == 10


def test_one_person_has_one_reading_in_all_tables(tmp_path: Path) -> None:
    write_sources(tmp_path)
    made = make(tmp_path)
    kana = dict(zip(made.column("register", "統一コード"), made.column("register", "カナ"), strict=True))
    pairs = [
        (kana[key], holder)
        for key, holder in zip(made.column("paid", "コード"), made.column("paid", "口座名義"), strict=True)
    ]
    assert all(reading.replace(" ", "") in ("", holder.replace(" ", "")) for reading, holder in pairs)


def test_households_have_several_people(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, 2_000)
    numbers = make(tmp_path).column("register", "世帯番号")
    assert len(set(numbers)) < len(set(column(sources["register"], "世帯番号")))
    assert not set(numbers) & set(column(sources["register"], "世帯番号"))


@pytest.mark.parametrize("rows", [1, 7, 3_000])
def test_a_purpose_may_ask_for_more_or_fewer_rows(tmp_path: Path, rows: int) -> None:
    write_sources(tmp_path)
    made = make(tmp_path, f"{PURPOSE}[test_data]\nrows = {rows}\n")
    assert len(made.column("register", "統一コード")) == rows
    assert len(made.column("paid", "コード")) == max(1, round(133 * rows / 400))


def test_a_table_keeps_its_encoding_delimiter_and_line_ends(tmp_path: Path) -> None:
    write_sources(tmp_path, encoding="cp932")
    text = (tmp_path / "register.csv").read_bytes()
    (tmp_path / "register.csv").write_bytes(text.replace(b",", b"\t").replace(b"\r\n", b"\n"))
    data = make(tmp_path).data["register"]
    assert data.decode("cp932").split("\n")[0] == "\t".join(COLUMNS)
    assert b"\r" not in data


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    write_sources(tmp_path, encoding="utf-8-sig")
    assert make(tmp_path).data["paid"].startswith("\ufeffコード,".encode())


def test_rows_in_the_order_of_their_keys_stay_so(tmp_path: Path) -> None:
    write_sources(tmp_path)
    keys = make(tmp_path).column("register", "統一コード")
    assert keys == sorted(keys)


def test_odd_signs_and_long_names_are_among_them(tmp_path: Path) -> None:
    write_sources(tmp_path, 3_000)
    names = "".join(make(tmp_path).column("register", "氏名"))
    assert all(sign in names for sign in "髙﨑")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tables_of_hardly_any_rows(tmp_path: Path, count: int) -> None:
    people = register(count)
    write_table(tmp_path / "register.csv", people)
    write_table(tmp_path / "paid.csv", [PAID, *((row[0], "1234567", "ｻﾄｳ", "支給済", "", "0") for row in people[1:])])
    made = make(tmp_path)
    assert len(made.rows("register")) == len(made.rows("paid")) == count + 1
    assert made.column("register", "統一コード") == made.column("paid", "コード") or count > 1


def test_repeated_headers_line_breaks_and_formulas(tmp_path: Path) -> None:
    people = register(40)
    header = [*COLUMNS[:-2], "備考", "備考"]
    write_table(tmp_path / "register.csv", [header, *([*row[:-2], '=1+1\n"a",b', "@x"] for row in people[1:])])
    write_table(tmp_path / "paid.csv", paid(people))
    text = changed(PURPOSE, (str(COLUMNS), str([*COLUMNS[:-2], "備考", f"備考#{len(COLUMNS)}"])))
    made = make(tmp_path, text).rows("register")
    assert made[0] == header
    assert {len(row) for row in made} == {len(header)}
    assert not any(cell[:1] in {"=", "@"} for row in made for cell in row)


def test_a_table_of_many_columns(tmp_path: Path) -> None:
    header = ["番号", *(f"列{place}" for place in range(300))]
    write_table(tmp_path / "wide.csv", [header, *([f"{row:05}"] + [f"v{row}"] * 300 for row in range(3))])
    source = f'[source.wide]\npath = "wide.csv"\ncolumns = {header}\nsubject = {{ column = "番号" }}\n'
    made = make(tmp_path, PURPOSE[: PURPOSE.index("[source.register]")] + source + '[rows]\nfrom = "wide"\n')
    assert [len(row) for row in made.rows("wide")] == [301] * 4


def test_a_table_without_codes_has_people_all_the_same(tmp_path: Path) -> None:
    """Where name, birth date and address tell whose row it is, every row is another's."""
    rows = [row[1:8] for row in register(60)[1:]]
    header = COLUMNS[1:8]
    write_table(tmp_path / "list.csv", [header, *rows])
    subject = 'subject = { name = "氏名", birth_date = "生年月日", address = "住所" }'
    source = f'[source.list]\npath = "list.csv"\ncolumns = {header}\n{subject}\n[rows]\nfrom = "list"\n'
    made = make(tmp_path, PURPOSE[: PURPOSE.index("[source.register]")] + source).rows("list")
    assert len({(row[0], row[2], row[5]) for row in made[1:]}) == 60
    assert not {row[5] for row in made[1:]} & {row[5] for row in rows}


def test_households_are_joined_to_people(tmp_path: Path) -> None:
    """A source about households beside one about people: each number of the one may stand in the other."""
    people = register(600)
    write_table(tmp_path / "register.csv", people)
    numbers = sorted(set(column(people, "世帯番号")))
    write_table(tmp_path / "homes.csv", [("世帯番号", "支給区分"), *((number, "支給済") for number in numbers)])
    source = '[source.homes]\npath = "homes.csv"\ncolumns = ["世帯番号", "支給区分"]\n'
    source += 'subject = { column = "世帯番号", kind = "household" }\n[rows]'
    text = PURPOSE[: PURPOSE.index("[source.paid]")] + changed(PURPOSE[PURPOSE.index("[rows]") :], ("[rows]", source))
    made = make(tmp_path, text)
    homes = set(made.column("homes", "世帯番号"))
    assert len(homes) == len(numbers)
    assert set(made.column("register", "世帯番号")) <= homes


def test_what_cannot_be_as_short_as_the_column_is_cut_short(tmp_path: Path) -> None:
    header = ["番号", "メールアドレス"]
    write_table(tmp_path / "mail.csv", [header, *([f"{n:04}", f"a{n:03}@b.c"] for n in range(60))])
    source = f'[source.mail]\npath = "mail.csv"\ncolumns = {header}\nsubject = {{ column = "番号" }}\n'
    made = make(tmp_path, PURPOSE[: PURPOSE.index("[source.register]")] + source + '[rows]\nfrom = "mail"\n')
    cells = made.column("mail", "メールアドレス")
    assert all(0 < len(cell) <= 10 for cell in cells if cell)
    assert cells.count("") < 30


# --- nobody's data


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_number_address_or_code_of_a_source_is_invented(tmp_path: Path, seed: int) -> None:
    sources = write_sources(tmp_path)
    made = make(tmp_path, seed=seed)
    for name, labels in GUARDED.items():
        for label in labels:
            assert not set(made.column(name, label)) & set(column(sources[name], label)) - {""}, label


def test_four_digit_accounts_of_half_the_space_are_not_met_by_chance(tmp_path: Path) -> None:
    """Where a draw hits an account of the source it is drawn anew; here every second one would."""
    people = register(2_000)
    write_table(tmp_path / "register.csv", people)
    accounts = random.Random(3).sample([f"{number:04}" for number in range(10_000)], 5_000)
    rows = [(row[0], account, "ｻﾄｳ", "支給済", "", "0") for row, account in zip(people[1:], accounts, strict=False)]
    write_table(tmp_path / "paid.csv", [PAID, *rows])
    made = make(tmp_path).column("paid", "口座番号")
    assert not set(made) & set(accounts[:2_000])
    assert all(re.fullmatch(r"\d{4}", account) for account in made)
    assert len(set(made)) == len(made)


@pytest.mark.parametrize(
    ("columns", "write"),
    [
        (["氏名"], lambda name: [name]),
        (["氏名カナ"], lambda name: [name]),
        (["姓", "名"], lambda name: name.split("\u3000")[:2]),
    ],
)
def test_nobody_has_name_and_birth_date_of_somebody_real(
    tmp_path: Path, columns: list[str], write: Callable[[str], list[str]]
) -> None:
    """What was invented once becomes the source of the same draw, so that every draw hits somebody."""
    usual = {"氏名カナ": "ﾔﾏﾀﾞ ﾀﾛｳ"}.get(columns[0], "山田　太郎")
    first = people_of(tmp_path, columns, [(*write(usual), "2000-01-01")] * 30)
    again = people_of(tmp_path, columns, first)

    def told(rows: list[tuple[str, ...]]) -> set[tuple[str, str]]:
        return {("".join(names), day) for *names, day in rows}

    assert len(told(again)) > 900
    assert not told(first) & told(again)


def people_of(folder: Path, columns: list[str], people: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Make 1,000 people from a register of names and birth dates alone, always with the same randomness."""
    header = ["番号", *columns, "生年月日"]
    write_table(folder / "people.csv", [header, *((f"{n:07}", *each) for n, each in enumerate(people))])
    source = f'[source.people]\npath = "people.csv"\ncolumns = {header}\nsubject = {{ column = "番号" }}\n'
    head = PURPOSE[: PURPOSE.index("[source.register]")]
    made = make(folder, f'{head}{source}[rows]\nfrom = "people"\n[test_data]\nrows = 1000\n')
    return [tuple(row[1:]) for row in made.rows("people")[1:]]


def test_a_flag_stays_a_flag(tmp_path: Path) -> None:
    """Of special care, so that its share goes; but a program that reads 0 and 1 would not read 7."""
    write_sources(tmp_path)
    assert set(make(tmp_path).column("paid", "生活保護")) == {"0", "1"}


def test_a_file_is_called_as_the_purpose_calls_it(tmp_path: Path) -> None:
    write_sources(tmp_path)
    (tmp_path / "paid.csv").rename(tmp_path / "paid_山田太郎.csv")
    text = changed(PURPOSE, ('path = "paid.csv"', 'path = "paid_*.csv"'))
    purpose = parse_purpose(text, PATH)
    tables = tables_of(tmp_path, purpose)
    names = [writing_of(name, source, tables[name]).name for name, source in purpose.source.items()]
    assert names == ["register.csv", "paid.csv"]


def test_no_my_number_is_right(tmp_path: Path) -> None:
    write_sources(tmp_path)
    assert not any(map(my_number, make(tmp_path).column("register", "個人番号")))


def test_words_stay_only_of_kinds_that_the_purpose_names(tmp_path: Path) -> None:
    write_sources(tmp_path)
    made = make(tmp_path, changed(PURPOSE, ('"household", ', "")))
    assert not {"世帯主", "妻"} <= set(made.column("register", "続柄")) or "同居人" in made.column("register", "続柄")
    assert set(made.column("paid", "支給区分")) == {"支給済", "未申請"}


def test_a_word_that_few_have_goes_however_often_it_stands_there(tmp_path: Path) -> None:
    """Thirty rows about one person are one person's."""
    people = register(100)
    write_table(tmp_path / "register.csv", people)
    rows = [(people[1][0], "1234567", "ｻﾄｳ", "本人死亡", "", "0")] * 30
    rows += [(row[0], "7654321", "ｻﾄｳ", "支給済", "", "0") for row in people[2:]]
    write_table(tmp_path / "paid.csv", [PAID, *rows])
    made = make(tmp_path).column("paid", "支給区分")
    assert "本人死亡" not in made
    assert "支給済" in made


def secret(row: int, place: int) -> str:
    return f"{place:02}{row:04}秘ヒ{random.Random(f'{row}/{place}').randrange(10**8):08}"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.sampled_from(["secrets", "digits", "words"]))
def test_no_secret_of_a_source_is_in_what_is_made(tmp_path: Path, seed: int, sort: str) -> None:
    """Planted in every cell of every column: not one of them leaves, nor a run of eight of its digits."""
    dice = random.Random(seed)

    def planted(row: int, place: int) -> str:
        if sort == "secrets":
            return secret(row, place)
        return f"{dice.randrange(10**14):014}" if sort == "digits" else "".join(dice.choices("茜蘭錆鯨鰯鱈麒麟鼈", k=6))

    rows = [[planted(row, place) for place in range(len(COLUMNS))] for row in range(30)]
    write_table(tmp_path / "register.csv", [COLUMNS, *rows])
    write_table(tmp_path / "paid.csv", [PAID, *([row[0], *row[4:9]] for row in rows)])
    made = make(tmp_path, seed=seed)
    text = "".join(data.decode() for data in made.data.values())
    for row in rows:
        for cell in row:
            assert cell not in text
            assert cell[-8:] not in text or sort == "words"


# --- what is refused


@pytest.mark.parametrize(
    "part",
    [
        "where = \"続柄 == '子'\"",
        "expect = { max = 9 }",
        '[[rows.join]]\nsource = "paid"\non = "統一コード"\nto = "コード"',
        '[[field]]\nout = "x"\nfrom = "続柄"\nop = "keep"\nwhy = "w"',
        '[risk]\nquasi = ["続柄"]',
        "[trace]\nmarks = true",
    ],
)
def test_what_would_say_something_of_real_rows_is_refused(tmp_path: Path, part: str) -> None:
    write_sources(tmp_path, 30)
    assert "cut.not_of_test_data" in {problem.key for problem in problems(tmp_path, f"{PURPOSE}{part}\n")}


def test_a_column_more_at_the_source_stops_it(tmp_path: Path) -> None:
    write_sources(tmp_path, 30)
    less = changed(PURPOSE, ("'備考', ", ""))
    assert refusal(lambda: make(tmp_path, less)).key == "cut.columns_changed"
