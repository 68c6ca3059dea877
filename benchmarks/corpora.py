"""What the benchmarks scan: a city's register, a log and a table of products, from fixed seeds; nobody in them exists."""

import numpy as np
import polars as pl


def register(rows: int, *, seed: int = 2022_06_21) -> pl.DataFrame:
    """Return a table in the shape of a city's register."""
    dice = np.random.default_rng(seed)

    def numbers(digits: int) -> pl.Series:
        return pl.Series(dice.integers(0, 10**digits, rows)).cast(pl.String).str.zfill(digits)

    def words(*choices: str) -> pl.Series:
        return pl.Series(choices).gather(dice.integers(0, len(choices), rows))

    def days(first: int, last: int) -> pl.Series:
        span = np.datetime64(f"{last}-01-01") - np.datetime64(f"{first}-01-01")
        return pl.Series(np.datetime64(f"{first}-01-01") + dice.integers(0, span.astype(np.int64), rows))

    has_account = pl.Series(dice.random(rows) < 0.18)
    surname, given = words("佐藤", "鈴木", "高橋", "田中", "汐崎"), words("太郎", "花子", "一郎", "美咲", "健太")
    kana = words("サトウ", "スズキ", "タカハシ") + " " + words("タロウ", "ハナコ", "イチロウ")
    serial = pl.int_range(rows, eager=True)
    table = {
        "統一コード": (serial * 7 + 4_000_000_000).cast(pl.String).str.zfill(11),
        "氏名": surname + "　" + given,
        "氏名カナ": kana,
        "郵便番号": "660-" + numbers(4),
        "住所": "兵庫県汐見市"
        + words("松原町", "港町", "東汐見台")
        + numbers(1)
        + "丁目"
        + numbers(2)
        + "-"
        + numbers(1),
        "方書": words("", "", "汐見コーポ") + words("", "２０１", "３０２"),
        "生年月日": days(1930, 2022),
        "性別": words("男", "女"),
        "世帯番号": (serial // 2).cast(pl.String).str.zfill(8),
        "続柄": words("世帯主", "妻", "子"),
        "住民となった年月日": days(1990, 2022).dt.strftime("%Y/%-m/%-d"),
        "個人番号": _my_numbers(dice.integers(0, 10, (11, rows))),
        "電話番号": "06-" + numbers(4) + "-" + numbers(4),
        "携帯電話番号": "090" + numbers(8),
        "メールアドレス": "user" + serial.cast(pl.String) + "@city-of-shiomi.jp",
        "金融機関コード": words("9991", "9992"),
        "支店コード": numbers(3),
        "口座区分": words("普通", "当座"),
        "口座番号": numbers(7),
        "口座名義": kana,
        "均等割額": words("0", "3500", "5300"),
        "所得額": pl.Series(dice.integers(0, 9_000_000, rows)).cast(pl.String),
        "荷物追跡番号": numbers(12),
        "備考": words("", "", "窓口で確認済"),
        "更新日時": words("2022-06-21 17:00:00", "2022-06-21 17:05:09"),
    }
    account = ("金融機関コード", "支店コード", "口座区分", "口座番号", "口座名義")
    frame = pl.DataFrame(table)
    return frame.with_columns(pl.when(has_account).then(pl.col(account)))


def _my_numbers(digits: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> pl.Series:
    rest = np.array([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) @ digits % 11
    check = np.where(rest <= 1, 0, 11 - rest)
    value = 10 ** np.arange(11, 0, -1) @ digits + check
    return pl.Series(value).cast(pl.String).str.zfill(12)


def log(lines: int, *, seed: int = 7) -> bytes:
    """Return the lines of a server that counts orders and sees few people."""
    dice = np.random.default_rng(seed)

    def number(digits: int) -> pl.Series:
        return pl.Series(dice.integers(0, 10**digits, lines)).cast(pl.String).str.zfill(digits)

    def hexadecimal(digits: int) -> pl.Series:
        letters = np.frombuffer(b"0123456789abcdef", np.uint8)[dice.integers(0, 16, (lines, digits))]
        return pl.Series(letters.view(f"S{digits}").ravel().astype(str))

    level = pl.Series(["INFO", "WARN", "DEBUG"]).gather(dice.integers(0, 3, lines))
    caller = pl.Series(["", " tel=090-1234-5678"]).gather((dice.random(lines) < 0.01).astype(np.int64))
    text = "2022-06-21T10:30:" + number(2) + "." + number(3) + "Z " + level + " [worker-" + number(2) + "] order="
    text = text + number(12) + " txn=" + number(16) + " id=" + hexadecimal(8) + "-" + hexadecimal(4) + "-4"
    text = text + hexadecimal(3) + "-" + hexadecimal(12) + " took " + number(3) + " ms; GET /api/v2/items/"
    text = text + number(6) + "?page=" + number(1) + caller
    return "\n".join(text.to_list()).encode() + b"\n"


def products(rows: int, *, seed: int = 11) -> pl.DataFrame:
    """Return a table of goods and parcels, in which nobody is."""
    dice = np.random.default_rng(seed)

    def number(digits: int) -> pl.Series:
        return pl.Series(dice.integers(0, 10**digits, rows)).cast(pl.String).str.zfill(digits)

    words = pl.Series(["鉛筆 HB 12本", "封筒 角2 100枚", "A4 コピー用紙 500枚", "USBメモリ 16GB"])
    return pl.DataFrame(
        {
            "商品コード": "SK-" + number(8),
            "JANコード": "49" + number(11),
            "商品名": words.gather(dice.integers(0, len(words), rows)),
            "単価": number(5),
            "在庫": number(3),
            "荷物追跡番号": number(12),
            "注文番号": "ORD-" + number(10) + "-" + number(2),
            "更新日時": "2022-06-" + pl.Series(dice.integers(1, 31, rows)).cast(pl.String).str.zfill(2) + " 17:00:00",
        }
    )
