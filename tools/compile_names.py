"""Write ``names.bin`` and ``name_samples.bin`` in ``src/sekisho/detect/data/`` from SudachiDict.

    pip install sudachipy sudachidict-core
    python tools/compile_names.py

SudachiDict (Works Applications, Apache-2.0) marks surnames, given names, places and all other parts of speech. Short words
are kept as hashes with their classes: names of persons up to six characters, other names up to five, all else up to four.
The samples are 8,000 names each of those that training puts in the place of the names in its sentences.
"""

import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sudachipy import Dictionary

from sekisho.detect.names.lexicon import Class, Lexicon, codes_of, hash_words, pack

DATA = Path(__file__).parents[1] / "src" / "sekisho" / "detect" / "data"
PERSON = {"姓": Class.SURNAME, "名": Class.GIVEN_NAME, "一般": Class.OTHER_PERSON}
AFFIXES = ("接尾辞", "接頭辞", "助詞", "助動詞")
OTHER_WORDS = ("動詞", "形容詞", "副詞", "形状詞", "連体詞", "感動詞", "接続詞")
KANJI, KATAKANA, HIRAGANA = "[一-龥々〆ヶ㐀-䶿]{1,3}", "[ァ-ヺー]{2,8}", "[ぁ-ゖ]{2,4}"
SAMPLED = (
    (Class.SURNAME, KANJI),
    (Class.GIVEN_NAME, KANJI),
    (Class.GIVEN_NAME, HIRAGANA),
    (Class.OTHER_PERSON, KATAKANA),
)
SAMPLE = 8_000
LONGEST = {Class.PLACE: 4, Class.OTHER_NAME: 5, Class.NOUN: 4, Class.OTHER_WORD: 4}


def main() -> None:
    """Read the dictionary and write the file."""
    words: dict[str, int] = defaultdict(int)
    people: dict[str, int] = defaultdict(int)
    for entry in Dictionary(dict="core").entries():
        found = class_of(entry.part_of_speech())
        word = entry.surface()
        if found is not None and found in PERSON.values():
            people[word] |= found
        if found and 0 < len(word) <= LONGEST.get(found, 6):
            words[word] |= found
    lexicon = compile_words(words)
    write("names.bin", pack(lexicon))
    write("name_samples.bin", zlib.compress("\n".join(samples(people)).encode(), 9))
    print(f"{len(lexicon):,} words")


def samples(people: dict[str, int]) -> Iterator[str]:
    """Yield a line of names for each class of names of one script."""
    for wanted, pattern in SAMPLED:
        names = sorted(word for word, classes in people.items() if classes & wanted and re.fullmatch(pattern, word))
        yield " ".join(sorted(random.Random(0).sample(names, min(SAMPLE, len(names)))))  # noqa: S311 - the same every time


def write(name: str, content: bytes) -> None:
    """Write one file."""
    (DATA / name).write_bytes(content)
    print(f"{name}: {len(content):,} bytes")


def class_of(parts: tuple[str, ...]) -> Class | None:
    """Return what an entry of a part of speech is."""
    match parts[:3]:
        case ("名詞", "固有名詞", "人名"):
            return PERSON[parts[3]]
        case ("名詞", "固有名詞", "地名"):
            return Class.PLACE
        case ("名詞", "固有名詞", _):
            return Class.OTHER_NAME
        case ("名詞" | "代名詞", _, _):
            return Class.NOUN
    if parts[0] in AFFIXES:
        return Class.AFFIX
    return Class.OTHER_WORD if parts[0] in OTHER_WORDS else None


def compile_words(words: dict[str, int]) -> Lexicon:
    """Return the lexicon; of two words with one hash both classes are kept."""
    by_hash: dict[int, int] = defaultdict(int)
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in words:
        by_length[len(word)].append(word)
    for length, alike in by_length.items():
        hashes = hash_words(codes_of("".join(alike)).reshape(-1, length))
        for word, hashed in zip(alike, hashes.tolist(), strict=True):
            by_hash[hashed] |= words[word]
    ordered = sorted(by_hash.items())
    return Lexicon(np.array([h for h, _ in ordered], np.uint32), np.array([c for _, c in ordered], np.uint8))


if __name__ == "__main__":
    main()
