"""A whole medium is erased or destroyed with everything that is on it, and nothing but that medium."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from sekisho.custody.certificate_form import Certificate, Record
from sekisho.custody.certificates import Hands
from sekisho.custody.erasing_media import Surroundings, destroy_medium, erase_medium
from sekisho.custody.handing import erase
from sekisho.custody.media_records import MediumState, get_medium
from sekisho.custody.media_register import register_medium, retire_medium
from sekisho.errors import NotFound, Refused
from sekisho.media.device import Device, Fingerprint, Volume
from sekisho.media.erasing import Category, Check, Failed, Method, Verified
from sekisho.media.erasing_tools import Finished
from sticks import STEP, Stick, dice, stick

pytest_plugins = ("office_fixtures",)

NODE = Path("/dev/invented-stick")
DEVICE = Device(
    path=NODE,
    fingerprint=Fingerprint(vendor_id="0951", product_id="1666", serial="INVENTED1", size=4 * STEP),
    manufacturer="Kamome",
    product="DataFlyer",
    interface="usb-bot",
    port="1-2",
    removable=True,
    read_only=False,
    sequence=7,
    block_size=512,
    discards=False,
)


@dataclass
class Plugged:
    """A machine into which one stick is plugged."""

    device: Device = DEVICE

    def devices(self) -> list[Device]:
        return [self.device]

    def volume_of(self, folder: Path) -> Volume | None:
        mounted_at = next(each for each in (folder, *folder.parents) if each.name.startswith("USB"))
        return Volume(device=self.device, filesystem="exfat", volume_id="0A0B", mounted_at=mounted_at)


def hands(sanitiser: str = "carrier", verifier: str = "supervisor") -> Hands:
    return Hands(sanitiser=signing_key(sanitiser), verifier=signing_key(verifier), place="会議室 2")


def around(device: Stick, platform: Plugged | None = None, said: Finished | None = None) -> Surroundings:
    run = None if said is None else lambda _: said
    return Surroundings(platform=platform or Plugged(), opened=lambda _: device, run=run, randomness=dice())


@pytest.fixture
def registered(out: Town) -> Town:
    """A town whose USB-1, with a copy on it that its carrier has, is a registered device."""
    register_medium(out.office, "USB-1", out.stick("USB-1"), keeper=signing_key("officer"), platform=Plugged())
    return out


def test_a_medium_is_erased_with_the_copy_on_it_and_certified(registered: Town) -> None:
    device = stick(4 * STEP)
    document = erase_medium(registered.office, "USB-1", NODE, hands(), around=around(device)).document
    assert isinstance(document, Certificate)
    assert document.category is Category.CLEAR
    assert document.verification == Verified(check=Check.FULL, bytes=4 * STEP)
    facts = document.facts
    assert (facts.medium.manufacturer, facts.medium.model, facts.medium.serial) == ("Kamome", "DataFlyer", "INVENTED1")
    assert [each.slip for each in facts.copies] == registered.slips[:1]
    assert facts.keys[0].index == registered.leaves("ticket.destroyed")[0].index
    assert (registered.state(registered.slips[0]), registered.state(registered.slips[1])) == ("closed", "out")
    assert b"secret" not in device.content


def test_a_medium_that_drops_what_is_written_gets_a_record_and_is_kept_apart(registered: Town) -> None:
    device = stick(4 * STEP, deaf=2 * STEP)
    document = erase_medium(registered.office, "USB-1", NODE, hands(), around=around(device)).document
    assert isinstance(document, Record)
    assert document.verification == Failed(check=Check.FULL, bytes=4 * STEP, wrong=2, first=2 * STEP)
    assert registered.state(registered.slips[0]) == "erased"
    assert get_medium(registered.office.ledger.connection, "USB-1").state is MediumState.QUARANTINE
    assert registered.leaves("certificate.issued")[0].fields["result"] == "fail"


def test_a_tool_that_says_done_of_what_is_still_there_gets_no_certificate(registered: Town) -> None:
    machine = around(stick(4 * STEP), said=Finished(0, "blkdiscard from util-linux 2.38.1"))
    document = erase_medium(registered.office, "USB-1", NODE, hands(), around=machine, tool="blkdiscard").document
    assert isinstance(document, Record)
    assert (document.facts.method, document.facts.tool, document.facts.version) == (Method.TOOL, "blkdiscard", "2.38.1")


def test_a_device_that_may_be_another_medium_with_copies_on_it_is_not_touched(registered: Town) -> None:
    """Cheap sticks of one batch bear one serial number, or none; the certificate would be for the wrong one."""
    office, other = registered.office, registered.slips[1]
    register_medium(
        office, "USB-2", registered.stick("USB-2"), keeper=signing_key("officer"), twin=True, platform=Plugged()
    )
    device = stick(4 * STEP)
    before = bytes(device.content)
    with pytest.raises(Refused) as caught:
        erase_medium(office, "USB-1", NODE, hands(), around=around(device))
    assert (caught.value.key, bytes(device.content)) == ("custody.medium_twin_holds_copies", before)
    erase(office, other, registered.stick("USB-2"), holder=signing_key("carrier"), witness=signing_key("supervisor"))
    assert isinstance(erase_medium(office, "USB-1", NODE, hands(), around=around(device)).document, Certificate)


def test_a_stick_that_takes_its_letter_while_it_is_opened_is_not_touched(registered: Town) -> None:
    device, machine = stick(4 * STEP), Plugged()
    before = bytes(device.content)

    def opened(_: Device) -> Stick:
        machine.device = replace(DEVICE, sequence=8)  # the same to look at, and plugged in since
        return device

    surroundings = Surroundings(platform=machine, opened=opened, randomness=dice())
    with pytest.raises(Refused) as caught:
        erase_medium(registered.office, "USB-1", NODE, hands(), around=surroundings)
    assert (caught.value.key, bytes(device.content)) == ("custody.medium_another", before)


@pytest.mark.parametrize(
    ("plugged", "error", "key"),
    [
        (replace(DEVICE, fingerprint=replace(DEVICE.fingerprint, serial="ANOTHER")), Refused, "custody.medium_another"),
        (replace(DEVICE, path=Path("/dev/elsewhere")), NotFound, "custody.no_such_device"),
        (replace(DEVICE, read_only=True), Refused, "custody.device_read_only"),
    ],
    ids=["another", "not there", "read-only"],
)
def test_nothing_but_the_registered_device_is_touched(
    registered: Town, plugged: Device, error: type[Exception], key: str
) -> None:
    device, size = stick(4 * STEP), registered.size
    machine = around(device, Plugged(plugged))
    with pytest.raises(error) as caught:
        erase_medium(registered.office, "USB-1", NODE, hands(), around=machine)
    assert getattr(caught.value, "key", "") == key
    assert bytes(device.content[:8]) == b"secret!!"
    assert (registered.size, registered.state(registered.slips[0])) == (size, "out")


@pytest.mark.parametrize(
    ("sanitiser", "verifier", "key"),
    [("officer", "chief", "custody.not_the_holder"), ("carrier", "carrier", "custody.two_signatures")],
    ids=["not the holder", "one person"],
)
def test_only_who_holds_what_is_on_it_erases_it_before_another(
    registered: Town, sanitiser: str, verifier: str, key: str
) -> None:
    device = stick(4 * STEP)
    with pytest.raises(Refused) as caught:
        erase_medium(registered.office, "USB-1", NODE, hands(sanitiser, verifier), around=around(device))
    assert caught.value.key == key
    assert bytes(device.content[:8]) == b"secret!!"


def test_a_destroyed_medium_is_certified_by_who_saw_it_and_may_be_retired(registered: Town) -> None:
    photo = "ab" * 32
    document = destroy_medium(registered.office, "USB-1", hands(), manner="shredded", photos=[photo]).document
    assert isinstance(document, Certificate)
    assert (document.category, document.facts.method) == (Category.DESTROY, Method.PHYSICAL)
    assert (document.facts.manner, document.facts.photos, document.facts.destination) == (
        "shredded",
        [photo],
        "disposed",
    )
    assert registered.state(registered.slips[0]) == "closed"
    assert retire_medium(registered.office, "USB-1", keeper=signing_key("officer")).state is MediumState.RETIRED
