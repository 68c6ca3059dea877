"""The opener on a medium: recorded, read back, the office's own, and gone when the copy is."""

import base64
import hashlib
import json
import re
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from invented_office import PHONE, Town, signing_key
from sekisho.capsule import opener
from sekisho.capsule.opener_gate import Gate, gate
from sekisho.capsule.opening import look_at
from sekisho.custody.handing import erase
from sekisho.custody.relay_key import office_card
from sekisho.errors import MediumError, Refused
from sekisho.media import writing
from sekisho.media.direct import Verify

pytest_plugins = ("office_fixtures",)


class _Shown(msgspec.Struct):
    gates: list[Gate]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def erased(town: Town, slip: str) -> bool:
    row = erase(
        town.office, slip, town.capsule(slip).parent, holder=signing_key("officer"), witness=signing_key("chief")
    )
    return row.copy.state == "closed"


@pytest.fixture
def one_file(town: Town) -> str:
    (row,) = town.seal(town.approved(media=("USB-1",)), one_file=True)
    return row.slip


def test_the_opener_beside_a_capsule_is_the_offices_own_and_on_record(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    page = town.stick("USB-1") / "OPEN.html"
    shown = re.search(rb'id="office">([^<]*)<', page.read_bytes())
    assert shown
    assert page.read_bytes() == opener.fill(shown[1])
    assert json.loads(shown[1]).items() >= json.loads(office_card(town.office).text).items()
    assert PHONE.encode() in page.read_bytes()
    (written,) = town.leaves("copy.written")
    assert written.fields["opener"] == town.record(slip).opener == sha256(page)
    assert "page" not in written.fields


def gates(page: Path) -> list[Gate]:
    shown = re.search(rb'id="office">([^<]*)<', page.read_bytes())
    assert shown
    return msgspec.json.decode(shown[1], type=_Shown).gates


def opens(page: Path, pin: str) -> bool:
    return any(gate(pin, base64.b64decode(each.salt)) == each for each in gates(page))


def test_the_number_on_the_slip_opens_the_page_and_stands_nowhere_on_the_medium(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    page, pin = town.stick("USB-1") / "OPEN.html", town.record(slip).pin
    assert re.fullmatch("[0-9]{4}", pin)
    assert opens(page, pin)
    assert not opens(page, f"{(int(pin) + 1) % 10_000:04d}")


def test_a_medium_with_two_copies_takes_the_number_of_either_slip(town: Town) -> None:
    slips = [*town.sealed("USB-1"), *town.sealed("USB-1")]
    page = town.stick("USB-1") / "OPEN.html"
    assert [opens(page, town.record(slip).pin) for slip in slips] == [True, True]
    assert all(erased(town, slip) for slip in slips)
    assert not page.exists()


def test_a_self_opening_page_takes_its_own_number_alone(town: Town, one_file: str) -> None:
    assert len(gates(town.capsule(one_file).with_suffix(".html"))) == 1


def test_a_page_bears_the_very_capsule(town: Town, one_file: str) -> None:
    page = town.capsule(one_file).with_suffix(".html")
    parts = re.findall(rb'class="capsule">([^<]*)<', page.read_bytes())
    capsule = b"".join(map(base64.b64decode, parts))
    assert capsule == town.capsule(one_file).read_bytes()
    assert look_at(BytesIO(capsule)).cid == town.cid(one_file)
    (written,) = town.leaves("copy.written")
    assert written.fields["page"] == sha256(page)


def test_a_capsule_too_long_for_a_page_has_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "MOST_EMBEDDED", 100)
    (row,) = town.seal(town.approved(media=("USB-1",)), one_file=True)
    assert [path.suffix for path in town.stick("USB-1").iterdir() if row.slip in path.name] == [".age"]


def test_what_does_not_read_back_is_not_recorded_as_written(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    read_back = writing.read_back

    def lying(place: writing.Place, name: str, sha256: str) -> Verify:
        if name == opener.NAME:
            (place.folder / name).write_bytes(b"another page")
        return read_back(place, name, sha256)

    monkeypatch.setattr(writing, "read_back", lying)
    with pytest.raises(MediumError):
        town.sealed("USB-1")
    assert town.leaves("copy.written") == []


def test_nothing_of_a_copy_is_left_when_it_was_erased(town: Town, one_file: str) -> None:
    assert erased(town, one_file)
    assert [path.name for path in town.stick("USB-1").iterdir()] == ["拾得した方へ_IF-FOUND.txt"]


def test_the_opener_stays_while_another_capsule_needs_it(town: Town, one_file: str) -> None:
    (town.stick("USB-1") / "capsule-000000.age").write_bytes(b"of another request")
    assert erased(town, one_file)
    assert (town.stick("USB-1") / "OPEN.html").exists()


@pytest.mark.parametrize("change", [b"", b"swapped"])
def test_a_page_that_is_not_as_written_is_evidence(town: Town, one_file: str, change: bytes) -> None:
    page = town.capsule(one_file).with_suffix(".html")
    page.write_bytes(page.read_bytes()[:-7] + change)
    with pytest.raises(Refused) as caught:
        erased(town, one_file)
    assert caught.value.key == "custody.another_capsule"
    assert (town.capsule(one_file).exists(), page.exists()) == (True, True)


def test_a_page_whose_erasing_was_cut_short_is_erased_again(
    town: Town, one_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = town.capsule(one_file).with_suffix(".html")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda path, **_: (_ for _ in ()).throw(OSError(5, "gone", str(path))))
        with pytest.raises(MediumError):
            erased(town, one_file)
    assert page.exists()
    assert erased(town, one_file)
    assert not page.exists()


def test_an_opener_that_somebody_swapped_stays(town: Town, one_file: str) -> None:
    page = town.stick("USB-1") / "OPEN.html"
    page.write_bytes(b"swapped")
    assert erased(town, one_file)
    assert page.read_bytes() == b"swapped"
