"""How exactly and how fast names of people are found: precision, recall, F1 with intervals, megabytes a CPU second.

    python benchmarks/names.py --vectors ../shared/vectors/detect

Exact spans of persons in Japanese (stockmark: another part of the corpus that the tagger learns from; UD-GSD: text of
another kind, never learnt from), overlapping ones in English (presidio-research). The taggers are trained here, on
``stockmark_train.jsonl`` alone; that of words needs Sudachi. Intervals are 95 % bootstrap over sentences. The speed of the
default is that of reading only the lines that :mod:`sekisho.detect.names.anchors` picks.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from sekisho.detect.names.anchors import anchored_lines
from sekisho.detect.names.corpus import Sentence, read_corpus
from sekisho.detect.names.dictionary import DictionaryRecogniser
from sekisho.detect.names.spans import NameRecogniser
from sekisho.detect.names.tagger import Tagger
from sekisho.detect.names.tokens import is_installed
from sekisho.detect.names.train import learn_model

Counts: TypeAlias = tuple[int, int, int]

DRAWS = 1_000


def main() -> None:
    """Train, then print one line for each recogniser and set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, required=True)
    vectors = parser.parse_args().vectors
    learnt_from = read_corpus(vectors / "stockmark_train.jsonl")
    sets = {
        "stockmark dev": read_corpus(vectors / "stockmark_dev.jsonl"),
        "UD-GSD dev": list(read_conllu(vectors / "ud_gsd_dev.ne.conllu")),
    }
    recognisers: dict[str, NameRecogniser] = {"dictionary": DictionaryRecogniser()}
    for name, of_words in (("characters", False), ("words", True)):
        if not of_words or is_installed():
            start = time.process_time()
            recognisers[name] = Tagger(learn_model(learnt_from, of_words=of_words))
            print(f"trained {name} in {time.process_time() - start:.0f} s CPU")
    for name, recogniser in recognisers.items():
        for title, sentences in sets.items():
            counts, speed = measure(recogniser, sentences)
            print(f"{name:11}{title:14}{report(counts, beta=1)}  {speed:6.2f} MB/s")
    english = presidio(DictionaryRecogniser(), vectors / "presidio_synth_v2.json")
    print(f"{'dictionary':11}{'presidio':14}{report(english, beta=2)}  (overlap, F2)")
    print_default_speed(learnt_from)


def measure(recogniser: NameRecogniser, sentences: Sequence[Sentence]) -> tuple[list[Counts], float]:
    """Return for each sentence how many names were found exactly, found, and there; and megabytes a CPU second."""
    lines = [sentence.text for sentence in sentences]
    recogniser.find(lines[:20])
    start = time.process_time()
    found = recogniser.find(lines)
    seconds = time.process_time() - start
    counts = []
    for names, sentence in zip(found, sentences, strict=True):
        spans = {(each.start, each.end) for each in names}
        counts.append((len(spans & set(sentence.names)), len(spans), len(sentence.names)))
    return counts, sum(len(line.encode()) for line in lines) / 1e6 / seconds


def report(counts: list[Counts], *, beta: float) -> str:
    """Return precision, recall and F with its interval."""
    table = np.array(counts)
    dice = np.random.default_rng(0)
    drawn = [score(table[dice.integers(0, len(table), len(table))].sum(0), beta)[2] for _ in range(DRAWS)]
    precision, recall, f = score(table.sum(0), beta)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"P {precision:.3f}  R {recall:.3f}  F {f:.3f} [{low:.3f}, {high:.3f}]"


def score(sums: np.ndarray[tuple[int, ...], np.dtype[np.int64]], beta: float) -> tuple[float, float, float]:
    """Return precision, recall and F of sums of counts."""
    right, found, there = map(float, sums)
    precision, recall = right / max(found, 1), right / max(there, 1)
    weight = beta * beta
    return precision, recall, (1 + weight) * precision * recall / max(weight * precision + recall, 1e-9)


def presidio(recogniser: NameRecogniser, path: Path) -> list[Counts]:
    """Return the counts of overlapping names for each record in English."""
    counts = []
    for record in json.loads(path.read_text(encoding="utf-8")):
        there = [(s["start_position"], s["end_position"]) for s in record["spans"] if s["entity_type"] == "PERSON"]
        found, position = [], 0
        for line in record["full_text"].split("\n"):
            found += [(position + each.start, position + each.end) for each in recogniser.find([line])[0]]
            position += len(line) + 1
        met = sum(any(start < end2 and start2 < end for start2, end2 in found) for start, end in there)
        false = sum(not any(start < end2 and start2 < end for start2, end2 in there) for start, end in found)
        counts.append((met, met + false, len(there)))
    return counts


def print_default_speed(sentences: Sequence[Sentence]) -> None:
    """Print how fast dense prose is read where only anchored lines are."""
    lines = [sentence.text for sentence in sentences] * 10
    text = "\n".join(lines).encode()
    recogniser = DictionaryRecogniser()
    anchored_lines(b"")
    start = time.process_time()
    anchored = anchored_lines(text)
    filtered = time.process_time()
    recogniser.find([lines[line] for line in anchored.tolist()])
    end = time.process_time()
    megabytes = len(text) / 1e6
    print(
        f"default on {megabytes:.0f} MB of encyclopedia: {megabytes / (end - start):.1f} MB/s "
        f"({len(anchored) / len(lines):.0%} of the lines are anchored; finding those {megabytes / (filtered - start):.0f} MB/s)"
    )


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a CoNLL-U file whose last column holds labels such as ``NE=B-PERSON``."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.split("\n")
        text = next((line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")), "")
        names, position, begin = [], 0, 0
        for row in (line.split("\t") for line in lines if line[:1].isdigit()):
            position = text.index(row[1], position)
            label = next(
                (each for each in row[9].split("|") if each.startswith("NE=") and each.endswith("-PERSON")), ""
            )
            if label[3:4] in ("B", "U"):
                begin = position
            position += len(row[1])
            if label[3:4] in ("L", "U"):
                names.append((begin, position))
        if text:
            yield Sentence(text, tuple(names))


if __name__ == "__main__":
    main()
