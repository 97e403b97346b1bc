"""What one specification of a claim came to, before any verdict on the claim as a whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

import numpy as np

from detente.schema import Evidence, VerdictWord

#: Level of every test; intervals are 90 %, so that one end is a one-sided test at 5 %.
ALPHA = 0.05
#: Power at which the smallest effect is stated.
POWER = 0.80

Lean = Literal["for", "against", "neither"]
_LEANS: dict[str, Lean] = {
    "supported": "for",
    "partly supported": "for",
    "contradicted": "against",
}


#: Bars of the histogram of a null distribution that is not one of counts.
_BARS = 40


@dataclasses.dataclass(frozen=True, slots=True)
class UnderNull:
    """What the test's statistic would be under the null, and what it was.

    ``statistic`` names it for the axis of a figure, ``observed`` is its value in the data,
    ``shares`` gives the probability of each value or, where it is not a count, of the bar
    around each value (bars of equal width).
    """

    statistic: str
    observed: float
    shares: Mapping[float, float]


def of_counts(statistic: str, observed: int, mass: np.ndarray) -> UnderNull:
    """A null distribution of counts: ``mass[k]`` is the probability of ``k``."""
    return UnderNull(statistic, observed, {k: float(m) for k, m in enumerate(mass) if m > 0})


def of_draws(
    statistic: str, observed: float, draws: np.ndarray, weights: np.ndarray | None = None
) -> UnderNull:
    """A null distribution of simulated values as a histogram; ``weights`` need not sum to 1."""
    low, high = float(draws.min()), float(draws.max())
    mass, edges = np.histogram(draws, bins=_BARS, range=(low, high), weights=weights)
    mass = mass / mass.sum()
    middles = (edges[:-1] + edges[1:]) / 2
    shares = {float(x): float(m) for x, m in zip(middles, mass, strict=True) if m > 0}
    return UnderNull(statistic, observed, shares)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """The result of one specification.

    ``word`` is the verdict this specification alone would give, ``text`` the sentence that
    goes with it. ``p`` belongs to ``null``; ``lo90``/``hi90`` bound ``estimate``, which is
    the ``measure`` (risk ratio, rate ratio, change per decade, percentile, share, count).
    ``under_null`` is the distribution that ``p`` was read from, where there is one.
    """

    word: VerdictWord
    text: str
    measure: str = ""
    estimate: float | None = None
    lo90: float | None = None
    hi90: float | None = None
    p: float | None = None
    n: int | None = None
    null: str = ""
    smallest_effect: float | None = None
    evidence: tuple[Evidence, ...] = ()
    caveats: tuple[str, ...] = ()
    under_null: UnderNull | None = None

    @property
    def lean(self) -> Lean:
        """Whether it speaks for the claim, against it, or neither."""
        return _LEANS.get(self.word, "neither")
