"""How a composition of acts follows from one number: the tilted family of a dyad.

Given that an act of a directed dyad is reported, it weighs ``w_k`` with probability

    p_k(θ) = π_k exp(θ w_k) / Σ_j π_j exp(θ w_j),

π the dyad's own shape and θ its state: an exponential family (Efron 1978) whose mean
μ(θ) = Σ_k w_k p_k(θ) is the index, and in which the number of acts N and the sum of their
weights S say all there is to know about θ: log L = S θ − N A(θ).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Acts' worth of the file's overall shape that is mixed into each dyad's own.
SHAPE_ACTS = 5.0
#: Spread of the dyads' states that the first rough centring assumes, per unit of weight.
ROUGH_SD = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Data:
    """What the model sees of D directed dyads over T periods.

    ``n`` (D, T) counts acts; ``s`` (D, T) sums their weights; ``shape`` (D, K) counts acts
    by weight over all periods; ``w`` (K,) are the weights, −10…10.
    """

    n: Ints
    s: Floats
    shape: Floats
    w: Floats

    def rows(self, keep: NDArray[np.intp]) -> Data:
        """The same for some of the dyads."""
        return Data(self.n[keep], self.s[keep], self.shape[keep], self.w)


def pooled(shape: Floats) -> Floats:
    """Composition over all dyads (K,), with one act spread over the weights."""
    total = shape.sum(axis=0)
    share: Floats = (total + 1.0 / len(total)) / (total.sum() + 1.0)
    return share


def centre(data: Data, overall: Floats) -> Floats:
    """Rough state of each dyad (D,): the posterior mode over all its periods."""
    theta = np.linspace(-1.2, 1.2, 481)
    cumulant = np.log(overall @ np.exp(np.outer(data.w, theta)))
    total, acts = data.s.sum(axis=1), data.n.sum(axis=1)
    found = np.empty(len(total))
    for low in range(0, len(total), 4096):
        part = slice(low, low + 4096)
        score = np.outer(total[part], theta) - np.outer(acts[part], cumulant)
        found[part] = theta[np.argmax(score - theta**2 / (2 * ROUGH_SD**2), axis=1)]
    return found


def shapes(data: Data, overall: Floats, centres: Floats) -> Floats:
    """Shape π of each dyad (D, K), in the units in which θ = 0 is the pooled composition.

    The dyad's own composition, smoothed with ``SHAPE_ACTS`` acts of the pooled one tilted
    to the same mean, is tilted back by the rough state.
    """
    tilt = np.exp(np.outer(centres, data.w))
    prior = overall * tilt
    prior /= prior.sum(axis=1, keepdims=True)
    own = (data.shape + SHAPE_ACTS * prior) / tilt
    result: Floats = own / own.sum(axis=1, keepdims=True)
    return result


def cumulants(shape: Floats, w: Floats, middle: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """A(θ) and μ(θ) of each dyad on its grid ``middle + offsets``: two arrays (D, G)."""
    steps = np.exp(np.outer(w, offsets))
    moved = shape * np.exp(np.outer(middle, w))
    mass = moved @ steps
    return np.log(mass), ((moved * w) @ steps) / mass
