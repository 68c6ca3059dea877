"""The exemption pack: for each law's exemption for encrypted data, what each limb asks, what is attached, and what is not proven.

It cites and shows; it exempts nothing, and asserts nothing that only a regulator can. Its papers join those of the statement, so
that the same leaf of the ledger holds their digests, and ``verify.py`` covers them. They hold no person's name and no key fact.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.catalogue.words import LANGUAGES, Language, say
from sekisho.clock import from_text, to_local, to_text
from sekisho.custody.approved import RELEASE_APPROVALS
from sekisho.loss.build_record import build_json
from sekisho.loss.facts.fact import Facts
from sekisho.loss.facts.vocabulary import Type, vocabulary
from sekisho.loss.key_evidence import CopyKeys, remarks
from sekisho.loss.law.exempting import Ground
from sekisho.loss.law.limbs import are_met
from sekisho.loss.law.obligation import Limb
from sekisho.loss.suites import checked_on, suites_csv

_JAPAN = "jp-high-encryption"
_ANSWER = {True: "met", False: "not_met", None: "unknown"}
_STEPS = frozenset({
    "capsule.sealed", "copy.written", "release.requested", "release.given", "escrow.made", "escrow.released", "escrow.voided",
    "copy.lost", "ticket.suspended", "ticket.lifted", "ticket.destroyed", "copy.found",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What an exemption pack is made of.

    Attributes:
        incident: number of the incident.
        office: its name.
        at: when.
        zone: of the clocks on its wall.
        facts: of the incident.
        grounds: the exemptions that are looked at, held against the facts.
        keys: what is known of the key of each copy.
        kek: the scheme of the back-end that keeps the office's key-encryption keys.
        decided: ids of the exemptions that two persons have decided on by then; what speaks against one since, the clocks say.
    """

    incident: int
    office: str
    at: datetime
    zone: str
    facts: Facts
    grounds: Sequence[Ground]
    keys: Sequence[CopyKeys]
    kek: str
    decided: Sequence[str] = ()


def exemption_papers(pack: Pack, others: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the papers of a pack: file name → content.

    Args:
        pack: what they are made of.
        others: the papers of the statement beside which they lie, which are evidence too.
    """
    papers = {"build.json": _json(build_json()), "suites.csv": suites_csv(key.suite for key in pack.keys)}
    papers["exemption-limbs.csv"] = limbs_csv(pack)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in ({**others, **papers}).items()}
    papers["exemption.json"] = _json(exemption_json(pack, digests))
    papers |= {f"exemption.{language}.txt": exemption_text(pack, language).encode() for language in LANGUAGES}
    return papers


def exemption_json(pack: Pack, digests: Mapping[str, str]) -> dict[str, object]:
    """Return the pack for programs; documented in ``docs/explanation/exemption.md``."""
    return {
        "type": "exemption",
        "incident": pack.incident,
        "at": to_text(pack.at),
        "decided": list(pack.decided),
        "exemptions": [
            {
                "id": each.exemption.id,
                "law": each.exemption.law,
                "sources": list(each.exemption.sources),
                "mark": each.exemption.check,
                "standing": standing_of(each),
                "limbs": [_limb_json(limb, pack.facts, digests) for limb in each.limbs],
            }
            for each in pack.grounds
        ],
        "copies": [_copy_json(keys, pack.kek) for keys in pack.keys],
        "suites_checked_on": checked_on(),
    }


def exemption_text(pack: Pack, language: Language) -> str:
    """Return the pack in one language, for who decides and for the authority."""
    at = to_local(pack.at, pack.zone)
    lines = [say("exemption.title", language, office=pack.office, incident=pack.incident, at=at, zone=pack.zone), ""]
    lines += [say("exemption.means", language), ""]
    for ground in pack.grounds:
        lines += [*_ground_lines(ground, pack, language), ""]
    for keys in pack.keys:
        lines += [*_copy_lines(keys, pack.kek, language), ""]
    lines += _suite_lines(pack, language)
    return "\n".join(lines) + "\n"


def limbs_csv(pack: Pack) -> bytes:
    """Return one row a limb, for spreadsheets."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["exemption", "limb", "group", "answer", "evidence", "gap", "mark", "ja", "en"])
    for limb in (limb for ground in pack.grounds for limb in ground.limbs):
        gap = limb.gap.removeprefix("exemption.gap_")
        answer, evidence = _ANSWER[limb.met], " ".join(limb.evidence)
        words = [limb_words(limb, language) for language in LANGUAGES]
        rows.writerow([limb.exemption, limb.limb, limb.group, answer, evidence, gap, limb.mark.value, *words])
    return text.getvalue().encode("utf-8-sig")  # a spreadsheet takes Japanese without the mark for another encoding


def standing_of(ground: Ground) -> str:
    """Return ``likely``, ``denied`` or ``open``."""
    if ground.likely:
        return "likely"
    return "denied" if ground.blocked or are_met(ground.limbs) is False else "open"


def limb_words(limb: Limb, language: Language) -> str:
    """Return what a limb asks; one of an office's own record is a flag of the vocabulary."""
    try:
        return say(f"exemption.limb_{limb.limb}", language)
    except KeyError:
        kind = vocabulary().get(limb.limb)
        return kind.label(language) if kind else limb.limb


def _ground_lines(ground: Ground, pack: Pack, language: Language) -> list[str]:
    exemption = ground.exemption
    mark = say("exemption.mark", language, mark=exemption.check)
    lines = [say("exemption.heading", language, title=getattr(exemption.title, language), id=exemption.id, mark=mark)]
    lines.append("  " + say("exemption.law", language, law=exemption.law))
    if exemption.sources:
        lines.append("  " + say("exemption.sources", language, sources=" ".join(exemption.sources)))
    lines.append("  " + say(f"exemption.standing_{standing_of(ground)}", language))
    if exemption.note:
        lines.append("  " + str(getattr(exemption.note, language)))
    lines += [line for limb in ground.limbs for line in _limb_lines(limb, pack, language)]
    if exemption.id == _JAPAN:
        lines += ["  " + say(f"exemption.beside_{name}", language) for name in ("voluntary", "no_second")]
    return lines


def _limb_json(limb: Limb, facts: Facts, digests: Mapping[str, str]) -> dict[str, object]:
    return {
        "limb": limb.limb,
        "group": limb.group,
        "answer": _ANSWER[limb.met],
        "files": {name: digests[name] for name in limb.evidence if name in digests},
        "facts": {name: facts.value(name) for name in limb.evidence if "." not in name},
        "gap": limb.gap.removeprefix("exemption.gap_"),
        "mark": limb.mark.value,
    }


def _copy_json(keys: CopyKeys, kek: str) -> dict[str, object]:
    history = keys.history
    return {
        "slip": history.slip,
        "copy": history.cid,
        "capsule": history.capsule,
        "suite": [part.id for part in keys.suite.parts],
        "key_backend": kek,
        "approvals": {"copy": keys.approvals, "release": RELEASE_APPROVALS},
        "epoch": history.epoch,
        "weak": list(keys.weak),
        "remarks": list(remarks(keys, kek=kek)),
        "leaves": [
            {"index": entry.index, "at": to_text(entry.at), "type": entry.type}
            for entry in history.entries
            if entry.type in _STEPS
        ],
    }


def _limb_lines(limb: Limb, pack: Pack, language: Language) -> list[str]:
    words = limb_words(limb, language)
    answer = say(f"exemption.answer_{_ANSWER[limb.met]}", language)
    mark = say("exemption.mark", language, mark=limb.mark.value)
    lines = ["  - " + say("exemption.limb", language, answer=answer, limb=words, mark=mark)]
    if limb.group:
        lines.append("      " + say("exemption.one_of", language))
    if limb.evidence:
        shown = [_evidence(name, pack, language) for name in limb.evidence]
        lines.append("      " + say("exemption.evidence", language, evidence=", ".join(shown)))
    else:
        lines.append("      " + say("exemption.no_evidence", language))
    return lines + (["      " + say(limb.gap, language)] if limb.gap else [])


def _evidence(name: str, pack: Pack, language: Language) -> str:
    """Return a file's name, or a fact and its value, as people read it."""
    if "." in name:
        return name
    kind, value = vocabulary()[name], pack.facts.value(name)
    if isinstance(value, bool):
        return f"{kind.label(language)}={say('exemption.yes' if value else 'exemption.no', language)}"
    if kind.type is Type.TIME and isinstance(value, str):
        return f"{kind.label(language)}={to_local(from_text(value), pack.zone)}"
    shown = kind.word(value, language) if isinstance(value, str) else str(value)
    return kind.label(language) if isinstance(value, tuple) else f"{kind.label(language)}={shown}"


def _copy_lines(keys: CopyKeys, kek: str, language: Language) -> list[str]:
    history = keys.history
    lines = [say("exemption.copy", language, slip=history.slip), f"  {history.capsule}"]
    lines.append("  " + say("exemption.key_backend", language, kek=kek, approvals=RELEASE_APPROVALS))
    said = (*(keys.weak or ("nothing",)), *remarks(keys, kek=kek))
    return lines + ["  " + say(f"exemption.weak_{name}", language) for name in said]


def _suite_lines(pack: Pack, language: Language) -> list[str]:
    lines = [say("exemption.suites", language, checked_on=checked_on())]
    for part in dict.fromkeys(part for keys in pack.keys for part in keys.suite.parts):
        lists = {name: say(f"exemption.list_{getattr(part, name)}", language) for name in ("cryptrec", "iso", "nist")}
        lines.append("  " + say("exemption.suite", language, name=part.name, mark=part.mark, **lists))
    return [*lines, say("exemption.suites_mean", language)]


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
