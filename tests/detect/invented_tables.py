"""Invented tables in the shape of a city's: nobody in them exists, every check digit holds."""

import csv
import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl

Row = dict[str, str]

_SURNAMES = [
    "佐藤 サトウ",
    "鈴木 スズキ",
    "髙橋 タカハシ",
    "田中 タナカ",
    "渡邊 ワタナベ",
    "兵頭 ヒョウドウ",
    "汐崎 シオザキ",
]
_GIVEN = ["太郎 タロウ", "花子 ハナコ", "一郎 イチロウ", "美咲 ミサキ", "健太 ケンタ", "陽菜 ヒナ"]
_TOWNS = ["松原町", "港町", "本町", "東汐見台"]


def my_number(dice: random.Random) -> str:
    digits = [dice.randrange(10) for _ in range(11)]
    total = sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return "".join(map(str, [*digits, 0 if total % 11 <= 1 else 11 - total % 11]))


def corporate_number(dice: random.Random) -> str:
    digits = [dice.randrange(10) for _ in range(12)]
    total = sum(d * (2 if n % 2 == 0 else 1) for n, d in enumerate(digits))
    return "".join(map(str, [9 - total % 9, *digits]))


def insurer_number(dice: random.Random) -> str:
    digits = [dice.randrange(10) for _ in range(7)]
    total = sum(sum(divmod(d * (2 if n % 2 == 0 else 1), 10)) for n, d in enumerate(digits))
    return "".join(map(str, [*digits, -total % 10]))


def digits(dice: random.Random, size: int) -> str:
    return f"{dice.randrange(10**size):0{size}d}"


def era(dice: random.Random) -> str:
    return f"昭和{dice.randint(2, 63)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日"


def day(dice: random.Random, first: int, last: int) -> str:
    return f"{dice.randint(first, last)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"


def people(count: int, *, seed: int = 1) -> list[Row]:
    """Return as many persons, each with a value for every kind; two in a household."""
    dice = random.Random(seed)
    return [_person(number, dice) for number in range(count)]


def _person(number: int, dice: random.Random) -> Row:
    kanji, kana = zip(dice.choice(_SURNAMES).split(), dice.choice(_GIVEN).split(), strict=True)
    return {
        "統一コード": f"{40_000_000_000 + 7 * number:011d}",
        "氏名": "　".join(kanji),
        "氏名カナ": " ".join(kana),
        "郵便番号": f"660-{dice.randrange(10_000):04d}",
        "住所": f"兵庫県汐見市{dice.choice(_TOWNS)}{dice.randint(1, 9)}丁目{dice.randint(1, 30)}-{dice.randint(1, 20)}",
        "生年月日": day(dice, 1930, 2021),
        "性別": dice.choice("男女"),
        "世帯番号": f"{number // 2:08d}",
        "続柄": ["世帯主", "妻"][number % 2],
        "住民となった年月日": day(dice, 1990, 2021),
        "住民税の均等割額": dice.choice(["0", "5300", "3500"]),
        "世帯主の統一コード": f"{40_000_000_000 + 14 * (number // 2):011d}",
        "申請書番号": digits(dice, 9),
        "申請受付日": day(dice, 2021, 2022),
        "申請書不達理由": dice.choice(["", "", "転居先不明", "あて所に尋ねあたらず"]),
        "振込済処理日時": day(dice, 2022, 2022) + " 10:30:00",
        "金融機関コード": dice.choice(["9991", "9992"]),
        "支店コード": digits(dice, 3),
        "口座区分": dice.choice(["普通", "当座"]),
        "口座番号": digits(dice, 7),
        "口座名義": " ".join(kana),
        "個人番号": my_number(dice),
        "電話番号": f"06-{dice.randint(2000, 9999)}-{digits(dice, 4)}",
        "携帯電話番号": f"0{dice.choice('789')}0{digits(dice, 8)}",
        "メールアドレス": f"user{number}@city-of-shiomi.jp",
        "運転免許証番号": "63" + digits(dice, 10),
        "旅券番号": dice.choice(["TK", "MZ"]) + digits(dice, 7),
        "在留カード番号": "AB" + digits(dice, 8) + "CD",
        "基礎年金番号": f"{digits(dice, 4)}-{digits(dice, 6)}",
        "雇用保険被保険者番号": f"{digits(dice, 4)}-{digits(dice, 6)}-{digits(dice, 1)}",
        "介護保険被保険者番号": digits(dice, 10),
        "保険者番号": insurer_number(dice),
        "被保険者番号": digits(dice, 8),
        "法人番号": corporate_number(dice),
        "要介護度": f"要介護{dice.randint(1, 5)}",
        "障害等級": f"{dice.randint(1, 7)}級",
        "病名": dice.choice(["高血圧症", "２型糖尿病", "気管支喘息", "胃炎"]),
        "国籍": dice.choice(["ベトナム", "韓国", "ブラジル"]),
        "生年月日（和暦）": era(dice),
        "備考": dice.choice(["", "", "折り返しの電話を希望している。", "窓口での手続きが済んでいない。"]),
        "荷物追跡番号": str(dice.randrange(10**11, 10**12)),
    }


def columns(rows: list[Row], *names: str) -> list[Row]:
    """Return some columns of rows."""
    return [{name: row[name] for name in names} for row in rows]


def write_csv(path: Path, rows: list[Row], *, codec: str = "utf-8", delimiter: str = ",", header: bool = True) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    if header:
        writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(codec))
    return path


def write_xlsx(path: Path, rows: list[Row]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    workbook.save(path)
    return path


WRITERS: Mapping[str, Callable[[Path, list[Row]], Path]] = {
    "csv in UTF-8": lambda folder, rows: write_csv(folder / "t.csv", rows),
    "csv in CP932": lambda folder, rows: write_csv(folder / "t.csv", rows, codec="cp932"),
    "tsv in CP932": lambda folder, rows: write_csv(folder / "t.tsv", rows, codec="cp932", delimiter="\t"),
    "xlsx": lambda folder, rows: write_xlsx(folder / "t.xlsx", rows),
}
