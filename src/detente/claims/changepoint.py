"""Did a rate change at all, where nobody says when? One statistic for all dates at once.

With LR(t) the Poisson log-likelihood ratio of a change at ``t`` and φ the dispersion of the
events, the statistic is

    E = ln mean over t of exp(LR(t) / φ),   0.1 T ≤ t ≤ 0.9 T,

the average exponential form of Andrews and Ploberger (*Econometrica* 62, 1994), which sees more
than the largest LR(t) when the date may lie anywhere. φ is that of the gaps between events after
the best change has been divided out: the variance of sums of a block of gaps over that of gaps
of an exponential (circular moving blocks: Politis and Romano 1992). So a change does not pass for
clustering.

The null is a ring of gamma gaps with φ times the variance of exponential gaps, in which the best
change is searched for, divided out and φ estimated in the same way: the search is paid for, and so
is not knowing φ. E hardly depends on the true φ; what dependence there is goes by how likely each φ
of a grid makes the φ that was found. Only the number of events matters, not their dates: the rings
are made once for each number.

Why our own: ruptures finds change points and does not test them; strucchange's tests (R) want a
regression on equal steps.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
from scipy.special import logsumexp, ndtr, xlogy

#: Share of the period kept clear on each side, and the dates tried, as shares of the period.
CUTS = np.linspace(0.10, 0.90, 81)
#: Dispersions of which one is true, equally likely on the log scale.
_PHIS = np.geomspace(1.0, 32.0, 11)
_DRAWS = 600
#: Rings of more gaps differ too little from these to be worth their time.
_MOST = 2_000
_SEED = 19_941_103


@dataclasses.dataclass(frozen=True)
class Search:
    """What the search over all dates found.

    ``ratios`` is the log-likelihood ratio at each of ``CUTS`` and ``phi`` the dispersion with the
    best change divided out; ``draws`` and ``weights`` are the statistic in the rings. An interval
    at the date found must leave out ``tail`` at each end to be one of 90 % at all dates at once.
    """

    p: float
    statistic: float
    ratios: np.ndarray
    phi: float
    draws: np.ndarray
    weights: np.ndarray
    tail: float


def search(times: np.ndarray, direction: str) -> Search:
    """Test for a change at any date.

    Parameters
    ----------
    times : array, shape (events,)
        Sorted, as shares of the period; six or more.
    direction
        ``more``, ``fewer`` or ``either``.
    """
    value, phi, ratios = statistic(times[None, :], direction)
    rings, found, highest = _rings(min(times.size, _MOST), direction != "either")
    # each dispersion counts by how likely it makes the estimate: normal on the log scale
    middle, spread = found.mean(axis=1), np.maximum(found.std(axis=1), 0.1)
    weight = -0.5 * ((np.log(phi[0]) - middle) / spread) ** 2 - np.log(spread)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    beyond = (1 + np.count_nonzero(rings >= value[0] - 1e-9, axis=1)) / (1 + _DRAWS)
    weights = np.repeat(weight / _DRAWS, _DRAWS)
    order = np.argsort(highest, axis=None)
    level = 0.90 if direction == "either" else 0.95
    place = min(int(np.searchsorted(np.cumsum(weights[order]), level)), order.size - 1)
    return Search(
        p=float(weight @ beyond),
        statistic=float(value[0]),
        ratios=ratios[0],
        phi=float(phi[0]),
        draws=rings.ravel(),
        weights=weights,
        tail=float(ndtr(-np.sqrt(2 * highest.ravel()[order[place]]))),
    )


def statistic(times: np.ndarray, direction: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E, the dispersion that it rests on, and the log-likelihood ratios.

    Parameters
    ----------
    times : array, shape (draws, events)
        Sorted within each row, as shares of the period.

    Returns
    -------
    arrays, shapes (draws,), (draws,) and (draws, cuts)
    """
    ratios = likelihood(times, CUTS, direction)
    phi = dispersion(flat(times, CUTS[ratios.argmax(axis=1)]))
    value = logsumexp(ratios / phi[:, None], axis=1) - np.log(CUTS.size)
    return np.asarray(value), phi, ratios


def likelihood(times: np.ndarray, cuts: np.ndarray, direction: str) -> np.ndarray:
    """Poisson log-likelihood ratio of a change at each cut, 0 in the other direction.

    Parameters
    ----------
    times : array, shape (draws, events)
        As shares of the period.
    cuts : array, shape (cuts,)

    Returns
    -------
    array, shape (draws, cuts)
    """
    n = times.shape[1]
    slot = np.searchsorted(cuts, times, side="right")  # number of cuts at or before each event
    width = cuts.size + 1
    places = slot + width * np.arange(times.shape[0])[:, None]
    counts = np.bincount(places.ravel(), minlength=width * times.shape[0]).reshape(-1, width)
    before = np.cumsum(counts, axis=1)[:, :-1]
    after = n - before
    value = xlogy(before, before / (n * cuts)) + xlogy(after, after / (n * (1 - cuts)))
    more = after * cuts > before * (1 - cuts)
    if direction == "more":
        return np.where(more, value, 0.0)
    if direction == "fewer":
        return np.where(more, 0.0, value)
    return np.asarray(value)


def flat(times: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Event times stretched so that the rates before and after each row's cut are the same.

    Parameters
    ----------
    times : array, shape (draws, events)
        As shares of the period.
    cut : array, shape (draws,)
    """
    n, cut = times.shape[1], cut[:, None]
    early = times < cut
    # a side without events is given half an event: it would vanish
    before = np.clip(early.sum(axis=1, keepdims=True), 0.5, n - 0.5)
    edge = before / n  # where the cut comes to lie
    late = edge + (times - cut) * (1 - edge) / (1 - cut)
    return np.asarray(np.where(early, times * edge / cut, late))


def dispersion(times: np.ndarray) -> np.ndarray:
    """How many times a Poisson count's variance counts have, from blocks of gaps; at least 1.

    Parameters
    ----------
    times : array, shape (draws, events)
        Sorted within each row, as shares of the period, which is taken for a ring.
    """
    n = times.shape[1]
    size = block(n)
    gaps = np.concatenate((np.diff(times, axis=1), times[:, :1] + 1 - times[:, -1:]), axis=1)
    around = np.concatenate((np.zeros((len(gaps), 1)), gaps, gaps[:, : size - 1]), axis=1)
    ends = np.cumsum(around, axis=1)
    sums = ends[:, size:] - ends[:, :-size]
    # of gaps with mean 1/n; blocks that go round the ring vary by (n − size)/n too little
    return np.asarray(np.maximum(1.0, sums.var(axis=1) * n**2 / size * n / (n - size)))


def block(n: int) -> int:
    """Gaps in a block."""
    return max(1, int(1.5 * float(n) ** (1 / 3) + 0.5))


@functools.lru_cache(maxsize=256)
def _rings(n: int, one_sided: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E, the log of its dispersion, and the largest log-likelihood ratio over the dispersion.

    In rings of ``n`` gaps; shapes (dispersions, draws).

    A ring read backwards is as likely, so that one side stands for the other.
    """
    random = np.random.default_rng((_SEED, n))
    values, found, highest = np.empty((3, _PHIS.size, _DRAWS))
    for row, phi in enumerate(_PHIS):
        ends = np.cumsum(random.gamma(1 / phi, 1.0, (_DRAWS, n)), axis=1)
        times = np.sort((ends / ends[:, -1:] + random.random((_DRAWS, 1))) % 1.0, axis=1)
        values[row], phis, ratios = statistic(times, "fewer" if one_sided else "either")
        found[row], highest[row] = np.log(phis), ratios.max(axis=1) / phis
    return values, found, highest
