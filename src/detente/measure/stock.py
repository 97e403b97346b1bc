"""The simple indices, for comparison and because people know them. None has an interval.

All three rise and fall with what happens to be reported; see ``docs/measure.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def event_stock(
    positive: Any, negative: Any, start: float = 0.0, bound: float = 9.0, gain: float = 0.1
) -> Floats:
    """Tsinghua's stock: acts add up, and count for less the closer the stock is to its end.

    ``P_t = P_{t-1} + gain (bound − P)/bound · positive + gain (bound + P)/bound · negative``
    with P the stock before the period (Yan and Zhou 2004: the value of an act is scaled by
    the room left in its direction). Never past ±``bound``.

    Parameters
    ----------
    positive, negative
        Summed weights of the friendly (≥ 0) and hostile (≤ 0) acts of each period; time
        is the last axis.
    start
        The stock before the first period.
    bound
        Where it saturates; 9 in the original.
    gain
        What a unit of weight adds at zero; the original scores acts by its own table, on
        which a visit is worth some tenths.
    """
    up, down = np.asarray(positive, dtype=float), np.asarray(negative, dtype=float)
    stock = np.full(up.shape[:-1], float(start))
    result = np.empty(up.shape)
    for period in range(up.shape[-1]):
        room_up, room_down = (bound - stock) / bound, (bound + stock) / bound
        stock = stock + gain * (room_up * up[..., period] + room_down * down[..., period])
        stock = np.clip(stock, -bound, bound)
        result[..., period] = stock
    return result


def moving_mean(n: Any, s: Any, window: int = 3) -> Floats:
    """Mean weight of the acts of the last ``window`` periods; NaN where there are none."""
    acts, total = _trailing(n, window), _trailing(s, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(acts > 0, total / acts, np.nan)
    return result


def net_cooperation(cooperative: Any, conflictual: Any, window: int = 1) -> Floats:
    """(cooperative − conflictual) / (cooperative + conflictual) acts, −1…1; NaN for none."""
    good, bad = _trailing(cooperative, window), _trailing(conflictual, window)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(good + bad > 0, (good - bad) / (good + bad), np.nan)
    return result


def _trailing(values: Any, window: int) -> Floats:
    total = np.cumsum(np.asarray(values, dtype=float), axis=-1)
    result = total.copy()
    result[..., window:] = total[..., window:] - total[..., :-window]
    return result
