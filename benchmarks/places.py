"""Addresses and patterns in running text: megabytes a CPU second, and what the first call costs.

    python benchmarks/places.py --rounds 25

The text is invented. The best of all rounds is shown, because a shared machine only ever adds; an empty loop of 100,000
turns is shown beside it, to compare machines.
"""

import argparse
import random
import time
from collections.abc import Callable

from sekisho.detect.address_anchors import anchors
from sekisho.detect.addresses import find_addresses
from sekisho.detect.patterns import find_patterns

PLAIN = (
    "窓口で相談を受け、来週までに折り返し連絡することになった。本人は仕事の都合で平日の昼間は電話に出られないとのこと。"
)
NUMBERS = "番号は090-1234-5678、生年月日は昭和60年4月1日。手続きは3回目である。"
ADDRESSES = (
    "兵庫県尼崎市東七松町1丁目23番1号",
    "東京都新宿区西新宿2-8-1 メゾン新宿305号室",
    "大阪市北区中之島1-3-20",
)
LOG = "2026-10-01T10:30:45Z INFO order=123456789012 txn=889911 status=200 path=/a/b/c.html\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    print(f"first call: addresses {_seconds(lambda: find_addresses(ADDRESSES[0].encode())):.3f} s", end=", ")
    print(f"patterns {_seconds(lambda: find_patterns('')):.3f} s")
    print(f"empty loop: {1000 * _best(_loop, rounds):.2f} ms")
    texts = {
        "plain prose": PLAIN * 4000,
        "prose with numbers": (PLAIN + NUMBERS + "\n") * 3000,
        "an address every 600 bytes": _with_addresses(1000, 2),
        "an address every 1,100 bytes": _with_addresses(500, 4),
        "log": LOG * 6000,
    }
    print(f"{'MB/s':30} {'anchors':>9} {'addresses':>9} {'patterns':>9}")
    for name, text in texts.items():
        data = text.encode()
        calls = (
            lambda d=data: anchors(d),
            lambda d=data: find_addresses(d),
            lambda t=text, d=data: find_patterns(t, d),
        )
        speeds = [len(data) / 1e6 / _best(call, rounds) for call in calls]
        print(f"{name:30} {speeds[0]:9.0f} {speeds[1]:9.0f} {speeds[2]:9.0f}")


def _with_addresses(lines: int, prose: int) -> str:
    dice = random.Random(1)
    return "".join(f"{(PLAIN + NUMBERS) * prose}住所は{dice.choice(ADDRESSES)}です。\n" for _ in range(lines))


def _best(call: Callable[[], object], rounds: int) -> float:
    return min(_seconds(call) for _ in range(rounds))


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def _loop() -> None:
    for _ in range(100_000):
        pass


if __name__ == "__main__":
    main()
