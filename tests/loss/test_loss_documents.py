"""What is drafted comes from facts alone, says to nobody more than that reader may hear, and never what is secret."""

from dataclasses import replace

import pytest
from drafted import NIGHT, SECRET, case

from sekisho.errors import Refused
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import AUDIENCE, DocumentKind, DocumentLanguage, languages_of
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.facts.fact import Value, Visibility
from sekisho.loss.facts.vocabulary import Type, fact_kind, vocabulary

ALL = [(kind, language) for kind in DocumentKind for language in languages_of(kind)]
IDS = [f"{kind}-{language}" for kind, language in ALL]


def text(kind: DocumentKind, language: DocumentLanguage, **changes: Value) -> str:
    return to_plain_text(draft(case(NIGHT | SECRET | changes), kind, language))


@pytest.mark.parametrize(("kind", "language"), ALL, ids=IDS)
def test_no_secret_and_no_key_of_one_is_in_any_document(kind: DocumentKind, language: DocumentLanguage) -> None:
    said = text(kind, language)
    for key, value in SECRET.items():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str):
                assert each not in said
        assert f"({key})" not in said
        assert f"{{{key}}}" not in said


@pytest.mark.parametrize(("kind", "language"), ALL, ids=IDS)
def test_a_document_says_nothing_that_its_reader_may_not_hear(kind: DocumentKind, language: DocumentLanguage) -> None:
    """Each text fact says its own key in words that no template has, and is looked for."""
    planted: dict[str, Value] = {
        key: f"＜{key}＞" if each.type is Type.TEXT else (f"＜{key}＞",)
        for key, each in vocabulary().items()
        if each.type in {Type.TEXT, Type.TEXTS} and key not in {"state_line", "residual", "zone", *SECRET}
    }
    said = to_plain_text(draft(case(NIGHT | planted), kind, language))
    heard = {key for key in planted if f"＜{key}＞" in said}
    assert {key for key in heard if fact_kind(key).visibility > min(AUDIENCE[kind], Visibility.INTERNAL)} == set()


@pytest.mark.parametrize("key", [key for key, value in NIGHT.items() if type(value) is int and value > 9])
def test_a_number_that_changes_in_the_facts_changes_in_every_document_that_says_it(key: str) -> None:
    value = NIGHT[key]
    assert isinstance(value, int)
    said = 0
    for kind, language in ALL:
        before = draft(case(NIGHT), kind, language)
        if any(key in piece.placeholder.strip("{}@").split(":") for piece in before.pieces()):
            said += 1
            assert draft(case(NIGHT | {key: value + 1}), kind, language).digest != before.digest
    if key not in {"persons_max", "ledger_size", "releases"}:
        assert said


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_free_text_that_gives_a_secret_away_stops_the_draft_and_is_not_quoted(kind: DocumentKind) -> None:
    with pytest.raises(Refused) as refused:
        text(kind, "ja", measures_done=("パスワードは十三桁なので安全です",))
    assert refused.value.values["fact"] == "measures_done"
    assert "十三" not in refused.value.what("ja")


def test_the_list_of_what_not_to_say_names_every_secret_whether_or_not_anything_is_known_of_it() -> None:
    said = to_plain_text(draft(case(NIGHT), DocumentKind.DO_NOT_SAY, "en"))
    secret = [each.en for each in vocabulary().values() if each.visibility is Visibility.SECRET]
    assert len(secret) >= 5
    assert all(label in said for label in secret)


def test_the_memo_of_an_exemption_says_where_there_is_none() -> None:
    memo = draft(case({**NIGHT, "verdict": "C"}), DocumentKind.EXEMPTION_MEMO, "en")
    assert "limbs" in {section.id for section in memo.sections}
    none = draft(replace(case(NIGHT), obligations=()), DocumentKind.EXEMPTION_MEMO, "en")
    assert {"none"} <= {section.id for section in none.sections}
    assert "Treat the report as due" in to_plain_text(none)
