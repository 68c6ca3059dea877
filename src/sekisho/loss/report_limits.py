"""How many slip numbers may be tried without sign-in: token buckets, for each address and for all together. Pure.

A slip number has five digits and a check digit, so whoever posts all 100,000 would stop every copy of the office; and whoever
has lost one on the night types it once. So every number that is looked up takes a token from the bucket of its address and from
that of all. An empty bucket refuses nobody: it asks for something more that stands on
the medium or slip, or for a number to call back. What stays without any limit is the lost code on a label, which nobody guesses.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address


class Kind(StrEnum):
    """What a number was given with."""

    ALONE = "alone"
    WITH_LABEL = "with_label"
    CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many at once, and how many more an hour."""

    at_once: int
    an_hour: float


RATES = {Kind.ALONE: Rate(100, 60), Kind.WITH_LABEL: Rate(200, 600), Kind.CALL_BACK: Rate(30, 60)}
"""Of all addresses together. In a day without end 1,540 numbers can be tried: of 50 copies that are out, 0.8 are stopped."""

AN_ADDRESS = {Kind.ALONE: Rate(10, 10), Kind.WITH_LABEL: Rate(20, 60), Kind.CALL_BACK: Rate(5, 10)}
"""Of one address."""

MOST_ADDRESSES = 10_000
_AN_HOUR = 3600.0


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time.

    Attributes:
        rate: how many, and how fast.
        level: how many are left.
        at: when that was so.
    """

    rate: Rate
    level: float
    at: datetime

    def filled(self, now: datetime) -> float:
        """Return how many tokens are there now; a clock set back brings none."""
        gone = max(0.0, (now - self.at).total_seconds())
        return min(float(self.rate.at_once), self.level + gone * self.rate.an_hour / _AN_HOUR)

    def take(self, now: datetime) -> None:
        """Take one."""
        self.level, self.at = max(0.0, self.filled(now) - 1), max(now, self.at)


@dataclass(slots=True)
class Limits:
    """The buckets, and how often one of them was empty.

    Attributes:
        rates: of all addresses together.
        an_address: of one.
        refused: how often a bucket was empty, since the beginning.
    """

    rates: dict[Kind, Rate] = field(default_factory=lambda: dict(RATES))
    an_address: dict[Kind, Rate] = field(default_factory=lambda: dict(AN_ADDRESS))
    refused: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    _all: dict[Kind, Bucket] = field(default_factory=dict)
    _addresses: OrderedDict[tuple[Kind, str], Bucket] = field(default_factory=OrderedDict)

    def allow(self, kind: Kind, address: str, now: datetime, *, trusted: bool = False) -> bool:
        """Tell whether a number may be looked up, and count it where not.

        Args:
            kind: what it was given with.
            address: where from.
            now: the time.
            trusted: whether many callers come from that address, as from a telephone system's.
        """
        enough = self._bucket(kind, now).filled(now) >= 1
        if enough and not trusted:
            enough = self._of(kind, address, now).filled(now) >= 1
        if not enough:
            self.refused[kind] += 1
        return enough

    def count(self, kind: Kind, address: str, now: datetime, *, trusted: bool = False) -> None:
        """Count a number that was looked up, or a call-back that was asked for."""
        self._bucket(kind, now).take(now)
        if not trusted:
            self._of(kind, address, now).take(now)

    def is_flood(self, now: datetime) -> bool:
        """Tell whether so many come from so many addresses that nobody's number is looked up any more."""
        return self._bucket(Kind.ALONE, now).filled(now) < 1

    def _bucket(self, kind: Kind, now: datetime) -> Bucket:
        rate = self.rates[kind]
        return self._all.setdefault(kind, Bucket(rate, rate.at_once, now))

    def _of(self, kind: Kind, address: str, now: datetime) -> Bucket:
        """Return the bucket of an address; of very many, those that were not used for longest are full again."""
        rate, key = self.an_address[kind], (kind, network_of(address))
        bucket = self._addresses.setdefault(key, Bucket(rate, rate.at_once, now))
        self._addresses.move_to_end(key)
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return bucket


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the first 64 bits, for a home or a telephone has all below them."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(int(parsed) >> 64)
    return str(parsed)
