"""How much of the personal data in texts is found, and how much else: per kind, with intervals, beside other finders.

    python benchmarks/accuracy.py notes_dev stockmark_dev --failures /tmp/failures
    python benchmarks/accuracy.py notes_test --jp-pii /opt/jp-pii-detect --presidio /opt/presidio/bin/python

The sets are in ``gold.py``, the measures in ``scores.py``. Every finder gets the same texts. The failures of sets that writers
of rules may look at are written to a folder outside the repository; of the others only the figures are told.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from finders import LEVELS, Finder, jp_pii, presidio, sekisho, sekisho_command
from gold import ROOT, SETS, GoldSet, Record, Span
from scores import Counts, Failure, counted, f_score, failures, precision, prepared, recall, with_interval

_HEAD = """
| kind | spans | exact P | R | F1 | F2 | overlap P | R | F1 | characters P | R | F1 |
|---|---|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Run every finder over every set and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], default=list(SETS))
    parser.add_argument("--level", choices=LEVELS, default="medium")
    parser.add_argument("--command", action="store_true", help="call sekisho as a program")
    parser.add_argument("--jp-pii", type=Path, help="the jp-pii-detect program")
    parser.add_argument("--presidio", type=Path, help="the python of an environment with presidio-analyzer")
    parser.add_argument("--peers-only", action="store_true")
    parser.add_argument("--failures", type=Path, help="folder outside the repository")
    arguments = parser.parse_args()
    if arguments.failures and arguments.failures.resolve().is_relative_to(ROOT):
        parser.error("failures quote the sets: keep them out of the repository")
    for name in arguments.sets:
        records = SETS[name].read()
        for finder in _finders(arguments):
            print(f"\n### {name}, {finder.name}\n\nGoal: {SETS[name].goal}. {len(records)} records.")
            wrong = _measure(SETS[name], records, finder)
            if arguments.failures and SETS[name].shown:
                _write(arguments.failures / f"{name}-{finder.name.split()[0].strip(',')}.md", wrong)


def _finders(arguments: argparse.Namespace) -> Iterable[Finder]:
    if not arguments.peers_only:
        yield (sekisho_command if arguments.command else sekisho)(arguments.level)
    if arguments.jp_pii:
        yield jp_pii(arguments.jp_pii)
    if arguments.presidio:
        yield presidio(arguments.presidio)


def _measure(gold: GoldSet, records: Sequence[Record], finder: Finder) -> list[tuple[Record, Failure]]:
    """Print the table of a set and return what was wrong."""
    answers = finder.find([record.text for record in records])
    pairs = [prepared(record, found, gold.kinds) for record, found in zip(records, answers, strict=True)]
    counts = np.stack([counted(*pair, gold.kinds) for pair in pairs])
    frames = [record.frame for record in records]
    print(_HEAD)
    for row, kind in enumerate(gold.kinds):
        if counts[:, row].any():
            print(_row(kind, counts[:, row], frames))
    for name, kinds in gold.sums.items():
        rows = [gold.kinds.index(kind) for kind in kinds]
        print(_row(f"**{name}**", counts[:, rows].sum(1), frames))
    wrong = [(record, each) for record, pair in zip(records, pairs, strict=True) for each in failures(*pair)]
    print(f"\nFailures: {_summary(each for _, each in wrong)}")
    return wrong


def _row(name: str, counts: Counts, frames: Sequence[str]) -> str:
    total = counts.sum(0)
    cells = [name, str(total[0, 0] + total[0, 2])]
    for measure in range(3):
        cells += [f"{precision(total[measure]):.3f}", f"{recall(total[measure]):.3f}"]
        cells.append(str(with_interval(counts[:, measure], frames)))
        if measure == 0:
            cells.append(f"{f_score(total[measure], beta=2):.3f}")
    return f"| {' | '.join(cells)} |"


def _summary(wrong: Iterable[Failure]) -> str:
    kinds = Counter(f"{_kind(each)} {each.how}" for each in wrong)
    return ", ".join(f"{name} {count}" for name, count in kinds.most_common()) or "none"


def _kind(failure: Failure) -> str:
    span = failure.gold or failure.found
    return span.kind if span else ""


def _write(path: Path, wrong: Sequence[tuple[Record, Failure]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    wrong = sorted(wrong, key=lambda pair: (_kind(pair[1]), pair[1].how))
    path.write_text("".join(_told(record, failure) for record, failure in wrong), encoding="utf-8")


def _told(record: Record, failure: Failure) -> str:
    near = failure.gold or failure.found
    assert near
    before, after = record.text[max(0, near.start - 60) : near.start], record.text[near.end : near.end + 30]
    around = f"{before}⟦{record.text[near.start : near.end]}⟧{after}".replace("\n", "⏎")
    there, said = _said(record, failure.gold), _said(record, failure.found)
    return f"- {_kind(failure)} {failure.how} [{record.frame}]: there {there}, said {said}\n  {around}\n"


def _said(record: Record, span: Span | None) -> str:
    return f"{span.kind} `{record.text[span.start : span.end]}`".replace("\n", "⏎") if span else "nothing"


if __name__ == "__main__":
    main()
