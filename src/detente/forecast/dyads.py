"""All dyads at once: will there be material conflict, or material cooperation, next period?

For every directed dyad seen so far, the probability of at least one act of quad class 4 (and 2)
in the period after the last. Three models: *climatology*, the dyad's own share of periods,
drawn toward that of all; *last value*, what follows a period with and without such an act,
over all dyads; *smoothed*, a logistic regression over all dyads on their fading rates, those
of the other direction, and how busy they are, refitted each period to the periods before it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from detente.engine.sql import Columns, Engine, Step
from detente.errors import InputError
from detente.forecast.history import Floats
from detente.measure.events import load
from detente.measure.periods import By, label
from detente.measure.run import SUFFIXES, Outcome, grain, write

#: What is forecast: name → quad class.
OUTCOMES = {"material conflict": 4, "material cooperation": 2}
MODELS = ("climatology", "last value", "smoothed")
#: Half-lives of the fading rates, in periods; periods whose outcomes the regression is fitted to.
HALF_LIVES, FITTED = (1.5, 6.0), 6
#: Log odds (a chance of 12 %) at which the slope of a rate may change: busy dyads are few, and
#: the line that fits the quiet ones overstates them.
KNEE = -2.0
#: Periods before the first forecast that is scored.
TRAINING = 8
#: Ridge of the regression's coefficients, in rows.
RIDGE = 1.0
COLUMNS = ("source", "target", "period", "outcome", "probability", "climatology", "last_value")

QUADS = Step(
    "quads",
    "SELECT source, target, period, CAST(sum(n) AS BIGINT) AS n, "
    "CAST(sum(CASE WHEN quad = 4 THEN n ELSE 0 END) AS BIGINT) AS conflict, "
    "CAST(sum(CASE WHEN quad = 2 THEN n ELSE 0 END) AS BIGINT) AS cooperation "
    "FROM placed GROUP BY source, target, period",
    "acts of a directed dyad in a period, all, of material conflict, of material cooperation",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Panel:
    """Directed dyads (D) by periods (T): acts, and whether there was one of each outcome.

    ``back`` is the row of the other direction, −1 where there is none; ``start`` the number of
    the first period.
    """

    source: NDArray[np.object_]
    target: NDArray[np.object_]
    back: NDArray[np.intp]
    acts: Floats
    happened: dict[str, Floats]
    start: int
    by: By


@dataclasses.dataclass(frozen=True, slots=True)
class Track:
    """Scores of the forecasts of one outcome, summed by dyad: (D, models); ``n`` (D,) forecasts.

    ``rate`` is how often it happened; ``groups`` the reliability table of the smoothed model:
    rows of forecasts, mean probability, share that happened.
    """

    brier: Floats
    log: Floats
    n: Floats
    rate: float
    groups: list[tuple[int, float, float]]


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """The forecasts of the next period (columns as ``COLUMNS``), the track, seconds, warnings."""

    columns: Columns
    tracks: dict[str, Track]
    panel: Panel
    seconds: float
    warnings: tuple[str, ...]


def forecast(
    events: Any,
    by: By = "month",
    check_states: bool = True,
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Result:
    """Forecasts for all directed dyads of a file, and how such forecasts did so far.

    Parameters
    ----------
    events, check_states
        As in :func:`detente.measure.events.load`.
    by
        ``week``, ``month`` or ``year``.

    Raises
    ------
    InputError
        As in :func:`detente.measure.events.load`; or fewer periods than it takes to fit.
    """
    own = engine is None
    if engine is None:
        from detente.engine.duckdb import connect

        engine = connect()
    try:
        loaded = load(engine, events, by, check_states=check_states)
        engine.run(QUADS)
        panel = read(engine, by, loaded.where)
    finally:
        if own:
            engine.close()
    begun = time.perf_counter()
    tracks, ahead = {}, {}
    for outcome in OUTCOMES:
        progress(outcome)
        tracks[outcome], ahead[outcome] = _roll(panel, outcome)
    seconds = time.perf_counter() - begun
    return Result(_columns(panel, ahead), tracks, panel, seconds, loaded.warnings)


def run(events: str | Path, by: str = "month", out: str | Path | None = None) -> Outcome:
    """``detente forecast --events``: the table, written to a ``.csv``, ``.parquet``, ``.jsonl``.

    Raises
    ------
    InputError
        As in :func:`forecast`; an unknown grain or suffix. Nothing is written then.
    """
    from detente.engine.duckdb import connect

    target = Path(out) if out is not None else None
    if target is not None and target.suffix.lower() not in SUFFIXES:
        raise InputError(f"-o {target}", f"the suffix {target.suffix!r}", " or ".join(SUFFIXES))
    engine = connect()
    try:
        made = forecast(events, grain(by), engine=engine)
        if target is not None:
            write(made.columns, target)
    finally:
        engine.close()
    return Outcome(made.columns, made.warnings, target)


def read(engine: Engine, by: By, where: str) -> Panel:
    """Table ``quads`` as a panel with zeros.

    Raises
    ------
    InputError
        Fewer than three periods with acts in between.
    """
    rows = engine.columns("SELECT * FROM quads ORDER BY source, target, period")
    period = np.asarray(rows["period"])
    if not len(period) or int(period.max()) - int(period.min()) < FITTED:
        raise InputError(
            where, f"acts in fewer than {FITTED + 1} periods", f"at least {FITTED + 1}",
            "forecast by a finer grain (--by week)",
        )  # fmt: skip
    source, target = np.asarray(rows["source"], object), np.asarray(rows["target"], object)
    new = np.ones(len(source), dtype=bool)
    new[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    row, heads, start = np.cumsum(new) - 1, np.nonzero(new)[0], int(period.min())
    shape = (len(heads), int(period.max()) - start + 1)
    parts = {name: np.zeros(shape) for name in ("n", "conflict", "cooperation")}
    for name, part in parts.items():
        part[row, period - start] = np.asarray(rows[name], dtype=float)
    place = {(a, b): k for k, (a, b) in enumerate(zip(source[heads], target[heads], strict=True))}
    back = np.array([place.get((b, a), -1) for a, b in place], dtype=np.intp)
    happened = {
        "material conflict": (parts["conflict"] > 0).astype(float),
        "material cooperation": (parts["cooperation"] > 0).astype(float),
    }
    return Panel(source[heads], target[heads], back, parts["n"], happened, start, by)


def _roll(panel: Panel, outcome: str) -> tuple[Track, Floats]:
    """Scores at every past period, and the probabilities of the next: (D, models)."""
    y = panel.happened[outcome]
    dyads, periods = y.shape
    seen = np.cumsum(panel.acts, axis=1) > 0
    brier, log = np.zeros((dyads, len(MODELS))), np.zeros((dyads, len(MODELS)))
    n, said, came = np.zeros(dyads), [], []
    past: list[Floats] = []
    p = np.full((dyads, len(MODELS)), np.nan)
    first = min(TRAINING, periods - 1)
    state = _State(panel, outcome)
    for t in range(periods + 1):
        rows = state.features(t)
        if t >= first:
            p = _models(state, rows, past, seen, y, t)
        if first <= t < periods:
            known, truth = seen[:, t - 1], y[:, t][:, None]
            chance = p[known]
            brier[known] += (chance - truth[known]) ** 2
            log[known] -= np.log(np.where(truth[known] > 0, chance, 1 - chance))
            n[known] += 1
            said.append(chance[:, -1])
            came.append(truth[known, 0])
        past = [*past, rows][-FITTED:]
        if t < periods:
            state.add(t)
    groups = _groups(np.concatenate(said), np.concatenate(came)) if said else []
    rate = float(np.concatenate(came).mean()) if came else float("nan")
    return Track(brier, log, n, rate, groups), p


class _State:
    """Sums over the periods added so far: nothing later can be in them."""

    def __init__(self, panel: Panel, outcome: str) -> None:
        dyads = len(panel.acts)
        self.panel, self.y, self.t = panel, panel.happened[outcome], 0
        self.total = np.zeros(dyads)
        self.fading = np.zeros((dyads, len(HALF_LIVES)))
        self.busy, self.moves = np.zeros(dyads), np.full((2, 2), 0.5)

    def add(self, t: int) -> None:
        """Take in period ``t``."""
        fades = 0.5 ** (1 / np.array(HALF_LIVES))
        if t:
            for before in (0, 1):
                rows = self.y[:, t - 1] == before
                after = self.y[rows, t].sum()
                self.moves[before] += (rows.sum() - after, after)
        self.total += self.y[:, t]
        self.fading = self.fading * fades + self.y[:, t][:, None]
        self.busy = self.busy * fades[-1] + self.panel.acts[:, t]
        self.t = t + 1

    def features(self, t: int) -> Floats:
        """What is known of each dyad before period ``t``: (D, columns)."""
        assert t == self.t, "features of a period whose past is not taken in"
        fades = 0.5 ** (1 / np.array(HALF_LIVES))
        weight = (1 - fades**t) / (1 - fades) if t else np.zeros(len(HALF_LIVES))
        mean = (self.total.sum() + 0.5) / (len(self.total) * max(t, 1) + 1)
        rate = (self.fading + mean) / (weight + 1)
        other = np.where((self.panel.back >= 0)[:, None], rate[self.panel.back], mean)
        share = (self.total[:, None] + mean) / (t + 1)
        parts = [
            np.ones((len(rate), 1)),
            _logit(share),
            np.maximum(_logit(share), -2.0), _logit(rate), _logit(other[:, [1]]),
            np.log1p(self.busy)[:, None],
        ]  # fmt: skip
        return np.concatenate(parts, axis=1)


def _models(
    state: _State, rows: Floats, past: list[Floats], seen: NDArray[np.bool_], y: Floats, t: int
) -> Floats:
    """Probabilities of period ``t`` (D, models) from what came before it."""
    mean = (state.total.sum() + 0.5) / (len(state.total) * t + 1)
    climatology = (state.total + mean) / (t + 1)
    follows = state.moves[:, 1] / state.moves.sum(axis=1)
    last = follows[y[:, t - 1].astype(int)]
    keep = [k for k in range(len(past)) if t - len(past) + k > 0]
    known = [seen[:, t - len(past) + k - 1] for k in keep]
    x = np.concatenate([past[k][mask] for k, mask in zip(keep, known, strict=True)])
    z = np.concatenate([y[mask, t - len(past) + k] for k, mask in zip(keep, known, strict=True)])
    out = np.stack([climatology, last, expit(rows @ _logistic(x, z))], axis=1)
    result: Floats = np.clip(out, 1e-6, 1 - 1e-6)
    return result


def _logistic(x: Floats, y: Floats) -> Floats:
    """Coefficients of a logistic regression by Newton's method, with a small ridge.

    Our own twelve lines: statsmodels' takes some ten times as long on half a million rows.
    """
    ridge = np.diag([0.0, *[RIDGE] * (x.shape[1] - 1)])
    beta = np.zeros(x.shape[1])
    beta[0] = _logit(np.array([(y.sum() + 0.5) / (len(y) + 1)]))[0]
    for _ in range(25):
        p = expit(x @ beta)
        slope = x.T @ (y - p) - ridge @ beta
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        beta = beta + step * min(1.0, 4.0 / float(np.abs(step).max() + 1e-12))
        if float(np.abs(step).max()) < 1e-6:
            break
    return beta


def _logit(p: Floats) -> Floats:
    safe = np.clip(p, 1e-6, 1 - 1e-6)
    out: Floats = np.log(safe / (1 - safe))
    return out


def _groups(p: Floats, y: Floats) -> list[tuple[int, float, float]]:
    ends = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0 + 1e-9])
    place = np.searchsorted(ends, p, side="right") - 1
    out = []
    for k in range(len(ends) - 1):
        inside = place == k
        if inside.any():
            out.append((int(inside.sum()), float(p[inside].mean()), float(y[inside].mean())))
    return out


def _columns(panel: Panel, ahead: dict[str, Floats]) -> Columns:
    seen = panel.acts.sum(axis=1) > 0
    times = len(ahead)
    period = label(panel.start + panel.acts.shape[1], panel.by)
    words = np.array(list(ahead), dtype=object)
    p = np.concatenate([ahead[name][seen] for name in ahead]).round(5)
    return {
        "source": np.tile(panel.source[seen], times), "target": np.tile(panel.target[seen], times),
        "period": np.full(times * int(seen.sum()), period, dtype=object),
        "outcome": np.repeat(words, int(seen.sum())), "probability": p[:, 2],
        "climatology": p[:, 0], "last_value": p[:, 1],
    }  # fmt: skip


def compare(
    track: Track, score: str, rows: NDArray[np.bool_] | None = None, draws: int = 500, seed: int = 7
) -> list[dict[str, float]]:
    """Mean score of each model, and the smoothed model's gain over it with a paired interval.

    Dyads are drawn anew (``draws`` times), so that the interval holds for other dyads of the
    same periods. Keys: ``score``, ``gain``, ``lo90``, ``hi90``; above zero the smoothed
    model is better.
    """
    sums = track.brier if score == "brier" else track.log
    keep = (track.n > 0) & (np.ones(len(track.n), dtype=bool) if rows is None else rows)
    sums, n = sums[keep], track.n[keep]
    random = np.random.default_rng(seed)
    gains = sums - sums[:, [-1]]
    boot = []
    for _ in range(draws):
        weight = np.bincount(random.integers(len(n), size=len(n)), minlength=len(n))
        boot.append(weight @ gains / (weight @ n))
    low, high = np.quantile(np.array(boot), [0.05, 0.95], axis=0)
    return [
        {"score": float(sums[:, k].sum() / n.sum()), "gain": float(gains[:, k].sum() / n.sum()),
         "lo90": float(low[k]), "hi90": float(high[k])}
        for k in range(len(MODELS))
    ]  # fmt: skip
