"""Write the reference pages that the code already knows: commands with exit codes, kinds, and the forms of files.

    python docs/generate.py

A test (``tests/test_docs.py``) fails when a page is not what this writes.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from sekisho import errors
from sekisho.capsule.manifest import manifest_schema
from sekisho.catalogue.words import say
from sekisho.cli.command import Command, Group, option_words
from sekisho.cli.commands import COMMANDS
from sekisho.custody.alarm_policy import alarms_schema
from sekisho.custody.certificate_form import certificate_schema
from sekisho.custody.paper.facts import KINDS as FORMS
from sekisho.custody.paper.facts import Nothing
from sekisho.cut.schema import purpose_schema
from sekisho.detect.pack_files import pack_schema
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.incident.settings import incident_schema
from sekisho.loss.law.pack import shipped_pack
from sekisho.loss.law.pack_file import laws_schema
from sekisho.loss.law.record import Limit

REFERENCE = Path(__file__).parent / "reference"


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the pages: file name → text."""
    return {
        "commands.md": "\n".join(_commands()) + "\n",
        "kinds.md": "\n".join(_kinds()) + "\n",
        "paper-facts.md": "\n".join(_paper_facts()) + "\n",
        "rules.schema.json": pack_schema(),
        "purpose.schema.json": purpose_schema(),
        "manifest.schema.json": manifest_schema(),
        "certificate.schema.json": certificate_schema(),
        "alarms.schema.json": alarms_schema(),
        "incident.schema.json": incident_schema(),
        "laws.schema.json": laws_schema(),
        "laws.md": "\n".join(_laws()) + "\n",
        "facts.md": "\n".join(_facts()) + "\n",
    }


def _commands() -> Iterator[str]:
    yield "# Commands and exit codes\n"
    yield "Written by `docs/generate.py` from the code. `sekisho COMMAND --help` says the same, in Japanese with `--lang ja`.\n"
    yield "## Exit codes\n"
    yield "| code | means |\n|---|---|"
    yield "| 0 | done |"
    yield f"| {errors.FINDINGS} | `scan` found personal data (0: none; 6: none, but a file could not be inspected; 7: there was no file to look at) |"
    for each in sorted(errors.SekishoError.__subclasses__(), key=lambda error: error.exit_code):
        yield f"| {each.exit_code} | {(each.__doc__ or '').splitlines()[0]} (`{each.__name__}`) |"
    yield f"| {errors.SekishoError.exit_code} | a fault of Sekisho itself; please report it |"
    yield f"| {errors.INTERRUPTED} | interrupted |"
    yield "\nEvery command takes `--json`, `--lang` and `--help`, and all but `demo` take `--home`. `SEKISHO_HOME` names the office's folder.\n"
    for name, entry in COMMANDS.items():
        module, _, attribute = entry.target.partition(":")
        yield from _command(f"sekisho {name}", getattr(import_module(module), attribute))


def _command(name: str, command: Command | Group) -> Iterator[str]:
    words = say(f"cli.{command.key}", "en").strip()
    arguments = [
        each.make_metavar(click.Context(command)) for each in command.params if isinstance(each, click.Argument)
    ]
    yield f"## `{' '.join([name, *arguments])}`\n"
    yield words + "\n"
    options = [each for each in command.params if isinstance(each, click.Option) and each.name not in _COMMON]
    if options:
        yield "| option | |\n|---|---|"
        yield from (f"| `{' '.join(each.opts)}` | {option_words(command.key, each, 'en')} |" for each in options)
        yield ""
    if isinstance(command, Group):
        for below in command.commands.values():
            assert isinstance(below, Command | Group)
            yield from _command(f"{name} {below.name}", below)


_COMMON = {"home", "json", "language", "lang"}


def _paper_facts() -> Iterator[str]:
    yield "# Facts of the forms\n"
    yield "Written by `docs/generate.py` from the code. What a [mapping](paper.md) may name: the facts of the head under `line`, those of the rows under `column`.\n"
    yield "A time is told by the office's clock, a list line by line, and what is not known stays blank."
    for kind, (head, row) in FORMS.items():
        yield f"\n## {kind}"
        for part, facts in (("Head", head), ("Rows", row)):
            if facts is Nothing:
                continue
            names = ", ".join(f"`{name}`" for name in sorted(facts.__struct_fields__))
            yield f"\n{part}: {(facts.__doc__ or '').splitlines()[0]}\n\n{names}"


def _kinds() -> Iterator[str]:
    yield "# Kinds of personal data\n"
    yield "Written by `docs/generate.py` from `src/sekisho/kinds/kinds.toml`, where the flags and sensitivities are explained.\n"
    yield "| id | 日本語 | English | sensitivity | flags | DPV | bit |\n|---|---|---|---|---|---|---|"
    for kind in taxonomy().values():
        flags = ", ".join(sorted(kind.flags))
        yield f"| `{kind.id}` | {kind.ja} | {kind.en} | {kind.sensitivity} | {flags} | {kind.dpv} | {kind.bit} |"


def _laws() -> Iterator[str]:
    yield "# Records of law\n"
    yield "Written by `docs/generate.py` from `src/sekisho/loss/law/pack/`. How they are read: [law](law.md). No legal advice.\n"
    yield "| record | asks for | law | whose | status | clocks | mark | checked |\n|---|---|---|---|---|---|---|---|"
    for record in shipped_pack().records:
        clocks = "; ".join(f"{clock.stage}: {_limit(clock.limit)}" for clock in record.clocks)
        status = record.status + (f" from {record.effective_from}" if record.effective_from else "")
        lower = "; ".join(f"{name} {mark.split(' ')[0]}" for name, mark in record.check_fields.items())
        marks = record.check + (f" ({lower})" if lower else "")
        yield (
            f"| `{record.id}` | {record.title.en} | {record.law} | {record.jurisdiction} | {status} | {clocks} | {marks} |"
            f" {record.checked_on} |"
        )
    yield "\n## Exemptions\n"
    yield "| exemption | where it stands | limbs | mark |\n|---|---|---|---|"
    for each in shipped_pack().exemptions.values():
        limbs = ", ".join((*each.all, *(f"({name})" for name in each.any_of)))
        yield f"| `{each.id}` | {each.law} | {limbs} | {each.check} |"
    yield "\nLimbs in brackets: any one of them is enough."


def _limit(limit: Limit) -> str:
    """Return a time limit in a word or two."""
    for number, unit in ((limit.hours, "hours"), (limit.days, "days"), (limit.business_days, "working days")):
        if number:
            return f"{number} {unit}"
    return limit.text.en if limit.text else "-"


def _facts() -> Iterator[str]:
    yield "# Facts of an incident\n"
    yield "Written by `docs/generate.py` from `src/sekisho/loss/facts/vocabulary.toml`. `sekisho loss facts --known` says the same.\n"
    yield "`heard by` is the most who may hear a fact; whoever states it can say fewer. Nobody states what comes from `ledger` of a sealed copy.\n"
    yield "| key | 日本語 | English | type | heard by | from | words |\n|---|---|---|---|---|---|---|"
    for each in vocabulary().values():
        words = " ".join(f"`{word}`" for word in each.words)
        heard = each.visibility.name.lower()
        yield f"| `{each.key}` | {each.ja} | {each.en} | {each.type.value} | {heard} | {each.origin} | {words} |"


if __name__ == "__main__":
    main()
