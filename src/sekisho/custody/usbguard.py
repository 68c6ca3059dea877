"""Rules for USBGuard from the register of media: which sticks a machine may take.

Written in the language of usbguard-rules.conf(5). A rule names vendor, product, serial number and exactly the interfaces of
a storage device, so that a stick that is a keyboard too does not match. A serial number can be forged; these rules keep
honest people's sticks out, and say nothing of who built one to deceive.
"""

from collections.abc import Iterable, Iterator

from sekisho.canon.visible import hidden
from sekisho.custody.media_records import MediumRecord, MediumState

_HEAD = """\
# Made by `sekisho medium usbguard` from the register of media; make it anew when the register changes.
# Put it into /etc/usbguard/rules.d/ and try it with `usbguard list-devices` before the daemon relies on it.
# Whatever no rule names is treated as ImplicitPolicyTarget in usbguard-daemon.conf says (block, as shipped).
# To refuse every other storage device on purpose, put this line at the end of your own last file:
#     reject with-interface one-of { 08:*:* }
# Mind keyboards, mice and readers before you block everything: `usbguard generate-policy` lists what is plugged in.
"""
_BULK_ONLY = "08:06:50"
_INTERFACES = (f"{{ {_BULK_ONLY} }}", f"{{ {_BULK_ONLY} 08:06:62 }}")
"""What a stick is: bulk-only, or that and UAS beside it. Nothing else, and no more."""

_LET_IN = frozenset({MediumState.IN_STORE, MediumState.ISSUED})


def usbguard_rules(register: Iterable[MediumRecord]) -> str:
    """Return a file of rules: the office's media are allowed, those kept apart and retired ones are rejected.

    The first rule that matches decides. A medium that was retired and registered anew stands here twice, and is allowed.
    """
    known = list(register)
    let_in = {medium.fingerprint for medium in known if medium.state in _LET_IN}
    lines = (line for medium in known for line in _rules(medium, again=medium.fingerprint in let_in))
    return _HEAD + "".join(f"\n{line}" for line in lines) + "\n"


def quoted(text: str) -> str:
    """Write a string as the rule language has it: printable ASCII as it is, every other byte as an escape."""
    data = text.encode("utf-8", "surrogateescape")
    return '"' + "".join(chr(byte) if _is_plain(byte) else f"\\x{byte:02x}" for byte in data) + '"'


def _rules(medium: MediumRecord, *, again: bool) -> Iterator[str]:
    yield f"# {medium.id} {'' if hidden(medium.label) else medium.label}".rstrip()
    if not medium.vendor_id:
        yield "#   is no USB device, so no rule can name it"
        return
    if not medium.serial:
        yield "#   says no serial number: every stick of its kind matches"
    device = f"id {medium.vendor_id}:{medium.product_id} serial {quoted(medium.serial)}"
    if medium.state not in _LET_IN:
        yield "#   is registered anew" if again else f"reject {device}"
        return
    for interfaces in _INTERFACES:
        yield f"allow {device} with-interface equals {interfaces}"


def _is_plain(byte: int) -> bool:
    return 0x20 <= byte < 0x7F and byte not in b'"\\'
