"""A single letter on request: tagged, archival, in large print, with the code of the one that went by post."""

import io

import pikepdf
import polars as pl
import pytest
from letter_pages import KEY, invented, mailing, pages

from sekisho.loss.letters.readback import seen
from sekisho.loss.letters.reference import reference_code
from sekisho.loss.letters.single import Singles

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")


@pytest.mark.parametrize("large", [False, True])
def test_a_letter_can_be_read_aloud_and_says_what_the_posted_one_says(large: bool) -> None:
    people = invented(5).with_columns(minor=pl.Series([False, False, True, False, False]))
    wanted = Singles(mailing(people), [4], large=large)
    (file,) = wanted.files()
    assert (wanted.letters, file.name) == (1, "o-3-row-4.pdf")
    said = "".join(pages(file.pdf))
    assert seen(f"{invented(5)['name'][2]}様の保護者様") in said
    assert seen(reference_code(KEY, invented(5)["person"][2])) in said
    assert all(seen(name) not in said for name in invented(5)["name"].gather([0, 1, 3, 4]))
    with pikepdf.open(io.BytesIO(file.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        metadata = str(pdf.open_metadata())
        assert ("pdfuaid" in metadata, "<pdfaid:conformance>A" in metadata) == (True, True)
        assert str(pdf.Root.Lang) == "ja"


def test_who_gets_no_letter_is_not_made_one_on_request() -> None:
    wanted = Singles(mailing(invented(2).with_columns(protected=pl.Series([True, False]))), [2])
    assert (wanted.letters, list(wanted.files())) == (0, [])
