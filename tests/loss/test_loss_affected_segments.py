"""Segments, plan and names: exact, with whom nobody may write to taken out first, and names sealed for two persons."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from invented_office import IDENTITY, Town, signing_key, unwritable
from sekisho.age.reader import open_reader
from sekisho.custody.incident_records import get_incident, update_incident
from sekisho.errors import LedgerBroken, MediumError, Misuse, NotFound, Refused, SekishoError, Unreadable
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.addresses import take_addresses
from sekisho.loss.affected.contacts import Contacts, read_contacts
from sekisho.loss.affected.files import index_files
from sekisho.loss.affected.flags import Flags, born_later, decode_flags, last_birthday_of_age
from sekisho.loss.affected.listing import Asked, export_list, people_frame
from sekisho.loss.affected.people import People, attach_files, keep_flags, people_of
from sekisho.loss.affected.plan import Channel, LegalRole, approve_plan, approved_plan, plan_of
from sekisho.loss.affected.roles import Mapped, Role, read_mapped
from sekisho.loss.affected.segments import Group, people_in, segments_of
from sekisho.loss.affected.told import facts_of_flags, facts_of_tables
from sekisho.loss.incident.opening import open_plain
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.settings import Costs
from sekisho.loss.incident.stating import facts_of
from sekisho.people.index import Index

pytest_plugins = ("office_fixtures",)

LOST = """統一コード,氏名,口座番号
31,和田　茂,2882378
219,岩田　ヨシ,
578,磯部　航,3824314
600,髙﨑　𠮷男,1111111
601,藤井　花,2222222
602,森　実,
,佐々木　某,7716615
"""
ADDRESSES = """統一コード,氏名,郵便番号,住所,方書,生年月日,死亡年月日,支援措置,保護者氏名,メール
31,和田　茂,688-0118,兵庫県汐見市貝殻町1-28,青い荘101,昭和6年8月28日,,無,,
219,岩田　ヨシ,688-0119,兵庫県汐見市渚町5-1,,1924-12-04,2021-03-01,,,
578,磯部　航,688-0119,兵庫県汐見市渚町5-2,,2010-02-11,,,磯部　健,
600,髙﨑　𠮷男,688-0120,兵庫県汐見市帆町3,,1950-01-01,,有,,
601,藤井　花,,,,1990-01-01,,,,hana@example.invalid
999,誰か　他,688-0199,兵庫県汐見市沖町9,,1990-01-01,,,,
"""
NAMES = ("和田", "岩田", "磯部", "髙﨑", "藤井", "森", "貝殻町", "渚町", "帆町", "沖町", "hana@")


class Loss:
    """A plain stick with seven rows, and the office's address table."""

    def __init__(self, town: Town) -> None:
        self.town, self.office = town, town.office
        self.number = open_plain(town.office)
        attach_files(self.office, self.number, index_files(self.office, [town.write("lost.csv", LOST)]))
        self.addresses = town.write("addresses.csv", ADDRESSES)

    @property
    def contacts(self) -> Contacts:
        return read_contacts(self.office, [self.addresses], people_of(self.office, self.number).found.index.everybody())

    @property
    def people(self) -> People:
        return people_of(self.office, self.number).renewed(self.contacts.flags)

    def export(
        self, path: Path, *, by: tuple[str, ...] = ("privacy", "chief"), to: str = "supervisor", **asked: object
    ) -> list[dict[str, str]]:
        keys = [signing_key(name) for name in by]
        asking = Asked(**asked)  # type: ignore[arg-type]  # what a test says
        export_list(self.office, self.number, path, to=to, keys=keys, asked=asking, contacts=self.contacts)
        with path.open("rb") as file:
            text = open_reader(file, [IDENTITY]).read().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def loss(town: Town) -> Loss:
    return Loss(town)


# Segments.


def test_who_may_not_simply_be_written_to_leaves_first(loss: Loss) -> None:
    people = loss.people
    found = segments_of(people.found.index, people.flags)
    assert {group: found.of(group) for group in Group} == {
        Group.PROTECTED: 1,
        Group.DECEASED: 1,
        Group.UNREACHABLE: 2,
        Group.MINORS: 1,
        Group.OTHERS: 1,
    }
    assert (found.people, found.unresolved, found.at_most) == (6, 1, 7)


def test_without_an_address_table_nobody_is_said_to_be_without_an_address(loss: Loss) -> None:
    people = people_of(loss.office, loss.number)
    assert segments_of(people.found.index, people.flags).of(Group.UNREACHABLE) == 0
    assert "unreachable" not in facts_of_flags(people)


def test_facts_are_counts_and_upper_bounds_and_say_nothing_that_nobody_looked_for(loss: Loss) -> None:
    assert facts_of_flags(loss.people) == {"minors": 1, "deceased": 1, "protected_persons": 1, "unreachable": 2}
    assert facts_of_flags(people_of(loss.office, loss.number)) == {}
    facts = facts_of_tables(loss.people)
    assert facts == {"records": 7, "tables": ("lost: 7",), "households": None, "account_records": 5}
    assert loss.people.found.at_most == 7


def test_collecting_states_them_with_the_upper_bound_for_the_limits_of_laws(loss: Loss) -> None:
    people, _ = take_addresses(loss.office, loss.number, [loss.addresses])
    facts = facts_of(loss.office, loss.number)
    assert people.flags == people_of(loss.office, loss.number).flags
    assert (facts.number("persons"), facts.number("persons_max"), facts.number("records")) == (6, 7, 7)
    assert (facts.number("minors"), facts.number("protected_persons"), facts.number("unreachable")) == (1, 1, 2)
    assert facts.number("account_persons") == 4 + 1
    assert sum(people for _, people in read_case(loss.office, loss.number).by_field_set) == 6


KINDS = ("resident_code", "name", "bank_account", "protected_person")
MASKS = st.sets(st.sampled_from(KINDS), min_size=1)
PERSONS = st.dictionaries(
    st.integers(0, 300),
    st.tuples(MASKS, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    max_size=40,
)


@given(persons=PERSONS, are_known=st.booleans())
def test_segments_are_those_of_a_loop_over_everybody(
    persons: dict[int, tuple[set[str], bool, bool, bool, bool]], are_known: bool
) -> None:
    """Equal to plain Python: nobody missing, nobody twice, whatever is known of whom."""
    index = Index()
    for number, (kinds, *_) in persons.items():
        for kind_id in kinds:
            index.add(pl.Series([number], dtype=pl.UInt32).to_numpy(), taxonomy()[kind_id])
    flags = Flags(
        minors=BitMap([n for n, each in persons.items() if each[1]]),
        deceased=BitMap([n for n, each in persons.items() if each[2]]),
        protected=BitMap([n for n, each in persons.items() if each[3]]),
        addressed=BitMap([n for n, each in persons.items() if each[4]]),
        asked=frozenset({"address"} if are_known else ()),
    )

    def group(minor: bool, dead: bool, protected: bool, addressed: bool) -> Group:
        if protected:
            return Group.PROTECTED
        if dead:
            return Group.DECEASED
        if are_known and not addressed:
            return Group.UNREACHABLE
        return Group.MINORS if minor else Group.OTHERS

    expected = Counter((group(*each[1:]), frozenset(each[0])) for each in persons.values())
    found = segments_of(index, flags)
    assert {(each.group, frozenset(kind.id for kind in each.kinds)): each.people for each in found.segments} == expected
    members = [set(people_in(index, flags, each)) for each in found.segments]
    assert [len(each) for each in members] == [each.people for each in found.segments]
    assert set().union(*members) == persons.keys()
    assert sum(map(len, members)) == len(persons)


def test_a_segment_has_the_same_id_in_every_incident(loss: Loss) -> None:
    people = loss.people
    first, second = (segments_of(people.found.index, people.flags) for _ in range(2))
    assert [each.id for each in first.segments] == [each.id for each in second.segments]
    assert len({each.id for each in first.segments}) == len(first.segments)


def test_flags_are_kept_with_the_incident_and_come_back(loss: Loss) -> None:
    keep_flags(loss.office, loss.number, loss.contacts.flags)
    assert people_of(loss.office, loss.number).flags == loss.people.flags
    assert decode_flags(loss.people.flags.encode()) == loss.people.flags


# Contacts.


def test_an_address_table_teaches_the_population_nobody(loss: Loss) -> None:
    path = loss.office.home.people / "population.age"
    before = path.read_bytes()
    contacts = loss.contacts
    assert (contacts.rows, contacts.untold, contacts.frame.height) == (6, 0, 5)
    assert path.read_bytes() == before


def test_columns_may_be_named_by_a_mapping(loss: Loss) -> None:
    text = "no,who,where,until\n31,和田　茂,貝殻町,\n219,岩田,渚町,2020-01-01\n"
    path = loss.town.write("other.csv", text)
    columns = {Role.NAME: "who", Role.ADDRESS: "where", Role.DATE_OF_DEATH: "until"}
    people = people_of(loss.office, loss.number)
    found = read_contacts(loss.office, [path], people.found.index.everybody(), mapped=Mapped(key="no", columns=columns))
    assert (found.frame.height, len(found.flags.deceased), found.frame["address"].to_list()) == (
        2,
        1,
        ["貝殻町", "渚町"],
    )


@pytest.mark.parametrize(
    "mapped", [Mapped(key="nothing"), Mapped(columns={Role.NAME: "nothing"}), Mapped(key_kind="x")]
)
def test_a_mapping_that_names_nothing_is_refused(loss: Loss, mapped: Mapped) -> None:
    with pytest.raises(NotFound):
        read_contacts(loss.office, [loss.addresses], BitMap(), mapped=mapped)


@pytest.mark.parametrize("text", ["columns = 1", "nonsense", "[columns]\nshoe = 'x'", "more = 1"])
def test_what_says_no_columns_is_refused_with_its_place(town: Town, text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_mapped(town.write("mapping.toml", text))
    assert caught.value.what("ja")
    assert caught.value.what("en")


def test_a_table_of_addresses_that_tells_nobody_apart_is_refused(loss: Loss) -> None:
    path = loss.town.write("towns.csv", "住所,郵便番号\n渚町1,688-0119\n")
    with pytest.raises(Unreadable):
        read_contacts(loss.office, [path], BitMap())


def test_letters_go_to_no_protected_dead_or_unreachable_person(loss: Loss) -> None:
    frame = people_frame(loss.office, loss.number, loss.contacts)
    assert sorted(frame["name"].to_list()) == ["和田　茂", "磯部　航"]
    assert frame.filter(pl.col("minor"))["guardian"].to_list() == ["磯部　健"]
    assert "兵庫県汐見市貝殻町1-28\n青い荘101" in frame["address"].to_list()


def test_letters_of_one_segment_are_its_own(loss: Loss) -> None:
    people = loss.people
    for each in segments_of(people.found.index, people.flags).segments:
        frame = people_frame(loss.office, loss.number, loss.contacts, segment=each.id)
        assert frame.height == (each.people if each.group in {Group.MINORS, Group.OTHERS} else 0)


def test_whoever_is_protected_by_the_lost_data_alone_is_protected(town: Town) -> None:
    number = open_plain(town.office)
    path = town.write("lost.csv", "統一コード,支援措置\n31,有\n219,無\n578,\n")
    attach_files(town.office, number, index_files(town.office, [path]))
    people = people_of(town.office, number)
    assert (len(people.flags.protected), people.found.index.people) == (1, 3)


def test_whoever_is_protected_by_any_of_several_columns_is(town: Town) -> None:
    number = open_plain(town.office)
    path = town.write("lost.csv", "統一コード,支援措置,閲覧制限\n31,有,\n219,,有\n578,無,無\n")
    attach_files(town.office, number, index_files(town.office, [path]))
    assert len(people_of(town.office, number).flags.protected) == 2


def test_a_newer_table_renews_what_it_speaks_of_and_nothing_else() -> None:
    old = Flags(
        minors=BitMap([1, 2]),
        dated=BitMap([1, 2]),
        addressed=BitMap([1, 2]),
        listed=BitMap([1, 2]),
        protected=BitMap([1]),
    )
    new = Flags(dated=BitMap([2]), listed=BitMap([2, 3]), addressed=BitMap([3]), deceased=BitMap([3]))
    found = old.renewed(new)
    assert (found.minors, found.addressed, found.protected, found.deceased) == (
        BitMap([1]),
        BitMap([1, 3]),
        BitMap([1]),
        BitMap([3]),
    )


# Minors.


@pytest.mark.parametrize(
    ("born", "day", "minor"),
    [
        ("2004-04-01", date(2022, 4, 1), False),
        ("2004-04-02", date(2022, 4, 1), True),
        ("2002-04-01", date(2022, 3, 31), True),
        ("2002-03-31", date(2022, 3, 31), False),
        ("2004-02-29", date(2022, 2, 28), True),
        ("2006-02-28", date(2024, 2, 29), False),
        ("平成16年4月2日", date(2022, 4, 1), True),
    ],
)
def test_a_minor_is_who_has_not_come_of_age_on_the_day(born: str, day: date, minor: bool) -> None:
    _, later = born_later(pl.Series([born]), last_birthday_of_age(day))
    assert later.to_list() == [minor]


# The plan.


def test_publication_replaces_a_notice_only_for_whom_nobody_can_reach_whatever_it_costs(loss: Loss) -> None:
    plan = plan_of(loss.people, Costs(letter=100_000))
    groups = {each.segment[0]: set[tuple[Channel, LegalRole]]() for each in plan.lines}
    for each in plan.lines:
        groups[each.segment[0]].add((each.channel, each.role))
    assert groups["o"] == groups["m"] == {(Channel.LETTER, LegalRole.NOTICE)}
    assert groups["p"] == {(Channel.COUNTER, LegalRole.NOTICE)}
    assert (Channel.PUBLICATION, LegalRole.SUBSTITUTE) in groups["u"]
    assert not any(each.role is LegalRole.SUBSTITUTE for each in plan.lines if each.segment[0] != "u")
    assert plan.total == 2 * 100_000
    told = {(each.segment == "unresolved", each.channel): each.people for each in plan.lines if each.segment[0] == "u"}
    assert told == {
        (False, Channel.EMAIL): 1,
        (False, Channel.PUBLICATION): 1,
        (False, Channel.DESK): 1,
        (True, Channel.PUBLICATION): 1,
        (True, Channel.DESK): 1,
    }


def test_whoever_has_mail_and_a_telephone_is_told_once(loss: Loss) -> None:
    people = loss.people
    everybody = people.found.index.everybody()
    both = replace(people, flags=replace(people.flags, mailed=everybody, phoned=everybody))
    without_address = [each for each in plan_of(both, Costs()).lines if each.segment.startswith("u-")]
    assert [(each.channel, each.people) for each in without_address] == [(Channel.EMAIL, 1), (Channel.EMAIL, 1)]


def test_a_plan_is_approved_whole_by_two_and_the_ledger_says_so(loss: Loss) -> None:
    plan = plan_of(loss.people, Costs())
    with pytest.raises(SekishoError):
        approve_plan(loss.office, loss.number, plan, keys=[signing_key("chief")])
    assert approved_plan(loss.office, loss.number) is None
    approve_plan(loss.office, loss.number, plan, keys=[signing_key("chief"), signing_key("privacy")])
    found = approved_plan(loss.office, loss.number)
    assert found is not None
    assert (found.plan, found.sha256) == (plan, plan.sha256)
    (entry,) = loss.town.leaves("plan.approved")
    assert entry.fields["plan"] == plan.sha256


# Names.


def test_a_list_is_sealed_to_its_recipient_and_lies_open_nowhere(loss: Loss, tmp_path: Path) -> None:
    rows = loss.export(tmp_path / "list.age")
    assert [row["name"] for row in rows] == ["和田　茂", "岩田　ヨシ", "磯部　航", "藤井　花", ""]
    assert [int(row["key"]) for row in rows] == [31, 219, 578, 601, 602]
    written = (tmp_path / "list.age").read_bytes()
    assert not any(name.encode() in written for name in NAMES)
    (entry,) = loss.town.leaves("list.exported")
    assert entry.fields["people"] == 5
    assert not any(name.encode() in each.body() for name in NAMES for each in loss.office.ledger.entries())


def test_a_cell_that_a_spreadsheet_would_carry_out_is_guarded(loss: Loss, tmp_path: Path) -> None:
    loss.addresses.write_text(ADDRESSES.replace("和田　茂", "=cmd|' /C calc'!A0"), encoding="utf-8")
    assert loss.export(tmp_path / "list.age")[0]["name"].startswith("'=")


def test_the_protected_are_on_a_list_of_their_own_for_their_officer(loss: Loss, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        loss.export(tmp_path / "a.age", protected=True)
    assert caught.value.key == "loss.protected_officer"
    with pytest.raises(Refused):
        loss.export(tmp_path / "a.age", protected=True, protected_officer="security")
    rows = loss.export(tmp_path / "a.age", protected=True, protected_officer="privacy")
    assert [row["key"] for row in rows] == ["600"]


@pytest.mark.parametrize("by", [("privacy",), ("privacy", "privacy"), ("privacy", "clerk"), ("carrier", "supervisor")])
def test_one_person_or_one_who_may_not_gets_no_names(loss: Loss, tmp_path: Path, by: tuple[str, ...]) -> None:
    size = loss.town.size
    with pytest.raises(Refused):
        loss.export(tmp_path / "list.age", by=by)
    assert not (tmp_path / "list.age").exists()
    assert loss.town.size == size


@pytest.mark.parametrize("to", ["age1nonsense", "nobody", "clerk"])
def test_nothing_is_sealed_to_what_is_no_recipient(loss: Loss, tmp_path: Path, to: str) -> None:
    with pytest.raises(SekishoError):
        loss.export(tmp_path / "list.age", to=to)
    assert not (tmp_path / "list.age").exists()


def test_a_list_goes_to_any_age_recipient_and_overwrites_nothing(loss: Loss, tmp_path: Path) -> None:
    assert len(loss.export(tmp_path / "list.age", to=str(IDENTITY.recipient))) == 5
    with pytest.raises(Misuse):
        loss.export(tmp_path / "list.age")


def test_without_a_disk_or_a_ledger_there_is_no_list(loss: Loss, tmp_path: Path) -> None:
    size = loss.town.size
    with pytest.raises(MediumError):
        loss.export(unwritable() / "list.age")
    assert loss.town.size == size
    connection = loss.office.ledger.connection
    connection.execute("DROP TRIGGER entry_is_not_changed")
    connection.execute("UPDATE entry SET body = (SELECT body FROM entry WHERE idx = 1) WHERE idx = 2")
    with pytest.raises(LedgerBroken):
        loss.export(tmp_path / "list.age")
    assert list(tmp_path.glob("*.age")) == []


def test_an_index_that_the_ledger_does_not_name_is_refused(loss: Loss) -> None:
    other = index_files(loss.office, [loss.town.write("other.csv", "統一コード,氏名\n31,和田　茂\n")])
    with loss.office.ledger.transaction() as tx:
        incident = get_incident(tx.connection, loss.number)
        update_incident(tx.connection, msgspec.structs.replace(incident, index_sha256=other.sha256))
    with pytest.raises(Unreadable):
        people_of(loss.office, loss.number)


def test_a_segment_that_is_none_is_refused(loss: Loss, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        loss.export(tmp_path / "list.age", segment="o-0")


def test_no_name_is_in_any_file_of_the_office(loss: Loss, tmp_path: Path) -> None:
    keep_flags(loss.office, loss.number, loss.contacts.flags)
    loss.export(tmp_path / "list.age")
    kept = b"".join(path.read_bytes() for path in loss.office.home.root.rglob("*") if path.is_file())
    assert not any(name.encode() in kept for name in NAMES if name not in {"森", "和田", "岩田", "磯部", "髙﨑"})
