"""Marginal likelihoods of the histories a series can have: levels, a slide, a bend.

The mean weight of a period's acts is ``level + a + e``: ``a`` an AR(1) with standard deviation
``shift`` and autocorrelation ``rho`` (what moves a whole period, and lasts), ``e`` the sampling
noise, whose variance is that of one act over the number of acts. Both are normal and summed
out by a Kalman filter over (level, a); a new level begins with ``a`` drawn anew, which makes
segments independent and lets all ways of cutting the series be summed exactly (Barry and
Hartigan 1993; Fearnhead 2006).

A way to cut has a prior probability proportional to the product of the lengths of its levels
(Green 1995: every second of 2k + 1 points drawn at random). Were all ways alike, a short level
at an end, which fits almost anything, would draw the date of a step away from where it is.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from detente.measure.carried import Cut, carry

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
    period from which the trend is new, the prior of that period included; ``places``
    (H, MOST, MOST, T): of k + 1 steps, the j-th begins a level at t (log, up to a constant).
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
    lengths = _lengths(size)
    ways = _cuts(lengths)[0]
    steps, places, lines = [], [], []
    for (shift, rho), one in zip(settings, segment, strict=True):
        root = _root(series, shift, rho)
        sums, where, modes = _cuts(one + lengths)
        if rho:
            where = carry(_white(series, root), one, where, modes, LEVEL_SD)
            numbers = np.arange(MOST)
            sums = np.array([_logsum(where[k, : k + 1], 1).mean() for k in numbers])
        none = np.full(MOST, -np.inf)  # too few periods for so many steps
        steps.append(np.subtract(sums, ways, out=none, where=np.isfinite(ways)))
        places.append(where)
        lines.append(_lines(series, root))
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


def _lengths(size: int) -> Floats:
    """Logarithm of the length of each level [i, j): (T+1, T+1), −∞ where too short."""
    length = np.arange(size + 1)[None, :] - np.arange(size + 1)[:, None]
    return np.where(length >= SHORTEST, np.log(np.maximum(length, 1)), -np.inf)


def _cuts(segment: Floats) -> tuple[Floats, Floats, list[Cut]]:
    """Log sum over all ways to cut by 1…MOST steps (MOST,); by the place of each step; modes."""
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
    sums = np.array([part[size] for part in ahead[1:]])
    modes = [_mode(segment, ahead, number) if np.isfinite(sums[number]) else ()
             for number in range(MOST)]  # fmt: skip
    return sums, places, modes


def _mode(segment: Floats, ahead: list[Floats], number: int) -> Cut:
    """A likely cut by ``number`` + 1 steps: the last one first, then the one before it."""
    end, cut = len(segment) - 1, []
    for step in range(number, -1, -1):
        end = int(np.argmax(ahead[step] + segment[:, end]))
        cut.append(end)
    return tuple(cut[::-1])


def _logsum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        summed = np.log(np.exp(values - top).sum(axis=axis))
    result: Floats = summed + np.squeeze(top, axis)
    return result


def _root(series: Series, shift: float, rho: float) -> Floats:
    """Cholesky factor of the covariance of the disturbance and the noise (T, T)."""
    when = series.when
    apart = np.abs(when[:, None] - when[None, :]).astype(float)
    cover = np.diag(series.noise + (1e-9 if rho else shift**2))
    if rho:
        cover += shift**2 * rho**apart
    root: Floats = np.asarray(np.linalg.cholesky(cover), dtype=np.float64)
    return root


def _base(z: Floats, root: Floats) -> float:
    """Log likelihood of the whitened series when nothing explains it."""
    return float(-0.5 * (len(z) * np.log(2 * np.pi) + z @ z) - np.log(np.diag(root)).sum())


def _white(series: Series, root: Floats) -> tuple[Floats, Floats, float]:
    """The series and all steps, whitened, and :func:`_base`: see :func:`carry`."""
    size = len(series.z)
    given = np.column_stack([series.z, np.tril(np.ones((size, size)))])
    white = solve_triangular(root, given, lower=True)
    return white[:, 0], white[:, 1:], _base(white[:, 0], root)


def _lines(series: Series, root: Floats) -> tuple[float, Floats]:
    """Log marginal likelihood of a slide, and of a change of trend at each period (T,)."""
    time, size = series.time, len(series.z)
    places = np.arange(SHORTEST, size - SHORTEST + 1)
    bend = np.maximum(time[:, None] - time[places], 0)
    given = np.column_stack([series.z, np.ones(size), time, bend])
    white = solve_triangular(root, given, lower=True)
    z, line, bends = white[:, 0], white[:, 1:3], white[:, 3:]
    base = _base(z, root)
    slide = base + _gain(line.T @ line, line.T @ z, (LEVEL_SD, SLIDE_SD))
    inner = np.empty((len(places), 3, 3))
    inner[:, :2, :2] = line.T @ line
    inner[:, :2, 2] = inner[:, 2, :2] = bends.T @ line
    inner[:, 2, 2] = np.einsum("tp,tp->p", bends, bends)
    right = np.column_stack([np.tile(line.T @ z, (len(places), 1)), bends.T @ z])
    found = np.full(size, -np.inf)
    shares = np.log(places * (size - places)) - np.log((places * (size - places)).sum())
    found[places] = base + _gain(inner, right, (LEVEL_SD, SLIDE_SD, BEND_SD)) + shares
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
