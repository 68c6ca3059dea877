"""The stage of a drill: the demo's city with two sticks that are out, made in silence, and ready to be lost."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.catalogue.words import Language
from sekisho.clock import ManualClock
from sekisho.custody.handing import hand_over
from sekisho.custody.office import Office
from sekisho.demo import before
from sekisho.demo.case import the_case
from sekisho.demo.cast import OFFICE_PHONE, make_cast
from sekisho.demo.stage import Stage, screen

_SEED = 2022_06_21
_SETTINGS = f"""body = "public"
jurisdictions = ["JP"]
on_duty = ["privacy", "security"]
[contact]
unit = "個人情報保護担当"
phone = "{OFFICE_PHONE}"
hours = "24"
senders = ["{OFFICE_PHONE}"]
"""


@contextmanager
def city_stage(folder: Path, *, people: int, language: Language, seed: int = _SEED) -> Iterator[tuple[Office, str]]:
    """Make a city's office in an empty folder; yield it with the slip number of a copy that is out at three in the morning."""
    stage = Stage(language, screen=screen(quiet=True))
    clock = ManualClock(before.evening(datetime.combine(the_case().day, datetime.min.time())))
    cast = make_cast()
    city = before.build_city(stage, folder / "city", people=people, seed=seed)
    with closing(before.open_office(stage, folder / "home", cast, clock, folder / "register.toml")) as office:
        (office.home.root / "incident.toml").write_text(_SETTINGS, encoding="utf-8")
        cuts = before.cut_city(stage, office, city)
        rows = before.seal_sticks(stage, office, cast, before.ask_and_approve(stage, office, cast, cuts), folder)
        for row in rows:
            hand_over(office, row.slip, giver=cast.key("officer"), receiver=cast.key("carrier"))
        clock.advance(timedelta(hours=10))
        yield office, rows[0].slip
