"""Text that is a document and no table: JSON, XML and HTML, and what remains of the latter two without their tags.

Read as rows and cells it would fall into pieces that look like nothing, and a scan would call it clean. JSON with an
object a line is left alone where a table is asked for: each line is a row of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import unescape

_TAG = re.compile(rb"(?i)\s*<(?:!doctype\b|\?xml\b|[a-z][\w:.\-]*[\s/>])")
_DECLARED = re.compile(rb"(?i)\s*<(?:[!?]|html\b)")
_JSON = re.compile(rb'\s*(?:\{\s*(?:"|\}\s*\Z)|\[\s*(?:[\[{"]|\]\s*\Z))')
_OBJECT_A_LINE = re.compile(rb"\s*\{[^\r\n]*\}[ \t]*[\r\n]+\{")

_MARK = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    rb"|<[/!?]?(?:[A-Za-z_\xc2-\xf4][\w:.\-\x80-\xf4]*+)(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+>",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Attributes whose values are written for people, or say how to reach one.
_SAYING = re.compile(
    rb"(?i)\s(?:value|content|alt|title|placeholder|summary|data-[\w.\-]+|href(?=\s*=\s*[\"']?(?:mailto|tel):))\s*=\s*"
    rb"(?P<mark>[\"'])(?P<value>[^\"'<>]*+)(?P=mark)"
)
_INLINE = frozenset(b"a abbr b bdi bdo big cite code em font i mark q s small span strong sub sup tt u wbr".split())
_CELLS = frozenset((b"td", b"th"))
_NAME = re.compile(rb"<[/!?]?([\w:.\-\x80-\xf4]+)")
_SHORT_TAG = 200
_END_TAG = re.compile(rb"</[^<>\n]*+>")
_BLANKS = bytes.maketrans(b"<>", b"  ")
_LONGEST_TAG = 1 << 20
_LONGEST_REFERENCE = 40


def is_document(sample: bytes) -> bool:
    """Tell whether UTF-8 text that starts so is a document of JSON, XML or HTML."""
    if _TAG.match(sample):
        return b"</" in sample or _DECLARED.match(sample) is not None
    return _JSON.match(sample) is not None and _OBJECT_A_LINE.match(sample) is None


def strip_html(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what a page says: tags gone, references read, what attributes hold for people kept; line ends stay."""
    return _stripped(chunks, _without_tags)


def strip_xml(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what XML says: names of elements stand before what they hold, for they label it; attributes stay.

    Text in XML has neither of the two angle brackets, so that those of tags need not be told from others.
    """
    return _stripped(chunks, _without_brackets)


def _stripped(chunks: Iterable[bytes], strip: Callable[[bytes], bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        end = _safe_end(text)
        rest = text[end:]
        if len(rest) > _LONGEST_TAG:
            end, rest = len(text), b""
        yield _REFERENCE.sub(_referred, strip(text[:end]))
    yield _REFERENCE.sub(_referred, strip(rest))


def _without_brackets(text: bytes) -> bytes:
    return _END_TAG.sub(b" ", text).translate(_BLANKS)


def _without_tags(text: bytes) -> bytes:
    return _MARK.sub(_marked, text)


def _marked(match: re.Match[bytes]) -> bytes:
    mark = match[0]
    return _say_tag(mark) if len(mark) < _SHORT_TAG else _say_html(mark)


@lru_cache(1 << 12)
def _say_tag(mark: bytes) -> bytes:
    """Say a short tag: a page has a few of them thousands of times."""
    return _say_html(mark)


def _safe_end(text: bytes) -> int:
    """Return up to where no tag, comment or reference is cut."""
    comment = text.rfind(b"<!--")
    if comment >= 0 and text.find(b"-->", comment) < 0:
        return comment
    tag = text.rfind(b"<")
    if tag >= 0 and text.find(b">", tag) < 0:
        return tag
    reference = text.rfind(b"&", -_LONGEST_REFERENCE)
    return reference if reference >= 0 and text.find(b";", reference) < 0 else len(text)


def _say_html(mark: bytes) -> bytes:
    if mark.startswith(b"<!--"):
        return b" " + mark[4:-3] + b" "  # what was commented out is still there to read
    if mark.startswith(b"<![CDATA["):
        return mark[9:-3]
    name = _NAME.match(mark)
    said = b"".join(b" " + _value(each) + b" " for each in _SAYING.finditer(mark))
    kind = name[1].lower() if name else b""
    between = b"" if kind in _INLINE else b"\t" if kind in _CELLS else b" "
    return between + said + b"\n" * (mark.count(b"\n") - said.count(b"\n"))


def _value(match: re.Match[bytes]) -> bytes:
    return match["value"].removeprefix(b"mailto:").removeprefix(b"tel:")


def _referred(match: re.Match[bytes]) -> bytes:
    text = unescape(match[0].decode())
    return match[0] if text == match[0].decode() else max(text, " ").encode(errors="replace")


def html_lines(text: str) -> list[str]:
    """Return what a page in memory says, line by line."""
    return b"".join(strip_html([text.encode(errors="replace")])).decode().splitlines()
