"""Whoever changes an export on purpose, and makes its sums anew, is found out by what is signed."""

import json
import runpy
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from ledger_office import KEY, OWN_LOG, SIGNER, Office

from sekisho.ledger.checkpoint import TreeHead
from sekisho.ledger.merkle import EMPTY_ROOT, leaf_hash
from sekisho.ledger.note import sign
from sekisho.ledger.tiles import bundle as write_bundle
from sekisho.ledger.tiles import tile_path, tiles
from verified import LAST, VERIFIER, verify, with_sums

pytest_plugins = ("export_fixtures",)


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
    bones = [
        f'{{"index":{number},"time":"{row["at"]}","op":"{row["type"]}","cid":"{row["copy"]}"}}\n'
        for number, row in enumerate(rows)
    ]
    (folder / "skeleton.ndjson").write_text("".join(bones), encoding="utf-8")
    with_sums(folder)


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
    assert "copy.sealed-0.tlog-proof signs a root" in said
    assert said.endswith("does not verify, findings: 4\n")


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
    code, said = verify(folder, "--key", str(KEY).replace("ledger1", "ledger2"))
    assert (code, said.splitlines()[0]) == (4, "BAD  log.vkey is not the key that was given")
    assert "changed" not in said
    (folder / "log.vkey").write_bytes((OWN_LOG / "log.vkey").read_bytes())
    assert "checkpoint is not signed by this log" in verify(folder)[1]


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
    path = folder / LAST
    path.write_bytes(path.read_bytes().replace(old, new))
    assert f"{LAST} {said}" in verify(with_sums(folder))[1]


def test_a_proof_of_another_entry_than_its_name_says_is_named(folder: Path) -> None:
    shutil.copy(folder / "proofs/copy.sealed-0.tlog-proof", folder / LAST)
    code, said = verify(with_sums(folder))
    assert code == 1
    assert f"BAD  {LAST} proves entry 0, copy.sealed, not its name" in said


@pytest.mark.parametrize("name", ["copy.erased-299", "X-copy.sealed-299", "299", "statement", "never-released"])
def test_a_proof_named_for_something_else_is_named(folder: Path, name: str) -> None:
    (folder / LAST).rename(folder / f"proofs/{name}.tlog-proof")
    code, said = verify(with_sums(folder))
    assert code == 1
    assert f"proofs/{name}.tlog-proof proves entry 299, copy.sealed, not its name" in said


def test_a_hash_with_stray_bits_is_no_hash(folder: Path) -> None:
    path = folder / LAST
    lines = path.read_text(encoding="utf-8").split("\n")
    stray = lines[2][:-2] + chr(ord(lines[2][-2]) + 1) + "="
    assert b64decode(stray) == b64decode(lines[2])
    path.write_text("\n".join([*lines[:2], stray, *lines[3:]]), encoding="utf-8")
    assert f"{LAST} is not a proof" in verify(with_sums(folder))[1]


def test_a_proof_too_short_or_too_long_is_named(folder: Path) -> None:
    path = folder / LAST
    lines = path.read_bytes().split(b"\n")
    for changed in ([*lines[:2], *lines[3:]], [*lines[:3], *lines[2:]]):
        path.write_bytes(b"\n".join(changed))
        assert "does not prove entry 299" in verify(with_sums(folder))[1]
