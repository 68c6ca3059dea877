"""Which encoding a file is in, told from a sample of its bytes.

The ladder: byte order mark → UTF-16 by its NUL bytes → ISO-2022-JP by its escapes → strict UTF-8 → the likeliest of
UTF-8 with damage, CP932 and EUC-JP by how much of the text then is Japanese → Windows-1252. A sample that is pure
ASCII says nothing about what follows it, so :func:`sample_of` looks for the first bytes that do.
"""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

SAMPLE_BYTES = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([IJ])")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_TELLING = re.compile(rb"[\x80-\xff]|\x1b[$(]")

# CP932 and EUC-JP see kanji in "café" too, so a run counts only where Latin letters do not enclose it, and a single
# character only where it fills a cell (男), or joins digits as a hyphen does (0120ー000ー000).
_JAPANESE = r"぀-ヿ一-鿿々〇〆ヶ、。〃「」【】（）　！-～￥ｦ-ﾟ髙﨑"
_CELL_EDGE = r',\t;|"\r\n'
_JAPANESE_RUN = re.compile(
    rf"(?<![a-zA-Z])[{_JAPANESE}]{{2,}}|[{_JAPANESE}]{{2,}}(?![a-zA-Z{_JAPANESE}])"
    rf"|(?<![^{_CELL_EDGE}])[{_JAPANESE}](?![^{_CELL_EDGE}])|(?<=[0-9])[ー－−](?=[0-9])"
)
_HALF_WIDTH_KANA = re.compile("[｡-ﾟ]")
_FOREIGN = re.compile(r"[^\x00-\x7f\u3000]")  # a blank pads cells of any language, and is no evidence

_MOST_CONTROLS = 0.01
_LEAST_NULS = 0.02
_LEAST_ONE_SIDED = 0.75  # full-width blanks (U+3000) have their NUL on the other side
_LEAST_LIKELY = 0.5
_DAMAGE = 5


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding.

    Attributes:
        codec: Python's name for it.
        mark: length of the byte order mark, in bytes.
    """

    codec: str
    mark: int = 0


def sample_of(file: BinaryIO, *, size: int = SAMPLE_BYTES) -> bytes:
    """Return the head of a file, or, if that is plain ASCII, as much from where its first other bytes are."""
    head = sample = file.read(size)
    if b"\0" in head:
        return head
    while sample:
        if match := _TELLING.search(sample):
            return head if sample is head else sample[match.start() :] + file.read(size)
        sample = file.read(size)
    return head


def guess(sample: bytes) -> Encoding | None:
    """Return the encoding that a sample is most likely in, or None if it is no text at all."""
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return Encoding(codec, len(mark))
    if utf_16 := _utf_16(sample):
        return Encoding(utf_16)
    if len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample):
        return None
    if _ISO_2022_JP.search(sample) and sample.isascii():
        return Encoding("iso2022_jp_ext")
    if _decodes(sample, "utf-8"):
        return Encoding("utf-8")
    return Encoding(_likeliest(sample))


def _utf_16(sample: bytes) -> str | None:
    """Tell UTF-16 by where its NUL bytes stand: digits and delimiters leave them all on one side."""
    big, little = sample[0::2].count(0), sample[1::2].count(0)
    if big + little <= _LEAST_NULS * len(sample) or max(big, little) < _LEAST_ONE_SIDED * (big + little):
        return None
    return "utf-16-be" if big > little else "utf-16-le"


def _likeliest(sample: bytes) -> str:
    # On a tie CP932 wins over EUC-JP: short half-width kana are valid in both, and far more files are CP932.
    scores = {codec: _likeness(sample, codec) for codec in ("utf-8", "cp932", "euc_jp")}
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= _LEAST_LIKELY:
        return best
    return "cp1252" if _decodes(sample, "cp1252") else "latin-1"


def _likeness(sample: bytes, codec: str) -> float:
    """Return how far a sample reads as sense in a codec: 1 all of it, below 0 damage alone."""
    text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
    foreign = len(_FOREIGN.findall(text))
    damage = text.count("\ufffd")
    if codec == "utf-8":  # hardly anything else has its sequences, so a bad byte weighs no more than a good character
        return (foreign - 2 * damage) / max(foreign, 1)
    japanese = "".join(_JAPANESE_RUN.findall(text)).replace("\u3000", "")
    sense = len(japanese) - len(_HALF_WIDTH_KANA.findall(japanese)) / 2
    return (sense - _DAMAGE * damage) / max(foreign, 1)


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True
