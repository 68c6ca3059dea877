"""How much of an address leaves: the prefecture, the city, or the quarter without block, number, building and name.

Read from the words alone. Cities whose names hold what usually ends one (町田市, 四日市市, 郡山市) are listed; an address in
which no prefecture, city or quarter can be told leaves as nothing. What leaves is in one width and without blanks.
"""

import re
from collections.abc import Callable

from sekisho.canon.text import HYPHENS, solid
from sekisho.cut.field import Field

Written = Callable[[str], str | None]

_PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|"
    "新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|"
    "奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|"
    "熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_WITH_WARDS = (
    "札幌|仙台|さいたま|千葉|横浜|川崎|相模原|新潟|静岡|浜松|名古屋|京都|大阪|堺|神戸|岡山|広島|北九州|福岡|熊本"
)
_WARDS_OF_TOKYO = (
    "千代田|中央|港|新宿|文京|台東|墨田|江東|品川|目黒|大田|世田谷|渋谷|中野|杉並|豊島|北|荒川|板橋|練馬|"
    "足立|葛飾|江戸川"
)
_CITIES = (
    "市川|市原|四日市|廿日市|野々市|町田|大町|十日町|村山|東村山|武蔵村山|羽村|田村|村上|大村|郡山|"
    "大和郡山|蒲郡|郡上|小郡"
)
_TOWNS = "玉村|大町|上市|下市|余市|市貝|市川三郷|市川"

_NUMERALS = "[〇一二三四五六七八九十]"
_PREFECTURE = re.compile(_PREFECTURES)
_CITY = re.compile(
    rf"(?:{_WITH_WARDS})市[^市町0-9]{{1,5}}?区"
    rf"|(?:{_WARDS_OF_TOKYO})区"
    rf"|(?:余市|高市|[^市区町村郡0-9]{{1,5}})郡(?:{_TOWNS}|[^市区町村0-9]{{1,6}}?)[町村]"
    rf"|(?:{_CITIES}|[^市区町村郡0-9]{{1,6}})市"
)
_VILLAGE = re.compile(
    "[^市区町村郡0-9]{1,6}[町村]"
)  # without its district only behind a prefecture: else it may be a quarter
_NUMBERED = rf"{_NUMERALS}+(?:丁目|番地|番(?![町丁])|号|条(?=[東西南北丁0-9])|[{HYPHENS}]|[のノ]{_NUMERALS})|[0-9]"
_QUARTER = re.compile(rf"(?P<name>[^0-9]+?)(?:{_NUMBERED}).*")
_BUILDING = re.compile(rf"(?<=町)[ァ-ヶーA-Za-z].*|[{HYPHENS}]+$")
_WHOLE = re.compile("[^0-9]+町")


def area(field: Field) -> Written:
    """Return what lets out as much of an address as ``to`` says."""
    return {"prefecture": prefecture, "city": city, "town": town}[field.to]


def prefecture(text: str) -> str | None:
    """Return the prefecture of an address that names it."""
    return _split(text)[0] or None


def city(text: str) -> str | None:
    """Return the city, ward, town or village, behind its prefecture where that is written."""
    first, second, _ = _split(text)
    return first + second if second else None


def town(text: str) -> str | None:
    """Return city and quarter; what no number follows is a quarter only if it says so (``…町``), else it may be a name."""
    first, second, rest = _split(text)
    found = _QUARTER.fullmatch(rest)
    name = found["name"] if found else rest if _WHOLE.fullmatch(rest) else ""
    return first + second + _BUILDING.sub("", name) if name else None


def _split(text: str) -> tuple[str, str, str]:
    """Return prefecture, city and the rest of an address; empty where it names none."""
    rest = solid(text)
    first = found[0] if (found := _PREFECTURE.match(rest)) else ""
    rest = rest.removeprefix(first)
    match = _CITY.match(rest) or (_VILLAGE.match(rest) if first else None)
    second = match[0] if match else ""
    return first, second, rest.removeprefix(second)
