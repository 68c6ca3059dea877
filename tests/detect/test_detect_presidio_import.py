import inspect
from pathlib import Path

import presidio_analyzer
import pytest
import yaml
from presidio_analyzer import predefined_recognizers

from sekisho.detect.packs import built_in_rules
from sekisho.detect.recognisers.presidio import entity_of_kind, kind_of_entity, read_presidio
from sekisho.detect.recognisers.recogniser import find
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import taxonomy

_FILE = r"""
recognizers:
  - CreditCardRecognizer
  - name: My Number
    supported_entity: JP_MY_NUMBER
    supported_language: ja
    patterns:
      - {name: twelve, regex: '\b\d{12}\b', score: 0.5}
      - {name: bad, regex: '(\d+)+$', score: 0.5}
      - {name: broken, regex: '(', score: 0.5}
      - {name: brackets, regex: '[[]never', score: 0.5}
      - {name: sure, regex: 'x', score: 5}
    context: [マイナンバー]
  - name: Titles
    supported_entity: TITLE
    deny_list: [Mr., 主査]
  - {name: Retired, supported_entity: STAFF, enabled: false, deny_list: [x]}
  - {name: SpacyRecognizer, type: predefined}
  - {name: Nothing, patterns: [{name: p, regex: x, score: 1}]}
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_recognisers_are_read_and_find_beside_japanese(tmp_path: Path) -> None:
    imported = read_presidio(_file(tmp_path, _FILE))

    found = find(imported.recognisers, "彼のマイナンバーは123456789018です。主査 Mr. Xx, xMr.", built_in_rules())

    assert [(each.kind, each.value, each.level) for each in found] == [
        ("my_number", "123456789018", "medium"),
        ("other", "主査", "high"),
        ("other", "Mr.", "high"),
    ]
    assert found[1].evidence[0].values["entity"] == "TITLE"


def test_what_is_not_taken_is_told_with_its_reason(tmp_path: Path) -> None:
    told = [each.says("en") for each in read_presidio(_file(tmp_path, _FILE)).not_taken]

    assert [line.split(":")[0] for line in told] == [
        "CreditCardRecognizer",
        "My Number, bad",
        "My Number, broken",
        "My Number, sure",
        "SpacyRecognizer",
        "Nothing",
    ]
    assert "take for ever" in told[1]
    assert "`re`" in told[2]
    assert "supported_entity" in told[5]


def test_presidios_own_example_is_read() -> None:
    path = Path(presidio_analyzer.__file__).parent / "conf" / "example_recognizers.yaml"

    imported = read_presidio(path)

    assert [(each.name, each.kind) for each in imported.recognisers] == [
        ("Zip code Recognizer", "postal_code"),
        ("Titles recognizer", "other"),
    ]
    assert [each.value for each in find(imported.recognisers, "zip code: 12345", built_in_rules())] == ["12345"]


def test_presidios_own_patterns_are_taken(tmp_path: Path) -> None:
    """All but those that look behind by a varying length, which `re` does not know; none is taken for endless."""
    classes = [each for each in vars(predefined_recognizers).values() if inspect.isclass(each)]
    patterns = [
        {"name": f"{each.__name__}: {pattern.name}", "regex": pattern.regex, "score": pattern.score}
        for each in classes
        for pattern in getattr(each, "PATTERNS", None) or ()
    ]
    document = {"recognizers": [{"name": "all", "supported_entity": "ANY", "patterns": patterns}]}

    imported = read_presidio(_file(tmp_path, yaml.safe_dump(document)))

    assert {each.reason.key for each in imported.not_taken} <= {"detect.refused_unsupported"}
    assert len(patterns) > 100
    assert len(imported.not_taken) < len(patterns) / 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recognizers:\n - name: [", "line 2: this is not YAML"),
        ("recognizers:\n - name: x\n   patterns:\n   - {regex: x, score: high}", "line 4: this is not what"),
        ("recognizers:\n - name: x\n - 7", "line 3: this is not what"),
        ("- a", "line 1: this is not what"),
        ("", "line 1: this is not what"),
        ("a: &x [1]\nrecognizers: *x", "aliases"),
        ("\x00", "line 1: this is not YAML"),
        ("!!python/object/apply:os.system ['true']", "line 1: this is not YAML"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_presidio(_file(tmp_path, text))

    assert said in caught.value.what("en")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sjis.yaml").write_bytes("名前: x".encode("cp932"))

    with pytest.raises(Unreadable, match="UTF-8"):
        read_presidio(tmp_path / "sjis.yaml")
    with pytest.raises(Unreadable, match="cannot be read"):
        read_presidio(tmp_path / "none.yaml")


def test_every_entity_has_a_kind_and_every_kind_a_name() -> None:
    assert kind_of_entity("PERSON") == "name"
    assert kind_of_entity("STAFF_ID") == "other"
    assert all(kind_of_entity(entity_of_kind(each)) in {each, "other"} for each in taxonomy())
