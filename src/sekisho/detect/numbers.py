"""Groups that are digits and separators alone, wherever they stand in a block."""

from collections.abc import Iterator

from sekisho.detect.forms import Possibilities, international, possibilities
from sekisho.detect.hits import Hits, hits
from sekisho.detect.runs import Heads, Runs
from sekisho.detect.windows import Windows, windows


def numbers(runs: Runs, heads: Heads) -> Iterator[Hits]:
    """Yield every such group, form by form."""
    for groups in windows(runs, heads.free):
        for form in groups.forms():
            if possible := possibilities(form.lengths, form.separators):
                yield from _checked(groups.of_form(form), form.lengths, possible, before=0)
    for groups in windows(runs, heads.plus) if len(heads.plus) else ():
        for form in groups.forms():
            yield from _checked(groups.of_form(form), form.lengths, international(form.lengths), before=1)


def _checked(group: Windows, lengths: tuple[int, ...], possible: Possibilities, *, before: int) -> Iterator[Hits]:
    found = group.digits(*lengths) if any(check for _, check in possible) else None
    for shape, check in possible:
        yield hits(shape, group if check is None or found is None else group.where(check(found)), before=before)
