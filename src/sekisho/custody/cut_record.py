"""What was cut, from what, and in which form it leaves: the record that a request names and approvers sign."""

import hashlib
from typing import Literal

import msgspec
import rfc8785

from sekisho.custody.statements import Hex
from sekisho.cut.parts import Profile
from sekisho.cut.risk.reported import RiskReport

_DESTROYED = "B3b"  # the requirement that nothing is kept which leads back

SELECT = "select"
"""The form of a field that does not leave, but whose value can be told from who, or which answer, does."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the record holds."""


class CutFile(_Part, frozen=True, kw_only=True):
    """One file of a cut, in the vault.

    Attributes:
        name: its name once sealed.
        form: a table, an answer table, the question that goes with one, or a notice to whoever gets them.
        stored: its file name in the cut's folder.
        size: bytes.
        sha256: digest.
        crc32: check sum, which a ZIP wants before the content.
        rows: data rows or people.
    """

    name: str
    form: Literal["table", "answers", "question", "notice"]
    stored: str
    size: int
    sha256: Hex
    crc32: int
    rows: int


class CutField(_Part, frozen=True, kw_only=True):
    """One field that leaves, or one by which what leaves is selected.

    Attributes:
        file: the file in which it stands.
        name: what it is called there; of a selecting one, what it is called at its source.
        kind: the kind of its data; empty if nothing says it, which only a selecting one may be.
        form: the form in which it leaves, or :data:`SELECT`.
        why: what for.
        unreadable: cells that left empty because they could not be read as the form needs them.
        unreadable_rows: the first rows of the source in which such a cell stands, its header being row 1.
        replaced: characters that the encoding of the table does not have, and whose usual form was written.
        private: characters of private use (外字), which left as they stand.
    """

    file: str
    name: str
    kind: str
    form: str
    why: str
    unreadable: int = 0
    unreadable_rows: list[str] = []
    replaced: int = 0
    private: int = 0


class CutJoin(_Part, frozen=True, kw_only=True):
    """One look-up in another source, and who found no partner in it.

    Attributes:
        source: the source that was looked up in.
        rows: rows that looked for a partner.
        unmatched: of these, how many found none.
        partners: rows of that source, among those that fit.
        unclaimed: of these, how many nobody found.
    """

    source: str
    rows: int
    unmatched: int
    partners: int
    unclaimed: int


_SINCE: dict[str, object] = {"subject": "", "checks": [], "risk": None}
"""What records did not say at first; one that does not say it has the digest that it had then."""

_FIELDS_SINCE: dict[str, object] = {"unreadable_rows": [], "replaced": 0, "private": 0}
"""The same of fields."""


class CutCheck(_Part, frozen=True, kw_only=True):
    """What was found about one requirement of the law that the purpose names; approvers sign it with the rest.

    Attributes:
        rule: the requirement's name, such as A2.
        article: its article, in Japanese.
        article_en: the same in English.
        source: where it was read.
        checked: on which day, ISO.
        status: how sure its text is: verified, our_reading or from_memory.
        severity: warning, decide (a person has to) or passed; never that a law is kept.
        field: the field it is about; empty if it is about the whole.
        ja: what was found.
        en: the same in English.
    """

    rule: str
    article: str
    article_en: str
    source: str
    checked: str
    status: str
    severity: Literal["warning", "decide", "passed"]
    field: str
    ja: str
    en: str


class CutRecord(_Part, frozen=True, kw_only=True):
    """What was cut, and from what; no personal data.

    Attributes:
        id: short id, the first digits of the content's digest.
        purpose: the purpose's id.
        title: its title.
        purpose_sha256: digest of the purpose file.
        controller: whose data it is.
        recipient: whom the purpose names.
        contract: under which contract.
        profile: rows or answer.
        ends: the purpose's last day, ISO.
        made_at: when, RFC 3339.
        files: the files.
        fields: the fields that leave, then those by which rows or answers are selected.
        joins: the look-ups.
        dropped: columns of the source that stay.
        rows_in: rows of the source.
        rows_out: rows that leave, or people who get an answer.
        bytes_in: size of the source files.
        people: persons inside.
        unresolved: rows whose person could not be told.
        unanswerable: people who cannot be asked about for want of a key field.
        undecided: tokens that belong to several people with different answers.
        index_sha256: digest of the index of people.
        checks: what was found about each requirement of the law, under a legal basis that has such rules.
        subject: the column of the source that tells whose row it is.
        risk: how far people could be told apart in it, where the purpose asks.
        content_sha256: digest over all of the above; what a request names and approvers sign.
    """

    id: str
    purpose: str
    title: str
    purpose_sha256: Hex
    controller: str
    recipient: str
    contract: str
    profile: Profile
    ends: str
    made_at: str
    files: list[CutFile]
    fields: list[CutField]
    joins: list[CutJoin]
    dropped: list[str]
    rows_in: int
    rows_out: int
    bytes_in: int
    people: int
    unresolved: int
    unanswerable: int
    undecided: int
    index_sha256: Hex
    subject: str = ""
    checks: list[CutCheck] = []
    risk: RiskReport | None = None
    content_sha256: str = ""

    @property
    def leaving(self) -> list[CutField]:
        """The fields that leave."""
        return [field for field in self.fields if field.form != SELECT]

    @property
    def selecting(self) -> list[CutField]:
        """The fields by which rows or answers are selected."""
        return [field for field in self.fields if field.form == SELECT]

    @property
    def is_anonymised(self) -> bool:
        """Whether it was made under the law's requirements on 匿名加工情報, whatever its profile is called."""
        return any(check.rule == _DESTROYED for check in self.checks)

    def bound(self) -> "CutRecord":
        """Return the record with its digest; one that says anything else has another."""
        said = msgspec.to_builtins(msgspec.structs.replace(self, content_sha256=""))
        _leave_out(said, _SINCE)
        for field in said["fields"]:
            _leave_out(field, _FIELDS_SINCE)
        return msgspec.structs.replace(self, content_sha256=hashlib.sha256(rfc8785.dumps(said)).hexdigest())


def _leave_out(said: dict[str, object], since: dict[str, object]) -> None:
    """Take out what says nothing, and was not said at first."""
    for name, default in since.items():
        if said[name] == default:
            del said[name]
