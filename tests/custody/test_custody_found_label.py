"""What a finder reads: whom to call, in two languages, and nothing of what the medium holds."""

from pathlib import Path

from invented_office import PHONE
from sekisho.custody.found_label import write_found_label
from sekisho.custody.media_meeting import looked_at
from sekisho.custody.office import Settings

SETTINGS = Settings(name="汐見市", phone=PHONE, zone="Asia/Tokyo", origin="city.example/ledger")


def label(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_finder_reads_whom_to_call_in_both_languages(tmp_path: Path) -> None:
    write_found_label(looked_at(tmp_path), SETTINGS)
    text = label(tmp_path).read_text(encoding="utf-8")
    assert text.count(PHONE) == 2
    assert "落とし物" in text
    assert "lost property" in text


def test_it_says_nothing_of_what_the_medium_holds_or_for_whom(tmp_path: Path) -> None:
    write_found_label(looked_at(tmp_path), SETTINGS)
    text = label(tmp_path).read_text(encoding="utf-8")
    assert not any(
        word in text for word in ("汐見", "住民", "口座", "給付", "rows", "capsule", "USB", "鍵", "key", "桁", "digit")
    )


def test_anybody_can_read_it_and_it_is_renewed(tmp_path: Path) -> None:
    write_found_label(looked_at(tmp_path), SETTINGS)
    label(tmp_path).write_text("defaced", encoding="utf-8")
    write_found_label(looked_at(tmp_path), SETTINGS)
    assert "落とし物" in label(tmp_path).read_text(encoding="utf-8")
    assert label(tmp_path).stat().st_mode & 0o777 == 0o644


def test_its_name_is_one_that_every_stick_can_have(tmp_path: Path) -> None:
    write_found_label(looked_at(tmp_path), SETTINGS)
    name = label(tmp_path).name
    assert len(name.encode("utf-16-le")) // 2 <= 255
    assert not set(name) & set('<>:"/\\|?*')
