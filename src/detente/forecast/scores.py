"""How good forecasts were: scores, their differences with intervals, reliability, sharpness."""

from __future__ import annotations

import dataclasses
import importlib
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from detente.forecast.history import Floats
from detente.forecast.track import Record

#: The scores; all are better when lower.
SCORES = ("brier", "log", "crps")
#: Groups of the reliability table.
BINS = (0.0, 0.1, 0.25, 0.4, 0.6, 0.75, 0.9, 1.0)
SEED, DRAWS = 20_171_112, 2_000


def each(record: Record) -> dict[str, Floats]:
    """Scores of each forecast of each model, {score: (N, M)}.

    ``brier`` is (p − y)²; ``log`` is −ln of the probability of what happened; ``crps`` that of
    the number of acts, which for whole numbers is the ranked probability score. All by
    ``scoringrules`` (Zanetta and Allen; Apache-2.0).
    """
    scoringrules: Any = importlib.import_module("scoringrules")  # untyped, and slow to import

    yes = np.repeat((record.count >= record.at_least)[:, None], len(record.models), axis=1)
    most = record.pmf.shape[2] - 1
    seen = np.repeat(np.minimum(record.count, most)[:, None] + 1, len(record.models), axis=1)
    fair = record.pmf / record.pmf.sum(axis=2, keepdims=True)
    return {
        "brier": np.asarray(scoringrules.brier_score(yes.astype(float), record.p)),
        "log": np.asarray(scoringrules.log_score(yes.astype(float), record.p)),
        "crps": np.asarray(scoringrules.rps_score(seen, fair)),
    }


def block_length(n: int, months: int) -> int:
    """Months in a block: two horizons, at least half a year, at most a third of the record."""
    return max(1, min(max(6, 2 * months), n // 3))


def resamples(n: int, length: int, draws: int = DRAWS) -> NDArray[np.intp]:
    """Row numbers of the circular block bootstrap (Politis and Romano 1992), (draws, n)."""
    random = np.random.default_rng(SEED)
    starts = random.integers(0, n, (draws, -(-n // length)))
    rows = (starts[:, :, None] + np.arange(length)) % n
    out: NDArray[np.intp] = rows.reshape(draws, -1)[:, :n]
    return out


def table(record: Record, against: str = "climatology") -> list[dict[str, Any]]:
    """Scores of every model, and how they differ from a rival's, month by month.

    Returns
    -------
    list of dict
        ``model``; per score its mean, ``<score>_lo90``/``_hi90`` of the mean, and
        ``<score>_gain`` (the rival's minus its own: above zero is better) with its paired 90 %
        interval, from blocks of months. Empty where no forecast is over.
    """
    n = len(record.origins)
    if not n:
        return []
    found, rival = each(record), record.models.index(against)
    rows = resamples(n, block_length(n, record.months))
    out = []
    for place, name in enumerate(record.models):
        line: dict[str, Any] = {"model": name, "n": n}
        for score in SCORES:
            own = found[score][:, place]
            gain = found[score][:, rival] - own
            line[score] = float(own.mean())
            line[f"{score}_lo90"], line[f"{score}_hi90"] = _ends(own[rows].mean(axis=1))
            line[f"{score}_gain"] = float(gain.mean())
            line[f"{score}_gain_lo90"], line[f"{score}_gain_hi90"] = _ends(gain[rows].mean(axis=1))
        line["sharpness"] = float(record.p[:, place].std())
        out.append(line)
    return out


def _ends(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def reliability(record: Record, name: str) -> list[dict[str, float]]:
    """How often it happened when a model said so: forecasts in groups of their probability.

    The interval is Jeffreys' for a share (90 %), of the forecasts divided by the horizon where
    horizons overlap. ``n`` counts forecasts.
    """
    p = record.p[:, record.models.index(name)]
    yes = record.count >= record.at_least
    out = []
    for low, high in itertools.pairwise(BINS):
        inside = (p >= low) & ((p < high) | (high == 1.0))
        n = int(inside.sum())
        if not n:
            continue
        share, worth = float(yes[inside].mean()), n / record.months
        ends = beta.ppf([0.05, 0.95], share * worth + 0.5, (1 - share) * worth + 0.5)
        out.append({
            "from": low, "to": high, "n": n, "forecast": float(p[inside].mean()),
            "happened": share, "lo90": float(ends[0]), "hi90": float(ends[1]),
        })  # fmt: skip
    return out


def hindsight(record: Record) -> Record:
    """The same record with one model more: the base rate of these very months.

    Nobody could have known it; a forecast that beats it knows when, and not only how often.
    """
    yes = record.count >= record.at_least
    base = float(np.clip(yes.mean(), 1e-6, 1 - 1e-6)) if len(yes) else 0.5
    most = record.pmf.shape[2]
    cells = np.bincount(np.minimum(record.count, most - 1), minlength=most) / max(len(yes), 1)
    p = np.concatenate([record.p, np.full((len(yes), 1), base)], axis=1)
    pmf = np.concatenate([record.pmf, np.tile(cells, (len(yes), 1, 1))], axis=1)
    return dataclasses.replace(record, models=(*record.models, "hindsight"), p=p, pmf=pmf)
