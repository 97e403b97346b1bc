"""Days of acts with a planted truth for the tests of forecasts, and the forecasts made on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from detente.forecast import combine, hawkes, track
from detente.forecast.history import Timeline, add_months, cut, daily

START = dt.date(2006, 1, 1)
#: Background a day, branching ratio and decay in days: what launch days look like.
PLANTED = (0.0115, 0.7, 35.0)


def exciting(days: int, random: np.random.Generator) -> np.ndarray:
    """Acts that call forth acts."""
    return hawkes.simulate(days, *PLANTED, random)


def steady(days: int, random: np.random.Generator) -> np.ndarray:
    """Acts at one rate for ever."""
    return (random.random(days) < 0.026).astype(float)


def switching(days: int, random: np.random.Generator) -> np.ndarray:
    """A quiet and a busy regime, of about nine months each."""
    busy = np.cumsum(random.random(days) < 1 / 270) % 2
    return (random.random(days) < np.where(busy, 0.07, 0.008)).astype(float)


WORLDS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    "self-exciting": exciting,
    "steady": steady,
    "switching": switching,
}


def world(name: str, years: int, seed: int) -> Timeline:
    """A record of some years of acts, one a day at most."""
    end = START.replace(year=START.year + years) - dt.timedelta(1)
    days = WORLDS[name]((end - START).days + 1, np.random.default_rng(seed))
    place = np.nonzero(days)[0].astype(np.int64) + START.toordinal()
    return Timeline(START, end, place, place)


def covered(runs: int, days: int, planted: tuple[float, float, float], seed: int) -> np.ndarray:
    """Share of 90 % intervals that hold the planted background, branching ratio and decay."""
    held = np.zeros(3)
    for run in range(runs):
        found = hawkes.fit(hawkes.simulate(days, *planted, np.random.default_rng(seed + run)))
        ends = found.interval().values()
        held += [low <= truth <= high for (_, low, high), truth in zip(ends, planted, strict=True)]
    return held / runs


def forecasts(name: str, years: int, seed: int, first: int = 3) -> track.Record:
    """One month ahead, monthly from the given year of a planted record on."""
    line = world(name, years, seed)
    origin = START.replace(year=START.year + first)
    held = track.roll(line, track.origins(line, origin, 12 * first), [1])[1]
    return held.since(origin)


def true_chances(
    line: Timeline, origins: tuple[dt.date, ...], months_end: list[dt.date]
) -> np.ndarray:
    """Chance of at least one act in each month, known only to who planted ``PLANTED``."""
    background, branching, decay = PLANTED
    fade = np.exp(-1 / decay)
    out = []
    for day, end in zip(origins, months_end, strict=True):
        days = daily(cut(line, day))
        ages = len(days) - 1 - np.nonzero(days)[0]
        now, size = float(((1 - fade) * fade**ages).sum()), (end - day).days
        quiet = background * size + branching * now * (1 - fade**size) / (1 - fade)
        out.append(1 - np.exp(-quiet))
    return np.array(out)


def bands(line: Timeline, held: track.Record, every: int = 8) -> np.ndarray:
    """Whether each model's 90 % band holds the true chance, at every eighth month: (n, models)."""
    out = []
    for k in range(0, len(held.origins), every):
        day = held.origins[k]
        truth = true_chances(line, (day,), [add_months(day, 1)])[0]
        history = cut(line, day)
        made = {name: fit(history)(1) for name, fit in track.MODELS.items()}
        made[combine.NAME] = combine.pool(made, held.weights[k])
        ends = [one.band(1) for one in made.values()]
        out.append([low <= truth <= high for low, high in ends])
    return np.array(out)


def calibration(p: np.ndarray, yes: np.ndarray) -> tuple[float, float]:
    """Mean of outcomes minus forecasts, and the slope of a logistic recalibration (1 is right)."""
    x = np.log(p / (1 - p))
    a, b = 0.0, 1.0
    for _ in range(50):
        q = 1 / (1 + np.exp(-(a + b * x)))
        w = q * (1 - q)
        grad = np.array([(yes - q).sum(), ((yes - q) * x).sum()])
        hess = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]])
        a, b = np.array([a, b]) + np.linalg.solve(hess, grad)
    return float(yes.mean() - p.mean()), float(b)
