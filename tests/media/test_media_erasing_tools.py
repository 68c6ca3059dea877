"""What a tool says is its word; what counts is what is read of the device."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import need
from sekisho.errors import NotFound
from sekisho.media.erasing import Failed, NotVerifiable, Verified
from sekisho.media.erasing_tools import TOOLS, Finished, Word, call, hdparm_done, judge, nvme_done, nwipe_done
from sticks import STEP, Stick, dice, stick

HDPARM = "/dev/sdx:\nIssuing SANITIZE_STATUS command\nSanitize status:\n    State:    {state}\n    {last}\n"
NWIPE = "[2020/03/13 16:49:24] notice: [SUCCESS] Verified that /dev/loop22 is empty.\n"


@pytest.mark.parametrize(
    ("finished", "done"),
    [
        (Finished(0, HDPARM.format(state="SD0 Sanitize Idle", last="Last Sanitize Operation Completed Without Error")), True),
        (Finished(0, HDPARM.format(state="SD2 Sanitize operation In Process", last="Progress: 0x8000 (50%)")), False),
        (Finished(0, "/dev/sdx:\nSANITIZE feature set is not supported\n"), False),
    ],
    ids=["idle", "running", "unsupported"],
)  # fmt: skip
def test_hdparm_is_done_when_idle_without_an_error(finished: Finished, done: bool) -> None:
    assert hdparm_done(finished) == done


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ('{"nvme0":{"sprog":65535,"sstat":257}}', True),
        ('{"sprog":65535,"sstat":{"status":"4"}}', True),
        ('{"nvme0":{"sprog":30000,"sstat":2}}', False),
        ('{"nvme0":{"sprog":65535,"sstat":3}}', False),
        ("[]", False),
        ("{}", False),
        ("not json", False),
    ],
    ids=["done", "deallocated", "running", "failed", "list", "empty", "foreign"],
)
def test_nvme_is_done_when_its_status_says_completed(text: str, done: bool) -> None:
    assert nvme_done(Finished(0, text)) == done


def test_nwipe_is_done_when_it_saw_an_empty_device_and_nothing_failed() -> None:
    assert nwipe_done(Finished(0, NWIPE))
    assert not nwipe_done(Finished(255, NWIPE))
    assert not nwipe_done(Finished(0, NWIPE + ">>> FAILURE! <<<"))
    assert not nwipe_done(Finished(0, "Wiping done"))


def test_a_tool_that_says_done_of_a_device_that_is_not_empty_is_not_believed() -> None:
    word = Word(tool="blkdiscard", version="", done=True, category=TOOLS["blkdiscard"].category)
    device = stick()
    device.content[: 2 * STEP] = bytes(2 * STEP)
    assert isinstance(judge(word, device, randomness=dice()), Failed)


def test_a_device_that_scrambled_itself_is_neither_erased_nor_not() -> None:
    word = Word(tool="nvme", version="", done=True, category=TOOLS["nvme"].category)
    assert isinstance(judge(word, stick(), randomness=dice()), NotVerifiable)


def test_an_empty_device_counts_only_with_a_tool_that_says_that_it_is_done() -> None:
    def found(*, done: bool) -> object:
        word = Word(tool="nwipe", version="", done=done, category=TOOLS["nwipe"].category)
        return judge(word, Stick(bytearray(STEP)), randomness=dice())

    assert isinstance(found(done=True), Verified)
    assert isinstance(found(done=False), NotVerifiable)


def test_a_tool_is_asked_until_it_is_done_or_the_patience_is_at_its_end() -> None:
    states = iter(["SD2 Sanitize operation In Process", "SD2 Sanitize operation In Process", "SD0 Sanitize Idle"])

    def run(command: Sequence[str]) -> Finished:
        if "--sanitize-status" in command:
            return Finished(
                0, HDPARM.format(state=next(states), last="Last Sanitize Operation Completed Without Error")
            )
        return Finished(0, "hdparm v9.65")

    word = call(TOOLS["hdparm"], Path("/dev/none"), run=run, wait=lambda: True)
    assert (word.done, word.version) == (True, "9.65")


def test_a_tool_that_is_not_there_is_named() -> None:
    def run(command: Sequence[str]) -> Finished:
        raise FileNotFoundError(command[0])

    with pytest.raises(NotFound, match="nwipe"):
        call(TOOLS["nwipe"], Path("/dev/none"), run=run)


def test_the_real_blkdiscard_says_its_version_and_refuses_what_is_no_device(tmp_path: Path) -> None:
    need(shutil.which("blkdiscard"), "install util-linux, which brings blkdiscard")

    def run(command: Sequence[str]) -> Finished:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return Finished(done.returncode, done.stdout + done.stderr)

    (tmp_path / "file").write_bytes(bytes(STEP))
    word = call(TOOLS["blkdiscard"], tmp_path / "file", run=run)
    assert not word.done
    assert word.version
