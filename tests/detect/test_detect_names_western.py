import pytest

from sekisho.detect.names.western import western_names


def _names(line: str) -> dict[str, float]:
    return {line[each.start : each.end]: each.confidence for each in western_names(line)}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Please call Mr. Exampleson back.", "Exampleson"),
        ("My name is Zyxwa", "Zyxwa"),
        ("a letter from John Q. Doe, dated", "John Q. Doe"),
        ("spoke with Mary-Jane O'Neill today", "Mary-Jane O'Neill"),
        ("Dr. Ludwig van der Berg", "Ludwig van der Berg"),
        ("担当 Hanako Yamada です", "Hanako Yamada"),
        ("SUZUKI Ichiro", "SUZUKI Ichiro"),
        ("my name is zyxwa.", "zyxwa"),
        ("please call ms. zyxwa back", "zyxwa"),
        ("can maria svensson sign it", "maria svensson"),
        ("see Maria's husband John King today", "John King"),
        ("Zyxwa O. Ivanović wrote", "Zyxwa O. Ivanović"),
    ],
)
def test_names_are_found_whole_and_surely(line: str, name: str) -> None:
    assert _names(line).get(name, 0) >= 0.6


@pytest.mark.parametrize(
    "line",
    [
        "New York",
        "Thank you for your order.",
        "Monday, April 3",
        "Visual Studio を使う",
        "API の JSON",
        "a@Example.com",
        "12 Main Street",
        "my name is not on the list",
        "the lake at San Bernardino",
        "EXCEPT WHERE REQUIRED BY APPLICABLE LAW",
        "will mark the page",
    ],
)
def test_other_capitals_are_no_names(line: str) -> None:
    assert all(confidence < 0.4 for confidence in _names(line).values())


def test_a_capital_in_a_sentence_is_weak_evidence() -> None:
    assert _names("though Zyxwa was late") == {"Zyxwa": 0.3}


def test_a_name_said_once_is_known_again() -> None:
    assert _names("My name is Zyxwa Qopple, but say Qopple")["Qopple"] >= 0.4


@pytest.mark.parametrize("line", ["a trip to Long Beach", "the Summer School of"])
def test_a_name_that_is_a_word_is_no_sure_start_of_one(line: str) -> None:
    assert all(confidence < 0.5 for confidence in _names(line).values())


@pytest.mark.parametrize("line", ["Bergen, Norway", "541 Martin Road"])
def test_places_are_weak_evidence(line: str) -> None:
    assert all(confidence < 0.4 for confidence in _names(line).values())
