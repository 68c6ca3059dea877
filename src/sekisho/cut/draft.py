"""The text of a purpose file for tables: every column listed, and nothing let out but what was asked for, each with why.

What nobody answered yet stands there as ``…``, with which no purpose is carried out; columns of which nothing was asked are
fields behind a ``#``.
"""

import glob
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sekisho.canon.visible import hidden
from sekisho.catalogue.words import Language
from sekisho.cut.field import TOKENS_OF_PEOPLE, plain_number
from sekisho.cut.purpose import PLACEHOLDER
from sekisho.cut.template import Template
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind_of_header, taxonomy
from sekisho.readers.tables import Table

Argument = int | float | str | date
Tables = Mapping[str, Table]

_DAYS = 90
_KEYS = {"kana": "name_kana", "birth_date": "birth_date", "postal_code": "postal_code"}
_IMPLIED = frozenset({"pseudonymous", "anonymous", "test-data"})
_SERIAL = "token.serial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A column of which something leaves.

    Attributes:
        column: its name in the purpose, with its source before it if it is looked up.
        out: what it is called then.
        op: the form.
        arguments: of the form.
        why: what for.
        kind: of its data, where the header does not say it.
    """

    column: str
    out: str
    op: str
    why: str
    arguments: Mapping[str, Argument]
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The one question of the profile ``answer``: yes for whom a column holds something, else no."""

    ja: str = PLACEHOLDER
    en: str = PLACEHOLDER
    kind: str = "benefit_status"
    column: str = PLACEHOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody answered, or a draft leaves open.

    Attributes:
        not_after: the last day.
        chosen: what leaves.
        template: which sort of work it is, if it is one of those that are known.
        id: the purpose's.
        title: the purpose's.
        controller: whose data it is.
        controller_kind: what they are.
        recipient: the id of who gets it, in the register.
        contract: under which contract.
        question: for the profile ``answer``.
    """

    not_after: date
    chosen: tuple[Chosen, ...]
    template: Template | None = None
    id: str = "my-purpose"
    title: str = PLACEHOLDER
    controller: str = PLACEHOLDER
    controller_kind: str = "local_government"
    recipient: str = PLACEHOLDER
    contract: str = ""
    question: Question = Question()


def last_day(today: date) -> date:
    """Return the last day of a purpose for which nobody said another."""
    return today + timedelta(days=_DAYS)


def named(tables: list[Table]) -> dict[str, Table]:
    """Give tables the names under which a purpose knows them: ``table`` for one, else what their files are called.

    Raises:
        Unreadable: a table has no header row, so that its columns have no names.
    """
    found: dict[str, Table] = {}
    for each in tables:
        if not each.header:
            raise Unreadable("cut.no_header", path=each.path)
        name = re.sub(r"[.`\s]+", "-", each.path.stem).strip("-") if len(tables) > 1 else "table"
        number = next(n for n in range(1, len(tables) + 1) if _numbered(name, n) not in found)
        found[_numbered(name, number)] = each
    return found


def columns_of(tables: Tables) -> dict[str, Kind | None]:
    """Return every column by its name in the purpose, with the kind that its header names; the first table is the main one."""
    main = next(iter(tables))
    return {
        column if name == main else f"{name}.{column}": kind_of_header(column)
        for name, table in tables.items()
        for column in table.labels
    }


def subject_of(table: Table) -> str:
    """Return the column that tells whose row it is: the resident code, else the first."""
    return next(
        (c for c in table.labels if (kind := kind_of_header(c)) and kind.id == "resident_code"), table.labels[0]
    )


def proposed(tables: Tables, template: Template | None, language: Language) -> tuple[Chosen, ...]:
    """Return what leaves in least form: what the work needs, or only a case number.

    Of several columns of one kind the first is taken, unless they stay as they are.
    """
    subject = subject_of(next(iter(tables.values())))
    if template is None:
        why = "結果を書き戻すため" if language == "ja" else "to write results back"
        return (Chosen(column=subject, out="整理番号", op=_SERIAL, arguments={}, why=why),)
    found: list[Chosen] = []
    for may in template.may:
        columns = [column for column, kind in columns_of(tables).items() if kind and kind.id == may.kind]
        if may.op in TOKENS_OF_PEOPLE:
            columns = [subject]
        for column in columns if may.op == "keep" else columns[:1]:
            out = may.out or column.rpartition(".")[2]
            if out in {each.out for each in found}:
                out = column.replace(".", " ")
            chosen = Chosen(column=column, out=out, op=may.op, arguments=may.arguments, why=may.why(language))
            found.append(chosen)
    return tuple(found)


def nothing_asked(tables: Tables, today: date) -> Asked:
    """Return what is said where nobody was asked: nothing leaves but a case number."""
    return Asked(not_after=last_day(today), chosen=proposed(tables, None, "ja"))


def purpose_text(tables: Tables, asked: Asked) -> str:
    """Return the text of a purpose file."""
    profile = asked.template.profile if asked.template else "rows"
    parts = [_head(tables, asked, profile), *_sources(tables), *_rows(tables, joined=profile != "test-data")]
    if profile == "answer":
        parts += _query(tables, asked.question)
    elif profile != "test-data":
        parts += [*_risk(tables, asked), *_fields(tables, asked)]
    return "".join(parts)


_HEAD = """\
#:schema purpose.schema.json
# What may leave, for whom, for what, until when. Everything that is not named here stays.
# 出してよいものを、誰に、何のために、いつまで、と書きます。ここに書かないものは出ません。
schema = 1

[purpose]
id = {id}
title = {title}
{basis}profile = "{profile}"
contact = {contact}                      # will people be telephoned, written to or visited?
not_after = {ends}
kinds = [{kinds}]
controller = {{ name = {controller}, kind = "{controller_kind}" }}
recipient = {{ id = {recipient}, contract = {contract} }}
"""

_BASIS = 'legal_basis = "{basis}"          # entrustment 委託 / internal / pseudonymous 仮名加工 / anonymous 匿名加工 / test\n'

_SOURCE = """
[source.{name}]
path = {path}
columns = [
{columns}
]
subject = {{ column = {subject}, kind = "{kind}" }}
"""

_ROWS = """
[rows]
from = "{name}"
# where = "年度 == 2022 and 状態 in ['発送済', '返戻']"
# expect = {{ min = 1, max = 1000 }}
"""

_JOIN = """
[[rows.join]]
source = {name}
on = {on}
to = {to}
"""

_ADVICE = """
# Take away the # of the fields that must leave, choose the form, and say why.
# 出す必要のある項目だけ # を外し、形（op）を選び、理由（why）を書いてください。
# op: keep / mask.last / token.serial / date.year / date.month / age.band / postcode.area / address.area / number.round /
#     number.band / generalise / flag / constant …: docs/reference/purpose.md
"""

_QUERY = """
[query]
ja = {ja}
en = {en}
kind = "{kind}"
keys = {{ kana = {kana}, birth_date = {birth_date}, postal_code = {postal_code} }}

[[query.answer]]                     # the first whose where holds is given
id = "yes"
where = {where}
ja = "はい"
en = "Yes"

[[query.answer]]                     # the last has no where
id = "no"
ja = "いいえ"
en = "No"
"""


def _head(tables: Tables, asked: Asked, profile: str) -> str:
    basis = asked.template.basis if asked.template else "entrustment"
    return _HEAD.format(
        id=_quoted(asked.id),
        title=_quoted(asked.title),
        basis="" if profile in _IMPLIED else _BASIS.format(basis=basis),
        profile=profile,
        contact=str(bool(asked.template and asked.template.contact)).lower(),
        ends=asked.not_after,
        kinds=", ".join(_quoted(kind) for kind in _kinds(tables, asked, profile)),
        controller=_quoted(asked.controller),
        controller_kind=asked.controller_kind,
        recipient=_quoted(asked.recipient),
        contract=_quoted(asked.contract),
    )


def _kinds(tables: Tables, asked: Asked, profile: str) -> list[str]:
    columns = columns_of(tables)
    if profile == "answer":
        return ["lookup_token", asked.question.kind]
    if profile == "test-data":
        return list(dict.fromkeys(kind.id for kind in columns.values() if kind)) or ["other"]
    return list(dict.fromkeys(_kind_of(each, columns) for each in asked.chosen)) or ["case_number"]


def _kind_of(chosen: Chosen, columns: Mapping[str, Kind | None]) -> str:
    if chosen.op in TOKENS_OF_PEOPLE:
        return "case_number"
    kind = columns.get(chosen.column)
    return chosen.kind or (kind.id if kind else PLACEHOLDER)


def _sources(tables: Tables) -> Iterator[str]:
    for name, table in tables.items():
        subject = subject_of(table)
        kind = kind_of_header(subject)
        yield _SOURCE.format(
            name=name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name),
            path=_quoted(glob.escape(table.path.name)),
            columns="\n".join(f"    {_quoted(column)},{_label(kind_of_header(column))}" for column in table.labels),
            subject=_quoted(subject),
            kind=kind.id if kind else "resident_code",
        )


def _rows(tables: Tables, *, joined: bool) -> Iterator[str]:
    (main, first), *others = tables.items()
    yield (_ROWS if joined else _ROWS.partition("#")[0]).format(name=main)
    for name, table in others if joined else ():
        yield _JOIN.format(name=_quoted(name), on=_quoted(subject_of(first)), to=_quoted(subject_of(table)))


def _risk(tables: Tables, asked: Asked) -> Iterator[str]:
    columns = columns_of(tables)
    quasi = [each.out for each in asked.chosen if "quasi" in _flags(_kind_of(each, columns))]
    if asked.template and asked.template.k and quasi:
        outs = ", ".join(map(_quoted, quasi))
        yield f"\n[risk]\nquasi = [{outs}]\nk = {asked.template.k}\nsuppress = 0.05\n"


def _flags(kind_id: str) -> frozenset[str]:
    return taxonomy()[kind_id].flags if kind_id in taxonomy() else frozenset()


def _fields(tables: Tables, asked: Asked) -> Iterator[str]:
    columns, never = columns_of(tables), frozenset(asked.template.never if asked.template else ())
    yield _ADVICE
    for each in asked.chosen:
        yield _chosen(each)
    left = {each.column for each in asked.chosen}
    for column, kind in columns.items():
        if column in left:
            continue
        if kind and kind.id in never:
            yield f"\n# {_quoted(column)} ({kind.ja} / {kind.en}): this work never needs it. この業務には要りません。\n"
        else:
            yield _behind(column, kind)


def _chosen(each: Chosen) -> str:
    lines = [f"out = {_quoted(each.out)}", f"from = {_quoted(each.column)}", f'op = "{each.op}"']
    lines += [f"{name} = {_value(value)}" for name, value in each.arguments.items()]
    lines += [f'kind = "{each.kind}"'] if each.kind else []
    return "\n".join(["\n[[field]]", *lines, f"why = {_quoted(each.why)}\n"])


def _behind(column: str, kind: Kind | None) -> str:
    out = "".join(character for character in column if not hidden(character))  # a heading may break its line
    lines = [
        "[[field]]",
        f"out = {_quoted(out or PLACEHOLDER)}",
        f"from = {_quoted(column)}",
        'op = "keep"',
        'why = "…"',
    ]
    lines += [] if kind else ['kind = "…"']
    return "\n" + "".join(f"# {line}\n" for line in lines)


def _query(tables: Tables, question: Question) -> Iterator[str]:
    columns = columns_of(tables)
    first: dict[str, str] = {}
    for column, kind in columns.items():
        if kind:
            first.setdefault(kind.id, column)
    asked = question.column if question.column != PLACEHOLDER else first.get(question.kind, PLACEHOLDER)
    keys = {name: _quoted(first.get(kind, PLACEHOLDER)) for name, kind in _KEYS.items()}
    where = _quoted(f"`{asked}` is not null")
    yield _QUERY.format(ja=_quoted(question.ja), en=_quoted(question.en), kind=question.kind, where=where, **keys)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _label(found: Kind | None) -> str:
    return f"    # {found.id}: {found.ja}" if found else ""


def _value(value: Argument) -> str:
    match value:
        case bool() | int() | date():
            return str(value)
        case float():
            return plain_number(value)
        case _:
            return _quoted(value)


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
