"""``sekisho age``: files sealed and opened like any age's, whole or not at all, and no plaintext where it could stay by half."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.age.keys import read_identities
from sekisho.age.payload import CHUNK_SIZE
from sekisho.cli.main import run
from sekisho.cli.session import Session

PLAIN = bytes(range(256)) * 1024
WORDS = "三つの 言葉 です"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "home"))
    (tmp_path / "plain").write_bytes(PLAIN)
    return tmp_path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person types where something is asked for, in order."""
    answers: list[str] = []
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: answers.pop(0))
    return answers


def _say(*arguments: str, language: str = "en", as_json: bool = False) -> int:
    more = ["--json"] if as_json else []
    return run(["age", *arguments, *more], Session(language="ja" if language == "ja" else "en"))


def _key(name: str, *options: str) -> str:
    assert _say("keygen", *options, "-o", name) == 0
    return _recipient(name)


def _recipient(name: str) -> str:
    (line,) = [line for line in Path(name).read_text(encoding="ascii").splitlines() if line.startswith("# public")]
    return line.removeprefix("# public key: ")


def _program(*arguments: str, given: bytes = b"", out: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "sekisho", "age", *arguments]
    return subprocess.run(command, input=given, stdout=out, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("options", [[], ["--pq"]])
@pytest.mark.parametrize("armor", [[], ["-a"]])
def test_a_file_is_sealed_and_opened(folder: Path, options: list[str], armor: list[str]) -> None:
    recipient = _key("key", *options)
    assert _say("encrypt", "-r", recipient, *armor, "-o", "sealed", "plain") == 0
    assert _say("decrypt", "-i", "key", "-o", "again", "sealed") == 0
    assert (folder / "again").read_bytes() == PLAIN
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    assert (folder / "sealed").read_bytes().startswith(b"-----BEGIN AGE" if armor else b"age-encryption.org/v1\n")


def test_a_passphrase_is_asked_for_and_never_an_argument(folder: Path, typed: list[str]) -> None:
    typed += [WORDS, "another", WORDS, WORDS, WORDS]
    assert _say("encrypt", "-p", "-o", "sealed", "plain") == 0
    assert _say("decrypt", "-o", "again", "sealed") == 0
    assert (folder / "again").read_bytes() == PLAIN
    typed += ["wrong"]
    assert _say("decrypt", "-o", "more", "sealed") == 8
    assert not (folder / "more").exists()


def test_an_identity_with_a_pin_opens_and_its_file_is_an_age_file(folder: Path, typed: list[str]) -> None:
    typed += [WORDS, WORDS]
    assert _say("keygen", "--pq", "--pin", "-o", "key") == 0
    assert (folder / "key").read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"AGE-SECRET" not in (folder / "key").read_bytes()
    (identity,) = read_identities(folder / "key", passphrase=WORDS.encode)
    (folder / "recipients").write_text(f"# those\n{getattr(identity, 'recipient', '')}\n", encoding="ascii")
    assert _say("encrypt", "-R", "recipients", "-o", "sealed", "plain") == 0
    typed += [WORDS]
    assert _say("decrypt", "-i", "key", "-o", "again", "sealed") == 0
    assert (folder / "again").read_bytes() == PLAIN
    typed += ["wrong"]
    assert _say("decrypt", "-i", "key", "-o", "more", "sealed") == 8


def test_pipes_go_in_and_out(folder: Path) -> None:
    recipient = _key("key")
    sealed = _program("encrypt", "-r", recipient, "-o", "-", given=PLAIN)
    opened = _program("decrypt", "-i", "key", "-o", "-", given=sealed.stdout)
    assert (sealed.returncode, opened.returncode, opened.stdout) == (0, 0, PLAIN)
    assert b"only when the exit code is 0" in opened.stderr
    assert _program("decrypt", "-i", "key", "-o", "again", given=sealed.stdout).returncode == 0
    assert (folder / "again").read_bytes() == PLAIN


def test_through_a_pipe_no_chunk_comes_that_was_not_verified(folder: Path) -> None:
    assert _say("encrypt", "-r", _key("key"), "-o", "sealed", "plain") == 0
    damaged = bytearray((folder / "sealed").read_bytes())
    damaged[-CHUNK_SIZE] ^= 1
    opened = _program("decrypt", "-i", "key", "-o", "-", given=bytes(damaged))
    assert opened.returncode == 6
    assert PLAIN.startswith(opened.stdout)
    assert len(opened.stdout) % CHUNK_SIZE == 0
    assert b"Traceback" not in opened.stderr


def test_standard_output_that_is_a_file_is_refused_before_anything_is_opened(folder: Path) -> None:
    assert _say("encrypt", "-r", _key("key"), "-o", "sealed", "plain") == 0
    with (folder / "into").open("wb") as file:
        refused = _program("decrypt", "-i", "key", "-o", "-", "sealed", out=file.fileno())
    assert refused.returncode == 2
    assert (folder / "into").read_bytes() == b""


@pytest.mark.parametrize("place", [0, 30, 190, 210, 70_000, -1])
def test_one_flipped_byte_leaves_nothing_and_the_old_file(folder: Path, place: int) -> None:
    assert _say("encrypt", "-r", _key("key"), "-o", "sealed", "plain") == 0
    damaged = bytearray((folder / "sealed").read_bytes())
    damaged[place] ^= 1
    (folder / "sealed").write_bytes(damaged)
    (folder / "old").write_bytes(b"old")
    before = sorted(os.listdir(folder))
    assert _say("decrypt", "-i", "key", "--overwrite", "-o", "old", "sealed") in {6, 8}
    assert _say("decrypt", "-i", "key", "-o", "new", "sealed") in {6, 8}
    assert (folder / "old").read_bytes() == b"old"
    assert sorted(os.listdir(folder)) == before


def test_nothing_is_overwritten_unasked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipient = _key("key")
    assert _say("encrypt", "-r", recipient, "-o", "plain", "key") == 2
    assert _say("keygen", "-o", "key") == 2
    assert "nothing is written over" in capsys.readouterr().err
    assert (folder / "plain").read_bytes() == PLAIN
    assert _say("encrypt", "-r", recipient, "--overwrite", "-o", "plain", "plain") == 0
    assert _say("decrypt", "-i", "key", "--overwrite", "-o", "plain", "plain") == 0
    assert (folder / "plain").read_bytes() == PLAIN


def test_what_is_no_file_is_not_replaced_even_if_asked_for(folder: Path) -> None:
    recipient = _key("key")
    os.mkfifo("pipe")
    Path("inner").mkdir()
    for out in ("pipe", "inner"):
        assert _say("encrypt", "-r", recipient, "--overwrite", "-o", out, "plain") == 2
    assert (folder / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["encrypt", "-o", "out", "plain"], 2, "誰宛てか"),
        (["encrypt", "-p", "-r", "age1x", "-o", "out", "plain"], 2, "ほかの受取人と一緒に使えません"),
        (["encrypt", "-r", "age1x", "-o", "out", "plain"], 6, "公開鍵ではないか"),
        (["encrypt", "-R", "plain", "-o", "out", "plain"], 6, "公開鍵ではないか"),
        (["encrypt", "-R", "both", "-o", "out", "plain"], 2, "混ぜられません"),
        (["encrypt", "-R", "both", "-o", "nowhere/out", "plain"], 7, "ありません"),
        (["encrypt", "-R", "both", "-o", "out", "nothing"], 7, "ありません"),
        (["decrypt", "-i", "plain", "-o", "out", "sealed"], 6, "受取人の鍵ではありません"),
        (["decrypt", "-i", "key", "-o", "out", "plain"], 6, "age のファイルではない"),
        (["decrypt", "-i", "other", "-o", "out", "sealed"], 8, "開きません"),
        (["decrypt", "-i", "key", "-o", "out", "armored"], 6, "armor"),
        (["encrypt", "-r", "age1nosuch10qw28y2l", "-o", "out", "plain"], 3, "age-plugin-nosuch"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    folder: Path, arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    classic, other = _key("key"), _key("other", "--pq")
    (folder / "both").write_text(f"{classic}\n{other}\n", encoding="ascii")
    assert _say("encrypt", "-r", classic, "-o", "sealed", "plain") == 0
    (folder / "armored").write_bytes(b"-----BEGIN AGE ENCRYPTED FILE-----\nno\n")
    capsys.readouterr()
    assert _say(*arguments, language="ja") == code
    assert words in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_who_seals_to_a_tag_is_told_what_it_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tagged = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"
    assert _say("encrypt", "-r", tagged, "-o", "sealed", "plain") == 0
    assert "can see that a file is for it" in capsys.readouterr().err
    assert b"-> p256tag " in (folder / "sealed").read_bytes()


def test_programs_are_answered_with_objects(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for arguments in (
        ["keygen", "-o", "key"],
        ["encrypt", "-R", "r", "-o", "s", "plain"],
        ["decrypt", "-i", "key", "-o", "p", "s"],
    ):
        assert _say(*arguments, as_json=True) == 0
        said.append(json.loads(capsys.readouterr().out))
        (folder / "r").write_text(_recipient("key"), encoding="ascii")
    assert said == [{"file": "key", "recipient": _recipient("key")}, {"file": "s", "recipients": 1}, {"file": "p"}]
