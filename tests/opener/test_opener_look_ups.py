"""Both sides of a look-up are held to one file: here Python, in ``opener/test/look_ups.test.ts`` the page."""

import json
import runpy

from conftest import VECTORS

FOLDER = VECTORS / "opener"


def test_the_vectors_are_what_python_makes_of_what_is_typed() -> None:
    made = runpy.run_path(str(FOLDER / "make_look_ups.py"))["made"]
    assert json.loads((FOLDER / "look_ups.json").read_text(encoding="ascii")) == made()
