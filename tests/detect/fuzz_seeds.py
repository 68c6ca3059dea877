"""Small files of every format, and changes that break them: what the readers are thrown.

A change to a container of the ZIP family is made in one of its members and packed again, or else its check sum would hide
the member's reader from all but the luckiest change.
"""

import bz2
import gzip
import io
import json
import lzma
import mailbox
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import polars as pl
from matrix_files import csv_bytes, rows, write_docx, write_pdf, write_sqlite, write_xlsx, write_zip_in_zip

_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 2**63 - 1, 2**64 - 1)
_SIGNS = (
    b"PK\x03\x04",
    b"%PDF-1.7",
    b"<?xml",
    b"SQLite format 3\0",
    b"\x1f\x8b\x08",
    b"\xff\xfe",
    b"\x1b$B",
    b'"',
    b"\r",
    b"\0",
)


def seeds() -> Mapping[str, bytes]:
    """Return a file of each format; the name's ending is the format's."""
    table = rows("-", wide=False)[:8]
    text = "個人番号は583920176424、電話は090-1234-5681です。\n" * 4
    files = {
        "csv": csv_bytes(table, "utf-8"),
        "cp932.csv": csv_bytes(table, "cp932"),
        "utf-16.csv": csv_bytes(table, "utf-16"),
        "txt": text.encode(),
        "iso-2022-jp.txt": text.encode("iso-2022-jp"),
        "json": json.dumps(table, ensure_ascii=False).encode(),
        "ndjson": "".join(json.dumps(row) + "\n" for row in table).encode(),
        "xml": "".join(["<?xml version='1.0'?><list>", *(_element(row) for row in table), "</list>"]).encode(),
        "html": f"<html><body><p>&#20491;人番号 {text}</p><table><tr><td>1</td></tr></table></body></html>".encode(),
        "rtf": rb"{\rtf1\ansi\ansicpg932 \'8c\'c2\u20154?\par 583920176424}",
        "eml": _message(csv_bytes(table, "cp932")).as_bytes(),
        "mbox": _mailbox(csv_bytes(table, "utf-8")),
        "gz": gzip.compress(text.encode()),
        "bz2": bz2.compress(text.encode()),
        "xz": lzma.compress(text.encode()),
        "tar": _tar(text.encode()),
        "parquet": _parquet(table),
    }
    written = {
        "xlsx": write_xlsx,
        "docx": write_docx,
        "pdf": write_pdf,
        "sqlite": write_sqlite,
        "zip": write_zip_in_zip,
    }
    with tempfile.TemporaryDirectory() as folder:
        for ending, write in written.items():
            path = Path(folder) / f"seed.{ending}"
            write(path, table, "utf-8")
            files[ending] = path.read_bytes()
    return files


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Return the file with one to eight changes."""
    if zipfile.is_zipfile(io.BytesIO(data)) and dice.random() < 0.8:
        try:
            return _repacked(data, dice)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, LookupError):
            pass  # changed before, so that Python cannot unpack it
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        _change(changed, dice)
    return bytes(changed)


def _repacked(data: bytes, dice: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = dice.choice(old.namelist())
        for name in old.namelist():
            member = old.read(name)
            new.writestr(name, mutated(member, dice) if name == chosen else member)
    return packed.getvalue()


def _change(data: bytearray, dice: random.Random) -> None:
    """Change one place."""
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice((1, 2, 4, 8, 64, 1024)))
    match dice.randrange(7):
        case 0 if start < len(data):
            data[start] ^= 1 << dice.randrange(8)
        case 1:
            data[start:end] = dice.randbytes(end - start)
        case 2:
            del data[start:end]
        case 3:
            data[start:start] = data[start:end] * dice.choice((1, 2, 50))
        case 4:
            size = dice.choice((1, 2, 4, 8))
            number = dice.choice(_NUMBERS) % (1 << (8 * size))
            data[start : start + size] = number.to_bytes(size, dice.choice(("little", "big")))
        case 5:
            data[start:start] = dice.choice(_SIGNS)
        case _:
            del data[start:]


def _element(row: Mapping[str, str]) -> str:
    return "<row>" + "".join(f"<{name}>{cell}</{name}>" for name, cell in row.items()) + "</row>"


def _message(attached: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@shiomi-net.jp", "b@shiomi-net.jp", "名簿"
    message.set_content("個人番号は583920176424です。\n", charset="iso-2022-jp")
    message.add_attachment(attached, maintype="text", subtype="csv", filename="名簿.csv")
    return message


def _mailbox(attached: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mbox"
        box = mailbox.mbox(path)
        box.add(_message(attached))
        box.add(_message(b"x,y\n1,2\n"))
        box.close()
        return path.read_bytes()


def _tar(member: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("メモ.txt")
        entry.size = len(member)
        archive.addfile(entry, io.BytesIO(member))
    return packed.getvalue()


def _parquet(table: list[dict[str, str]]) -> bytes:
    packed = io.BytesIO()
    pl.DataFrame(table).write_parquet(packed)
    return packed.getvalue()
