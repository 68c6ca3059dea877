"""The auditor's program finds every damage, names it, and needs nothing but Python."""

import ast
import json
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from ledger_office import KEY, LEDGER_VECTORS, OWN_LOG

from sekisho.ledger.export import guides
from verified import STATEMENT_VERIFIER, VERIFIER, as_export, flip, flips, verify, with_sums

pytest_plugins = ("export_fixtures",)

TILE_VECTORS = json.loads((LEDGER_VECTORS / "tiles.json").read_text(encoding="utf-8"))


# --- The program ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["verify.py", "verify_statement.py"])
def test_each_is_one_short_file_of_standard_python(name: str) -> None:
    source = guides()[name].decode()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert len(source.splitlines()) < 400


def test_it_knows_the_readme_of_its_version() -> None:
    assert runpy.run_path(str(STATEMENT_VERIFIER))["README"] == sha256(guides()["README.txt"]).hexdigest()


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


def test_the_own_log_with_its_witness_lines_verifies(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    shutil.copytree(OWN_LOG, folder, ignore=shutil.ignore_patterns("w?.vkey", "expected.json", "policy.txt", "proofs"))
    (folder / "proofs").mkdir()
    for index in (0, 7, 200, 256, 299):
        shutil.copy(OWN_LOG / f"proofs/{index}-of-300.tlog-proof", folder / f"proofs/{index}.tlog-proof")
    unchecked = f"NOTE {folder} has cosignatures of ML-DSA-44, NOT CHECKED: witness.audit.example/w2\n"
    assert verify(as_export(folder)) == (0, f"{unchecked}GOOD {folder} verifies\n")


def test_a_log_of_another_maker_verifies_at_every_size(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LEDGER_VECTORS / "tessera-log", tmp_path / "log"))
    (folder / "checkpoints").mkdir()
    for size in range(16):
        (folder / f"checkpoint.{size}").rename(folder / "checkpoints" / str(size))
    assert verify(as_export(folder))[0] == 0
    flip(folder, "tile/entries/000.p/7", 30)
    code, said = verify(with_sums(folder))
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


def test_a_flipped_bit_is_found_though_the_sums_are_made_anew(export: Path, folder: Path) -> None:
    for path, bit in flips(export):
        if path != "SHA256SUMS":
            flip(folder, path, bit)
            code, said = verify(with_sums(folder))
            assert (code, "BAD" in said) == (1, True), (path, bit)
            flip(folder, path, bit)
    assert verify(with_sums(folder))[0] == 0


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
    flip(folder, path, 8 * byte)
    assert said in verify(with_sums(folder))[1]


def test_a_changed_entry_is_named_and_its_root_refused(folder: Path) -> None:
    flip(folder, "tile/entries/000", 8 * 10)
    said = verify(with_sums(folder))[1]
    assert "checkpoint signs a root that the entries do not give" in said
    assert "tile/entries/000 hash 0 " in said  # and not the tile, which the root bears out
    assert "tile/0" not in said
    assert "events.csv line 2 " in said


NEEDED = [
    "checkpoint",
    "log.vkey",
    "README.txt",
    "verify.py",
    "verify_statement.py",
    "tile/0/000",
    "tile/1/000.p/1",
    "tile/entries/001.p/44",
]


@pytest.mark.parametrize("path", NEEDED)
def test_a_missing_file_is_named_though_the_sums_are_made_anew(folder: Path, path: str) -> None:
    (folder / path).unlink()
    code, said = verify(with_sums(folder))
    assert code == 1
    assert f"{path} is missing" in said


def test_missing_sums_are_named(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    code, said = verify(folder)
    assert code == 1
    assert "BAD  SHA256SUMS is missing" in said


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
@pytest.mark.parametrize("change", [lambda data: data + bytes(32), lambda data: data[:-1]])
def test_a_tile_too_long_or_too_short_is_named(folder: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (folder / path).write_bytes(change((folder / path).read_bytes()))
    assert f"{path} is not {path.rpartition('/')[2]} hashes or entries" in verify(with_sums(folder))[1]


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


@pytest.mark.parametrize(
    "path", ["notes.txt", "checkpoints/03", "checkpoints/3/a", "proofs/a.txt", "proofs/a/b.tlog-proof"]
)
@pytest.mark.parametrize("sums", [with_sums, Path])
def test_a_file_that_is_not_of_the_export_is_damage_whatever_the_sums_say(
    folder: Path, path: str, sums: Callable[[Path], Path]
) -> None:
    if path == "checkpoints/3/a":
        (folder / "checkpoints/3").unlink()
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text("never released", encoding="utf-8")
    code, said = verify(sums(folder))
    assert code == 1
    assert f"BAD  {path} belongs neither to the log nor to a statement in it" in said


def test_a_line_that_is_no_sum_is_damage(folder: Path) -> None:
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write("never released\n" + "x" * 66 + "README.txt\n")
    said = verify(folder)[1]
    assert "BAD  SHA256SUMS" in said
    assert "BAD  README.txt is not as SHA256SUMS lists it" in said


@pytest.mark.parametrize("name", ["README.txt", "verify.py", "verify_statement.py"])
def test_a_guide_that_is_not_of_this_version_is_damage_though_the_sums_are_made_anew(folder: Path, name: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n# never released\n")
    code, said = verify(with_sums(folder))
    assert code == 1
    assert f"BAD  {name} is not the one of this version of verify.py" in said


def test_of_each_sort_of_finding_the_first_three_are_named_and_all_are_counted(folder: Path) -> None:
    (folder / "events.csv").write_bytes(b"")
    lines = verify(with_sums(folder))[1].splitlines()
    assert [line for line in lines if "events.csv" in line] == [
        f"BAD  events.csv line {number} is wrong" for number in (1, 2, 3)
    ]
    assert lines[-2:] == [
        f"NOTE {folder} has 299 more findings like these",
        f"BAD  {folder} does not verify, findings: 302",
    ]
