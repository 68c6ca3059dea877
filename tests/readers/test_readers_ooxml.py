import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from readers_files import CSV, WORDS, docx, faults, pptx, said, seen, text_of, word_paragraph, zipped

from sekisho.readers.tables import Table


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.bin"
    path.write_bytes(data)
    return path


def test_paragraphs_are_lines(tmp_path: Path) -> None:
    assert said(_write(tmp_path, docx(word_paragraph(WORDS) + word_paragraph("次")))) == f"{WORDS}\n次\n"


def test_words_that_runs_cut_are_whole(tmp_path: Path) -> None:
    runs = "<w:p><w:r><w:t>090-00</w:t></w:r><w:r><w:t>00-0001</w:t><w:tab/><w:t>x</w:t><w:br/><w:t>y</w:t></w:r></w:p>"

    assert said(_write(tmp_path, docx(runs))) == "090-0000-0001\tx\ny\n"


def test_rows_of_a_table_are_lines_with_tabs(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{word_paragraph(text)}</w:tc>" for text in ("氏名", "山田"))

    assert said(_write(tmp_path, docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))) == "氏名 \t山田\n"


@pytest.mark.parametrize("part", ["header1", "footer2", "comments", "footnotes", "endnotes"])
def test_no_part_is_forgotten(tmp_path: Path, part: str) -> None:
    assert WORDS in said(_write(tmp_path, docx("", **{part: word_paragraph(WORDS)})))


def test_text_boxes_count_once_and_deleted_text_counts(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{word_paragraph(WORDS)}</w:txbxContent>"
    body = f'<x:A xmlns:x="m"><x:Choice>{box}</x:Choice><x:Fallback>{box}</x:Fallback></x:A><w:p><w:delText>消した</w:delText></w:p>'

    text = said(_write(tmp_path, docx(body)))

    assert text.count(WORDS) == 1
    assert "消した" in text


def test_slides_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    text = said(_write(tmp_path, pptx(*map("{}枚目".format, range(1, 12)))))

    assert text.split() == [f"{number}枚目" for number in range(1, 12)]


def test_addresses_in_links_count(tmp_path: Path) -> None:
    rels = '<Relationships><Relationship Target="mailto:taro@example.jp" TargetMode="External"/></Relationships>'
    data = zipped({"[Content_Types].xml": "", "word/document.xml": "<a/>", "word/_rels/document.xml.rels": rels})

    assert "taro@example.jp" in said(_write(tmp_path, data))


def test_embedded_files_lie_inside_and_pictures_are_counted(tmp_path: Path) -> None:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    members = {"word/embeddings/list.csv": CSV, "word/media/image1.png": b"x", "word/media/image2.emf": b"x"}
    path = _write(tmp_path, zipped({"[Content_Types].xml": "", "word/document.xml": "<a/>", **members}))

    assert isinstance(seen(path)["a.bin!word/embeddings/list.csv"], Table)
    assert faults(path) == ["readers.pictures"]


def test_a_document_type_is_refused_and_the_other_parts_are_read(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a><t>&c;</t></a>'
    data = zipped(
        {"[Content_Types].xml": "", "word/document.xml": bomb, "word/header1.xml": f"<a><p><t>{WORDS}</t></p></a>"}
    )
    path = _write(tmp_path, data)

    found = list(seen(path).values())

    assert faults(path) == ["readers.damaged_parts"]
    assert len(found) == 1  # both have the document's name


def test_a_workbook_says_something_beside_its_cells(tmp_path: Path) -> None:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "氏名"
    book.active["A1"].comment = Comment("携帯 090-0000-0009", "誰か")
    book.save(data)

    assert "090-0000-0009" in text_of(seen(_write(tmp_path, data.getvalue()))["a"])
