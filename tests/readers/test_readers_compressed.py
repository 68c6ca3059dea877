import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, seen, text_of, why


@pytest.mark.parametrize(("pack", "ending"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_the_file_inside_is_a_view(tmp_path: Path, pack: Callable[[bytes], bytes], ending: str) -> None:
    path = tmp_path / f"people.csv.{ending}"
    path.write_bytes(pack(CSV))

    found = seen(path)

    assert list(found) == [f"people.csv.{ending}!people.csv"]
    assert cells_of(found[f"people.csv.{ending}!people.csv"]) == CSV.splitlines()[1:]


def test_of_what_is_cut_off_the_start_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress((WORDS + "\n").encode() * 9)[:-8])

    found = seen(path)

    assert text_of(found["log.gz!log"]).startswith(WORDS)
    assert why(found["log"]) == "readers.cut_off"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(bytes(120 << 20)))

    assert [why(view) for view in seen(path).values()] == ["readers.limit_ratio"]


@pytest.mark.parametrize("sign", [b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00"])
def test_nothing_but_a_sign_is_damaged(tmp_path: Path, sign: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(sign + b"nonsense" * 4)

    assert why(seen(path)["x"]) == "readers.damaged"
