"""What has to be said in public, and to whoever gets it, when data was anonymised (法43条3項・4項): words, made of the fields.

Items are named, not how they were made (guideline 3-2-4); the manner of provision is for the office to add.
"""

from collections.abc import Sequence

LABEL = "匿名加工情報です_ANONYMISED.txt"
"""The name of the file that goes with the data."""

_CALLED = {False: "匿名加工情報", True: "行政機関等匿名加工情報"}  # a public body's regime has another name (法116条)


def label_text(*, controller: str, title: str, items: Sequence[str], public_body: bool) -> str:
    """Return the label that goes with anonymised data (法43条4項; public bodies 法116条, whose regime is called otherwise)."""
    called = _CALLED[public_body]
    return (
        f"このファイルと一緒にある表は、{controller} が作成した{called}です。\n"
        f"{_about(title, items)}\n"
        "本人を識別するために、他の情報と照合したり、削除された記述や加工の方法を取得したりすることは、"
        "法律で禁じられています（個人情報の保護に関する法律 43条5項、45条、121条、123条）。\n"
        f"The table beside this file is anonymised data ({called}) made by {controller}. "
        "Finding out who anybody in it is, by matching or by obtaining what was deleted, is forbidden by law.\n"
    )


def publication_text(*, controller: str, title: str, items: Sequence[str], public_body: bool) -> str:
    """Return the text by which an office publishes which items anonymised data contain (法43条3項)."""
    called = _CALLED[public_body]
    return (
        f"{called}の作成に関する公表\n\n"
        f"{controller} は、次の{called}を作成しました。\n"
        f"{_about(title, items)}"
        "提供の方法：（第三者に提供する場合に記入）\n"
    )


def _about(title: str, items: Sequence[str]) -> str:
    return f"名称：{title}\n含まれる個人に関する情報の項目：{'、'.join(items)}\n"
