"""The city is as large as the case, whole in itself, and the same for the same seed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sekisho.demo.case import the_case
from sekisho.demo.city import FEWEST_PEOPLE, City, Encoding, make_city
from sekisho.errors import Misuse

pytest_plugins = ("demo_cities",)

AT_5_000 = {
    "register": 5_000,
    "resident_tax": 3_915,
    "benefit_r3": 812,
    "benefit_r4": 86,
    "welfare_account": 182,
    "child_allowance_account": 752,
}
LAST_DAY = "2022-06-21"
DATES = {
    "register": ["生年月日", "住民となった年月日", "住定年月日"],
    "benefit_r3": ["申請書発送日", "申請書受付日", "振込済処理日時"],
    "benefit_r4": ["申請書発送日", "申請書受付日", "振込済処理日時"],
}

Tables = Mapping[str, pl.DataFrame]


def digest(city: City) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in city.paths.values())).hexdigest()


def test_a_city_of_5_000_has_its_tables_in_proportion(small_city: City) -> None:
    assert small_city.counts == AT_5_000


@pytest.mark.city
def test_a_city_of_the_case_has_the_rows_of_the_case(case_city: City) -> None:
    assert case_city.counts == the_case().rows


@pytest.mark.city
def test_the_sums_of_the_case_come_from_counting(case_city: City) -> None:
    """82,716 households and 86,026 accounts (not the 76,026 that some papers printed)."""
    read = {name: pl.read_csv(path, infer_schema=False) for name, path in case_city.paths.items()}
    heads = pl.concat([read["benefit_r3"], read["benefit_r4"]])["世帯主の統一コード"]
    assert heads.n_unique() == 82_716
    assert len(read["welfare_account"]) + len(read["child_allowance_account"]) == 86_026


def test_counts_are_those_of_another_reader(city: City, tables: Tables) -> None:
    assert city.counts == {name: len(table) for name, table in tables.items()}


def test_codes_are_distinct_and_keep_their_leading_zeros(register: pl.DataFrame) -> None:
    codes = register["統一コード"]
    assert codes.n_unique() == len(codes)
    assert codes.str.contains(r"^00\d{8}$").all()


def test_every_code_of_every_table_is_in_the_register(tables: Tables) -> None:
    known = set(tables["register"]["統一コード"])
    for name in tables.keys() - {"register"}:
        assert set(tables[name].to_series(0)) <= known, name


def test_nothing_is_later_than_the_day_of_the_copy(tables: Tables) -> None:
    for name, columns in DATES.items():
        for column in columns:
            assert all(cell[:10] <= LAST_DAY for cell in tables[name][column].drop_nulls()), (name, column)


def test_a_name_and_birth_date_do_not_make_one_person(register: pl.DataFrame) -> None:
    """Strangers who share both are there, and twins, who share surname, date and address."""
    alike = register.filter(register.select("氏名", "生年月日").is_duplicated())
    assert not alike.is_empty()
    assert alike["世帯番号"].n_unique() == len(alike)
    children = register.filter(pl.col("続柄") == "子")
    assert children.select("世帯番号", "生年月日").is_duplicated().any()


def test_one_seed_means_one_city(tmp_path: Path) -> None:
    """The digest is pinned: another NumPy, Polars or machine must not mean other people."""
    first, again, other = (
        make_city(tmp_path / name, people=FEWEST_PEOPLE, seed=seed) for name, seed in [("a", 1), ("b", 1), ("c", 2)]
    )
    assert digest(first) == digest(again)
    assert digest(first) == "c1ad52b2fbe735c52e78748c4b0af6ac6a8db01cbcc0b9b87e3548e637a2cdce"
    assert digest(first) != digest(other)


def test_cp932_holds_the_same_city(tmp_path: Path) -> None:
    """Only 𠮷, which the encoding lacks, is written 吉."""
    encodings: tuple[Encoding, Encoding] = ("utf-8", "cp932")
    unicode, office = (make_city(tmp_path / encoding, people=20_000, encoding=encoding) for encoding in encodings)
    text = {name: path.read_bytes().decode("utf-8") for name, path in unicode.paths.items()}
    assert "𠮷" in text["register"]
    assert text["register"].count("統一コード") == 1
    for name, path in office.paths.items():
        assert path.read_bytes().decode("cp932") == text[name].replace("𠮷", "吉")


def test_a_city_too_small_for_its_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse) as refusal:
        make_city(tmp_path / "city", people=FEWEST_PEOPLE - 1)
    assert "999" in refusal.value.what("ja")
    assert "1000" in refusal.value.hint("en")
    assert not list(tmp_path.iterdir())


def test_an_existing_folder_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    with pytest.raises(FileExistsError):
        make_city(tmp_path / "city", people=FEWEST_PEOPLE)
    assert not list((tmp_path / "city").iterdir())
