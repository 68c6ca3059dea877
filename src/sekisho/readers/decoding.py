"""Bytes of any encoding → UTF-8 in chunks, without reading the file whole.

UTF-8 is passed through after a check by the compiled kernel, or by Polars, whose Rust validator is fifteen times as fast
as a decode. The encodings of Japan and UTF-16 go through the kernel while they are sound; all others, and all damage, go
through Python's incremental decoders, which say where it stands.
"""

import codecs
from collections.abc import Iterable, Iterator

from sekisho.errors import Unreadable
from sekisho.kernel.library import kernel
from sekisho.readers.encoding import Encoding
from sekisho.readers.problems import Problems
from sekisho.readers.structure import count_lines
from sekisho.readers.transcoding import PLAIN, transcode


def decoded(
    chunks: Iterable[bytes], encoding: Encoding, *, path: object, strict: bool, problems: Problems, line: int = 1
) -> Iterator[bytes]:
    """Yield the text of ``chunks`` as UTF-8, without byte order mark, cut only between characters.

    Args:
        chunks: the file's bytes in order.
        encoding: what they are in.
        path: for messages.
        strict: raise at the first byte that is no text; otherwise it becomes U+FFFD and is counted.
        problems: where to count.
        line: the line of the file on which they start.

    Raises:
        Unreadable: ``readers.undecodable`` or ``readers.nul``, when strict.
    """
    decoder = _Decoder(encoding.codec, path=path, strict=strict, problems=problems, line=line)
    skip = encoding.mark
    for chunk in chunks:
        yield decoder.decode(chunk[skip:], final=False)
        skip = max(0, skip - len(chunk))
    if rest := decoder.decode(b"", final=True):
        yield rest


class _Decoder:
    def __init__(self, codec: str, *, path: object, strict: bool, problems: Problems, line: int) -> None:
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._held = b""
        self._path = path
        self._strict = strict
        self._problems = problems
        self._line = line

    def decode(self, chunk: bytes, *, final: bool) -> bytes:
        text = self._utf8(chunk, final=final) if self._codec == "utf-8" else self._other(chunk, final=final)
        if b"\0" in text:
            self._complain("readers.nul", text[: text.index(b"\0")], count=text.count(b"\0"))
        self._line += count_lines(text)
        return text

    def _utf8(self, chunk: bytes, *, final: bool) -> bytes:
        data = self._held + chunk if self._held else chunk
        size = len(data) if final else len(data) - _unfinished(data)
        data, self._held = data[:size], data[size:]
        if _is_utf8(data):
            return data
        text = data.decode(errors="replace")
        bad = text.count("\ufffd") - data.count("\ufffd".encode())
        self._complain("readers.undecodable", data[: _first_bad(data)], count=bad)
        return text.encode()

    def _other(self, chunk: bytes, *, final: bool) -> bytes:
        data, self._held = self._held + chunk, b""
        if not final and (found := transcode(data, self._codec)):
            text, self._held = found
            return text
        text = self._by_codec(data, final=final)
        if self._codec in PLAIN:  # what waits for more is all such a decoder remembers; the kernel may go on with it
            self._held = self._decoder.getstate()[0]
            self._decoder.reset()
        return text

    def _by_codec(self, chunk: bytes, *, final: bool) -> bytes:
        state = self._decoder.getstate()
        try:
            return self._decoder.decode(chunk, final).encode(errors="replace")
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(self._codec, "ignore")
        self._decoder.setstate(state)
        self._decoder.errors = "replace"
        text = self._decoder.decode(chunk, final)
        self._decoder.errors = "strict"
        self._complain("readers.undecodable", good.encode(errors="replace"), count=text.count("\ufffd"))
        return text.encode(errors="replace")

    def _complain(self, key: str, before: bytes, *, count: int) -> None:
        line = self._line + before.count(b"\n")
        if self._strict:
            raise Unreadable(key, path=self._path, line=line)
        self._problems.note(key, line=line, count=count)


def _is_utf8(data: bytes) -> bool:
    if compiled := kernel():
        return compiled.is_utf8(data)
    import polars as pl  # noqa: PLC0415 - only without the kernel; it costs more than most scans

    try:
        pl.Series([data], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _first_bad(data: bytes) -> int:
    """Return where the first byte stands that is not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start  # the error itself holds the data, and must not hang on what is raised for it
    return len(data)


def _unfinished(data: bytes) -> int:
    """Return how many bytes at the end begin a UTF-8 character that is not finished yet."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0
