"""Exact filtering and smoothing of a state on a grid, for many dyads and settings at once.

The state is one number per directed dyad and period, so its distribution can be carried
on a grid without approximating its form (Kitagawa 1987): time linear in the periods, a
matrix product over dyads and settings per period. Jumps, bursts and lopsided intervals cost
nothing extra, and the likelihood of each setting comes out exactly.

The data are read backward first: what they say of the state at the first act does not depend
on the level the dyads have, so one reading serves every level (:mod:`detente.measure.hyper`).
Arrays over settings are (m, D, B, G): moves, dyads, bursts, points of the grid.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.measure import kernel
from detente.measure.family import Data, Floats, cumulants
from detente.measure.kernel import BURSTS, Matrix
from detente.measure.periods import By

_TINY = np.float32(1e-30)
# A floor keeps products clear of denormal numbers, which make processors crawl.
_FLOOR = np.float32(1e-18)


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """D directed dyads on grids of one step and size, sorted by their first act.

    ``middle`` (D,) is the centre of each grid; ``cumulant`` and ``mean`` (D, G) are A and
    μ on it; ``start`` (D, G) the prior of the state in the period of the first act;
    ``row`` (M,) says whose the M non-empty cells are, ordered by time, ``cuts`` (T+1,) where
    each period's begin; ``like`` (M, G) their likelihood, maximum 1, and ``peak`` (M,) the
    logarithm of what was taken off; ``upto`` (T+1,) counts the dyads whose first act is
    before each period.
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
    upto: NDArray[np.int64]
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
    time, row = np.nonzero(data.n.T)
    score = data.s[row, time][:, None] * theta[row]
    score -= data.n[row, time][:, None] * cumulant[row]
    peak = score.max(axis=1)
    like = np.maximum(np.exp(score - peak[:, None]), 1e-15).astype(np.float32)
    periods = np.arange(data.n.shape[1] + 1)
    made = Batch(
        by, step, middle, offsets, cumulant, mean, started(theta, level), first.astype(np.int64),
        row.astype(np.int64), np.searchsorted(time, periods).astype(np.int64),
        np.searchsorted(first, periods).astype(np.int64), like, peak, data.n.shape[1],
    )  # fmt: skip
    return made, order


def started(theta: Floats, level: tuple[float, float]) -> Matrix:
    """Prior of the state at the first act on grids ``theta`` (D, G), rows summing to one."""
    start = np.exp(-0.5 * ((theta - level[0]) / level[1]) ** 2) + 1e-12
    start /= start.sum(axis=1, keepdims=True)
    return np.asarray(start, dtype=np.float32)


def emissions(one: Batch, bursts: tuple[int, ...]) -> Matrix:
    """Likelihood of each non-empty cell (M, B, G) once the burst of its period is averaged out."""
    like = np.empty((len(one.like), len(bursts), one.size), dtype=np.float32)
    for place, number in enumerate(bursts):
        spread = kernel.normal(BURSTS[number], one.step, one.size)
        np.matmul(one.like, spread.T, out=like[:, place])
    return like


def _rows(one: Batch, period: int, now: int) -> tuple[slice, Any]:
    """Cells of a period, and the rows they belong to: a slice where all have acts."""
    cells = slice(int(one.cuts[period]), int(one.cuts[period + 1]))
    rows = one.row[cells]
    return cells, slice(0, now) if len(rows) == now else rows


def backward(
    one: Batch, moves: Matrix, like: Matrix, keep: bool
) -> tuple[Matrix, Floats, list[Matrix]]:
    """What all acts say of the state at the first one, under each setting.

    Returns
    -------
    tuple
        Likelihood of the data given the state in the period of the first act (m, D, B, G),
        maximum 1; the logarithm of what was taken off (m, D, B); and, with ``keep``, what
        the acts after each period say of its state, for the dyads that have begun.
    """
    back = np.ascontiguousarray(moves.transpose(0, 2, 1))
    many, bursts, size = len(moves), like.shape[1], one.size
    ahead = np.ones((many, len(one.start), bursts, size), dtype=np.float32)
    logs = np.zeros(ahead.shape[:3])
    whole = np.zeros(len(one.start))
    np.add.at(whole, one.row, one.peak)
    logs += whole[:, None]
    kept: list[Matrix] = []
    for period in range(one.periods - 1, -1, -1):
        now, before = int(one.upto[period + 1]), int(one.upto[period])
        if keep:
            kept.append(ahead[:, :now].copy())
        cells, rows = _rows(one, period, now)
        if cells.stop > cells.start:
            joint = ahead[:, rows] * like[cells]
            np.maximum(joint, _FLOOR, out=joint)
            peak = joint.max(axis=-1)
            joint /= peak[..., None]
            ahead[:, rows] = joint
            logs[:, rows] += np.log(peak, dtype=np.float64)
        if before:
            flat = ahead[:, :before].reshape(many, before * bursts, size)
            ahead[:, :before] = (flat @ back).reshape(many, before, bursts, size)
    return ahead, logs, kept[::-1]


def evidence(message: Matrix, logs: Floats, start: Matrix) -> Floats:
    """Log marginal likelihoods (m, D, B) from :func:`backward` and a prior of the state."""
    mass = (message * start[:, None]).sum(axis=-1, dtype=np.float64)
    result: Floats = logs + np.log(mass)
    return result


def filtered(one: Batch, moves: Matrix, like: Matrix) -> Iterator[tuple[int, int, int, Matrix]]:
    """Period, dyads begun before it, dyads begun by its end, and their states so far.

    The array of states (m, D, B, G) is one and the same, changed from period to period; one
    period more than there are comes last, moved ahead without data.
    """
    many, bursts = len(moves), like.shape[1]
    state = np.empty((many, len(one.start), bursts, one.size), dtype=np.float32)
    for period in range(one.periods + 1):
        before = int(one.upto[period])
        now = int(one.upto[min(period + 1, one.periods)])
        if before:
            flat = state[:, :before].reshape(many, before * bursts, one.size)
            state[:, :before] = (flat @ moves).reshape(many, before, bursts, one.size)
        if period < one.periods:
            state[:, before:now] = one.start[before:now, None]
            cells, rows = _rows(one, period, now)
            if cells.stop > cells.start:
                joint = state[:, rows] * like[cells]
                np.maximum(joint, _FLOOR, out=joint)
                joint /= joint.sum(axis=-1, keepdims=True)
                state[:, rows] = joint
        yield period, before, now, state


def smoothed(
    one: Batch, moves: Matrix, like: Matrix, kept: list[Matrix], weight: Floats
) -> NDArray[np.float32]:
    """Smoothed states (T, D, G), averaged over the settings with ``weight`` (m, D, B).

    ``kept`` is that of :func:`backward`. Before its first act a dyad's state walks back from
    it: a random walk has no beginning, so it is anchored where the dyad is first seen.
    """
    many, dyads, _ = weight.shape
    total = np.zeros((one.periods, dyads, one.size), dtype=np.float32)
    anchor = np.empty((many, dyads, one.size), dtype=np.float32)
    for period, before, now, state in filtered(one, moves, like):
        if period == one.periods or not now:
            continue
        both = state[:, :now] * kept[period]
        part = weight[:, :now] / (both.sum(axis=-1) + _TINY)
        mixed = (part.astype(np.float32)[:, :, None] @ both)[:, :, 0]
        total[period, :now] = mixed.sum(axis=0)
        anchor[:, before:now] = mixed[:, before:]
    for period in range(one.periods - 2, -1, -1):
        now = int(one.upto[period + 1])
        if now < dyads:
            anchor[:, now:] = anchor[:, now:] @ moves
            total[period, now:] = anchor[:, now:].sum(axis=0)
    return total


def ahead(one: Batch, moves: Matrix, like: Matrix, weight: Floats) -> Matrix:
    """States one period past the last, by burst (D, B, G), weighted over the moves."""
    *_, (_, _, _, state) = filtered(one, moves, like)
    result: Matrix = (state * weight.astype(np.float32)[..., None]).sum(axis=0)
    return result
