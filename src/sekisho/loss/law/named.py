"""What an obligation is called: the title of its record, and which of its stages it is."""

from sekisho.catalogue.words import Language, area_words
from sekisho.loss.law.obligation import Obligation


def named(obligation: Obligation, language: Language) -> str:
    """Return an obligation's name as people read it; the record's id where it has no title."""
    title = obligation.title.get(language) or obligation.rule
    stage = stage_words(obligation.stage, language)
    if not stage:
        return title
    return f"{title}：{stage}" if language == "ja" else f"{title}: {stage}"


def stage_words(stage: str, language: Language) -> str:
    """Return a stage in words; one that an office's own pack brings as it stands."""
    return area_words("duty").get(f"stage_{stage}", {}).get(language, stage)
