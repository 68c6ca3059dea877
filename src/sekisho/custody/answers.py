"""From the rows of an answer purpose to the two files a call centre gets: the table and the question that goes with it.

Here ``cut``, which knows rows and people, meets ``desk``, which knows tokens; each keeps to itself.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from sekisho.custody.asked import Asked
from sekisho.custody.cut_record import CutFile
from sekisho.custody.measured import Measured
from sekisho.custody.vault import Vault
from sekisho.cut.plan import Plan
from sekisho.cut.run import Counters, cut_answers
from sekisho.desk.answer_table import CANNOT_TELL, NOT_FOUND, AnswerTable
from sekisho.desk.query import KEY_BYTES, Asker, question
from sekisho.errors import Unreadable
from sekisho.people.index import Index
from sekisho.people.population import Population
from sekisho.progress import Progress, silent

TABLE, QUESTION = "answers.tbl", "question.json"
_DOOR, _VERSION = "capsule", "1"

_Id = Annotated[str, msgspec.Meta(max_length=64)]


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text in both languages."""

    ja: str
    en: str


class QuestionFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``question.json``: what may be asked, the answers in words, and the key without which the table says nothing.

    Attributes:
        v: version of this form.
        purpose: the purpose's id.
        version: of the table.
        key: 32 bytes, base64; lives and dies with the capsule.
        question: in words.
        answers: in words, in the order of their numbers from 1.
    """

    v: Literal[1]
    purpose: _Id
    version: _Id
    key: Annotated[str, msgspec.Meta(min_length=44, max_length=44)]
    question: Words
    answers: list[Words]

    def asker(self) -> Asker:
        """Return what computes tokens for this table."""
        key = base64.b64decode(self.key)
        return Asker(key, door=_DOOR, purpose=self.purpose, version=self.version)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and whom it cannot answer about.

    Attributes:
        files: table and question.
        unanswerable: people without usable kana, birth date or postal code.
        undecided: tokens of several people whose answers differ.
    """

    files: list[CutFile]
    unanswerable: int
    undecided: int


def write_answers(
    plan: Plan,
    population: Population,
    index: Index,
    counters: Counters,
    *,
    vault: Vault,
    folder: Path,
    randomness: Callable[[int], bytes],
    progress: Progress = silent,
) -> Written:
    """Write table and question into a folder of the vault, and into ``index`` who is in the table.

    Raises:
        SekishoError: as :func:`sekisho.cut.run.cut_answers`.
    """
    query = plan.purpose.query
    assert query is not None
    words = QuestionFile(
        v=1,
        purpose=plan.purpose.purpose.id,
        version=_VERSION,
        key=base64.b64encode(randomness(KEY_BYTES)).decode(),
        question=Words(ja=query.ja, en=query.en),
        answers=[Words(ja=answer.ja, en=answer.en) for answer, _ in plan.answers],
    )
    asker = words.asker()
    asked = Asked(query.keys, index, ("lookup_token", query.kind))
    for block in cut_answers(plan, population, counters, progress=progress):
        asked.take(block, asker)
    built = asked.table(rows_at_least=query.rows_at_least, randomness=randomness)
    files = [
        _write(vault, folder, "0.age", built.data, name=TABLE, form="answers", rows=built.rows),
        _write(vault, folder, "1.age", msgspec.json.encode(words), name=QUESTION, form="question", rows=0),
    ]
    return Written(files, asked.unanswerable, built.undecided)


class OpenAnswers:
    """An opened answer table with its words."""

    def __init__(self, table: bytes, words: bytes) -> None:
        """Take the two files.

        Raises:
            Unreadable: one is damaged.
        """
        try:
            self._words = msgspec.json.decode(words, type=QuestionFile)
            asker = self._words.asker()
        except ValueError:  # of the decoder, or of a key that is none
            raise Unreadable("desk.damaged_table") from None
        self._table = AnswerTable(table, asker)

    @property
    def question(self) -> Words:
        """What may be asked."""
        return self._words.question

    def ask(
        self, name_kana: str, birth_date: str, postcode: str
    ) -> Words | Literal["not_found", "cannot_tell", "unclear"]:
        """Return the answer about one person, or why there is none.

        ``unclear``: one of the three fields could not be understood. ``not_found``: nobody in this table has these three
        fields. ``cannot_tell``: several people have them, and their answers differ.
        """
        asked = question(name_kana, birth_date, postcode)
        if asked is None:
            return "unclear"
        answer = self._table.ask(asked)
        if answer is NOT_FOUND:
            return "not_found"
        if answer == CANNOT_TELL or answer > len(self._words.answers):
            return "cannot_tell"
        return self._words.answers[answer - 1]


def _write(
    vault: Vault, folder: Path, stored: str, data: bytes, *, name: str, form: Literal["answers", "question"], rows: int
) -> CutFile:
    with vault.writer(folder / stored) as writer:
        sink = Measured(writer)
        sink.write(data)
    return sink.file(name, form, stored, rows)
