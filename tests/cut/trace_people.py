"""Invented people for the tests of tracing, and tables that they stand in."""

import polars as pl

SURNAMES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")
GIVEN = ("太郎", "花子", "次郎", "三郎", "美咲", "翔太", "結衣", "大輔", "直樹", "陽子")

KINDS = {"氏名": "name", "住所": "address", "電話": "phone", "状態": "benefit_status"}


def invent(kind_id: str, seed: int) -> str | None:
    """Return a value of an invented person; what is not said here, nobody has."""
    values = {
        "name": f"{SURNAMES[seed % 10]}　{GIVEN[seed // 10 % 10]}{chr(0x4E00 + seed // 100 % 5_000)}",
        "address": f"汐見市松原町{seed % 9 + 1}丁目{seed // 9 % 30 + 1}番{seed // 270 % 30 + 1}号",
        "phone": f"06-0000-{seed % 10_000:04}",
        "birth_date": f"19{seed % 90 + 10}-0{seed // 90 % 9 + 1}-1{seed // 810 % 10}",
    }
    return values.get(kind_id)


def town(people: int, *, seed: int = 1) -> pl.DataFrame:
    """Return a table of people who are in no cut's list of canaries."""
    numbers = [(each * 7_919 + seed) * 104_729 for each in range(people)]
    return pl.DataFrame(
        {
            "氏名": [invent("name", each) for each in numbers],
            "住所": [invent("address", each // 7) for each in numbers],
            "電話": [invent("phone", each // 3) for each in numbers],
            "状態": ["発送済" if each % 3 else "返戻" for each in numbers],
        }
    )
