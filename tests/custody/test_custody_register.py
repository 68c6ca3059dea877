"""The register: who may hold what on which day; whatever does not fit together is refused when it is read."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_office import IDENTITY, register_text, signing_key
from sekisho.custody.register import Person, Register, Role, parse_register, read_register
from sekisho.errors import NotFound, Refused, Unreadable

FILE = Path("register.toml")
DAY = date(2022, 6, 21)
KEY = signing_key("chief").public.line


def parsed(text: str) -> Register:
    return parse_register(text, FILE)


@pytest.fixture
def register() -> Register:
    return parsed(register_text())


# The chain of contracts.


def test_staff_need_no_contract(register: Register) -> None:
    assert register.chain(register.person("clerk"), DAY) == ()


def test_a_person_is_admitted_by_every_contract_up_to_the_office(register: Register) -> None:
    chain = register.chain(register.person("carrier"), DAY)
    assert [contract.id for contract in chain] == ["R4-1234", "R4-0001"]


@pytest.mark.parametrize("person", ["agent", "stranger"])
def test_a_person_whom_no_contract_names_is_outside(register: Register, person: str) -> None:
    with pytest.raises(Refused) as caught:
        register.chain(register.person(person), DAY)
    assert caught.value.key == "custody.outside_chain"


@pytest.mark.parametrize(
    ("day", "inside"), [((2022, 3, 31), 0), ((2022, 4, 1), 1), ((2023, 3, 31), 1), ((2023, 4, 1), 0)]
)
def test_a_contract_holds_on_its_first_and_last_day_and_not_beside(
    register: Register, day: tuple[int, int, int], inside: int
) -> None:
    assert len(list(register.chains(register.person("carrier"), date(*day)))) == inside


def test_a_grant_does_not_outlive_its_parent() -> None:
    """The sub-contract says until 2030; the contract it stands under ends in 2023."""
    register = parsed(register_text(ends="2030-03-31"))
    assert register.chain(register.person("carrier"), date(2023, 3, 31))
    with pytest.raises(Refused):
        register.chain(register.person("carrier"), date(2023, 4, 1))


def test_three_tiers_hold_only_while_all_do() -> None:
    """The case: a sub-sub-contractor's engineer. Ending the contract in the middle ends his."""
    third = '[[contract]]\nid = "R4-9"\ncompany = "third"\nparent = "R4-1234"\npersons = ["stranger"]\n'
    text = register_text(ends="2022-06-20") + third + "starts = 2022-04-01\nends = 2023-03-31\n"
    register = parsed(text)
    assert [each.id for each in register.chain(register.person("stranger"), date(2022, 6, 20))] == [
        "R4-9",
        "R4-1234",
        "R4-0001",
    ]
    assert list(register.chains(register.person("stranger"), DAY)) == []


def test_a_person_in_two_contracts_is_in_both() -> None:
    other = '[[contract]]\nid = "R4-77"\ncompany = "callcentre"\npersons = ["carrier"]\nstarts = 2022-04-01\nends = 2022-12-31\n'
    register = parsed(register_text() + other)
    chains = list(register.chains(register.person("carrier"), DAY))
    assert [[each.id for each in chain] for chain in chains] == [["R4-1234", "R4-0001"], ["R4-77"]]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5), st.integers(0, 30))
@settings(deadline=None, max_examples=60)
def test_a_chain_is_unbroken_exactly_when_every_tier_is_in_force(tiers: list[tuple[int, int]], on: int) -> None:
    start = date(2022, 4, 1)
    parts, parent = [register_text().split("[[contract]]")[0]], ""
    for number, (one, other) in enumerate(tiers):
        begins, ends = (start + timedelta(days=day) for day in sorted((one, other)))
        persons = '["carrier"]' if number == len(tiers) - 1 else "[]"
        above = f'parent = "{parent}"\n' if parent else ""
        parent = f"T{number}"
        parts.append(f'[[contract]]\nid = "{parent}"\ncompany = "callcentre"\n{above}persons = {persons}\n')
        parts.append(f"starts = {begins}\nends = {ends}\n")
    register = parsed("".join(parts))
    expected = all(min(tier) <= on <= max(tier) for tier in tiers)
    assert bool(list(register.chains(register.person("carrier"), start + timedelta(days=on)))) == expected


# Where somebody is called back.


def test_a_person_is_called_at_a_number_of_their_own_or_at_the_employers() -> None:
    text = register_text().replace(
        'name = "磯風コールセンター"', 'name = "磯風コールセンター"\nphone = "+81 (6) 0123-0617"'
    )
    register = parsed(text.replace('name = "agentさん"', 'name = "agentさん"\nphone = "090-0000-0000"'))
    numbers = [register.phone(register.person(each)) for each in ("agent", "supervisor", "stranger")]
    assert numbers == ["090-0000-0000", "+81 (6) 0123-0617", ""]


# Who somebody is.


def test_a_key_belongs_to_one_person(register: Register) -> None:
    assert register.owner(signing_key("chief").public).id == "chief"
    with pytest.raises(Refused) as caught:
        register.owner(signing_key("nobody").public)
    assert caught.value.key == "custody.unregistered_key"


def test_nobody_is_refused_by_name_of_the_command_not_of_the_person(register: Register) -> None:
    with pytest.raises(Refused) as caught:
        register.person("ghost")
    assert caught.value.values == {"person": "ghost"}


def test_a_role_is_one_of_the_office_even_if_the_register_gives_it_to_another() -> None:
    """A contractor's carrier who is entered as approver still approves nothing."""
    text = register_text().replace(
        'employer = "callcentre"\nroles = []', 'employer = "callcentre"\nroles = ["approver"]'
    )
    register = parsed(text)
    with pytest.raises(Refused) as caught:
        register.require_role(register.person("carrier"), Role.APPROVER)
    assert caught.value.key == "custody.no_role"


def test_any_of_the_roles_is_enough(register: Register) -> None:
    register.require_role(register.person("security"), Role.PRIVACY_OFFICER, Role.KEY_OFFICER)
    with pytest.raises(Refused):
        register.require_role(register.person("clerk"), *Role)


def test_who_has_no_key_cannot_sign(register: Register) -> None:
    with pytest.raises(Refused) as caught:
        _ = Person(id="new", name="新人", employer="city").public_key
    assert caught.value.key == "custody.no_key"
    assert register.owner(signing_key("clerk").public).id == "clerk"


# What is not a register.

INCONSISTENT = {
    "an office that is no organisation": ('office = "city"', 'office = "town"', "no [[organisation]] town"),
    "an employer that is none": ('employer = "third"', 'employer = "fourth"', "no [[organisation]] fourth"),
    "an organisation twice": ('[[organisation]]\nid = "third"', '[[organisation]]\nid = "prime"', "an id stands twice"),
    "a person twice": ('id = "stranger"', 'id = "agent"', "an id stands twice"),
    "a contract twice": ('id = "R4-1234"', 'id = "R4-0001"', "an id stands twice"),
    "a contract of no company": ('company = "callcentre"', 'company = "fourth"', "no [[organisation]] fourth"),
    "a contract with a person of another company": (
        '["carrier", "supervisor"]',
        '["stranger"]',
        "is not registered as employed",
    ),
    "a contract with an unregistered person": (
        '["carrier", "supervisor"]',
        '["ghost"]',
        "is not registered as employed",
    ),
    "a contract with staff": ('["carrier", "supervisor"]', '["clerk"]', "is not registered as employed"),
    "a parent that is none": ('parent = "R4-0001"', 'parent = "R4-0002"', "no way from it up"),
    "its own parent": ('parent = "R4-0001"', 'parent = "R4-1234"', "no way from it up"),
    "a circle": ('company = "prime"\n', 'company = "prime"\nparent = "R4-1234"\n', "no way from it up"),
    "a contract without a number": ('id = "R4-1234"', 'id = ""', "[[contract]] no. 2: the value of `id`"),
    "a contract that ends first": (
        "starts = 2022-04-01\nends = 2023",
        "starts = 2022-04-01\nends = 2021",
        "ends before it starts",
    ),
    "the same key twice": (signing_key("security").public.line, KEY, "share a key"),
    "the same key with another comment": (signing_key("security").public.line, f"{KEY} 予備", "share a key"),
    "the same key, written wider": (signing_key("security").public.line, KEY.replace(" ", "   "), "share a key"),
    "the same key behind a tab": (signing_key("security").public.line, KEY.replace(" ", "\\t"), "share a key"),
    "a key of another sort": (KEY, "ssh-rsa AAAAB3NzaC1yc2E=", "[[person]] chief: `key`"),
    "a recipient that is none": (str(IDENTITY.recipient), "age1qqqq", "`recipient`"),
    "an unknown role": ("['requester']", "['mayor']", "the value of `roles` is none of those"),
    "an unknown field": ('name = "汐見市"', 'name = "汐見市"\nfax = "06"', "there is no key `fax`"),
    "a name that breaks its line": (
        'name = "chiefさん"',
        'name = "chief\\n  officer"',
        "[[person]] chief: `name` holds U+000A",
    ),
    "a company that turns its name around": (
        'name = "かもめ',
        'name = "\\u202eかもめ',
        "[[organisation]] prime: `name` holds U+202E",
    ),
    "a contract that hides a character": ('id = "R4-0001"', 'id = "R4-0001\\u200b"', "`id` holds U+200B"),
    "a phone with words": (
        'name = "汐見市"',
        'name = "汐見市"\nphone = "06 (内線 1)"',
        "the value of `phone` is not of the form",
    ),
    "a phone without a digit": (
        'name = "汐見市"',
        'name = "汐見市"\nphone = "+-()"',
        "the value of `phone` is not of the form",
    ),
    "a phone that ends its line": (
        'name = "汐見市"',
        'name = "汐見市"\nphone = "06\\n"',
        "the value of `phone` is not of the form",
    ),
    "an id with a capital": ('id = "stranger"', 'id = "Stranger"', "the value of `id` is not of the form"),
    "an id with a line break": ('id = "stranger"', 'id = "stranger\\n"', "the value of `id` is not of the form"),
    "an id with a blank": ('id = "stranger"', 'id = "st ranger"', "the value of `id` is not of the form"),
    "a day with a time": (
        "starts = 2022-04-01",
        "starts = 2022-04-01T00:00:00",
        "`starts` takes a date such as 2022-09-30",
    ),
}


@pytest.mark.parametrize("case", INCONSISTENT)
def test_what_does_not_fit_together_is_refused(case: str) -> None:
    right, wrong, said = INCONSISTENT[case]
    text = register_text()
    assert right in text
    with pytest.raises(Unreadable) as caught:
        parsed(text.replace(right, wrong))
    assert caught.value.key == "custody.bad_register"
    assert said in caught.value.what("en")
    assert not re.search("[a-z] [a-z]", caught.value.what("ja")), "no sentence of a library's, nor of ours in English"


def test_a_secret_pasted_in_a_wrong_place_is_not_repeated() -> None:
    secret = IDENTITY.to_secret_text()
    with pytest.raises(Unreadable) as caught:
        parsed(register_text().replace(str(IDENTITY.recipient), secret))
    assert secret not in caught.value.what("ja") + repr(caught.value) + str(caught.value.values)


@pytest.mark.parametrize(
    "text", ["", "[", "a = " + "[" * 5000, "a = " + "9" * 5000, "office = 3", 'office = "city"', "\0"]
)
def test_what_is_no_register_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unreadable):
        parsed(text)


@given(st.integers(0, 2500), st.text(max_size=3))
@settings(deadline=None, max_examples=150)
def test_no_damage_yields_anything_but_a_refusal(at: int, put: str) -> None:
    text = register_text()
    damaged = text[: at % len(text)] + put + text[at % len(text) + 1 :]
    try:
        register = parsed(damaged)
    except Unreadable:
        return
    assert register.office


# Files.


def test_a_register_from_another_editor_is_read(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends change nothing."""
    path = tmp_path / "登録簿.toml"
    path.write_bytes(b"\xef\xbb\xbf" + register_text().replace("\n", "\r\n").encode())
    register, text = read_register(path)
    assert register.person("chief").name == "chiefさん"
    assert parsed(text) == register


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_register(tmp_path / "none.toml")
    (tmp_path / "sjis.toml").write_bytes('office = "汐見"'.encode("cp932"))
    for path in (tmp_path / "sjis.toml", tmp_path):
        with pytest.raises(Unreadable):
            read_register(path)
