"""The commands of ``sekisho loss`` about documents: draft them, and approve them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sekisho.custody.office import Office
    from sekisho.loss.documents.draft import Draft
    from sekisho.loss.incident.case import Case

_LANGUAGES = ("ja", "en", "ja-plain")


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.command("draft")(draft)
    group.command("approve")(approve)


@click.argument("words", nargs=-1)
@click.option("--in", "languages", type=click.Choice(_LANGUAGES), multiple=True)
@click.option("--out", type=PATH)
@click.option("--pdf", is_flag=True)
@click.option("--trace", is_flag=True)
@pass_session
def draft(
    session: Session, *, words: tuple[str, ...], languages: tuple[str, ...], out: Path | None, pdf: bool, trace: bool
) -> None:
    """Draft documents from the facts."""
    from sekisho.loss.documents.rendering import to_document, to_plain_text
    from sekisho.loss.documents.writing import write_drafts

    if out is None and (pdf or not any(not word.isdigit() for word in words)):
        raise Misuse("loss.draft_where")
    with session.office() as office:
        case, drafts = _drafts(office, words, languages)
        files = write_drafts(office, case, drafts, out, pdf=pdf) if out else []
    document = {
        "incident": case.incident,
        "folder": str(out) if out else None,
        "files": files,
        "drafts": [to_document(each) for each in drafts],
    }
    if out is None:
        lines = [line for each in drafts for line in to_plain_text(each).splitlines()]
    else:
        lines = [session.say("loss.draft.done", count=len(drafts), path=out)]
        lines += _missing(session, drafts)
    if trace:
        lines += _traced(session, case, drafts)
    session.emit(document, lines)


@click.argument("words", nargs=-1, required=True)
@click.option("--in", "languages", type=click.Choice(_LANGUAGES), multiple=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def approve(session: Session, *, words: tuple[str, ...], languages: tuple[str, ...], key: Path) -> None:
    """Approve documents as they stand."""
    from sekisho.loss.documents.approving import approve as approve_drafts

    with session.office() as office:
        case, drafts = _drafts(office, words, languages)
        signer = session.key(key)
        done = approve_drafts(office, case.incident, drafts, key=signer)
    waiting = [each.name for each in drafts if each.name not in done]
    lines = [session.say("loss.approve.done", name=name) for name in done]
    lines += [session.say("loss.approve.one", name=name) for name in waiting]
    lines += _missing(session, drafts)
    session.emit({"incident": case.incident, "approved": done, "waiting": waiting}, lines)


def _drafts(office: "Office", words: "Sequence[str]", languages: "Sequence[str]") -> "tuple[Case, list[Draft]]":
    """Return the case that is meant, and the drafts of the kinds that are named."""
    from typing import cast

    from sekisho.loss.documents.kinds import DocumentLanguage, document_kind
    from sekisho.loss.documents.writing import drafts_of
    from sekisho.loss.incident.reading import read_case
    from sekisho.loss.incident.settings import read_incident_settings
    from sekisho.loss.incident.updating import refresh

    incident = words[0] if words and words[0].isdigit() else None
    kinds = [document_kind(word) for word in words[1 if incident else 0 :]]
    number = incident_of(office, incident)
    refresh(office, number)
    case = read_case(office, number)
    wanted = languages or read_incident_settings(office.home.root).languages
    return case, drafts_of(office, case, kinds, cast("Sequence[DocumentLanguage]", wanted))


def _missing(session: Session, drafts: "Sequence[Draft]") -> list[str]:
    """Return what still has to be found out, for each draft that misses something."""
    return [
        session.say("loss.draft.missing", name=each.name, facts=" ".join(each.missing))
        for each in drafts
        if each.missing
    ]


def _traced(session: Session, case: "Case", drafts: "Sequence[Draft]") -> list[str]:
    """Return from which fact each placeholder of each draft comes, and who says so."""
    facts = {fact.n: fact for fact in case.facts.stated}
    lines = []
    for each in drafts:
        lines.append(session.say("loss.draft.traced", name=each.name))
        for name, numbers in each.used().items():
            told = ", ".join(f"#{n} {facts[n].key} ({facts[n].source})" for n in numbers if n in facts)
            lines.append(f"  {{{name}}}  {told}".rstrip())
    return lines
