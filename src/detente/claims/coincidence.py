"""Do acts fall on occasions more (or less) often than they would anyway?

Statistic: the number ``S`` of event days inside the windows. A day with several events counts
once; windows that overlap are joined, so a day inside two of them counts once. Estimate: the
risk ratio, event days per day inside over event days per day outside.

Nulls, all of which keep the clustering of the events (gap CV near 2 for missile tests, where a
shuffle of single days would be far too sure):

* ``circular-shift``: the events keep their order and gaps and are shifted round the period by
  every number of days; ``S`` for all shifts at once is a circular cross-correlation, by FFT.
  Exact: all shifts, no draws (Besag and Clifford 1989 for the p-value of a group of moves;
  Politis and Romano 1992 for the circle).
* ``within-year``: the events of each calendar year are shifted round that year, each year on
  its own: keeps the yearly rate. Exact: the distributions of the years are convolved.
* ``within-year-weekday``: the same by whole weeks: keeps the day of the week as well.
* ``across-years``: the events of each year are tried against the windows of another, the years
  dealt anew 9,999 times with a fixed seed: keeps the season. It has no power over occasions
  that return on the same days each year, and that is its point: the data cannot then tell the
  occasion from the season.
* ``jitter-Nd``: each joined window is moved by up to N days either way, each on its own, the
  events stay: keeps season and rate to within N days. Exact: convolution over windows.

Why our own: pyunicorn's event coincidence analysis knows Poisson and independent shuffles only.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from detente.claims import clustered
from detente.claims.finding import ALPHA, POWER, Finding, of_counts
from detente.claims.inputs import Dated, Inputs, Row, Span
from detente.schema import VerdictWord, bounds

#: A risk ratio nearer to 1 than this (or its inverse) counts as no effect.
NEGLIGIBLE = 1.25
_DEALS, _SEED = 9_999, 20_160_905


@dataclasses.dataclass(frozen=True)
class Days:
    """The period as days: which have an event, which lie in a window, and what was left out."""

    start: dt.date
    events: np.ndarray
    windows: np.ndarray
    hits: tuple[Row, ...] = ()
    inexact: int = 0
    overlapping: int = 0

    @property
    def s(self) -> int:
        """Event days inside the windows."""
        return int(np.count_nonzero(self.events & self.windows))

    @property
    def n(self) -> int:
        """Event days."""
        return int(np.count_nonzero(self.events))

    @property
    def q(self) -> float:
        """Share of the period's days that lie inside the windows."""
        return float(np.count_nonzero(self.windows) / self.windows.size)


def test(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """One specification of a coincidence claim."""
    days = lay_out(spec, data)
    found = assess(
        days, spec.get("null", "circular-shift"), spec.get("direction", "more"),
        spec.get("negligible", NEGLIGIBLE),
    )  # fmt: skip
    return dataclasses.replace(found, evidence=data.evidence(days.hits))


def assess(
    days: Days, null: str = "circular-shift", direction: str = "more",
    negligible: float = NEGLIGIBLE,
) -> Finding:  # fmt: skip
    """Test days laid out; the evidence is left empty."""
    if days.n == 0 or not 0 < days.q < 1:
        missing = "event day" if days.n == 0 else "day inside a window and day outside"
        return Finding("not testable here", f"there is no {missing} in the period.", n=days.n)
    values, weights = null_distribution(days, null)
    p_more = float(weights[values >= days.s].sum())
    p_fewer = float(weights[values <= days.s].sum())
    mean = float((values * weights).sum())
    phi = dispersion(days, null)
    lo, hi = clustered.interval(days.s, days.n, days.q, phi)
    p = {"more": p_more, "fewer": p_fewer}.get(direction, min(1.0, 2 * min(p_more, p_fewer)))
    estimate = clustered.ratio(days.s, days.n, days.q)
    return Finding(
        word=judge(direction, p, p_more, p_fewer, lo, hi, negligible),
        text=_text(days, estimate, mean, p),
        measure="risk ratio",
        estimate=estimate,
        lo90=lo,
        hi90=hi,
        p=p,
        n=days.n,
        null=null,
        smallest_effect=smallest_effect(days, values, weights, phi, direction),
        caveats=_caveats(days),
        under_null=of_counts("event days inside the windows", days.s, weights),
    )


def judge(
    direction: str, p: float, p_more: float, p_fewer: float,
    lo: float | None, hi: float | None, negligible: float,
) -> VerdictWord:  # fmt: skip
    """The verdict of one test of a ratio: a one-sided 5 % test and a 90 % interval."""
    edge = max(negligible, 1 / negligible)
    if p < ALPHA:
        return "supported"
    if (direction == "more" and p_fewer < ALPHA) or (direction == "fewer" and p_more < ALPHA):
        return "contradicted"
    low, high = lo or 0.0, hi if hi is not None else np.inf
    small = {"more": high < edge, "fewer": low > 1 / edge}.get(
        direction, high < edge and low > 1 / edge
    )
    return "contradicted" if small else "not supported"


def lay_out(spec: Mapping[str, Any], data: Inputs) -> Days:
    """Events and windows of a specification as days of its period."""
    events = data.events(spec["events"])
    spans = data.occasions(spec["calendar"])
    start, end = _period(spec, events, spans, data)
    size = (end - start).days + 1
    has_event, in_window = np.zeros(size, bool), np.zeros(size, bool)
    before = spec.get("window", {}).get("before", 0)
    after = spec.get("window", {}).get("after", 0)
    joined = 0
    for span in spans:
        low = max(0, (span.start - start).days - before)
        high = min(size, (span.end - start).days + after + 1)
        if low < high:
            joined += bool(in_window[low:high].any())
            in_window[low:high] = True
    inside: list[Row] = []
    inexact = 0
    for event in events:
        if event.high < start or event.low > end:
            continue
        if event.day is None:
            inexact += 1
        elif start <= event.day <= end:
            has_event[(event.day - start).days] = True
            if in_window[(event.day - start).days]:
                inside.append(event.row)
    return Days(start, has_event, in_window, tuple(inside), inexact, joined)


def _period(
    spec: Mapping[str, Any], events: list[Dated], spans: list[Span], data: Inputs
) -> tuple[dt.date, dt.date]:
    if "period" in spec:
        start, end = bounds(spec["period"]["from"])[0], bounds(spec["period"]["to"])[1]
    elif events and spans:
        start = max(min(e.low for e in events), min(s.start for s in spans))
        end = min(max(e.high for e in events), max(s.end for s in spans))
    else:
        empty = "events" if not events else "calendar"
        raise data.error(empty, "no rows are left to test", "rows in the source")
    if end < start:
        raise data.error("period", f"{start} to {end}", "an end after the start")
    return start, end


def null_distribution(days: Days, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Values of ``S`` under a null and their probabilities; exact.

    Parameters
    ----------
    name
        ``circular-shift``, ``within-year``, ``within-year-weekday``, ``across-years`` or
        ``jitter-Nd``.
    """
    if name == "across-years":
        mass = _mass(np.rint(_dealt(days.events, days)).astype(int))
    elif name.startswith("jitter-"):
        mass = _jitter(days.events, days.windows, int(name[7:-1]))
    elif name.startswith("within-year"):
        mass = _within_years(days, 7 if name.endswith("weekday") else 1)
    else:
        mass = _mass(shifts(days.events, days.windows))
    return np.arange(mass.size), mass


def shifts(events: np.ndarray, windows: np.ndarray, step: int = 1) -> np.ndarray:
    """``S`` for the events shifted round by 0, ``step``, 2·``step`` … days; shape (days/step,)."""
    return np.asarray(np.rint(_sums(events, windows, step)), dtype=np.int64)


def _sums(weights: np.ndarray, windows: np.ndarray, step: int = 1) -> np.ndarray:
    """Weight inside the windows for all shifts: a circular cross-correlation."""
    size = weights.size
    product = np.fft.rfft(windows, size) * np.conj(np.fft.rfft(weights, size))
    sums = np.fft.irfft(product, size)
    return np.asarray(
        sums[::step] if size % step == 0 or step == 1 else sums[: size - step + 1 : step]
    )


def dispersion(days: Days, name: str) -> float:
    """How many times a binomial's variance ``S`` has, the effect itself divided out; at least 1.

    Where event days crowd into the windows, a null that moves them moves that crowd as well,
    and counts the effect as clustering. Each event day inside is therefore given the weight
    1/RR (outside RR, where fewer fall inside), and the variance is that of the moved weights.
    """
    inside = (days.s + 0.5) / (days.n * days.q + 0.5)
    outside = (days.n - days.s + 0.5) / (days.n * (1 - days.q) + 0.5)
    weights = days.events * np.where(days.windows, min(1.0, outside / inside),
                                     min(1.0, inside / outside))  # fmt: skip
    binomial = float((weights**2).sum()) * days.q * (1 - days.q)
    return max(1.0, _variance(weights, days, name) / binomial)


def _variance(weights: np.ndarray, days: Days, name: str) -> float:
    """Variance of the weight inside the windows under a null."""
    if name == "across-years":
        return float(_dealt(weights, days).var())
    if name.startswith("jitter-"):
        parts = list(_places(weights, days.windows, int(name[7:-1])))
    elif name.startswith("within-year"):
        step = 7 if name.endswith("weekday") else 1
        parts = [_sums(weights[low:high], days.windows[low:high], step)
                 for low, high in _years(days.start, weights.size)]  # fmt: skip
    else:
        parts = [_sums(weights, days.windows)]
    return float(sum(part.var() for part in parts))


def _mass(counts: np.ndarray) -> np.ndarray:
    return np.bincount(counts) / counts.size


def _within_years(days: Days, step: int) -> np.ndarray:
    """Convolution over calendar years; by weeks, a year's last odd days stay with the year."""
    total = np.ones(1)
    for low, high in _years(days.start, days.events.size):
        part = shifts(days.events[low:high], days.windows[low:high], step)
        total = np.convolve(total, _mass(part))
    return total


def _dealt(weights: np.ndarray, days: Days) -> np.ndarray:
    """Weight inside, years of events against years of windows in random order, day by day."""
    parts = _years(days.start, weights.size)
    width = 366
    events, windows = np.zeros((len(parts), width)), np.zeros((len(parts), width))
    for row, (low, high) in enumerate(parts):
        first = (days.start + dt.timedelta(low)).timetuple().tm_yday - 1
        leap = calendar.isleap((days.start + dt.timedelta(low)).year)
        place = np.arange(first, first + high - low)
        place = np.where((place >= 59) & (not leap), place + 1, place)
        events[row, place], windows[row, place] = weights[low:high], days.windows[low:high]
    hits = events @ windows.T  # events of a year on the windows of another
    random = np.random.default_rng(_SEED)
    order = random.random((_DEALS, len(parts))).argsort(axis=1)
    counts = hits[np.arange(len(parts)), order].sum(axis=1)
    return np.concatenate((counts, [np.trace(hits)]))


@functools.lru_cache(maxsize=256)
def _years(start: dt.date, size: int) -> tuple[tuple[int, int], ...]:
    end = start + dt.timedelta(size)
    marks = [0, *((dt.date(y, 1, 1) - start).days for y in range(start.year + 1, end.year + 1))]
    marks = [mark for mark in marks if mark < size] + [size]
    return tuple(itertools.pairwise(marks))


def _places(weights: np.ndarray, windows: np.ndarray, reach: int) -> Iterator[np.ndarray]:
    """For each joined window, the weight inside it at every place up to ``reach`` days off."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], windows.view(np.int8), [0]))))
    before = np.concatenate(([0], np.cumsum(weights)))
    for low, high in edges.reshape(-1, 2):
        first = np.arange(max(0, low - reach), min(windows.size - (high - low), low + reach) + 1)
        yield np.asarray(before[first + (high - low)] - before[first])


def _jitter(events: np.ndarray, windows: np.ndarray, reach: int) -> np.ndarray:
    """Convolution over joined windows, each moved by up to ``reach`` days inside the period."""
    parts = (_mass(counts) for counts in _places(events, windows, reach))
    return np.asarray(functools.reduce(np.convolve, parts, np.ones(1)))


def smallest_effect(
    days: Days, values: np.ndarray, weights: np.ndarray, phi: float, direction: str
) -> float | None:
    """The risk ratio that this test would see with 80 % power; ``None`` if it would see none."""
    level = ALPHA / 2 if direction == "either" else ALPHA
    if direction == "fewer":
        fits = np.flatnonzero(np.cumsum(weights) < level)
        cut = int(values[fits[-1]]) if fits.size else -1
        return clustered.smallest(cut, days.n, days.q, phi, "fewer", POWER)
    above = np.cumsum(weights[::-1])[::-1]
    fits = np.flatnonzero(above < level)
    cut = int(values[fits[0]]) if fits.size else int(values[-1]) + 1
    return clustered.smallest(cut, days.n, days.q, phi, "more", POWER)


def _text(days: Days, estimate: float | None, mean: float, p: float) -> str:
    length = int(np.count_nonzero(days.windows))
    times = f"{estimate:.2f} times" if estimate is not None else "all of"
    return (
        f"{days.s} of {days.n} event days fell on the {length} days of the windows, where "
        f"{mean:.1f} were to be expected by chance: {times} the rate of other days (p = {p:.2g})."
    )


def _caveats(days: Days) -> tuple[str, ...]:
    out = []
    if days.inexact:
        out.append(f"{days.inexact} events whose day is not known were left out.")
    if days.overlapping:
        out.append(f"{days.overlapping} windows overlap others; a day in two counts once.")
    if days.s < 5:
        out.append(f"Few hits: {days.s}.")
    return tuple(out)
