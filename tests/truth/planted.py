"""Data with a planted truth for the tests of claims: clustered events, calendars, AR(1) series.

Renewal events have gamma gaps of coefficient of variation 2 (shape 1/4): missile tests have
1.95. Self-exciting events are a Hawkes process (branching ratio 0.5, kernel of 10 days).
"""

from __future__ import annotations

import datetime as dt

import numpy as np

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
    """Event times thinned outside the windows, so that the rate inside is ``ratio`` times that."""
    inside = windows[times.astype(int)]
    keep = inside | (random.random(times.size) < 1 / ratio)
    return times[keep]


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
