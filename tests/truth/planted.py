"""Data with a planted truth for the tests of claims: clustered events, calendars, AR(1) series.

Renewal events have gamma gaps of coefficient of variation 2 (shape 1/4): missile tests have
1.95. Self-exciting events are a Hawkes process (branching ratio 0.5, kernel of 10 days).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from detente.claims import changepoint, rates, shapes, trend, verdict
from detente.claims.coincidence import Days, assess, null_distribution
from detente.claims.inputs import Point, Row

START = dt.date(2012, 1, 1)
SIZE = 5_114  # days of 2012–2025


def renewal(random: np.random.Generator, size: float = SIZE, mean_gap: float = 26.0) -> np.ndarray:
    """Event times of a stationary renewal process with gap CV 2, after a burn-in."""
    gaps = random.gamma(0.25, mean_gap / 0.25, int(3 * size / mean_gap) + 400)
    times = np.cumsum(gaps) - 2_000
    return times[(times >= 0) & (times < size)]


def hawkes(random: np.random.Generator, size: float = SIZE, mean_gap: float = 26.0) -> np.ndarray:
    """Event times of a self-exciting process by its clusters: branching 0.5, kernel 10 days."""
    burn = 400
    parents = random.random(random.poisson(0.5 / mean_gap * (size + burn))) * (size + burn) - burn
    out, generation = [parents], parents
    while generation.size:
        children = random.poisson(0.5, generation.size)
        generation = np.repeat(generation, children) + random.exponential(10, children.sum())
        out.append(generation)
    times = np.sort(np.concatenate(out))
    return times[(times >= 0) & (times < size)]


def calendar(random: np.random.Generator, size: int = SIZE) -> np.ndarray:
    """Windows as days: two occasions of 11 days at about the same time each year, and 1–2 short."""
    windows = np.zeros(size, bool)
    seasons = random.integers(0, 350, 2)
    for year in range(size // 365 + 1):
        for season in seasons:
            low = year * 365 + season + random.integers(-4, 5)
            windows[max(low, 0) : max(low + 11, 0)] = True
        for _ in range(random.integers(1, 3)):
            low = year * 365 + random.integers(0, 362)
            windows[low : low + 3] = True
    return windows


def event_days(times: np.ndarray, size: int = SIZE) -> np.ndarray:
    """Days with at least one event."""
    out = np.zeros(size, bool)
    out[times.astype(int)] = True
    return out


def drawn_to(
    random: np.random.Generator, times: np.ndarray, windows: np.ndarray, ratio: float
) -> np.ndarray:
    """Event times of which whole days outside the windows are left out.

    A day inside is then ``ratio`` times as likely to have an event as a day outside, or the
    other way round: that is the risk ratio of days, which the test estimates. Thinning single
    events would plant another one: of a day with many events some nearly always remain.
    """
    kept = random.random(windows.size) < min(ratio, 1 / ratio)
    kept |= windows if ratio > 1 else ~windows
    return times[kept[times.astype(int)]]


def thinned_after(
    random: np.random.Generator, times: np.ndarray, cut: float, ratio: float
) -> np.ndarray:
    """Event times of which after ``cut`` only the share ``ratio`` is kept."""
    return times[(times < cut) | (random.random(times.size) < ratio)]


def ar1(random: np.random.Generator, n: int, phi: float = 0.6) -> np.ndarray:
    """A stationary AR(1) series of unit variance."""
    noise = random.standard_normal(n) * np.sqrt(1 - phi**2)
    noise[0] = random.standard_normal()
    out = np.empty(n)
    out[0] = noise[0]
    for i in range(1, n):
        out[i] = phi * out[i - 1] + noise[i]
    return out


# -- runs: how often a test rejects, and how often its interval holds the truth -------------------

PROCESSES = {"renewal, gap CV 2": renewal, "self-exciting": hawkes}
EXACT = ("circular-shift", "within-year", "within-year-weekday", "jitter-45d")


def coincidence_p(
    runs: int,
    process: Callable[..., np.ndarray],
    ratio: float = 1.0,
    seed: int = 1,
    nulls: tuple[str, ...] = EXACT,
) -> dict[str, float]:
    """Share of runs in which each null rejects "more" at 5 %; ``ratio`` is the planted effect."""
    random = np.random.default_rng(seed)
    hits = dict.fromkeys(nulls, 0)
    for _ in range(runs):
        windows = calendar(random)
        times = process(random, mean_gap=26.0 / max(ratio, 1.0))
        times = drawn_to(random, times, windows, ratio) if ratio != 1 else times
        days = Days(START, event_days(times), windows)
        for null in nulls:
            values, weights = null_distribution(days, null)
            hits[null] += float(weights[values >= days.s].sum()) < 0.05
    return {null: count / runs for null, count in hits.items()}


def coincidence_coverage(
    runs: int, process: Callable[..., np.ndarray], ratio: float = 1.0, seed: int = 2
) -> float:
    """Share of runs in which the 90 % interval of the risk ratio holds the planted ratio."""
    random = np.random.default_rng(seed)
    held = 0
    for _ in range(runs):
        windows = calendar(random)
        times = process(random, mean_gap=26.0 / max(ratio, 1.0))
        times = drawn_to(random, times, windows, ratio) if ratio != 1 else times
        found = assess(Days(START, event_days(times), windows))
        held += (found.lo90 or 0.0) <= ratio <= (found.hi90 or np.inf)
    return held / runs


def contested_runs(
    runs: int, ratio: float, process: Callable[..., np.ndarray] = hawkes, seed: int = 7
) -> dict[str, float]:
    """How often a claim "more" gets each verdict under random specifications; ``ratio`` is planted.

    The chosen specification has the windows and events as planted. Three to fifteen others have
    windows up to three days wider, lists that lack up to three event days in ten, another null.
    """
    random = np.random.default_rng(seed)
    words: list[str] = []
    for _ in range(runs):
        windows = calendar(random)
        times = process(random, mean_gap=26.0 / max(ratio, 1.0))
        times = drawn_to(random, times, windows, ratio) if ratio != 1 else times
        events = event_days(times)
        found = [assess(Days(START, events, windows))]
        for _ in range(random.integers(3, 16)):
            wide = np.convolve(windows, np.ones(1 + random.integers(0, 4)))[: windows.size] > 0
            listed = events & (random.random(events.size) < random.uniform(0.7, 1.0))
            found.append(assess(Days(START, listed, wide), str(random.choice(EXACT))))
        words.append(verdict.agreed(found[0], found)[0])
    return {word: words.count(word) / runs for word in sorted(set(words))}


def rate_runs(
    runs: int, process: Callable[..., np.ndarray], ratio: float = 1.0, known: bool = True,
    null: str = "gap-blocks", mean_gap: float = 80.0, seed: int = 3,
) -> tuple[float, float]:  # fmt: skip
    """Rejection of "fewer" at 5 % and coverage of the interval, 18 years, 80 events or more."""
    random = np.random.default_rng(seed)
    length, cut = 6_500, 4_875
    hits = held = 0
    for _ in range(runs):
        times = process(random, length, mean_gap)
        times = thinned_after(random, times, cut, ratio) if ratio != 1 else times
        laid = rates.Times(START, float(length), np.sort(times))
        at = START + dt.timedelta(cut)
        found = rates.known(laid, at, null, "fewer") if known else rates.unknown(laid, "fewer")
        hits += found.p is not None and found.p < 0.05
        held += (found.lo90 or 0.0) <= ratio <= (found.hi90 or np.inf)
    return hits / runs, held / runs


def rate_oracle(
    runs: int, process: Callable[..., np.ndarray], ratio: float = 1.0, mean_gap: float = 80.0,
    seed: int = 3, trials: int = 2_000,
) -> float:  # fmt: skip
    """Rejection of "fewer" by a test that has the true null distribution, by simulation."""
    length, cut = 6_500, 4_875

    def score(times: np.ndarray) -> float:
        n, share = times.size, 1 - cut / length
        return float(((times >= cut).sum() - n * share) / np.sqrt(n * share * (1 - share)))

    null = np.random.default_rng(seed + 1_000)
    drawn = (process(null, length, mean_gap) for _ in range(trials))
    edge = np.quantile([score(times) for times in drawn if times.size], 0.05)
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(runs):
        times = process(random, length, mean_gap)
        times = thinned_after(random, times, cut, ratio) if ratio != 1 else times
        hits += times.size > 0 and score(times) < edge
    return hits / runs


def search_oracle(
    runs: int, process: Callable[..., np.ndarray], ratio: float = 1.0, mean_gap: float = 80.0,
    seed: int = 3, trials: int = 2_000,
) -> float:  # fmt: skip
    """As :func:`rate_oracle` for an unknown date: the true null of the largest likelihood ratio."""
    length, cut = 6_500, 4_875

    def score(times: np.ndarray) -> float:
        ratios = changepoint.likelihood(times[None, :] / length, changepoint.CUTS, "fewer")
        return float(ratios.max())

    null = np.random.default_rng(seed + 1_000)
    drawn = (process(null, length, mean_gap) for _ in range(trials))
    edge = np.quantile([score(times) for times in drawn if times.size], 0.95)
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(runs):
        times = process(random, length, mean_gap)
        times = thinned_after(random, times, cut, ratio) if ratio != 1 else times
        hits += times.size > 0 and score(times) > edge
    return hits / runs


def trend_runs(
    runs: int, n: int = 60, phi: float = 0.6, slope: float = 0.0, name: str = "ar1", seed: int = 4
) -> tuple[float, float]:
    """Rejection of "down" at 5 % and coverage; ``slope`` is the change over the whole series."""
    random = np.random.default_rng(seed)
    time = np.arange(float(n))
    hits = held = 0
    for _ in range(runs):
        y = ar1(random, n, phi) + slope * time / (n - 1)
        found = trend.estimate(y, np.zeros(n), time / (n - 1), time, name)
        hits += found.p_down < 0.05
        held += found.lo <= slope <= found.hi
    return hits / runs, held / runs


def step_runs(
    runs: int, n: int = 24, ratio: float = 1.0, known: bool = True, seed: int = 5
) -> float:
    """Rejection of "fewer" in yearly counts whose log has AR(1) 0.6 errors of 0.3."""
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(runs):
        level = np.log(12.0) + 0.3 * ar1(random, n) + np.log(ratio) * (np.arange(n) >= 2 * n // 3)
        rows = tuple(
            Point(dt.date(1990 + i, 1, 1), dt.date(1990 + i, 12, 31), float(v), 0.0, Row({}, "-:1"))
            for i, v in enumerate(random.poisson(np.exp(level)))
        )
        at = str(1990 + 2 * n // 3) if known else "unknown"
        spec = {"series": {}, "at": at, "direction": "fewer"}
        found = trend.step(spec, Planted(rows))  # type: ignore[arg-type]
        hits += found.p is not None and found.p < 0.05
    return hits / runs


def shape_runs(
    runs: int, form: str, n: int = 60, phi: float = 0.6, seed: int = 6
) -> dict[str, float]:
    """How often each form is found best when one is planted, six standard deviations high."""
    random = np.random.default_rng(seed)
    time = np.arange(float(n))
    planted = {
        "constant": 0 * time,
        "linear": -6 * time / n,
        "step": -6.0 * (time >= n * 0.6),
        "hump": -6 * np.abs(time - n / 2) / (n / 2),
    }[form]
    found = [shapes.compare(planted + ar1(random, n, phi), time).best for _ in range(runs)]
    return {name: found.count(name) / runs for name in ("constant", "linear", "step", "hump")}


class Planted:
    """Stands in for a claim's inputs: a series that is there already."""

    def __init__(self, points: tuple[Point, ...]) -> None:
        self.points = points

    def series(self, _source: object) -> list[Point]:
        """The planted values."""
        return list(self.points)

    def evidence(self, _rows: object) -> tuple[()]:
        """None."""
        return ()
