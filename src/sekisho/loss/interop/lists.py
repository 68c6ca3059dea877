"""Every list of a case as a table for a spreadsheet, one CSV file each. Pure.

UTF-8 with a byte order mark, and no cell that a spreadsheet computes, as all tables of the office
(:mod:`sekisho.custody.interop.tables`). Times stand in UTC as the ledger has them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from sekisho.clock import to_text
from sekisho.custody.interop.tables import BOM, line
from sekisho.loss.facts.fact import Fact
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.interop.audience import told
from sekisho.loss.interop.kept import Kept, Run

FACT_COLUMNS = ("n", "key", "ja", "en", "value", "visibility", "source", "at", "supersedes", "current")
OBLIGATION_COLUMNS = (
    "rule", "version", "stage", "recipient", "status", "state", "start_fact", "start", "due", "due_ja", "due_en", "warn",
    "basis_ja", "basis_en", "why", "unknown", "mark", "checked_on", "sources",
)  # fmt: skip
RUN_COLUMNS = ("run", "at", "facts", "entry", "result")
RECORD_COLUMNS = ("n", "entry", "at", "record")


def lists(case: Case, kept: Kept | None = None) -> dict[str, bytes]:
    """Return the tables of a case: name of the file → content.

    Args:
        case: as its reader may hear it.
        kept: what the office has on the incident beside: drafts, statements, decisions, old computations; for those in the
            office alone.
    """
    tables = {
        "facts": table(FACT_COLUMNS, *(_fact(fact, case) for fact in case.facts.stated)),
        "obligations": table(OBLIGATION_COLUMNS, *_obligations(case)),
        "kinds": table(
            ("kind", "ja", "en", "people"), *((kind.id, kind.ja, kind.en, str(n)) for kind, n in case.by_kind)
        ),
        "field-sets": table(
            ("people", "kinds", "ja"),
            *(
                (str(n), " ".join(kind.id for kind in kinds), "・".join(kind.ja for kind in kinds))
                for kinds, n in case.by_field_set
            ),
        ),
    }
    if kept is not None:
        tables["computations"] = table(RUN_COLUMNS, *map(_run, kept.runs))
        for kind in kept.kinds():
            rows = ((str(each.n), str(each.index), each.at, _json(each.record)) for each in kept.of(kind))
            tables[f"{kind}s"] = table(RECORD_COLUMNS, *rows)
    return {f"{name}.csv": content for name, content in tables.items()}


def _fact(fact: Fact, case: Case) -> Sequence[str]:
    kind = fact_kind(fact.key)
    return (
        str(fact.n),
        fact.key,
        kind.ja,
        kind.en,
        told(fact.value),
        fact.visibility.name.lower(),
        fact.source,
        to_text(fact.at),
        str(fact.supersedes or ""),
        "1" if case.facts.get(fact.key) is fact else "",
    )


def _obligations(case: Case) -> Iterable[Sequence[str]]:
    for each in case.obligations:
        yield (
            each.rule, each.version, each.stage, each.recipient, each.status, each.state.value, each.start_key,
            to_text(each.start) if each.start else "", to_text(each.due) if each.due else "",
            each.due_words.get("ja", ""), each.due_words.get("en", ""), to_text(each.warn) if each.warn else "",
            each.basis.get("ja", ""), each.basis.get("en", ""), "; ".join(each.why), " ".join(each.unknown),
            each.mark.value, each.checked_on, " ".join(each.sources),
        )  # fmt: skip


def _run(run: Run) -> Sequence[str]:
    result = "".join(run.details.values()) or _json(run.record)
    return str(run.run), run.at, str(run.facts), "" if run.index is None else str(run.index), result


def table(*rows: Sequence[str]) -> bytes:
    """Return rows, the head first, as a file for a spreadsheet."""
    return (BOM + "".join(map(line, rows))).encode()


def _json(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
