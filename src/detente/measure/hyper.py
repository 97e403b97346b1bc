"""What the dyads together say of drift, jumps, bursts and levels (empirical Bayes).

The hyperparameters of a dyad are one of a grid of settings. How common each setting is
among dyads is estimated from the marginal likelihoods of a fixed choice of dyads (an EM
on the mixing weights, held back by a prior worth ``STRENGTH`` dyads), and each dyad then
averages over the settings by its own posterior: a sparse one leans on the others, a dense
one on itself.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from detente.measure import kernel, smooth, threads
from detente.measure.family import Data, Floats, centre, pooled, shapes
from detente.measure.kernel import SETTINGS
from detente.measure.periods import By

#: How many dyads' worth the prior over settings counts for.
STRENGTH = 10.0
#: Prior of the spread of states over dyads: this standard deviation, worth this many dyads.
LEVEL_SD, LEVEL_DYADS = 0.2, 10.0
#: What is believed of the correlation of the two directions of a dyad before any is seen.
ALIKE = 0.5
#: At most this many of the busiest dyads, and of the others, set the hyperparameters.
BUSY, OTHERS = 150, 150
#: Dyads with fewer acts have wide posteriors: they get a coarse grid.
FEW, COARSE = 10, 0.04
#: Most rounds of the EM over shares of settings and level.
ROUNDS = 20
#: A dyad's setting is left out below this posterior probability.
NEGLIGIBLE = 0.01


@dataclasses.dataclass(frozen=True, slots=True)
class Hyper:
    """Mixing weights over ``SETTINGS`` (H,), level of θ over dyads, and the pooled shape.

    ``likeness`` is the correlation over dyads of the states of the two directions, 0…1.
    """

    weights: Floats
    level: tuple[float, float]
    overall: Floats
    dyads: int
    likeness: float = 0.0

    @property
    def shared(self) -> float:
        """Correlation of the errors of the two directions.

        In a steady filter of a walk the error's variance goes with the root of the walk's.
        The walks of the sum and of the difference of two alike directions have variances
        in the ratio 1 + r to 1 − r, so their errors are as √(1 + r) to √(1 − r).
        """
        both, apart = (1 + self.likeness) ** 0.5, (1 - self.likeness) ** 0.5
        return float((both - apart) / (both + apart))


def choose(acts: NDArray[np.int64]) -> NDArray[np.intp]:
    """Dyads that set the hyperparameters: the busiest, and an even choice of the rest."""
    order = np.argsort(-acts, kind="stable")
    busy, rest = order[:BUSY], order[BUSY:]
    rest = rest[acts[rest] >= 2]
    if len(rest) > OTHERS:
        rest = rest[np.linspace(0, len(rest) - 1, OTHERS).astype(int)]
    return np.concatenate([busy, rest])


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """What the acts of some dyads say of their states at the first act, by setting."""

    rows: NDArray[np.intp]
    theta: Floats
    message: kernel.Matrix
    logs: Floats


def fit(data: Data, by: By, reverse: NDArray[np.intp] | None = None) -> Hyper:
    """Estimate the hyperparameters from the dyads of one file.

    ``reverse`` (D,) is the row of the other direction of each dyad, −1 where it has no acts.
    Deterministic: the same dyads whatever was asked about, so that a dyad's numbers are
    the same alone and among all.
    """
    overall = pooled(data.shape)
    rows = choose(data.n.sum(axis=1))
    chosen = data.rows(rows)
    with threads.single():
        told = _told(chosen, overall, by)
    base, level = kernel.base_weights(), (0.0, LEVEL_SD)
    weights = base
    for _ in range(ROUNDS):
        logs = _evidence(told, level)
        new = mixing(logs, base)
        moments = _first(told, level, new)
        spread = LEVEL_DYADS * LEVEL_SD**2 + np.sum(moments[:, 1] + moments[:, 0] ** 2)
        mean = float(moments[:, 0].sum() / (len(moments) + LEVEL_DYADS))
        sd = float(np.sqrt(max(spread / (len(moments) + LEVEL_DYADS) - mean**2, 0.05**2)))
        still = np.abs(new - weights).max() < 1e-3 and abs(sd - level[1]) < 1e-3
        weights, level = new, (mean, sd)
        if still:
            break
    place = np.full(len(data.n), -1)
    place[rows] = np.arange(len(rows))
    back = place[reverse[rows]] if reverse is not None else np.full(len(rows), -1)
    if reverse is not None:
        back[reverse[rows] < 0] = -1
    return Hyper(weights, level, overall, len(rows), likeness(moments, level, back))


def likeness(moments: Floats, level: tuple[float, float], back: NDArray[np.intp]) -> float:
    """Correlation of the states of two directions, from their means and variances (D, 2).

    A mean is the state shrunk by one less the share of the variance that is left, so the
    product of two means is divided by that of their shrinkages; held back by ``ALIKE``,
    worth ``LEVEL_DYADS`` pairs.
    """
    one = np.nonzero(back > np.arange(len(back)))[0]
    spread = level[1] ** 2
    off = moments[:, 0] - level[0]
    gain = 1 - np.minimum(moments[:, 1] / spread, 1)
    product = float(np.sum(off[one] * off[back[one]])) / spread
    whole = float(np.sum(gain[one] * gain[back[one]]))
    found = (product + LEVEL_DYADS * ALIKE) / (whole + LEVEL_DYADS)
    return min(max(found, 0.0), 0.95)


def mixing(logs: Floats, base: Floats, rounds: int = 200) -> Floats:
    """Mixing weights (H,) from log marginal likelihoods (D, H), by EM with a prior."""
    like = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights = base.copy()
    for _ in range(rounds):
        joint = like * weights
        share = (joint / joint.sum(axis=1, keepdims=True)).sum(axis=0) + STRENGTH * base
        new = share / share.sum()
        if np.max(np.abs(new - weights)) < 1e-5:
            return np.asarray(new)
        weights = new
    return weights


def posterior(logs: Floats, weights: Floats) -> Floats:
    """Posterior of the settings (D, H), the negligible ones set to zero."""
    with np.errstate(divide="ignore"):
        score = logs + np.log(weights)
    share = np.exp(score - score.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    share[share < NEGLIGIBLE] = 0
    result: Floats = share / share.sum(axis=1, keepdims=True)
    return result


def _told(data: Data, overall: Floats, by: By) -> list[_Told]:
    """Read the dyads' acts backward under every setting, once."""
    centres = centre(data, overall)
    shape = shapes(data, overall, centres)
    found = []
    for rows, step, size, middle in layouts(data, shape, centres):
        moves = kernel.stack(tuple(range(len(kernel.MOVES))), by, step, size)
        for low in range(0, len(rows), 32):
            part = slice(low, low + 32)
            one, order = smooth.batch(
                data.rows(rows[part]), shape[rows[part]], middle[part], step, size, by, (0.0, 1.0)
            )
            like = smooth.emissions(one, tuple(range(len(kernel.BURSTS))))
            message, logs, _ = smooth.backward(one, moves, like, keep=False)
            found.append(_Told(rows[part][order], one.middle[:, None] + one.offsets, message, logs))
    return found


def _evidence(told: list[_Told], level: tuple[float, float]) -> Floats:
    """Log marginal likelihoods (D, H) of all dyads read, whose level is ``level``."""
    logs = np.empty((sum(len(one.rows) for one in told), len(SETTINGS)))
    for one in told:
        found = smooth.evidence(one.message, one.logs, smooth.started(one.theta, level))
        logs[one.rows] = flat(found)
    return logs


def _first(told: list[_Told], level: tuple[float, float], weights: Floats) -> Floats:
    """Mean and variance of θ in the period of the first act (D, 2)."""
    result = np.empty((sum(len(one.rows) for one in told), 2))
    for one in told:
        start = smooth.started(one.theta, level)
        found = smooth.evidence(one.message, one.logs, start)
        score = found + np.log(weights).reshape(len(kernel.MOVES), 1, len(kernel.BURSTS))
        share = np.exp(score - score.max(axis=(0, 2), keepdims=True))
        share *= np.exp(one.logs - found)  # the message's mass differs from setting to setting
        at = np.einsum("mdb,mdbg->dg", share, one.message) * start
        at /= at.sum(axis=1, keepdims=True)
        mean = (at * one.theta).sum(axis=1)
        result[one.rows, 0] = mean
        result[one.rows, 1] = (at * one.theta**2).sum(axis=1) - mean**2
    return result


def flat(values: Floats) -> Floats:
    """(m, D, B) as (D, m × B), in the order of ``SETTINGS``."""
    return np.ascontiguousarray(values.transpose(1, 0, 2)).reshape(values.shape[1], -1)


def layouts(
    data: Data, shape: Floats, centres: Floats
) -> list[tuple[NDArray[np.intp], float, int, Floats]]:
    """Groups of dyads that share a grid: rows, step, size, and the centre of each grid.

    A dyad gets a step below half the standard error of its busiest period, and as many
    points as the range of its periods asks for. The steps are few, so that the kernels
    are shared.
    """
    variance = _variance(shape, centres, data.w)
    busiest = data.n.max(axis=1) * variance
    low, high = _range(data, variance, centres)
    few = data.n.sum(axis=1) < FEW
    steps = np.select([few, busiest < 100, busiest < 1000], [COARSE, 0.02, 0.01], 0.005)
    margin = np.maximum(0.3, 6 * np.maximum(1 / np.sqrt(busiest), steps))
    low, high = np.maximum(low - margin, -1.4), np.minimum(high + margin, 1.4)
    wide = (steps >= 0.02) | (high <= low)
    low, high = np.where(wide, -1.0, low), np.where(wide, 1.0, high)
    sizes = np.array([51, 101, 161, 241, 401, 561])
    need = np.minimum(np.rint((high - low) / steps), sizes[-1])
    size = sizes[np.searchsorted(sizes, need)]
    groups = []
    for step in np.unique(steps):
        for points in np.unique(size[steps == step]):
            rows = np.nonzero((steps == step) & (size == points))[0]
            groups.append((rows, float(step), int(points), ((low + high) / 2)[rows]))
    return groups


def _variance(shape: Floats, centres: Floats, w: Floats) -> Floats:
    tilted = shape * np.exp(np.outer(centres, w))
    tilted /= tilted.sum(axis=1, keepdims=True)
    result: Floats = np.maximum(tilted @ w**2 - (tilted @ w) ** 2, 1.0)
    return result


def _range(data: Data, variance: Floats, centres: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest state that single periods point at, one Newton step each."""
    acts = np.maximum(data.n, 1)
    own = centres[:, None]
    mean = data.s.sum(axis=1) / np.maximum(data.n.sum(axis=1), 1)
    gain = data.n / (data.n + 5.0)  # a period with few acts points nowhere
    theta = own + gain * (data.s / acts - mean[:, None]) / variance[:, None]
    low: Floats = theta.min(axis=1)
    high: Floats = theta.max(axis=1)
    return low, high
