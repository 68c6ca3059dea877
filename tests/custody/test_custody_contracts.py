"""Who hangs together with the office, by whose word; and who did what under a contract without that."""

from datetime import date
from pathlib import Path

import pytest

from invented_office import CONTRACTOR, Town, register_text, signing_key
from sekisho.custody.contracts import breach_notice, chain_of, flagged, report_contract
from sekisho.custody.employment import sign_employment
from sekisho.custody.handing import hand_over
from sekisho.custody.offering import accept, offer
from sekisho.custody.register import Register, Standing, parse_register, statement_of
from sekisho.custody.registering import propose, take_over
from sekisho.errors import NotFound, Refused, Unreadable

pytest_plugins = ("office_fixtures",)

DAY = date(2022, 6, 21)
EMPLOYER = signing_key("the call centre itself")
CALL_CENTRE = 'id = "callcentre"\nname = "磯風コールセンター"\n'


def parsed(text: str) -> Register:
    return parse_register(text, Path("register.toml"))


def keyed(*stated: str, ends: date = date(2023, 3, 31), by: str = "the call centre itself", text: str = "") -> str:
    """Return the register in which the call centre has a key, and has stated these of its people."""
    text = (text or register_text()).replace(CALL_CENTRE, f'{CALL_CENTRE}key = "{EMPLOYER.public.line}"\n')
    register = parsed(text)
    for name in stated:
        person = register.person(name)
        statement = statement_of(person, starts=date(2022, 4, 1), ends=ends)
        signature = sign_employment(statement, employer=signing_key(by)).replace("\n", "\\n")
        line = f'stated = {{ starts = 2022-04-01, ends = {ends}, signature = "{signature}" }}\n'
        text = text.replace(f'[[person]]\nid = "{name}"\n', f'[[person]]\nid = "{name}"\n{line}')
    return text


def refused(register: Register, person: str, day: date = DAY) -> str:
    with pytest.raises(Refused) as caught:
        register.chain(register.person(person), day)
    return caught.value.key.partition(".")[2]


# The chain.


def test_a_chain_begins_with_the_contract_with_the_office() -> None:
    chain = chain_of(parsed(register_text()), "carrier", DAY)
    assert [(link.tier, link.contract.id) for link in chain.links] == [(1, "R4-0001"), (2, "R4-1234")]
    assert (chain.admitted, chain.standing) == (True, Standing.UNSTATED)


def test_staff_need_none_and_who_is_named_nowhere_has_none() -> None:
    register = parsed(register_text())
    staff, stranger = (chain_of(register, person, DAY) for person in ("chief", "stranger"))
    assert (staff.links, staff.admitted, staff.standing) == ((), True, Standing.STAFF)
    assert (stranger.links, stranger.admitted) == ((), False)


@pytest.mark.parametrize("day", [date(2022, 3, 31), date(2023, 4, 1)])
def test_before_and_after_its_term_a_contract_admits_nobody(day: date) -> None:
    assert refused(parsed(register_text()), "carrier", day) == "outside_chain"


# The employer's own word.


def test_who_is_stated_by_the_employer_is_admitted() -> None:
    register = parsed(keyed("carrier"))
    assert register.standing(register.person("carrier"), DAY) is Standing.STATED
    assert register.chain(register.person("carrier"), DAY)


def test_an_employer_with_a_key_states_everybody() -> None:
    assert refused(parsed(keyed("carrier")), "supervisor") == "not_stated"


@pytest.mark.parametrize("wrong", [{"by": "carrier"}, {"ends": date(2022, 6, 20)}])
def test_nobody_else_says_so_and_nobody_longer_than_the_employer(wrong: dict[str, object]) -> None:
    assert refused(parsed(keyed("carrier", **wrong)), "carrier") == "not_stated"  # type: ignore[arg-type]  # as parametrized


def test_a_statement_is_of_this_person_with_these_keys() -> None:
    other = keyed("carrier").replace(signing_key("carrier").public.line, signing_key("imposter").public.line)
    assert refused(parsed(other), "carrier") == "not_stated"
    moved = keyed("carrier").replace('[[person]]\nid = "carrier"', '[[person]]\nid = "somebody"')
    moved = moved.replace('"carrier", "supervisor"', '"somebody", "supervisor"')
    assert refused(parsed(moved), "somebody") == "not_stated"


def test_who_is_not_stated_neither_asks_for_nor_takes_a_copy(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    town.learn(keyed("supervisor"))
    with pytest.raises(Refused) as caught:
        town.request(media=("USB-2",))
    assert caught.value.key == "custody.not_stated"
    with pytest.raises(Refused):
        town.carry(slip, "officer", "carrier")
    town.learn(keyed("supervisor", "carrier"))
    town.carry(slip, "officer", "carrier")


def test_who_is_not_stated_any_more_is_sealed_nothing_for(town: Town) -> None:
    request = town.approved()
    town.learn(keyed("carrier"))
    with pytest.raises(Refused) as caught:
        town.seal(request)
    assert caught.value.key == "custody.not_stated"


# What a contract is for.


def test_a_contract_for_other_purposes_admits_no_data(town: Town) -> None:
    town.learn(register_text(purposes='["rows"]'))
    with pytest.raises(Refused) as caught:
        town.request()
    assert caught.value.key == "custody.beyond_contract_purpose"
    assert town.request(cuts=(town.cuts[0].id,)).id == 1


# Tiers, when a register is taken over.


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        ({"ends": "2023-04-01"}, "not within the term"),
        ({"starts": "2022-03-31"}, "not within the term"),
    ],
)
def test_a_grant_that_outlives_its_parent_is_not_taken_over(town: Town, contract: dict[str, str], said: str) -> None:
    path = town.write("next.toml", register_text(**contract))
    with pytest.raises(Unreadable) as caught:
        propose(town.office, path)
    assert said in caught.value.what("en")


def test_a_sub_contract_is_for_no_more_than_its_parent(town: Town) -> None:
    text = register_text(purposes='["rows", "answers"]').replace("persons = []", 'persons = []\npurposes = ["rows"]')
    with pytest.raises(Unreadable) as caught:
        propose(town.office, town.write("next.toml", text))
    assert "answers" in caught.value.what("en")


def test_ending_a_contract_flags_what_is_held_under_it(out: Town) -> None:
    slip = out.slips[0]
    assert flagged(out.office) == []
    path = out.write("next.toml", register_text(ends="2022-06-20"))
    take_over(out.office, propose(out.office, path), keys=[signing_key("chief"), signing_key("security")])
    flags = [(flag.slip, flag.person, flag.part) for flag in flagged(out.office)]
    assert (slip, "carrier", "holder") in flags
    leaves = out.leaves("copy.flagged")
    assert {entry.fields["slip"] for entry in leaves} == set(out.slips)
    assert not any(b"carrier@" in entry.body() for entry in leaves)


def test_a_contract_that_runs_out_by_itself_flags_too(out: Town) -> None:
    out.clock.time = out.clock.time.replace(year=2023, month=4, day=1)
    assert {flag.part for flag in flagged(out.office)} == {"holder", "carrier", "recipient"}


# Who did what.


def test_everybody_who_had_a_part_stands_in_the_report(out: Town) -> None:
    slip = out.slips[0]
    until = out.office.ledger.time().replace(hour=9)
    offer(out.office, slip, giver=signing_key("carrier"), to="supervisor", until=until)
    accept(out.office, slip, receiver=signing_key("supervisor"))
    out.open(slip)
    report = report_contract(out.office, "R4-1234")
    said = {(part.person, part.part, part.event) for part in report.parts if part.slip == slip}
    assert {
        ("carrier", "receiver", "copy.handed_over"),
        ("carrier", "giver", "copy.offered"),
        ("supervisor", "receiver", "copy.handed_over"),
        ("supervisor", "opener", "release.given"),
    } < said
    assert report.outside == ()
    assert report.slips == report_contract(out.office, "R4-0001").slips == tuple(out.slips)


def test_two_names_that_turn_out_to_be_nobodys_employees_are_outside(out: Town) -> None:
    """The city believed a list; the corrected register names one of the two no more."""
    slip = out.slips[0]
    hand_over(out.office, slip, giver=signing_key("carrier"), receiver=signing_key("supervisor"))
    out.learn(register_text(persons='["supervisor"]'))
    report = report_contract(out.office, "R4-1234")
    assert report.outside == ("carrier",)
    assert {(part.then, part.now) for part in report.parts if part.person == "carrier"} == {(True, False)}


def test_a_notice_names_them_in_both_languages_and_says_that_it_is_a_draft(out: Town) -> None:
    out.learn(register_text(persons='["supervisor"]'))
    report = report_contract(out.office, "R4-1234")
    ja, en = (breach_notice(out.office, report, language) for language in ("ja", "en"))
    assert "文案" in ja
    assert "Draft" in en
    assert all("carrierさん" in text and "磯風コールセンター" in text for text in (ja, en))


def test_a_contract_that_nobody_knows_is_said_to_be_unknown(out: Town) -> None:
    with pytest.raises(NotFound):
        report_contract(out.office, "R4-9999")


def test_a_contract_that_the_register_has_forgotten_is_still_told_of(out: Town) -> None:
    text = register_text()
    out.learn(text[: text.index("[[contract]]")])
    report = report_contract(out.office, "R4-1234")
    assert report.contract.company == "callcentre"
    assert set(report.outside) == {"carrier", "supervisor"} & {part.person for part in report.parts}
    assert set(report.outside) <= set(CONTRACTOR)
