"""The track record: the same question asked every month in the past, and what came of it.

At each origin all models are fitted anew to :func:`detente.forecast.history.cut`; the
combination's weights come from forecasts whose horizon was over by then. Brier score, log score
and the continuous ranked probability score of the count are those of ``scoringrules``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.forecast import climatology, combine, covariates, ewma, hawkes, season
from detente.forecast.history import (
    Floats,
    History,
    Ints,
    Timeline,
    add_months,
    cut,
    happened,
)
from detente.forecast.prediction import MOST, Model, Prediction

#: The models, simple first. What each is: docs/forecast.md.
MODELS: dict[str, Model] = {
    "climatology": climatology.model,
    "quarter": season.quarter,
    "recent": season.recent,
    "ewma": ewma.model,
    "hawkes": hawkes.model,
    "covariates": covariates.model,
}
#: Months of history before the first forecast is made.
TRAINING = 24


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """Forecasts of one horizon, oldest first; ``models`` ends with the combination.

    ``p`` (N, M) are the probabilities of at least ``at_least`` acts, ``pmf`` (N, M, MOST + 1)
    the distributions of the count, ``count`` (N,) what happened (−1: not over yet), ``weights``
    (N, M − 1) those of the combination.
    """

    months: int
    at_least: int
    models: tuple[str, ...]
    origins: tuple[dt.date, ...]
    p: Floats
    pmf: Floats
    count: Ints
    weights: Floats

    def until(self, known: History) -> Record:
        """Those that were over by the as-of date of a history, by what was known then."""
        starts, ends = _spans(self.origins, self.months)
        told = dataclasses.replace(self, count=happened(known.days, starts, ends))
        return told._only(ends <= known.as_of.toordinal())

    def since(self, day: dt.date) -> Record:
        """Those made on a day or later, and over by the end of the record."""
        return self._only(np.array([origin >= day for origin in self.origins], dtype=bool))

    def _only(self, keep: NDArray[np.bool_]) -> Record:
        mask = keep & (self.count >= 0)
        origins = tuple(day for day, kept in zip(self.origins, mask, strict=True) if kept)
        return dataclasses.replace(
            self, origins=origins, p=self.p[mask], pmf=self.pmf[mask], count=self.count[mask],
            weights=self.weights[mask],
        )  # fmt: skip


def origins(line: Timeline, as_of: dt.date, training: int = TRAINING) -> list[dt.date]:
    """The days of the month of ``as_of`` that have enough history and lie in the record."""
    last = line.end + dt.timedelta(1)
    out, k = [], 0
    while add_months(as_of, k - 1) >= add_months(line.start, training):
        k -= 1
    while (day := add_months(as_of, k)) <= last:
        if day >= add_months(line.start, training):
            out.append(day)
        k += 1
    return out


def roll(
    line: Timeline,
    days: Sequence[dt.date],
    horizons: Sequence[int],
    at_least: int = 1,
    models: Mapping[str, Model] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[int, Record]:
    """Forecasts at each of the days (ascending), every model fitted anew to what was known.

    Returns
    -------
    dict
        Horizon in months → :class:`Record`.
    """
    chosen = dict(models or MODELS)
    made: dict[int, list[dict[str, Prediction]]] = {months: [] for months in horizons}
    known: list[History] = []
    for day in days:
        progress(f"as of {day}")
        history = cut(line, day)
        known.append(history)
        fitted = {name: fit(history) for name, fit in chosen.items()}
        for months in horizons:
            made[months].append({name: predict(months) for name, predict in fitted.items()})
    return {
        months: _record(line, known, months, at_least, tuple(chosen), made[months])
        for months in horizons
    }


def _spans(days: Sequence[dt.date], months: int) -> tuple[Ints, Ints]:
    """First day of each horizon, and the day after its last, as ordinals."""
    starts = np.array([day.toordinal() for day in days], dtype=np.int64)
    ends = np.array([add_months(day, months).toordinal() for day in days], dtype=np.int64)
    return starts, ends


def _record(
    line: Timeline, known: list[History], months: int, at_least: int, names: tuple[str, ...],
    made: list[dict[str, Prediction]],
) -> Record:  # fmt: skip
    days = tuple(history.as_of for history in known)
    p = np.array([[row[name].at_least(at_least) for name in names] for row in made])
    p = p.reshape(len(days), len(names))
    pmf = np.array([[row[name].pmf for name in names] for row in made])
    pmf = pmf.reshape(len(days), len(names), MOST + 1)
    shares = _shares(known, months, at_least, p)
    pooled = np.einsum("nm,nmk->nk", shares, pmf)
    chance = np.clip((shares * p).sum(axis=1), 1e-6, 1 - 1e-6)
    starts, ends = _spans(days, months)
    count = happened(np.sort(line.place), starts, ends)
    count[ends > line.end.toordinal() + 1] = -1
    return Record(
        months, at_least, (*names, combine.NAME), days,
        np.concatenate([p, chance[:, None]], axis=1),
        np.concatenate([pmf, pooled[:, None]], axis=1), count, shares,
    )  # fmt: skip


def _shares(known: list[History], months: int, at_least: int, p: Floats) -> Floats:
    """Weights at each origin, from forecasts over by then and from what was known then."""
    starts, ends = _spans([history.as_of for history in known], months)
    out = np.empty(p.shape)
    for k, history in enumerate(known):
        over = np.nonzero(ends[:k] <= history.as_of.toordinal())[0]
        yes = happened(history.days, starts[over], ends[over]) >= at_least
        logs = np.where(yes[:, None], np.log(p[over]), np.log1p(-p[over]))
        out[k] = combine.weights(logs, months)
    return out
