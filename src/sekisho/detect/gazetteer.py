"""Names of Japanese places: prefectures, municipalities and towns, from Japan Post's list of postal codes."""

from collections.abc import Iterable
from functools import cache

from sekisho.detect.code_sets import unpack
from sekisho.detect.packs import built_in_rules

_KEY = 2
LONGEST_TOWN = 12


class Municipalities:
    """Municipalities as they are written: with their district, city or without, and cities without their wards.

    >>> all(each in municipalities() for each in ("尼崎市", "神戸市中央区", "神戸市", "中央区", "三重郡川越町", "川越町"))
    True
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        sizes: dict[str, set[int]] = {}
        for name in self._names:
            sizes.setdefault(name[-_KEY:], set()).add(len(name))
        self._sizes = {key: tuple(sorted(each, reverse=True)) for key, each in sizes.items()}

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def longest_before(self, text: str, end: int) -> int:
        """Return the length of the longest that ends at a place of the text, or 0."""
        for size in self._sizes.get(text[end - _KEY : end], ()):
            if size <= end and text[end - size : end] in self._names:
                return size
        return 0


@cache
def prefectures() -> frozenset[str]:
    """Return the 47 prefectures."""
    return frozenset(built_in_rules().places.prefectures)


@cache
def municipalities() -> Municipalities:
    """Return all of them."""
    return Municipalities(_municipalities())


@cache
def _municipalities() -> frozenset[str]:
    names = {line.partition(" ")[2] for line in unpack("municipalities.bin").decode().split("\n")}
    for name in tuple(names):
        names.update(_shorter(name))
    return frozenset(names)


def _shorter(name: str) -> tuple[str, ...]:
    if name.endswith("区") and "市" in name[1:-1]:
        city = name.index("市", 1) + 1
        return name[:city], name[city:]
    district = name.find("郡", 1, -2)
    return (name[district + 1 :],) if district > 0 else ()


@cache
def towns() -> frozenset[str]:
    """Return names of towns, of two letters to twelve."""
    return frozenset(unpack("towns.bin").decode().split("\n"))


@cache
def endings() -> frozenset[str]:
    """Return the letters that names of towns and municipalities end in."""
    return frozenset(name[-1] for names in (towns(), _municipalities()) for name in names)
