"""The auditor's program finds every damage, names it, and needs nothing but Python."""

import ast
import json
import os
import random
import runpy
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from ledger_office import KEY, LEDGER_VECTORS, OWN_LOG, SIGNER, Office

from sekisho.ledger.checkpoint import TreeHead
from sekisho.ledger.export import export_bundle
from sekisho.ledger.merkle import EMPTY_ROOT, leaf_hash
from sekisho.ledger.note import sign
from sekisho.ledger.tiles import bundle as write_bundle
from sekisho.ledger.tiles import tile_path, tiles

VERIFIER = Path(str(files("sekisho.ledger"))) / "verifier.py"
SOURCE = VERIFIER.read_text(encoding="utf-8")
TILE_VECTORS = json.loads((LEDGER_VECTORS / "tiles.json").read_text(encoding="utf-8"))


def verify(folder: Path, *options: object, language: str = "en") -> tuple[int, str]:
    """Run the verifier as an auditor does; return its exit code and what it says."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(folder), *map(str, options)]
    environment = {"PATH": os.environ["PATH"], "LANG": f"{language}_XX.UTF-8"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 300 entries in two batches, with two proofs."""
    root = tmp_path_factory.mktemp("verifier")
    with Office(root).opened() as ledger:
        for batch in (range(3), range(3, 300)):
            with ledger.transaction() as tx:
                for number in batch:
                    tx.append("copy.sealed", copy=f"C-{number}", details={"carrier": "尼崎 太郎"} if number < 3 else {})
        export_bundle(ledger, root / "out", proofs={"first": 0, "last": 299})
    return root / "out"


@pytest.fixture
def folder(export: Path, tmp_path: Path) -> Path:
    """A copy of the export, to be damaged."""
    return Path(shutil.copytree(export, tmp_path / "copy"))


def without_sums(folder: Path) -> Path:
    """Take the sums away, as somebody does who changes the log on purpose."""
    (folder / "SHA256SUMS").unlink()
    return folder


def flips(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield some bits of every file: in its first byte, its last, and one in between."""
    dice = random.Random(2022)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        for byte in {0, size - 1, dice.randrange(size)}:
            yield path.relative_to(folder).as_posix(), 8 * byte + dice.randrange(8)


def flip(folder: Path, path: str, bit: int) -> None:
    data = bytearray((folder / path).read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    (folder / path).write_bytes(data)


# --- The program ----------------------------------------------------------------------------------------------------


def test_it_is_one_short_file_of_standard_python() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert len(SOURCE.splitlines()) < 400


@pytest.mark.parametrize("case", json.loads((LEDGER_VECTORS / "ed25519.json").read_text(encoding="utf-8"))["cases"])
def test_its_ed25519_is_that_of_rfc_8032(case: dict[str, str]) -> None:
    program = runpy.run_path(str(VERIFIER))
    message, signature, public = (bytes.fromhex(case[name]) for name in ("message", "signature", "public"))
    assert program["is_signed"](message, signature, public)
    assert not program["is_signed"](message + b"!", signature, public)
    s = int.from_bytes(signature[32:], "little") + program["ORDER"]
    assert not program["is_signed"](message, signature[:32] + s.to_bytes(32, "little"), public)
    for bit in range(0, 512, 37):
        bad = int.from_bytes(signature, "little") ^ (1 << bit)
        assert not program["is_signed"](message, bad.to_bytes(64, "little"), public)


def test_wrong_usage_has_its_own_exit_code() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", str(VERIFIER)], capture_output=True, check=False)
    assert done.returncode == 2


# --- Good logs ------------------------------------------------------------------------------------------------------


def test_a_good_export_verifies_and_is_left_as_it_is(export: Path) -> None:
    before = sorted(export.rglob("*"))
    assert verify(export, "--key", KEY, "--seen", export / "checkpoints/3") == (0, f"GOOD {export} verifies\n")
    assert sorted(export.rglob("*")) == before


def test_it_speaks_japanese(export: Path, folder: Path) -> None:
    assert "検査に通りました" in verify(export, language="ja")[1]
    flip(folder, "events.csv", 8 * 40)
    assert "行目が違います" in verify(folder, language="ja")[1]
    assert "line 2 is wrong" in verify(folder, "--language", "en", language="ja")[1]


def test_the_copy_in_the_bundle_runs_where_it_lies(export: Path) -> None:
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py", "."], cwd=export, capture_output=True, check=False)
    assert done.returncode == 0


def test_the_own_log_with_its_witness_lines_verifies() -> None:
    assert verify(OWN_LOG) == (0, f"GOOD {OWN_LOG} verifies\n")


def test_a_log_of_another_maker_verifies_at_every_size(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LEDGER_VECTORS / "tessera-log", tmp_path / "log"))
    (folder / "checkpoints").mkdir()
    for size in range(16):
        (folder / f"checkpoint.{size}").rename(folder / "checkpoints" / str(size))
    assert verify(folder)[0] == 0
    flip(folder, "tile/entries/000.p/7", 30)
    code, said = verify(folder)
    assert (code, said.count("BAD")) == (1, 2)
    assert "tile/entries/000.p/7 hash 0" in said


# --- Damage ---------------------------------------------------------------------------------------------------------


def test_a_flipped_bit_anywhere_is_found(export: Path, folder: Path) -> None:
    for path, bit in flips(export):
        flip(folder, path, bit)
        code, said = verify(folder)
        assert (code, "BAD" in said) == (1, True), (path, bit)
        flip(folder, path, bit)
    assert verify(folder)[0] == 0


def test_a_flipped_bit_in_the_log_is_found_without_sums(export: Path, folder: Path) -> None:
    without_sums(folder)
    for path, bit in flips(export):
        if path not in {"SHA256SUMS", "README.txt", "verify.py"}:
            flip(folder, path, bit)
            code, said = verify(folder)
            assert (code, "BAD" in said) == (1, True), (path, bit)
            flip(folder, path, bit)
    assert verify(folder)[0] == 0


@pytest.mark.parametrize(
    ("path", "byte", "said"),
    [
        ("tile/0/000", 32 * 17, "tile/0/000 hash 17 "),
        ("tile/0/001.p/44", 32 * 3 + 31, "tile/0/001.p/44 hash 259 "),
        ("tile/1/000.p/1", 5, "tile/1/000.p/1 hash 0 "),
        ("events.csv", 30, "events.csv line 2 "),
        ("tile/entries/001.p/44", 0, "tile/entries/001.p/44 is not 44 "),
    ],
)
def test_the_damaged_place_is_named(folder: Path, path: str, byte: int, said: str) -> None:
    flip(without_sums(folder), path, 8 * byte)
    assert said in verify(folder)[1]


def test_a_changed_entry_is_named_and_its_root_refused(folder: Path) -> None:
    flip(without_sums(folder), "tile/entries/000", 8 * 10)
    said = verify(folder)[1]
    assert "checkpoint signs a root that the entries do not give" in said
    assert "tile/0/000 hash 0 " in said
    assert "events.csv line 2 " in said


@pytest.mark.parametrize("path", ["checkpoint", "log.vkey", "tile/0/000", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_a_missing_file_is_named(folder: Path, path: str) -> None:
    (without_sums(folder) / path).unlink()
    code, said = verify(folder)
    assert code == 1
    assert f"{path} is missing" in said


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
@pytest.mark.parametrize("change", [lambda data: data + bytes(32), lambda data: data[:-1]])
def test_a_tile_too_long_or_too_short_is_named(folder: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (without_sums(folder) / path).write_bytes(change((folder / path).read_bytes()))
    assert f"{path} is not {path.rpartition('/')[2]} hashes or entries" in verify(folder)[1]


@pytest.mark.parametrize("path", [path for path in TILE_VECTORS["bad_paths"] if "-1" not in path])
def test_a_tile_at_an_impossible_place_is_named(folder: Path, path: str) -> None:
    try:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(bytes(32))
    except OSError:
        pytest.fail(f"{path} cannot be made beside the tiles of this export")
    assert f"{path} is not a part of the log" in verify(folder)[1]


def test_a_tile_beyond_the_log_is_named(folder: Path) -> None:
    (folder / "tile/0/001.p/45").write_bytes((folder / "tile/0/001.p/44").read_bytes() + bytes(32))
    assert "tile/0/001.p/45 is not a part of the log" in verify(folder)[1]


def test_two_checkpoints_exchanged_are_named(folder: Path) -> None:
    first, second = (folder / path for path in ("checkpoints/3", "checkpoints/300"))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert verify(folder)[1].count("is named for another size") == 2


def test_a_file_that_nobody_lists_is_noted_and_no_damage(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    code, said = verify(folder)
    assert code == 0
    assert "NOTE notes.txt" in said


# --- Deceit ---------------------------------------------------------------------------------------------------------


def rewrite(folder: Path, entries: list[bytes]) -> None:
    """Write a whole log of other entries, with tiles, events and sums that fit: all but the signatures."""
    shutil.rmtree(folder / "tile")
    leaves = [leaf_hash(entry) for entry in entries]
    contents = dict(tiles(leaves))
    for start in range(0, len(entries), 256):
        page = entries[start : start + 256]
        contents[tile_path("entries", start // 256, width=len(page))] = write_bundle(page)
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    rows = [json.loads(entry) for entry in entries]
    lines = [f"{number},{row['at']},{row['type']},{row['copy']}\n" for number, row in enumerate(rows)]
    (folder / "events.csv").write_text("index,time,type,copy\n" + "".join(lines), encoding="utf-8")
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in found]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def read(folder: Path) -> list[bytes]:
    program: dict[str, Any] = runpy.run_path(str(VERIFIER))
    pages = (("000", 256), ("001.p/44", 44))
    return [
        entry
        for name, width in pages
        for entry in program["read_entries"]((folder / "tile/entries" / name).read_bytes(), width)
    ]


def test_a_history_rewritten_without_the_key_is_refused(folder: Path) -> None:
    entries = read(folder)
    rewrite(folder, entries)
    assert verify(folder)[0] == 0
    entries[7] = entries[7].replace(b"C-7", b"C-8")
    rewrite(folder, entries)
    said = verify(folder)[1]
    assert "checkpoint signs a root" in said
    assert "checkpoints/300 signs a root" in said
    assert "checkpoints/3 signs" not in said
    assert "does not prove" not in said
    assert "last.tlog-proof signs a root" in said


def test_a_log_cut_back_to_an_older_checkpoint_is_caught_by_the_one_kept(folder: Path, export: Path) -> None:
    (folder / "checkpoint").write_bytes((folder / "checkpoints/3").read_bytes())
    (folder / "checkpoints/300").unlink()
    shutil.rmtree(folder / "proofs")
    rewrite(folder, read(export)[:3])
    assert verify(folder)[0] == 0
    code, said = verify(folder, "--seen", export / "checkpoint")
    assert code == 1
    assert "has 300 entries, more than this export" in said


def test_two_histories_signed_by_the_log_are_caught_by_the_one_kept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "twin").mkdir()
    twin = Office(tmp_path / "twin")
    twin.fill(3)
    with twin.opened() as ledger:
        (tmp_path / "kept").write_text(ledger.checkpoint().note, encoding="utf-8")
    code, said = verify(folder, "--seen", tmp_path / "kept")
    assert code == 1
    assert "kept signs a root that the entries do not give" in said


def test_a_log_signed_by_another_key_is_not_the_one_expected(folder: Path) -> None:
    (folder / "log.vkey").write_bytes((OWN_LOG / "log.vkey").read_bytes())
    assert "checkpoint is not signed by this log" in verify(folder)[1]
    assert "log.vkey is not the key given" in verify(OWN_LOG, "--key", str(KEY).replace("ledger1", "ledger2"))[1]


def test_a_key_whose_printed_id_is_not_its_own_is_no_key(folder: Path) -> None:
    (folder / "log.vkey").write_text(str(KEY).replace(KEY.id.hex(), "00000000"), encoding="utf-8")
    assert "log.vkey is not an Ed25519 key of a log" in verify(folder)[1]


def test_a_key_cannot_pass_one_log_off_as_another(folder: Path, tmp_path: Path) -> None:
    other = TreeHead(origin="other.example/log", size=0, root=EMPTY_ROOT)
    (tmp_path / "other").write_text(str(sign(other.text(), SIGNER, name=KEY.name)), encoding="utf-8")
    assert "other is not a checkpoint of this log" in verify(folder, "--seen", tmp_path / "other")[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"index 299", b"index 298", "does not prove entry 298"),
        (b"index 299", b"index 300", "does not prove entry 300"),
        (b"index 299", "index ２99".encode(), "is not a proof"),
        (b"@v1\n", b"@v1\nextra \n", "is not a proof"),
        (b"=\n", b"\n", "is not a proof"),
    ],
)
def test_a_false_proof_is_named(folder: Path, old: bytes, new: bytes, said: str) -> None:
    path = without_sums(folder) / "proofs/last.tlog-proof"
    path.write_bytes(path.read_bytes().replace(old, new))
    assert f"{path} {said}" in verify(folder)[1]


def test_a_hash_with_stray_bits_is_no_hash(folder: Path) -> None:
    path = without_sums(folder) / "proofs/last.tlog-proof"
    lines = path.read_text(encoding="utf-8").split("\n")
    stray = lines[2][:-2] + chr(ord(lines[2][-2]) + 1) + "="
    assert b64decode(stray) == b64decode(lines[2])
    path.write_text("\n".join([*lines[:2], stray, *lines[3:]]), encoding="utf-8")
    assert f"{path} is not a proof" in verify(folder)[1]


def test_a_proof_too_short_or_too_long_is_named(folder: Path) -> None:
    path = without_sums(folder) / "proofs/last.tlog-proof"
    lines = path.read_bytes().split(b"\n")
    for changed in ([*lines[:2], *lines[3:]], [*lines[:3], *lines[2:]]):
        path.write_bytes(b"\n".join(changed))
        assert "does not prove entry 299" in verify(folder)[1]
