"""What people have on networks: e-mail and IP addresses, hardware addresses, and secrets with which one signs in.

What the standards reserve for examples is nobody's: RFC 2606 and 6761 (names), RFC 5737 and 3849 (IP addresses).
"""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, ip_address, ip_network
from math import log2

_RESERVED_NAME = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org|edu|co\.jp|jp))?|test|invalid|localhost|local)$")
_DOCUMENTATION = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")))
_LEAST_BITS = 2.8  # a character; words and dates have less


def is_email(text: str) -> bool:
    """Tell whether an address ends in a domain that exists (IANA) and is not reserved for examples.

    >>> is_email("taro@city.jp"), is_email("taro@example.com"), is_email("a@b.nosuchtld"), is_email("logo@2x.png")
    (True, False, False, False)
    """
    name, _, domain = text.lower().rpartition("@")
    last = domain.rpartition(".")[2]
    if ".." in text or name.startswith(".") or name.endswith(".") or _RESERVED_NAME.search(domain):
        return False
    return last in top_level_domains()


def is_ip_address(text: str) -> bool:
    """Tell whether an address can be some machine's: no loopback, no mask, nothing reserved for documents."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or address.is_multicast or address.is_link_local:
        return False
    if isinstance(address, IPv4Address) and (address.packed[0] in {0, 255} or address.is_reserved):
        return False
    return not any(address.version == network.version and address in network for network in _DOCUMENTATION)


def is_mac_address(text: str) -> bool:
    """Tell whether a hardware address is neither empty nor for all."""
    return len(set(re.sub("[:-]", "", text).lower())) > 1


def is_key(text: str) -> bool:
    """Tell whether a key with a known beginning is none that a manual prints."""
    return "EXAMPLE" not in text.upper() and "XXXX" not in text.upper() and len(set(text)) > 7


def is_secret(text: str) -> bool:
    """Tell whether characters behind a word such as password look drawn by lot, or like a password somebody made up."""
    counts = Counter(text)
    bits = -sum(n / len(text) * log2(n / len(text)) for n in counts.values())
    sorts = sum(any(test(c) for c in text) for test in (str.islower, str.isupper, str.isdecimal, _is_sign))
    return sorts >= 2 and bits >= min(_LEAST_BITS, log2(len(text)) - 0.8) and not text.startswith(("$", "{", "<", "%", "os.", "***"))


@cache
def top_level_domains() -> frozenset[str]:
    """Return IANA's list of top-level domains, in small letters."""
    return frozenset(files("sekisho.detect").joinpath("data", "top_level_domains.txt").read_text(encoding="ascii").split())


def _is_sign(character: str) -> bool:
    return not character.isalnum()
