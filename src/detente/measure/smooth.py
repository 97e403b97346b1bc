"""Exact filtering and smoothing of a state on a grid, for many dyads at once.

The state is one number per directed dyad and period, so its distribution can be carried
on a grid without approximating its form (Kitagawa 1987): time linear in the periods, a
matrix product over dyads per period. Jumps, bursts and lopsided intervals cost nothing
extra, and the likelihood of each setting comes out exactly.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from detente.measure import kernel
from detente.measure.family import Data, Floats, cumulants
from detente.measure.kernel import Matrix, Setting
from detente.measure.periods import By

_TINY = np.float32(1e-30)
_FLOOR = np.float32(1e-18)


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """D directed dyads on grids of one step and size, sorted by their first act.

    ``middle`` (D,) is the centre of each grid; ``cumulant`` and ``mean`` (D, G) are A and
    μ on it; ``start`` (D, G) the prior of the state in the period of the first act;
    ``row``, ``time`` (M,) say where the M non-empty cells are, ordered by time; ``loglik``
    (M, G) their log likelihood, maximum 0, and ``peak`` (M,) what was taken off.
    """

    by: By
    step: float
    middle: Floats
    offsets: Floats
    cumulant: Floats
    mean: Floats
    start: Matrix
    first: NDArray[np.int64]
    row: NDArray[np.int64]
    cuts: NDArray[np.int64]
    like: Matrix
    peak: Floats
    periods: int

    @property
    def size(self) -> int:
        """Points of the grid."""
        return len(self.offsets)


def batch(
    data: Data, shape: Floats, middle: Floats, step: float, size: int, by: By,
    level: tuple[float, float],
) -> tuple[Batch, NDArray[np.intp]]:  # fmt: skip
    """Lay dyads out on grids; also the order of their rows (a permutation of D).

    ``level`` is mean and standard deviation of θ over dyads.
    """
    first = np.argmax(data.n > 0, axis=1)
    order = np.argsort(first, kind="stable")
    data, shape, middle, first = data.rows(order), shape[order], middle[order], first[order]
    offsets = np.asarray((np.arange(size) - size // 2) * step, dtype=np.float64)
    cumulant, mean = cumulants(shape, data.w, middle, offsets)
    theta = middle[:, None] + offsets
    start = np.exp(-0.5 * ((theta - level[0]) / level[1]) ** 2) + 1e-12
    start /= start.sum(axis=1, keepdims=True)
    time, row = np.nonzero(data.n.T)
    score = data.s[row, time][:, None] * theta[row]
    score -= data.n[row, time][:, None] * cumulant[row]
    peak = score.max(axis=1)
    # A floor keeps products clear of denormal numbers, which make processors crawl.
    like = np.maximum(np.exp(score - peak[:, None]), 1e-15).astype(np.float32)
    cuts = np.searchsorted(time, np.arange(data.n.shape[1] + 1))
    made = Batch(
        by, step, middle, offsets, cumulant, mean, start.astype(np.float32),
        first.astype(np.int64), row.astype(np.int64), cuts.astype(np.int64), like, peak,
        data.n.shape[1],
    )  # fmt: skip
    return made, order


def emissions(one: Batch, burst: float) -> Matrix:
    """Likelihood of each non-empty cell (M, G) once the burst of its period is averaged out."""
    spread = kernel.normal(burst, one.step, one.size)
    like: Matrix = one.like @ spread.T
    return like


def forward(one: Batch, setting: Setting, like: Matrix, keep: bool) -> tuple[Floats, list[Matrix]]:
    """Log marginal likelihood (D,) and, with ``keep``, the filtered states by period.

    Before its first act a dyad has its prior, whatever the period: a random walk has no
    beginning, so it is anchored where the dyad is first seen.
    """
    move = kernel.transition(setting.drift, setting.jump_rate, one.by, one.step, one.size)
    state = one.start.copy()
    logs = np.zeros(len(state))
    np.add.at(logs, one.row, one.peak)
    started = np.searchsorted(one.first, np.arange(one.periods), side="left")
    kept: list[Matrix] = []
    for period in range(one.periods):
        seen = started[period]  # rows whose first act is earlier than this period
        if seen:
            state[:seen] = state[:seen] @ move
        cells = slice(one.cuts[period], one.cuts[period + 1])
        rows = one.row[cells]
        if len(rows):
            joint = state[rows] * like[cells]
            np.maximum(joint, _FLOOR, out=joint)
            mass = joint.sum(axis=1, keepdims=True) + _TINY
            state[rows] = joint / mass
            logs[rows] += np.log(mass[:, 0], dtype=np.float64)
        if keep:
            kept.append(state.copy())
    return logs, kept


def backward(one: Batch, setting: Setting, like: Matrix, kept: list[Matrix]) -> list[Matrix]:
    """Smoothed states by period, T matrices (D, G); ``kept`` is used up."""
    move = kernel.transition(setting.drift, setting.jump_rate, one.by, one.step, one.size)
    back = np.ascontiguousarray(move.T)
    ahead = np.ones_like(one.start)
    smoothed: list[Matrix] = [ahead] * one.periods
    started = np.searchsorted(one.first, np.arange(one.periods), side="right")
    for period in range(one.periods - 1, -1, -1):
        seen = started[period]  # rows whose first act is in this period or earlier
        state = kept[period]
        state[:seen] *= ahead[:seen]
        state[:seen] /= state[:seen].sum(axis=1, keepdims=True) + _TINY
        if seen < len(state):  # not yet begun: walk back from the next period
            state[seen:] = smoothed[period + 1][seen:] @ move
        smoothed[period] = state
        cells = slice(one.cuts[period], one.cuts[period + 1])
        rows = one.row[cells]
        if len(rows):
            ahead[rows] = np.maximum(ahead[rows] * like[cells], _FLOOR)
        if seen:
            ahead[:seen] = ahead[:seen] @ back
            ahead[:seen] /= ahead[:seen].max(axis=1, keepdims=True) + _TINY
    return smoothed
