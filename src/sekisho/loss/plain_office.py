"""An office made on the night, for whoever lost an ordinary medium and never used this program: a name, a number, what it is.

It is an office like any other: what is stated from then on stands in its ledger, and it can seal from the next day on.
"""

import json
from pathlib import Path
from typing import Literal

from sekisho.clock import Clock
from sekisho.custody.office import Office, Settings, default_origin
from sekisho.errors import MediumError
from sekisho.files import write_whole
from sekisho.loss.incident.settings import FILE

Body = Literal["public", "private", ""]


def is_office(home: Path) -> bool:
    """Tell whether there is an office, or some of one, which is not replaced."""
    return home.exists() and any(home.iterdir())


def make_plain_office(home: Path, clock: Clock, *, name: str, phone: str, zone: str, body: Body) -> None:
    """Make an office that knows no more of itself than what a first paper after a loss needs.

    Args:
        home: its folder.
        clock: the time.
        name: as people know it.
        phone: where people ask, and what stands on slips later.
        zone: IANA time zone of its clocks on the wall.
        body: whether it is a public body or a private one: the law's threshold hangs on it; empty where nobody said.

    Raises:
        Misuse: there is one already, or the settings are none of an office.
        MediumError: the disk refused.
    """
    settings = Settings(name=name, phone=phone, zone=zone, origin=default_origin(name))
    Office.make(home, settings, clock).close()
    contact = [
        f"{field} = {json.dumps(text, ensure_ascii=False)}" for field, text in (("unit", name), ("phone", phone))
    ]
    lines = [*([f'body = "{body}"'] if body else []), "", "[contact]", *contact]
    try:
        write_whole(home / FILE, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise MediumError("cli.disk", path=home / FILE) from error
