"""The night of the lost stick, played from end to end.

Every act is done by the functions that the commands call; the commands are shown beside them. The times of the case (copied
at 17:00, opened at 17:58, not erased at 22:00, lost at 03:00) are kept by a clock that the demo moves. The folder keeps everything: tables,
office, sticks, keys, evidence; playing again replaces it.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.catalogue.words import Language
from sekisho.clock import ManualClock, SystemClock
from sekisho.custody.stopping import confirm_clock
from sekisho.demo import after, answered, before
from sekisho.demo.case import the_case
from sekisho.demo.cast import Cast, make_cast
from sekisho.demo.finding import scan_city
from sekisho.demo.stage import Stage, screen
from sekisho.demo.telephone import Rehearsed
from sekisho.errors import Misuse
from sekisho.files import write_whole
from sekisho.signing.keys import save

_MARK = ".sekisho-demo"
_SEED = 2022_06_21


def play(
    folder: Path, *, language: Language, people: int | None = None, seed: int = _SEED, quiet: bool = False
) -> Stage:
    """Play the night.

    Args:
        folder: for everything that is left at the end; a former demo's is replaced, nothing else ever is.
        language: of the words.
        people: of the city; the case's size if not given.
        seed: of the city.
        quiet: print nothing.

    Raises:
        Misuse: the folder exists and is not a former demo's.
    """
    _clear(folder)
    people = people or the_case().people
    stage = Stage(language, screen=screen(quiet=quiet))
    clock = ManualClock(before.evening(datetime.combine(the_case().day, datetime.min.time())))
    cast = make_cast()
    _keep_keys(cast, folder / "keys")
    stage.say("title", style="bold")
    city = before.build_city(stage, folder / "city", people=people, seed=seed)
    before.show_plain_stick(stage, city)
    scan_city(stage, city)
    office = before.open_office(stage, folder / "home", cast, clock, folder / "register.toml")
    try:
        cuts = before.cut_city(stage, office, city)
        request = before.ask_and_approve(stage, office, cast, cuts)
        rows = before.seal_sticks(stage, office, cast, request, folder)
        call = Rehearsed(stage, office, (cast.key("chief"), cast.key("security")))
        scene = after.Scene(
            stage=stage, folder=folder, clock=clock, cast=cast, city=city, office=office, rows=rows, call=call
        )
        _afterwards(scene)
        _go_on(scene)
    finally:
        office.close()
    stage.closing(people)
    stage.say("left", folder=folder)
    stage.picture(folder / "night.svg")
    return stage


def _afterwards(scene: after.Scene) -> None:
    scene.clock.advance(timedelta(minutes=58))
    after.open_at_call_centre(scene)
    scene.clock.advance(timedelta(hours=4, minutes=2))
    after.be_alarmed(scene)
    scene.clock.advance(timedelta(hours=5))
    after.lose(scene)
    scene.clock.advance(timedelta(minutes=1))
    after.try_as_thief(scene)
    findings = after.prove_it(scene)
    after.list_people(scene, findings)
    answered.read_one_page(scene)
    answered.draft_everything(scene)
    after.compare(scene, findings)
    after.verify_outside(scene)
    after.search_for_shares(scene)
    after.certify(scene)
    answered.hand_on(scene)


def _go_on(scene: after.Scene) -> None:
    """Bring the office from the case's night to today, so that whoever plays on has a clock that is believed."""
    scene.clock.time = SystemClock().now()
    confirm_clock(scene.office, keys=(scene.cast.key("chief"), scene.cast.key("security")))


def _clear(folder: Path) -> None:
    if folder.exists():
        if not (folder / _MARK).exists():
            raise Misuse("demo.not_a_demo", path=folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def _keep_keys(cast: Cast, folder: Path) -> None:
    """Leave the keys for who wants to play on; a demo's people need no passphrase."""
    folder.mkdir()
    for member in cast.members.values():
        save(member.key, folder / f"{member.id}.key", passphrase=None)
    write_whole(folder / "supervisor.identity", f"{cast.identity.to_secret_text()}\n".encode())
