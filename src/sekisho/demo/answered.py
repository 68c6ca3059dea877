"""The demo from the proof to the desk: what the officer reads on one page, what is due when, what is drafted, what is never said."""

from datetime import timedelta

from sekisho.clock import SystemClock, to_local, to_text
from sekisho.demo.after import Scene
from sekisho.demo.before import ZONE
from sekisho.errors import NotFound, Refused
from sekisho.loss.assessing import assess
from sekisho.loss.documents.choosing import kinds_for
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import DocumentKind, languages_of
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.interop.case_file import write_case_file
from sekisho.loss.interop.case_index import state_words
from sekisho.loss.law.evaluate import Place, evaluate
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.loss.law.pack import load_pack
from sekisho.loss.severity.telling import assessment_lines

_INCIDENT = 1
_SEVERITY_LINES = 2
_TOO_MUCH = "かばんごと紛失した。USBメモリーのパスワードは13桁の英数字である。"
_LENGTH = "13桁"
_ENOUGH = "帰宅の途中、かばんごと紛失した。"


def read_one_page(scene: Scene) -> Case:
    """Show what is known, what the law asks for by when, and how severe it is, one minute after the call."""
    stage, office = scene.stage, scene.office
    with stage.act("page.title"):
        collect(office, _INCIDENT)
        known = [
            Stated("known_at", to_text(scene.clock.now())),
            Stated("lost_outside", value=True),
            Stated("malicious", value=False),
        ]
        state(office, _INCIDENT, known, source="person:privacy")
        case = read_case(office, _INCIDENT)
        stage.lines([state_words(case, stage.language)], style="bold green")
        stage.shell("sekisho loss clocks")
        obligations = _law_of_today(scene, case)
        rows = [[each.rule, each.stage, _due(each), each.state.value, each.mark.value] for each in obligations]
        stage.table([stage.words(f"page.{word}") for word in ("rule", "stage", "due", "state", "mark")], rows)
        stage.say("page.law", day=SystemClock().now().date().isoformat())
        stage.shell("sekisho loss assess")
        kept = assess(office, _INCIDENT)
        lines = assessment_lines(kept.assessment, stage.language, incident=_INCIDENT, n=kept.n)
        stage.lines(lines[:_SEVERITY_LINES])
    return case


def draft_everything(scene: Scene) -> None:
    """Refuse to draft what gives a password away; then draft everything, and look for it in all of that."""
    stage, office = scene.stage, scene.office
    with stage.act("draft.title"):
        stage.say("draft.typed", text=_TOO_MUCH)
        try:
            state(office, _INCIDENT, [Stated("circumstances", _TOO_MUCH)], source="person:officer")
            draft(read_case(office, _INCIDENT), DocumentKind.PRESS, "ja")
        except Refused as refusal:
            stage.lines([refusal.what(stage.language)], style="red")
        else:
            raise AssertionError("a draft gave a password away")
        state(office, _INCIDENT, [Stated("circumstances", _ENOUGH)], source="person:officer")
        written = _write_drafts(scene, read_case(office, _INCIDENT))
        found = sum(_LENGTH in text for text in written.values())
        stage.say("draft.written", style="green", count=len(written))
        stage.say("draft.searched", found=found)


def hand_on(scene: Scene) -> None:
    """Write the case file for a committee, as two persons ask for it."""
    stage, cast = scene.stage, scene.cast
    with stage.act("case.title"):
        stage.shell(f"sekisho loss export {_INCIDENT} --as case --key privacy.key --key security.key --out case-file")
        made = write_case_file(
            scene.office,
            _INCIDENT,
            scene.folder / "case-file",
            first=cast.key("privacy"),
            second=cast.key("security"),
        )
        stage.say("case.written", style="green", papers=made.papers, entry=made.entry)


def _law_of_today(scene: Scene, case: Case) -> tuple[Obligation, ...]:
    """Return what the law of today would ask for: in June 2022 the act did not bind cities yet."""
    place = Place(
        zone=ZONE, body="public", roles=("controller",), jurisdictions=("JP",), law_of=SystemClock().now().date()
    )
    found = evaluate(case.facts, load_pack(), as_of=scene.clock.now(), place=place)
    return tuple(each for each in found if each.state is not ObligationState.LISTED)


def _due(obligation: Obligation) -> str:
    return to_local(obligation.due - timedelta(seconds=1), ZONE)[:10] if obligation.due else "-"


def _write_drafts(scene: Scene, case: Case) -> dict[str, str]:
    folder = scene.folder / "drafts"
    folder.mkdir()
    written = dict[str, str]()
    for kind in kinds_for(case):
        for language in languages_of(kind):
            try:
                each = draft(case, kind, language)
            except NotFound:
                continue
            written[each.name] = to_plain_text(each)
            (folder / f"{each.name}.txt").write_text(written[each.name], encoding="utf-8")
    return written
