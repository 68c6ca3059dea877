"""Who was on the lost copies: equal to a join with plain Python, with honest bounds, and shown to two persons only."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from brute_force import People, Source, listed, nobodys_rows, who_is_in
from plain_purposes import plain_purpose

from invented_office import Town, signing_key, unwritable
from sekisho.custody.cutting import make_cut, prepare
from sekisho.errors import LedgerBroken, MediumError, Misuse, NotFound, Refused, Unreadable
from sekisho.kinds.taxonomy import kind
from sekisho.loss.evidence import gather
from sekisho.loss.lost import report_lost, slips_on
from sekisho.loss.statement import statement_text
from sekisho.loss.who import Affected, affected, export_people
from sekisho.people.index import Index

pytest_plugins = ("office_fixtures",)

TABLES = {
    "register": {"番号": "resident_code", "氏名": "name", "住所": "address", "方書": "address"},
    "tax": {"番号": "resident_code", "税額": "tax_amount", "課税区分": "tax_amount"},
    "account": {"口座番号": "bank_account", "名義": "account_holder"},
    "allowance": {"支店": "branch_code", "口座": "bank_account", "転入日": "residence_date"},
}


class Books:
    """Four tables about 40 people, with empty cells, rows that repeat, and rows that do not say whose they are."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.sources: dict[str, list[Source]] = {}
        self.cuts: dict[str, str] = {}
        dice = random.Random(seed)
        for name, kinds in TABLES.items():
            columns = list(dict.fromkeys(["番号", *kinds, "備考"]))
            files = ["a", "b"] if name == "account" else [""]
            self.sources[name] = [self._table(f"{name}{part}", columns, kinds, dice) for part in files]
            self.cuts[name] = self._cut(name, columns, kinds)

    def seal(self, *names: str, media: Iterable[str]) -> list[str]:
        return self.town.sealed(*media, cuts=tuple(self.cuts[name] for name in names))

    def brute_force(self, *names: str) -> tuple[People, int]:
        sources = [source for name in names for source in self.sources[name]]
        return who_is_in(sources), nobodys_rows(sources)

    def _table(self, name: str, columns: list[str], kinds: dict[str, str], dice: random.Random) -> Source:
        rows = [columns]
        for _ in range(dice.randint(20, 40)):
            person = "" if dice.random() < 0.1 else f"{dice.randrange(40):010d}"
            cells = [f"{column}{dice.randrange(9)}" if dice.random() < 0.7 else "" for column in columns[1:]]
            rows += [[person, *cells]] * dice.choice([1, 1, 1, 2])
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return Source(self.town.write(f"{name}.csv", text.getvalue()), "番号", kinds)

    def _cut(self, name: str, columns: list[str], kinds: dict[str, str]) -> str:
        text = plain_purpose(f"{name}*.csv", columns, subject="番号", kinds=kinds)
        path = self.town.write(f"{name}.toml", text)
        return make_cut(self.town.office, prepare(path)).id


def export(town: Town, slips: list[str], path: Path, *, first: str = "privacy", second: str = "chief") -> Affected:
    return export_people(town.office, slips, path, first=signing_key(first), second=signing_key(second))


# Equal to brute force.


@pytest.mark.parametrize("seed", range(4))
def test_people_and_kinds_of_any_copies_are_those_of_a_join_with_plain_python(
    town: Town, tmp_path: Path, seed: int
) -> None:
    books = Books(town, seed)
    on_it: dict[str, tuple[str, ...]] = {}
    for number, names in enumerate([("register", "tax"), ("tax", "account"), ("allowance",)]):
        on_it |= dict.fromkeys(books.seal(*names, media=(f"USB-{number}", f"USB-{number}b")), names)
    report_lost(town.office, list(on_it))
    for number, lost in enumerate([*combinations(on_it, 1), *combinations(on_it, 2), tuple(on_it)]):
        expected, unsaid = books.brute_force(*{name for slip in lost for name in on_it[slip]})
        found = export(town, list(lost), tmp_path / f"{number}.csv")
        assert listed(tmp_path / f"{number}.csv") == expected
        assert found.at_least == len(expected)
        assert len(expected) <= found.at_most <= len(expected) + 2 * unsaid
        if len({on_it[slip] for slip in lost}) == 1:
            assert found.at_most == len(expected) + unsaid


def test_counts_by_kind_and_by_set_are_those_of_a_join_with_plain_python(town: Town) -> None:
    books = Books(town, 7)
    (slip,) = books.seal(*TABLES, media=("USB-1",))
    expected, _ = books.brute_force(*TABLES)
    found = affected(town.office, [slip])
    assert {each.id: people for each, people in found.by_kind()} == Counter(
        each for kinds in expected.values() for each in kinds
    )
    sets = {frozenset(each.id for each in kinds): people for kinds, people in found.by_field_set()}
    assert sets == Counter(expected.values())


# Bounds.


def test_a_row_that_does_not_say_whose_it_is_is_one_person_more_at_most(town: Town) -> None:
    (slip,) = town.sealed("USB-1", cuts=(town.cuts[0].id,))
    found = affected(town.office, [slip])
    assert (found.at_least, found.at_most) == (3, 4)


def test_the_copies_of_one_request_are_counted_once(out: Town) -> None:
    first, second = (slips_on(out.office, medium)[0] for medium in ("USB-1", "USB-2"))
    one, both = affected(out.office, [first]), affected(out.office, [first, second])
    assert (one.at_least, one.at_most) == (both.at_least, both.at_most)


def test_copies_of_different_requests_are_bounded_from_above(town: Town) -> None:
    """Whether an unsaid row of the one is an unsaid row of the other nobody can tell."""
    slips = [town.sealed(medium, cuts=(town.cuts[0].id,))[0] for medium in ("USB-1", "USB-2")]
    found = affected(town.office, slips)
    assert (found.at_least, found.at_most) == (3, 5)


def test_the_answer_table_counts_whom_it_answers_about(town: Town) -> None:
    (slip,) = town.sealed("USB-1", cuts=(town.cuts[1].id,))
    assert {each.id: people for each, people in affected(town.office, [slip]).by_kind()} == {
        "lookup_token": 3,
        "benefit_status": 3,
    }


# Two persons, and the ledger.


def one_slip(town: Town) -> list[str]:
    return slips_on(town.office, "USB-1")


@pytest.mark.parametrize(
    ("first", "second"), [("privacy", "chief"), ("security", "privacy"), ("chief", "security"), ("security", "chief")]
)
def test_two_who_may_get_the_list_and_the_ledger_says_so(out: Town, tmp_path: Path, first: str, second: str) -> None:
    export(out, one_slip(out), tmp_path / "who.csv", first=first, second=second)
    (entry,) = out.leaves("people.shown")
    keys = sorted(signing_key(name).public.id for name in (first, second))
    assert entry.fields == {"slips": one_slip(out), "people": 3, "by": keys}
    assert len(listed(tmp_path / "who.csv")) == 3


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("privacy", "privacy", "custody.two_signatures"),
        ("privacy", "officer", "custody.no_role"),
        ("clerk", "chief", "custody.no_role"),
        ("privacy", "carrier", "custody.no_role"),
        ("supervisor", "chief", "custody.no_role"),
        ("privacy", "nobody", "custody.unregistered_key"),
    ],
)
def test_nobody_else_gets_it_and_nothing_is_recorded(
    out: Town, tmp_path: Path, first: str, second: str, key: str
) -> None:
    size = out.size
    with pytest.raises(Refused) as caught:
        export(out, one_slip(out), tmp_path / "who.csv", first=first, second=second)
    assert (caught.value.key, out.size) == (key, size)
    assert not (tmp_path / "who.csv").exists()


def test_the_ledger_holds_nobody_of_the_list(out: Town, tmp_path: Path) -> None:
    export(out, one_slip(out), tmp_path / "who.csv")
    people = listed(tmp_path / "who.csv")
    assert not any(person.encode() in entry.body() for person in people for entry in out.office.ledger.entries())


def test_the_list_is_its_owners_alone(out: Town, tmp_path: Path) -> None:
    export(out, one_slip(out), tmp_path / "who.csv")
    assert (tmp_path / "who.csv").stat().st_mode & 0o777 == 0o600


def test_a_spreadsheet_reads_the_list_and_its_headings(out: Town, tmp_path: Path) -> None:
    export(out, one_slip(out), tmp_path / "who.csv")
    data = (tmp_path / "who.csv").read_bytes()
    assert data.startswith("\ufeffkey_kind 番号の種類,key 番号,".encode())
    assert "name_kana 氏名カナ" in data.decode()
    assert b"resident_code,0000000031," in data


def test_a_key_is_listed_as_the_source_has_it_even_if_a_spreadsheet_would_reckon(town: Town, tmp_path: Path) -> None:
    """Whoever matches the list against the source needs the very key; docs/reference/json.md says how to import it."""
    text = (town.root / "people.csv").read_text(encoding="utf-8")
    town.write("people.csv", text.replace("0000000031", "=1+1").replace("0000000219", "-0219"))
    (slip,) = town.sealed("USB-1", cuts=(town.cut("rows").id,))
    export(town, [slip], tmp_path / "who.csv")
    assert {"=1+1", "-0219", "0000000578"} <= set(listed(tmp_path / "who.csv"))


def test_nobody_on_a_copy_is_an_empty_list(town: Town, tmp_path: Path) -> None:
    town.write("people.csv", (town.root / "people.csv").read_text(encoding="utf-8").splitlines()[0] + "\n")
    (slip,) = town.sealed("USB-1", cuts=(town.cut("rows").id,))
    assert export(town, [slip], tmp_path / "list.csv").at_most == 0
    assert listed(tmp_path / "list.csv") == {}


# What cannot be listed.


def test_a_list_that_exists_is_left_alone_and_nothing_is_recorded(out: Town, tmp_path: Path) -> None:
    (tmp_path / "who.csv").write_text("mine", encoding="utf-8")
    size = out.size
    with pytest.raises(Misuse) as caught:
        export(out, one_slip(out), tmp_path / "who.csv")
    assert (caught.value.key, out.size) == ("loss.exists", size)
    assert (tmp_path / "who.csv").read_text(encoding="utf-8") == "mine"


def test_a_name_that_leads_nowhere_is_taken_too(out: Town, tmp_path: Path) -> None:
    (tmp_path / "who.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Misuse) as caught:
        export(out, one_slip(out), tmp_path / "who.csv")
    assert caught.value.key == "loss.exists"
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_refuses_is_named(out: Town) -> None:
    with pytest.raises(MediumError) as caught:
        export(out, one_slip(out), unwritable() / "who.csv")
    assert caught.value.key == "loss.disk"
    assert len(out.leaves("people.shown")) == 1


@pytest.mark.parametrize("damage", ["gone", "older", "cut"])
def test_a_population_that_does_not_know_them_is_refused_before_anything_is_recorded(
    out: Town, tmp_path: Path, damage: str
) -> None:
    path = out.home / "people" / "population.age"
    if damage == "gone":
        path.unlink()
    elif damage == "older":
        out.office.vault.write(path, b"SKPOP1\n" + bytes(4), overwrite=True)
    else:
        path.write_bytes(path.read_bytes()[:-1])
    size = out.size
    with pytest.raises(Unreadable):
        export(out, one_slip(out), tmp_path / "who.csv")
    assert out.size == size
    assert not (tmp_path / "who.csv").exists()


def test_a_changed_ledger_lists_nobody(out: Town, tmp_path: Path) -> None:
    slips = one_slip(out)
    connection = out.office.ledger.connection
    connection.execute("DROP TRIGGER entry_is_not_changed")
    connection.execute("UPDATE entry SET body = (SELECT body FROM entry WHERE idx = 1) WHERE idx = 2")
    with pytest.raises(LedgerBroken):
        export(out, slips, tmp_path / "who.csv")
    assert not (tmp_path / "who.csv").exists()


def test_an_unknown_copy_has_nobody(out: Town, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export(out, ["000000"], tmp_path / "who.csv")


# One person, known in several ways.


def _seal_people(town: Town, name: str, keys: list[str], *, medium: str, key: str = "resident_code") -> str:
    """Seal a table of names with these keys to a medium of its own; return its slip."""
    town.write(f"{name}.csv", "".join(f"{row}\n" for row in ["番号,氏名", *(f"{each},甲" for each in keys)]))
    purpose = plain_purpose(f"{name}.csv", ["番号", "氏名"], subject="番号", kinds={"氏名": "name"}, key=key)
    cut = make_cut(town.office, prepare(town.write(f"{name}.toml", purpose)))
    return town.sealed(medium, cuts=(cut.id,))[0]


def test_who_is_known_by_two_kinds_of_key_is_surely_one_person_and_perhaps_two(town: Town) -> None:
    """The same three people by resident code and by application number: nobody can say so, and nobody says six."""
    first = _seal_people(town, "codes", ["0000000031", "0000000219", "0000000355"], medium="USB-1")
    second = _seal_people(town, "forms", ["11", "12", "13"], medium="USB-2", key="case_number")
    both = affected(town.office, [first, second])
    assert (both.at_least, both.at_most, both.is_mixed) == (3, 6, True)
    assert "may hold one person twice" in statement_text(gather(town.office, [first, second]), "en")
    assert "may hold one person twice" not in statement_text(gather(town.office, [first]), "en")
    assert [affected(town.office, [slip]).is_mixed for slip in (first, second)] == [False, False]


def test_a_code_that_two_exports_spell_in_two_ways_is_one_person(town: Town, tmp_path: Path) -> None:
    first = _seal_people(town, "june", ["0000000031", "0000000219", "0000000355"], medium="USB-1")
    second = _seal_people(town, "july", ["０００００００３５５", "219", "31 "], medium="USB-2")
    both = export(town, [first, second], tmp_path / "who.csv")
    assert (both.at_least, both.at_most) == (3, 3)
    assert listed(tmp_path / "who.csv").keys() == {"0000000031", "0000000219", "0000000355"}


# As CSV.


def test_the_counts_are_csv_that_names_kinds_in_both_languages() -> None:
    index = Index()
    index.add(pl.Series([0, 1, 5], dtype=pl.UInt32).to_numpy(), kind("name"))
    index.add(pl.Series([5], dtype=pl.UInt32).to_numpy(), kind("bank_account"))
    found = Affected(index, {"resident_code": 3})
    assert found.kinds_csv().decode("utf-8-sig") == (
        "kind,ja,en,people\r\nname,氏名,name,3\r\nbank_account,口座番号,bank account number,1\r\n"
    )
    assert (
        found.field_sets_csv().decode("utf-8-sig")
        == "people,kinds,ja\r\n2,name,氏名\r\n1,name bank_account,氏名・口座番号\r\n"
    )


def test_no_index_is_no_rows() -> None:
    assert Affected(Index(), {}).kinds_csv() == b"\xef\xbb\xbfkind,ja,en,people\r\n"
    assert Affected(Index(), {}).field_sets_csv() == b"\xef\xbb\xbfpeople,kinds,ja\r\n"
