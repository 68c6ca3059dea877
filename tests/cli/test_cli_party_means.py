"""PINs and passkeys by the command line: the person types or touches, staff record it, the register takes it over."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_town import Town, found_town

from sekisho.cli.party_means import host_of
from sekisho.cli.session import Session
from sekisho.server.hand_over import Sheet
from sekisho.signing.webauthn import to_base64url
from soft_passkey import SoftPasskey


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have a person type these answers where nothing is shown."""

    def type_(*answers: str) -> None:
        left = list(answers)
        monkeypatch.setattr(Session, "hidden", lambda *_, **__: left.pop(0))

    return type_


def test_a_pin_is_typed_twice_and_recorded_by_staff(town: Town, typed: Callable[..., None]) -> None:
    typed("260815", "260815")
    assert town.json("party", "pin", "carrier", "--staff", town.key("officer")) == {"person": "carrier"}
    typed("260815", "260816")
    assert town.say("party", "pin", "carrier", "--staff", town.key("officer")).code == 2
    typed("260815", "260815")
    assert town.say("party", "pin", "carrier", "--staff", town.key("supervisor")).code == 3
    assert [e["type"] for e in town.json("ledger", "show")["entries"]].count("pin.set") == 1


def test_a_passkey_made_on_a_page_is_a_line_that_the_register_takes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    passkey = SoftPasskey(rp="localhost")

    def ask(sheet: Sheet, **_: object) -> bytes:
        data, client = passkey.registration(sheet.challenge, origin="http://localhost:8618")
        body = json.dumps({"authenticator_data": to_base64url(data), "client_data": to_base64url(client)}).encode()
        sheet.check(body)
        return body

    monkeypatch.setattr("sekisho.server.hand_over.ask", ask)
    line = town.json("party", "passkey", "carrier")["passkey"]
    register = (town.root / "register.toml").read_text(encoding="utf-8")
    whose = 'id = "carrier"\n'
    assert whose in register
    (town.root / "next.toml").write_text(register.replace(whose, f"{whose}passkeys = [{line}]\n", 1), encoding="utf-8")
    signers = [part for name in ("chief", "security") for part in ("--key", town.key(name))]
    changes = town.json("party", "import", town.root / "next.toml", "--yes", *signers)["changes"]
    assert [(change["id"], list(change["after"])) for change in changes] == [("carrier", ["passkeys"])]


def test_a_page_that_is_left_registers_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.server.hand_over.ask", lambda *_, **__: None)
    assert town.say("party", "passkey", "carrier").code == 3
    assert town.say("party", "passkey", "ghost").code == 3


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("", "localhost"),
        ("http://10.0.0.1:8617", "localhost"),
        ("https://custody.city.example/x", "custody.city.example"),
    ],
)
def test_passkeys_are_made_for_the_office_where_it_has_tls(url: str, host: str) -> None:
    assert host_of(url) == host
