"""What may be said of a copy: the table of the loss reference, and that nothing more than the evidence is ever said."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from planted import WORDS, hour, planted

from sekisho.catalogue.words import LANGUAGES, area_words, say
from sekisho.loss.verdict import Verdict, residual_readers, state_line, verdict

# What happened | hour at which it was last seen | verdict | state line | who may still read, of what could be saved
TABLE: list[tuple[str, int | None, str, str, str]] = [
    ("", None, "A", "never_live", "share"),
    ("asked asked", None, "A", "never_live", "share"),
    ("lost stopped intended destroyed", None, "A", "never_destroyed", "nobody"),
    ("asked lost stopped intended destroyed", 1, "A", "never_destroyed", "nobody"),
    ("lost stopped", None, "A", "never_stopped", "share"),
    ("lost stopped intended", None, "A", "never_stopped", "share"),
    ("stopped lost stopped", None, "A", "never_stopped", "share"),
    ("stopped lifted lost", None, "A", "lost_open", "share"),
    ("lost", None, "A", "lost_open", "share"),
    ("local", None, "B", "opened_live", "opening saved share"),
    ("local stopped", None, "B", "kept_stopped", "opening saved share"),
    ("stopped", None, "A", "kept_stopped", "share"),
    ("stopped lifted", None, "A", "never_live", "share"),
    ("voice", None, "B", "opened_live", "opening saved voice share"),
    ("voice stopped", None, "B", "kept_stopped", "opening saved voice share"),
    ("stopped intended", None, "A", "kept_stopped", "share"),
    ("intended destroyed", None, "A", "kept_destroyed", "nobody"),
    ("local intended destroyed", None, "B", "kept_destroyed", "opening saved"),
    ("local voice intended destroyed", None, "B", "kept_destroyed_by_voice", "opening saved voice"),
    ("erased intended destroyed", None, "A", "erased", "nobody"),
    ("voice erased intended destroyed", None, "B", "erased", "opening saved voice"),
    ("unproven intended destroyed", None, "A", "erased_unverified", "nobody"),
    ("unproven intended destroyed erased", None, "A", "erased", "nobody"),
    ("unproven intended destroyed lost", None, "A", "never_destroyed", "nobody"),
    ("local lost stopped intended destroyed", None, "B", "opened_before_destroyed", "opening saved"),
    ("local lost stopped", None, "B", "opened_before_stopped", "opening saved share"),
    ("local lost", None, "B", "lost_open", "opening saved share"),
    ("voice lost stopped intended destroyed", None, "B", "opened_before_by_voice", "opening saved voice"),
    ("voice local lost stopped intended destroyed", 3, "B", "opened_before_by_voice", "opening saved voice"),
    ("voice lost stopped", None, "B", "opened_before_stopped", "opening saved voice share"),
    ("lost local", None, "C", "opened_after", "opening saved share"),
    ("local lost local stopped intended destroyed", None, "C", "opened_after", "opening saved"),
    ("local lost stopped intended destroyed", 2, "B", "opened_before_destroyed", "opening saved"),
    ("local lost stopped intended destroyed", 1, "C", "opened_after", "opening saved"),
    ("local lost stopped intended destroyed", 0, "C", "opened_after", "opening saved"),
    ("local local", 2, "C", "opened_after", "opening saved share"),
    ("local", 1, "C", "opened_after", "opening saved share"),
    ("lost stopped intended destroyed same", None, "A", "found_unaltered", "nobody"),
    ("lost stopped same", None, "A", "found_unaltered", "share"),
    ("lost stopped intended destroyed altered", None, "A", "found_altered", "nobody"),
    ("local lost stopped intended destroyed same", None, "B", "found_unaltered_opened", "opening saved"),
    ("voice lost stopped intended destroyed altered", None, "B", "found_altered_opened", "opening saved voice"),
    ("local lost stopped same", 1, "C", "opened_after", "opening saved share"),
    ("lost local stopped same", None, "C", "opened_after", "opening saved share"),
    ("lost stopped intended destroyed same lost", None, "A", "never_destroyed", "nobody"),
    ("lost stopped same lost stopped", None, "A", "never_stopped", "share"),
    ("lost stopped altered lost stopped same", None, "A", "found_unaltered", "share"),
    ("relay lost stopped intended destroyed", None, "B", "opened_before_destroyed", "opening saved relay"),
    ("dual", None, "A", "never_live", "peers share"),
    ("dual stopped", None, "A", "kept_stopped_peers", "peers share"),
    ("dual intended destroyed", None, "A", "kept_destroyed_peers", "peers"),
    ("dual voice intended destroyed", None, "B", "kept_destroyed_by_voice_peers", "opening saved voice peers"),
    ("dual lost stopped", None, "A", "never_stopped_peers", "peers share"),
    ("dual lost stopped intended destroyed", None, "A", "never_destroyed_peers", "peers"),
    ("dual escrow lost stopped intended destroyed", None, "A", "never_destroyed_peers", "escrow peers"),
    ("dual local lost stopped", None, "B", "opened_before_stopped_peers", "opening saved peers share"),
    ("dual local lost stopped intended destroyed", None, "B", "opened_before_destroyed_peers", "opening saved peers"),
    (
        "dual voice lost stopped intended destroyed",
        None,
        "B",
        "opened_before_by_voice_peers",
        "opening saved voice peers",
    ),
    ("both lost stopped intended destroyed", None, "A", "never_destroyed", "nobody"),
    ("escrow", None, "A", "never_live", "escrow share"),
    ("escrow stopped", None, "A", "kept_stopped_escrow", "escrow share"),
    ("escrow intended destroyed", None, "A", "kept_destroyed_escrow", "escrow"),
    ("voice escrow intended destroyed", None, "B", "kept_destroyed_by_voice_escrow", "opening saved voice escrow"),
    ("escrow lost stopped", None, "A", "never_stopped_escrow", "escrow share"),
    ("escrow lost stopped intended destroyed", None, "A", "never_destroyed_escrow", "escrow"),
    ("escrow lost stopped void1 intended destroyed", None, "A", "never_destroyed_escrow", "escrow"),
    ("escrow lost stopped void1 intended destroyed void2", None, "A", "never_destroyed", "nobody"),
    ("escrow void1 void1 lost stopped intended destroyed", None, "A", "never_destroyed_escrow", "escrow"),
    ("local escrow lost stopped", None, "B", "opened_before_stopped_escrow", "opening saved escrow share"),
    (
        "local escrow lost stopped intended destroyed",
        None,
        "B",
        "opened_before_destroyed_escrow",
        "opening saved escrow",
    ),
    (
        "voice escrow lost stopped intended destroyed",
        None,
        "B",
        "opened_before_by_voice_escrow",
        "opening saved voice escrow",
    ),
    (
        "escrow envelopes void1 void2 lost stopped intended destroyed",
        None,
        "B",
        "opened_before_by_voice",
        "opening saved envelopes_opened",
    ),
    (
        "escrow lost stopped intended destroyed envelopes",
        None,
        "C",
        "opened_after",
        "opening saved envelopes_opened escrow",
    ),
]


@pytest.mark.parametrize(("words", "seen", "judged", "line", "readers"), TABLE)
def test_what_is_said(words: str, seen: int | None, judged: str, line: str, readers: str) -> None:
    history = planted(words, last_seen=None if seen is None else hour(seen))
    assert verdict(history) == judged
    assert state_line(history) == f"statement.{line}"
    assert residual_readers(history, may_save=True) == tuple(f"statement.reader_{each}" for each in readers.split())


def test_every_state_line_and_every_reader_is_in_the_table() -> None:
    lines = {line for _, _, _, line, _ in TABLE}
    readers = {f"reader_{reader}" for *_, each in TABLE for reader in each.split()}
    other = {
        "title",
        "copy",
        "verdict",
        "times",
        "asked",
        "people",
        "people_between",
        "mixed",
        "field_sets",
        "ledger",
        "means",
        "not_yet",
        "not_stated",
        "count",
        "count_by_voice",
        "count_by_envelopes",
        "count_by_voice_by_envelopes",
        "approved_by",
        "device",
        "before_loss",
        "after_stop",
        "after_destruction",
        "cosigned",
        "own_word",
        "lost_unknown",  # of what no ledger tells of
        "found_unknown",
    }
    routes = {f"route_{route}" for route in ("voice", "local", "online", "relay", "escrow")}
    assert lines | readers | other | routes == set(area_words("statement"))


def test_what_could_not_be_saved_is_not_said_to_be_saved() -> None:
    assert "statement.reader_saved" not in residual_readers(planted("local lost stopped"), may_save=False)


@pytest.mark.parametrize(("words", "judged"), [("local lost", "B"), ("lost local", "C")])
def test_within_one_second_the_ledgers_order_tells(words: str, judged: str) -> None:
    assert verdict(planted(words, at_once=True)) == judged


def test_the_second_of_the_last_look_counts_as_after_it() -> None:
    assert verdict(planted("local lost", at_once=True, last_seen=hour(0))) is Verdict.AFTER


HISTORIES = st.lists(st.sampled_from(sorted(WORDS.keys() - {"sealed"})), max_size=9).map(" ".join)
SEEN = st.none() | st.integers(min_value=-1, max_value=12).map(hour)


@given(HISTORIES, SEEN)
def test_never_opened_is_said_of_what_was_never_released_alone(words: str, last_seen: datetime | None) -> None:
    history, said = planted(words, last_seen=last_seen), words.split()
    released = [place for place, word in enumerate(said, 1) if word in {"local", "voice", "relay", "envelopes"}]
    lost = said.index("lost") + 1 if "lost" in said else 99
    after = [each for each in released if each > lost or (last_seen is not None and hour(each) >= last_seen)]
    assert verdict(history).value == ("C" if after else "B" if released else "A")
    line = state_line(history)
    assert (line == "statement.opened_after") == bool(after)
    if line.startswith("statement.never") or line in {"statement.found_unaltered", "statement.found_altered"}:
        assert not released


@given(HISTORIES, SEEN)
def test_nobody_can_open_is_said_only_where_the_share_is_destroyed(words: str, last_seen: datetime | None) -> None:
    history, said = planted(words, last_seen=last_seen), words.split()
    line = state_line(history)
    if line.endswith("destroyed") or "statement.reader_nobody" in residual_readers(history, may_save=True):
        assert "destroyed" in said
    if line in {"statement.opened_before_destroyed", "statement.kept_destroyed"}:
        assert not {"voice", "envelopes"} & set(said)
    if line.endswith("stopped"):
        assert said.count("stopped") + said.count("intended") + said.count("destroyed")


@given(HISTORIES, SEEN, st.sampled_from(["local", "voice"]), st.data())
def test_one_release_more_never_makes_a_verdict_better(
    words: str, last_seen: datetime | None, route: str, data: st.DataObject
) -> None:
    said = words.split()
    place = data.draw(st.integers(min_value=0, max_value=len(said)))
    with_one_more = planted(" ".join([*said[:place], route, *said[place:]]), at_once=True, last_seen=last_seen)
    assert verdict(with_one_more) >= verdict(planted(words, at_once=True, last_seen=last_seen))


@pytest.mark.parametrize("language", LANGUAGES)
def test_encrypted_is_never_the_word(language: str) -> None:
    """Callers of the case did not understand it."""
    for line in {line for _, _, _, line, _ in TABLE}:
        text = say(
            f"statement.{line}",
            "ja" if language == "ja" else "en",
            releases="",
            erased="",
            left=3,
            threshold=2,
            needed=2,
            peers=2,
        )
        assert not any(word in text.lower() for word in ("encrypt", "暗号"))


_DENIALS = {
    "en": (
        "cannot be opened",
        "by anyone",
        "nobody can open",
        "never be released",
        "Who may still read: nobody",
        "none will be",
    ),
    "ja": (
        "誰にも開けません",
        "誰にも開けず",
        "もう開けません",
        "もう許可されることはありません",
        "読めるおそれのある者：暗号",
        "出すこともありません",
    ),
}


# Likely ends, for among histories of any words those that end in a denial are few.
ENDS = st.sampled_from(["stopped", "lost stopped", "intended destroyed", "lost stopped intended destroyed", ""])
ESCROWED = st.lists(st.sampled_from(["local", "voice", "void1", "void2", "erased", "envelopes"]), max_size=3).map(
    " ".join
)


@given(st.builds("{} {} {}".format, st.sampled_from(["escrow", "dual", "escrow dual"]), ESCROWED, ENDS), st.none())
@example("escrow lost stopped intended destroyed", None)
def test_while_envelopes_or_others_could_open_it_nothing_denies_it(words: str, last_seen: datetime | None) -> None:
    history, said = planted(words, last_seen=last_seen), words.split()
    enough = "escrow" in said and not {"void1", "void2"} <= set(said)
    assert bool(history.escrow) == enough
    guarded = [word for word in said if word in {"dual", "both"}][-1:] == ["dual"]
    assert bool(history.peers) == guarded
    if enough or guarded:
        readers = residual_readers(history, may_save=False)
        assert ("statement.reader_escrow" in readers, "statement.reader_peers" in readers) == (enough, guarded)
        for language in LANGUAGES:
            told = [
                say(key, language, releases="", erased="", left=3, threshold=2, needed=2, peers=2)
                for key in (state_line(history), *readers)
            ]
            assert not [denial for denial in _DENIALS[language] for line in told if denial in line]
