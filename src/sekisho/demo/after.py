"""The demo from the call centre on: opened once, lost, killed, proven; who was on it; and what a thief can do."""

import base64
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sekisho.capsule.opening import Ask, open_capsule
from sekisho.clock import ManualClock, to_local
from sekisho.codes import read_release_code
from sekisho.custody import records
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.alarms import Task
from sekisho.custody.answers import QUESTION, TABLE, OpenAnswers
from sekisho.custody.certificate_form import Certificate
from sekisho.custody.certificates import Hands
from sekisho.custody.certifying import certify_keys
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.handing import hand_over
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.releasing import LocalDesk
from sekisho.demo.before import STICKS, ZONE
from sekisho.demo.carried import carried_index
from sekisho.demo.cast import Cast
from sekisho.demo.city import City
from sekisho.demo.stage import Stage
from sekisho.demo.telephone import Rehearsed
from sekisho.errors import Refused, SekishoError
from sekisho.kinds.taxonomy import kind
from sekisho.loss.evidence import gather, issue_evidence
from sekisho.loss.lost import report_lost
from sekisho.loss.statement import Findings, statement_text
from sekisho.loss.who import export_people
from sekisho.people.index import Index

_STATEMENT_LINES = 14
_COMPARED = ("name", "address", "birth_date", "name_kana", "bank_account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is there when the sticks have left the house."""

    stage: Stage
    folder: Path
    clock: ManualClock
    cast: Cast
    city: City
    office: Office
    rows: list[CopyRow]
    call: Rehearsed

    @property
    def slips(self) -> list[str]:
        """The numbers on the slips."""
        return [row.slip for row in self.rows]

    def capsule(self, row: CopyRow) -> Path:
        """Return where a copy's capsule is."""
        assert row.capsule is not None
        return self.folder / STICKS[row.medium] / row.capsule.name


def open_at_call_centre(scene: Scene) -> None:
    """Hand over, and open the first copy in a room without a network."""
    stage, cast, first = scene.stage, scene.cast, scene.rows[0]
    with stage.act("open.title"):
        for row in scene.rows:
            for giver, receiver in (("officer", "carrier"), ("carrier", "supervisor"), ("supervisor", "carrier")):
                hand_over(scene.office, row.slip, giver=cast.key(giver), receiver=cast.key(receiver))
        stage.shell(f"sekisho hand-over {first.slip} --giver officer.key --receiver carrier.key")
        stage.say("open.handed")
        stage.shell(f"sekisho hand-over {first.slip} --giver carrier.key --receiver stranger.key")
        try:
            hand_over(scene.office, first.slip, giver=cast.key("carrier"), receiver=cast.key("stranger"))
        except Refused as refusal:
            stage.lines([refusal.what(stage.language)], style="red")
        stage.shell(f"sekisho open {scene.capsule(first).name} -i supervisor.identity --code --ask")
        with scene.capsule(first).open("rb") as file:
            opened = open_capsule(file, cast.identity, scene.call)
            answers = OpenAnswers(opened.read(TABLE), opened.read(QUESTION))
        stage.say("open.opened", style="green")
        _ask(stage, answers, scene.city)


def be_alarmed(scene: Scene) -> None:
    """Look for alarms at ten in the evening: the window is over, and nobody has erased anything."""
    stage, register = scene.stage, scene.office.register
    with stage.act("alarm.title"):
        stage.shell("sekisho alarm run --once")
        fired = [each for each in run_round(scene.office).fired if each.task == Task.ERASE]
        for row in scene.rows:
            told = dict.fromkeys(person for each in fired if each.subject == row.slip for person in each.persons)
            names = stage.words("separator").join(register.persons[person].name for person in told)
            stage.say("alarm.told", style="yellow", slip=row.slip, people=len(told), names=names)
        stage.say("alarm.honest", at=to_local(scene.clock.now(), ZONE))


def lose(scene: Scene) -> None:
    """Report both copies at three in the morning."""
    stage = scene.stage
    with stage.act("lost.title"):
        stage.say("lost.when", at=to_local(scene.clock.now(), ZONE))
        stage.shell(f"sekisho lost {' '.join(scene.slips)} --key security.key --out evidence")
        report_lost(scene.office, scene.slips, key_officer=scene.cast.key("security"))
        stage.say("lost.done", style="green", copies=len(scene.rows))


def try_as_thief(scene: Scene) -> None:
    """Try both sticks with everything that was in the bag."""
    stage, (first, second) = scene.stage, scene.rows
    officers = (scene.cast.key("chief"), scene.cast.key("security"))
    with stage.act("thief.title"):
        for row in scene.rows:
            stage.say("thief.asks", medium=row.medium)
            _attempt(scene, row, LocalDesk(scene.office, officers))
        stage.say("thief.replays", medium=second.medium)
        _attempt(scene, second, _Noted(scene.call.code))
        stage.say("thief.honest", style="yellow", medium=first.medium)


def prove_it(scene: Scene) -> Findings:
    """State what is known, and write the evidence."""
    stage = scene.stage
    with stage.act("prove.title"):
        findings = gather(scene.office, scene.slips)
        stage.lines(statement_text(findings, stage.language).splitlines()[:_STATEMENT_LINES])
        stage.lines(["…"])
        issue_evidence(scene.office, findings, scene.folder / "evidence")
        stage.say("prove.written")
    return findings


def list_people(scene: Scene, findings: Findings) -> None:
    """Say exactly who was on the copies."""
    stage, cast = scene.stage, scene.cast
    with stage.act("who.title"):
        stage.shell(f"sekisho who {' '.join(scene.slips)} --out people.csv --key privacy.key --key chief.key")
        path = scene.folder / "people.csv"
        found = export_people(scene.office, scene.slips, path, first=cast.key("privacy"), second=cast.key("chief"))
        separator = "・" if stage.language == "ja" else ", "
        sets = [
            [f"{people:,}", separator.join(each.label(stage.language) for each in kinds)]
            for kinds, people in findings.affected.by_field_set()
        ]
        stage.table([stage.words("people"), stage.words("kinds")], sets, right=(0,))
        stage.say("who.written", people=f"{found.at_least:,}", size=f"{path.stat().st_size / 1e6:.1f}")


def compare(scene: Scene, findings: Findings) -> None:
    """Set the night as it was beside the night as it is now."""
    stage, city = scene.stage, scene.city
    with stage.act("compare.title"):
        carried = carried_index(city)
        now = findings.affected.index
        cuts = records.cuts(scene.office.ledger.connection)
        households = city.counts["benefit_r3"] + city.counts["benefit_r4"]
        accounts = city.counts["welfare_account"] + city.counts["child_allowance_account"]
        rows = [
            [stage.words("compare.people"), f"{carried.people:,}", f"{now.people:,}"],
            *([kind(each).label(stage.language), *_counts(each, carried, now)] for each in _COMPARED),
            [stage.words("compare.full_accounts"), f"{accounts:,}", f"{_rows(cuts, 'bank_account', 'keep'):,}"],
            [stage.words("compare.households"), f"{households:,}", f"{_rows(cuts, 'name_kana', 'keep'):,}"],
            [stage.words("compare.megabytes"), _size(city), f"{findings.copies[0].history.size / 1e6:.1f}"],
            [stage.words("compare.read"), stage.words("compare.read_then"), stage.words("compare.read_now")],
        ]
        headers = ["", stage.words("compare.then"), stage.words("compare.now")]
        stage.table(headers, rows, right=(1, 2))


def verify_outside(scene: Scene) -> None:
    """Let an outsider check the evidence with plain Python; then change one byte."""
    stage = scene.stage
    with stage.act("verify.title"):
        evidence = scene.folder / "evidence"
        stage.shell("python3 -I -S verify.py evidence")
        stage.lines(_verify(evidence, stage)[-1:], style="green")
        broken = scene.folder / "evidence-with-one-byte-changed"
        shutil.copytree(evidence, broken)
        bundle = next(path for path in sorted((broken / "tile" / "entries").rglob("*")) if path.is_file())
        data = bytearray(bundle.read_bytes())
        data[len(data) // 2] ^= 1
        bundle.write_bytes(data)
        stage.say("verify.flip", file=bundle.relative_to(broken))
        stage.lines(_verify(broken, stage)[-3:], style="red")


def search_for_shares(scene: Scene) -> None:
    """Search the whole office folder for the share that was read out: as bytes, hex, base64 and digits."""
    stage, code = scene.stage, scene.call.code
    with stage.act("share.title"):
        share = read_release_code(code)
        forms = [share, share.hex().encode(), base64.b64encode(share)[:20], code.replace(" ", "").encode()]
        found = sum(
            form in path.read_bytes() for path in scene.office.home.root.rglob("*") if path.is_file() for form in forms
        )
        stage.say("share.found", style="green" if found == 0 else "red", found=found)


def certify(scene: Scene) -> None:
    """Ask for a certificate of each copy's erasure, and get one only where nothing that opens it can be left."""
    stage, cast = scene.stage, scene.cast
    hands = Hands(sanitiser=cast.key("security"), verifier=cast.key("chief"))
    with stage.act("certificate.title"):
        for row in scene.rows:
            stage.shell(f"sekisho erase {row.slip} --crypto --holder security.key --witness chief.key")
            document = certify_keys(scene.office, row.slip, hands).document
            if isinstance(document, Certificate):
                stage.say("certificate.given", style="green", number=document.number)
            else:
                stage.say("certificate.refused", style="yellow", number=document.number)


class _Noted:
    """A thief with a note of somebody else's 48 digits."""

    def __init__(self, code: str) -> None:
        self._code = code

    def share(self, ask: Ask, /) -> bytes:  # noqa: ARG002 - the note says what it says
        """See :class:`sekisho.capsule.opening.ShareSource`."""
        return read_release_code(self._code)


def _attempt(scene: Scene, row: CopyRow, source: "LocalDesk | _Noted") -> None:
    try:
        with scene.capsule(row).open("rb") as file:
            open_capsule(file, scene.cast.identity, source)
    except SekishoError as refusal:
        scene.stage.lines([refusal.what(scene.stage.language)], style="red")
    else:
        raise AssertionError("a thief opened a capsule")


def _ask(stage: Stage, answers: OpenAnswers, city: City) -> None:
    """Ask about one resident in another spelling, and about somebody who does not exist."""
    kana_name, day, postcode = _caller(city)
    for caller in ((kana_name.replace("　", ""), day, postcode), ("ソンザイシナイ", day, postcode)):
        found = answers.ask(*caller)
        words = stage.words("open.not_found") if isinstance(found, str) else getattr(found, stage.language)
        stage.lines([f"{' / '.join(caller)}  →  {words}"])


def _caller(city: City) -> tuple[str, str, str]:
    """Return somebody whom a benefit concerns: the first head of a household in this year's table."""
    with city.paths["benefit_r4"].open(encoding=city.encoding) as file:
        file.readline()
        heads = {line.split(",")[0] for line in file}
    with city.paths["register"].open(encoding=city.encoding) as file:
        for line in file:
            cells = line.split(",")
            if cells[0] in heads and cells[2] and cells[3]:
                return cells[2], cells[6], cells[3]
    raise AssertionError("somebody is concerned")


def _counts(kind_id: str, carried: Index, now: Index) -> list[str]:
    return [f"{carried.count(kind(kind_id)):,}", f"{now.count(kind(kind_id)):,}"]


def _rows(cuts: list[CutRecord], kind_id: str, form: str) -> int:
    """Return how many rows left with a kind of data in one form."""
    return sum(cut.rows_out for cut in cuts if any((field.kind, field.form) == (kind_id, form) for field in cut.fields))


def _size(city: City) -> str:
    return f"{sum(path.stat().st_size for path in city.paths.values()) / 1e6:.1f}"


def _verify(folder: Path, stage: Stage) -> list[str]:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-X",
        "utf8",
        str(folder / "verify.py"),
        "--language",
        stage.language,
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")  # noqa: S603 - the bundle's own verifier
    return done.stdout.splitlines()
