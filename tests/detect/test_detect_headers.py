import pytest

from sekisho.detect.headers import names_thing, read_header
from sekisho.detect.packs import built_in_rules

_RULES = built_in_rules()


@pytest.mark.parametrize(
    ("header", "kind", "strength"),
    [
        ("統一コード", "resident_code", "exact"),
        ("Date of Birth", "birth_date", "exact"),
        ("氏　名", "name", "exact"),
        ("shimei", "name", "exact"),
        ("name", "name", "weak"),
        ("世帯主氏名", "name", "exact"),
        ("申請者氏名（漢字）", "name", "part"),
        ("氏名2", "name", "part"),
        ("配偶者氏名カナ", "name_kana", "part"),
        ("申請者の電話番号", "phone", "part"),
        ("口座名義カナ", "account_holder", "exact"),
        ("生年月日（和暦）", "birth_date", "exact"),
        ("新住所", "address", "part"),
        ("customer_phone_number", "phone", "part"),
        ("patientBirthDate", "birth_date", "part"),
        ("customer_name", "name", "weak"),
        ("HOME PHONE", "phone", "part"),
        ("email_2", "email", "part"),
    ],
)
def test_headers_name_kinds(header: str, kind: str, strength: str) -> None:
    found = read_header(header, _RULES)

    assert found is not None
    assert (found.kind.id, found.strength) == (kind, strength)


@pytest.mark.parametrize(
    "header",
    [
        "会社名",
        "商品名",
        "project_name",
        "施設住所",
        "file_name",
        "hostname",
        "電話受付日",
        "phone_count",
        "city_name",
        "",
        "#3",
    ],
)
def test_a_label_inside_another_word_does_not_count(header: str) -> None:
    assert read_header(header, _RULES) is None


@pytest.mark.parametrize(
    ("header", "household"), [("世帯主の統一コード", True), ("世帯番号", True), ("統一コード", False), ("続柄", False)]
)
def test_headers_speak_of_households(header: str, *, household: bool) -> None:
    found = read_header(header, _RULES)

    assert found is not None
    assert found.household is household


@pytest.mark.parametrize(
    ("header", "thing"),
    [("型番", True), ("旧品番", True), ("Order ID", True), ("serial_number", True), ("電話番号", False), ("", False)],
)
def test_headers_name_things(header: str, *, thing: bool) -> None:
    assert names_thing(header, _RULES) is thing
