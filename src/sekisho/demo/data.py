"""The demo's data files, read into types: figures, names, places and habits live in TOML beside the code."""

import tomllib
from importlib.resources import files
from typing import TypeVar

import msgspec

Shape = TypeVar("Shape")


def read(name: str, shape: type[Shape]) -> Shape:
    """Return the data file of that name as a ``shape``.

    Raises:
        msgspec.ValidationError: the file is not of that shape.
    """
    text = files("sekisho.demo").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), shape)
