"""The demo until the sticks leave the house: the city, what lies open in it, what is cut, approved and sealed."""

import shutil
import subprocess
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from sekisho.clock import ManualClock
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.cutting import make_cut, prepare
from sekisho.custody.office import Office, Settings
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.registering import propose, take_over
from sekisho.custody.requesting import Wish, approve_copy, request_copy
from sekisho.custody.sealing import seal_request
from sekisho.demo.case import the_case
from sekisho.demo.cast import OFFICE_PHONE, Cast, write_register
from sekisho.demo.city import City, make_city
from sekisho.demo.stage import Stage
from sekisho.domain import DOMAIN
from sekisho.errors import Refused
from sekisho.kinds.taxonomy import kind
from sekisho.loss.incident import settings as incident_settings

ZONE = "Asia/Tokyo"
STICKS = {"USB-017": "stick-1", "USB-018": "stick-2"}
_PURPOSES = ("answer", "households", "accounts")
_OFFICE = "汐見市"


def build_city(stage: Stage, folder: Path, *, people: int, seed: int) -> City:
    """Make the city's six tables."""
    with stage.act("city.title"):
        with stage.waiting():
            city = make_city(folder, people=people, seed=seed)
        stage.say("city.invented" if people == the_case().people else "city.smaller")
        rows = [[path.name, f"{city.counts[name]:,}", _megabytes(path)] for name, path in city.paths.items()]
        stage.table([stage.words("file"), stage.words("rows"), "MB"], rows, right=(1, 2))
    return city


def show_plain_stick(stage: Stage, city: City) -> None:
    """Find one's neighbour with ``grep``, as a finder would."""
    with stage.act("plain.title"):
        name = _somebody(city)
        stage.shell(f"grep -h '{name}' *.csv")
        for line in _grep(name, city)[:3]:
            stage.lines([line.strip()], style="red")
        stage.say("plain.meaning")


def open_office(stage: Stage, home: Path, cast: Cast, clock: ManualClock, register: Path) -> Office:
    """Make the office and tell it who is who."""
    with stage.act("office.title"):
        stage.shell(f"sekisho custodian init --name {_OFFICE} --phone {OFFICE_PHONE}")
        settings = Settings(name=_OFFICE, phone=OFFICE_PHONE, zone=ZONE, origin=f"{DOMAIN}/shiomi/ledger")
        office = Office.make(home, settings, clock)
        (home / incident_settings.FILE).write_bytes(files("sekisho.demo").joinpath("incident.toml").read_bytes())
        today = clock.now().date()
        write_register(cast, register, starts=today.replace(month=4, day=1), ends=today.replace(year=today.year + 1))
        stage.shell(f"sekisho party import {register.name}")
        take_over(office, propose(office, register), keys=())
        stage.say("office.people", people=len(cast.members))
    return office


def cut_city(stage: Stage, office: Office, city: City) -> list[CutRecord]:
    """Take the answer instead of the list, and the few rows that an answer cannot replace."""
    cuts = []
    with stage.act("cut.title"):
        for name in _PURPOSES:
            path = city.folder / f"{name}.toml"
            path.write_bytes(files("sekisho.demo").joinpath(f"purposes/{name}.toml").read_bytes())
            stage.shell(f"sekisho cut {path.name}")
            with stage.waiting():
                cut = make_cut(office, prepare(path))
            cuts.append(cut)
            size = sum(file.size for file in cut.files) / 1e6
            stage.say(
                "cut.done",
                title=cut.title,
                before=f"{cut.rows_in:,}",
                after=f"{cut.rows_out:,}",
                megabytes=f"{cut.bytes_in / 1e6:.1f}",
                size=f"{size:.1f}",
                kinds=" / ".join(
                    kind(each).label(stage.language) for each in dict.fromkeys(f.kind for f in cut.leaving)
                ),
            )
        stage.say("cut.names", style="green")
    return cuts


def ask_and_approve(stage: Stage, office: Office, cast: Cast, cuts: list[CutRecord]) -> Request:
    """Ask for two copies: first with a carrier whom no contract names, then with one whom two persons approve."""
    with stage.act("approve.title"):
        stage.shell("sekisho request … --carrier stranger --recipient supervisor --medium USB-017 --medium USB-018")
        try:
            request_copy(office, _wish(office, cuts, "stranger"), requester=cast.key("officer"))
        except Refused as refusal:
            stage.lines([refusal.what(stage.language)], style="red")
        stage.shell("sekisho request … --carrier carrier …")
        request = request_copy(office, _wish(office, cuts, "carrier"), requester=cast.key("officer"))
        stage.shell(f"sekisho approve C-{request.id} --key officer.key")
        try:
            approve_copy(office, request.id, approver=cast.key("officer"))
        except Refused as refusal:
            stage.lines([refusal.what(stage.language)], style="red")
        for approver in ("chief", "security"):
            stage.shell(f"sekisho approve C-{request.id} --key {approver}.key")
            request = approve_copy(office, request.id, approver=cast.key(approver))
        stage.say("approve.done", style="green", people=f"{request.statement.people:,}")
    return request


def seal_sticks(stage: Stage, office: Office, cast: Cast, request: Request, folder: Path) -> list[CopyRow]:
    """Seal a copy to each stick, each with a share of its own."""
    with stage.act("seal.title"):
        folders = {label: folder / name for label, name in STICKS.items()}
        for each in folders.values():
            each.mkdir()
        stage.shell("sekisho seal C-1 --medium USB-017=stick-1 --medium USB-018=stick-2 --key officer.key")
        rows = seal_request(office, request.id, folders, sealer=cast.key("officer"))
        cells = [
            [row.medium, row.slip, row.capsule.name, f"{row.capsule.size / 1e6:.1f}"] for row in rows if row.capsule
        ]
        stage.table([stage.words("medium"), stage.words("slip"), stage.words("file"), "MB"], cells, right=(3,))
        stage.say("seal.meaning")
    return rows


def _wish(office: Office, cuts: list[CutRecord], carrier: str) -> Wish:
    now = office.ledger.time()
    return Wish(
        cuts=tuple(cut.id for cut in cuts),
        carrier=carrier,
        recipient="supervisor",
        route="電車、汐見市役所から磯風コールセンターまで",
        media=tuple(STICKS),
        not_before=now,
        not_after=now + timedelta(hours=4),
        due=now + timedelta(hours=5),
        max_opens=1,
        allow_save=True,
    )


def evening(day: datetime) -> datetime:
    """Return 17:00 of the case's day, when the copying began."""
    return day.replace(hour=17, tzinfo=ZoneInfo(ZONE))


def _somebody(city: City) -> str:
    """Return a name from the register's middle."""
    with city.paths["register"].open(encoding=city.encoding) as file:
        for number, line in enumerate(file):
            if number == city.counts["register"] // 2:
                return line.split(",")[1]
    raise AssertionError("the register has a middle")


def _grep(name: str, city: City) -> list[str]:
    paths = [str(path) for path in city.paths.values()]
    if shutil.which("grep"):
        found = subprocess.run(["grep", "-h", "-F", name, *paths], capture_output=True, check=False)  # noqa: S603, S607 - the finder's own tool
        return found.stdout.decode(city.encoding).splitlines()
    lines = (line for path in paths for line in Path(path).read_text(encoding=city.encoding).splitlines())
    return [line for line in lines if name in line]


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f}"
