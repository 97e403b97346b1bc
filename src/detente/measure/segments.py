"""Marginal likelihoods of the histories a series can have: levels, a slide, a bend.

The mean weight of a period's acts is ``level + a + e``: ``a`` an AR(1) with standard deviation
``shift`` and autocorrelation ``rho`` (what moves a whole period, and lasts), ``e`` the sampling
noise, whose variance is that of one act over the number of acts. Both are normal and summed
out by a Kalman filter over (level, a); a new level begins with ``a`` drawn anew, which makes
segments independent and lets all ways of cutting the series be summed exactly (Barry and
Hartigan 1993; Fearnhead 2006).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import gammaln, logsumexp

Floats = NDArray[np.float64]

#: Prior standard deviation of a level about the series' mean; of a slide's rise over the series,
#: that of the difference of two levels; of a bend's change of rise, which halfway through the
#: series moves its end by that of a level.
LEVEL_SD = 1.5
SLIDE_SD, BEND_SD = 2**0.5 * LEVEL_SD, 2 * LEVEL_SD
#: Most steps looked for, and the shortest time a level must hold, in periods with acts.
MOST, SHORTEST = 5, 3


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """A series of T periods with acts.

    ``z`` is the mean weight of the acts less its overall mean, ``noise`` its sampling
    variance, ``when`` the number of the period; each (T,).
    """

    z: Floats
    noise: Floats
    when: NDArray[np.intp]

    @property
    def time(self) -> Floats:
        """Time from −½ to ½."""
        span = max(int(self.when[-1] - self.when[0]), 1)
        result: Floats = (self.when - self.when[0]) / span - 0.5
        return result


@dataclasses.dataclass(frozen=True, slots=True)
class Histories:
    """Log marginal likelihoods under H settings.

    ``none``, ``slide`` (H,); ``steps`` (H, MOST) by number of steps; ``bends`` (H, T) by the
    period from which the trend is new; ``places`` (H, MOST, MOST, T): of k + 1 steps, the
    j-th begins a level at t (log, up to a constant).
    """

    none: Floats
    slide: Floats
    steps: Floats
    bends: Floats
    places: Floats


def histories(series: Series, settings: list[tuple[float, float]]) -> Histories:
    """Marginal likelihoods of all kinds of history under each (shift, rho)."""
    segment = levels(series, settings)
    size = len(series.z)
    steps, places = [], []
    for one in segment:
        sums, where = _cuts(one)
        steps.append(sums - _ways(size))
        places.append(where)
    lines = [_lines(series, shift, rho) for shift, rho in settings]
    return Histories(
        segment[:, 0, size],
        np.array([slide for slide, _ in lines]),
        np.array(steps),
        np.array([bends for _, bends in lines]),
        np.array(places),
    )


def levels(series: Series, settings: list[tuple[float, float]]) -> Floats:
    """Log marginal likelihood of one level on [i, j): (H, T+1, T+1), −∞ where too short.

    All beginnings i are filtered at once: T steps of arrays (H, T).
    """
    size = len(series.z)
    shift, rho = (np.array(part)[:, None] for part in zip(*settings, strict=True))
    own = shift**2
    level, wave, loglik = (np.zeros((len(settings), size)) for _ in range(3))
    p11, p12, p22 = (np.zeros((len(settings), size)) for _ in range(3))
    result = np.full((len(settings), size + 1, size + 1), -np.inf)
    for end in range(size):
        old = slice(0, end)
        if end:
            keep = rho ** float(series.when[end] - series.when[end - 1])
            wave[:, old] *= keep
            p12[:, old] *= keep
            p22[:, old] = keep**2 * p22[:, old] + own * (1 - keep**2)
        p11[:, end], p22[:, end] = LEVEL_SD**2, own[:, 0]
        now = slice(0, end + 1)
        first, second = p11[:, now] + p12[:, now], p12[:, now] + p22[:, now]
        total = first + second + series.noise[end]
        off = series.z[end] - level[:, now] - wave[:, now]
        loglik[:, now] -= 0.5 * (np.log(2 * np.pi * total) + off**2 / total)
        level[:, now] += first / total * off
        wave[:, now] += second / total * off
        p11[:, now] -= first**2 / total
        p12[:, now] -= first * second / total
        p22[:, now] -= second**2 / total
        enough = max(end + 2 - SHORTEST, 0)
        result[:, :enough, end + 1] = loglik[:, :enough]
    return result


def _ways(size: int) -> Floats:
    """Logarithm of the number of ways to cut ``size`` periods by 1…MOST steps."""
    steps = np.arange(1, MOST + 1)
    free = size - (steps + 1) * (SHORTEST - 1) - 1
    with np.errstate(invalid="ignore"):
        ways = gammaln(free + 1.0) - gammaln(steps + 1.0) - gammaln(free - steps + 1.0)
    result: Floats = np.where(free >= steps, ways, np.inf)
    return result


def _cuts(segment: Floats) -> tuple[Floats, Floats]:
    """Log sum over all ways to cut by 1…MOST steps (MOST,), and by the place of each step."""
    size = len(segment) - 1
    ahead, behind = [segment[0]], [segment[:, size]]
    with np.errstate(invalid="ignore"):
        for _ in range(MOST):
            ahead.append(_logsum(ahead[-1][:, None] + segment, 0))
            behind.append(_logsum(segment + behind[-1][None, :], 1))
    places = np.full((MOST, MOST, size), -np.inf)
    for number in range(1, MOST + 1):
        for step in range(1, number + 1):
            places[number - 1, step - 1] = (ahead[step - 1] + behind[number - step])[:size]
    return np.array([part[size] for part in ahead[1:]]), places


def _logsum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        summed = np.log(np.exp(values - top).sum(axis=axis))
    result: Floats = summed + np.squeeze(top, axis)
    return result


def _lines(series: Series, shift: float, rho: float) -> tuple[float, Floats]:
    """Log marginal likelihood of a slide, and of a change of trend at each period (T,)."""
    when, time, size = series.when, series.time, len(series.z)
    apart = np.abs(when[:, None] - when[None, :]).astype(float)
    cover = np.diag(series.noise + (1e-9 if rho else shift**2))
    if rho:
        cover += shift**2 * rho**apart
    places = np.arange(SHORTEST, size - SHORTEST + 1)
    bend = np.maximum(time[:, None] - time[places], 0)
    given = np.column_stack([series.z, np.ones(size), time, bend])
    root = np.linalg.cholesky(cover)
    white = solve_triangular(root, given, lower=True)
    z, line, bends = white[:, 0], white[:, 1:3], white[:, 3:]
    base = -0.5 * (size * np.log(2 * np.pi) + z @ z) - np.log(np.diag(root)).sum()
    slide = base + _gain(line.T @ line, line.T @ z, (LEVEL_SD, SLIDE_SD))
    inner = np.empty((len(places), 3, 3))
    inner[:, :2, :2] = line.T @ line
    inner[:, :2, 2] = inner[:, 2, :2] = bends.T @ line
    inner[:, 2, 2] = np.einsum("tp,tp->p", bends, bends)
    right = np.column_stack([np.tile(line.T @ z, (len(places), 1)), bends.T @ z])
    found = np.full(size, -np.inf)
    found[places] = base + _gain(inner, right, (LEVEL_SD, SLIDE_SD, BEND_SD))
    return float(slide), found


def _gain(inner: Floats, right: Floats, spreads: tuple[float, ...]) -> Floats:
    """What normal coefficients of these standard deviations add to a log likelihood."""
    prior = np.array(spreads) ** -2.0
    tight = inner + np.diag(prior)
    logdet = np.linalg.slogdet(tight)[1] - np.log(prior).sum()
    fit = (right * np.linalg.solve(tight, right[..., None])[..., 0]).sum(axis=-1)
    result: Floats = 0.5 * (fit - logdet)
    return result


def total(values: Floats) -> float:
    """Logarithm of the sum of the exponentials."""
    return float(logsumexp(values))
