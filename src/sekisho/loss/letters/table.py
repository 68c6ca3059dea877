"""An address table as a file: CSV in UTF-8 or CP932, its headings in either language."""

import io
from pathlib import Path

import polars as pl

from sekisho.errors import NotFound, Unreadable

_HEADINGS = {
    "person": ("統一コード", "宛名番号", "住民番号", "番号", "key"),
    "name": ("氏名", "宛名", "名前"),
    "postal_code": ("郵便番号", "〒", "postcode"),
    "address": ("住所", "現住所", "送付先住所"),
    "building": ("方書", "建物名"),
    "guardian": ("保護者", "保護者氏名"),
    "segment": ("区分", "セグメント"),
    "minor": ("未成年",),
    "deceased": ("死亡", "死亡者"),
    "protected": ("支援措置", "保護対象"),
}
_FLAGS = ("minor", "deceased", "protected")
_NOES = ("", "0", "無", "なし", "否", "×", "no", "n", "false", "f", "-")


def read_table(path: Path) -> pl.DataFrame:
    """Return an address table as :func:`~sekisho.loss.letters.recipients.recipients` takes it.

    A flag says yes unless its cell is plainly a no: whoever is meant to be protected must not hang on a spelling.

    Raises:
        NotFound: there is no such file.
        Unreadable: it is no table.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("cli.no_file", path=path) from None
    except OSError:
        raise Unreadable("loss.bad_contacts", path=path) from None
    try:
        table = pl.read_csv(io.BytesIO(_text(data).encode()), infer_schema=False)
    except (UnicodeDecodeError, pl.exceptions.PolarsError):
        raise Unreadable("loss.bad_contacts", path=path) from None
    table = table.rename(_renamed(table.columns)).with_row_index("row", offset=2)
    if "building" in table.columns:
        whole = pl.concat_str(pl.col("address", "building"), separator="\n", ignore_nulls=True)
        table = table.with_columns(address=whole)
    noes = pl.Series(_NOES)
    flags = [
        (pl.col(flag).is_not_null() & ~pl.col(flag).str.strip_chars().str.to_lowercase().is_in(noes)).alias(flag)
        for flag in _FLAGS
        if flag in table.columns
    ]
    return table.with_columns(flags)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932")


def _renamed(columns: list[str]) -> dict[str, str]:
    """Return heading → name, the first heading of each kind."""
    found = dict[str, str]()
    for name, headings in _HEADINGS.items():
        heading = next((each for each in columns if each.strip().lower() in {name, *headings}), None)
        if heading is not None and heading not in found:
            found[heading] = name
    return found
