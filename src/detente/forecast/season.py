"""Two simple forecasts: the season of the year, and the rate of the last three months."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
from scipy.stats import gamma

from detente.forecast.history import Floats, History, add_months, edges, monthly
from detente.forecast.prediction import Predict, Prediction, gamma_poisson, negative_binomial

#: Months of the overall rate that each quarter's rate is drawn toward.
SHRINK = 24.0
#: Acts that the overall rate counts for, beside those of the last three months.
PRIOR = 0.5
_POINTS = (np.arange(49) + 0.5) / 49


def quarter(history: History) -> Predict:
    """The rate of each quarter of the calendar year, drawn toward the overall rate."""
    counts = monthly(history)
    bounds = edges(history)
    place = np.array([_quarter(a, b) for a, b in itertools.pairwise(bounds)], int)
    overall = (counts.sum() + 0.5) / (len(counts) + 1)
    rates = np.array([
        (counts[place == q].sum() + SHRINK * overall) / ((place == q).sum() + SHRINK)
        for q in range(4)
    ])  # fmt: skip

    def predict(months: int) -> Prediction:
        ahead = [add_months(history.as_of, k).toordinal() for k in range(months + 1)]
        excess = dispersion(counts, months)
        mean = sum(rates[_quarter(a, b)] for a, b in itertools.pairwise(ahead))
        return spread_rate(float(mean), excess, float(counts.sum()))

    return predict


def recent(history: History) -> Predict:
    """The rate of the last three months, with half an act of the overall rate."""
    counts = monthly(history)
    overall = (counts.sum() + 0.5) / (len(counts) + 1)
    shape = np.array([counts[-3:].sum() + PRIOR])
    rate = np.array([len(counts[-3:]) + PRIOR / overall])
    return lambda months: gamma_poisson(shape, rate, np.ones(1), months)


def _quarter(first: int, after: int) -> int:
    """Quarter of the year (0…3) that holds the middle of a month."""
    return (dt.date.fromordinal((int(first) + int(after) - 1) // 2).month - 1) // 3


def dispersion(counts: Floats, months: int) -> float:
    """Variance over mean of the acts in windows, at least 1: acts in bursts have more."""
    if len(counts) < 2 * months + 10 or not counts.sum():
        return 1.0 if months == 1 else dispersion(counts, 1)
    sums = np.convolve(counts, np.ones(months), "valid")
    return max(1.0, float(sums.var(ddof=1) / sums.mean()))


def spread_rate(mean: float, excess: float, acts: float) -> Prediction:
    """A mean known from ``acts`` acts that came in bursts of variance over mean ``excess``."""
    shape = mean / max(excess - 1, 1e-3)
    factors = gamma.ppf(_POINTS, acts / excess + 0.5, scale=1 / (acts / excess + 0.5))

    def spread(count: int) -> tuple[Floats, Floats]:
        cells = negative_binomial(shape * factors, mean * factors)
        return 1 - cells[:, :count].sum(axis=1), np.full(len(factors), 1 / len(factors))

    return Prediction(negative_binomial(shape, mean), spread)
