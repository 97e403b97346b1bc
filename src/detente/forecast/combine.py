"""One forecast out of several: each weighed by how its past forecasts came out, and only that.

A model's weight is proportional to ``exp(S / 2)``, ``S`` being the sum of its past log scores
for the same question (divided by the horizon, since horizons of several months overlap).
Without the half that is Bayesian model averaging (Geweke and Amisano 2011 on pools); with it
the weights do not run to one model on the luck of a few months. The half was chosen on
planted data (docs/forecast.md), not on any casebook. The distributions are mixed, not multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.forecast.history import Floats
from detente.forecast.prediction import Prediction, folded

#: What the combination is called among the models.
NAME = "combination"
#: The share of the past log scores that counts.
TEMPER = 0.5


def weights(scores: Floats, months: int) -> Floats:
    """Weights of the models from their past log scores (forecasts, models); equal at first."""
    if not len(scores):
        return np.full(scores.shape[1], 1 / scores.shape[1])
    total = TEMPER * scores.sum(axis=0) / months
    out = np.exp(total - total.max())
    result: Floats = out / out.sum()
    return result


def pool(predictions: Mapping[str, Prediction], share: Floats) -> Prediction:
    """The mixture of predictions, in the order of the weights."""
    members = list(predictions.values())
    cells = np.stack([one.pmf for one in members])

    def spread(count: int) -> tuple[Floats, Floats]:
        found = [one.spread(count) for one in members]
        values = np.concatenate([value for value, _ in found])
        parts = [w / w.sum() * part for (_, w), part in zip(found, share, strict=True)]
        return values, np.concatenate(parts)

    return Prediction(folded(share @ cells), spread)
