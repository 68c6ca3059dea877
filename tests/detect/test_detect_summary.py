from dataclasses import replace
from pathlib import Path

from invented_reports import column, dark, place, table, text

from sekisho.detect.findings import TextReport
from sekisho.detect.report.summary import summarise

_PHONE = place("phone", "06-6401-0000")


def test_the_worst_file_comes_first() -> None:
    """One My Number is worse than a thousand addresses of machines; of two alike, more people are."""
    mine = table("mine.csv", column("my_number", "番号"), people=100)
    more = table("more.csv", column("my_number", "番号"), people=300)
    names = table("names.csv", column("name", "氏名"), people=3000)
    log = table("log.csv", column("ip_address", "from", matched=9000), people=None)

    files = summarise([log, names, mine, more]).files

    assert [str(file.path) for file in files] == ["more.csv", "mine.csv", "names.csv", "log.csv"]


def test_the_same_people_may_stand_in_several_files() -> None:
    found = summarise(
        [table("a.csv", column("name", "氏名"), people=300), table("b.csv", column("name", "名"), people=20)]
    )

    assert (found.least_people, found.most_people, found.untold) == (300, 320, 4)


def test_low_confidence_is_counted_and_does_not_make_a_file_one_with_findings() -> None:
    found = summarise([table("a.csv", column("name", "名", level="low"))])

    assert (found.files, found.clean, found.levels["low"], found.people_told) == ((), 1, 1, False)


def test_sheets_of_a_workbook_are_one_file() -> None:
    first, second = (table("a.xlsx", column(each, each)) for each in ("name", "phone"))
    (file,) = summarise([first, replace(second, people=99)]).files

    assert (file.kinds, file.people, file.findings) == (("name", "phone"), 99, 2)


def test_a_file_seen_in_part_is_seen_and_dark() -> None:
    found = summarise([table("a.zip", column("name", "氏名")), dark("a.zip"), dark("b.zip"), table("c.csv")])

    assert (found.seen, found.inspected, found.clean, len(found.dark)) == (3, 2, 1, 2)


def test_texts_count_what_they_did_not_keep_and_cells_what_their_column_is_not_known_for() -> None:
    many = TextReport(path=Path("a.txt"), name="a", counts={("phone", "high"): 500}, findings=(_PHONE,))
    cells = table("b.csv", column("phone", "電話"))
    cells = replace(cells, places=(replace(_PHONE, column="電話"), replace(_PHONE, column="備考")))

    (total,) = summarise([many, cells, text("c.txt")]).kinds

    assert (total.kind, total.files, total.findings) == ("phone", 2, 502)
