"""What goes with anonymised data and what is published names the items, and nothing of how they were made."""

from collections.abc import Callable

import pytest

from sekisho.cut.law.notices import label_text, publication_text


@pytest.mark.parametrize("made", [label_text, publication_text])
@pytest.mark.parametrize(("public", "called"), [(True, "行政機関等匿名加工情報"), (False, "匿名加工情報")])
def test_items_and_maker_are_named(made: Callable[..., str], *, public: bool, called: str) -> None:
    text = made(controller="汐見市", title="給付の統計", items=["性別", "生年"], public_body=public)
    assert "汐見市" in text
    assert "性別、生年" in text
    assert called in text
    assert ("行政機関等" in text) is public


def test_the_label_says_what_is_forbidden() -> None:
    text = label_text(controller="c", title="t", items=["性別"], public_body=False)
    assert "照合" in text
    assert "forbidden" in text
