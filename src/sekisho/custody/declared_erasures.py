"""What the browser page prints as "certificate of erasure (unverified)", read and recorded as just that.

A page cannot check what stayed on a computer, so what a recipient declares there is a declaration. It is worth something all
the same: a copy that was opened counts as purged only where the recipient says that nothing is left. The text is read line by
line in both languages of the page (opener/src/pages/words.ts), and only its times and counts are kept: who signed it stands on
paper.
"""

import re

MOST_BYTES = 64 << 10

_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)"
_LINES = {
    "slip": re.compile(r"(?:受渡票：|Slip: )([0-9０-９ -]{1,40})"),
    "opened": re.compile(rf"(?:開いた時刻：|Opened: ){_TIME}?"),
    "wiped": re.compile(rf"(?:消した時刻：|Wiped: ){_TIME}"),
    "saved": re.compile(r"(?:保存したファイル：|Files saved: )([0-9]{1,6})\b.*"),
    "asked": re.compile(r"(?:調べた人数：|People looked up: )([0-9]{1,9})\b.*"),
}
_TITLES = ("消去の証明（未確認）", "Certificate of erasure (unverified)")
