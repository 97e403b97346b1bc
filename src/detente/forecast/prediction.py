"""What a model says of the next months: a distribution of counts, and how sure it is of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from scipy.stats import gamma, nbinom, poisson

from detente.forecast.history import Floats, History

#: Counts from 0 to this are told apart; the last cell holds "this many or more".
MOST = 150
#: Points at which the distribution of a rate is taken.
_POINTS = (np.arange(49) + 0.5) / 49


@dataclasses.dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities of 0, 1, … acts in a horizon.

    ``pmf`` (MOST + 1,) is averaged over what the model does not know of its own parameters;
    ``spread`` gives, for a count, the probabilities of at least that many under each draw of
    the parameters, and the weights of the draws.
    """

    pmf: Floats
    spread: Callable[[int], tuple[Floats, Floats]]

    def at_least(self, count: int) -> float:
        """Probability of at least ``count`` acts, kept off 0 and 1."""
        return float(np.clip(1.0 - self.pmf[:count].sum(), 1e-6, 1 - 1e-6))

    def band(self, count: int, level: float = 0.9) -> tuple[float, float]:
        """Interval of that probability, from the model's doubt about its own parameters."""
        values, weights = self.spread(count)
        order = np.argsort(values, kind="stable")
        share = np.cumsum(weights[order]) - weights[order] / 2
        ends = np.interp([(1 - level) / 2, (1 + level) / 2], share / weights.sum(), values[order])
        return float(ends[0]), float(ends[1])


#: A model fitted to a history: months ahead → prediction.
Predict = Callable[[int], Prediction]
#: History → fitted model.
Model = Callable[[History], Predict]


def folded(cells: Floats) -> Floats:
    """Probabilities of 0…MOST, the rest in the last cell."""
    out = np.maximum(np.asarray(cells, dtype=float), 0.0)
    out[..., -1] += np.maximum(1.0 - out.sum(axis=-1), 0.0)
    result: Floats = out / out.sum(axis=-1, keepdims=True)
    return result


def negative_binomial(shape: float | Floats, mean: float | Floats) -> Floats:
    """Counts of the given mean and shape (variance mean + mean²/shape), as folded cells."""
    size, centre = np.asarray(shape, dtype=float), np.asarray(mean, dtype=float)
    share = size / (size + centre)
    return folded(nbinom.pmf(np.arange(MOST + 1), size[..., None], share[..., None]))


def rate_points(shape: Floats, rate: Floats) -> Floats:
    """The rates of gamma distributions at equally likely points, (…, points)."""
    points: Floats = gamma.ppf(_POINTS, shape[..., None], scale=1 / rate[..., None])
    return points


def gamma_poisson(shape: Floats, rate: Floats, weights: Floats, months: int) -> Prediction:
    """A Poisson count whose monthly rate is known up to a mixture of gamma distributions.

    Parameters
    ----------
    shape, rate, weights
        The gamma distributions of acts a month (G,), and their weights, summing to one.
    months
        The horizon.
    """
    cells = negative_binomial(shape, months * shape / rate)

    def spread(count: int) -> tuple[Floats, Floats]:
        rates = rate_points(shape, rate)
        tails = poisson.sf(count - 1, months * rates)
        return tails.ravel(), np.repeat(weights / rates.shape[1], rates.shape[1])

    return Prediction(folded(weights @ cells), spread)
