import base64
from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, said, seen, text_of

_HEAD = b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <taro@example.jp>\r\nTo: office@example.jp\r\n"


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.eml"
    path.write_bytes(data)
    return path


def _part(head: str, body: bytes) -> bytes:
    return b"--X\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n"


def _multipart(*parts: bytes) -> bytes:
    return _HEAD + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n" + b"".join(parts) + b"--X--\r\n"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("iso-2022-jp", "iso2022_jp"), ("shift_jis", "cp932"), ("utf-8", "utf-8"), ("x-unknown", "cp932")],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_bodies_are_read_in_any_encoding(tmp_path: Path, charset: str, codec: str, encoding: str) -> None:
    body = WORDS.encode(codec)
    if encoding == "base64":
        body = base64.encodebytes(body)
    if encoding == "quoted-printable":
        body = b"".join(b"=%02X" % byte for byte in body)
    head = (
        _HEAD + f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    )

    text = said(_write(tmp_path, head + body))

    assert text == f"From: 山田 <taro@example.jp>\nTo: office@example.jp\n\n{WORDS}\n"


def test_attachments_and_forwarded_messages_lie_inside(tmp_path: Path) -> None:
    attached = "Content-Type: text/csv\r\nContent-Disposition: attachment; filename*=UTF-8''%E5%90%8D%E7%B0%BF.csv\r\n"
    path = _write(
        tmp_path,
        _multipart(
            _part("Content-Type: text/html; charset=utf-8", f"<p>{WORDS}</p>".encode()),
            _part(attached + "Content-Transfer-Encoding: base64", base64.encodebytes(CSV)),
            _part("Content-Type: message/rfc822", _HEAD + b"Subject: inner\r\n\r\nhello"),
        ),
    )

    found = seen(path)

    assert WORDS in text_of(found["a"])
    assert cells_of(found["a.eml!名簿.csv"]) == CSV.splitlines()[1:]
    assert "Subject: inner\n\nhello" in text_of(found["a.eml!2"])


def test_subjects_that_nobody_encoded_are_read(tmp_path: Path) -> None:
    assert "Subject: 住所" in said(_write(tmp_path, _HEAD + "Subject: 住所\r\n\r\n".encode("cp932")))


def test_a_mailbox_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    border = b"From taro@example.jp Tue Jun 21 10:00:00 2022\n"
    message = b"From: taro@example.jp\nTo: x@example.jp\nSubject: %d\n\nFrom here on\n\n"
    path.write_bytes(b"".join(border + message % number for number in range(3)))

    found = seen(path)

    assert list(found) == ["in.mbox!1.eml", "in.mbox!2.eml", "in.mbox!3.eml"]
    assert all("From here on" in text_of(view) for view in found.values())


@pytest.mark.parametrize("text", ["Note: hello\n\nFrom: nobody\n", "title: x\nauthor: y\n", "To: do\nlist\n"])
def test_other_text_is_no_mail(tmp_path: Path, text: str) -> None:
    assert said(_write(tmp_path, text.encode())) == text
