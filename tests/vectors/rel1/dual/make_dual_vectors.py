"""Make the vectors of rel1 with several custodians: ``python make_dual_vectors.py FOLDER`` writes the same bytes every time.

The field is done by tables of logarithms to the base 3 here, as SLIP-39's reference does it, and the points by the powers of
x, so that the vectors do not merely repeat what ``sekisho.capsule.dual`` does. What they share with the vectors of one custodian
is taken from ``make_rel1_vectors.py`` in the folder above. Every key and share is a public test value.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from make_rel1_vectors import (
    CID,
    FILE_KEY,
    GOOD,
    NAME,
    OTHER,
    OWNER,
    base64,
    check_value,
    flipped,
    mask_of,
    pseudorandom,
    seal,
    xor,
)

from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity

TIDS = [bytes([0x71 + place]) * 16 for place in range(5)]
KIDS = [bytes([0x1D + place]) * 8 for place in range(5)]
SHARES = [bytes(range(16 * place, 16 * place + 16)) for place in range(5)]
MALFORMED = "malformed stanza"

EXP = [1]
for _ in range(254):
    doubled = EXP[-1] << 1 ^ (0x11B if EXP[-1] & 0x80 else 0)
    EXP.append(doubled ^ EXP[-1])
LOG = {power: exponent for exponent, power in enumerate(EXP)}


def times(left: int, right: int) -> int:
    """Multiply in GF(2^8)."""
    return EXP[(LOG[left] + LOG[right]) % 255] if left and right else 0


def points(coefficients: Sequence[bytes], count: int) -> list[bytes]:
    """Return the values at 1 to count of a polynomial a byte, constant first."""
    values = []
    for x in range(1, count + 1):
        value, power = bytes(16), 1
        for coefficient in coefficients:
            value = xor(value, bytes(times(each, power) for each in coefficient))
            power = times(power, x)
        values.append(value)
    return values


def dual(needed: int, count: int, *, recipient: X25519Identity = OWNER, counts: str = "") -> Stanza:
    """Return a good stanza of so many custodians."""
    key, masked = shared_key(needed, count), []
    for place, point in enumerate(points([key, *coefficients(needed, count)], count)):
        ids = (TIDS[place], KIDS[place], check_value(SHARES[place], CID, TIDS[place]))
        masked += [*map(base64, ids), base64(xor(point, mask_of(SHARES[place], CID, TIDS[place])))]
    ephemeral = pseudorandom(f"ephemeral dual {needed}/{count} {recipient.recipient}", 32)
    (inner,) = recipient.recipient.wrap(xor(FILE_KEY, key), randomness=lambda _: ephemeral)
    return Stanza(NAME, (base64(CID), counts or f"{needed}/{count}", *masked, inner.type, *inner.args), inner.body)


def shared_key(needed: int, count: int) -> bytes:
    """Return the key that is shared."""
    return pseudorandom(f"K {needed}/{count}", 16)


def coefficients(needed: int, count: int) -> list[bytes]:
    """Return the random coefficients, from the one of x on."""
    return [pseudorandom(f"x^{degree} {needed}/{count}", 16) for degree in range(1, needed)]


def changed(stanza: Stanza, place: int, *arguments: str) -> Stanza:
    """Return a stanza with one argument replaced."""
    return Stanza(stanza.type, (*stanza.args[:place], *arguments, *stanza.args[place + 1 :]), stanza.body)


def encode(expect: str, capsule: bytes, comment: str, shares: Sequence[int | None]) -> bytes:
    """Return a vector: fields, an empty line, the capsule; a custodian answers with a share or refuses (-)."""
    fields = {
        "expect": expect,
        **({"payload": hashlib.sha256(GOOD).hexdigest(), "file key": FILE_KEY.hex()} if expect == "success" else {}),
        "shares": " ".join("-" if place is None else SHARES[place].hex() for place in shares),
        "identity": OWNER.to_secret_text(),
        "comment": comment,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items()).encode() + b"\n" + capsule


def vectors() -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every vector."""
    both, any_two, most = seal(GOOD, [dual(2, 2)]), seal(GOOD, [dual(2, 3)]), seal(GOOD, [dual(3, 5)])
    yield "both_of_two", encode("success", both, "each is needed", [0, 1])
    yield "first_two_of_three", encode("success", any_two, "the third is not asked", [0, 1, None])
    yield "first_refuses", encode("success", any_two, "the next is asked", [None, 1, 2])
    yield "second_gives_another_share", encode("success", any_two, "as if it had refused", [0, 4, 2])
    yield "three_of_five", encode("success", most, "two refuse", [None, 1, None, 3, 4])
    yield "one_of_two_refuses", encode("custodians refused", both, "one alone opens nothing", [0, None])
    yield "two_of_three_refuse", encode("custodians refused", any_two, "one alone opens nothing", [None, None, 2])
    yield "one_share_twice", encode("custodians refused", both, "the second does not fit its place", [0, 0])
    good = dual(2, 3)
    altered = base64(flipped(pseudorandom("point", 16), 3))
    yield (
        "point_altered",
        encode("header altered", seal(GOOD, [good], shown=[changed(good, 5, altered)]), "under the MAC", [0, 1, 2]),
    )
    reordered = Stanza(good.type, (*good.args[:2], *good.args[6:10], *good.args[2:6], *good.args[10:]), good.body)
    yield (
        "custodians_exchanged",
        encode("header altered", seal(GOOD, [good], shown=[reordered]), "each has its own point", [1, 0, 2]),
    )
    other = dual(2, 2, recipient=OTHER)
    yield "other_recipient", encode("other recipient", seal(GOOD, [other]), "nobody is asked", [0, 1])
    fewer = dual(2, 3, counts="2/2")
    yield (
        "counts_too_small",
        encode("unknown recipient", seal(GOOD, [fewer]), "a ticket where the type belongs", [0, 1]),
    )
    for name, stanza, comment in _malformed(good):
        yield name, encode(MALFORMED, seal(GOOD, [stanza]), comment, [0, 1, 2])
    yield "ticket_twice", encode(MALFORMED, seal(GOOD, [good, dual(2, 2, recipient=OTHER)]), "in two stanzas", [0, 1])


def _malformed(good: Stanza) -> Iterator[tuple[str, Stanza, str]]:
    for name, counts in {
        "one_needed": "1/3", "none_needed": "0/3", "more_needed_than_there_are": "4/3", "leading_zero": "02/3",
        "count_too_large": "2/4", "seventeen": "2/17",
    }.items():  # fmt: skip
        yield f"counts_{name}", dual(2, 3, counts=counts), f"says {counts} of three"
    yield "point_short", changed(good, 5, base64(bytes(15))), "15 bytes"
    yield "point_missing", changed(good, 5), "an argument too few"
    yield "kcv_not_canonical", changed(good, 4, good.args[4][:-1] + "B"), "the same bytes, spelled otherwise"
    yield "custodian_twice", changed(good, 7, base64(KIDS[0])), "one would count twice"
    yield "ticket_of_another_custodian", changed(good, 6, base64(TIDS[0])), "one ticket, two custodians"
    yield "inner_type_missing", Stanza(good.type, good.args[:-2], good.body), "nothing behind the custodians"


def known_answers() -> str:
    """Return the known answers of the sharing."""
    cases = []
    for needed, count in ((2, 2), (2, 3), (3, 5)):
        key, random = shared_key(needed, count), coefficients(needed, count)
        cases.append(
            {
                "needed": needed,
                "key": key.hex(),
                "coefficients": [each.hex() for each in random],
                "points": [each.hex() for each in points([key, *random], count)],
            }
        )
    return json.dumps({"polynomial": "0x11b", "cases": cases}, indent=2) + "\n"


def main(folder: Path) -> None:
    """Write all vectors."""
    (folder / "testdata").mkdir(parents=True, exist_ok=True)
    (folder / "known-answers.json").write_text(known_answers(), encoding="utf-8")
    for name, vector in vectors():
        (folder / "testdata" / name).write_bytes(vector)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
