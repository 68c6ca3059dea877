"""Text as the kernel may meet it: digits, separators of every width, quotes, letters, and bytes that are nothing."""

from hypothesis import strategies as st

from sekisho.detect.runs import _WIDE  # the separators themselves, so that none is forgotten

PIECES = st.one_of(
    st.text(st.sampled_from("0123456789-/. ()+AT_abKN漢ーｱ０９＋\u00a0\n\"',;|" + "".join(_WIDE)), max_size=16),
    st.from_regex("[0-9]{1,25}", fullmatch=True),
    st.from_regex("[0-9]{3,5}([-/. ()][0-9]{1,8}){1,4}", fullmatch=True),
    st.from_regex("0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}", fullmatch=True),
    st.from_regex("(19|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]", fullmatch=True),
    st.from_regex("[A-Zz]{1,3}[0-9]{6,13}[A-Dd]{0,3}", fullmatch=True),
    st.from_regex("1[0-9]{3}0-[0-9]{1,7}1", fullmatch=True),
    st.integers(0, 99).map(lambda n: "x" * n),
    st.sampled_from(
        [
            "123456789018",
            "4111111111111111",
            "T8700110005901",
            "123-45-6789",
            "1.2.3.4",
            "+81-90-1234-5678",
            "NULL",
            "－",
            "090(1234)5678",
            "A123456789",
            "AB123456C",
            "943 476 5919",
            "900101-1234568",
            "12330-12345671",
            "0120-123-456",
            "3782-822463-10005",
            "19850102",
            "06130001",
            "0612345678",
            "マイナンバー：",
            "my number ",
        ]
    ),
)
TEXT = st.lists(PIECES, max_size=12).map("".join)


def as_cell(text: str) -> str:
    """Return a text without what ends or quotes a cell."""
    return text.replace('"', "").replace(",", "").replace("\n", "")


CELLS = TEXT.map(as_cell)
