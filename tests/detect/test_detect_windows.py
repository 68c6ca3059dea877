import numpy as np

from sekisho.detect.runs import find_heads, find_runs
from sekisho.detect.windows import Windows, windows


def _groups(text: str) -> list[Windows]:
    data = f"{text}\n".encode()
    runs = find_runs(np.frombuffer(data, np.uint8), np.array([len(data) - 1]))
    return list(windows(runs, find_heads(runs).free))


def test_groups_are_open_at_both_sides() -> None:
    single, pairs, triples, quadruples = _groups("660-0051 1-2-3 1234567x 1.2.3.4 7654321")

    assert [len(group) for group in (single, pairs, triples, quadruples)] == [1, 1, 1, 1]
    assert single.digits(7).T.tolist() == [[7, 6, 5, 4, 3, 2, 1]]


def test_groups_are_told_by_form() -> None:
    _, pairs, _, _ = _groups("660-0051, 1234-567890, 660-0052")

    found = [(form.lengths, form.separators, len(pairs.of_form(form))) for form in pairs.forms()]
    assert found == [((3, 4), "-", 2), ((4, 6), "-", 1)]


def test_a_group_with_another_run_of_its_length_behind_a_blank_is_not_alone() -> None:
    _, _, triples, _ = _groups("1111 2222 3333 4444")

    (form,) = triples.forms()
    assert (len(triples), len(triples.of_form(form))) == (2, 0)


def test_very_long_runs_keep_their_place_in_a_form() -> None:
    assert [form.lengths for form in _groups("1" * 1000)[0].forms()] == [(127,)]
