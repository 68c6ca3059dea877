"""What passes is measured as it is: size, SHA-256, CRC-32."""

import hashlib
import io
import zlib

from hypothesis import given
from hypothesis import strategies as st

from sekisho.custody.measured import Measured


@given(st.lists(st.binary(max_size=50)))
def test_what_passes_is_measured_however_it_is_cut(pieces: list[bytes]) -> None:
    sink = io.BytesIO()
    measured = Measured(sink)
    for piece in pieces:
        measured.write(piece)
    whole = b"".join(pieces)
    file = measured.file("世帯.csv", "table", "0.age", 3)
    assert sink.getvalue() == whole
    assert (file.size, file.crc32) == (len(whole), zlib.crc32(whole))
    assert file.sha256 == hashlib.sha256(whole).hexdigest()
    assert (file.name, file.form, file.stored, file.rows) == ("世帯.csv", "table", "0.age", 3)
