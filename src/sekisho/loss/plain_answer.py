"""What follows the report of an ordinary medium, in one go: clocks, drafts, tables and the case, in one folder.

Nothing of it is sent or approved. Every draft says first that it is one, and what somebody still has to find out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho.catalogue.words import Language, say
from sekisho.clock import to_local, to_text
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Misuse
from sekisho.files import replacing_folder
from sekisho.loss.affected.people import people_of
from sekisho.loss.affected.segments import rows_of, segments_of
from sekisho.loss.assessing import assess
from sekisho.loss.documents.writing import drafts_of, write_drafts
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.case_index import state_words
from sekisho.loss.interop.case_json import case_json, dumps
from sekisho.loss.interop.lists import lists, table
from sekisho.loss.law.ics import calendar
from sekisho.loss.law.named import named
from sekisho.loss.severity.telling import assessment_lines

_SEVERITY_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was written.

    Attributes:
        case: what it was written from.
        severity: what it was assessed as, line by line, in the language asked for.
        drafts: names of the drafts.
        missing: keys of the facts that somebody still has to find out, in the order of the drafts.
    """

    case: Case
    severity: tuple[str, ...]
    drafts: tuple[str, ...]
    missing: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """Return it for programs."""
        facts = self.case.facts
        return {
            "people": {"at_least": facts.number("persons"), "at_most": facts.number("persons_max")},
            "by_kind": {kind.id: people for kind, people in self.case.by_kind},
            "clocks": [
                {"rule": each.rule, "stage": each.stage, "state": each.state.value, "due": to_text(each.due)}
                for each in self.case.obligations
                if each.due
            ],
            "drafts": list(self.drafts),
            "missing": list(self.missing),
        }

    def lines(self, language: Language) -> Iterator[str]:
        """Yield it for people: who, with what, by when, and what is still to be found out."""
        case, facts = self.case, self.case.facts
        least, most = facts.number("persons") or 0, facts.number("persons_max") or 0
        yield state_words(case, language)
        key = "who.total" if least == most else "who.between"
        yield say(f"cli.{key}", language, people=f"{least:,}", least=f"{least:,}", most=f"{most:,}")
        for kind, people in case.by_kind:
            yield f"  {people:>9,}  {kind.label(language)}"
        for each in case.obligations:
            if each.due:
                due = to_local(each.due, case.zone)
                yield say("cli.loss.from-files.clock", language, due=due, rule=named(each, language))
        yield from self.severity[:_SEVERITY_LINES]
        yield say("cli.loss.from-files.drafts", language, count=len(self.drafts))
        if self.missing:
            what = say("cli.separator", language).join(fact_kind(key).label(language) for key in self.missing)
            yield say("cli.loss.from-files.missing", language, what=what)


def answer_plain_loss(office: Office, number: int, folder: Path, *, language: Language) -> Answer:
    """Assess, and write everything that follows into a new folder.

    Args:
        office: whose incident it is.
        number: of the incident.
        folder: must not exist.
        language: of the calendar and of what is told; drafts are in every language that there is.

    Raises:
        Misuse: the folder exists.
        Refused: a fact that may be heard gives a secret one away.
        MediumError: the disk refused.
    """
    if folder.exists():
        raise Misuse("loss.exists", path=folder)
    kept = assess(office, number)
    severity = assessment_lines(kept.assessment, language, incident=number, n=kept.n)
    case = read_case(office, number)
    people = people_of(office, number)
    segments = segments_of(people.found.index, people.flags, at_least=people.found.at_least)
    drafts = drafts_of(office, case)
    internal = heard_by(case, Visibility.INTERNAL)
    files = {f"tables/{name}": content for name, content in lists(internal).items()}
    files["tables/segments.csv"] = table(*rows_of(segments))
    files["case.json"] = dumps(case_json(internal))
    files["severity.txt"] = "".join(f"{line}\n" for line in severity).encode()
    files["clocks.ics"] = calendar(
        case.obligations,
        uid=f"{case.origin}/{number}",
        sequence=max((fact.n for fact in case.facts.stated), default=0),
        at=case.at,
        language=language,
    )
    office.note(folder.parent)
    try:
        with replacing_folder(folder) as partial:
            for name, content in files.items():
                path = partial / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            write_drafts(office, case, drafts, partial / "drafts")
    except FileExistsError:
        raise Misuse("loss.exists", path=folder) from None
    except OSError as error:
        raise MediumError("cli.disk", path=folder) from error
    missing = dict.fromkeys(key for each in drafts for key in each.missing)
    return Answer(
        case=case, severity=tuple(severity), drafts=tuple(each.name for each in drafts), missing=tuple(missing)
    )
