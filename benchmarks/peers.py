"""Speed of scanning beside other finders: the same bytes in the same run, CPU seconds of whole processes, versions printed.

    python benchmarks/write_corpora.py /tmp/corpora
    python benchmarks/peers.py /tmp/corpora --rounds 3 --rg rg --jp-pii jp-pii-detect --presidio venv/bin/python

Every tool is a process of its own. "Start" is what it spends on a file of one line: imports, dictionaries, databases. Slow
tools get the first lines of a corpus, and sekisho gets the same piece once more, so that each ratio compares like with like;
their rates hardly depend on the size. ripgrep and Vectorscan search for the patterns below, which stand for 25 of the kinds: they
find places, and know neither check digits nor columns nor labels.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BEFORE, _AFTER = r"(?:^|[^0-9A-Za-z_.])", r"(?:$|[^0-9A-Za-z_])"
PATTERNS = (
    *(f"{_BEFORE}(?:{each}){_AFTER}" for each in (
        r"\d{12}", r"\d{4}([- ])\d{4}[- ]\d{4}", r"T?\d{13}", r"\d{11}", r"\d{10}", r"\d{7}", r"\d{8}", r"\d{6}",
        r"[A-Z]{2}\d{7}", r"[A-Z]{2}\d{8}[A-Z]{2}", r"\d{4}-\d{6}", r"\d{4}-\d{6}-\d", r"1\d{3}0[- ]\d{1,8}",
        r"0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}", r"\+81[- ]?\d{1,4}[- ]?\d{1,4}[- ]?\d{4}", r"\d{3}-\d{4}",
        r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}", r"[MTSHR]\d{1,2}\.\d{1,2}\.\d{1,2}", r"\d{13,19}", r"\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}",
        r"\d{3}-\d{2}-\d{4}", r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}",
        r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}",
    )),
    r"[0-9A-Za-z._%+-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}",
)  # fmt: skip

_HYPERSCAN = """
import hyperscan, sys
with open(sys.argv[1], encoding="utf-8") as file:
    patterns = [line.rstrip("\\n").encode() for line in file]
database = hyperscan.Database()
flags = hyperscan.HS_FLAG_MULTILINE
database.compile(expressions=patterns, ids=list(range(len(patterns))), flags=[flags] * len(patterns))
hits = 0
def count(*_):
    global hits
    hits += 1
with open(sys.argv[2], "rb") as file:
    database.scan(file.read(), match_event_handler=count)
print(hits)
"""
_PRESIDIO = """
import spacy, sys
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
class Blank(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}
registry = RecognizerRegistry()
registry.load_predefined_recognizers()
analyzer = AnalyzerEngine(nlp_engine=Blank(), registry=registry)
with open(sys.argv[1], encoding="utf-8") as file:
    print(sum(len(analyzer.analyze(line, language="en")) for line in file))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that scans one file.

    Attributes:
        name: what the table calls it, its version in it.
        command: the program; the file comes last.
        limit: how many bytes of a corpus it gets.
        hits: reads its output.
    """

    name: str
    command: Sequence[str]
    limit: int
    hits: Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run cost: CPU seconds, and how much it found."""

    cpu: float
    hits: int


def main() -> None:
    """Run every tool over every corpus in turn and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rg", help="the ripgrep program")
    parser.add_argument("--jp-pii", help="the jp-pii-detect program")
    parser.add_argument("--presidio", help="the python of an environment with presidio-analyzer")
    parser.add_argument("--hyperscan", default=sys.executable, help="the python of an environment with hyperscan")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tools = _tools(arguments, Path(scratch))
        print(
            f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, best of {arguments.rounds}\n"
        )
        print("| corpus | tool | MB | CPU s | start | MB/s | findings | sekisho on the same bytes, times faster |")
        print("|---|---|---|---|---|---|---|---|")
        for corpus in sorted(arguments.folder.iterdir()):
            _compare(tools, corpus, Path(scratch), arguments.rounds)


def _tools(arguments: argparse.Namespace, scratch: Path) -> list[Tool]:
    patterns = scratch / "patterns"
    patterns.write_text("".join(f"{each}\n" for each in PATTERNS), encoding="utf-8")
    everything = sys.maxsize
    version = _said(sys.executable, "-c", "import importlib.metadata as m; print(m.version('sekisho'))")
    scan = (sys.executable, "-m", "sekisho", "scan", "--json")
    tools = [Tool(name=f"sekisho {version}", command=scan, limit=everything, hits=_sekisho_hits)]
    if arguments.hyperscan:
        version = _said(arguments.hyperscan, "-c", "import importlib.metadata as m; print(m.version('hyperscan'))")
        command = [arguments.hyperscan, "-c", _HYPERSCAN, str(patterns)]
        tools.append(Tool(name=f"Vectorscan (hyperscan {version})", command=command, limit=everything, hits=int))
    if arguments.rg:
        version = _said(arguments.rg, "--version").split("\n", maxsplit=1)[0]
        command = [arguments.rg, "--no-unicode", "--count-matches", "-f", str(patterns)]
        tools.append(Tool(name=version, command=command, limit=everything, hits=lambda out: int(out or 0)))
    if arguments.jp_pii:
        version = _said(arguments.jp_pii, "version")
        command = [arguments.jp_pii, "scan", "--format", "json", "--exit-zero"]
        tools.append(Tool(name=f"jp-pii-detect {version}", command=command, limit=1_000_000, hits=_jp_pii_hits))
    if arguments.presidio:
        version = _said(
            arguments.presidio, "-c", "import importlib.metadata as m; print(m.version('presidio-analyzer'))"
        )
        command = [arguments.presidio, "-c", _PRESIDIO]
        tools.append(Tool(name=f"presidio-analyzer {version}", command=command, limit=100_000, hits=int))
    return tools


def _compare(tools: Sequence[Tool], corpus: Path, scratch: Path, rounds: int) -> None:
    """Print a row for each tool, slices of the corpus made as each wants them."""
    pieces = {tool.name: _piece(corpus, scratch, tool.limit) for tool in tools}
    one_line = _piece(corpus, scratch, 1)
    ours = tools[0]
    jobs = {(tool.name, path): tool for tool in tools for path in (one_line, pieces[tool.name])}
    jobs |= {(ours.name, path): ours for path in pieces.values()}
    runs = [{key: _run(tool, key[1]) for key, tool in jobs.items()} for _ in range(rounds)]
    best = {key: min((each[key] for each in runs), key=lambda run: run.cpu) for key in jobs}
    for tool in tools:
        path = pieces[tool.name]
        start, run = best[tool.name, one_line].cpu, best[tool.name, path]
        ratio = _beyond(best, tool.name, path, one_line) / _beyond(best, ours.name, path, one_line)
        size = path.stat().st_size / 1e6
        rate = size / _beyond(best, tool.name, path, one_line)
        row = (
            corpus.name,
            tool.name,
            f"{size:.1f}",
            f"{run.cpu:.2f}",
            f"{start:.2f}",
            f"{rate:.3g}",
            run.hits,
            f"{ratio:.3g}",
        )
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def _beyond(best: Mapping[tuple[str, Path], Run], name: str, path: Path, one_line: Path) -> float:
    """Return the CPU seconds beyond the start, never fewer than the clock can tell."""
    return max(best[name, path].cpu - best[name, one_line].cpu, 0.005)


def _piece(corpus: Path, scratch: Path, limit: int) -> Path:
    """Return the whole lines in the first bytes of a corpus, at least one, as a file of the same type."""
    if limit >= corpus.stat().st_size:
        return corpus
    path = scratch / f"{corpus.stem}-{limit}{corpus.suffix}"
    with corpus.open("rb") as source:
        path.write_bytes(b"".join(source.readlines(limit)))
    return path


def _run(tool: Tool, path: Path) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*tool.command, str(path)], check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(cpu=cpu, hits=tool.hits(done.stdout))


def _sekisho_hits(said: str) -> int:
    lines = [json.loads(line) for line in said.splitlines()]
    columns = sum(line["matched"] for line in lines if line["type"] == "column")
    texts = [text for line in lines if line["type"] == "source" for text in line["texts"]]
    return int(columns + sum(each["findings"] for text in texts for each in text["counts"]))


def _jp_pii_hits(said: str) -> int:
    return int(json.loads(said)["count"])


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
