"""The statement: was it opened, who was on it, what is still possible. Every number comes from the ledger or an index.

Japanese and English say the same. It holds no person's name or number and no key fact, so it may be given out; its digest
becomes a leaf of the ledger, so the log's signature covers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekisho.catalogue.words import Language, say
from sekisho.clock import to_local, to_text
from sekisho.custody.office import Settings
from sekisho.custody.records import CopyRow
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.loss.history import History
from sekisho.loss.verdict import residual_readers, state_line, verdict
from sekisho.loss.who import Affected


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEvidence:
    """What is known of one copy.

    Attributes:
        row: the copy.
        history: what the ledger tells of it.
        may_save: whether rows could be saved where it was opened.
        proofs: its entries that get a proof of their own: name → place in the ledger.
    """

    row: CopyRow
    history: History
    may_save: bool
    proofs: Mapping[str, int]

    @property
    def verdict(self) -> str:
        """A, B or C."""
        return verdict(self.history).value

    @property
    def state(self) -> str:
        """The catalogue key of its state line."""
        return state_line(self.history)

    @property
    def residual(self) -> tuple[str, ...]:
        """The catalogue keys of who may still read."""
        return residual_readers(self.history, may_save=self.may_save)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything a statement is made of."""

    settings: Settings
    at: datetime
    copies: tuple[CopyEvidence, ...]
    affected: Affected
    checkpoint: Checkpoint
    origin: str


def statement_text(findings: Findings, language: Language) -> str:
    """Return the statement in one language."""
    zone = findings.settings.zone
    lines = [
        say("statement.title", language, office=findings.settings.name, at=to_local(findings.at, zone), zone=zone),
        "",
    ]
    for evidence in findings.copies:
        lines += [*_copy_lines(evidence, zone, language), ""]
    lines += [*_people_lines(findings.affected, language), ""]
    lines += _proof_lines(findings, language)
    return "\n".join(lines) + "\n"


def statement_json(findings: Findings) -> dict[str, object]:
    """Return the statement for programs; documented in ``docs/reference/json.md``."""
    affected = findings.affected
    return {
        "type": "statement",
        "office": findings.settings.name,
        "at": to_text(findings.at),
        "copies": [_copy_json(evidence) for evidence in findings.copies],
        "people": {"at_least": affected.at_least, "at_most": affected.at_most},
        "by_kind": {kind.id: people for kind, people in affected.by_kind()},
        "by_field_set": [
            {"kinds": [kind.id for kind in kinds], "people": people} for kinds, people in affected.by_field_set()
        ],
        "ledger": {
            "origin": findings.origin,
            "size": findings.checkpoint.size,
            "root": findings.checkpoint.root.hex(),
        },
    }


def _copy_lines(evidence: CopyEvidence, zone: str, language: Language) -> list[str]:
    history = evidence.history
    words = [
        say(
            "statement.copy",
            language,
            slip=evidence.row.slip,
            medium=evidence.row.medium,
            sealed=_time(history.sealed_at, zone, language),
        ),
        "  " + history.capsule,  # alone on its line: with words before it, it would not fit a screen
        "  " + _state(evidence, zone, language),
        "  " + say("statement.verdict", language, verdict=evidence.verdict),
        "  "
        + say(
            "statement.times",
            language,
            last_seen=_time(history.last_seen, zone, language, unknown="not_stated"),
            lost=_time(history.lost_at, zone, language),
            stopped=_time(history.suspended_at, zone, language),
            destroyed=_time(history.destroyed_at, zone, language),
        ),
        "  " + say("statement.asked", language, requests=history.requests, releases=len(history.releases)),
    ]
    words += [
        "  " + say(f"statement.route_{each.route}", language, at=to_local(each.at, zone), index=each.index)
        for each in history.releases
    ]
    escrow = history.escrow
    left, threshold = (escrow.left, escrow.threshold) if escrow else (0, 0)
    return words + ["  " + say(key, language, left=left, threshold=threshold) for key in evidence.residual]


def _state(evidence: CopyEvidence, zone: str, language: Language) -> str:
    history = evidence.history
    kinds = "_by_voice" * bool(history.by_voice) + "_by_envelopes" * bool(history.by_envelopes)
    releases = say(
        f"statement.count{kinds}",
        language,
        count=len(history.releases),
        voice=history.by_voice,
        envelopes=history.by_envelopes,
    )
    erased = _time(history.erased_at[0] if history.erased_at else None, zone, language)
    escrow = history.escrow
    left, threshold = (escrow.left, escrow.threshold) if escrow else (0, 0)
    return say(evidence.state, language, releases=releases, erased=erased, left=left, threshold=threshold)


def _people_lines(affected: Affected, language: Language) -> list[str]:
    least, most = f"{affected.at_least:,}", f"{affected.at_most:,}"
    key = "statement.people" if least == most else "statement.people_between"
    lines = [say(key, language, people=least, least=least, most=most)]
    if affected.is_mixed:
        lines.append(say("statement.mixed", language))
    lines += [f"  {kind.label(language)}: {people:,}" for kind, people in affected.by_kind()]
    lines.append(say("statement.field_sets", language))
    separator = "・" if language == "ja" else ", "
    for kinds, people in affected.by_field_set():
        lines.append(f"  {people:>9,}  {separator.join(kind.label(language) for kind in kinds)}")
    return lines


def _proof_lines(findings: Findings, language: Language) -> list[str]:
    return [
        say(
            "statement.ledger",
            language,
            origin=findings.origin,
            size=findings.checkpoint.size,
        ),
        "  " + findings.checkpoint.root.hex(),
        say("statement.means", language),
    ]


def _copy_json(evidence: CopyEvidence) -> dict[str, object]:
    history = evidence.history
    return {
        "slip": evidence.row.slip,
        "medium": evidence.row.medium,
        "copy": history.cid,
        "capsule": history.capsule,
        "size": history.size,
        "people": history.people,
        "verdict": evidence.verdict,
        "state": evidence.state.removeprefix("statement."),
        "residual": [key.removeprefix("statement.reader_") for key in evidence.residual],
        "last_seen": _json_time(history.last_seen),
        "sealed_at": _json_time(history.sealed_at),
        "lost_at": _json_time(history.lost_at),
        "suspended_at": _json_time(history.suspended_at),
        "destroyed_at": _json_time(history.destroyed_at),
        "found_at": _json_time(history.found_at[0] if history.found_at else None),
        "erased_at": _json_time(history.erased_at[0] if history.erased_at else None),
        "epoch": history.epoch,
        "escrow": {"left": history.escrow.left, "threshold": history.escrow.threshold} if history.escrow else None,
        "requests": history.requests,
        "releases": [{"at": to_text(each.at), "route": each.route, "index": each.index} for each in history.releases],
        "proofs": list(evidence.proofs),
    }


def _time(time: datetime | None, zone: str, language: Language, *, unknown: str = "not_yet") -> str:
    return to_local(time, zone) if time else say(f"statement.{unknown}", language)


def _json_time(time: datetime | None) -> str | None:
    return to_text(time) if time else None
