"""What the next period's acts will be, given that some are reported: a composition.

The state's distribution is carried one period ahead and the dyad's shape is tilted by it.
The shape is learned from the acts so far, recent ones counting more, over a prior made of
what the source does to others, what others do to the target, what comes back, and all.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from detente.measure import kernel, smooth
from detente.measure.family import Data, Floats, Ints, centre, pooled
from detente.measure.hyper import Hyper, layouts
from detente.measure.kernel import BURSTS, MOVES
from detente.measure.periods import MONTHS, By
from detente.measure.posterior import shares


@dataclasses.dataclass(frozen=True, slots=True)
class Shaping:
    """How much the prior weighs, in acts: everyone, source, target, reverse; and memory.

    ``half_life`` in months: after it an act counts half for the shape.
    """

    everyone: float = 2.0
    source: float = 2.0
    target: float = 2.0
    reverse: float = 2.0
    half_life: float = 18.0


def compose(
    counts: Ints, w: Floats, source: NDArray[np.intp], target: NDArray[np.intp], fitted: Hyper,
    by: By = "month", shaping: Shaping | None = None,
) -> Floats:  # fmt: skip
    """Probability of each type in the period after the last one.

    Parameters
    ----------
    counts
        Acts of D directed dyads in T periods by K types (D, T, K); each dyad has one.
    w
        Weights of the types (K,).
    source, target
        Numbers of the two states of each dyad (D,).
    fitted
        Hyperparameters (:func:`detente.measure.hyper.fit`), from this or earlier data.
    by
        The grain of the periods.
    shaping
        The prior of the shape.

    Returns
    -------
    array
        (D, K), rows sum to one.
    """
    how = shaping or Shaping()
    total = counts.sum(axis=1).astype(float)
    data = Data(counts.sum(axis=2), (counts @ w).astype(float), total, w)
    centres = centre(data, fitted.overall)
    age = np.arange(counts.shape[1])[::-1] * MONTHS[by]
    recent = np.einsum("dtk,t->dk", counts, 0.5 ** (age / how.half_life))
    shape = _shape(recent, total, w, centres, source, target, how)
    result = np.empty_like(total)
    for rows, step, size, middle in layouts(data, shape, centres):
        one, order = smooth.batch(
            data.rows(rows), shape[rows], middle, step, size, by, fitted.level
        )
        ahead, theta = _ahead(one, fitted), one.middle[:, None] + one.offsets
        tilted = shape[rows[order]][:, None, :] * np.exp(theta[:, :, None] * w)
        tilted /= tilted.sum(axis=2, keepdims=True)
        result[rows[order]] = np.einsum("dg,dgk->dk", ahead, tilted)
    shares: Floats = result / result.sum(axis=1, keepdims=True)
    return shares


def _shape(
    recent: Floats, total: Floats, w: Floats, centres: Floats, source: NDArray[np.intp],
    target: NDArray[np.intp], how: Shaping,
) -> Floats:  # fmt: skip
    """Shapes π (D, K) in the units in which θ = 0 is the pooled composition."""
    tilt = np.exp(np.outer(centres, w))
    level = recent / tilt  # all on the footing θ = 0, so that only their shapes are mixed
    level *= (recent.sum(axis=1) / np.maximum(level.sum(axis=1), 1e-9))[:, None]
    everyone = pooled(level)
    prior = how.everyone * np.tile(everyone, (len(level), 1))
    prior += how.source * _others(level, source, everyone)
    prior += how.target * _others(level, target, everyone)
    number = {(a, b): row for row, (a, b) in enumerate(zip(source, target, strict=True))}
    for row, (a, b) in enumerate(zip(source, target, strict=True)):
        back = number.get((b, a))
        own = level[back] if back is not None else np.zeros(len(w))
        prior[row] += how.reverse * (own + 5 * everyone) / (own.sum() + 5)
    shape = level + prior
    result: Floats = shape / shape.sum(axis=1, keepdims=True)
    return result


def _others(level: Floats, state: NDArray[np.intp], everyone: Floats) -> Floats:
    """Composition of the other dyads with the same state on this side (D, K)."""
    sums = np.zeros((int(state.max()) + 1, level.shape[1]))
    np.add.at(sums, state, level)
    rest = np.maximum(sums[state] - level, 0) + 20 * everyone
    result: Floats = rest / rest.sum(axis=1, keepdims=True)
    return result


def _ahead(one: smooth.Batch, fitted: Hyper) -> Floats:
    """Distribution of the state a period ahead, bursts included (D, G)."""
    table = fitted.weights.reshape(len(MOVES), len(BURSTS))
    m = tuple(np.nonzero(table.max(axis=1) > 1e-4)[0].tolist())
    b = tuple(np.nonzero(table.max(axis=0) > 1e-4)[0].tolist())
    moves = kernel.stack(m, one.by, one.step, one.size)
    like = smooth.emissions(one, b)
    message, logs, _ = smooth.backward(one, moves, like, keep=False)
    share = shares(smooth.evidence(message, logs, one.start), table[np.ix_(m, b)])
    state = smooth.ahead(one, moves, like, share)
    total = np.zeros(one.start.shape)
    for place, number in enumerate(b):
        total += state[:, place] @ kernel.normal(BURSTS[number], one.step, one.size)
    result: Floats = total / total.sum(axis=1, keepdims=True)
    return result
