"""An assessment in words: result, remarks, and every input with the rule that set it and what somebody set instead."""

from sekisho.catalogue.words import Language, say
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.severity.assessment import Assessment, Input
from sekisho.loss.severity.ico import ANSWERS


def assessment_lines(found: Assessment, language: Language, *, incident: int, n: int) -> list[str]:
    """Return what a person reads of an assessment."""
    method = _or_itself(f"severity.method_{found.method}", found.method, language)
    lines = [say("severity.title", language, method=method, incident=incident, n=n), "  " + _result(found, language)]
    if "severity.why_annex_3" in found.why:
        without = f"{found.also['without_confidentiality']:g}"
        lines.append("  " + say("severity.without", language, score=without))
    lines += ["  " + say(f"severity.flag_{flag}", language) for flag in found.flags]
    lines.append("  " + say("severity.mark", language, mark=found.mark))
    lines += ["  " + say(why, language) for why in found.why]
    absent = {f"{each.name}_move" for each in found.inputs if not each.value}
    for each in found.inputs:
        if each.override or each.name not in absent:  # what would move a category that is not there says nothing
            lines += _input_lines(each, language)
    return lines


def _result(found: Assessment, language: Language) -> str:
    level = _or_itself(f"severity.level_{found.level}", found.level, language)
    if found.score is None:
        return say("severity.level_alone", language, level=level)
    if found.unit == "JPY":
        persons, total = f"{found.input('persons').value:,.0f}", f"{found.also['total']:,.0f}"
        return say("severity.yen", language, yen=f"{found.score:,.0f}", persons=persons, total=total)
    key = "severity.score" if found.level else "severity.score_alone"
    return say(key, language, score=f"{found.score:g}", level=level)


def _input_lines(each: Input, language: Language) -> list[str]:
    these = ", ".join(_named(name, language) for name in each.because)
    because = say("severity.because", language, these=these) if these else ""
    rule = _or_itself(each.rule, each.rule, language)
    value = _value(each, each.value, language)
    lines = [say("severity.input", language, name=each.name, value=value, rule=rule, because=because, mark=each.mark)]
    if each.override is not None:
        reason = each.override.reason or say("severity.set_unknown", language)
        by, derived = each.override.by, _value(each, each.derived, language)
        lines.append(say("severity.set", language, derived=derived, value=value, reason=reason, by=by))
    return lines


def _value(each: Input, value: float, language: Language) -> str:
    """Return a number; of a question, its answer."""
    is_answer = each.allowed == tuple(ANSWERS)
    return say(f"severity.{ANSWERS[value]}", language) if is_answer else f"{value:g}"


def _named(name: str, language: Language) -> str:
    """Return a kind, or a fact with its value, as people read it."""
    key, is_fact, value = name.partition("=")
    if is_fact and key in vocabulary():
        said = (
            say(f"severity.{value}", language) if value in ANSWERS.values() else vocabulary()[key].word(value, language)
        )
        return f"{vocabulary()[key].label(language)}={said}"
    table = taxonomy()
    return table[name].label(language) if name in table else name


def _or_itself(key: str, name: str, language: Language) -> str:
    """Return the words of a key; a method that a package brought has words of its own, or its name."""
    try:
        return say(key, language)
    except KeyError:
        return name
