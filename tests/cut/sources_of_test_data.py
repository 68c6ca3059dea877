"""Two joined tables of invented people with every oddity of real ones, and test data made of them."""

import csv
import io
import random
from dataclasses import dataclass
from pathlib import Path

from cut_tables import PATH, TODAY, Row, tables_of, write_table

from sekisho.cut.bind import bind
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.run_test_data import Invented, invent_table, learn
from sekisho.cut.test_data.write import writing_of

COLUMNS = [
    "統一コード", "氏名", "カナ", "生年月日", "性別", "郵便番号", "住所", "電話番号", "世帯番号", "続柄", "備考", "個人番号",
]  # fmt: skip
PAID = ["コード", "口座番号", "口座名義", "支給区分", "振込日", "生活保護"]
_CITIES = ["尼崎市", "西宮市", "伊丹市"]

PURPOSE = f"""
schema = 1
[purpose]
id = "rehearsal"
title = "移行リハーサル"
profile = "test-data"
not_after = 2022-09-30
kinds = ["household", "benefit_status"]
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1234" }}
[source.register]
path = "register.csv"
columns = {COLUMNS}
subject = {{ column = "統一コード" }}
[source.paid]
path = "paid.csv"
columns = {PAID}
subject = {{ column = "コード" }}
[rows]
from = "register"
"""


def register(count: int, seed: int = 1) -> list[Row]:
    dice = random.Random(seed)
    rows: list[Row] = [COLUMNS]
    for number in sorted(dice.sample(range(10**6), count)):
        name, kana = dice.choice([("佐藤　花子", "ｻﾄｳ ﾊﾅｺ"), ("髙橋　一郎", "ﾀｶﾊｼ ｲﾁﾛｳ"), ("𠮷田　实", "ﾖｼﾀﾞ ﾐﾉﾙ")])
        rows.append((
            f"{number:010}", name, kana if dice.random() < 0.9 else "",
            f"昭和{dice.randint(2, 63)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日", dice.choice("男女"),
            f"660-{dice.randrange(10**4):04}", f"兵庫県{dice.choice(_CITIES)}松原町{dice.randint(1, 9)}丁目{dice.randint(1, 20)}番1号",
            f"06-6489-{dice.randrange(10**4):04}", f"{number // 3:09}", dice.choice(["世帯主", "妻", "子"]),
            dice.choice(["", "", "要電話"]), f"{dice.randrange(10**12):012}",
        ))  # fmt: skip
    return rows


def paid(people: list[Row], seed: int = 2) -> list[Row]:
    dice = random.Random(seed)
    chosen = sorted(dice.sample(people[1:], len(people) // 3), key=tuple)
    rows = [
        (
            person[0], f"{dice.randrange(10**7):07}", person[2] or "ﾌﾒｲ", dice.choice(["支給済", "未申請"]),
            dice.choice(["", "2022-06-01"]), dice.choice(["0", "1"]),
        )
        for person in chosen
    ]  # fmt: skip
    return [PAID, *rows]


def write_sources(folder: Path, count: int = 400, *, encoding: str = "utf-8") -> dict[str, list[Row]]:
    people = register(count)
    if encoding == "cp932":
        people = [[cell.replace("𠮷", "吉").replace("实", "実") for cell in row] for row in people]
    tables = {"register": people, "paid": paid(people)}
    for name, rows in tables.items():
        write_table(folder / f"{name}.csv", rows, encoding)
    return tables


@dataclass(frozen=True, slots=True)
class Made:
    """Test data, as bytes by source."""

    data: dict[str, bytes]
    invented: Invented

    def rows(self, source: str, encoding: str = "utf-8") -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.data[source].decode(encoding), newline="")))

    def column(self, source: str, name: str, encoding: str = "utf-8") -> list[str]:
        header, *rows = self.rows(source, encoding)
        return [row[header.index(name)] for row in rows]


def make(folder: Path, text: str = PURPOSE, seed: int = 1) -> Made:
    """Make test data of the sources in a folder."""
    purpose = parse_purpose(text, PATH)
    plan = bind(purpose, text, PATH, tables_of(folder, purpose), TODAY)
    randomness = random.Random(seed).randbytes
    invented = learn(plan, randomness=randomness)
    data = {
        name: b"".join(invent_table(invented, name, writing_of(name, source, plan.tables[name]), randomness))
        for name, source in purpose.source.items()
    }
    return Made(data, invented)
