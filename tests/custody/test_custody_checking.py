"""Before it is sealed a request is looked at once more: what was signed, by whom, and who they are today."""

import json

import msgspec
import pytest

from invented_office import Town, register_text, signing_key
from sekisho.custody import records
from sekisho.custody.checking import verify_approvals
from sekisho.custody.statements import COPY
from sekisho.errors import NoKey, Refused, Unreadable
from sekisho.signing.sshsig import sign

pytest_plugins = ("office_fixtures",)


def replaced(town: Town, column: str, value: str) -> None:
    """Change a request behind the program's back."""
    town.office.ledger.connection.execute(f"UPDATE request SET {column} = ?", (value,))


def check(town: Town, number: int) -> None:
    verify_approvals(town.office.register, records.get_request(town.office.ledger.connection, number))


def test_two_good_signatures_are_enough(town: Town) -> None:
    check(town, town.approved().id)


@pytest.mark.parametrize(
    "change", [{"max_opens": 2}, {"recipient": "carrier"}, {"due": "2023-01-01T00:00:00Z"}, {"people": 2}]
)
def test_a_changed_statement_is_noticed(town: Town, change: dict[str, object]) -> None:
    request = town.approved()
    replaced(town, "statement", json.dumps(msgspec.to_builtins(request.statement) | change))
    with pytest.raises(NoKey):
        check(town, request.id)


def test_a_changed_number_of_approvals_is_noticed(town: Town) -> None:
    """One approval, and a statement that says one is enough: the signatures are under two."""
    request = town.request()
    town.approve(request.id, "chief")
    replaced(town, "statement", json.dumps(msgspec.to_builtins(request.statement) | {"approvals": 1}))
    with pytest.raises(NoKey):
        check(town, request.id)


def test_an_approval_from_another_request_is_noticed(town: Town) -> None:
    other, request = town.approved(route="車"), town.approved()
    signatures = other.approvals
    for person, signature in signatures.items():
        town.office.ledger.connection.execute(
            "UPDATE approval SET signature = ? WHERE person = ? AND request = ?", (signature, person, request.id)
        )
    with pytest.raises(NoKey):
        check(town, request.id)


def test_one_approval_under_two_names_counts_once(town: Town) -> None:
    request = town.request()
    town.approve(request.id, "chief")
    signature = sign(signing_key("chief"), request.statement.encode(), namespace=COPY)
    with town.office.ledger.transaction() as tx:
        records.add_approval(tx.connection, request.id, "security", signature)
    with pytest.raises(Refused) as caught:
        check(town, request.id)
    assert caught.value.key == "custody.approvals_missing"


def test_a_request_in_another_name_is_noticed(town: Town) -> None:
    """The chief writes a request in the officer's name, so that he could approve it himself."""
    town.learn(register_text().replace("['approver']", "['approver', 'requester']"))
    request = town.approved()
    replaced(town, "signature", sign(signing_key("chief"), request.statement.encode(), namespace=COPY))
    with pytest.raises(Refused) as caught:
        check(town, request.id)
    assert caught.value.key == "custody.other_requester"


@pytest.mark.parametrize(
    "signature", ["", "なし", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"]
)
def test_what_is_no_signature_is_noticed(town: Town, signature: str) -> None:
    request = town.approved()
    replaced(town, "signature", signature)
    with pytest.raises(Unreadable):
        check(town, request.id)


@pytest.mark.parametrize(
    ("right", "wrong", "key"),
    [
        ("['approver', 'key_officer']", "['key_officer']", "no_role"),
        ("['requester']", "[]", "no_role"),
        (signing_key("chief").public.line, signing_key("new chief").public.line, "unregistered_key"),
        ('name = "chiefさん"\nemployer = "city"', 'name = "chiefさん"\nemployer = "callcentre"', "no_role"),
    ],
)
def test_the_register_of_today_decides(town: Town, right: str, wrong: str, key: str) -> None:
    """Somebody lost a role, a key or the job since he signed."""
    request = town.approved()
    assert right in register_text()
    town.learn(register_text().replace(right, wrong))
    with pytest.raises(Refused) as caught:
        check(town, request.id)
    assert caught.value.key == f"custody.{key}"
