"""The office's mark on a medium: what it says, who signed it, and what else may stand in its place."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_media import Ports, device
from invented_office import signing_key
from sekisho.errors import MediumError, NoKey, Unreadable
from sekisho.files import NotAFile
from sekisho.media.marker import MEDIUM, MediumMark, read_mark, sign_mark, verify_mark, write_mark
from sekisho.media.writing import look

KEY = signing_key("office log")
MARK = MediumMark(
    id="0000011", office="shiomi.example/ledger", vendor_id="0951", product_id="1666", serial="60A4", size=8 << 30
)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path


def put(stick: Path, data: bytes) -> None:
    ports = Ports()
    ports.plug(stick, device())
    write_mark(look(stick, ports), data)


def test_a_mark_is_read_as_it_was_written(stick: Path) -> None:
    put(stick, sign_mark(MARK, KEY))
    data = read_mark(stick)
    assert data is not None
    assert verify_mark(data, KEY.public) == MARK
    assert MARK.fingerprint.serial == "60A4"


def test_a_medium_without_a_mark_has_none(stick: Path) -> None:
    assert read_mark(stick) is None
    (stick / ".sekisho").write_text("a file")
    assert read_mark(stick) is None


def test_a_mark_can_be_renewed(stick: Path) -> None:
    put(stick, b"damaged")
    put(stick, sign_mark(MARK, KEY))
    assert verify_mark(read_mark(stick) or b"", KEY.public) == MARK


def test_another_office_s_mark_is_not_ours() -> None:
    with pytest.raises(Unreadable) as caught:
        verify_mark(sign_mark(MARK, signing_key("another office")), KEY.public)
    assert caught.value.key == "media.foreign_mark"


@pytest.mark.parametrize("field", ["id", "office", "serial", "size", "vendor_id"])
def test_a_mark_that_was_changed_does_not_verify(field: str) -> None:
    document = json.loads(sign_mark(MARK, KEY))
    document["medium"][field] = 5 if field == "size" else "55"
    with pytest.raises(NoKey):
        verify_mark(json.dumps(document).encode(), KEY.public)


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_whatever_stands_there_is_a_mark_or_is_told(data: bytes) -> None:
    with pytest.raises((Unreadable, NoKey)):
        verify_mark(data, KEY.public)


def test_a_link_in_the_place_of_a_mark_is_not_followed(stick: Path) -> None:
    (stick / "outside").mkdir()
    (stick / "outside" / "medium.json").write_bytes(sign_mark(MARK, KEY))
    (stick / ".sekisho").mkdir()
    (stick / ".sekisho" / "medium.json").symlink_to(stick / "outside" / "medium.json")
    with pytest.raises(NotAFile):
        read_mark(stick)


def test_a_link_in_the_place_of_the_folder_is_not_written_through(stick: Path) -> None:
    (stick / "outside").mkdir()
    (stick / ".sekisho").symlink_to(stick / "outside")
    with pytest.raises(MediumError):
        put(stick, sign_mark(MARK, KEY))
    assert list((stick / "outside").iterdir()) == []


def test_a_file_that_never_ends_is_not_read_to_its_end(stick: Path) -> None:
    (stick / ".sekisho").mkdir()
    (stick / ".sekisho" / "medium.json").write_bytes(b" " * (1 << 20))
    assert len(read_mark(stick) or b"") < 1 << 17


def test_an_outsider_verifies_it_with_ssh_keygen(tmp_path: Path) -> None:
    """As ``docs/reference/medium.md`` says."""
    document = json.loads(sign_mark(MARK, KEY))
    (tmp_path / "signers").write_text(f"office {KEY.public.line}\n")
    (tmp_path / "mark.sig").write_text(document["signature"])
    statement = json.dumps(document["medium"], sort_keys=True, separators=(",", ":")).encode()
    program = shutil.which("ssh-keygen")
    assert program is not None
    command = [program, "-Y", "verify", "-f", "signers", "-I", "office", "-n", MEDIUM, "-s", "mark.sig"]
    done = subprocess.run(command, cwd=tmp_path, input=statement, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
