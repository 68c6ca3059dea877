"""Make ``look_ups.json`` anew: ``python tests/vectors/opener/make_look_ups.py``."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sekisho.canon.date import parse_date
from sekisho.canon.name import kana
from sekisho.canon.number import postal_code
from sekisho.desk.answer_table import AnswerTable, build
from sekisho.desk.query import Asker, question

PATH = Path(__file__).with_name("look_ups.json")

_KANA = (
    "わだ しげる", "ﾜﾀﾞ　ｼｹﾞﾙ", "ワタ\u3099 シケ\u3099ル", "ユウコ", "ユーコ", "ゆうこ", "ヂヅヲヰヱヴ", "おおの", "オーノ", "オウノ",
    "ケイコ", "ケーコ", "キョウコ", "キヨウコ", "ゎヵヶ", "ジョン・スミス", "ジョン=スミス", "ミュラー゠リー", "ア‐ア", "ーーア", "アーー", "",
    "\u3000 ", "Smith", "ｓｍｉｔｈ", "㌔", "か\ufe00", "辻\U000e0100", "𠮷", "ヷヸヹヺ", "ｳﾞ", "ゔ", "\u200bア\ufeff",
)  # fmt: skip
_DATES = (
    "1964-04-01", "1964/4/1", "19640401", "1964年4月1日", "昭和39年4月1日", "昭39.4.1", "S39.4.1", "S390401", "令和元年5月1日", "令和1年4月30日",
    "平成32年1月1日", "昭和元年12月24日", "昭和元年12月25日", "明治元年1月25日", "明治元年1月24日", "㍻元年1月8日", "Ｓ３９．４．１", "s39.4.1", "S39.4.1.",
    "1964-04-01 00:00:00", "1964-04-01T09:30Z", "1964/4/1 9:30", "1964-04-01 00:00:00.000", "1964-02-30", "1900-02-29", "2000-02-29", "0000-01-01",
    "0001-01-01", "9999-12-31", "10000-01-01", "64-4-1", "1964-4", "1964ー04ー01", "1964−04−01", "١٩٦٤/٤/١", "1964\u200b/4/1", " 1964/4/1\u3000",
    "大正13年12月4日", "T13.12.4", "大13/12/4", "平成元年1月7日", "H01.01.08", "R010501", "昭和39年 4月 1日", "昭和39年4月1", "昭和39", "", "12:00", "1964/4/1 T 9:30",
    "\x1c1964/4/1\x1f", "1964/4/1\x85", "M45.7.30", "T1.7.29", "T1.7.30", "S.39.4.1", "昭和.39年4月1日", "昭和三十九年四月一日",
)  # fmt: skip
_POSTCODES = (
    "688-0118", "6880118", "〒688-0118", "〒 688−0118", "６８８－０１１８", "688ー0118", "688 0118", "(688)0118", "688.0118", "688/0118", "68801181",
    "688011", "〒〒6880118", "688-O118", "٦٨٨٠١١٨", "", "〒", "688\u20100118", "688\u200b0118", "688_0118",
)  # fmt: skip
_SIGNS = "ァアィイオウーヵヂヴ・ 　ぁわﾜﾞｰA1１〒-−年月日./昭和平成令元SHR0239\u3099\ufe00\u200b\x85"


def made() -> dict[str, Any]:
    """Return what the file holds."""
    return {
        "kana": dict(_forms(kana, _KANA)),
        "dates": dict(
            _forms(lambda text: day.isoformat() if (day := parse_date(text)) else None, (*_DATES, *_written()))
        ),
        "postcodes": dict(_forms(postal_code, _POSTCODES)),
        "table": _table(),
    }


def _forms(form: Callable[[str], str | None], texts: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    dice = random.Random(5)
    mixed = ("".join(dice.choices(_SIGNS, k=dice.randint(1, 9))) for _ in range(300))
    yield from ((text, form(text)) for text in (*texts, *mixed))


def _written() -> tuple[str, ...]:
    """Return days of every era in every way of writing them, some of which are none."""
    dice = random.Random(8)
    eras, between = ("明治", "大", "昭和", "S", "h", "令", "R"), ("年月日", "...", "///", "---", "ーー")
    days = ((dice.choice(eras), dice.randint(0, 64), dice.randint(0, 13), dice.randint(0, 32)) for _ in range(200))
    return tuple(
        f"{e}{y}{s[0]}{m}{s[1]}{d}{s[2:]}" for (e, y, m, d), s in ((day, dice.choice(between)) for day in days)
    )


def _table() -> dict[str, Any]:
    people = [("わだ しげる", "昭和6年8月28日", "688-0118", 1), ("いわた よし", "T13.12.4", "6880119", 2)]
    people += [(f"ア{chr(0x30A2 + n)}", "1950-01-01", f"{n:07d}", n % 2 + 1) for n in range(50)]
    twins = [("おなじ な", "1960-01-01", "6880120", 1), ("オナジ ナ", "1960/1/1", "688-0120", 2)]
    asker = Asker(bytes(range(32)), door="capsule", purpose="kyufu", version="1")
    asked = [(question(*fields), answer) for *fields, answer in (*people, *twins)]
    built = build([(each, answer) for each, answer in asked if each], asker)
    table = AnswerTable(built.data, asker)
    nobody = ("だれか", "1950-01-01", "6880118", 0)
    words = {
        "v": 1,
        "purpose": "kyufu",
        "version": "1",
        "key": base64.b64encode(bytes(range(32))).decode(),
        "question": {"ja": "対象ですか", "en": "Eligible?"},
        "answers": [{"ja": "対象です", "en": "yes"}, {"ja": "対象ではありません", "en": "no"}],
    }
    asks = [
        [*fields, table.ask(found) if (found := question(*fields)) else None]
        for *fields, _ in (*people, *twins, nobody)
    ]
    return {"table": base64.b64encode(built.data).decode(), "question": words, "asks": asks}


if __name__ == "__main__":
    PATH.write_text(json.dumps(made(), ensure_ascii=True, indent=1) + "\n", encoding="ascii")
