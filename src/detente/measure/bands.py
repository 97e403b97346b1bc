"""From states on a grid to the index: means and quantiles, of a direction and of a pair."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Probabilities of the quantiles that stand for a distribution: the middles of equal parts.
PARTS = 16
MIDDLES: Floats = (np.arange(PARTS) + 0.5) / PARTS
#: Ends of the 50 and 90 % intervals, in the order lo50, hi50, lo90, hi90.
ENDS: Floats = np.array([0.25, 0.75, 0.05, 0.95])


def edges(mean: Floats) -> Floats:
    """μ at the borders of the grid's cells (D, G+1), from μ at their middles (D, G)."""
    inner = (mean[:, 1:] + mean[:, :-1]) / 2
    return np.concatenate([mean[:, :1], inner, mean[:, -1:]], axis=1)


def quantiles(weights: NDArray[np.float32], border: Floats, probabilities: Floats) -> Floats:
    """Quantiles of μ (T, D, P): mass is even within a cell.

    Parameters
    ----------
    weights
        Probability of each cell (T, D, G), sums over cells equal to one.
    border
        μ at the cells' borders (D, G+1), increasing.
    probabilities
        P numbers in (0, 1).
    """
    periods, dyads, size = weights.shape
    total = np.cumsum(weights.reshape(-1, size), axis=1, dtype=np.float64)
    total /= total[:, -1:]
    # Row r is lifted by r: one sorted list, searched once for all rows and probabilities.
    rows = np.arange(len(total))[:, None]
    lifted = (total + rows).reshape(-1)
    found = np.searchsorted(lifted, (probabilities + rows).reshape(-1))
    cell = np.clip(found.reshape(len(total), -1) - rows * size, 0, size - 1)
    above = total[rows, cell]
    below = np.where(cell > 0, total[rows, np.maximum(cell - 1, 0)], 0.0)
    part = np.clip((probabilities - below) / np.maximum(above - below, 1e-12), 0, 1)
    whose = np.tile(np.arange(dyads), periods)[:, None]
    low = border[whose, cell]
    result = low + part * (border[whose, cell + 1] - low)
    return np.asarray(result.reshape(periods, dyads, -1))


def combine(
    first: NDArray[Any],
    second: NDArray[Any],
    moments: tuple[Floats, Floats, Floats, Floats],
    sign: int,
    shared: float = 0.0,
) -> tuple[Floats, Floats]:
    """Mean (C,) and interval ends (C, 4) of the sum or difference of two indices.

    Parameters
    ----------
    first, second
        Quantiles of the two at ``MIDDLES`` (C, PARTS).
    moments
        Mean and variance of the first, mean and variance of the second, each (C,).
    sign
        1: half the sum (both); −1: first minus second (asymmetry).
    shared
        Correlation of the errors of the two. The form of the distribution is that without
        it, its standard deviation that with it.
    """
    mean1, var1, mean2, var2 = moments
    scale = 0.5 if sign > 0 else 1.0
    mean = scale * (mean1 + sign * mean2)
    sd = scale * np.sqrt(var1 + var2 + sign * 2 * shared * np.sqrt(var1 * var2))
    ends = np.empty((len(first), 4))
    place = ENDS * PARTS**2 - 0.5
    whole = np.floor(place).astype(int)
    part = place - whole
    for low in range(0, len(first), 8192):
        cut = slice(low, low + 8192)
        all_pairs = scale * (first[cut][:, :, None] + sign * second[cut][:, None, :])
        flat = np.sort(all_pairs.reshape(len(all_pairs), -1).astype(np.float32), axis=1)
        spread = np.maximum(flat.std(axis=1), 1e-9)
        own = flat.mean(axis=1)
        found = flat[:, whole] * (1 - part) + flat[:, whole + 1] * part
        # The middles of parts lose some of the tails' variance: give it back.
        ends[cut] = mean[cut][:, None] + (found - own[:, None]) * (sd[cut] / spread)[:, None]
    return mean, ends
