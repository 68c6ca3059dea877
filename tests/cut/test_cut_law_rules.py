"""The records of the law are whole: articles, sources with the day they were read, a status, words in both languages."""

from datetime import date

import pytest

from sekisho.cut.law import rules as module
from sekisho.cut.law.rules import Rule, rules_of, sources

BASES = ("pseudonymous", "anonymous", "entrustment")
ALL = [(basis, rule) for basis in BASES for rule in rules_of(basis)]


@pytest.mark.parametrize(("basis", "rule"), ALL, ids=[f"{basis} {rule.id}" for basis, rule in ALL])
def test_a_record_can_be_followed_up(basis: str, rule: Rule) -> None:
    assert rule.article.startswith(("個人情報保護法", "番号法"))
    assert rule.article_en.startswith(("APPI art. ", "My Number Act art. "))
    assert rule.ja != rule.en
    assert rule.checked >= date(2026, 11, 23)
    assert all(source.url in rule.cited() for source, _ in rule.sources)
    assert rule.id.startswith({"pseudonymous": "A", "anonymous": "B", "entrustment": "C"}[basis])


def test_what_was_not_read_is_called_so() -> None:
    """A source read from memory never makes a verified record."""
    unread = {source.id for source in sources().values() if "memory" in source.version}
    assert unread == {"number-act"}
    for _, rule in ALL:
        if {source.id for source, _ in rule.sources} & unread:
            assert rule.status == "from_memory"


def test_every_source_is_cited() -> None:
    assert {source.id for _, rule in ALL for source, _ in rule.sources} == set(sources())


@pytest.mark.parametrize("basis", ["internal", "test", "sources", "../../pyproject"])
def test_other_bases_have_no_records(basis: str) -> None:
    assert rules_of(basis) == ()


@pytest.mark.parametrize(
    "change", [{"status": "sure"}, {"sources": []}, {"sources": ["nobody 1"]}, {"ja": ""}, {"before": ""}, {"more": 1}]
)
def test_a_record_that_is_not_whole_is_a_mistake(monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    record = {
        "article": "個人情報保護法1条", "article_en": "APPI art. 1", "sources": ["act"], "status": "verified",
        "ja": "目的", "en": "purpose", "before": "contact",
    }  # fmt: skip
    tables = module._tables
    monkeypatch.setattr(module, "_tables", lambda name: tables(name) if name == "sources" else {"A1": record | change})
    with pytest.raises(ValueError, match="A1"):
        module.rules_of.__wrapped__("pseudonymous")
