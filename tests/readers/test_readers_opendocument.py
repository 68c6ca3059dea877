from pathlib import Path

from readers_files import WORDS, faults, odt, said, zipped


def test_paragraphs_and_tables_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    row = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("氏名", "山田"))
    path.write_bytes(
        odt(f"<text:h>題</text:h><text:p>{WORDS}<text:tab/>x</text:p><table:table-row>{row}</table:table-row>")
    )

    assert said(path) == f"題\n{WORDS}\tx\n氏名 \t山田\n"


def test_an_encrypted_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    kind = "application/vnd.oasis.opendocument.text"
    path.write_bytes(zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": b"\x01\x02"}))

    assert faults(path) == ["readers.encrypted"]


def test_pictures_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>", "Pictures/1": b"x"})
    )

    assert faults(path) == ["readers.pictures"]


def test_a_damaged_spreadsheet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(odt("<a", kind="spreadsheet"))

    assert faults(path) == ["readers.damaged"]
