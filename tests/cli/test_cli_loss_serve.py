"""``sekisho loss serve`` as a program: it takes a report over a socket, and ends when it is told to."""

import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_a_report_comes_in_over_a_socket(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    command = [sys.executable, "-m", "sekisho", "loss", "serve", "--listen", "127.0.0.1:0", "--lang", "en"]
    with subprocess.Popen(
        [*command, "--home", str(town.root / "office")], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/lost", process.stderr.readline())
            assert found
            body = urllib.parse.urlencode({"slip": slip, "lang": "en"}).encode()
            with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/lost", body, timeout=60) as answer:
                assert "It is stopped" in answer.read().decode()
        finally:
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
        assert process.wait(timeout=60) in {0, 130, -signal.SIGINT}
    assert "Traceback" not in said
    assert slip not in said
    assert town.json("inspect", "--slip", slip)["state"] == "lost"


def test_an_address_that_is_none_is_told(town: Town) -> None:
    assert town.say("loss", "serve", "--listen", "nowhere").code == 2


def test_without_an_office_there_is_nothing_to_serve(town: Town) -> None:
    assert town.say("loss", "serve", "--home", town.root / "none").code == 9
