from pathlib import Path

from readers_files import CSV, WORDS, cells_of, compound, seen, text_of

_ATTACHED = "__attach_version1.0_#00000000"


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _message(folder: Path, streams: dict[str, bytes]) -> Path:
    path = folder / "a.msg"
    path.write_bytes(compound({"__properties_version1.0": bytes(32), **streams}))
    return path


def _lines(path: Path) -> list[str]:
    return [line.rstrip("\0") for line in text_of(seen(path)["a"]).splitlines()]


def test_a_message_says_who_wrote_what_to_whom(tmp_path: Path) -> None:
    path = _message(
        tmp_path,
        {
            "__substg1.0_0C1A001F": _wide("山田 太郎"),
            "__substg1.0_0037001F": _wide("名簿"),
            "__recip_version1.0_#00000000/__substg1.0_3003001F": _wide("jiro@example.jp"),
            "__substg1.0_1000001F": _wide(f"{WORDS}\r\n次"),
        },
    )

    assert _lines(path) == ["From: 山田 太郎", "Subject: 名簿", "To: jiro@example.jp", "", WORDS, "次"]


def test_narrow_text_is_read_as_japanese(tmp_path: Path) -> None:
    assert WORDS in _lines(_message(tmp_path, {"__substg1.0_1000001E": WORDS.encode("cp932")}))


def test_where_there_is_only_a_page_it_is_read(tmp_path: Path) -> None:
    page = f"<html><body><p>{WORDS}</p></body></html>".encode()

    assert any(WORDS in line for line in _lines(_message(tmp_path, {"__substg1.0_10130102": page})))


def test_attachments_lie_inside(tmp_path: Path) -> None:
    table = CSV + b"x,1\n" * 1020  # longer than what the test's writer pads
    name, content = f"{_ATTACHED}/__substg1.0_3707001F", f"{_ATTACHED}/__substg1.0_37010102"

    found = seen(_message(tmp_path, {name: _wide("名簿.csv"), content: table}))

    (view,) = (view for key, view in found.items() if key.startswith("a.msg!名簿.csv"))
    assert cells_of(view)[:2] == CSV.splitlines()[1:]


def test_a_message_within_a_message_is_read(tmp_path: Path) -> None:
    inner = f"{_ATTACHED}/__substg1.0_3701000D"
    path = _message(tmp_path, {f"{inner}/__substg1.0_1000001F": _wide(WORDS), f"{inner}/__properties_version1.0": b"x"})

    assert WORDS in text_of(seen(path)[f"a.msg!{_ATTACHED}"])
