"""The register of media by the command line."""

from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies

from invented_media import GIB, BlockModel, Ports, device
from sekisho.custody import media_probing


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Ports:
    """The sticks that are plugged in."""
    ports = Ports()
    for place in ("custody.media_meeting", "custody.media_register", "custody.media_probing", "media.platform"):
        monkeypatch.setattr(f"sekisho.{place}.this_platform", lambda: ports)
    return ports


def register(town: Town, ports: Ports, label: str = "USB-1", serial: str = "0001") -> dict[str, object]:
    folder = ports.plug(town.root / label, device(serial))
    return town.json("medium", "register", label, folder, "--section", "市民課", "--key", town.key("officer"))


def state(town: Town, label: str = "USB-1") -> str:
    found: str = town.json("medium", "show", label)["state"]
    return found


def test_a_stick_is_registered_shown_and_listed(town: Town, ports: Ports) -> None:
    medium = register(town, ports)
    assert (
        "Put the number on its sticker"
        in town.say(
            "medium", "register", "USB-2", ports.plug(town.root / "USB-2", device("2")), "--key", town.key("officer")
        ).out
    )
    assert [each["label"] for each in town.json("medium", "list")["media"]] == ["USB-1", "USB-2"]
    shown = town.say("medium", "show", "USB-1").out
    assert str(medium["id"]) in shown
    assert "Kingston DataTraveler 3.0" in shown
    assert "Copies on it: -" in shown
    assert "in the store" in town.say("medium", "list").out
    town.language = "ja"
    assert "保管中" in town.say("medium", "list").out


def test_what_is_plugged_in_is_listed(town: Town, ports: Ports) -> None:
    register(town, ports)
    assert "/dev/sdb" in town.say("medium", "devices").out
    (found,) = town.json("medium", "devices")["devices"]
    assert (found["path"], found["fingerprint"]["serial"]) == ("/dev/sdb", "0001")


def test_a_stick_goes_out_and_comes_back(town: Town, ports: Ports) -> None:
    register(town, ports)
    assert "issued" in town.say("medium", "issue", "USB-1", "--to", "carrier", "--key", town.key("officer")).out
    assert town.json("medium", "return", "USB-1", "--key", town.key("officer"))["state"] == "in_store"


def test_it_is_kept_apart_by_anybody_and_let_out_by_two(town: Town, ports: Ports) -> None:
    register(town, ports)
    assert "in quarantine" in town.say("medium", "quarantine", "USB-1").out
    assert town.say("medium", "release", "USB-1", "--key", town.key("chief")).code == 3
    keys = ["--key", town.key("chief"), "--key", town.key("security")]
    assert town.json("medium", "release", "USB-1", *keys)["state"] == "in_store"


def test_a_foreign_stick_is_kept_apart(town: Town, ports: Ports) -> None:
    ports.plug(town.root / "somebody's", device("9999"))
    kept = town.json("medium", "quarantine", "--device", "/dev/sdb")
    assert (kept["foreign"], kept["state"]) == (True, "quarantine")
    assert town.say("medium", "quarantine", "--device", "/dev/sdz").code == 3
    assert town.say("medium", "quarantine").code == 2
    assert town.say("medium", "quarantine", "USB-1", "--device", "/dev/sdb").code == 2


def test_it_is_sealed_to_the_registered_stick_and_not_to_another(town: Town, ports: Ports) -> None:
    register(town, ports)
    (slip,) = seal_copies(town, "USB-1")
    again = town.say("seal", "C-1", "--medium", f"USB-1={town.root / 'USB-1'}", "--key", town.key("officer"))
    assert "medium probe" in again.out
    assert town.json("medium", "show", "USB-1")["copies"] == [slip]
    refused = town.say("medium", "retire", "USB-1", "--key", town.key("officer"), "--yes")
    assert refused.code == 3
    assert "live copy" in refused.err
    ports.plug(town.root / "USB-1", device("9999"))
    cut = town.json("cut", town.root / "answers.toml")["id"]
    asked = town.json(
        "request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
        "--until", "2022-06-21T21:00", "--due", "2022-06-21T22:00", "--key", town.key("officer"),
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    said = town.say("seal", asked, "--medium", f"USB-1={town.root / 'USB-1'}", "--key", town.key("officer"))
    assert (said.code, state(town)) == (3, "quarantine")
    assert "another device" in said.err


def test_it_is_retired_when_somebody_says_yes(town: Town, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    register(town, ports)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "n")
    assert town.say("medium", "retire", "USB-1", "--key", town.key("officer")).code == 3
    assert state(town) == "in_store"
    assert town.say("medium", "retire", "USB-1", "--key", town.key("officer"), "--yes").code == 0
    assert state(town) == "retired"


def test_it_is_marked_anew(town: Town, ports: Ports) -> None:
    register(town, ports)
    (town.root / "USB-1" / ".sekisho" / "medium.json").unlink()
    assert "is marked" in town.say("medium", "mark", "USB-1", town.root / "USB-1").out
    assert (town.root / "USB-1" / ".sekisho" / "medium.json").exists()


def test_the_label_is_printed(town: Town, ports: Ports) -> None:
    medium = register(town, ports)
    facts = town.json("medium", "label", "USB-1")
    assert (facts["number"], facts["lost_code"]) == (medium["id"], medium["lost_code"])
    said = town.say("medium", "label", "USB-1").out
    assert "06-0123-0617" in said
    assert str(medium["lost_code"]) in said


@pytest.mark.parametrize(("real", "words"), [(8 * GIB, "has the"), (GIB, "keeps nothing from byte")])
def test_a_probe_ends_with_1_where_something_was_found(
    town: Town, ports: Ports, monkeypatch: pytest.MonkeyPatch, real: int, words: str
) -> None:
    register(town, ports)

    class Opened(BlockModel):
        def __init__(self, _path: Path, *, sequence: int) -> None:
            super().__init__(8 * GIB, real=real)
            self.plugs = sequence

        def __enter__(self) -> BlockModel:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(media_probing, "RawDevice", Opened)
    said = town.say("medium", "probe", "USB-1", "/dev/sdb")
    assert said.code == (real < 8 * GIB)
    assert words in said.out


def test_a_full_test_is_asked_for_twice(town: Town, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    register(town, ports)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "n")
    assert town.say("medium", "probe", "USB-1", "/dev/sdb", "--full").code == 3


def test_rules_for_usbguard_are_printed(town: Town, ports: Ports) -> None:
    register(town, ports)
    said = town.say("medium", "usbguard")
    assert 'allow id 0951:1666 serial "0001" with-interface equals { 08:06:50 }' in said.out
    assert town.json("medium", "usbguard")["rules"] == said.out


def test_a_device_that_is_not_mounted_has_no_folder(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_block_device", lambda _: True)
    said = town.say("medium", "register", "USB-1", "/dev/sdz", "--key", town.key("officer"))
    assert said.code == 2
    assert "not mounted" in said.err


def test_a_folder_that_is_not_there_is_told(town: Town) -> None:
    said = town.say("medium", "register", "USB-1", town.root / "none", "--key", town.key("officer"))
    assert said.code == 7
