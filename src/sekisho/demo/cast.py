"""The cast: the office's people, the contractor's, and one whom nobody agreed to. All invented."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.signing.keys import SigningKey, generate

CONTRACT = "R4-1234"
OFFICE_PHONE = "06-0123-0617"

_CALL_BACK = {"callcentre": "06-0123-4649"}  # no local number begins with 0, so nobody has it
_ORGANISATIONS = {
    "city": "汐見市",
    "prime": "株式会社かもめシステム",
    "callcentre": "磯風コールセンター株式会社",
    "third": "有限会社とびうお情報",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the cast."""

    id: str
    name: str
    employer: str
    roles: tuple[str, ...]
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, and the key that opens capsules."""

    members: dict[str, Member]
    identity: HybridIdentity

    def key(self, member: str) -> SigningKey:
        """Return a member's signing key."""
        return self.members[member].key


def make_cast() -> Cast:
    """Give everybody a key."""
    people = [
        ("officer", "浜岡 修", "city", ("requester", "approver")),
        ("chief", "三崎 陽子", "city", ("approver",)),
        ("security", "渡瀬 誠", "city", ("approver", "key_officer")),
        ("privacy", "小磯 真理", "city", ("privacy_officer", "approver")),
        ("carrier", "潮田 健", "callcentre", ()),
        ("supervisor", "岬 由美", "callcentre", ()),
        ("stranger", "沖野 大", "third", ()),
    ]
    members = {id_: Member(id_, name, employer, roles, generate()) for id_, name, employer, roles in people}
    return Cast(members, HybridIdentity.generate())


def write_register(cast: Cast, path: Path, *, starts: date, ends: date) -> None:
    """Write the register: the contractor, its subcontractor, and no contract for the third company."""
    parts = ['office = "city"\n']
    for id_, name in _ORGANISATIONS.items():
        phone = f'phone = "{_CALL_BACK[id_]}"\n' if id_ in _CALL_BACK else ""
        parts.append(f'[[organisation]]\nid = "{id_}"\nname = "{name}"\n{phone}')
    for member in cast.members.values():
        recipient = f'recipient = "{cast.identity.recipient}"\n' if member.id == "supervisor" else ""
        parts.append(
            f'[[person]]\nid = "{member.id}"\nname = "{member.name}"\nemployer = "{member.employer}"\n'
            f"roles = {list(member.roles)}\n"
            f'key = "{member.key.public.line}"\n{recipient}'
        )
    term = f"starts = {starts}\nends = {ends}\n"
    parts.append(f'[[contract]]\nid = "R4-0001"\ncompany = "prime"\npersons = []\n{term}')
    parts.append(
        f'[[contract]]\nid = "{CONTRACT}"\ncompany = "callcentre"\nparent = "R4-0001"\n'
        f'persons = ["carrier", "supervisor"]\n{term}'
    )
    path.write_text("\n".join(parts), encoding="utf-8")
