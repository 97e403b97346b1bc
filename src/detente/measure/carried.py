"""Steps over which the disturbance carries on, where the sum over all cuts had it begin anew.

Levels independent of each other let all ways of cutting a series be summed, at the price of a
disturbance drawn anew at each step. Where it lasts, that makes a step too cheap and its date too
sure: any large move of the disturbance then looks like one. Here the likelihood of a cut is worked
out with the disturbance carried over its steps, as that of a regression on steps with errors of
the AR(1)'s covariance. For one step that is exact; of several, each is moved in turn with the
others held where they are likeliest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cut = tuple[int, ...]


def carry(
    white: tuple[Floats, Floats, float], segment: Floats, places: Floats, modes: list[Cut],
    level_sd: float,
) -> Floats:  # fmt: skip
    """``places`` with the disturbance carried over the steps.

    Parameters
    ----------
    white
        The series (T,) and its T possible steps (T, T), whitened by the root of their
        covariance; and the log likelihood of the series when nothing explains it.
    segment
        Log likelihood of a level on [i, j), the disturbance begun anew (T+1, T+1).
    places
        Log weight of the j-th of k + 1 steps at t (MOST, MOST, T), the same.
    modes
        The likeliest cut by 1, 2, … steps; empty where there is none.
    level_sd
        Prior standard deviation of a level.
    """
    z, step, base = white
    gram, right = step.T @ step, step.T @ z
    moved = places.copy()
    for number, mode in enumerate(modes):
        if not mode:
            continue
        # levels = sums of steps: their independent priors as precision of the steps
        sums = np.tril(np.ones((number + 2, number + 2)))
        precision = sums.T @ sums / level_sd**2
        logdet = -2 * (number + 2) * np.log(level_sd)
        for which in range(number + 1):
            cuts, at = _moved(mode, which, len(segment) - 1)
            anew = _anew(segment, cuts)
            kept = np.isfinite(anew)
            cuts, at, anew = cuts[kept], at[kept], anew[kept]
            rows = np.column_stack([np.zeros(len(cuts), dtype=int), cuts])
            tight = gram[rows[:, :, None], rows[:, None, :]] + precision
            fit = np.linalg.solve(tight, right[rows][..., None])[..., 0]
            gain = (fit * right[rows]).sum(axis=1) - np.linalg.slogdet(tight)[1] + logdet
            change = base + 0.5 * gain - anew
            # beyond its neighbours a step's place is corrected as at its likeliest one
            rest = change[np.nonzero(at == mode[which])[0][0]]
            moved[number, which] += rest
            moved[number, which, at] += change - rest
    return moved


def _moved(mode: Cut, which: int, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The cut with one of its steps at each place between its neighbours, and those places."""
    bounds = (0, *mode, size)
    at = np.arange(bounds[which] + 1, bounds[which + 2])
    cuts = np.tile(np.array(mode, dtype=np.intp), (len(at), 1))
    cuts[:, which] = at
    return cuts, at


def _anew(segment: Floats, cuts: NDArray[np.intp]) -> Floats:
    """Log likelihood of each cut (N, k), the disturbance begun anew at each step."""
    ends = np.column_stack([np.zeros(len(cuts), dtype=int), cuts,
                            np.full(len(cuts), len(segment) - 1)])  # fmt: skip
    result: Floats = segment[ends[:, :-1], ends[:, 1:]].sum(axis=1)
    return result
