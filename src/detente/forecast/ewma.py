"""The rate of late, older months counting less: half-life weighed by its own past forecasts.

A gamma distribution of the monthly rate whose evidence fades (the power steady model of
Smith 1979; West and Harrison 1997, ch. 10): with weights ``w`` halved every half-life, its shape
is ``a + Σ w x`` and its rate ``a / m + Σ w``, with ``m`` the mean of the months so far and
``a`` the acts that this mean counts for. Counts ahead are then negative binomial.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.signal import lfilter
from scipy.special import gammaln

from detente.forecast.history import Floats, History, monthly
from detente.forecast.prediction import Predict, Prediction, gamma_poisson

#: Half-lives tried, in months, and acts that the long-run mean counts for.
HALF_LIVES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0)
PRIORS = (0.1, 0.3, 1.0, 3.0, 10.0)
#: Months that come before the first forecast by which a half-life is judged.
BURN_IN = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Paths:
    """Shape and rate of each setting before each month and after the last: (G, T + 1)."""

    shape: Floats
    rate: Floats


def model(history: History) -> Predict:
    """All half-lives and priors, weighed by how well each forecast the months of the history."""
    counts = monthly(history)
    paths = run(counts)

    def predict(months: int) -> Prediction:
        weights = shares(counts, paths, months)
        return gamma_poisson(paths.shape[:, -1], paths.rate[:, -1], weights, months)

    return predict


def settings() -> list[tuple[float, float]]:
    """The settings (half-life, prior) in the order of the weights."""
    return [(half, prior) for half in HALF_LIVES for prior in PRIORS]


def run(counts: Floats) -> Paths:
    """The gamma distributions that each setting holds before each month."""
    n = len(counts)
    seen = np.concatenate([[0.0], np.cumsum(counts)])
    mean = (seen + 0.5) / (np.arange(n + 1) + 1)
    shapes, rates = [], []
    for half in HALF_LIVES:
        fade = 0.5 ** (1 / half)
        acts = np.concatenate([[0.0], lfilter([1.0], [1.0, -fade], counts)])
        months = (1 - fade ** np.arange(n + 1)) / (1 - fade)
        for prior in PRIORS:
            shapes.append(acts + prior)
            rates.append(months + prior / mean)
    return Paths(np.array(shapes), np.array(rates))


def shares(counts: Floats, paths: Paths, months: int) -> Floats:
    """Weight of each setting: its past log score for counts over the same horizon.

    Only horizons that were over by the end of the history are scored; those of several
    months overlap, so their sum is divided by the horizon.
    """
    n = len(counts)
    first, last = min(BURN_IN, n), n - months
    if last < first:
        return np.full(len(paths.shape), 1 / len(paths.shape))
    sums = np.convolve(counts, np.ones(months), "valid")[first : last + 1]
    shape, rate = paths.shape[:, first : last + 1], paths.rate[:, first : last + 1]
    score = (
        gammaln(sums + shape) - gammaln(shape) - gammaln(sums + 1)
        + shape * np.log(rate / (rate + months)) + sums * np.log(months / (rate + months))
    ).sum(axis=1) / months  # fmt: skip
    out = np.exp(score - score.max())
    result: Floats = out / out.sum()
    return result
