"""What is found where there is nothing: public tables, a table of products, a log, all without anybody's numbers.

    python benchmarks/write_corpora.py /tmp/corpora --megabytes 8
    python benchmarks/negatives.py /tmp/corpora --jp-pii jp-pii-detect

The public tables hold names, dates and places, so that only kinds of number, e-mail and postal codes are false in them; the
others may be looked at by hand. Columns are counted by the surest answer of each.
"""

import argparse
import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from finders import LEVELS, lines
from gold import NUMBERS, VECTORS

FALSE = frozenset({*NUMBERS, "resident_code", "corporate_number", "iban", "ssn", "nhs_number", "nino", "kr_rrn", "tw_id",
                   "email", "postal_code", "credential", "mac_address"})  # fmt: skip
REAL = {"log.txt": frozenset({"phone"})}  # the generator puts a few in


def main() -> None:
    """Scan the negatives and print how much was found at each level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--jp-pii", help="the jp-pii-detect program")
    arguments = parser.parse_args()
    print("| negatives | MB | columns | high | medium | medium, share of columns | low | what | places, high, medium |")
    print("|---|---|---|---|---|---|---|---|---|")
    places = [VECTORS / "fivethirtyeight", arguments.corpora / "products.csv", arguments.corpora / "log.txt"]
    for place in places:
        said = lines([place])
        false = FALSE - REAL.get(place.name, frozenset())
        columns, kinds = _columns(said, false)
        spans = _spans(said, false)
        count = sum(_numbers(said, "columns"))
        share = f"{columns['medium'] / count:.2%}" if count else "-"
        what = ", ".join(f"{kind} {level} {number}" for (kind, level), number in kinds.most_common()) or "-"
        row = (
            place.name,
            f"{_size(place) / 1e6:.1f}",
            count,
            columns["high"],
            columns["medium"],
            share,
            columns["low"],
            what,
        )
        print(f"| {' | '.join(map(str, row))} | {spans['high']}, {spans['medium']} |")
    if arguments.jp_pii:
        for place in places:
            print(f"\njp-pii-detect, {place.name}: {_jp_pii(arguments.jp_pii, place)}")


def _columns(
    said: Iterable[Mapping[str, object]], false: frozenset[str]
) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return how many columns got a false answer, by the surest, and the answers."""
    levels: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    kinds: Counter[tuple[str, str]] = Counter()
    for each in said:
        if each["type"] == "column" and each["kind"] in false:
            levels[str(each["source"]), str(each["table"]), str(each["column"])].add(str(each["confidence"]))
            kinds[str(each["kind"]), str(each["confidence"])] += 1
    return Counter(max(found, key=LEVELS.index) for found in levels.values()), kinds


def _spans(said: Sequence[Mapping[str, object]], false: frozenset[str]) -> Counter[str]:
    """Return how many false places in text and in cells there are at each level."""
    counts: Counter[str] = Counter()
    for each in said:
        if each["type"] == "finding" and each["table"] is not None and each["kind"] in false:
            counts[str(each["confidence"])] += 1
        texts = each.get("texts", ())
        assert isinstance(texts, list | tuple)
        for count in (count for text in texts for count in text["counts"]):
            counts[count["confidence"]] += count["findings"] if count["kind"] in false else 0
    return counts


def _numbers(said: Iterable[Mapping[str, object]], name: str) -> Iterable[int]:
    for source in said:
        tables = source.get("tables", ())
        assert isinstance(tables, list | tuple)
        yield from (table[name] for table in tables)


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in ([place] if place.is_file() else place.rglob("*.csv")))


def _jp_pii(program: str, place: Path) -> str:
    command = [program, "scan", str(place), "--format", "json", "--exit-zero"]
    found = json.loads(subprocess.run(command, check=False, capture_output=True, text=True).stdout)["findings"] or []
    rules = Counter(each["rule_id"] for each in found)
    return f"{len(found)} findings in {len({each['file'] for each in found})} files: {dict(rules.most_common())}"


if __name__ == "__main__":
    main()
