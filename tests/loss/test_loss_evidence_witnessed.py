"""The evidence of an office with witnesses, of a copy released over the network: an altered file is named, and so is a lie."""

import base64
import json
import shutil
import sys
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from remote_release import online, opened
from sekisho.ledger import verifier
from sekisho.ledger.cosignature import CosignerKey
from sekisho.loss.evidence import gather, issue_evidence
from sekisho.loss.lost import report_lost
from verified import flips, verify, with_sums
from witnesses import Witnesses, witness_key

pytest_plugins = ("office_fixtures",)
NAMES = ("audit.example/w1", "pref.example/w2")


def with_witnesses(town: Town, root: Path, *, needed: int = 2) -> Witnesses:
    """Give an office witnesses, as its settings name them."""
    witnesses = Witnesses(root, town.office.ledger.key, NAMES)
    lines = ", ".join(f'"{witness}"' for witness in witnesses.quorum(needed).witnesses)
    settings = town.home / "office.toml"
    kept = [line for line in settings.read_text().splitlines() if not line.startswith(("witness", "quorum"))]
    settings.write_text("\n".join([*kept, f"witness = [{lines}]", f"quorum = {needed}"]) + "\n")
    town.restart()
    town.office.cosigning._send = witnesses.post
    return witnesses


@pytest.fixture(scope="module")
def evidence(model_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of two copies: one released over the network before it was lost, the other never."""
    root = tmp_path_factory.mktemp("witnessed")
    shutil.copytree(model_out, root / "town")
    town = Town(root / "town")
    with_witnesses(town, root)
    first, second = town.slips
    town.carry(first, "carrier", "supervisor")
    opened(town, first, online(town))
    town.clock.advance(timedelta(hours=1))
    report_lost(town.office, [first, second], key_officer=signing_key("security"))
    issue_evidence(town.office, gather(town.office, [first, second]), root / "evidence")
    town.leave()
    return root / "evidence"


@pytest.fixture
def folder(evidence: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(evidence, tmp_path / "copy"))


def slips(folder: Path) -> list[str]:
    return [copy["slip"] for copy in json.loads((folder / "capsule.json").read_bytes())["copies"]]


def test_verify_says_verdicts_and_how_far_witnesses_saw(evidence: Path) -> None:
    status, said = verify(evidence)
    first, second = slips(evidence)
    assert status == 0, said
    assert f"NOTE capsule.json slip {first}: verdict B, releases 1 among " in said
    assert f"NOTE capsule.json slip {second}: verdict A, releases 0 among " in said
    assert " is cosigned up to entry " in said
    assert all(f"{name} (2022-06-21T18:00:00Z)" in said for name in NAMES)


def test_it_says_who_asked_when_and_from_which_device(evidence: Path) -> None:
    copy = json.loads((evidence / "capsule.json").read_bytes())["copies"][0]
    (release,) = copy["releases"]
    assert (release["route"], len(release["by"]), len(release["device"])) == ("online", 2, 16)
    (request,) = (evidence / "requests").iterdir()
    document = json.loads(base64.b64decode(json.loads(request.read_bytes())["document"]))
    assert (document["type"], document["copy"]) == ("release-request", copy["copy"])
    moments = copy["checkpoints"]
    assert moments["before_loss"]["size"] <= release["index"] + 2
    assert set(moments["before_loss"]["cosigned"]) == set(NAMES)
    assert moments["after_stop"]["size"] <= moments["after_destruction"]["size"]
    assert all(set(moments[name]["cosigned"]) == set(NAMES) for name in ("after_stop", "after_destruction"))
    assert {f"epoch.begun-{index}" for index in _epochs(evidence)} & {
        path.stem for path in (evidence / "proofs").iterdir()
    }


def _epochs(folder: Path) -> list[int]:
    bones = map(json.loads, (folder / "skeleton.ndjson").read_text().splitlines())
    return [bone["index"] for bone in bones if bone["op"] == "epoch.begun"]


def test_the_skeleton_is_the_whole_log(evidence: Path) -> None:
    bones = [json.loads(line) for line in (evidence / "skeleton.ndjson").read_text().splitlines()]
    size = int((evidence / "checkpoint").read_text().split("\n")[1])
    assert [bone["index"] for bone in bones] == list(range(size))
    assert {"time", "op"} <= bones[0].keys()


def test_a_flipped_bit_in_any_file_is_found_and_the_file_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked in this process; a signature that was checked before is remembered."""
    monkeypatch.setattr(verifier, "is_signed", lru_cache(maxsize=None)(verifier.is_signed))
    monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
    for path, bit in dict(flips(folder)).items():
        whole = (folder / path).read_bytes()
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        (folder / path).write_bytes(changed)
        assert verifier.main() in {1, 3, 4}, path
        said = capsys.readouterr().out
        assert path in said, said
        (folder / path).write_bytes(whole)
    assert verifier.main() == 0


def changed_json(folder: Path, path: str, **changes: object) -> None:
    document = json.loads((folder / path).read_bytes())
    (folder / path).write_text(json.dumps(document | changes), encoding="utf-8")
    with_sums(folder)


def test_a_copy_called_never_released_that_was_is_told(folder: Path) -> None:
    copies = json.loads((folder / "capsule.json").read_bytes())["copies"]
    copies[0] |= {"verdict": "A", "releases": []}
    changed_json(folder, "capsule.json", copies=copies)
    status, said = verify(folder)
    assert status == 1
    assert f"BAD  capsule.json slip {copies[0]['slip']}: entries say releases [" in said


def test_a_request_that_its_device_did_not_sign_is_told(folder: Path) -> None:
    (path,) = (folder / "requests").iterdir()
    said = json.loads(path.read_bytes())
    document = base64.b64decode(said["document"]).replace(b'"acknowledged":true', b'"acknowledged":false')
    changed_json(folder, f"requests/{path.name}", document=base64.b64encode(document).decode())
    assert f"BAD  requests/{path.name} has a signature that does not fit" in verify(folder)[1]


def test_a_request_that_is_left_out_or_of_another_number_is_told(folder: Path) -> None:
    (path,) = (folder / "requests").iterdir()
    changed_json(folder, f"requests/{path.name}", request=99)
    assert f"BAD  requests/{path.name} is not request 99 of the entries" in verify(folder)[1]
    path.unlink()
    with_sums(folder)
    assert f"BAD  requests/{path.name} is missing" in verify(folder)[1]


@pytest.mark.parametrize("path", ["checkpoint", "proofs/statement.tlog-proof"])
def test_a_cosignature_that_does_not_fit_is_told(folder: Path, path: str) -> None:
    lines = (folder / path).read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(f"— {NAMES[0]} "))
    value = bytearray(base64.b64decode(lines[place].split(" ")[2]))
    value[-1] ^= 1
    lines[place] = f"— {NAMES[0]} {base64.b64encode(value).decode()}"
    (folder / path).write_text("\n".join(lines), encoding="utf-8")
    with_sums(folder)
    assert f"BAD  {path} has a signature that does not fit" in verify(folder)[1]


def test_only_the_witnesses_that_one_trusts_count(folder: Path) -> None:
    stranger = CosignerKey.of(witness_key("stranger"), name=NAMES[0])
    assert "is cosigned by none of the witnesses" in verify(folder, "--witness", stranger)[1]
    known = CosignerKey.of(witness_key(NAMES[1]), name=NAMES[1])
    said = verify(folder, "--witness", known)[1]
    assert f"by {NAMES[1]} (" in said
    assert NAMES[0] not in said
    assert "is not an Ed25519 key" in verify(folder, "--witness", str(known)[:-2])[1]


@pytest.mark.parametrize("name", ["capsule.json", "requests/1.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"copies":[{}]}', b'{"request":[]}', b"\xff", b"[" * 9999])
def test_nonsense_is_named_and_stops_nothing(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    status, said = verify(with_sums(folder))
    assert status == 1
    assert f"BAD  {name} " in said
