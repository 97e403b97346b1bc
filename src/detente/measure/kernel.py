"""Grids of states and the matrices that move a distribution over them by one period."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from detente.measure.periods import MONTHS, By

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]

#: Standard deviation of the drift of θ over a month.
DRIFTS = (0.001, 0.003, 0.007, 0.015, 0.03, 0.06, 0.12)
#: Probability that θ jumps in a month.
JUMP_RATES = (0.002, 0.03)
#: Standard deviation of a jump: about the spread of θ between dyads.
JUMP = 0.2
#: Standard deviation, within a period, of what moves all acts of the period together.
BURSTS = (0.005, 0.03, 0.06, 0.12, 0.24)


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """One set of hyperparameters: drift and jump rate per month, burst per period."""

    drift: float
    jump_rate: float
    burst: float


#: Every setting; those with one drift and one jump rate stand together, by burst.
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(drift, rate, burst) for rate in JUMP_RATES for drift in DRIFTS for burst in BURSTS
)
#: Distinct moves (drift, jump rate), in the order of ``SETTINGS``.
MOVES: tuple[tuple[float, float], ...] = tuple(
    (drift, rate) for rate in JUMP_RATES for drift in DRIFTS
)


def base_weights() -> Floats:
    """What is believed of the settings before any dyad is seen; sums to one.

    Log-normal in the drift about 0.025 a month with log standard deviation 1.3; rare jumps
    as likely as frequent ones; bursts mostly small.
    """
    bursts = dict(zip(BURSTS, (0.2, 0.25, 0.25, 0.2, 0.1), strict=True))
    raw = np.array([
        np.exp(-0.5 * (np.log(one.drift / 0.025) / 1.3) ** 2) * bursts[one.burst] for one in SETTINGS
    ])  # fmt: skip
    weights: Floats = raw / raw.sum()
    return weights


@functools.lru_cache(maxsize=512)
def _cells(sd: float, step: float, size: int) -> Floats:
    """Probabilities of moving by 0…size−1 steps, with the variance ``sd²`` exactly.

    A normal integrated over cells has too little variance where ``sd`` is below the step,
    and too much above it; the normal's own standard deviation is set to make up for it.
    """

    def moves(own: float) -> Floats:
        edges = (np.arange(size + 1) - 0.5) * step / own
        return np.diff(ndtr(edges))

    def excess(own: float) -> float:
        return float(2 * np.sum(moves(own) * (np.arange(size) * step) ** 2) - sd**2)

    if sd > 0.2 * size * step:  # the grid cuts the tails: no use in matching its variance
        return moves(sd)
    return moves(float(brentq(excess, 0.02 * step, 2 * sd + step)))


@functools.lru_cache(maxsize=256)
def normal(sd: float, step: float, size: int) -> Matrix:
    """(size, size) matrix whose row g spreads a unit mass at g; rows sum to one."""
    move = _cells(sd, step, size)
    where = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :])
    matrix = move[where]
    matrix[matrix < 1e-12] = 0  # denormal numbers make processors crawl
    matrix /= matrix.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(matrix, dtype=np.float32)


@functools.lru_cache(maxsize=256)
def transition(drift: float, jump_rate: float, by: By, step: float, size: int) -> Matrix:
    """One period's move: a normal drift, or with a small probability a jump."""
    months = MONTHS[by]
    jump = 1 - (1 - jump_rate) ** months
    small = normal(drift * months**0.5, step, size)
    matrix: Matrix = (1 - jump) * small + jump * normal(JUMP, step, size)
    return matrix


@functools.lru_cache(maxsize=64)
def stack(moves: tuple[int, ...], by: By, step: float, size: int) -> Matrix:
    """Matrices of some of ``MOVES`` (m, size, size)."""
    return np.stack([transition(*MOVES[move], by, step, size) for move in moves])
