"""What work of a well-known sort needs: which kinds may leave for it and in which least form, and which never do."""

import tomllib
from importlib.resources import files

import msgspec

from sekisho.catalogue.words import Language
from sekisho.cut.parts import Profile


class May(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind that may leave.

    Attributes:
        kind: its id.
        op: the form.
        arguments: of the form.
        out: what it is called then; as the column, where nothing is said.
        ja: why, in Japanese.
        en: why, in English.
    """

    kind: str
    op: str
    arguments: dict[str, int | float | str] = {}
    out: str = ""
    ja: str
    en: str

    def why(self, language: Language) -> str:
        """Return what for."""
        return self.ja if language == "ja" else self.en


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sort of work.

    Attributes:
        ja: what it is, in Japanese.
        en: what it is, in English.
        profile: the profile of its purpose.
        basis: the legal basis; empty where the profile implies it.
        contact: whether people will be telephoned, written to or visited.
        never: kinds that do not leave for it, whatever is asked.
        may: kinds that may, in the order in which they leave.
        k: how many people at least share each set of quasi-identifiers; 0 where it does not matter.
    """

    ja: str
    en: str
    profile: Profile
    basis: str
    contact: bool
    never: list[str]
    may: list[May]
    k: int = 0

    def label(self, language: Language) -> str:
        """Return what it is."""
        return self.ja if language == "ja" else self.en


def template(name: str) -> Template:
    """Return a template by its name, one of :data:`~sekisho.cut.template_names.NAMES`."""
    text = files("sekisho.cut").joinpath(f"templates/{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Template)
