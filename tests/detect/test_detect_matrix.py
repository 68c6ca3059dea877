"""Every cell is found: in each encoding, in half and full width, with each separator, in each container."""

import json
from collections import Counter
from pathlib import Path

import pytest
from matrix_files import CONTAINERS, HEADERS, ROWS, SEPARATORS, rows

from sekisho.cli.main import run

CASES = [
    (container, codec, separator, wide)
    for container, (_, codecs) in CONTAINERS.items()
    for codec in codecs
    for separator in SEPARATORS
    for wide in (False, True)
]


@pytest.mark.parametrize(("container", "codec", "separator", "wide"), CASES)
def test_every_cell_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], container: str, codec: str, separator: str, *, wide: bool
) -> None:
    write, _ = CONTAINERS[container]
    path = tmp_path / f"list.{container}"
    write(path, rows(SEPARATORS[separator], wide=wide, codec=codec), codec)

    run(["scan", "--json", "--spans", str(path)])

    assert _found(capsys.readouterr().out) == dict.fromkeys(HEADERS, ROWS)


def _found(said: str) -> dict[str, int]:
    """Return how many cells or places of each kind were found with more than low confidence."""
    counts: Counter[str] = Counter()
    for each in map(json.loads, said.splitlines()):
        if each["type"] == "source" or each["confidence"] == "low":
            continue
        if each["type"] == "column":
            counts[each["kind"]] += each["matched"]
        elif each["column"] is None:
            counts[each["kind"]] += 1
    return dict(counts)
