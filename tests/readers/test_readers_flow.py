from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.readers.flow import Declares, Grammar, lines_of

_GRAMMAR = Grammar(
    said=frozenset("t"),
    paragraphs=frozenset("p"),
    cells=frozenset("c"),
    rows=frozenset("r"),
    tabs=frozenset("b"),
    breaks=frozenset("n"),
    blanks=frozenset("s"),
    skipped=frozenset("x"),
)


def _lines(xml: str, size: int = 1 << 20) -> list[str]:
    data = xml.encode()
    return list(lines_of((data[at : at + size] for at in range(0, len(data), size)), _GRAMMAR))


@pytest.mark.parametrize(
    ("xml", "lines"),
    [
        ("<a><p><t>1</t>no<t>2</t></p><p/></a>", ["12", ""]),
        ("<a><r><c><p><t>1</t></p><p><t>2</t></p></c><c><p><t>3</t></p></c></r></a>", ["1 2 \t3"]),
        ("<a><c><r><c><t>in</t></c></r></c></a>", ["in"]),
        ("<a><p><t>1</t><b/><s/><t>2</t><n/><t>3</t></p></a>", ["1\t 2", "3"]),
        ("<a><t>1</t><x><t>2</t></x><t>3</t></a>", ["13"]),
        ("<q:a xmlns:q='u'><q:p><q:t>山&#30000;</q:t></q:p></q:a>", ["山田"]),
        ("<a><t>1\n2</t></a>", ["1 2"]),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_words_are_read_in_order(xml: str, lines: list[str], size: int) -> None:
    assert _lines(xml, size) == lines


def test_entities_are_refused() -> None:
    with pytest.raises(Declares):
        _lines("<!DOCTYPE a [<!ENTITY b 'c'>]><a><t>&b;</t></a>")


@given(st.text())
def test_what_is_no_xml_is_refused(text: str) -> None:
    with pytest.raises((ExpatError, Declares, ValueError)):
        _lines("<a>" + text)
