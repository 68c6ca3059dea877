"""Invented people, and the ways in which one and the same person is typed at a desk."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sekisho.desk.query import Asker, Question, question

KEY = bytes(range(32))
SURNAMES = ("ワタナベ", "サトウ", "オオノ", "コンドウ", "ユウキ", "ミヅタニ", "ハットリ", "イトウ", "シバタ", "チョウ")
NAMES = ("ユウコ", "タロウ", "ショウヘイ", "ケイコ", "アヅサ", "リョウ", "マイ", "ジュン", "ヨウコ", "レイ")


def asker(key: bytes = KEY, *, door: str = "capsule", purpose: str = "kyufu", version: str = "1") -> Asker:
    """What computes tokens."""
    return Asker(key, door=door, purpose=purpose, version=version)


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the register has them."""

    surname: str
    name: str
    born: date
    postcode: str

    @property
    def question(self) -> Question:
        """The question about this person."""
        asked = question(f"{self.surname}　{self.name}", self.born.isoformat(), self.postcode)
        assert asked is not None
        return asked

    def spellings(self) -> Iterator[tuple[str, str, str]]:
        """Yield eight ways to type this person."""
        kana, born, code = f"{self.surname} {self.name}", self.born, self.postcode
        hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)
        showa = f"昭和{born.year - 1925}年{born.month}月{born.day}日"
        yield kana, born.isoformat(), code
        yield kana.replace(" ", ""), f"{born:%Y%m%d}", f"{code[:3]}-{code[3:]}"
        yield kana.replace(" ", "　"), f"{born.year}/{born.month}/{born.day}", wide(code)
        yield hiragana, showa, f"〒{code[:3]}－{code[3:]}"
        yield half_width(kana), f"S{born.year - 1925}.{born.month}.{born.day}", f" {code} "
        yield unicodedata.normalize("NFD", kana), wide(born.isoformat()), f"{code[:3]}‐{code[3:]}"
        yield kana.replace("ョ", "ヨ").replace("ュ", "ユ").replace("ッ", "ツ"), showa, f"{code[:3]}−{code[3:]}"
        yield kana.replace("ヅ", "ズ").replace("ウ", "ー").replace("ーキ", "ウキ"), showa, f"{code[:3]} {code[3:]}"


def wide(text: str) -> str:
    """Write ASCII in full width."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def half_width(text: str) -> str:
    """Write katakana in half width, as old systems do."""
    table = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    return "".join((table | marks).get(c, c) for c in unicodedata.normalize("NFD", text))


def people(count: int, seed: int = 1) -> list[Person]:
    """Return distinct people; the same for the same seed."""
    dice, found = random.Random(seed), dict[Person, None]()
    while len(found) < count:
        born = date(1927, 1, 1) + timedelta(days=dice.randrange(20_000))
        code = f"{dice.randrange(660_0000, 661_0000):07d}"
        found[Person(dice.choice(SURNAMES), dice.choice(NAMES), born, code)] = None
    return list(found)
