"""What people sign: one spelling, one namespace each, checkable with the program that every auditor has."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
import rfc8785

from conftest import need
from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.statements import (
    COPY,
    ERASURE,
    FOUND,
    HANDOVER,
    CopyStatement,
    ErasureStatement,
    FoundStatement,
    HandOverStatement,
)
from sekisho.errors import NoKey
from sekisho.signing.sshsig import sign, verify

pytest_plugins = ("office_fixtures",)

HAND_OVER = HandOverStatement(
    v=1,
    type="handover",
    slip="061732",
    copy_id="ab" * 16,
    medium="USB-017 予備",
    capsule="cd" * 32,
    giver="officer",
    receiver="carrier",
    at="2022-06-21T08:00:00Z",
    previous="ef" * 32,
)


def test_a_statement_is_canonical_json() -> None:
    said = HAND_OVER.encode()
    assert said == rfc8785.dumps(msgspec.json.decode(said))
    assert said.startswith(b'{"at":"2022-06-21T08:00:00Z","capsule":"cdcd')
    assert "USB-017 予備".encode() in said
    assert msgspec.json.decode(said, type=HandOverStatement) == HAND_OVER


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"v": 2},
        {"type": "copy"},
        {"copy_id": "xy"},
        {"copy_id": "abc"},
        {"capsule": "AB"},
        {"previous": "ab\n"},
    ],
)
def test_what_is_of_another_form_is_no_statement(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(HAND_OVER) | change, HandOverStatement)


def test_no_two_kinds_of_statement_share_a_namespace_or_a_form() -> None:
    assert len({COPY, HANDOVER, ERASURE, FOUND}) == 4
    said = HAND_OVER.encode()
    for shape in (CopyStatement, ErasureStatement, FoundStatement):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(said, type=shape)
    signature = sign(signing_key("chief"), said, namespace=HANDOVER)
    with pytest.raises(NoKey):
        verify(signature, said, namespace=COPY)


def test_a_hand_over_is_checked_with_ssh_keygen(out: Town, tmp_path: Path) -> None:
    """The public peer: both signatures that the office keeps, and the same statement with one letter changed."""
    need(shutil.which("ssh-keygen"), "ssh-keygen (Debian: openssh-client) checks the signatures")
    index = out.leaves("copy.handed_over")[-1].index
    signed = records.get_signed(out.office.ledger.connection, index)
    assert signed is not None
    statement, signatures = signed
    people = "".join(f"{name} {signing_key(name).public.line}\n" for name in ("officer", "carrier"))
    (tmp_path / "allowed").write_text(people)
    for name, signature in zip(("officer", "carrier"), signatures, strict=True):
        (tmp_path / "signature").write_text(signature)
        command = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", name, "-n", HANDOVER]
        command += ["-s", str(tmp_path / "signature")]
        assert subprocess.run(command, input=statement, capture_output=True, check=False).returncode == 0
        changed = statement.replace(b"carrier", b"courier")
        assert subprocess.run(command, input=changed, capture_output=True, check=False).returncode != 0
