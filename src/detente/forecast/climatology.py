"""Climatology: what happened in all windows of the same length so far. The base rate."""

from __future__ import annotations

import numpy as np
from scipy.stats import beta

from detente.forecast.history import Floats, History, monthly
from detente.forecast.prediction import MOST, Predict, Prediction, folded, negative_binomial

_POINTS = (np.arange(99) + 0.5) / 99


def model(history: History) -> Predict:
    """The share of past windows with so many acts, over one window's worth of prior.

    Windows of several months overlap; they count as the months in them divided by their
    length. The prior is a geometric distribution with the mean of the history. The interval
    of a probability is a beta distribution's with the number of windows that would say as much
    if they were independent of each other.
    """
    counts = monthly(history)

    def predict(months: int) -> Prediction:
        rate = (counts.sum() + 0.5) / (len(counts) + 1)
        prior = negative_binomial(1.0, rate * months)
        if len(counts) < months:
            return Prediction(prior, lambda count: _beta(prior, count, 1.0))
        sums = np.convolve(counts, np.ones(months), "valid")
        seen = np.bincount(np.minimum(sums, MOST).astype(int), minlength=MOST + 1) / len(sums)
        windows = len(counts) / months
        cells = folded((windows * seen + prior) / (windows + 1))

        def spread(count: int) -> tuple[Floats, Floats]:
            alike = inflation((counts if months == 1 else sums[::months]) >= count)
            return _beta(cells, count, windows / alike)

        return Prediction(cells, spread)

    return predict


def inflation(series: Floats | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """By how much neighbours that resemble each other widen the variance of a mean, at least 1.

    One plus twice the sum of the autocorrelations up to the first that is not positive, or
    a year (Geyer 1992, in its simple form).
    """
    centred = np.asarray(series, dtype=float) - np.mean(series)
    total = float(centred @ centred)
    if total == 0 or len(centred) < 8:
        return 1.0
    out = 1.0
    for lag in range(1, min(13, len(centred) // 2)):
        corr = float(centred[lag:] @ centred[:-lag]) / total
        if corr <= 0:
            break
        out += 2 * corr
    return out


def _beta(cells: Floats, count: int, windows: float) -> tuple[Floats, Floats]:
    p = float(np.clip(1 - cells[:count].sum(), 1e-6, 1 - 1e-6))
    values = beta.ppf(_POINTS, p * (windows + 1), (1 - p) * (windows + 1))
    return values, np.full(len(values), 1 / len(values))
