import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, SpacyNlpEngine

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import Finding
from sekisho.detect.presidio import SekishoRecognizer, all_entities

_NUMBER = "123456789018"


def _find_spans(text: str) -> list[Finding]:
    start = text.find(_NUMBER)
    evidence = (Evidence("labelled", 11.0, {"cells": 1}),)
    found = Finding(
        kind="my_number",
        level="high",
        confidence=0.998,
        line=1,
        start=start,
        end=start + len(_NUMBER),
        evidence=evidence,
        masked="**********18",
    )
    return [found] if start >= 0 else []


class _Blank(SpacyNlpEngine):
    """spaCy without a model: only a tokenizer, so nothing is downloaded."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]  # Presidio says None

    def load(self) -> None:
        pass


def _engine(recognizer: SekishoRecognizer) -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=[recognizer], supported_languages=["en"])
    engine: NlpEngine = _Blank()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def test_presidios_analyzer_finds_what_we_find() -> None:
    engine = _engine(SekishoRecognizer(supported_language="en", find_spans=_find_spans))

    (found,) = engine.analyze(f"個人番号{_NUMBER}です", language="en", return_decision_process=True)

    assert (found.entity_type, found.start, found.end, found.score) == ("JP_MY_NUMBER", 4, 16, 0.998)
    assert "stands behind its own name" in found.analysis_explanation.textual_explanation
    assert _NUMBER not in found.analysis_explanation.textual_explanation


def test_only_the_entities_asked_for_are_given() -> None:
    recognizer = SekishoRecognizer(find_spans=_find_spans)
    narrow = SekishoRecognizer(find_spans=_find_spans, supported_entities=["PHONE_NUMBER"])
    nothing: NlpArtifacts | None = None

    assert recognizer.analyze(_NUMBER, ["PHONE_NUMBER"], nothing) == []
    assert len(recognizer.analyze(_NUMBER, [])) == 1
    assert narrow.analyze(_NUMBER, ["JP_MY_NUMBER"]) == []


def test_it_has_the_names_that_presidios_users_know() -> None:
    assert {"PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "JP_MY_NUMBER"} <= set(all_entities())
    assert SekishoRecognizer(find_spans=_find_spans).supported_language == "ja"


def test_our_own_detector_finds_beside_japanese_with_places_in_characters() -> None:
    text = f"山田様、個人番号は{_NUMBER}です。電話06-6401-0000"

    found = SekishoRecognizer().analyze(text, ["JP_MY_NUMBER", "PHONE_NUMBER"])

    assert {(each.entity_type, text[each.start : each.end]) for each in found} == {
        ("JP_MY_NUMBER", _NUMBER),
        ("PHONE_NUMBER", "06-6401-0000"),
    }
