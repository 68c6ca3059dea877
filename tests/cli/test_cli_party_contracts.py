"""``sekisho party chain|contract|state``: by whose word and which contracts a person may hold the office's data."""

from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_a_chain_is_shown_with_the_consent_and_on_whose_word_it_stands(town: Town) -> None:
    chain = town.json("party", "chain", "carrier")
    assert (chain["standing"], chain["admitted"]) == ("unstated", True)
    assert [(link["tier"], link["contract"], link["consent"]) for link in chain["chain"]] == [(1, "R4-1234", None)]
    said = town.say("party", "chain", "carrier")
    assert "tier 1  磯風コールセンター" in said.out
    said = town.say("party", "chain", "carrier", "--day", "2023-04-01")
    assert (said.code, "on no chain" in said.out) == (1, True)
    assert town.say("party", "chain", "nobody").code == 3
    assert town.say("party", "chain", "carrier", "--day", "tomorrow").code == 2


def test_an_employer_states_its_people_and_the_register_takes_it_over(town: Town) -> None:
    register = town.root / "register.toml"
    line = town.json("keygen", "employer", "-o", town.root / "keys", "--no-passphrase")["key"]
    text = register.read_text(encoding="utf-8").replace(
        'id = "callcentre"\nname', f'id = "callcentre"\nkey = "{line}"\nname'
    )
    text = text.replace("persons = [", 'consent = { number = "情第12号", day = 2022-03-30 }\npersons = [')
    register.write_text(text, encoding="utf-8")
    asked = ("--register", register, "--starts", "2022-04-01", "--ends", "2023-03-31", "--key", town.key("employer"))
    for person in ("carrier", "supervisor"):
        stated = town.say("party", "state", person, *asked).out
        before, name, after = text.partition(f'[[person]]\nid = "{person}"\n')
        here, rest, below = after.partition("[[")
        text = f"{before}{name}{here}\n{stated}\n{rest}{below}"
    register.write_text(text, encoding="utf-8")
    keys = [part for name in ("chief", "security") for part in ("--key", town.key(name))]
    done = town.json("party", "import", register, *keys, "--yes")
    assert {change["id"] for change in done["changes"]} == {"callcentre", "carrier", "supervisor", "R4-1234"}
    chain = town.json("party", "chain", "carrier")
    assert (chain["standing"], chain["chain"][0]["consent"]) == ("stated", "情第12号 (2022-03-30)")
    assert "unstated" not in town.say("party", "chain", "carrier").out


def test_who_is_outside_a_contract_is_named_with_a_letter_to_the_contractor(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    assert town.json("party", "contract", "R4-1234")["outside"] == []
    register = town.root / "register.toml"
    text = register.read_text(encoding="utf-8").replace(
        'persons = ["carrier", "supervisor"]', 'persons = ["supervisor"]'
    )
    register.write_text(text, encoding="utf-8")
    keys = [part for name in ("chief", "security") for part in ("--key", town.key(name))]
    done = town.say("party", "import", register, *keys, "--yes")
    assert "whom no contract admits any more" in done.err
    said = town.say("party", "contract", "R4-1234", "--notice")
    assert (said.code, "OUTSIDE" in said.out, "Draft: a person decides" in said.out) == (1, True, True)
    assert "is on no chain of contracts any more" in town.say("copy", "list").out
    assert town.say("party", "contract", "R9-0000").code == 7
