"""A column that nobody wrote a hierarchy for gets the one that fits all of its values."""

import pytest

from sekisho.cut.risk.default import default


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        (["23", "27", None], ("23", "20-24", "20-29", "20-39", "0-39", "*")),
        (["1964-04-01", "S39.4.2", None], ("1964-04-01", "1964-04", "1964", "1960-1969", "*")),
        (["660-0051", "6600802", None], ("660-0051", "660", "66", "*")),
        (["男", "女", None], ("男", "*")),
        (["23", "男"], ("23", "*")),
        (["-1", "2"], ("-1", "*")),
        ([None], (None, "*")),
        ([], None),
    ],
)
def test_the_hierarchy_is_that_of_the_values(values: list[str | None], levels: tuple[str | None, ...] | None) -> None:
    found = default(values)
    if levels is None:
        assert found.leaves == ()
    else:
        place = found.leaves.index(values[0])
        assert tuple(level[place] for level in found.labels) == levels
