"""What people have on networks: e-mail and IP addresses, hardware addresses, and secrets with which one signs in.

What the standards reserve for examples is nobody's: RFC 2606 and 6761 (names), RFC 5737 and 3849 (IP addresses).
"""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from ipaddress import IPv6Address, IPv6Network
from math import log2

_RESERVED_NAME = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org|edu|co\.jp|jp))?|test|invalid|localhost|local)$")
_DOCUMENTATION_IPV4 = ("192.0.2.", "198.51.100.", "203.0.113.")
_DOCUMENTATION_IPV6 = (IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
_PRINTED = ("EXAMPLE", "XXXX", "CHANGEME", "YOUR_")
_LEAST_DIFFERENT = 5
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
    if ":" not in text:
        return _is_ipv4(text)
    try:
        address = IPv6Address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or address.is_multicast or address.is_link_local:
        return False
    return not any(address in network for network in _DOCUMENTATION_IPV6)


def _is_ipv4(text: str) -> bool:
    """Tell it of an IPv4 address; by hand, because logs are full of them."""
    parts = text.split(".")
    if len(parts) != 4 or any(part[0] == "0" < part or int(part) > 255 for part in parts):
        return False
    first = int(parts[0])
    reserved = first in {0, 127} or first >= 224
    return not reserved and not text.startswith(("169.254.", *_DOCUMENTATION_IPV4))


def is_mac_address(text: str) -> bool:
    """Tell whether a hardware address is neither empty nor for all."""
    return len(set(re.sub("[:-]", "", text).lower())) > 1


def is_key(text: str) -> bool:
    """Tell whether a key with a known beginning is none that a manual prints."""
    return not any(word in text.upper() for word in _PRINTED) and len(set(text)) >= _LEAST_DIFFERENT


def is_secret(text: str) -> bool:
    """Tell whether characters behind a word such as password look drawn by lot, or like a password somebody made up."""
    counts = Counter(text)
    bits = -sum(n / len(text) * log2(n / len(text)) for n in counts.values())
    sorts = sum(any(test(c) for c in text) for test in (str.islower, str.isupper, str.isdecimal, _is_sign))
    return (
        is_key(text)
        and sorts >= 2
        and bits >= min(_LEAST_BITS, log2(len(text)) - 0.8)
        and not text.startswith(("$", "{", "<", "%", "os.", "***"))
    )


@cache
def top_level_domains() -> frozenset[str]:
    """Return IANA's list of top-level domains, in small letters."""
    return frozenset(
        files("sekisho.detect").joinpath("data", "top_level_domains.txt").read_text(encoding="ascii").split()
    )


def _is_sign(character: str) -> bool:
    return not character.isalnum()
