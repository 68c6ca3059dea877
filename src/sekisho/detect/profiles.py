"""What is known of each column before it is judged: exact counts of number shapes, text shapes on the sample."""

from collections.abc import Mapping, Sequence

import numpy as np

from sekisho.detect.cells import Values, count_shapes, values_of
from sekisho.detect.column_names import column_names
from sekisho.detect.evidence import ColumnProfile, Share, check_weight, value_weight
from sekisho.detect.examine import Part
from sekisho.detect.headers import HeaderReading, names_thing
from sekisho.detect.hits import Shape
from sekisho.detect.packs import Rules
from sekisho.detect.shapes import LONGEST_COUNTED, Counts
from sekisho.readers.tables import Table, parse

_CODE_LENGTHS = range(5, 16)


def column_profiles(
    table: Table, part: Part, readings: Sequence[HeaderReading | None], rules: Rules
) -> tuple[list[ColumnProfile], list[Values]]:
    """Return the profiles of a table's columns, and the values of the sample."""
    labels, names = table.labels, column_names(table.labels)
    frame = parse(b"".join(part.sample.rows), labels=labels, delimiter=table.dialect.delimiter)
    values = [values_of(column) for column in frame.get_columns()]
    is_all = len(part.sample.rows) == part.rows
    texts = count_shapes(values, rules.shapes)
    profiles = [
        _profile(
            part.counts,
            column,
            label=names[column],
            reading=readings[column],
            thing=names_thing(labels[column], rules),
            text={name: Share(found, cells.cells, exact=is_all) for name, found in texts[column].items()},
            values=cells,
        )
        for column, cells in enumerate(values)
    ]
    return profiles, values


def matched_cells(kind_id: str, profile: ColumnProfile, rules: Rules) -> tuple[int, bool]:
    """Return how many cells of a column hold a kind, and whether that was counted over the whole file."""
    rule = rules.kinds[kind_id]
    if rule.check:
        by_chance = check_weight(rule.check, profile, rules) <= 0
        cells = profile.labelled if by_chance and rule.check.passed in profile.labelled else profile.inside
        return cells.get(rule.check.passed, 0), True
    supporting = [each for each in rule.values if value_weight(each, kind_id, profile, rules) > 0]
    if not supporting:
        return (profile.inside.get(rule.values[0].shapes[0], 0) if rule.inside else 0), True
    return max(_projected([profile.share(name) for name in each.shapes], profile.filled) for each in supporting)


def _projected(shares: Sequence[Share], filled: int) -> tuple[int, bool]:
    """Return how many filled cells have one of several shapes; a share of the sample is projected on all of them."""
    matched = sum(each.matched if each.exact else round(each.rate * filled) for each in shares)
    return min(filled, matched), all(each.exact for each in shares)


def _profile(
    counts: Counts,
    column: int,
    *,
    label: str,
    reading: HeaderReading | None,
    thing: bool,
    text: Mapping[str, Share],
    values: Values,
) -> ColumnProfile:
    filled, inside, labelled = int(counts.filled[column]), counts.found[column], counts.labelled[column]
    numbers = {name: Share(found, filled, exact=True) for name, found in _number_shapes(counts, column).items()}
    return ColumnProfile(
        label=label,
        reading=reading,
        thing=thing,
        filled=filled,
        shapes={**text, **numbers},
        inside={shape.name.lower(): int(inside[shape]) for shape in Shape if inside[shape]},
        labelled={shape.name.lower(): int(labelled[shape]) for shape in Shape if labelled[shape]},
        sampled=values.cells,
        distinct=len(values.texts),
    )


def _number_shapes(counts: Counts, column: int) -> dict[str, int]:
    """Return the kernel's shapes that fill cells, and how many cells are digits alone, by their number."""
    shapes = {shape.name.lower(): int(counts.whole[column, shape]) for shape in Shape}
    lengths = counts.lengths[column]
    shapes |= {f"digits_{size}": int(lengths[size]) for size in range(1, LONGEST_COUNTED)}
    shapes["code_digits"] = int(np.max(lengths[_CODE_LENGTHS]))
    return {name: matched for name, matched in shapes.items() if matched}
