"""A recipient's key that another program keeps, as for a token: it is asked for the masked key, before any release."""

import os
import sys
from pathlib import Path

import pytest
from capsule_samples import FILES, OTHER, Spoken, sealed
from capsule_samples import opened as opened_by
from click.testing import CliRunner

from sekisho.age.plugin_client import PluginIdentity
from sekisho.age.plugin_ipc import identity_text
from sekisho.capsule.opening import open_capsule
from sekisho.cli.identities import read_identities
from sekisho.cli.session import Session
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


def open_with(path: Path, typed: str) -> tuple[bytes | None, Spoken, str]:
    """Open a capsule with the key in a file, typing a PIN; return a file of it, who was asked, and what was refused."""
    source, found = Spoken(), b""
    with CliRunner().isolation(input=typed) as (_, err, _all):
        try:
            (identity,) = read_identities(Session(), path)
            with (path.parent / "capsule.age").open("rb") as file:
                found = open_capsule(file, identity, source).read("readme.txt")
        except NoKey as error:
            return None, source, error.what()
        del err
    return found, source, ""


def test_a_token_opens_once_its_pin_was_typed(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"# token\n{text}\n")
    (tmp_path / "capsule.age").write_bytes(sealed(recipient=OTHER.recipient))
    found, source, _ = open_with(tmp_path / "key", "1234\n")
    assert (found, len(source.asked)) == (FILES["readme.txt"], 1)
    for typed in ("9999\n", ""):
        found, source, words = open_with(tmp_path / "key", typed)
        assert (found, source.asked) == (None, [])
        assert "the PIN is wrong" in words


def test_a_token_that_is_not_there_is_told_so(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoKey) as caught:
        opened_by(sealed(recipient=OTHER.recipient), identity=PluginIdentity.from_text(text))  # type: ignore[arg-type]
    assert (caught.value.key, "age-plugin-token" in caught.value.what()) == ("capsule.plugin_refused", True)
