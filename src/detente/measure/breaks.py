"""Change points of a relationship: is there one at all, when, and was it a step or a slide?

The mean weight of a period's acts, ``y_t = S_t / N_t``, is taken as normal with variance
``V / N_t + b²``: V the variance of one act's weight, b what moves a whole period; its
errors follow an AR(1). Piecewise-constant levels are summed over exactly (Barry and
Hartigan 1993; Fearnhead 2006), next to a level that never changes, a straight slide, and
one change of trend. All have proper priors, so their marginal likelihoods compare; b and
the autocorrelation are averaged over.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from detente.errors import InputError

Floats = NDArray[np.float64]

#: Prior standard deviation of a level about the series' mean, and of a slide over the series.
LEVEL_SD = 1.5
#: Prior probabilities: nothing changes, a slide, a change of trend; the rest is steps.
PRIOR = {"none": 0.4, "slide": 0.15, "bend": 0.1, "step": 0.35}
MOST = 5
#: Standard deviations of what moves a whole period, and autocorrelations, averaged over.
SHIFTS = (0.05, 0.3, 0.7, 1.2, 2.0)
AUTOCORRELATIONS = (0.0, 0.3, 0.6, 0.85)
#: Fewer periods with acts than this: no answer.
LEAST = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One step: the period after which the level is new, its 50 and 90 % intervals.

    ``when`` and the ends are positions in the series given (0…T−1) of the first period of
    the new level; ``probability`` that a step lies in the 90 % interval; ``size`` on the
    intensity scale.
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

    ``any_break`` is the probability of at least one step or bend. ``bend_at`` is the
    likeliest period of a change of trend. ``reason`` is set where there is no answer.
    """

    probabilities: dict[str, float]
    any_break: float
    changes: tuple[Change, ...]
    slope: float
    bend_at: int | None
    reason: str = ""


def breaks(n: Any, s: Any, variance: float | None = None) -> Breaks:
    """Change points of one directed dyad (or of pooled acts).

    Parameters
    ----------
    n, s
        Acts of each period and the sum of their weights (T,). Empty periods are skipped.
    variance
        Variance V of the weight of one act; estimated from the periods when ``None``.

    Returns
    -------
    Breaks
        With fewer than ``LEAST`` non-empty periods: no probabilities, and the reason.

    Raises
    ------
    InputError
        The two differ in length.
    """
    acts, total = np.asarray(n, dtype=float), np.asarray(s, dtype=float)
    if acts.shape != total.shape or acts.ndim != 1:
        raise InputError("breaks", f"shapes {acts.shape} and {total.shape}", "two of one length")
    seen = np.nonzero(acts > 0)[0]
    if len(seen) < LEAST:
        reason = f"only {len(seen)} periods with acts; at least {LEAST} are needed"
        return Breaks({}, float("nan"), (), float("nan"), None, reason)
    y, count = total[seen] / acts[seen], acts[seen]
    one_act = variance if variance is not None else _one_act(y, count)
    runs = [
        (shift, rho, _evidence(y, count, one_act, shift, rho, seen))
        for shift in SHIFTS for rho in AUTOCORRELATIONS
    ]  # fmt: skip
    return _conclude(y, count, one_act, runs, seen)


def _one_act(y: Floats, count: Floats) -> float:
    """Variance of an act's weight from successive differences, which steps hardly move."""
    gap = np.diff(y) ** 2 / (1 / count[1:] + 1 / count[:-1])
    return float(np.clip(np.median(gap) / 0.455, 1.0, 60.0))  # median of χ²₁ is 0.455


def _noise(y: Floats, count: Floats, one_act: float, shift: float, rho: float) -> Floats:
    """Precision of each whitened period (T,)."""
    keep: Floats = one_act / count + shift**2 * (1 - rho**2)
    keep[0] += shift**2 * rho**2
    return 1 / keep


def _white(values: Floats, rho: float) -> Floats:
    """Values less what the one before says of them; scaled so that a level stays a level."""
    result = values.copy()
    result[1:] = (values[1:] - rho * values[:-1]) / (1 - rho)
    return result


def _evidence(
    y: Floats, count: Floats, one_act: float, shift: float, rho: float, when: NDArray[np.intp]
) -> dict[str, Any]:
    """Log marginal likelihoods of the kinds of history, and the tables behind the steps."""
    precision = _noise(y, count, one_act, shift, rho)
    precision[1:] *= (1 - rho) ** 2
    middle = float(np.average(y, weights=count))
    z = _white(y - middle, rho)
    size = len(z)
    time = (when - when[0]) / max(when[-1] - when[0], 1) - 0.5
    segment = _segments(z, precision)
    ahead = _forward(segment)
    steps = np.array([
        ahead[k, size] - (gammaln(size) - gammaln(k + 1) - gammaln(size - k))
        for k in range(1, MOST + 1)
    ])  # fmt: skip
    count_prior = np.log(0.5 ** np.arange(1, MOST + 1) / (1 - 0.5**MOST))
    line = np.ones((size, 1)), _white(time, rho)[:, None]
    slide = _linear(z, precision, np.hstack(line))
    places = np.arange(3, size - 3)
    bends = np.array([
        _linear(z, precision, np.hstack([*line, _white(np.maximum(time - time[at], 0), rho)[:, None]]))
        for at in places
    ])  # fmt: skip
    return {
        "none": segment[0, size], "slide": slide,
        "bend": float(logsumexp(bends) - np.log(len(bends))),
        "step": float(logsumexp(steps + count_prior)),
        "steps": steps + count_prior, "segment": segment, "ahead": ahead, "bends": bends,
        "jacobian": -float(np.log(1 - rho) * (size - 1)),
    }  # fmt: skip


def _segments(z: Floats, precision: Floats) -> Floats:
    """Log marginal likelihood of one level on [i, j): matrix (T+1, T+1), −∞ for j ≤ i."""
    sums = [
        np.concatenate([[0.0], np.cumsum(part)])
        for part in (precision, precision * z, precision * z**2, np.log(precision / (2 * np.pi)))
    ]
    weight, first, second, logs = (one[None, :] - one[:, None] for one in sums)
    tight = weight + 1 / LEVEL_SD**2
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 0.5 * (logs - second + first**2 / tight - np.log(tight * LEVEL_SD**2))
    size = len(z)
    value[np.tril_indices(size + 1)] = -np.inf
    result: Floats = value
    return result


def _forward(segment: Floats) -> Floats:
    """Log sum over all ways to cut [0, t) by k steps: matrix (MOST+1, T+1)."""
    ahead = np.full((MOST + 1, len(segment)), -np.inf)
    ahead[0] = segment[0]
    for k in range(1, MOST + 1):
        ahead[k] = logsumexp(ahead[k - 1][:, None] + segment, axis=0)
    return ahead


def _linear(z: Floats, precision: Floats, design: Floats) -> float:
    """Log marginal likelihood of a linear history with normal coefficients."""
    scaled = design * precision[:, None]
    inner = scaled.T @ design + np.eye(design.shape[1]) / LEVEL_SD**2
    right = scaled.T @ z
    _, logdet = np.linalg.slogdet(inner * LEVEL_SD**2)
    fit = right @ np.linalg.solve(inner, right)
    base = np.sum(np.log(precision / (2 * np.pi)) - precision * z**2)
    return float(0.5 * (base + fit - logdet))


def _conclude(
    y: Floats, count: Floats, one_act: float, runs: list[tuple[float, float, dict[str, Any]]],
    seen: NDArray[np.intp],
) -> Breaks:  # fmt: skip
    kinds = list(PRIOR)
    table = np.array([
        [np.log(PRIOR[kind]) + run[kind] + run["jacobian"] for kind in kinds]
        for _, _, run in runs
    ])  # fmt: skip
    share = np.exp(table - logsumexp(table))
    probabilities = {kind: float(p) for kind, p in zip(kinds, share.sum(axis=0), strict=True)}
    steps = runs[int(np.argmax(share[:, kinds.index("step")]))]
    bend = runs[int(np.argmax(share[:, kinds.index("bend")]))][2]["bends"]
    time = (seen - seen[0]) / max(seen[-1] - seen[0], 1)
    return Breaks(
        probabilities,
        probabilities["step"] + probabilities["bend"],
        _changes(y, count, one_act, steps, seen),
        float(np.polyfit(time, y, 1, w=np.sqrt(count))[0]),
        int(seen[3 + int(np.argmax(bend))]),
    )


def _changes(
    y: Floats, count: Floats, one_act: float, run: tuple[float, float, dict[str, Any]],
    seen: NDArray[np.intp],
) -> tuple[Change, ...]:  # fmt: skip
    """The likeliest number of steps and, for each, the distribution of its place."""
    shift, _, found = run
    number = int(np.argmax(found["steps"])) + 1
    segment, ahead, size = found["segment"], found["ahead"], len(seen)
    behind = [segment[:, size]]
    for _ in range(number - 1):
        behind.append(logsumexp(segment + behind[-1][None, :], axis=1))
    share = float(np.exp(found["steps"][number - 1] - logsumexp(found["steps"])))
    cuts, tables = [], []
    for k in range(1, number + 1):
        place = ahead[k - 1] + behind[number - k]
        place[~np.isfinite(place)] = -np.inf
        mass = np.exp(place - logsumexp(place))
        tables.append(mass)
        cuts.append(int(np.argmax(mass)))
    bounds = [0, *cuts, size]
    weight = 1 / (one_act / count + shift**2)
    levels = [
        float(np.average(y[a:b], weights=weight[a:b])) if b > a else float("nan")
        for a, b in itertools.pairwise(bounds)
    ]
    changes = []
    for k, mass in enumerate(tables):
        total = np.cumsum(mass)
        ends = [
            int(seen[min(int(np.searchsorted(total, q)), size - 1)])
            for q in (0.25, 0.75, 0.05, 0.95)
        ]
        size_of = levels[k + 1] - levels[k]
        when = int(seen[min(cuts[k], size - 1)])
        changes.append(Change(when, ends[0], ends[1], ends[2], ends[3], 0.9 * share, size_of))
    return tuple(changes)
