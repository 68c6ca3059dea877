"""The city is on no map: the rules that ``places.toml`` states hold for every row."""

import polars as pl

from sekisho.demo.places import house
from sekisho.invented.dice import Dice
from sekisho.invented.places import places

pytest_plugins = ("demo_cities",)

# Municipalities of the prefecture the city is said to lie in, as of 2022 (Kobe stands for its wards).
HYOGO = """
神戸市 姫路市 尼崎市 明石市 西宮市 洲本市 芦屋市 伊丹市 相生市 豊岡市 加古川市 赤穂市 西脇市 宝塚市 三木市 高砂市 川西市 小野市
三田市 加西市 丹波篠山市 養父市 丹波市 南あわじ市 朝来市 淡路市 宍粟市 加東市 たつの市 猪名川町 多可町 稲美町 播磨町 市川町 福崎町
神河町 太子町 上郡町 佐用町 香美町 新温泉町
"""


def test_the_city_is_no_municipality_of_its_prefecture(register: pl.DataFrame) -> None:
    assert len(HYOGO.split()) == 41
    assert places().city not in HYOGO
    assert register["住所"].str.starts_with("兵庫県汐見市").all()


def test_every_postal_code_is_in_the_range_that_is_given_to_nobody(register: pl.DataFrame) -> None:
    codes = register["郵便番号"].drop_nulls()
    assert codes.str.contains(r"^688-\d{4}$").all()


def test_a_town_has_one_postal_code_and_a_postal_code_one_town() -> None:
    towns = places().towns()
    assert len(towns) >= 150
    assert towns["town"].n_unique() == towns["postal_code"].n_unique() == len(towns)


def test_no_two_households_share_a_room() -> None:
    homes = house(Dice(1, "places"), 3_000)
    rooms = homes.drop_nulls("building")
    assert 0.4 < len(rooms) / len(homes) < 0.7
    assert not rooms.is_duplicated().any()


def test_houses_are_numbered_by_block_or_by_lot_a_few_in_full_width() -> None:
    addresses = house(Dice(1, "places"), 3_000)["address"]
    by_block, by_lot = r"\d{1,2}丁目\d{1,2}番\d{1,2}号$", r"大字\S+?\d{1,4}番地の\d{1,2}$"
    half = addresses.filter(~addresses.str.contains("[０-９]"))
    assert half.str.contains(f"{by_block}|{by_lot}").all()
    assert half.str.contains(by_lot).any()
    assert 0 < len(addresses) - len(half) < 60
