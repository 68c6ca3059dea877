"""What anybody can see of a capsule."""

from pathlib import Path

import pytest
from cli_town import Town, found_town

VECTORS = Path(__file__).parents[1] / "vectors" / "rel1"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def capsule_of(town: Town, *vector: str) -> Path:
    path = town.root / "capsule.age"
    path.write_bytes(VECTORS.joinpath(*vector).read_bytes().partition(b"\n\n")[2])
    return path


def test_every_custodian_of_a_capsule_is_shown_and_how_many_must_release(town: Town) -> None:
    path = capsule_of(town, "dual", "testdata", "three_of_five")
    seen = town.json("inspect", path)
    assert (len(set(seen["custodians"])), seen["needed"], seen["custodian"]) == (5, 3, seen["custodians"][0])
    said = town.say("inspect", path).out
    assert all(custodian in said for custodian in seen["custodians"])
    assert "3 of 5 custodians" in said


def test_one_custodian_is_told_as_one(town: Town) -> None:
    path = capsule_of(town, "testdata", "zip_deflated")
    seen = town.json("inspect", path)
    assert (seen["custodians"], seen["needed"]) == ([seen["custodian"]], 1)
    assert "custodians" not in town.say("inspect", path).out
