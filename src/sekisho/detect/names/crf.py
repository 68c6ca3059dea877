"""A linear-chain conditional random field over hashed features, in NumPy: learning, decoding, and how sure it is.

Each place is outside a name, or the begin, inside or end of one, or a name by itself. Learning is AdaGrad on the negative
log-likelihood with L2, over batches of lines of like length; in each batch half of the features are left out by chance, so
that no name learnt by heart can carry the rest, and the weights of the later rounds are averaged. The same lines, seed and
NumPy give the same weights.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.names.features import BITS
from sekisho.detect.names.text import Places, Sequences

Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int8]
Features: TypeAlias = NDArray[np.int32]

OUTSIDE, BEGIN, INSIDE, END, SINGLE = range(5)
LABELS = 5

_NEVER = -1e4
_FREE = (OUTSIDE, END, SINGLE)
_STARTS = (OUTSIDE, BEGIN, SINGLE)
_ALLOWED = np.zeros((LABELS, LABELS), np.bool_)
_ALLOWED[np.ix_(_FREE, _STARTS)] = True
_ALLOWED[np.ix_((BEGIN, INSIDE), (INSIDE, END))] = True
_FIRST = np.array([0.0 if label in _STARTS else _NEVER for label in range(LABELS)])
_LAST = np.array([1.0 if label in _FREE else 0.0 for label in range(LABELS)])
_DECODED_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt.

    Attributes:
        features: the weight of each label by the number of the feature.
        steps: the weight of each label after each.
    """

    features: Floats = field(repr=False)
    steps: Floats = field(repr=False)

    def marginals(self, scores: Floats, sequences: Sequences) -> Doubles:
        """Return how probable each label is at each place, given the sums of its features' weights."""
        result = np.zeros((len(scores), LABELS))
        result[:, OUTSIDE] = 1
        for places, real in sequences.batches(_DECODED_TOGETHER):
            passes = _forward_backward(scores[places].astype(np.float64), self.steps.astype(np.float64), real)
            result[places[real]] = (passes.forward * passes.backward / passes.total[:, None, None])[real]
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to learn.

    Attributes:
        rounds: how often every line is seen.
        rate: the first step's size.
        decay: the weight of L2.
        left_out: the share of features left out of a batch.
        rare: features seen less often than this are not learnt.
        batch: lines learnt from together.
        seed: of every draw.
    """

    rounds: int = 5
    rate: float = 0.1
    decay: float = 0.03
    left_out: float = 0.5
    rare: int = 2
    batch: int = 128
    seed: int = 0


def labels_of(spans: list[list[tuple[int, int]]], sequences: Sequences) -> Labels:
    """Return the label of each place for spans of places in each line."""
    labels = np.zeros(sequences.size, np.int8)
    for first, line in zip(sequences.starts.tolist(), spans, strict=True):
        for start, end in line:
            labels[first + start : first + end] = INSIDE
            labels[first + start], labels[first + end - 1] = BEGIN, END
            if end - start == 1:
                labels[first + start] = SINGLE
    return labels


def learn(features: Features, labels: Labels, sequences: Sequences, settings: Settings) -> Weights:
    """Return the weights that tell labels from features, one row of numbers a place."""
    return _Learner(features, labels, sequences, settings).learn()


def decode(marginals: Doubles, sequences: Sequences, *, caution: float) -> Labels:
    """Return the most probable labels that can stand in a row.

    Args:
        marginals: how probable each label is at each place.
        sequences: where the lines are.
        caution: taken off the log probability of being outside a name; more finds more.
    """
    scores = np.log(np.maximum(marginals, 1e-6))
    scores[:, OUTSIDE] -= caution
    labels = np.zeros(len(scores), np.int8)
    steps = np.where(_ALLOWED, 0.0, _NEVER)
    for places, real in sequences.batches(_DECODED_TOGETHER):
        labels[places[real]] = _best(scores[places], steps, real)[real]
    return labels


def spans_of(labels: Labels, sequences: Sequences) -> list[list[tuple[int, int]]]:
    """Return the spans of places in each line that labels stand for."""
    begins = np.flatnonzero((labels == BEGIN) | (labels == SINGLE))
    ends = np.flatnonzero((labels == END) | (labels == SINGLE)) + 1
    lines = np.searchsorted(sequences.starts, begins, side="right") - 1
    result: list[list[tuple[int, int]]] = [[] for _ in sequences.starts]
    for line, start, end in zip(lines.tolist(), begins.tolist(), ends.tolist(), strict=True):
        first = int(sequences.starts[line])
        result[line].append((start - first, end - first))
    return result


@dataclass(slots=True)
class _Passes:
    """The two passes over a batch: products of probabilities up to and behind each place, scaled to stay in range."""

    forward: Doubles
    backward: Doubles
    scales: Doubles
    emitted: Doubles
    total: Doubles
    moves: Doubles


def _forward_backward(scores: Doubles, steps: Doubles, real: NDArray[np.bool_]) -> _Passes:
    lines, length, _ = scores.shape
    moves = np.exp(np.where(_ALLOWED, steps, _NEVER))
    emitted = np.exp(scores - scores.max(2, keepdims=True))
    forward, scales = np.zeros_like(emitted), np.ones((lines, length))
    backward = np.broadcast_to(_LAST, emitted.shape).copy()
    here = emitted[:, 0] * np.exp(_FIRST)
    for step in range(length):
        if step:
            here = np.where(
                real[:, step, None], (forward[:, step - 1] @ moves) * emitted[:, step], forward[:, step - 1]
            )
        scales[:, step] = here.sum(1)
        forward[:, step] = here / scales[:, step, None]
    for step in range(length - 2, -1, -1):
        behind = (emitted[:, step + 1] * backward[:, step + 1]) @ moves.T / scales[:, step + 1, None]
        backward[:, step] = np.where(real[:, step + 1, None], behind, _LAST)
    return _Passes(forward, backward, scales, emitted, forward[:, -1] @ _LAST, moves)


def _best(scores: Doubles, steps: Doubles, real: NDArray[np.bool_]) -> Labels:
    lines, length, _ = scores.shape
    came_from = np.zeros((lines, length, LABELS), np.int8)
    here = scores[:, 0] + _FIRST
    for step in range(1, length):
        ways = here[:, :, None] + steps
        exists = real[:, step, None]
        came_from[:, step] = np.where(exists, ways.argmax(1), np.arange(LABELS))
        here = np.where(exists, ways.max(1) + scores[:, step], here)
    label = np.where(_LAST > 0, here, _NEVER * length).argmax(1)
    best = np.zeros((lines, length), np.int8)
    for step in range(length - 1, -1, -1):
        best[:, step] = label
        label = came_from[np.arange(lines), step, label]
    return best


@dataclass(frozen=True, slots=True)
class _Batch:
    used: Places
    local: Features
    labels: Labels
    real: NDArray[np.bool_]
    frequent: Floats


class _Learner:
    """Weights on their way."""

    def __init__(self, features: Features, labels: Labels, sequences: Sequences, settings: Settings) -> None:
        self._settings = settings
        self._dice = np.random.default_rng(settings.seed)
        self._weights = np.zeros((1 << BITS, LABELS), np.float32)
        self._squares = np.full_like(self._weights, 1e-6)
        self._steps, self._step_squares = np.zeros((LABELS, LABELS)), np.full((LABELS, LABELS), 1e-6)
        counts = np.bincount(features.ravel(), minlength=1 << BITS)
        self._batches = []
        for places, real in sequences.batches(settings.batch):
            used, local = np.unique(features[places[real]], return_inverse=True)
            columns = local.reshape(-1, features.shape[1]).astype(np.int32)
            frequent = (counts[used] >= settings.rare).astype(np.float32)
            self._batches.append(_Batch(used.astype(np.int64), columns, labels[places], real, frequent))

    def learn(self) -> Weights:
        total, total_steps = np.zeros_like(self._weights), np.zeros_like(self._steps)
        first = self._settings.rounds * 3 // 10 + 1
        for number in range(self._settings.rounds):
            for place in self._dice.permutation(len(self._batches)):
                self._learn_from(self._batches[place])
            if number >= first or self._settings.rounds == 1:
                total += self._weights
                total_steps += self._steps
        counted = np.float32(max(1, self._settings.rounds - first))
        return Weights(total / counted, np.where(_ALLOWED, total_steps / counted, _NEVER).astype(np.float32))

    def _learn_from(self, batch: _Batch) -> None:
        """Take one step against the gradient of the negative log-likelihood of a batch."""
        settings = self._settings
        kept = (self._dice.random(len(batch.used)) >= settings.left_out).astype(np.float32) / (1 - settings.left_out)
        kept = (kept * batch.frequent)[:, None]
        weights = self._weights[batch.used]
        scores = np.zeros((*batch.real.shape, LABELS))
        scores[batch.real] = (weights * kept)[batch.local].sum(1)
        errors, step_errors = _errors(scores, self._steps, batch.labels, batch.real)
        gradient = np.empty_like(weights)
        flat, width = batch.local.ravel(), batch.local.shape[1]
        for label in range(LABELS):
            gradient[:, label] = np.bincount(flat, np.repeat(errors[batch.real][:, label], width), len(batch.used))
        gradient = gradient * kept + np.float32(settings.decay) * weights
        self._squares[batch.used] += gradient * gradient
        self._weights[batch.used] = weights - np.float32(settings.rate) * gradient / np.sqrt(self._squares[batch.used])
        step_errors += settings.decay * self._steps
        self._step_squares += step_errors * step_errors
        self._steps -= settings.rate * step_errors / np.sqrt(self._step_squares)


def _errors(scores: Doubles, steps: Doubles, labels: Labels, real: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """Return the gradient by the scores of places and by those of steps: what is expected less what is there."""
    passes = _forward_backward(scores, steps, real)
    total = passes.total[:, None, None]
    errors = passes.forward * passes.backward / total
    lines, length = real.shape
    errors[np.arange(lines)[:, None], np.arange(length), labels] -= 1
    arriving = passes.emitted[:, 1:] * passes.backward[:, 1:] / passes.scales[:, 1:, None]
    leaving = passes.forward[:, :-1] / total * real[:, 1:, None]
    step_errors = np.einsum("bti,btj->ij", leaving, arriving, optimize=True) * passes.moves
    np.subtract.at(step_errors, (labels[:, :-1][real[:, 1:]], labels[:, 1:][real[:, 1:]]), 1.0)
    return errors * real[..., None], np.where(_ALLOWED, step_errors, 0.0)
