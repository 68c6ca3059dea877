import pytest

from sekisho.detect.columns import Verdict, judge
from sekisho.detect.evidence import ColumnProfile, Share
from sekisho.detect.headers import names_thing, read_header
from sekisho.detect.packs import built_in_rules

_RULES = built_in_rules()


def _column(
    header: str = "",
    filled: int = 1000,
    inside: dict[str, int] | None = None,
    distinct: int = 500,
    labelled: dict[str, int] | None = None,
    **shapes: int,
) -> ColumnProfile:
    return ColumnProfile(
        label=header,
        reading=read_header(header, _RULES),
        thing=names_thing(header, _RULES),
        filled=filled,
        shapes={name: Share(matched, filled, exact=True) for name, matched in shapes.items()},
        inside={**shapes, **(inside or {})},
        labelled=labelled or {},
        sampled=filled,
        distinct=distinct,
    )


def _levels(*columns: ColumnProfile) -> list[dict[str, str]]:
    return [{verdict.kind: verdict.level for verdict in found} for found in judge(columns, _RULES)]


def _best(*columns: ColumnProfile) -> list[Verdict]:
    return [found[0] for found in judge(columns, _RULES)]


def test_my_numbers_are_told_from_random_numbers_of_twelve_digits() -> None:
    true = _column(twelve=1000, my_number=1000, code_digits=1000)
    random = _column(twelve=1000, my_number=101, code_digits=1000)

    assert _levels(true)[0]["my_number"] == "high"
    assert "my_number" not in _levels(random)[0]


def test_a_column_with_my_numbers_among_others_is_told() -> None:
    assert _levels(_column(twelve=1000, my_number=600))[0]["my_number"] == "medium"


def test_few_check_digits_alone_do_not_convince() -> None:
    few = _column(filled=7, twelve=7, my_number=7)

    assert _levels(few)[0]["my_number"] == "medium"
    assert _levels(_column("個人番号", filled=7, twelve=7, my_number=7))[0]["my_number"] == "high"


@pytest.mark.parametrize("header", ["個人番号", "電話番号", "氏名", "email", "passport number", "生年月日"])
def test_a_header_without_values_is_never_more_than_low(header: str) -> None:
    assert set(_levels(_column(header, code=1000, sentence_english=1000))[0].values()) <= {"low"}
    assert set(_levels(_column(header, filled=0))[0].values()) == {"low"}


def test_seven_digits_are_what_header_and_neighbours_say() -> None:
    account, postal, bare = (
        _column(header, seven=1000, digits_7=1000, code_digits=1000) for header in ("口座番号", "郵便番号", "")
    )

    assert [verdict.kind for verdict in _best(account, postal)] == ["bank_account", "postal_code"]
    assert set(_levels(bare)[0].values()) <= {"low"}


def test_columns_of_a_transfer_order_need_no_headers() -> None:
    bank, branch, kind, account = (
        _column(digits_4=1000),
        _column(digits_3=1000),
        _column(digits_1=1000, distinct=2),
        _column(seven=1000),
    )

    assert [levels.get(k) for levels, k in zip(_levels(bank, branch, kind, account), ("bank_code", "branch_code", "account_type", "bank_account"), strict=True)] == ["medium"] * 4  # fmt: skip
    assert "bank_account" not in _levels(account, bank, branch, kind)[0]


def test_an_income_is_personal_beside_a_person() -> None:
    income, person = _column("所得額", amount=1000), _column("統一コード", code_digits=1000)

    assert _levels(income)[0]["tax_amount"] == "low"
    assert _levels(income, person)[0]["tax_amount"] == "medium"


def test_twelve_digits_are_a_licence_where_the_header_says_so() -> None:
    column = _column("運転免許証番号", twelve=1000, my_number=99, code_digits=1000)

    assert _levels(column)[0] == {"drivers_licence": "medium"}


def test_my_numbers_under_another_header_are_found_all_the_same() -> None:
    column = _column("運転免許証番号", twelve=1000, my_number=1000)

    assert _levels(column)[0]["my_number"] in {"high", "medium"}


def test_damaged_numbers_are_told_by_header_and_form() -> None:
    """A spreadsheet turned them into 1.23457E+11: the header still says what they were."""
    assert _levels(_column("個人番号", scientific=1000))[0]["my_number"] == "medium"


def test_confidence_is_prior_and_evidence_together() -> None:
    (verdict,) = _best(_column("メールアドレス", email=1000))

    assert verdict.confidence == pytest.approx(1 / (1 + 2.718281828**-11.5))
    assert [each.key for each in verdict.evidence] == ["header_exact", "shape"]


def test_a_table_of_many_columns_is_judged_column_by_column() -> None:
    assert len(judge([_column()] * 1093, _RULES)) == 1093
