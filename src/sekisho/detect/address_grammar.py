"""How a Japanese address goes on behind the names of its places: block numbers, a building, a room.

Patterns on text, in any width and with any hyphen: ``1丁目2番3号``, ``１－２－３``, ``一丁目二番地の三``, ``123番地``,
``北1条西2丁目``, and behind them ``グランドハイツ305号室`` or ``山田様方``. A number that is somebody's age, a day or the
start of a telephone number ends the address before it.
"""

import re

HYPHENS = "-‐‑‒–—―−－ーｰ"  # hyphens, dashes and the signs typed for them
DIGITS = "0-9０-９"
KANJI_DIGITS = "〇一二三四五六七八九十百千"

_SPACE = "[ \u3000]"
_COUNTERS = "年月日時分秒円人名万億歳才件回個%％ヶか点票本枚台社割戸世度位倍"
_NUMBER = rf"(?![0０])[{DIGITS}]{{1,5}}(?![{DIGITS}])(?![{_COUNTERS}])"
_KANJI_NUMBER = rf"[{KANJI_DIGITS}]{{1,5}}(?=丁目|番|号|条|線|の|ノ|地割)"
_UNIT = "(?:丁目|丁|番地|番町|番丁|番|号|条通|条|線|地割)"
_JOINT = rf"(?:{_UNIT}[東西南北のノ]?{_SPACE}?[{HYPHENS}]?|[{HYPHENS}]|[のノ之])"
_ANY_NUMBER = rf"(?:{_NUMBER}|{_KANJI_NUMBER})"
_NOT_A_PLACE = "(?:出口|線|目|組|機|人|勝負|ホーム|のりば|乗り場|窓口|煎じ|号)"

_BLOCK = rf"{_ANY_NUMBER}(?:{_JOINT}{_ANY_NUMBER}){{0,6}}(?:{_UNIT}(?!{_NOT_A_PLACE}))?"

_ROOM = rf"(?:地下|第)?(?:[A-ZＡ-Ｚ][{HYPHENS}]?)?[{DIGITS}]{{1,4}}(?:号室|号棟|号館|号|室|階|[FＦ](?![A-Za-z]))?"
_ROOMS = rf"{_ROOM}(?:{_SPACE}?[{HYPHENS}]?{_ROOM}){{0,2}}(?![{DIGITS}{_COUNTERS}]|[{HYPHENS}][{DIGITS}])"
_SURE_ROOM = (
    rf"{_SPACE}?[A-ZＡ-Ｚ]?[{DIGITS}]{{1,4}}(?:号室|号棟|室|階|[FＦ](?![A-Za-z]))(?:{_SPACE}?{_ROOM}(?:号室|室))?"
)
_WORDS = (
    "マンション|ハイツ|コーポラス|コーポ|荘|ビルディング|ビル|アパート|ハイム|レジデンス|タワー|団地|住宅|寮|メゾン|コート|プラザ|ハウス|ヴィラ|"
    "シャトー|パレス|ガーデン|ヒルズ|ビレッジ|フラット|テラス|キャッスル|ドミール|パーク|スクエア|センター|会館|庁舎|苑|館|邸|レジデンシャル"
)
_NOT_IN_A_NAME = r"\ufffd\s、。，,．.:：;；「」『』（）()〔〕【】〒|｜/／\"'<>\[\]をはに"
_NOT_FIRST = "の|で|が|と|へ|も|から|まで|まだ|や|だ|より|さん|様|及び|付近"
_NAMED = rf"(?!{_NOT_FIRST})[^{_NOT_IN_A_NAME}]{{0,18}}?(?:{_WORDS})(?:[ァ-ヶー]{{1,10}}|[一-龥々]{{1,8}}(?={_SPACE}?[A-ZＡ-Ｚ]?[{HYPHENS}]?[{DIGITS}]))?(?:[A-ZＡ-ＺⅠ-Ⅹ東西南北]{{1,2}}(?:棟|館)?)?"
_NO_BUILDING = (
    "(?i:tel|fax|e-?mail|mail|mobile|phone|id|no|電話|携帯|メール|ファックス|ファクス|フリガナ|ケータイ|スマホ)"
)
_SPELLED = rf"(?!{_NO_BUILDING})[ァ-ヶー・ｦ-ﾟA-Za-zＡ-Ｚａ-ｚ]{{3,20}}"
_CARE_OF = rf"{_SPACE}?[一-龥々ぁ-んァ-ヶー]{{1,6}}{_SPACE}?様方"

_BUILDING = rf"(?:{_SPACE}?{_NAMED}(?:{_SPACE}?{_ROOMS})?|{_SPACE}?{_SPELLED}{_SPACE}?{_ROOMS}|[ァ-ヶー・]{{4,20}}(?![ァ-ヶー])|{_SURE_ROOM})"

TAIL = re.compile(rf"(?P<block>{_BLOCK})(?P<building>{_BUILDING})?(?:{_CARE_OF})?")
"""Block number and what follows, from the first digit."""

STRONG = re.compile(rf"丁目|番地|番[0-9０-９{KANJI_DIGITS}]|地割|[{HYPHENS}][{DIGITS}]+[{HYPHENS}]|番$|番.*号")
"""What a block number has that other numbers do not."""

_NO_TOWN = "立|営|役所|役場|議会|長|民|内|外|側|職員|出身|在住|生まれ|中心|全域|戦|等|案|税|史|制|政|部|勢|一帯|周辺|告示|条例|規則|規程|要綱|通知|指令|訓令|公告"
BETWEEN = re.compile(rf"{_SPACE}?(?!{_NO_TOWN})[一-龥々〆ヶケヵカノのがつるァ-ヶーﾉ]{{0,26}}第?{_SPACE}?")
"""What may stand between a municipality and the number where no listed town does."""
