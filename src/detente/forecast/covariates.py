"""Poisson regression on what was known before: late counts, the season, and named covariates.

Each month of the history gives one row for every horizon that was over by its end: the acts
that followed, and what was known when it began. Fitted with statsmodels' generalised linear
models; bursts widen the distribution by Pearson's statistic (quasi-Poisson; McCullagh and
Nelder 1989, ch. 6).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from detente.forecast import climatology
from detente.forecast.history import Floats, History, Ints, Lead, edges, monthly
from detente.forecast.prediction import MOST, Predict, Prediction, folded, negative_binomial

#: Months over which other acts are counted, and in which the first row has its past.
WINDOW, BURN_IN = 3, 12
#: Rows for each coefficient below which the base rate is taken instead.
ROWS = 6
SEED, DRAWS = 20_171_111, 100


def model(history: History) -> Predict:
    """The regression fitted to a history; climatology where there is too little to fit."""
    counts, bounds = monthly(history), edges(history)
    rows = features(counts, bounds, history.leads)
    plain = climatology.model(history)

    def predict(months: int) -> Prediction:
        n = len(counts) - months
        if (n + 1 - BURN_IN) < ROWS * rows.shape[1] * float(np.sqrt(months)):
            return plain(months)
        sums = np.convolve(counts, np.ones(months), "valid")[BURN_IN : n + 1]
        found = fitted(rows[BURN_IN : n + 1], sums)
        return plain(months) if found is None else _ahead(found, rows[-1], months)

    return predict


def features(counts: Floats, bounds: Ints, leads: tuple[Lead, ...]) -> Floats:
    """What was known at the start of each month and at the as-of date: (T + 1, columns)."""
    n = len(counts)
    seen = np.concatenate([[0.0], np.cumsum(counts)])

    def late(window: int) -> Floats:
        first = np.maximum(np.arange(n + 1) - window, 0)
        out: Floats = np.log((seen - seen[first] + 0.5) / np.maximum(window, 1))
        return out

    angle = 2 * np.pi * (bounds + 15) / 365.2425
    columns = [np.ones(n + 1), late(1), late(3), late(12), np.sin(angle), np.cos(angle)]
    columns += [_lead(lead, bounds) for lead in leads]
    return np.stack(columns, axis=1)


def _lead(lead: Lead, bounds: Ints) -> Floats:
    """Other acts known and put into the three months before; or a series' last value."""
    out = np.zeros(len(bounds))
    for place, day in enumerate(bounds):
        n = int(np.searchsorted(lead.known, day))
        if lead.value is not None:
            out[place] = lead.value[n - 1] if n else np.nan
        else:
            out[place] = np.log1p((lead.place[:n] >= day - 91).sum())
    known = out[~np.isnan(out)]
    out[np.isnan(out)] = known.mean() if known.size else 0.0
    sd = out.std()
    result: Floats = (out - out.mean()) / (sd if sd > 0 else 1.0)
    return result


def fitted(rows: Floats, sums: Floats) -> tuple[Floats, Floats, float] | None:
    """Coefficients, their covariance and the dispersion; ``None`` where the fit fails."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    if not sums.any():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: Any = GLM(sums, rows, family=families.Poisson()).fit(maxiter=50)
        except (ValueError, np.linalg.LinAlgError):
            return None
    if not found.converged or not np.all(np.isfinite(found.params)):
        return None
    excess = max(1.0, float(found.pearson_chi2) / max(float(found.df_resid), 1.0))
    return np.asarray(found.params), np.asarray(found.cov_params()), excess


def _ahead(found: tuple[Floats, Floats, float], row: Floats, months: int) -> Prediction:
    """Counts ahead, over normal draws of the linear predictor; horizons overlap, hence √."""
    params, cov, excess = found
    sd = float(np.sqrt(np.maximum(row @ cov @ row, 0.0) * excess * months))
    random = np.random.default_rng(SEED)
    centre = float(row @ params) + min(sd, 2.0) * random.standard_normal(DRAWS)
    means = np.clip(np.exp(np.minimum(centre, 6.0)), 1e-6, MOST / 1.5)
    cells = negative_binomial(means / max(excess - 1, 1e-3), means)

    def spread(count: int) -> tuple[Floats, Floats]:
        return 1 - cells[:, :count].sum(axis=1), np.full(len(cells), 1 / len(cells))

    return Prediction(folded(cells.mean(axis=0)), spread)
