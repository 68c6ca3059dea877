"""A traced cut holds canaries that nobody counts, and is spelt in its own way; what the office keeps names it again."""

import io
import random
from pathlib import Path

import polars as pl
import pytest
from cut_tables import BENEFIT, PATH, REGISTER, ROWS, TODAY, changed, tables_of, write_city

from sekisho.cut.bind import bind
from sekisho.cut.forms.form import Makings
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.run import cut_rows
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.cut.trace.match import Candidate, trace
from sekisho.cut.trace.run import Tracing
from sekisho.people.index import Index
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY, Population

PEOPLE = 400
NAMED = changed(
    ROWS.replace("世帯番号", "電話番号").replace('"bank_account"', '"bank_account", "phone"'),
    ('from = "口座番号"\nop = "mask.last"', 'from = "電話番号"\nop = "keep"'),
)
HEADER = [*REGISTER[0][:-1], "電話番号"]
TRACED = NAMED + "\n[trace]\ncanaries = 12\nmarks = true\n"


class Cut:
    """A cut that was carried out."""

    def __init__(self, folder: Path, text: str, *, secret: int = 1) -> None:
        """Write a small city and carry the purpose out."""
        dice = random.Random(5)
        codes = [f"{each:04}" for each in range(1, PEOPLE + 1)]
        register = [
            (
                code,
                f"ヤマダ　{chr(0x30A2 + each % 80)}{chr(0x30A2 + each // 80)}ロウ",
                "1964-04-01",
                "660-0051",
                "1",
                dice_phone(dice),
            )
            for each, code in enumerate(codes)
        ]
        write_city(
            folder,
            register=[HEADER, *register],
            benefit=[BENEFIT[0], *((each, "発送済", "1", "") for each in codes)],
        )
        purpose = parse_purpose(text, PATH)
        plan = bind(purpose, text, PATH, tables_of(folder, purpose), TODAY)
        self.index, self.tokens, sink = Index(), CaseTokens(random.Random(secret).randbytes), io.BytesIO()
        tracing = Tracing(plan, bytes([secret]) * 32)
        self.counters = cut_rows(plan, Population(), Makings(tokens=self.tokens), self.index, sink, tracing=tracing)
        self.canaries = tracing.canaries
        self.record = tracing.record()
        self.table = pl.read_csv(sink.getvalue(), infer_schema=False)


def dice_phone(dice: random.Random) -> str:
    return f"06-6{dice.randrange(1_000):03}-{dice.randrange(10_000):04}"


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    return Cut(tmp_path_factory.mktemp("city"), TRACED)


@pytest.fixture(scope="module")
def untraced(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    return Cut(tmp_path_factory.mktemp("city"), NAMED)


def test_canaries_leave_and_nobody_counts_them(cut: Cut, untraced: Cut) -> None:
    assert (cut.table.height, cut.counters.rows_out, cut.canaries) == (PEOPLE + 12, PEOPLE, 12)
    assert cut.index.people == PEOPLE
    assert cut.index.encode() == untraced.index.encode()


def test_without_trace_nothing_changes(untraced: Cut) -> None:
    assert untraced.table.height == PEOPLE
    assert untraced.record.people == {}
    assert untraced.record.canaries is None


def test_canaries_have_case_numbers_that_lead_to_nobody(cut: Cut) -> None:
    given = cut.tokens.given.filter(pl.col("token").is_in(cut.record.tokens))

    assert given.height == 12
    assert (given["number"] >= FIRST_NUMBER_OF_NOBODY).all()


def test_who_is_real_stands_in_the_same_order_with_the_same_meaning(cut: Cut, untraced: Cut) -> None:
    real = cut.table.filter(~pl.col("整理番号").is_in(cut.record.tokens))

    assert real["口座末尾"].to_list() == untraced.table["口座末尾"].to_list()
    assert real["カナ"].str.replace("[ 　]", "").to_list() == untraced.table["カナ"].str.replace("[ 　]", "").to_list()
    assert real["カナ"].to_list() != untraced.table["カナ"].to_list()


def test_canaries_do_not_stand_together(cut: Cut) -> None:
    places = cut.table.with_row_index().filter(pl.col("整理番号").is_in(cut.record.tokens))["index"].to_list()

    assert places[0] < PEOPLE // 2 < places[-1]


def test_what_the_office_keeps_names_the_copy(cut: Cut, tmp_path: Path) -> None:
    other = Cut(tmp_path, TRACED, secret=2)
    candidates = [
        Candidate(
            cut=name,
            recipient="r",
            secret=each.record.key,
            channels=frozenset(each.record.channels),
            canaries=each.record.canaries,
        )
        for name, each in (("this", cut), ("other", other))
    ]

    (named,) = trace([cut.table.drop("整理番号")], candidates)

    assert named.cut == "this"
    assert {each.method for each in named.evidence} == {"marks", "canaries"}


def test_an_empty_table_stays_empty(tmp_path: Path) -> None:
    write_city(tmp_path, register=[HEADER], benefit=[BENEFIT[0]])
    purpose = parse_purpose(TRACED, PATH)
    plan = bind(purpose, TRACED, PATH, tables_of(tmp_path, purpose), TODAY)
    tracing = Tracing(plan, bytes(32))
    makings = Makings(tokens=CaseTokens(random.Random(1).randbytes))

    cut_rows(plan, Population(), makings, Index(), io.BytesIO(), tracing=tracing)

    assert tracing.canaries == 0
    assert tracing.record().canaries is None
