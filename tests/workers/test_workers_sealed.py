import pickle

import pytest
from cryptography.exceptions import InvalidTag

from sekisho.errors import Unreadable
from sekisho.workers.sealed import Seal
from workers_units import be_wrong_with, double, fail_at_three


def _say(name: str) -> str:
    return f"氏名：{name}"


def test_what_a_worker_hands_back_holds_nobody_in_the_clear() -> None:
    seal = Seal()
    sealed = seal.around(_say)("汐崎花子")
    assert "汐崎花子".encode() not in sealed
    assert seal.open(sealed) == "氏名：汐崎花子"


def test_only_the_key_of_the_run_opens_it() -> None:
    with pytest.raises(InvalidTag):
        Seal().open(Seal().around(double)(21))


def test_a_key_is_not_shown() -> None:
    seal = Seal()
    assert repr(seal.key) not in repr(seal)


def test_the_work_travels() -> None:
    seal = Seal()
    travelled = pickle.loads(pickle.dumps(seal.around(double)))  # noqa: S301 - written here
    assert seal.open(travelled(21)) == 42


def test_errors_for_people_come_back_and_faults_are_raised() -> None:
    seal = Seal()
    assert isinstance(seal.open(seal.around(fail_at_three)(3)), Unreadable)
    with pytest.raises(RuntimeError, match="ValueError in a worker"):
        seal.open(seal.around(be_wrong_with)("汐崎花子"))
