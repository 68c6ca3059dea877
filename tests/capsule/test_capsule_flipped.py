"""One byte that is not what it was, anywhere: nothing comes out, and what stood at the destination stands there still."""

import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from capsule_samples import FILES, OWNER, Spoken, capsule_of, manifest_of, sealed, signed_payload
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.errors import AgeError
from sekisho.age.file import decrypt_file
from sekisho.age.writer import encrypt
from sekisho.capsule.manifest import decode_manifest
from sekisho.capsule.opening import open_capsule
from sekisho.errors import SekishoError
from sekisho.files import replacing_folder

PAYLOAD = signed_payload(manifest_of())
CAPSULE = sealed()


def extract(capsule: bytes, folder: Path) -> None:
    found = open_capsule(BytesIO(capsule), OWNER, Spoken())
    with replacing_folder(folder) as out:
        found.extract(out)


DIRECTORY, END = PAYLOAD.index(b"PK\1\2"), PAYLOAD.index(b"PK\6\6")


@pytest.mark.parametrize(
    "places",
    [range(DIRECTORY), range(DIRECTORY, END), range(END, len(PAYLOAD))],
    ids=["entries with the manifest", "directory", "end"],
)
def test_no_byte_of_a_payload_can_be_another_even_under_a_seal_that_fits(places: range, tmp_path: Path) -> None:
    """Whoever had a release can seal anything; what the office signed shows it."""
    for place in places:
        altered = bytearray(PAYLOAD)
        altered[place] ^= 1 << place % 8
        with pytest.raises(SekishoError):
            extract(capsule_of(bytes(altered)), tmp_path / "out")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("place", range(0, len(CAPSULE), 29))
def test_a_flipped_byte_of_a_capsule_leaves_the_folder_beside_it_as_it_was(place: int, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.csv").write_text("old")
    altered = bytearray(CAPSULE)
    altered[place] ^= 0x20
    with pytest.raises(SekishoError):
        extract(bytes(altered), tmp_path / "new")
    assert os.listdir(tmp_path) == ["out"]
    assert (tmp_path / "out" / "old.csv").read_text() == "old"


@given(st.data())
def test_a_flipped_byte_of_any_age_file_leaves_the_old_file_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder, sink = tmp_path_factory.mktemp("flipped"), BytesIO()
    with encrypt(sink, [OWNER.recipient]) as writer:
        writer.write(b"new" * 50_000)
    altered = bytearray(sink.getvalue())
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "sealed").write_bytes(altered)
    (folder / "out").write_bytes(b"old")
    with pytest.raises(AgeError):
        decrypt_file(folder / "sealed", folder / "out", [OWNER], overwrite=True)
    assert (sorted(os.listdir(folder)), (folder / "out").read_bytes()) == (["out", "sealed"], b"old")


def test_the_payload_that_was_not_altered_opens(tmp_path: Path) -> None:
    extract(capsule_of(PAYLOAD), tmp_path / "out")
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == set(FILES)


@given(st.integers(0, len(manifest_of().encode()) - 1), st.integers(0, 255))
def test_no_byte_of_a_manifest_can_be_another(place: int, byte: int) -> None:
    text = bytearray(manifest_of().encode())
    if text[place] == byte:
        return
    text[place] = byte
    try:
        found = decode_manifest(bytes(text))
    except SekishoError:
        return
    assert found != manifest_of()
    assert found.encode() == bytes(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(manifest_of().__struct_fields__)), ANYTHING)
def test_whatever_stands_in_a_field_of_a_manifest_it_is_read_as_written_or_refused(name: str, value: object) -> None:
    document = json.loads(manifest_of().encode())
    text = json.dumps(document | {name: value}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        assert decode_manifest(text.encode("utf-8", "surrogatepass")).encode() == text.encode("utf-8", "surrogatepass")
    except SekishoError as error:
        assert error.key == "capsule.bad_manifest"  # noqa: PT017 - which of the two it is depends on the value
