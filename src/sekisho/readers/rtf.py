"""RTF: words without control words, in the encodings that its fonts and escapes say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, unread
from sekisho.readers.plain import bytes_of, words
from sekisho.readers.view import View

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_LINE = {b"par", b"line", b"row", b"sect", b"page"}
_TAB = {b"tab", b"cell", b"nestcell"}
_SIGNS = {
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}
# What these hold is no text of the document.
_SKIPPED = {
    b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"rsidtbl", b"themedata", b"datastore",
    b"latentstyles", b"xmlnstbl", b"generator", b"info", b"pict", b"objdata", b"blipuid", b"colorschememapping", b"panose",
    b"fontemb", b"filetbl", b"revtbl", b"mmathPr", b"wgrffmtfilter", b"pntxta", b"pntxtb", b"nonshppict",
}  # fmt: skip
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 204: "cp1251", 238: "cp1250", 0: "cp1252"}
_FONT = re.compile(rb"\\f(\d+)(?:(?!\\f\d)[^{};]){0,200}?\\fcharset(\d+)")
_LARGEST_CHARACTER = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    codec: str
    skipped: bool = False
    fallback: int = 1  # characters behind \u that say the same for older programs


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words, and that there are pictures or embedded objects."""
    del context
    content = bytes_of(blob)
    yield words(blob, text_of(content).split("\n"))
    if count := len(re.findall(rb"\\(?:pict|objdata)\b", content)):
        yield unread(blob, "readers.pictures", count=count)


def text_of(content: bytes) -> str:
    """Return what RTF says."""
    return "".join(_Reading(content).parts())


class _Reading:
    def __init__(self, content: bytes) -> None:
        page = re.search(rb"\\ansicpg(\d+)", content[:4096])
        self._content = content
        self._fonts = {int(font): _CHARSETS.get(int(charset), "") for font, charset in _FONT.findall(content)}
        self._state = _State(codec=_codec(page[1].decode() if page else "1252"))
        self._default = self._state.codec
        self._stack = list[_State]()
        self._raw = bytearray()
        self._units = bytearray()
        self._to_skip = 0
        self._starred = False

    def parts(self) -> Iterator[str]:
        for match in _TOKEN.finditer(self._content):
            escaped, word, number, sign, brace, plain = match.groups()
            if word == b"u" and number:
                yield from self._bytes()
                self._unit(int(number))
                continue
            if escaped is not None or plain is not None:
                self._say(bytes.fromhex(escaped.decode()) if escaped is not None else plain)
                continue
            if word is not None or sign is not None or brace is not None:
                yield from self._all()
            if brace is not None:
                self._group(brace)
            elif word is not None:
                yield from self._control(word, int(number) if number else None)
            elif sign is not None:
                yield from self._sign(sign)
        yield from self._all()

    def _say(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        if not self._state.skipped:
            self._raw += data[skipped:]

    def _unit(self, number: int) -> None:
        self._to_skip = self._state.fallback
        if not self._state.skipped:
            self._units += (number & _LARGEST_CHARACTER).to_bytes(2, "little")

    def _bytes(self) -> Iterator[str]:
        if self._raw:
            yield self._raw.decode(self._state.codec, "replace")
            self._raw.clear()

    def _all(self) -> Iterator[str]:
        if self._units:
            yield self._units.decode("utf-16-le", "replace")
            self._units.clear()
        yield from self._bytes()

    def _group(self, brace: bytes) -> None:
        self._to_skip = 0
        self._starred = False
        if brace == b"{":
            self._stack.append(self._state)
        elif self._stack:
            self._state = self._stack.pop()

    def _control(self, word: bytes, number: int | None) -> Iterator[str]:
        if word in _SKIPPED or (self._starred and word not in (b"shppict", b"shpinst", b"fldinst", b"annotation")):
            self._state = replace(self._state, skipped=True)
        self._starred = False
        if word == b"uc" and number is not None:
            self._state = replace(self._state, fallback=max(0, number))
        elif word == b"f" and number is not None:
            self._state = replace(self._state, codec=self._fonts.get(number) or self._default)
        elif word == b"plain":
            self._state = replace(self._state, codec=self._default)
        elif not self._state.skipped:
            if word in _LINE:
                yield "\n"
            elif word in _TAB:
                yield "\t"
            elif word in _SIGNS:
                yield _SIGNS[word]

    def _sign(self, sign: bytes) -> Iterator[str]:
        if sign == b"*":
            self._starred = True
        elif not self._state.skipped:
            yield {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\t": "\t"}.get(
                sign, sign.decode("latin-1")
            )


def _codec(page: str) -> str:
    try:
        "".encode(f"cp{page}")
    except LookupError:
        return "cp1252"
    return f"cp{page}"
