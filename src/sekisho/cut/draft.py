"""A draft of a purpose file for a table: every column listed, nothing let out until somebody says why."""

import glob
from datetime import date, timedelta

from sekisho.canon.visible import hidden
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind_of_header
from sekisho.readers.tables import Table

_DAYS = 90

_HEAD = """\
#:schema purpose.schema.json
# What may leave, for whom, for what, until when. Everything that is not named here stays.
# 出してよいものを、誰に、何のために、いつまで、と書きます。ここに書かないものは出ません。
schema = 1

[purpose]
id = "my-purpose"
title = "…"
legal_basis = "entrustment"          # entrustment 委託 / internal / pseudonymous 仮名加工 / anonymous 匿名加工 / test
profile = "rows"
contact = false                      # will people be telephoned, written to or visited?
not_after = {ends}
kinds = [{kinds}]
controller = {{ name = "…", kind = "local_government" }}
recipient = {{ id = "…", contract = "" }}

[source.{name}]
path = {path}
columns = [
{columns}
]
subject = {{ column = {subject}, kind = "{subject_kind}" }}

[rows]
from = "{name}"
# where = "年度 == 2022 and 状態 in ['発送済', '返戻']"
# expect = {{ min = 1, max = 1000 }}

# Take away the # of the fields that must leave, choose the form, and say why.
# 出す必要のある項目だけ # を外し、形（op）を選び、理由（why）を書いてください。
# op: keep / mask.last / token.serial / date.year / date.month / postcode.area / flag / constant

[[field]]
out = "整理番号"
from = {subject}
op = "token.serial"
why = "結果を書き戻すため"
"""

_FIELD = """
# [[field]]
# out = {out}
# from = {column}
# op = "keep"
# why = "…"
"""


def draft_purpose(table: Table, today: date) -> str:
    """Return the text of a draft.

    Raises:
        Unreadable: the table has no header row, so that its columns have no names.
    """
    if not table.header:
        raise Unreadable("cut.no_header", path=table.path)
    kinds = {column: kind_of_header(column) for column in table.labels}
    subject = next((c for c, k in kinds.items() if k and k.id == "resident_code"), table.labels[0])
    subject_kind = kinds[subject]
    text = _HEAD.format(
        ends=today + timedelta(days=_DAYS),
        kinds='"case_number"',
        name="table",
        path=_quoted(glob.escape(table.path.name)),
        columns="\n".join(f"    {_quoted(column)},{_label(kinds[column])}" for column in table.labels),
        subject=_quoted(subject),
        subject_kind=subject_kind.id if subject_kind else "resident_code",
    )
    return text + "".join(_field(column, kinds[column]) for column in table.labels if column != subject)


def _field(column: str, found: Kind | None) -> str:
    extra = "" if found else '# kind = "…"\n'
    out = "".join(
        character for character in column if not hidden(character)
    )  # a heading may break its line, a field not
    return _FIELD.format(out=_quoted(out or "…"), column=_quoted(column)) + extra


def _label(found: Kind | None) -> str:
    return f"    # {found.id}: {found.ja}" if found else ""


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
