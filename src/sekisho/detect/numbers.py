"""Groups that are digits and separators alone, wherever they stand in a block."""

from collections.abc import Iterator

from sekisho.detect.forms import Possibilities, international, possibilities
from sekisho.detect.hits import Hits, Shape, hits
from sekisho.detect.runs import Heads, Runs
from sekisho.detect.windows import Windows, windows

_ALL = frozenset(Shape)


def numbers(runs: Runs, heads: Heads, wanted: frozenset[Shape] = _ALL) -> Iterator[Hits]:
    """Yield every such group of the shapes that are wanted, form by form."""
    for groups in windows(runs, heads.free):
        for form in groups.forms():
            if possible := _of(wanted, possibilities(form.lengths, form.separators)):
                yield from _checked(groups.of_form(form), form.lengths, possible, before=0)
    for groups in windows(runs, heads.plus) if len(heads.plus) else ():
        for form in groups.forms():
            if possible := _of(wanted, international(form.lengths)):
                yield from _checked(groups.of_form(form), form.lengths, possible, before=1)


def _of(wanted: frozenset[Shape], possible: Possibilities) -> Possibilities:
    return possible if wanted is _ALL else tuple(each for each in possible if each[0] in wanted)


def _checked(group: Windows, lengths: tuple[int, ...], possible: Possibilities, *, before: int) -> Iterator[Hits]:
    found = group.digits(*lengths) if any(check for _, check in possible) else None
    for shape, check in possible:
        yield hits(shape, group if check is None or found is None else group.where(check(found)), before=before)
