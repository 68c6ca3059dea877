from pathlib import Path

import pytest
from readers_files import CSV, WORDS, faults, pdf, seen, text_of, zipped

from sekisho.readers import pdf as reader
from sekisho.readers.context import Options
from sekisho.readers.views import views


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.pdf"
    path.write_bytes(data)
    return path


def test_japanese_words_are_read_page_by_page(tmp_path: Path) -> None:
    (view,) = seen(_write(tmp_path, pdf(f"{WORDS}\n二行目", "次のページ"))).values()

    assert text_of(view) == f"{WORDS}\n二行目\n\f次のページ\n"


def test_pages_without_text_are_counted(tmp_path: Path) -> None:
    path = _write(tmp_path, pdf(WORDS, "", ""))

    assert faults(path) == ["readers.pages_without_text"]


def test_they_are_read_where_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = []

    def read(image: bytes, path: Path) -> str:
        del path
        images.append(image)
        return WORDS

    monkeypatch.setattr(reader, "read_image", read)

    (view,) = seen(_write(tmp_path, pdf("")), Options(ocr=True)).values()

    assert text_of(view) == f"{WORDS}\n"
    assert images[0].startswith(b"P5 2500 3334 255\n")


def test_without_the_program_for_it_the_other_pages_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    path, options = _write(tmp_path, pdf(WORDS, "", "")), Options(ocr=True)

    assert text_of(next(views(path, options=options))) == f"{WORDS}\n\f\n\f\n"
    assert faults(path, options) == ["readers.pages_without_text", "readers.no_ocr"]


def test_an_encrypted_one_is_told(tmp_path: Path) -> None:
    assert faults(_write(tmp_path, pdf(WORDS, encrypted=True))) == ["readers.encrypted"]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", pdf(WORDS)[:50]])
def test_a_damaged_one_is_told(tmp_path: Path, data: bytes) -> None:
    assert faults(_write(tmp_path, data)) == ["readers.damaged"]


def test_one_in_an_archive_is_read(tmp_path: Path) -> None:
    path = _write(tmp_path, zipped({"in.pdf": pdf(WORDS), "people.csv": CSV}))

    assert text_of(seen(path)["a.pdf!in.pdf"]) == WORDS + "\n"


def test_a_number_that_a_line_end_cuts_keeps_its_hyphen(tmp_path: Path) -> None:
    (view,) = seen(_write(tmp_path, pdf("090-\n0000-0001"))).values()

    assert "090-" in text_of(view)


def test_text_about_pdf_is_no_pdf(tmp_path: Path) -> None:
    (view,) = seen(_write(tmp_path, b"A file that begins with %PDF-1.7 is a PDF.\n")).values()

    assert text_of(view).endswith("is a PDF.\n")


def test_unread_pages_are_named() -> None:
    assert reader._named([1, 2, 3, 4, 5, 6]) == "1, 2, 3, 4, 5 …"
