"""The false-positive gate: 247 public tables in which no number identifies anybody.

Each column flagged at high or medium was looked at, and its verdict written below. A new one turns the gate red: look at
its cells, then mend the rule or add the column with what it holds.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from conftest import need
from sekisho.detect.findings import TableReport
from sekisho.detect.packs import built_in_rules
from sekisho.detect.scan import scan_tables

_VECTORS = Path(os.environ.get("SEKISHO_VECTORS", Path(__file__).parents[3] / "shared" / "vectors"))
_TABLES = _VECTORS / "detect" / "fivethirtyeight"

# file → column → kind. Public figures are people, and a scan that finds them is right.
_HIGH = {
    "next-bechdel/nextBechdel_crewGender.csv": {"FULL_NAME": "name"},  # film crews
    "quiet-caucus-2024/clustered_congress.csv": {"name": "name"},  # members of Congress
    "russia-investigation/russia-investigation.csv": {"name": "name"},  # persons indicted
    "undefeated-boxers/undefeated.csv": {"name": "name"},
}
_POLITICIAN = {"politician": "name"}
_CANDIDATES = {"Candidate": "name", "Gender": "sex"}
_MEDIUM = {
    "congress-age/congress-terms.csv": {"firstname": "name", "birthday": "birth_date"},  # members of Congress
    "nba-draymond/draymond.csv": {"player": "name"},
    "next-bechdel/nextBechdel_castGender.csv": {"ACTOR": "name", "GENDER": "sex"},
    "next-bechdel/nextBechdel_crewGender.csv": {
        "FIRST_NAME": "name",
        "GENDER_GUESS": "sex",  # arguable: guessed from the given name
    },
    "nfl-wide-receivers/advanced-historical.csv": {"player_name": "name"},
    "polls/2024-averages/presidential_general_averages_2024-09-12_uncorrected.csv": {"candidate": "name"},
    "polls/old_model/donald_trump_favorability_old_model.csv": _POLITICIAN,
    "polls/old_model/joe_biden_approval_old_model.csv": _POLITICIAN,
    "polls/old_model/mike_pence_favorability_old_model.csv": _POLITICIAN,
    "polls/old_model/ron_desantis_favorability_old_model.csv": _POLITICIAN,
    "presidential-candidate-favorables-2019/favorability_polls_rv_2019.csv": _POLITICIAN,
    "presidential-commencement-speeches/commencement_speeches.csv": {"president_name": "name"},
    "primary-project-2022/dem_candidates.csv": _CANDIDATES,
    "primary-project-2022/rep_candidates.csv": _CANDIDATES,
    "russia-investigation/russia-investigation.csv": {"president": "name"},
    "sports-political-donations/sports-political-donations.csv": {"Owner": "name"},
    "state-of-the-state/index.csv": {"governor": "name"},
}
# Dates of polls, terms and court cases beside a name; the sex of survey respondents whom nothing names.
_LOW = {"birth_date": 12, "sex": 3}


@pytest.fixture(scope="module")
def reports() -> dict[str, TableReport]:
    need(_TABLES.is_dir(), "the public tables are not beside the checkout; set SEKISHO_VECTORS to their folder")
    paths = sorted(_TABLES.rglob("*.csv"))
    return {str(path.relative_to(_TABLES)): report for path in paths for report in scan_tables(path)}


def _at(reports: dict[str, TableReport], level: str) -> dict[str, dict[str, str]]:
    """Return file → column → kinds of what was found at a level."""
    found: dict[str, dict[str, str]] = {}
    for path, report in reports.items():
        for finding in report.findings:
            if finding.level == level:
                columns = found.setdefault(path, {})
                columns[finding.column] = " ".join([*columns.get(finding.column, "").split(), finding.kind])
    return found


def test_every_table_is_read_whole_and_as_it_is(reports: dict[str, TableReport]) -> None:
    assert (len(reports), sum(report.columns for report in reports.values())) == (247, 4195)
    assert [path for path, report in reports.items() if report.could_not_inspect or report.problems] == []


def test_no_number_is_taken_for_somebodys(reports: dict[str, TableReport]) -> None:
    numbers = {kind for kind, rule in built_in_rules().kinds.items() if rule.number}

    assert [path for path, report in reports.items() if {each.kind for each in report.findings} & numbers] == []


@pytest.mark.parametrize(("level", "judged"), [("high", _HIGH), ("medium", _MEDIUM)])
def test_every_column_that_is_flagged_was_judged(
    reports: dict[str, TableReport], level: str, judged: dict[str, dict[str, str]]
) -> None:
    assert _at(reports, level) == judged


def test_what_is_flagged_low_stays_little(reports: dict[str, TableReport]) -> None:
    assert Counter(kind for columns in _at(reports, "low").values() for kind in columns.values()) == _LOW
