"""The record of build and test: known answers on this machine, and the digest of every file of the program."""

import pytest

from conftest import VECTORS
from sekisho.loss import build_record
from sekisho.loss.build_record import TEST_SET, build_json, digest_of_program, is_recorded, known_answers


def test_every_known_answer_is_given() -> None:
    assert is_recorded()
    assert len(known_answers()) == 5


def test_a_cipher_that_answers_wrongly_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or that is not there at all."""

    def broken() -> bool:
        raise MemoryError

    monkeypatch.setattr(build_record, "_RUNS", {"one": lambda: True, "two": broken, "three": lambda: False})
    assert known_answers.__wrapped__() == {"one": True, "two": False, "three": False}


def test_it_names_version_libraries_and_files() -> None:
    said = build_json()
    digest, count = digest_of_program()
    assert (said["files_sha256"], said["files"]) == (digest, count)
    assert len(digest) == 64
    assert {"sekisho", "cryptography", "openssl", "python"} <= said.keys()


def test_the_test_set_is_as_large_as_it_says() -> None:
    age = len(list((VECTORS / "age" / "testdata").iterdir()))
    rel1 = sum(len(list((VECTORS / "rel1" / part / "testdata").iterdir())) for part in (".", "dual", "forms"))
    assert f"{age} files" in TEST_SET[0]
    assert f"{rel1} capsules" in TEST_SET[1]
    assert all((VECTORS / name).is_dir() for name in ("release", "ledger", "slip39"))
