"""The risk by the command line: what is asked of a cut was measured when it was made, and nothing asked is passed over."""

from pathlib import Path

import pytest
from cli_town import Town, found_town


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.mark.parametrize("option", [("--k", "5"), ("--quasi", "カナ"), ("--suppress", "0.1")])
def test_a_cut_is_not_measured_anew(town: Town, option: tuple[str, str]) -> None:
    """`--cut C --k 5` once answered for the cut's own k without a word."""
    cut = town.json("cut", town.root / "rows.toml")["id"]
    said = town.say("cut", "risk", "--cut", cut, *option, "--json")
    assert (said.code, said.error["error"]) == (2, "cli.risk_was_measured")
