"""A report on risk in sentences, as an official would say them to another."""

from collections.abc import Iterator

from sekisho.catalogue.words import Language, say
from sekisho.cut.risk.reported import RiskReport, TableRisk

_SETS = 3  # of fields that make people unique, as many as are read


def risk_words(key: str, language: Language, **values: object) -> str:
    """Return the words for a key of the catalogue of risk."""
    return say(f"risk.{key}", language, **values)


def sentences(report: RiskReport, language: Language) -> list[str]:
    """Return what a report says: of the table as it was, what was done, and of what is published."""
    before = _of_table(report, report.before, language)
    found = (
        list(before) if report.after is None else [risk_words("before_says", language, said=each) for each in before]
    )
    if report.after is not None:
        if report.method:
            found.append(
                risk_words(
                    "made_so",
                    language,
                    wanted=report.wanted,
                    loss=percent(report.loss),
                    left_out=f"{report.left_out:,}",
                    method=risk_words(f"method_{report.method}", language),
                )
            )
        after = _of_table(report, report.after, language)
        found += [risk_words("after_says", language, said=each) for each in after]
    return found


def _of_table(report: RiskReport, table: TableRisk, language: Language) -> Iterator[str]:
    if not table.rows:
        yield risk_words("empty", language)
        return
    quasi, rows = joined(report.quasi, language), f"{table.rows:,}"
    if table.uniques:
        share = percent(table.uniques / table.rows)
        yield risk_words("alone", language, rows=rows, uniques=f"{table.uniques:,}", share=share, quasi=quasi)
    else:
        yield risk_words("nobody_alone", language, rows=rows, quasi=quasi, k=f"{table.k:,}")
    for columns, uniques in table.alone[:_SETS] if len(report.quasi) > 1 else ():
        yield risk_words("columns", language, columns=joined(columns, language), uniques=f"{uniques:,}")
    if table.below:
        yield risk_words("below", language, below=f"{table.below:,}", wanted=report.wanted)
    average, most = percent(table.prosecutor_average), percent(table.prosecutor_max)
    yield risk_words("chance", language, average=average, most=most)
    if table.k_map is not None and table.journalist_max is not None:
        yield risk_words("population", language, k_map=f"{table.k_map:,}", most=percent(table.journalist_max))
    for each in table.learnt:
        key = "learnt" if each.l_diversity > 1 else "learnt_one"
        yield risk_words(key, language, field=each.field, l=each.l_diversity, t=f"{each.t_closeness:.2f}")


def joined(names: list[str], language: Language) -> str:
    """Return names one after the other."""
    return ("・" if language == "ja" else ", ").join(names)


def percent(share: float) -> str:
    """Return a share as people read it; something is never shown as nothing, nor less than all as all."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}%".replace(".0%", "%")
