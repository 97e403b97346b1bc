"""A gradual slide told from a step, from a turn (hump), and from nothing.

Four forms are fitted with AR(1) errors by maximum likelihood and compared by the Bayesian
information criterion: constant, straight line, one step, one turn (two straight lines that
meet and slope in opposite directions). A date that is searched for costs as much as two
coefficients, because the search has more freedom than a coefficient has (Zhang and Siegmund,
*Biometrics* 63, 2007; Ninomiya 2015 finds three for a step): with a cheaper date every slide
passes for a step.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from detente.claims.autocorrelated import fit

#: A lead in the criterion that counts as clear (Raftery 1995: "positive" from 2).
CLEAR = 2.0
#: What a searched date costs, in coefficients.
_DATE = 2
WORDS = {
    "step": "a step in {} fits best",
    "hump": "a turn in {} fits best",
    "linear": "a straight line fits best",
    "constant": "no change fits best",
}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The form that fits best, by how much it leads the straight line, and where it changes.

    ``criteria`` has the criterion of each form, smaller is better; ``margin`` is that of the
    line minus that of the best (0 when the line is best).
    """

    best: str
    margin: float
    at: int | None
    criteria: dict[str, float]


def compare(y: np.ndarray, time: np.ndarray) -> Comparison:
    """Compare the four forms for one series, shapes (n,)."""
    n, one = y.size, np.ones(y.size)
    line = (time - time.mean()) / max(float(np.ptp(time)), 1.0)
    edge = max(2, n // 10)
    criteria = {
        "constant": _criterion(y, one[:, None], time, 0),
        "linear": _criterion(y, np.column_stack((one, line)), time, 0),
    }
    places: dict[str, int | None] = {"constant": None, "linear": None}
    cuts = _thinned(range(edge, n - edge + 1))
    steps = {c: _criterion(y, np.column_stack((one, np.arange(n) >= c)), time, _DATE) for c in cuts}
    turns = {c: value for c in cuts if c < n and (value := _turn(y, time, c)) is not None}
    for name, found in (("step", steps), ("hump", turns)):
        if found:
            at = min(found, key=lambda c: found[c])
            criteria[name], places[name] = found[at], at
    best = min(criteria, key=lambda name: criteria[name])
    return Comparison(best, criteria["linear"] - criteria[best], places[best], criteria)


def _thinned(cuts: range) -> list[int]:
    """At most about 80 places to try."""
    return list(cuts)[:: max(1, len(cuts) // 80)]


def _turn(y: np.ndarray, time: np.ndarray, cut: int) -> float | None:
    """Criterion of two lines that meet at a point; ``None`` unless they slope opposite ways."""
    scale = max(float(np.ptp(time)), 1.0)
    left = np.minimum(time - time[cut], 0) / scale
    right = np.maximum(time - time[cut], 0) / scale
    x = np.column_stack((np.ones_like(time), left, right))
    found = fit(y[None, :], x, time)
    if found.coefficients[0, 1] * found.coefficients[0, 2] >= 0:
        return None
    return float(-2 * found.loglik[0] + (3 + 2 + _DATE) * np.log(y.size))


def _criterion(y: np.ndarray, x: np.ndarray, time: np.ndarray, dates: int) -> float:
    found = fit(y[None, :], x, time)
    return float(-2 * found.loglik[0] + (x.shape[1] + 2 + dates) * np.log(y.size))


def table(shape: Comparison) -> str:
    """The comparison as one line."""
    least = min(shape.criteria.values())
    parts = [f"{name} +{value - least:.1f}" for name, value in shape.criteria.items()]
    return f"Forms compared (BIC above the best): {', '.join(parts)}."
