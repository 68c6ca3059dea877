"""The Adult table beside the checkout, and small random tables with random hierarchies."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from hypothesis import strategies as st

from conftest import need
from sekisho.cut.risk.coding import Coded, code
from sekisho.cut.risk.hierarchy import Hierarchy, read_hierarchy

_VECTORS = Path(os.environ.get("SEKISHO_VECTORS", Path(__file__).parents[3] / "shared" / "vectors")) / "cut"
_ADULT = _VECTORS / "adult"

_LEAVES = "abcdef"


def adult() -> tuple[pl.DataFrame, dict[str, Hierarchy], dict[str, Any]]:
    """Return the Adult table, its hierarchies and what is known of it."""
    need(_ADULT.is_dir(), "the Adult table is not beside the checkout; set SEKISHO_VECTORS to the folder of vectors")
    table = pl.read_csv(_ADULT / "adult.csv", separator=";", infer_schema=False)
    hierarchies = {
        name: read_hierarchy((_ADULT / f"adult_hierarchy_{name}.csv").read_bytes()) for name in table.columns
    }
    return table, hierarchies, yaml.safe_load((_VECTORS / "adult-expected.yaml").read_text())


@st.composite
def hierarchies(draw: st.DrawFn) -> Hierarchy:
    """Draw a tree over some letters: at every level, neighbours may come together."""
    labels = list(_LEAVES[: draw(st.integers(1, len(_LEAVES)))])
    paths = [[leaf] for leaf in labels]
    for level in range(draw(st.integers(0, 2))):
        joined = [0, *(draw(st.lists(st.booleans(), min_size=len(labels) - 1, max_size=len(labels) - 1)))]
        number, before = 0, paths[0][-1]
        for path, apart in zip(paths, joined, strict=True):
            number += bool(apart) and path[-1] != before
            before = path[-1]
            path.append(f"{level}{number}")
    lines = [";".join([*path, "*"]) for path in paths]
    return read_hierarchy("\n".join(draw(st.permutations(lines))))


@st.composite
def tables(draw: st.DrawFn, *, most: int = 40) -> tuple[pl.DataFrame, dict[str, Hierarchy]]:
    """Draw a table of one to three columns, and a sensitive one called ``secret``."""
    made = {name: draw(hierarchies()) for name in "xyz"[: draw(st.integers(1, 3))]}
    rows = draw(st.integers(1, most))
    columns = {
        name: draw(st.lists(st.sampled_from(each.leaves), min_size=rows, max_size=rows)) for name, each in made.items()
    }
    secret = draw(st.lists(st.sampled_from("123"), min_size=rows, max_size=rows))
    return pl.DataFrame({**columns, "secret": secret}, schema=dict.fromkeys([*columns, "secret"], pl.String)), made


def coded(frame: pl.DataFrame, made: Mapping[str, Hierarchy], *, secret: bool = False) -> Coded:
    return code(frame, list(made), made, sensitive=["secret"] if secret else [])
