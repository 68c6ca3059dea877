import pytest

from sekisho.detect.names.japanese import is_organisation, is_sure_given_name, split_name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("山田太郎", ("山田", "太郎")),
        ("山田　太郎", ("山田", "太郎")),
        ("佐々木希", ("佐々木", "希")),
        ("林真一", ("林", "真一")),
        ("勅使河原健", ("勅使河原", "健")),
        ("髙橋一郎", ("髙橋", "一郎")),
    ],
)
def test_full_names_are_split(text: str, parts: tuple[str, str]) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    "text", ["", "山田", "山田電機", "岡山大学", "高田馬場", "東京都", "中村橋駅", "江戸時代", " ", "山田 "]
)
def test_other_words_are_not(text: str) -> None:
    assert split_name(text) is None


def test_firms_and_places_end_as_such() -> None:
    assert is_organisation("山田商事")
    assert not is_organisation("中川")


def test_a_given_name_that_is_a_word_is_not_sure() -> None:
    assert is_sure_given_name("瑶一郎")
    assert not is_sure_given_name("桃")
