import pytest

from sekisho.detect.text.folding import fold
from sekisho.detect.text.labels import vocabulary, without_edges


def _named(text: str) -> list[tuple[str, set[str]]]:
    words, folded = vocabulary(), fold(text.encode()).text
    found = words.find(folded)
    return [
        (folded[start:stop].decode(), {name for name, bit in words.bits.items() if int(mask) >> bit & 1})
        for start, stop, mask in zip(found.starts.tolist(), found.stops.tolist(), found.names, strict=True)
    ]


def test_the_longest_of_words_inside_one_another_counts() -> None:
    assert _named("雇用保険被保険者番号") == [("雇用保険被保険者番号", {"employment_insurance"})]


def test_a_word_may_name_several_kinds() -> None:
    assert _named("被保険者番号") == [("被保険者番号", {"care_insurance", "health_insurance"})]


@pytest.mark.parametrize(
    ("text", "labels"), [("hotel", []), ("TEL", ["TEL"]), ("tel_no", ["tel_no"]), ("ＴＥＬ", ["TEL"])]
)
def test_words_of_letters_stand_alone_in_any_width(text: str, labels: list[str]) -> None:
    assert [word for word, _ in _named(text)] == labels


def test_a_label_of_letters_lets_go_of_its_number() -> None:
    text = b"TEL090-1234-5678"

    assert without_edges(text, vocabulary().find(text)) == b"TE 090-1234-5678"
