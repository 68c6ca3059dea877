"""``age-plugin-sekisho`` over a network: a release is given to who acknowledged, and proven before it is used."""

import os
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from invented_office import IDENTITY, Town, signing_key
from sekisho.age.errors import PluginError
from sekisho.age.header import read_header
from sekisho.age.plugin_client import Dialogue, PluginIdentity
from sekisho.age.plugin_ipc import identity_text
from sekisho.capsule.plugin import NAME, PluginKey, Route
from sekisho.custody.relay_key import office_card
from sekisho.custody.releasing import approve_release
from server_office import serving

pytest_plugins = ("office_fixtures",)

_PROGRAM = """#!{python}
from datetime import UTC, datetime
import sekisho.clock
sekisho.clock.SystemClock = lambda: sekisho.clock.ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
from sekisho.cli import age_plugin
age_plugin.main()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the plugin for a recipient who has a folder of their own."""
    program = tmp_path / "bin" / "age-plugin-sekisho"
    program.parent.mkdir()
    program.write_text(_PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "recipient"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path / "recipient"


def test_a_release_is_given_to_who_acknowledged_and_approvers_signed(out: Town, home: Path) -> None:
    header, told = read_header(BytesIO(out.capsule(out.slips[0]).read_bytes())), list[str]()

    def tell(_: str, words: str) -> bool:
        told.append(words)
        for name in ("chief", "security"):
            approve_release(out.office, out.office.releases.get(1), approver=signing_key(name))
        return True

    with serving(out) as service:
        card = replace(office_card(out.office), url=f"http://127.0.0.1:{service.port}")
        key = PluginKey(route=Route.ONLINE, address=card.text.decode(), kid=card.kid, key=IDENTITY.to_secret_text())
        text = identity_text(NAME, key.encode())
        with pytest.raises(PluginError, match="acknowledged"):
            PluginIdentity.from_text(text).unwrap(header.stanzas)
        assert out.leaves("release.requested") == []
        dialogue = Dialogue(message=tell, confirm=lambda *_: True)
        file_key = PluginIdentity.from_text(text, dialogue=dialogue).unwrap(header.stanzas)
        stranger = replace(key, address=card.text.replace(b"127.0.0.1", b"127.0.0.2").decode())
        with pytest.raises(PluginError, match=r"TLS|nothing answers|no answer"):
            PluginIdentity.from_text(identity_text(NAME, stranger.encode()), dialogue=dialogue).unwrap(header.stanzas)
    assert file_key is not None
    header.verify(file_key)
    assert ["0 of 2 approvals" in words for words in told] == [True]
    assert [leaf.fields["route"] for leaf in out.leaves("release.given")] == ["online"]
    assert (home / "device.key").stat().st_mode & 0o777 == 0o600
