"""A recipient's key that another program keeps, as for a token: it is asked for the masked key, before any release."""

import os
import sys
from io import BytesIO
from pathlib import Path

import pytest
from capsule_samples import FILES, OTHER, Spoken, sealed

from sekisho.age.plugin_client import Dialogue, PluginIdentity
from sekisho.age.plugin_ipc import identity_text
from sekisho.capsule.opening import open_capsule
from sekisho.errors import NoKey

_PROGRAM = """#!{python}
import sys
from sekisho.age.errors import PluginError
from sekisho.age.plugin_host import Plugin, main
from sekisho.age.x25519 import X25519Identity


class Token:
    def __init__(self, data, user):
        self.key, self.user = X25519Identity(data), user

    def unwrap(self, stanzas):
        if self.user.secret("PIN") != "1234":
            raise PluginError("the PIN is wrong")
        return self.key.unwrap(stanzas)


sys.exit(main(Plugin(name="token", identity=Token), sys.argv[1:]))
"""


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the text of a token's identity."""
    program = tmp_path / "bin" / "age-plugin-token"
    program.parent.mkdir()
    program.write_text(_PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return identity_text("token", bytes(32))


def open_with(text: str, typed: str | None) -> tuple[bytes | None, Spoken, str]:
    """Open a capsule with a token, typing a PIN; return a file of it, who was asked, and what was refused."""
    source, token = Spoken(), PluginIdentity.from_text(text, dialogue=Dialogue(secret=lambda *_: typed))
    try:
        opened = open_capsule(BytesIO(sealed(recipient=OTHER.recipient)), token, source)
    except NoKey as error:
        return None, source, error.what()
    return opened.read("readme.txt"), source, ""


def test_a_token_opens_once_its_pin_was_typed(text: str) -> None:
    found, source, _ = open_with(text, "1234")
    assert (found, len(source.asked)) == (FILES["readme.txt"], 1)
    for typed in ("9999", None):
        found, source, words = open_with(text, typed)
        assert (found, source.asked) == (None, [])
        assert "the PIN is wrong" in words


def test_a_token_that_is_not_there_is_told_so(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoKey) as caught:
        open_capsule(BytesIO(sealed(recipient=OTHER.recipient)), PluginIdentity.from_text(text), Spoken())
    assert (caught.value.key, "age-plugin-token" in caught.value.what()) == ("capsule.plugin_refused", True)
