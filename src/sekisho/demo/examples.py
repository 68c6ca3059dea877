"""The city's tables with purposes for them, to try commands on: what the how-tos work with."""

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from sekisho.demo.city import make_city
from sekisho.errors import MediumError, Misuse
from sekisho.files import write_whole

_WHILE = timedelta(days=90)
_LAST_DAY = re.compile(r"^not_after = \S+", re.MULTILINE)

PURPOSES = ("answer", "households", "accounts", "letters", "research")


def write_examples(folder: Path, *, people: int | None, seed: int, today: date) -> list[str]:
    """Make the tables and purposes in a new folder; return the names of the files.

    The night of the case is long over; the purposes can be carried out for three months from today.

    Raises:
        Misuse: the folder exists, or too few people.
        MediumError: the disk said no.
    """
    try:
        city = make_city(folder, people=people, seed=seed)
        for name in PURPOSES:
            text = files("sekisho.demo").joinpath(f"purposes/{name}.toml").read_text(encoding="utf-8")
            write_whole(folder / f"{name}.toml", _LAST_DAY.sub(f"not_after = {today + _WHILE}", text).encode())
    except FileExistsError:
        raise Misuse("demo.folder_exists", path=folder) from None
    except OSError as error:
        raise MediumError("demo.disk", path=folder) from error
    return [*sorted(path.name for path in city.paths.values()), *sorted(f"{name}.toml" for name in PURPOSES)]
