from pathlib import Path

import pytest

from sekisho.detect.own_rules import own_rules
from sekisho.errors import Misuse


def test_packs_and_recognisers_are_told_apart_by_name(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[scale.levels]\nhigh = 0.95\n")
    (tmp_path / "own.YML").write_text(
        "recognizers:\n - {name: a, supported_entity: A, deny_list: [x]}\n - {name: b, type: predefined}\n"
    )

    found = own_rules([tmp_path / "own.YML", tmp_path / "own.toml"])

    assert found.rules.scale.levels["high"] == 0.95
    assert [each.name for each in found.recognisers] == ["a"]
    assert [each.recogniser for each in found.not_taken] == ["b"]


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="neither"):
        own_rules([tmp_path / "rules.json"])
