"""The pattern of a cell (which kind of sign stands where) and other cells of that pattern.

``0120-84-4649`` has the pattern ``0000-00-0000`` and ``髙橋`` the pattern ``髙漢``: what a program stumbles over is there,
what the cell says is not. Of a cell nothing remains but kinds of signs and the punctuation of numbers and addresses.
Flat arrays of code points, so that a column costs tenths of a second.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sekisho.invented.draws import Draws

CodePoints = npt.NDArray[np.uint32]

_ALL = 0x110000
_ELSE = "・"
_KEPT = " \u3000-./:,;()（）－‐−ー～~・、。〒+@_#&'\"[]%円号番丁目年月日\t\r\nﾞﾟ"

_KANJI = (
    "山川田中村木林森石井原野本上下大小高松竹梅花東西南北春夏秋冬青白赤金銀水火土日月星光風雲雨雪海島浜岸橋道"
    "町里丘谷池沢泉滝岩砂草葉根実米麦豆茶糸布紙竜虎馬牛羊鳥魚貝亀鶴"
)

# First and last sign of each run, and the sign that stands for the run in a pattern.
_RUNS = (
    ("\u00c0", "\u024f", "a"), ("\u0370", "\u1fff", "a"), ("\u3400", "\u4dbf", "漢"), ("\u4e00", "\u9fff", "漢"),
    ("\uac00", "\ud7a3", "漢"), ("\ue000", "\uf8ff", "\ue000"), ("\uf900", "\ufaff", "﨑"), ("\U00020000", "\U0003ffff", "𠮷"),
    ("0", "9", "0"), ("A", "Z", "A"), ("a", "z", "a"), ("０", "９", "０"), ("Ａ", "Ｚ", "Ａ"), ("ａ", "ｚ", "ａ"),
    ("ぁ", "ゖ", "あ"), ("ァ", "ヺ", "ア"), ("ｦ", "ﾝ", "ｱ"), ("々", "〆", "漢"), ("髙", "髙", "﨑"),
)  # fmt: skip

_SIGNS = {
    "1": "123456789",  # where a number does not begin with zero
    "0": "0123456789",
    "A": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "a": "abcdefghijkmnoprstuvwxyz",
    "０": "０１２３４５６７８９",
    "Ａ": "ＡＢＣＤＥＦＧＨＪＫＬＭＮ",
    "ａ": "ａｂｃｄｅｆｇｈｉｊｋｍｎ",
    "あ": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ",
    "ア": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ",
    "ｱ": "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜ",
    "漢": _KANJI,
    "﨑": "髙﨑",
    "𠮷": "𠮷",
    "\ue000": "\ue000",
}

_NUMBER = r"^[1-9][0-9]*(\.[0-9]+)?$"


def patterns_of(cells: pl.Series) -> pl.Series:
    """Return each cell's pattern; null stays null."""
    codes, lengths = _taken_apart(cells.fill_null(""))
    patterns = pl.Series(_put_together(_standing_for()[codes], lengths), dtype=pl.String)
    number = cells.str.contains(_NUMBER)
    table = pl.DataFrame({"cell": cells, "pattern": patterns, "number": number})
    return table.select(
        pl.when("number").then("1" + pl.col("pattern").str.slice(1)).when(pl.col("cell").is_not_null()).then("pattern")
    ).to_series()


def filled(patterns: pl.Series, draws: Draws) -> pl.Series:
    """Return a cell of each pattern; null stays null."""
    codes, lengths = _taken_apart(patterns.fill_null(""))
    alphabets, first, size = _alphabets()
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    place = (np.arange(len(codes)) - starts).astype(np.uint64)
    chance = Draws(np.repeat(draws.raw("signs"), lengths) + place).raw("sign") >> np.uint64(33)
    drawn = alphabets[first[codes] + (chance % size[codes]).astype(np.int64)]
    cells = pl.Series(
        _put_together(np.where(size[codes] > 1, drawn, codes).astype(np.uint32), lengths), dtype=pl.String
    )
    return pl.select(pl.when(patterns.is_not_null()).then(cells)).to_series()


def _taken_apart(texts: pl.Series) -> tuple[CodePoints, npt.NDArray[np.int64]]:
    """Return the code points of all texts, one behind the other, and how many each has."""
    joined = texts.str.join("").item() if len(texts) else ""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    return codes, texts.str.len_chars().to_numpy().astype(np.int64)


def _put_together(codes: CodePoints, lengths: npt.NDArray[np.int64]) -> list[str]:
    text = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.cumsum(lengths).tolist()
    return [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []


@cache
def _standing_for() -> CodePoints:
    """Return for every code point the one that stands for it in a pattern."""
    table = np.full(_ALL, ord(_ELSE), np.uint32)
    for first, last, sign in _RUNS:
        table[ord(first) : ord(last) + 1] = ord(sign)
    for sign in _KEPT:
        table[ord(sign)] = ord(sign)
    return table


@cache
def _alphabets() -> tuple[CodePoints, npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Return all alphabets, and for each code point of a pattern where its alphabet starts and how large it is."""
    first, size = np.zeros(_ALL, np.int64), np.ones(_ALL, np.uint64)
    signs = ""
    for sign, alphabet in _SIGNS.items():
        first[ord(sign)], size[ord(sign)] = len(signs), len(alphabet)
        signs += alphabet
    return np.array([ord(sign) for sign in signs], np.uint32), first, size
