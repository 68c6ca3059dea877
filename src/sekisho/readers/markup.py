"""Text that is a document and no table: JSON, XML and HTML.

Read as rows and cells it would fall into pieces that look like nothing, and a scan would call it clean. JSON with an
object a line is left alone: each line is a row of its own.
"""

import re

_TAG = re.compile(rb"(?i)\s*<(?:!doctype\b|\?xml\b|[a-z][\w:.\-]*[\s/>])")
_DECLARED = re.compile(rb"(?i)\s*<(?:[!?]|html\b)")
_JSON = re.compile(rb'\s*(?:\{\s*(?:"|\}\s*\Z)|\[\s*(?:[\[{"]|\]\s*\Z))')
_OBJECT_A_LINE = re.compile(rb"\s*\{[^\r\n]*\}[ \t]*[\r\n]+\{")


def is_document(sample: bytes) -> bool:
    """Tell whether UTF-8 text that starts so is a document of JSON, XML or HTML."""
    if _TAG.match(sample):
        return b"</" in sample or _DECLARED.match(sample) is not None
    return _JSON.match(sample) is not None and _OBJECT_A_LINE.match(sample) is None
