import pytest

from sekisho.detect.packs import built_in_rules
from sekisho.detect.text.found import LOW, MEDIUM
from sekisho.detect.text.people import find_names

_UNSURE = "We asked Zoe about it with Olaf today.\n"  # given names, not full ones


@pytest.mark.parametrize(("every_line", "level"), [(False, LOW), (True, MEDIUM)])
def test_more_is_reported_where_every_span_is_asked_for(every_line: bool, level: int) -> None:
    text = f"Dear colleagues, {_UNSURE}".encode()

    found = find_names(text, built_in_rules().scale, recogniser="dictionary", every_line=every_line)

    assert {
        text[start:stop]: int(each) for start, stop, each in zip(found.starts, found.stops, found.levels, strict=True)
    } == {
        b"Zoe": level,
        b"Olaf": level,
    }


def test_lines_without_an_anchor_are_read_only_where_every_span_is_asked_for() -> None:
    scale = built_in_rules().scale

    assert len(find_names(_UNSURE.encode(), scale, recogniser="dictionary", every_line=False)) == 0
    assert len(find_names(_UNSURE.encode(), scale, recogniser="dictionary", every_line=True)) == 2
