import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conftest import ROOT
from sekisho.detect.pack_files import rules_with
from sekisho.detect.packs import PACKS, built_in_rules
from sekisho.errors import Unreadable

_SCHEMA = json.loads((ROOT / "docs/reference/rules.schema.json").read_text(encoding="utf-8"))
_STAFF = r"""
[kinds.employer]
prior = -2.0
values = [{ shapes = ["staff_id"], weight = 9.0 }]

[shapes.staff_id]
pattern = '^S-[0-9]{4}$'

[headers]
weak = ["職員"]
"""


def _pack(tmp_path: Path, text: str, name: str = "own.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_pack_goes_before_ours(tmp_path: Path) -> None:
    ours, rules = built_in_rules(), rules_with([_pack(tmp_path, _STAFF)])

    assert rules.kinds["employer"].prior == -2.0
    assert len(rules.kinds["employer"].values) == len(ours.kinds["employer"].values) + 1
    assert rules.shapes["staff_id"].pattern == "^S-[0-9]{4}$"
    assert rules.headers.weak == ours.headers.weak | {"職員"}
    assert rules.kinds["phone"] == ours.kinds["phone"]


def test_of_several_packs_the_last_goes_first(tmp_path: Path) -> None:
    packs = [_pack(tmp_path, f"[scale.levels]\nhigh = {high}\n", f"{high}.toml") for high in (0.9, 0.95)]

    assert rules_with(packs).scale.levels == built_in_rules().scale.levels | {"high": 0.95}
    assert rules_with([]) == built_in_rules()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("prior = -2.0", 'prior = "x"', "line 3, [kinds.employer]: `prior` takes"),
        ("prior = -2.0", "priro = -2.0", "line 3, [kinds.employer]: there is no key `priro`"),
        ("[kinds.employer]", "[kinds.staff]", "line 2, [kinds.staff]: there is no such kind"),
        ("weight = 9.0", "wait = 9.0", "[kinds.employer]"),
        ("^S-[0-9]{4}$", "(?<!x)", "line 7, [shapes.staff_id]: it is no regular expression"),
        ("pattern =", "unless =", "line 6, [shapes.staff_id]: `pattern` is missing"),
        ("[headers]", "[kinds.other]\nvalues = []\n[headers]", "line 9, [kinds.other]: `prior` is missing"),
        ("'^S-[0-9]{4}$'", "'x'\ncheck = 'none'", "line 8, [shapes.staff_id]: there is no such check"),
        ("[headers]", "[header]", "`header`"),
        ("[headers]", "[headers", "line 9"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in _STAFF

    with pytest.raises(Unreadable) as caught:
        rules_with([_pack(tmp_path, _STAFF.replace(right, wrong))])

    assert said in caught.value.what("en")
    assert caught.value.what("ja")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sjis.toml").write_bytes("# 名前".encode("cp932"))

    with pytest.raises(Unreadable, match="UTF-8"):
        rules_with([tmp_path / "sjis.toml"])
    with pytest.raises(Unreadable, match="cannot be read"):
        rules_with([tmp_path / "none.toml"])


@pytest.mark.parametrize("pack", [*PACKS, "staff"])
def test_the_published_schema_takes_what_ships(pack: str) -> None:
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)

    jsonschema.Draft202012Validator(_SCHEMA).validate(_read(pack))


def test_the_published_schema_refuses_what_is_none() -> None:
    validator = jsonschema.Draft202012Validator(_SCHEMA)

    assert not validator.is_valid({"kinds": {"name": {"priro": 1.0}}})
    assert not validator.is_valid({"kinds": {"name": {"values": [{"shapes": ["x"]}]}}})
    assert not validator.is_valid({"kind": {}})


def _read(pack: str) -> dict[str, Any]:
    if pack == "staff":
        return tomllib.loads(_STAFF)
    return tomllib.loads(files("sekisho.detect").joinpath("rules", f"{pack}.toml").read_text(encoding="utf-8"))
