"""A leaked copy names its recipient, with a bound on chance; a table that is nobody's names nobody."""

import random

import numpy as np
import polars as pl
import pytest
from trace_people import KINDS, town

from sekisho.cut.tokens.serial import CaseTokens
from sekisho.cut.trace.canaries import canary_rows
from sekisho.cut.trace.chance import log10_of_coins
from sekisho.cut.trace.leak import read_leak
from sekisho.cut.trace.marks import channels_of, mark
from sekisho.cut.trace.match import THRESHOLD, Canaries, Candidate, Suspicion, trace
from sekisho.cut.trace.token_sets import case_numbers
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import Index

TOWN = town(3_000)
RECIPIENTS = 20


def secret(recipient: int) -> bytes:
    return bytes([recipient]) * 32


def marked(recipient: int) -> pl.DataFrame:
    return TOWN.with_columns(mark(TOWN[column], each, secret(recipient)) for column, each in KINDS.items())


def by_marks(recipient: int) -> Candidate:
    channels = channels_of(KINDS.values())
    return Candidate(cut=f"{recipient:02}", recipient="r", secret=secret(recipient), channels=channels)


MARKED = [by_marks(recipient) for recipient in range(RECIPIENTS)]


def with_canaries(recipient: int, *, count: int = 12) -> tuple[pl.DataFrame, Candidate]:
    rows = canary_rows(TOWN, KINDS, secret(recipient), count)
    people = rows.select(name="氏名", address="住所", phone="電話")
    return pl.concat([TOWN, rows]), Candidate(
        cut=f"{recipient:02}", recipient="r", canaries=Canaries(secret=secret(recipient), people=people)
    )


def with_tokens(recipient: int) -> tuple[pl.DataFrame, Candidate]:
    given = CaseTokens(random.Random(recipient).randbytes).give(pl.Series(range(TOWN.height)))
    return TOWN.with_columns(given.alias("整理番号")), Candidate(
        cut=f"{recipient:02}", recipient="r", tokens=(lambda: case_numbers(given),)
    )


def cuts(found: tuple[Suspicion, ...]) -> list[str]:
    return [each.cut for each in found]


def leak_of(table: pl.DataFrame, rows: int) -> pl.DataFrame:
    return table.sample(rows, shuffle=True, seed=4)


@pytest.mark.parametrize("recipient", [0, 7, 19])
@pytest.mark.parametrize("column", ["氏名", "住所"])
def test_spellings_name_the_recipient_from_some_shuffled_rows_of_one_column(recipient: int, column: str) -> None:
    leaked = leak_of(marked(recipient), 100).select(pl.col(column).alias("?"))

    (named,) = trace([leaked], MARKED)

    assert named.cut == f"{recipient:02}"
    assert named.chance < THRESHOLD
    assert named.evidence[0].method == "marks"


def test_tokens_name_the_recipient_whose_copy_was_not_marked() -> None:
    copies = [with_tokens(recipient) for recipient in range(RECIPIENTS)]

    (named,) = trace([leak_of(copies[3][0], 10)], [candidate for _, candidate in copies])

    assert named.cut == "03"
    assert (named.evidence[0].method, named.evidence[0].hit, named.evidence[0].of) == ("tokens", 10, 10)


def test_invented_people_name_the_recipient_in_other_spellings_and_columns() -> None:
    copies = [with_canaries(recipient) for recipient in range(RECIPIENTS)]
    leaked = copies[5][0].select(
        pl.col("住所").str.replace_all("丁目|番", "-").str.replace("号", "").alias("a"),
        pl.col("氏名").str.replace("　", "").alias("b"),
    )

    (named,) = trace([leaked], [candidate for _, candidate in copies])

    assert (named.cut, named.evidence[0].method) == ("05", "canaries")
    assert 6 <= named.evidence[0].hit <= named.evidence[0].of == 12


def test_invented_people_who_are_everywhere_name_nobody() -> None:
    shared = {"phone": ["06-1111-2222"], "email": ["info@city.example"]}
    people = (
        canary_rows(TOWN, KINDS, secret(1), 12, shared)
        .select(phone="電話")
        .with_columns(email=pl.lit("info@city.example"))
    )
    known = Canaries(secret=secret(1), people=people, contact=shared)
    directory = pl.DataFrame({"電話": ["06-1111-2222"], "メール": ["info@city.example"]})

    assert trace([directory], [Candidate(cut="01", recipient="r", canaries=known)]) == ()


def test_one_mail_alias_is_enough() -> None:
    contact = {"email": ["trace+*@city.example"]}
    kinds = {"氏名": "name", "メール": "email"}
    like = TOWN.select("氏名", メール=pl.lit("a@b.example"))
    rows = [canary_rows(like, kinds, secret(each), 3, contact) for each in range(9)]
    candidates = [
        Candidate(
            cut=str(each),
            recipient="r",
            canaries=Canaries(secret=secret(each), people=people.select(name="氏名", email="メール"), contact=contact),
        )
        for each, people in enumerate(rows)
    ]

    (named,) = trace([pl.DataFrame({"x": ["someone@else.example", rows[2]["メール"][1].upper()]})], candidates)

    assert (named.cut, named.evidence[0].method, named.evidence[0].hit) == ("2", "contacts", 1)


def test_the_table_as_it_was_before_names_nobody() -> None:
    every = [with_canaries(1)[1], with_tokens(1)[1], *MARKED]

    assert trace([TOWN], every) == ()


def test_a_leak_that_was_normalised_names_nobody_and_never_another() -> None:
    plain = marked(7).with_columns(
        pl.col("氏名").str.replace("　", " "),
        pl.col("住所").str.normalize("NFKC").str.replace_all("丁目|番", "-").str.replace("号", ""),
    )

    assert trace([plain], MARKED) == ()


def test_one_normalised_column_does_not_protect() -> None:
    leaked = marked(7).with_columns(pl.col("氏名").str.replace("　", " "))

    assert cuts(trace([leaked], MARKED)) == ["07"]


def test_after_normalising_tokens_still_name() -> None:
    table, candidate = with_tokens(7)
    leaked = leak_of(table.with_columns(pl.col("住所").str.normalize("NFKC")), 40)

    assert cuts(trace([leaked], [*MARKED, candidate])) == ["07"]


def test_who_mixes_two_copies_names_both_and_nobody_else() -> None:
    mixed = pl.concat([marked(3).head(1_500), marked(8).tail(1_500)])

    assert set(cuts(trace([mixed], MARKED))) == {"03", "08"}


def test_a_few_rows_are_not_enough() -> None:
    assert trace([leak_of(marked(7), 4)], MARKED) == ()


def test_more_candidates_make_it_less_sure() -> None:
    leaked = leak_of(marked(0), 100)
    (one,), (of_many,) = trace([leaked], MARKED[:1]), trace([leaked], MARKED)

    assert of_many.log10_chance == pytest.approx(one.log10_chance + np.log10(RECIPIENTS))


def test_how_a_table_is_cut_into_blocks_changes_nothing() -> None:
    table, candidate = with_tokens(7)
    leaked, candidates = leak_of(table, 60), [candidate, with_canaries(7)[1], *MARKED]

    assert trace([leaked], candidates) == trace([leaked.head(13), leaked.tail(47)], candidates)


def test_people_who_were_found_again_are_looked_up_in_the_index() -> None:
    index = Index()
    index.add(np.array([1, 2, 3], np.uint32), kind("name"))
    table, candidate = with_tokens(7)
    known = Candidate(cut=candidate.cut, recipient="r", tokens=candidate.tokens, index=lambda: index)

    (named,) = trace([table], [known], people=np.array([2, 3, 3, 9]))

    assert (named.people, named.of_people) == (2, 3)


def test_an_empty_table_and_no_candidates() -> None:
    assert trace([], MARKED) == ()
    assert trace([pl.DataFrame({"a": pl.Series(dtype=pl.String)})], MARKED) == ()
    assert trace([TOWN], []) == ()


def test_numbers_and_dates_may_be_columns_of_their_own_type() -> None:
    table, candidate = with_tokens(7)

    assert cuts(trace([table.select(pl.col("整理番号").cast(pl.Int64), x=1.5)], [candidate])) == ["07"]


def test_foreign_tables_name_nobody() -> None:
    accusations = 0
    for trial in range(20):
        dice = random.Random(trial)
        numbers = pl.Series("番号", [f"{dice.randrange(10**9):09}" for _ in range(100)])
        foreign = town(100, seed=1_000 + trial).with_columns(numbers)
        candidates = [
            Candidate(cut="x", recipient="r", secret=dice.randbytes(32), channels=MARKED[0].channels) for _ in range(25)
        ]
        accusations += len(trace([foreign], candidates))

    assert accusations == 0


def test_the_bound_on_chance_holds_over_keys() -> None:
    read = read_leak([TOWN]).readings["blank"]
    dice = random.Random(1)
    chances = [log10_of_coins(read.agreements(dice.randbytes(32), "blank"), len(read.messages)) for _ in range(2_000)]

    for bound in (0.5, 0.1, 0.01):
        share = sum(10**chance <= bound for chance in chances) / len(chances)
        assert share <= bound + 4 * (bound * (1 - bound) / len(chances)) ** 0.5
