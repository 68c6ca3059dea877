"""The id of a file system is the one that the system's own tools print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from sekisho.media.boot_sector import volume_id

SECTORS = ROOT / "tests" / "vectors" / "media"


@pytest.mark.parametrize(
    ("name", "printed"),
    [("fat12", "1234-ABCD"), ("fat16", "1234-ABCD"), ("fat32", "1234-ABCD"), ("exfat", "7FCD-F467")],
)
def test_the_id_is_that_of_blkid(name: str, printed: str) -> None:
    assert volume_id((SECTORS / f"{name}.bin").read_bytes()) == printed.replace("-", "").lower()


@pytest.mark.parametrize("name", ["fat16", "fat32", "exfat"])
def test_a_sector_that_is_cut_short_or_without_its_signature_has_none(name: str) -> None:
    sector = (SECTORS / f"{name}.bin").read_bytes()
    assert volume_id(sector[:511]) == volume_id(sector[:510] + b"\0\0") == ""


@given(st.binary(max_size=1024))
def test_whatever_stands_there_is_read_or_is_none(sector: bytes) -> None:
    assert len(volume_id(sector)) in {0, 8}
