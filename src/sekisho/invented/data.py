"""Data files of invented things, read into types: names, places and habits live in TOML beside the code."""

import tomllib
from importlib.resources import files
from typing import TypeVar

import msgspec

Shape = TypeVar("Shape")

_ROOM = "sekisho.invented"


def read(name: str, shape: type[Shape], room: str = _ROOM) -> Shape:
    """Return a room's data file of that name as a ``shape``.

    Raises:
        msgspec.ValidationError: the file is not of that shape.
    """
    text = files(room).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), shape)
