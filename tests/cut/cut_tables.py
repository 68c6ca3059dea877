"""A small city in two tables, two purposes that fit it, and what comes out when they are carried out."""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from sekisho.cut import run
from sekisho.cut.bind import bind
from sekisho.cut.check import check
from sekisho.cut.draft import named, nothing_asked, purpose_text
from sekisho.cut.forms.chance import keys_once
from sekisho.cut.forms.form import Makings
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import Purpose, parse_purpose
from sekisho.cut.run import Counters, cut_answers, cut_rows
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.errors import SekishoError
from sekisho.people.index import Index
from sekisho.people.population import Population
from sekisho.readers.tables import Table, open_tables

TODAY = date(2022, 6, 21)
PATH = Path("purpose.toml")

Row = Sequence[str]

REGISTER: list[Row] = [
    ("統一コード", "氏名カナ", "生年月日", "郵便番号", "口座番号", "世帯番号"),
    ("0001", "ヤマダ　タロウ", "昭和39年4月1日", "660-0051", "1234567", "77"),
    ("0002", "スズキ　ハナコ", "1975/12/24", "６６００８０２", "0000321", "78"),
    ("0003", "サトウ　ジロウ", "", "6600051", "", "79"),
]
BENEFIT: list[Row] = [
    ("コード", "状態", "金額", "振込日"),
    ("0001", "発送済", "100000", ""),
    ("0002", "返戻", "50000", "2022-06-01"),
    ("0003", "却下", "0", ""),
]

_HEAD = """
schema = 1

[purpose]
id = "kyufu"
title = "給付金"
legal_basis = "entrustment"
profile = "rows"
not_after = 2022-09-30
kinds = ["case_number", "name_kana", "birth_date", "postal_code", "bank_account", "benefit_status"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre" }

[source.register]
path = "register.csv"
columns = ["統一コード", "氏名カナ", "生年月日", "郵便番号", "口座番号", "世帯番号"]
subject = { column = "統一コード" }

[source.benefit]
path = "benefit.csv"
columns = ["コード", "状態", "金額", "振込日"]
subject = { column = "コード" }
kinds = { "状態" = "benefit_status" }

[rows]
from = "register"

[[rows.join]]
source = "benefit"
on = "統一コード"
to = "コード"
"""

ROWS = (
    _HEAD
    + """
[[field]]
out = "整理番号"
from = "統一コード"
op = "token.serial"
why = "書き戻し"

[[field]]
out = "カナ"
from = "氏名カナ"
op = "keep"
why = "名前を呼ぶ"

[[field]]
out = "口座末尾"
from = "口座番号"
op = "mask.last"
why = "口座の確認"

[[field]]
out = "振込済"
from = "benefit.振込日"
op = "flag"
why = "案内"
"""
)

ANSWER = (
    _HEAD.replace('"rows"', '"answer"').replace('"case_number", ', '"case_number", "lookup_token", ')
    + """
[query]
ja = "対象か"
en = "Eligible?"
kind = "benefit_status"
keys = { kana = "氏名カナ", birth_date = "生年月日", postal_code = "郵便番号" }

[[query.answer]]
id = "paid"
where = "benefit.振込日 is not null"
ja = "振込済みです。"
en = "Paid."

[[query.answer]]
id = "sent"
where = "benefit.状態 == '発送済'"
ja = "発送済みです。"
en = "Sent."

[[query.answer]]
id = "not_eligible"
ja = "対象ではありません。"
en = "Not eligible."
"""
)


@dataclass(frozen=True, slots=True)
class Made:
    """What a run gave."""

    data: bytes
    index: Index
    counters: Counters
    tokens: CaseTokens
    population: Population

    def rows(self, encoding: str = "utf-8") -> list[list[str]]:
        """The table's rows, its header among them, as any program reads them."""
        return list(csv.reader(io.StringIO(self.data.decode(encoding), newline="")))

    def column(self, name: str) -> list[str]:
        header, *rows = self.rows()
        return [row[header.index(name)] for row in rows]


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Replace passages that must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def write_table(path: Path, rows: Sequence[Row], encoding: str = "utf-8") -> None:
    """Write a table as a city's system would."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def write_city(folder: Path, *, register: Sequence[Row] = REGISTER, benefit: Sequence[Row] = BENEFIT) -> None:
    """Write both tables."""
    write_table(folder / "register.csv", register)
    write_table(folder / "benefit.csv", benefit)


def tables_of(folder: Path, purpose: Purpose) -> dict[str, list[Table]]:
    """Find the tables of a purpose's sources."""
    return {
        name: [table for path in sorted(folder.glob(source.path)) for table in open_tables(path, has_header=True)]
        for name, source in purpose.source.items()
    }


def problems(folder: Path, text: str, *, today: date = TODAY) -> tuple[SekishoError, ...]:
    """Check a purpose against the tables in a folder."""
    purpose = parse_purpose(text, PATH)
    return check(purpose, text, PATH, tables_of(folder, purpose), today)


def plan_of(folder: Path, text: str) -> Plan:
    """Bind a purpose to the tables in a folder."""
    purpose = parse_purpose(text, PATH)
    return bind(purpose, text, folder / PATH, tables_of(folder, purpose), TODAY)


def carry_out(folder: Path, text: str, *, population: Population | None = None, seed: int = 1) -> Made:
    """Carry a purpose of profile ``rows`` out."""
    sink, index, tokens = io.BytesIO(), Index(), CaseTokens(random.Random(seed).randbytes)
    people = Population() if population is None else population
    plan = plan_of(folder, text)
    makings = Makings(tokens=tokens, once=keys_once(random.Random(seed + 1).randbytes), hierarchies=plan.hierarchies)
    counters = cut_rows(plan, people, makings, index, sink)
    return Made(sink.getvalue(), index, counters, tokens, people)


def answered(folder: Path, text: str) -> pl.DataFrame:
    """Carry a purpose of profile ``answer`` out."""
    blocks = cut_answers(plan_of(folder, text), Population(), Counters())
    return pl.concat(blocks).rename({run.NUMBER: "number", run.ANSWER: "answer"})


def refusal(action: Callable[[], object]) -> SekishoError:
    """Return the error an action ends with."""
    try:
        action()
    except SekishoError as error:
        return error
    raise AssertionError("nothing was refused")


def draft_purpose(table: Table, today: date) -> str:
    """Return the draft for a table of which nobody was asked anything."""
    tables = named([table])
    return purpose_text(tables, nothing_asked(tables, today))
