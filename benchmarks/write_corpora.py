"""The four corpora on which speed is measured, each from a fixed seed and without any other generator's data.

    python benchmarks/write_corpora.py /tmp/corpora --megabytes 64

residents   460,517 rows of 25 columns in the shape of a city's register: every My Number's check digit holds, 18 % have a bank
            account (the table of ``detect.py``)
notes       call-centre notes full of numbers between sentences without any; one line in ten has full-width digits
log         order numbers, UUIDs, identifiers of 12 and 16 digits, few telephone numbers
products    stock codes, tracking numbers, prices; nothing about anybody

Nobody in them exists. None of the sentences is in the hand-written notes that accuracy is measured on.
"""

import argparse
import itertools
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from corpora import register

RESIDENTS = 460_517
SEED = 20220621

_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")

_SURNAMES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田")
_GIVEN = ("太郎", "花子", "一郎", "美咲", "健太", "陽菜", "翔", "結衣", "大輔", "恵子", "直樹", "裕子")
_TOWNS = ("東七松町", "南塚口町", "武庫之荘", "昭和通", "杭瀬本町", "潮江", "大庄西町", "立花町")
_BACKGROUND = (
    "本日は朝から雨で、来庁者は普段より少なかった。",
    "制度の変更点について、広報の十月号に説明を載せる予定である。",
    "窓口の混雑を避けるため、郵送での手続きを案内した。",
    "駅前の再開発は来年の春に終わり、広場に新しい図書館ができる。",
    "担当が席を外していたので、戻り次第こちらから連絡すると伝えた。",
    "祭りの日は午後から通行止めになるので、迂回路の地図を配った。",
    "手当の対象となる世帯の考え方について、質問が続いた。",
    "古い堤防の上には桜が並び、春には花見の人でにぎわう。",
)
_NOTES = (
    "{name}様より入電。折り返し先は{phone}、夕方以降を希望とのこと。",
    "口座の変更届を受け付けた。普通預金 {account}、名義は{name}。",
    "本人確認のため生年月日をうかがう。{birth}とのお答え。",
    "住所は兵庫県尼崎市{town}{n}丁目{m}-{k}、郵便番号は660-{post}。",
    "個人番号は{mine}。通知カードの写しで確認した。",
    "{name}さんのカード番号は{card}、期限は再来年の三月。",
    "基礎年金番号{pension}を年金事務所に照会し、加入の期間を確認した。",
    "免許証番号は{licence}。写しは返却した。",
)


def main() -> None:
    """Write the corpora into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--megabytes", type=float, default=64, help="of each of the three that are no table of residents"
    )
    parser.add_argument("--rows", type=int, default=RESIDENTS)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    register(arguments.rows).write_csv(arguments.folder / "residents.csv")
    for name, lines in CORPORA.items():
        _write(arguments.folder / name, lines(random.Random(SEED)), size=round(arguments.megabytes * 1e6))
    for path in sorted(arguments.folder.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}")


def notes(dice: random.Random) -> Iterator[str]:
    """Yield lines of notes."""
    while True:
        line = dice.choice(_BACKGROUND) + dice.choice(_NOTES).format_map(_values(dice)) + dice.choice(_BACKGROUND)
        yield line.translate(_WIDE) if dice.random() < 0.1 else line


def log(dice: random.Random) -> Iterator[str]:
    """Yield lines of a log."""
    seconds = 0
    while True:
        seconds += dice.randrange(3)
        clock = f"2026-11-{seconds // 86_400 % 28 + 1:02d}T{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        called = f" tel=0{dice.choice('789')}0{_digits(dice, 8)}" if dice.random() < 0.002 else ""
        identifier = uuid.UUID(int=dice.getrandbits(128))
        yield (
            f"{clock}.{_digits(dice, 3)}Z INFO [worker-{dice.randrange(16)}] order={_digits(dice, 12)}"
            f" txn={_digits(dice, 16)} request={identifier} status=200 time={dice.randrange(900)}ms{called}"
        )


def products(dice: random.Random) -> Iterator[str]:
    """Yield rows of a table of products, its header first."""
    yield "sku,jan,name,tracking,quantity,price,weight,updated"
    while True:
        yield (
            f"EX-{_digits(dice, 4)}-{_digits(dice, 6)},49{_digits(dice, 11)},item {dice.randrange(9999)},{_digits(dice, 12)},"
            f"{dice.randrange(500)},{dice.randrange(100, 99_999)},{dice.random() * 9:.4f},2026-11-{dice.randint(1, 28):02d}"
        )


CORPORA: Mapping[str, Callable[[random.Random], Iterator[str]]] = {
    "notes.txt": notes,
    "log.txt": log,
    "products.csv": products,
}


def _values(dice: random.Random) -> Mapping[str, object]:
    return {
        "name": f"{dice.choice(_SURNAMES)} {dice.choice(_GIVEN)}",
        "phone": f"0{dice.choice('789')}0-{_digits(dice, 4)}-{_digits(dice, 4)}",
        "account": _digits(dice, 7),
        "birth": f"昭和{dice.randint(2, 63)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日",
        "town": dice.choice(_TOWNS),
        "n": dice.randint(1, 9),
        "m": dice.randint(1, 30),
        "k": dice.randint(1, 20),
        "post": f"00{dice.randint(51, 63)}",
        "mine": _my_number(dice),
        "card": _card(dice),
        "pension": f"{_digits(dice, 4)}-{_digits(dice, 6)}",
        "licence": f"63{_digits(dice, 10)}",
    }


def _digits(dice: random.Random, size: int) -> str:
    return f"{dice.randrange(10**size):0{size}d}"


def _my_number(dice: random.Random) -> str:
    stem = _digits(dice, 11)
    rest = sum(int(d) * w for d, w in zip(stem, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return f"{stem}{0 if rest <= 1 else 11 - rest}"


def _card(dice: random.Random) -> str:
    stem = f"4{_digits(dice, 14)}"
    doubled = sum(sum(divmod(int(d) * (2 - n % 2), 10)) for n, d in enumerate(reversed(stem)))
    return f"{stem}{-doubled % 10}"


def _write(path: Path, lines: Iterator[str], *, size: int) -> None:
    with path.open("wb") as file:
        while file.tell() < size:
            file.writelines(f"{line}\n".encode() for line in itertools.islice(lines, 1_000))


if __name__ == "__main__":
    main()
