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

from detente.claims.autocorrelated import likelihoods

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
    n = y.size
    line = (time - time.mean()) / max(float(np.ptp(time)), 1.0)
    one = np.ones(n)
    edge = max(2, n // 10)
    cuts = _thinned(range(edge, n - edge + 1))
    steps = np.stack([np.column_stack((one, np.arange(n) >= cut)) for cut in cuts])
    bends = np.stack([_bend(time, min(cut, n - 2)) for cut in cuts])
    constant, _ = _criteria(y, one[None, :, None], time, 0)
    linear, _ = _criteria(y, np.column_stack((one, line))[None], time, 0)
    step, _ = _criteria(y, steps, time, _DATE)
    hump, slopes = _criteria(y, bends, time, _DATE)
    hump = np.where(slopes[:, 1] * slopes[:, 2] < 0, hump, np.inf)
    criteria = {"constant": float(constant[0]), "linear": float(linear[0]),
                "step": float(step.min()), "hump": float(hump.min())}  # fmt: skip
    criteria = {name: value for name, value in criteria.items() if np.isfinite(value)}
    places = {"step": cuts[int(step.argmin())], "hump": cuts[int(hump.argmin())]}
    best = min(criteria, key=lambda name: criteria[name])
    return Comparison(best, criteria["linear"] - criteria[best], places.get(best), criteria)


def _thinned(cuts: range) -> list[int]:
    """At most about 80 places to try."""
    return list(cuts)[:: max(1, len(cuts) // 80)]


def _bend(time: np.ndarray, cut: int) -> np.ndarray:
    """Two straight lines that meet at a point, as a design of three columns."""
    scale = max(float(np.ptp(time)), 1.0)
    left = np.minimum(time - time[cut], 0) / scale
    right = np.maximum(time - time[cut], 0) / scale
    return np.column_stack((np.ones_like(time), left, right))


def _criteria(
    y: np.ndarray, designs: np.ndarray, time: np.ndarray, dates: int
) -> tuple[np.ndarray, np.ndarray]:
    """Criterion of each design (smaller is better) and its coefficients."""
    loglik, coefficients = likelihoods(y, designs, time)
    cost = (designs.shape[2] + 2 + dates) * np.log(y.size)
    return -2 * loglik + cost, coefficients


def table(shape: Comparison) -> str:
    """The comparison as one line."""
    least = min(shape.criteria.values())
    parts = [f"{name} +{value - least:.1f}" for name, value in shape.criteria.items()]
    return f"Forms compared (BIC above the best): {', '.join(parts)}."
