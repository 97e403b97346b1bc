"""Change points of a relationship: is there one at all, when, and was it a step or a slide?

The kinds of history (:mod:`detente.measure.segments`) are a level that never changes, steps from
level to level, a straight slide, and one change of trend. All have proper priors, so their
marginal likelihoods compare; what moves whole periods, and how long it lasts, is averaged over.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError
from detente.measure import threads
from detente.measure.segments import MOST, Histories, Series, histories, total

Floats = NDArray[np.float64]

#: Prior probabilities: nothing changes, a slide, a change of trend; the rest is steps.
PRIOR = {"none": 0.5, "slide": 0.2, "bend": 0.05, "step": 0.25}
#: Standard deviations of what moves a whole period, and autocorrelations, averaged over.
SHIFTS = (0.05, 0.3, 0.7, 1.2, 2.0)
AUTOCORRELATIONS = (0.0, 0.3, 0.6, 0.85)
SETTINGS = list(itertools.product(SHIFTS, AUTOCORRELATIONS))
#: How common each shift and each autocorrelation is held to be.
SHIFT_SHARES = (0.2, 0.27, 0.27, 0.17, 0.09)
LASTING_SHARES = (0.2, 0.2, 0.3, 0.3)
#: Fewer periods with acts than this: no answer.
LEAST = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One step or bend: the period from which the level or trend is new, with intervals.

    ``when`` and the ends are positions in the series given (0…T−1) of the first period of
    the new level or trend; ``probability`` that a change of this kind lies in the 90 %
    interval; ``size`` of a step on the intensity scale, of a bend the change of slope over
    the whole series.
    """

    when: int
    lo50: int
    hi50: int
    lo90: int
    hi90: int
    probability: float
    size: float


@dataclasses.dataclass(frozen=True, slots=True)
class Breaks:
    """Probabilities of ``none``, ``slide``, ``bend``, ``step``; and the likeliest steps.

    ``any_break`` is the probability of at least one step or bend. ``changes`` are the steps
    of the likeliest number of steps, ``bend`` the likeliest change of trend, whether likely
    or not. ``slope`` is that of a straight line over the series. ``reason`` is set where
    there is no answer.
    """

    probabilities: dict[str, float]
    any_break: float
    changes: tuple[Change, ...]
    bend: Change | None
    slope: float
    reason: str = ""


def breaks(n: Any, s: Any, variance: float | None = None) -> Breaks:
    """Change points of one directed dyad (or of pooled acts).

    Parameters
    ----------
    n, s
        Acts of each period and the sum of their weights (T,). Empty periods are skipped.
    variance
        Variance of the weight of one act; estimated from the periods when ``None``.

    Returns
    -------
    Breaks
        With fewer than ``LEAST`` non-empty periods: no probabilities, and the reason.

    Raises
    ------
    InputError
        The two differ in length.
    """
    acts, sums = np.asarray(n, dtype=float), np.asarray(s, dtype=float)
    if acts.shape != sums.shape or acts.ndim != 1:
        raise InputError("breaks", f"shapes {acts.shape} and {sums.shape}", "two of one length")
    seen = np.nonzero(acts > 0)[0]
    if len(seen) < LEAST:
        reason = f"only {len(seen)} periods with acts; at least {LEAST} are needed"
        return Breaks({}, float("nan"), (), None, float("nan"), reason)
    y, count = sums[seen] / acts[seen], acts[seen]
    one_act = variance if variance is not None else _one_act(y, count)
    series = Series(y - float(np.average(y, weights=count)), one_act / count, seen)
    with threads.single():  # small matrices: the library's own threads cost more than they save
        return _conclude(y, count, series, histories(series, SETTINGS))


def _one_act(y: Floats, count: Floats) -> float:
    """Variance of an act's weight from successive differences, which steps hardly move."""
    gap = np.diff(y) ** 2 / (1 / count[1:] + 1 / count[:-1])
    return float(np.clip(gap.mean(), 1.0, 60.0))


def _conclude(y: Floats, count: Floats, series: Series, found: Histories) -> Breaks:
    fewer = np.log(0.5 ** np.arange(1, MOST + 1) / (1 - 0.5**MOST))
    own = np.log(np.outer(SHIFT_SHARES, LASTING_SHARES)).reshape(-1)
    steps = np.log(PRIOR["step"]) + own[:, None] + fewer + found.steps
    bends = np.log(PRIOR["bend"]) + own[:, None] + found.bends
    logs = {
        "none": np.log(PRIOR["none"]) + own + found.none,
        "slide": np.log(PRIOR["slide"]) + own + found.slide,
        "bend": bends, "step": steps,
    }  # fmt: skip
    whole = total(np.concatenate([part.reshape(-1) for part in logs.values()]))
    probabilities = {kind: float(np.exp(total(part) - whole)) for kind, part in logs.items()}
    return Breaks(
        probabilities,
        probabilities["step"] + probabilities["bend"],
        _steps(y, count, np.exp(steps - whole), found.places, series.when),
        _bend(y, count, np.exp(bends - whole).sum(axis=0), series),
        float(np.polyfit(series.time, y, 1, w=np.sqrt(count))[0]),
    )


def _steps(
    y: Floats, count: Floats, share: Floats, places: Floats, when: NDArray[np.intp]
) -> tuple[Change, ...]:
    """The likeliest number of steps and, for each, the distribution of its place.

    ``share`` (H, MOST) is the probability of each setting and number of steps.
    """
    if not share.sum() > 0:
        return ()
    # P(j-th of k steps at t), summed over the settings by their weight.
    top = places.max(axis=-1, keepdims=True)
    mass = np.exp(places - np.where(np.isfinite(top), top, 0.0))
    mass /= np.maximum(mass.sum(axis=-1, keepdims=True), 1e-300)
    joint = np.einsum("hk,hkjt->kjt", share, mass)
    number = int(np.argmax(share.sum(axis=0))) + 1
    tables = joint[number - 1, :number] / share[:, number - 1].sum()
    cuts = np.maximum.accumulate([int(np.argmax(mass)) for mass in tables])
    bounds = [0, *cuts.tolist(), len(y)]
    levels = [
        float(np.average(y[a:b], weights=count[a:b])) if b > a else float("nan")
        for a, b in itertools.pairwise(bounds)
    ]
    changes = []
    for step, mass in enumerate(tables):
        ends = _ends(mass, int(cuts[step]))
        near = joint[:, :, ends[2] : ends[3] + 1].sum(axis=(1, 2))  # expected steps there, by k
        within = float(np.minimum(near, share.sum(axis=0)).sum())
        at = tuple(int(when[place]) for place in (int(cuts[step]), *ends))
        change = levels[step + 1] - levels[step]
        changes.append(Change(at[0], at[1], at[2], at[3], at[4], within, change))
    return tuple(changes)


def _bend(y: Floats, count: Floats, mass: Floats, series: Series) -> Change:
    """The change of trend: its place, its interval, its probability and size."""
    own = mass / max(mass.sum(), 1e-300)
    at = int(np.argmax(own))
    ends = _ends(own, at)
    turn = np.maximum(series.time - series.time[at], 0)
    design = np.column_stack([np.ones(len(y)), series.time, turn]) * np.sqrt(count)[:, None]
    size = float(np.linalg.lstsq(design, y * np.sqrt(count), rcond=None)[0][2])
    within = float(mass[ends[2] : ends[3] + 1].sum())
    low50, high50, low90, high90 = (int(series.when[place]) for place in ends)
    return Change(int(series.when[at]), low50, high50, low90, high90, within, size)


def _ends(mass: Floats, at: int) -> list[int]:
    """The shortest intervals about ``at`` that hold 50 and 90 %: lo50, hi50, lo90, hi90.

    The longer one holds the shorter. Shortest, not with equal tails: a little mass far off
    on one side must not stretch the interval to it.
    """
    below = np.append(0.0, np.cumsum(mass / max(mass.sum(), 1e-300)))
    low = high = at
    ends = []
    for share in (0.5, 0.9):
        starts = np.arange(low + 1)
        stops = np.searchsorted(below[1:], below[starts] + share - 1e-9)
        kept = stops < len(mass)  # further right not enough is left
        starts, stops = starts[kept], np.maximum(stops[kept], high)
        one = np.lexsort((below[starts] - below[stops + 1], stops - starts))[0]
        low, high = int(starts[one]), int(stops[one])
        ends += [low, high]
    return ends
