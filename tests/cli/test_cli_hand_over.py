"""``sekisho hand-over``: who receives signs with whatever they have, and the holder changes in the same run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_town import Town, found_town, seal_copies

from sekisho.cli.session import Session
from sekisho.custody.passkeys import register_line
from sekisho.server.hand_over import Sheet
from sekisho.signing.keys import load
from sekisho.signing.webauthn import Passkey, to_base64url
from soft_passkey import SoftPasskey

PIN = "260815"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def slip(town: Town) -> str:
    (slip,) = seal_copies(town, "USB-1")
    return slip


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have a person type these answers."""

    def type_(*answers: str) -> None:
        left = list(answers)
        monkeypatch.setattr(Session, "hidden", lambda *_, **__: left.pop(0))
        monkeypatch.setattr(Session, "asked", lambda *_, **__: left.pop(0))

    return type_


def register(town: Town, *pairs: tuple[str, str]) -> None:
    """Take over a register that differs from the current one."""
    text = (town.root / "register.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        text = text.replace(old, new, 1)
    (town.root / "register.toml").write_text(text, encoding="utf-8")
    signers = [part for name in ("chief", "security") for part in ("--key", town.key(name))]
    town.json("party", "import", town.root / "register.toml", "--yes", *signers)


def leaf(town: Town) -> dict[str, Any]:
    found: dict[str, Any] = [e for e in town.json("ledger", "show")["entries"] if e["type"] == "copy.handed_over"][-1][
        "fields"
    ]
    return found


def test_a_passkey_on_the_tablets_page(town: Town, slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    passkey = SoftPasskey(rp="localhost")
    line = register_line(Passkey(passkey.id, passkey.cose, 0), rp="localhost")
    register(town, ('id = "carrier"\n', f'id = "carrier"\npasskeys = [{line}]\n'))
    seen = list[Sheet]()

    def ask(sheet: Sheet, **_: object) -> bytes:
        seen.append(sheet)
        challenge = to_base64url(sheet.challenge)
        body = passkey.assertion(b"", origin="http://localhost:8618", challenge=challenge).text().encode()
        sheet.check(body)
        return body

    monkeypatch.setattr("sekisho.server.hand_over.ask", ask)
    given = town.json("hand-over", slip, "--giver", town.key("officer"), "--to", "carrier", "--page")
    assert (given["holder"], given["state"]) == ("carrier", "out")
    assert leaf(town)["level"] == "L3"
    shown = dict(seen[0].lines["en"])
    assert (shown["Medium"], shown["Received by"]) == ("USB-1", "carrierさん (磯風コールセンター)")
    assert shown["Answer"] == "I have received it and hold it from now on."


def test_a_page_that_is_left_leaves_the_offer_and_may_be_opened_again(
    town: Town, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passkey = SoftPasskey(rp="localhost")
    line = register_line(Passkey(passkey.id, passkey.cose, 0), rp="localhost")
    register(town, ('id = "carrier"\n', f'id = "carrier"\npasskeys = [{line}]\n'))
    monkeypatch.setattr("sekisho.server.hand_over.ask", lambda *_, **__: None)
    for _ in range(2):
        said = town.say("hand-over", slip, "--giver", town.key("officer"), "--to", "carrier", "--page")
        assert (said.code, "was left" in said.err) == (3, True)
    assert [e["type"] for e in town.json("ledger", "show")["entries"]].count("copy.offered") == 1


def test_two_devices_and_their_codes(town: Town, slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ("hand-over", slip, "--giver", town.key("officer"), "--to", "carrier", "--qr")

    def scanned(*_: object, **__: object) -> str:
        (drawn,) = [line for line in town.capsys.readouterr().out.splitlines() if line.startswith("SK1:")]
        device = ("--device", town.root / "device", "--key", town.key("carrier"))
        return str(town.json("copy", "answer", drawn, "--by", "carrier", *device)["code"])

    monkeypatch.setattr(Session, "asked", scanned)
    said = town.say(*given)
    assert (said.code, "carrierさん" in said.out) == (0, True)
    assert (leaf(town)["sequence"], leaf(town)["level"]) == (1, "L2")


def test_codes_that_were_kept_come_in_from_a_file(town: Town, slip: str, typed: Callable[..., None]) -> None:
    typed("")
    said = town.say("hand-over", slip, "--giver", town.key("officer"), "--to", "carrier", "--qr")
    assert (said.code, "no hand-over code" in said.err) == (6, True)
    (offer,) = [line for line in said.out.splitlines() if line.startswith("SK1:")]
    device = ("--device", town.root / "device", "--key", town.key("carrier"))
    codes = [town.json("copy", "answer", offer, "--by", "carrier", *device)["code"] for _ in range(2)]
    (town.root / "codes").write_text("\n".join([offer, *codes]), encoding="ascii")
    said = town.say("copy", "take-in", town.root / "codes", "--json")
    assert [each["outcome"] for each in said.json["taken"]] == ["known", "recorded", "refused"]
    assert (said.code, said.error["error"]) == (3, "custody.accepted_twice")
    assert "USB" not in town.say("copy", "take-in", town.root / "codes").err


def test_a_pin_and_a_paper_do_for_simple_data_alone(town: Town, slip: str, typed: Callable[..., None]) -> None:
    typed(PIN, PIN)
    town.json("party", "pin", "carrier", "--staff", town.key("officer"))
    alone = ("hand-over", slip, "--giver", town.key("officer"), "--to", "carrier", "--paper", "P-7", "--staff")
    given = (*alone, town.key("security"))
    typed(PIN)
    said = town.say(*given)
    assert (said.code, "L2 and more" in said.err) == (3, True)
    settings = town.root / "office" / "office.toml"
    text = settings.read_text(encoding="utf-8").replace(
        'levels = ["L0", "L2", "L2", "L2"]', 'levels = ["L0", "L0", "L0", "L0"]'
    )
    settings.write_text(text, encoding="utf-8")
    typed(PIN)
    said = town.say(*alone, town.key("officer"), "--json")
    assert (said.code, said.error["error"]) == (3, "custody.two_signatures")
    typed(PIN)
    assert town.json(*given)["holder"] == "carrier"
    assert leaf(town)["level"] == "L0"


def test_an_agent_signs_for_the_giver(town: Town, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = tmp_path / "officer.line"
    key = load(town.key("officer"), passphrase=lambda _: b"")
    line.write_text(key.public.line, encoding="ascii")
    asked = list[str]()

    def agent(_: object, statement: bytes, *, namespace: str) -> str:
        from sekisho.signing.sshsig import sign  # noqa: PLC0415 - stands in for the agent

        asked.append(namespace)
        return sign(key, statement, namespace=namespace)

    monkeypatch.setattr("sekisho.signing.agent.sign_by_agent", agent)
    monkeypatch.setattr("sekisho.server.hand_over.ask", lambda *_, **__: None)
    town.say("hand-over", slip, "--giver", line, "--to", "carrier", "--qr")
    assert asked == ["handover@sekisho.example"]


@pytest.mark.parametrize(
    "means",
    [
        (),
        ("--to", "carrier"),
        ("--to", "carrier", "--page", "--qr"),
        ("--page",),
        ("--receiver", "KEY", "--to", "carrier"),
    ],
)
def test_it_takes_one_means(town: Town, slip: str, means: tuple[str, ...]) -> None:
    words = [town.key("carrier") if word == "KEY" else word for word in means]
    assert town.say("hand-over", slip, "--giver", town.key("officer"), *words).code == 2
