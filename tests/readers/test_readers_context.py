from pathlib import Path

from readers_files import WORDS, text_of, why

from sekisho.errors import Unreadable
from sekisho.readers.blob import FileBlob
from sekisho.readers.context import Context, Options, guarded
from sekisho.readers.limits import Budget, Limits
from sekisho.readers.plain import words

_OUTER = FileBlob(Path("a.zip"))


def _context(depth: int) -> Context:
    return Context(
        options=Options(),
        budget=Budget(Limits(), 1000),
        depth=depth,
        walk=lambda blob, context: iter([words(blob, [f"{WORDS} {context.depth}"])]),
    )


def test_a_member_is_walked_one_level_deeper() -> None:
    (view,) = _context(2).member(_OUTER, "b.txt", [b"x"])

    assert (view.name, text_of(view)) == ("a.zip!b.txt", f"{WORDS} 3\n")


def test_too_deep_is_told_of_the_member() -> None:
    (view,) = _context(6).member(_OUTER, "b.txt", [b"x"])

    assert (view.name, why(view)) == ("a.zip!b.txt", "readers.limit_depth")


def test_what_was_read_before_the_damage_stays() -> None:
    def views() -> list[object]:
        raise Unreadable("readers.encrypted", path=Path("a"))

    found = list(guarded(_OUTER, lambda: iter(views())))  # type: ignore[arg-type]

    assert [why(view) for view in found] == ["readers.encrypted"]
