"""What a table of a purpose file is, and what its values may be."""

from typing import Annotated, ClassVar

import msgspec

from sekisho.canon.visible import hidden
from sekisho.catalogue.shape import Misshapen
from sekisho.catalogue.words import Said

Words = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]
Column = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
RelativePath = Annotated[str, msgspec.Meta(pattern=r"^[^/\x00-\x1f][^\x00-\x1f]*\Z")]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the purpose file."""

    spoken: ClassVar[tuple[str, ...]] = ()
    """What of it people read before they sign; there it says nothing that a screen does not show as it is."""

    def __post_init__(self) -> None:
        """Refuse what an approver would not see, and name the place."""
        for name in self.spoken:
            if character := hidden(getattr(self, name)):
                raise Misshapen(Said("shape.hidden", {"name": name, "character": character}))


def must_stay(name: str, path: str) -> None:
    """Refuse a path that leaves the purpose's folder."""
    if ".." in path.split("/"):
        raise Misshapen(Said("shape.no_way_out", {"name": name}))
