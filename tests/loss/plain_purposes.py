"""Purposes that let every column of a table out as it is, for a copy like the one of the case."""

from collections.abc import Iterable, Mapping

_HEAD = """schema = 1
[purpose]
id = "{id}"
title = "{id}"
legal_basis = "entrustment"
profile = "rows"
contact = true
not_after = 2022-09-30
kinds = {kinds}
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1234" }}
[source.table]
path = "{path}"
columns = {columns}
subject = {{ column = "{subject}", kind = "{key}" }}
kinds = {{ {kind_of} }}
[rows]
from = "table"
"""
_FIELD = '[[field]]\nout = "{column}"\nfrom = "{column}"\nop = "keep"\nwhy = "そのまま"\n'


def plain_purpose(
    path: str, columns: Iterable[str], *, subject: str, kinds: Mapping[str, str], key: str = "resident_code"
) -> str:
    """Return the purpose file for a table.

    Args:
        path: the table's file, or a pattern for several.
        columns: all its columns.
        subject: the column that tells whose row it is.
        kinds: the columns that leave, with their kinds.
        key: the kind of the subject's key.
    """
    head = _HEAD.format(
        id=path.partition(".")[0].strip("*").replace("_", "-"),
        kinds=sorted(set(kinds.values())),
        path=path,
        columns=list(columns),
        subject=subject,
        key=key,
        kind_of=", ".join(f'"{column}" = "{kind}"' for column, kind in kinds.items()),
    )
    return head + "".join(_FIELD.format(column=column) for column in kinds)
