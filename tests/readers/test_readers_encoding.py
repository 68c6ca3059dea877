import io

import pytest

from sekisho.readers.encoding import Encoding, guess, sample_of

_JAPANESE = "統一コード,氏名,住所\r\n0001,山田　太郎,兵庫県汐見市松原町3-4-5\r\n0002,鈴木　花子,汐見市松原町\r\n"
_HALF_WIDTH = "code,kana\r\n01,ﾔﾏﾀﾞ ﾀﾛｳ\r\n02,ｽｽﾞｷ ﾊﾅｺ\r\n"


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be"])
def test_japanese_text_is_told_without_a_mark(codec: str) -> None:
    assert guess(_JAPANESE.encode(codec)) == Encoding(codec)


def test_iso_2022_jp_is_told_by_its_escapes() -> None:
    assert guess(_JAPANESE.encode("iso2022_jp")) == Encoding("iso2022_jp_ext")


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8-sig", Encoding("utf-8", 3)),
        ("utf-16", Encoding("utf-16-le", 2)),
        ("utf-32", Encoding("utf-32-le", 4)),
    ],
)
def test_a_byte_order_mark_decides(codec: str, expected: Encoding) -> None:
    assert guess(_JAPANESE.encode(codec)) == expected


def test_half_width_kana_are_cp932_and_not_euc() -> None:
    assert guess(_HALF_WIDTH.encode("cp932")) == Encoding("cp932")


@pytest.mark.parametrize("text", ["name,town\nJosé,Málaga\nZoë,Nuñez\n", "title\n“Ex parte Alarcón”, 2001\nZúñiga\n"])
def test_western_text_is_not_taken_for_kanji(text: str) -> None:
    assert guess(text.encode("cp1252")) == Encoding("cp1252")


def test_kanji_between_latin_letters_are_none() -> None:
    """Bytes of a table in Mac Roman that are valid CP932."""
    sample = b"title\nOsuna\x89\xdb\xd2Gutierrez\nZu\x89\xdb\xd2Chen\n"

    assert guess(sample) == Encoding("cp1252")


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_a_little_damage_does_not_change_the_encoding(codec: str) -> None:
    sample = (_JAPANESE * 20).encode(codec) + b",\xff,\n"

    assert guess(sample) == Encoding(codec)


def test_a_sample_cut_inside_a_character_is_still_utf_8() -> None:
    assert guess("氏名".encode()[:-1]) == Encoding("utf-8")


def test_binary_data_is_no_text() -> None:
    assert guess(bytes(range(256)) * 4) is None


def test_the_sample_is_taken_where_ascii_ends() -> None:
    """A long ASCII head says nothing about the Japanese behind it."""
    file = io.BytesIO(b"id,code\n" * 1000 + _JAPANESE.encode("cp932"))

    assert guess(sample_of(file, size=1024)) == Encoding("cp932")


def test_utf_16_without_japanese_is_sampled_at_the_head() -> None:
    """Cut anywhere else its NUL bytes could change sides."""
    file = io.BytesIO(
        "id,code\n".encode("utf-16-le") * 1000 + "聡".encode("utf-16-le") + "id,code\n".encode("utf-16-le")
    )

    assert guess(sample_of(file, size=1024)) == Encoding("utf-16-le")


def test_a_bad_byte_in_a_short_file_does_not_make_it_western() -> None:
    assert guess("氏名,番号\n山田,".encode() + b"\x81\n") == Encoding("utf-8")


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_full_width_blanks_are_no_evidence_against_japanese(codec: str) -> None:
    rows = "氏名,住所,備考\r\n" + ",,\u30001\u3000\r\n" * 3 + ",1\u3000,\u30001\u3000\r\n"

    assert guess(rows.encode(codec)) == Encoding(codec)
