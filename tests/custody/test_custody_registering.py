"""Who is who is changed by two persons of the register as it was: by one alone, every rule of two would be a rule of one."""

import hashlib
import json
from pathlib import Path

import pytest

from invented_office import EVENING, Town, register_text, signing_key
from sekisho.clock import ManualClock
from sekisho.custody import records
from sekisho.custody.office import Office, Settings
from sekisho.custody.register import parse_register
from sekisho.custody.registering import Difference, differences, propose, take_over
from sekisho.custody.statements import REGISTER
from sekisho.errors import Refused, SekishoError
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)

NEW_CHIEF = register_text().replace(signing_key("chief").public.line, signing_key("new chief").public.line)


def taken_over(town: Town, text: str, *names: str) -> int:
    proposal = propose(town.office, town.write("register.toml", text))
    return take_over(town.office, proposal, keys=[signing_key(name) for name in names])


def refused(town: Town, text: str, *names: str) -> SekishoError:
    """See a register refused, and the current one stay."""
    current, size = town.office.register, town.size
    with pytest.raises(SekishoError) as caught:
        taken_over(town, text, *names)
    assert (town.office.register, town.size) == (current, size)
    return caught.value


# Who may.


def test_the_first_register_needs_no_key(tmp_path: Path) -> None:
    settings = Settings(name="汐見市", phone="06", zone="Asia/Tokyo", origin="city.example/ledger")
    office = Office.make(tmp_path / "home", settings, ManualClock(EVENING))
    (tmp_path / "register.toml").write_text(register_text(), encoding="utf-8")
    assert take_over(office, propose(office, tmp_path / "register.toml"), keys=()) == 1
    assert office.register.person("chief").name == "chiefさん"
    (leaf,) = [entry for entry in office.ledger.entries() if entry.type == "register.changed"]
    assert leaf.fields == {
        "version": 1,
        "register": hashlib.sha256(register_text().encode()).hexdigest(),
        "by": [],
    }
    office.close()


def test_two_officers_take_over_the_next_and_the_ledger_names_their_keys(town: Town) -> None:
    assert taken_over(town, NEW_CHIEF, "chief", "security") == 2
    assert town.office.register.owner(signing_key("new chief").public).id == "chief"
    leaf = town.leaves("register.changed")[-1]
    assert leaf.fields["by"] == sorted(signing_key(name).public.id for name in ("chief", "security"))
    assert leaf.fields["register"] == hashlib.sha256(NEW_CHIEF.encode()).hexdigest()


def test_an_outsider_sees_who_signed_which_register_after_which(town: Town) -> None:
    taken_over(town, NEW_CHIEF, "chief", "security")
    signed = records.get_signed(town.office.ledger.connection, town.leaves("register.changed")[-1].index)
    assert signed is not None
    statement, signatures = signed
    said = json.loads(statement)
    assert (said["type"], said["register"]) == ("register", hashlib.sha256(NEW_CHIEF.encode()).hexdigest())
    assert said["previous"] == hashlib.sha256(register_text().encode()).hexdigest()
    owners = {verify(each, statement, namespace=REGISTER) for each in signatures}
    assert owners == {signing_key(name).public for name in ("chief", "security")}


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ([], "custodian.keys_missing"),
        (["chief"], "custodian.keys_missing"),
        (["chief", "chief"], "custodian.keys_missing"),
        (["officer", "chief"], "custody.no_role"),
        (["chief", "privacy"], "custody.no_role"),
        (["chief", "carrier"], "custody.no_role"),
        (["chief", "nobody"], "custody.unregistered_key"),
    ],
)
def test_nobody_changes_it_alone_or_without_a_part_in_releases(town: Town, names: list[str], key: str) -> None:
    assert refused(town, NEW_CHIEF, *names).key == key


def test_the_keys_that_a_register_brings_do_not_sign_it(town: Town) -> None:
    """One officer at the command line writes keys of his own beside the chief's and the key officer's names."""
    text = NEW_CHIEF.replace(signing_key("security").public.line, signing_key("new security").public.line)
    assert refused(town, text, "new chief", "new security").key == "custody.unregistered_key"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("['approver', 'key_officer']", "['auditor']"),
        (f'key = "{signing_key("security").public.line}"', ""),
        ('name = "securityさん"\nemployer = "city"', 'name = "securityさん"\nemployer = "callcentre"'),
    ],
)
def test_a_register_after_which_nobody_could_sign_is_refused(town: Town, right: str, wrong: str) -> None:
    assert right in register_text()
    assert refused(town, register_text().replace(right, wrong), "chief", "security").key == "custody.too_few_signers"


def test_what_was_shown_is_what_is_taken_over_or_nothing(town: Town) -> None:
    shown = propose(town.office, town.write("register.toml", NEW_CHIEF))
    town.learn(register_text(ends="2022-12-31"))
    with pytest.raises(Refused) as caught:
        take_over(town.office, shown, keys=[signing_key("chief"), signing_key("security")])
    assert caught.value.key == "custody.register_moved_on"
    assert str(town.office.register.contracts["R4-1234"].ends) == "2022-12-31"


# What changes.


def changed(*pairs: tuple[str, str]) -> list[Difference]:
    text = register_text()
    for right, wrong in pairs:
        assert right in text
        text = text.replace(right, wrong)
    before, after = (parse_register(each, Path("register.toml")) for each in (register_text(), text))
    return list(differences(before, after))


def test_the_same_register_changes_nothing() -> None:
    assert changed() == []


def test_a_new_key_is_told_by_the_ids_of_both() -> None:
    (one,) = changed((signing_key("chief").public.line, signing_key("new chief").public.line))
    assert (one.table, one.id, one.change) == ("person", "chief", "changed")
    assert one.before == {"key": signing_key("chief").public.id}
    assert one.after == {"key": signing_key("new chief").public.id}


def test_who_comes_and_who_goes_is_told_with_everything_said_of_them() -> None:
    gone, come = changed(('[[person]]\nid = "agent"\nname = "agentさん"', '[[person]]\nid = "novice"\nname = "新人"'))
    assert (gone.id, gone.change, gone.after) == ("agent", "removed", {})
    assert (come.id, come.change, come.before) == ("novice", "added", {})
    assert come.after == {"name": "新人", "employer": "callcentre", "key": signing_key("agent").public.id}


def test_roles_contracts_companies_and_the_office_itself_are_compared() -> None:
    found = changed(
        ("['requester']", "['requester', 'approver']"),
        ("ends = 2023-03-31\npersons", "ends = 2024-03-31\npersons"),
        ('persons = ["carrier", "supervisor"]', 'persons = ["carrier", "supervisor", "agent"]'),
        ('name = "かもめシステム"', 'name = "かもめシステム"\nphone = "06-0000-0000"'),
    )
    assert [(each.table, each.id, dict(each.before), dict(each.after)) for each in found] == [
        ("organisation", "prime", {}, {"phone": "06-0000-0000"}),
        ("person", "officer", {"roles": "requester"}, {"roles": "requester approver"}),
        (
            "contract",
            "R4-1234",
            {"persons": "carrier supervisor", "ends": "2023-03-31"},
            {"persons": "carrier supervisor agent", "ends": "2024-03-31"},
        ),
    ]
    (office,) = changed(('office = "city"', 'office = "prime"'))
    assert (office.table, office.before, office.after) == ("office", {"id": "city"}, {"id": "prime"})
