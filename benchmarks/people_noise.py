"""A table as another office would have written it about the same people: the noise under which linkage is measured.

The shares are those of the reference (section 10): variant kanji 30 %, other blanks 50 %, another notation of the address
40 %, moved 6 %, a slip in the birth date 3 %, another surname 3 %, no code 50 %. It is a model; real registers differ.
"""

import numpy as np
import polars as pl

from sekisho.canon.name import variants

BLANK = "\u3000"
_KANJI = "一二三四五六七八九"
_COLUMNS = {
    "code": "統一コード",
    "name": "氏名",
    "kana": "氏名カナ",
    "birth_date": "生年月日",
    "address": "住所",
    "sex": "性別",
    "postal_code": "郵便番号",
}


def parts_of(register: pl.DataFrame) -> pl.DataFrame:
    """Return the demo's register with the columns named as linkage knows them."""
    return register.select(pl.col(column).alias(part) for part, column in _COLUMNS.items())


def noisy(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the same rows with noise."""
    dice = np.random.default_rng(seed)

    def some(share: float) -> pl.Expr:
        return pl.lit(pl.Series(dice.random(people.height) < share))

    other = people[dice.permutation(people.height)]
    frame = people.with_columns(
        code=pl.when(~some(0.5)).then("code"),
        **_moved(some(0.06), other),
        birth_date=pl.when(some(0.03)).then(_slipped(people["birth_date"], dice)).otherwise("birth_date"),
    )
    frame = frame.with_columns(_married(some(0.03), other))
    usual = {chr(usual): chr(variant) for variant, usual in _one_variant_each().items()}
    frame = frame.with_columns(
        name=pl.when(some(0.3)).then(pl.col("name").str.replace_many(usual)).otherwise("name"),
        address=pl.when(some(0.4)).then(_other_notation(frame["address"], dice)).otherwise("address"),
    )
    blank = some(0.5), pl.lit(pl.Series(np.array(["", " ", "\u3000\u3000"])[dice.integers(0, 3, people.height)]))
    return frame.with_columns(
        pl.when(blank[0]).then(_before(part) + blank[1] + _behind(part)).otherwise(part).alias(part)
        for part in ("name", "kana")
    )


def _moved(some: pl.Expr, other: pl.DataFrame) -> dict[str, pl.Expr]:
    return {part: pl.when(some).then(pl.lit(other[part])).otherwise(part) for part in ("address", "postal_code")}


def _married(some: pl.Expr, other: pl.DataFrame) -> list[pl.Expr]:
    """Surname and its reading are those of somebody else."""
    surnames = {part: pl.lit(other[part].str.split(BLANK).list.first()) for part in ("name", "kana")}
    return [
        pl.when(some & pl.col(part).str.contains(BLANK))
        .then(surnames[part] + BLANK + _behind(part))
        .otherwise(part)
        .alias(part)
        for part in surnames
    ]


def _before(part: str) -> pl.Expr:
    return pl.col(part).str.split(BLANK).list.first()


def _behind(part: str) -> pl.Expr:
    return pl.col(part).str.splitn(BLANK, 2).struct.field("field_1").fill_null("")


def _slipped(days: pl.Series, dice: np.random.Generator) -> pl.Series:
    """Return dates with another day, another month or the year beside."""
    what, by = dice.integers(0, 3, len(days)), dice.integers(1, 28, len(days))
    return pl.Series(
        [
            (
                f"{text[:8]}{(int(text[8:]) + step - 1) % 28 + 1:02}",
                f"{text[:5]}{(int(text[5:7]) + step % 11) % 12 + 1:02}-{min(int(text[8:]), 28):02}",
                f"{int(text[:4]) + (1 if step % 2 else -1)}{text[4:7]}-{min(int(text[8:]), 28):02}",
            )[kind]
            for text, kind, step in zip(days.to_list(), what.tolist(), by.tolist(), strict=True)
        ]
    )


def _other_notation(addresses: pl.Series, dice: np.random.Generator) -> pl.Expr:
    """Write 1丁目28番1号 in one of four other ways, half of them without the prefecture."""
    plain = addresses.str.replace_all("番地の|丁目|番", "-").str.strip_suffix("号")
    kanji = addresses
    for digit, numeral in enumerate(_KANJI, 1):
        kanji = kanji.str.replace(rf"([^0-9]){digit}丁目", rf"${{1}}{numeral}丁目")
    wide = plain.str.replace_many(list("0123456789-"), list("０１２３４５６７８９－"))
    spaced = addresses.str.replace("番([0-9])", "番地の${1}").str.strip_suffix("号")
    ways, bare = dice.integers(0, 4, len(addresses)), dice.random(len(addresses)) < 0.5
    way = pl.lit(pl.Series(ways))
    chosen = pl.when(way == 0).then(plain).when(way == 1).then(kanji).when(way == 2).then(wide).otherwise(spaced)
    return pl.when(pl.lit(pl.Series(bare))).then(chosen.str.strip_prefix("兵庫県")).otherwise(chosen)


def _one_variant_each() -> dict[int, int]:
    found = dict[int, int]()
    for variant, usual in variants().items():
        if ord(usual) not in found.values():
            found[variant] = ord(usual)
    return found
