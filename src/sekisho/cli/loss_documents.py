"""The commands of ``sekisho loss`` about documents: draft them, and approve one as two persons."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.errors import MediumError, Misuse
from sekisho.loss.documents.kinds import DocumentKind, DocumentLanguage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sekisho.loss.documents.draft import Draft

_KINDS = click.Choice([kind.value for kind in DocumentKind])
_LANGUAGES = click.Choice(get_args(DocumentLanguage))


def add_to(group: Group) -> None:
    """Add them to the group."""
    _add_draft(group)
    _add_approve(group)


def _add_draft(group: Group) -> None:
    @group.command("draft")
    @click.argument("kinds", nargs=-1, type=_KINDS)
    @click.option("--incident", default="")
    @click.option("--language", "languages", type=_LANGUAGES, multiple=True)
    @click.option("--out", type=PATH)
    @pass_session
    def drafted(
        session: Session, *, kinds: tuple[str, ...], incident: str, languages: tuple[DocumentLanguage, ...],
        out: Path | None,
    ) -> None:  # fmt: skip
        """Write drafts on the screen, or into a folder."""
        from sekisho.loss.documents.approving import approvals, drafts, is_approved
        from sekisho.loss.documents.rendering import to_document, to_plain_text
        from sekisho.loss.incident.reading import read_case

        with session.office() as office:
            number = incident_of(office, incident)
            chosen = [DocumentKind(kind) for kind in kinds]
            written = drafts(office, read_case(office, number), kinds=chosen, languages=languages)
            approved = {each.name: is_approved(each, approvals(office, number)) for each in written}
            texts = {each.name: to_plain_text(each, approved=approved[each.name]) for each in written}
            if out is not None:
                office.note(out.parent)
                _write(texts, out)
        documents = [to_document(each, approved=approved[each.name]) for each in written]
        lines = (
            [line for text in texts.values() for line in (*text.split("\n"), "")]
            if out is None
            else [str(out / f"{name}.txt") for name in texts]
        )
        session.emit({"incident": number, "documents": documents}, lines)
        _say_missing(session, written)


def _add_approve(group: Group) -> None:
    @group.command("approve")
    @click.argument("kind", type=_KINDS)
    @click.option("--incident", default="")
    @click.option("--language", type=_LANGUAGES, required=True)
    @click.option("--key", "keys", type=FILE, multiple=True, required=True)
    @pass_session
    def approved(
        session: Session, *, kind: str, incident: str, language: DocumentLanguage, keys: tuple[Path, ...]
    ) -> None:
        """Approve what a document says now."""
        from sekisho.loss.documents.approving import approve

        if len(keys) != 2:
            raise Misuse("cli.list_needs_two")
        with session.office() as office:
            number = incident_of(office, incident)
            index, written = approve(
                office, number, DocumentKind(kind), language, keys=[session.key(key) for key in keys]
            )
        document = {"incident": number, "document": written.name, "digest": written.digest, "entry": index}
        session.emit(document, [session.say("loss.approve.done", name=written.name, entry=index)])


def _say_missing(session: Session, written: "list[Draft]") -> None:
    """Say what somebody still has to find out."""
    from sekisho.loss.facts.vocabulary import fact_kind

    missing = dict.fromkeys(key for each in written for key in each.missing)
    if missing:
        what = session.say("separator").join(f"{fact_kind(key).label(session.language)} ({key})" for key in missing)
        session.note("loss.draft.missing", what=what)


def _write(texts: "Mapping[str, str]", folder: Path) -> None:
    """Write drafts into a folder, in the place of older drafts; what else is there is left alone."""
    from sekisho.files import write_whole

    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        for name, text in texts.items():
            write_whole(folder / f"{name}.txt", text.encode(), overwrite=True)
    except OSError as error:
        raise MediumError("cli.disk", path=folder) from error
