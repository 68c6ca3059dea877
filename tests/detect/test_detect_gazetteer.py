from sekisho.detect.gazetteer import endings, municipalities, prefectures, towns


def test_municipalities_are_known_in_the_forms_people_write() -> None:
    for name in (
        "尼崎市",
        "神戸市中央区",
        "神戸市",
        "中央区",
        "三重郡川越町",
        "川越町",
        "八丈島八丈町",
        "四日市市",
        "町田市",
    ):
        assert name in municipalities()
    assert "東七松町" not in municipalities()


def test_the_longest_municipality_before_a_place_is_told() -> None:
    text = "住所は神戸市中央区"

    assert municipalities().longest_before(text, len(text)) == len("神戸市中央区")
    assert municipalities().longest_before(text, 6) == len("神戸市")
    assert municipalities().longest_before("区", 1) == 0


def test_towns_and_prefectures_are_there() -> None:
    assert {"東七松町", "霞が関"} <= towns()
    assert len(prefectures()) == 47
    assert {"町", "関", "市"} <= endings()
