"""Tokens of ten million 12-digit ids in one run: ours beside a loop over HMAC and beside the package ff3.

    pip install ff3; python benchmarks/tokens.py --rounds 3

Ids have leading zeros and come from a fixed seed. From text to text, unless a line says otherwise: a Polars column in, a
Polars column out; for the peers a list in, a list out. Everything is measured in one process, rounds are interleaved and
the best of each is shown. The loop over HMAC is the one that one writes, ``hmac.digest`` for each id; a second one copies
a keyed state and is as fast as Python gets. ff3 encrypts a sample and is said per value. What comes back is compared
with what went in.
"""

import argparse
import hmac
import importlib
import importlib.metadata
import itertools
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sekisho.cut.tokens import aes, ff1
from sekisho.cut.tokens import hmac as one_way
from sekisho.cut.tokens.ff1_rounds import Domain, permute
from sekisho.cut.tokens.serial import CaseMap, CaseTokens
from sekisho.kernel.library import kernel

_SEED, _DIGITS = 20220621, 12
_KEY = bytes(range(32))
_BLOCK = 1 << 16  # rows that a cut hands over at a time


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement.

    Attributes:
        name: what is measured.
        count: how many values it goes through.
        run: does it.
        peer: which loop it is compared with: ``hmac`` or ``ff3``.
        goal: what is wanted.
        engine: ``numpy`` for our code without the kernel.
    """

    name: str
    count: int
    run: Callable[[], object]
    peer: str
    goal: str = ""
    engine: str = ""


def main() -> None:
    """Measure every line in turn, print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", type=int, default=10_000_000)
    parser.add_argument("--sample", type=int, default=20_000, help="how many of them ff3 encrypts")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    lines = _lines(arguments.ids, arguments.sample)
    best = dict.fromkeys(range(len(lines)), float("inf"))
    for _, place in itertools.product(range(arguments.rounds), best):
        best[place] = min(best[place], _measured(lines[place]))
    _show(lines, [best[place] for place in best], arguments.rounds)


def _lines(count: int, sample: int) -> list[Line]:
    numbers = np.random.default_rng(_SEED).integers(0, 10**_DIGITS, count, np.uint64)
    ids = pl.Series(numbers).cast(pl.String).str.zfill(_DIGITS)
    texts = ids.to_list()
    tokens, secret = aes.encode_digits(ids, _KEY), ff1.encrypt(ids, _KEY)
    assert aes.decode_digits(tokens, _KEY).equals(ids)
    assert ff1.decrypt(secret, _KEY).equals(ids)
    ff3 = _ff3()
    domain = Domain(radix=10, length=_DIGITS, tweak=b"")
    halves = numbers // np.uint64(10**6), numbers % np.uint64(10**6)
    ours = [
        Line("aes, encode", count, lambda: aes.encode_digits(ids, _KEY), "hmac", "≥ 40"),
        Line("aes, decode", count, lambda: aes.decode_digits(tokens, _KEY), "hmac"),
        Line("ff1, encrypt", count, lambda: ff1.encrypt(ids, _KEY), "ff3", "≥ 300"),
        Line("ff1, decrypt", count, lambda: ff1.decrypt(secret, _KEY), "ff3", "≥ 300"),
        Line("ff1, rounds alone, numbers", count, lambda: permute(*halves, domain, _KEY, back=False), "ff3", "≥ 700"),
    ]
    people, city, some = min(10_000_000, count), min(460_517, count), min(1_000_000, count)
    return [
        Line("hmac.digest in a loop", count, lambda: _hmac_loop(texts), "hmac"),
        Line(f"hmac by copies of a state, {some:,}", some, lambda: _hmac_copies(texts[:some]), "hmac"),
        Line(f"ff3 in a loop, {sample:,} of them", sample, lambda: [*map(ff3, texts[:sample])], "ff3"),
        *ours,
        *(Line(each.name, each.count, each.run, each.peer, engine="numpy") for each in ours),
        Line(f"hmac, each text once, {some:,}", some, lambda: one_way.tokens(ids[:some], _KEY), "hmac"),
        Line(f"serial, {city:,} people", city, lambda: _given(city), "hmac"),
        Line(f"serial, {people:,} people", people, lambda: _given(people), "hmac"),
        _read_back(people),
    ]


def _ff3() -> Callable[[str], str]:
    try:
        package = importlib.import_module("ff3")
    except ModuleNotFoundError:
        raise SystemExit("This compares with the package ff3: pip install ff3") from None
    encrypt: Callable[[str], str] = package.FF3Cipher(_KEY.hex(), "d8e7920afa330a").encrypt
    return encrypt


def _hmac_loop(texts: list[str]) -> list[str]:
    return [hmac.digest(_KEY, text.encode(), "sha256")[:16].hex() for text in texts]


def _hmac_copies(texts: list[str]) -> list[str]:
    keyed, tokens = HMAC(_KEY, SHA256()), list[str]()
    for text in texts:
        state = keyed.copy()
        state.update(text.encode())
        tokens.append(state.finalize()[:16].hex())
    return tokens


def _given(people: int) -> CaseTokens:
    """Give case numbers block by block, as a cut does."""
    tokens = CaseTokens(os.urandom, expected=people)
    for start in range(0, people, _BLOCK):
        tokens.give(pl.Series(np.arange(start, min(people, start + _BLOCK), dtype=np.uint32)))
    return tokens


def _read_back(people: int) -> Line:
    given = _given(people).given
    back = given["token"].sample(people // 2, shuffle=True, seed=_SEED)
    assert (CaseMap(given).read(back)["verdict"] == "known").all()
    name = f"serial, {people // 2:,} read back of {people:,}"
    return Line(name, people // 2, lambda: CaseMap(given).read(back), "hmac")


def _measured(line: Line) -> float:
    with _kernel(line.engine):
        begun = time.process_time()
        line.run()
        return time.process_time() - begun


@contextmanager
def _kernel(engine: str) -> Iterator[None]:
    os.environ["SEKISHO_KERNEL"] = engine
    kernel.cache_clear()
    yield
    os.environ["SEKISHO_KERNEL"] = ""
    kernel.cache_clear()


def _show(lines: list[Line], best: list[float], rounds: int) -> None:
    names = ("numpy", "polars", "cryptography", "ff3")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {versions}")
    print(f"load {os.getloadavg()[0]:.1f}, best of {rounds}\n")
    a_value = {line.name: cpu / line.count for line, cpu in zip(lines, best, strict=True) if not line.engine}
    peers = {"hmac": a_value["hmac.digest in a loop"], "ff3": a_value[next(name for name in a_value if "ff3" in name)]}
    print(f"{'':40}{'engine':8}{'CPU s':>8}{'M/s':>9}  {'ratio':>7}  goal")
    for line, cpu in zip(lines, best, strict=True):
        ratio = peers[line.peer] / (cpu / line.count)
        rate = line.count / cpu / 1e6
        print(f"{line.name:40}{line.engine:8}{cpu:8.2f}{rate:9.3f}  {ratio:6.1f}x  {line.goal}")


if __name__ == "__main__":
    main()
