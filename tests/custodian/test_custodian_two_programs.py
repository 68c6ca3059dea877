"""Two programs at once: of two last openings one is given, and one program's destruction spoils nobody's release."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from custodian_office import FIRST, SECOND, Office, opened

from sekisho.custodian.tickets import ReleaseRequest
from sekisho.errors import Refused

WORKER = Path(__file__).with_name("custodian_worker.py")


def approved(office: Office, count: int, **changes: object) -> tuple[bytes, list[ReleaseRequest]]:
    """Return the share of a live copy and so many approved requests for it."""
    issued = office.live(**changes)
    requests = [office.request(issued, nonce=nonce) for nonce in range(count)]
    for request in requests:
        office.approve(request, FIRST, SECOND)
    return issued.share, requests


@pytest.mark.parametrize("programs", [2, 3])
def test_of_several_last_openings_one_is_given(tmp_path: Path, programs: int) -> None:
    with opened(tmp_path) as office:
        share, requests = approved(office, programs, max_opens=1)
    started = [
        subprocess.Popen(
            [sys.executable, str(WORKER), "open", str(tmp_path), str(request.id)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for request in requests
    ]
    (tmp_path / "go").touch()
    ends = [program.communicate() for program in started]
    assert sorted(said.strip() for said, _ in ends) == [""] * (programs - 1) + [share.hex()]
    assert sum("custodian.opened_out" in error or "as often as it may be" in error for _, error in ends) == programs - 1
    with opened(tmp_path) as office:
        assert len(office.leaves("release.given")) == 1
        office.verify()


def at_once(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_destructions_and_releases_at_once_keep_to_themselves(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        share, requests = approved(office, 5, max_opens=5)
        doomed = [[office.live().cid for _ in range(4)] for _ in range(2)]
    shares: list[bytes] = []

    def destroy(cids: list[bytes]) -> None:
        with opened(tmp_path) as office:
            for cid in cids:
                office.destroy(cid)

    def release() -> None:
        with opened(tmp_path) as office:
            shares.extend(office.give(request).share() for request in requests)

    at_once(lambda: destroy(doomed[0]), release, lambda: destroy(doomed[1]))
    assert shares == [share] * 5
    with opened(tmp_path) as office:
        assert office.destruction.finish() == []
        assert {cid for cids in doomed for cid in cids if len(office.leaves("ticket.destroyed", cid)) == 1} == {
            cid for cids in doomed for cid in cids
        }
        assert len(office.keks()) == 1
        office.verify()


def test_a_suspension_by_another_program_counts_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as office, opened(tmp_path) as other:
        _, (request,) = approved(office, 1)
        other.suspend(office.releases.ticket(request).cid)
        with pytest.raises(Refused) as caught:
            office.give(request)
        assert caught.value.key == "custodian.suspended"
