"""Sekisho inside Presidio: an ``EntityRecognizer`` that gives what our detector of running text finds.

    from presidio_analyzer import AnalyzerEngine
    from sekisho.detect.presidio import SekishoRecognizer

    analyzer = AnalyzerEngine(supported_languages=["ja"], nlp_engine=...)
    analyzer.registry.add_recognizer(SekishoRecognizer(supported_language="ja"))

It needs no tokens and looks at no language. Entities have the names that Presidio's users know, where there are such
(``rules/presidio.toml``); scores are our confidence; the explanation is our evidence in words. Importing this module takes
the extra ``sekisho[presidio]``, and nothing else in Sekisho imports it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from sekisho.detect.findings import Finding
from sekisho.detect.packs import built_in_rules
from sekisho.detect.recognisers.presidio import entity_of_kind
from sekisho.detect.text.scan import find_spans

if TYPE_CHECKING:
    from presidio_analyzer.nlp_engine import NlpArtifacts

FindSpans = Callable[[str], Iterable[Finding]]

_NAME = "SekishoRecognizer"


class SekishoRecognizer(EntityRecognizer):
    """Finds personal data, Japanese first, for Presidio's analyzer."""

    def __init__(
        self,
        *,
        supported_language: str = "ja",
        supported_entities: Sequence[str] | None = None,
        find_spans: FindSpans = find_spans,
    ) -> None:
        """Make a recogniser.

        Args:
            supported_language: the language under which Presidio asks it; texts of any are read alike.
            supported_entities: only these; all that our rules know if not given.
            find_spans: another detector than the built-in one.
        """
        self._find_spans = find_spans
        super().__init__(
            supported_entities=list(supported_entities or all_entities()),
            name=_NAME,
            supported_language=supported_language,
        )

    def load(self) -> None:
        """Do nothing: there is no model."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: "NlpArtifacts | None" = None,  # noqa: ARG002  # Presidio passes it
    ) -> list[RecognizerResult]:
        """Return what is found in a text.

        Args:
            text: any; places are in its characters.
            entities: only these; all that are supported if empty.
            nlp_artifacts: not looked at.
        """
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        named = [(entity_of_kind(each.kind), each) for each in self._find_spans(text)]
        return [self._result(entity, finding) for entity, finding in named if entity in wanted]

    def _result(self, entity: str, finding: Finding) -> RecognizerResult:
        why = " ".join(each.says("en") for each in finding.evidence)
        explanation = AnalysisExplanation(
            recognizer=_NAME,
            original_score=finding.confidence,
            pattern_name=finding.kind,
            textual_explanation=f"{finding.kind}, {finding.level}. {why}".strip(),
        )
        return RecognizerResult(
            entity_type=entity,
            start=finding.start,
            end=finding.end,
            score=finding.confidence,
            analysis_explanation=explanation,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: _NAME,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


def all_entities() -> list[str]:
    """Return the entities of all kinds that our rules know."""
    return sorted({entity_of_kind(each) for each in built_in_rules().kinds})
