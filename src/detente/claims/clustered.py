"""Shares of events that cluster: intervals and power for "s of n events fell in a part of time".

Given ``n`` events, the number ``s`` that falls in a part of the period which holds a share
``q`` of its days has mean ``n·p`` with ``p(r) = r·q / (r·q + 1 − q)``, where ``r`` is the ratio
of the rate inside to the rate outside. Events that cluster make the count vary ``phi`` times as
much as a binomial's; we take ``phi`` at r = 1 from the test's own null distribution, let its
excess over 1 grow with the rate inside (as it does when independent clusters come more often),
and use a beta-binomial with that variance (Williams, *Biometrics* 31, 1975). Its tails are
inverted for the interval (mid-p: Lancaster, *JASA* 56, 1961). With ``phi = 1`` this is the exact
conditional test of two Poisson rates (Przyborowski and Wilenski 1940).

Why our own: statsmodels and scipy give the Poisson case only, and its interval is about
``sqrt(phi)`` too short for missile tests.
"""

from __future__ import annotations

import functools

import numpy as np
from scipy.special import betaln, gammaln, logit

#: Ratios between which an interval is looked for, and how finely.
_RATIOS = np.geomspace(1e-3, 1e3, 73)
_EVEN = _RATIOS.size // 2  # the place of a ratio of 1


def dispersion(variance: float, n: int, q: float) -> float:
    """How many times a binomial's variance the null distribution has; at least 1."""
    binomial = n * q * (1 - q)
    return max(1.0, variance / binomial) if binomial > 0 else 1.0


def ratio(s: int, n: int, q: float) -> float | None:
    """Rate inside over rate outside; ``None`` where nothing lies outside."""
    if n == s or q in (0.0, 1.0):
        return None
    return (s / q) / ((n - s) / (1 - q))


def interval(
    s: int, n: int, q: float, phi: float, tail: float = 0.05
) -> tuple[float | None, float | None]:
    """90 % interval of the rate ratio.

    Parameters
    ----------
    s, n
        Events inside, and all events.
    q
        Share of the period's days that lie inside, 0 < q < 1.
    phi
        Dispersion, 1 or more.
    tail
        Probability left out at each end.

    Returns
    -------
    tuple
        Lower and upper bound; ``None`` for a bound that the data do not set.
    """
    if n == 0 or not 0 < q < 1:
        return None, None
    at_most, exactly = tails(s, n, q, phi)
    lower = 1 - at_most + exactly / 2  # P(S ≥ s), half of the observed count
    upper = at_most - exactly / 2
    lo = 0.0 if s == 0 else _crossing(lower, tail)
    hi = None if s == n else _crossing(upper[::-1], tail, reverse=True)
    return lo, hi


def p_values(s: int, n: int, q: float, phi: float) -> tuple[float, float]:
    """P(S ≥ s) and P(S ≤ s) where the rate inside is that outside."""
    at_most, exactly = tails(s, n, q, phi)
    few = float(at_most[_EVEN])
    return min(1.0, 1 - few + float(exactly[_EVEN])), few


def mass(n: int, q: float, phi: float) -> np.ndarray:
    """P(S = 0), …, P(S = n) where the rate inside is that outside."""
    logs = _log_mass(np.arange(n + 1)[:, None], n, np.array([q]), np.array([phi]))
    return np.asarray(np.exp(logs)[:, 0])


def smallest(cut: int, n: int, q: float, phi: float, direction: str, power: float) -> float | None:
    """The rate ratio that a test with critical count ``cut`` sees with the given power."""
    if n == 0 or not 0 < q < 1:
        return None
    at_most, exactly = tails(cut, n, q, phi)
    if direction == "fewer":
        if cut < 0:
            return None
        return _crossing(at_most[::-1], power, reverse=True)
    if cut > n:
        return None
    return _crossing(1 - at_most + exactly, power)


@functools.lru_cache(maxsize=4096)
def tails(s: int, n: int, q: float, phi: float) -> tuple[np.ndarray, np.ndarray]:
    """P(S ≤ s) and P(S = s) for every ratio of the grid."""
    p = _RATIOS * q / (_RATIOS * q + 1 - q)
    if s < 0:
        return np.zeros_like(p), np.zeros_like(p)
    s = min(s, n)
    few = s <= n - s
    counts = np.arange(0, s + 1) if few else np.arange(s + 1, n + 1)
    spread = 1 + (phi - 1) * p / q  # clusters weigh with the rate at which events come
    mass = np.exp(_log_mass(counts[:, None], n, p, spread))
    total = np.clip(mass.sum(axis=0), 0, 1)
    exactly = np.exp(_log_mass(np.array([[s]]), n, p, spread))[0]
    return (total if few else 1 - total), exactly


def _log_mass(k: np.ndarray, n: int, p: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Log mass of counts, shape (counts, 1), for every ratio of the grid, shape (ratios,)."""
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    if n < 2 or np.all(phi <= 1 + 1e-9):
        return np.asarray(choose + k * np.log(p) + (n - k) * np.log1p(-p))
    rho = np.clip((phi - 1) / (n - 1), 1e-9, 0.95)
    total = 1 / rho - 1  # α + β of the beta distribution
    alpha, beta = p * total, (1 - p) * total
    return np.asarray(choose + betaln(k + alpha, n - k + beta) - betaln(alpha, beta))


def _crossing(rising: np.ndarray, level: float, reverse: bool = False) -> float | None:
    """The ratio at which a probability that rises along the grid reaches a level."""
    grid = _RATIOS[::-1] if reverse else _RATIOS
    above = np.flatnonzero(rising >= level)
    if above.size == 0:
        return None
    i = int(above[0])
    if i == 0:
        return float(grid[0])
    low, high, at = logit(np.clip([rising[i - 1], rising[i], level], 1e-15, 1 - 1e-15))
    part = (at - low) / (high - low) if high > low else 1.0
    return float(np.exp(np.log(grid[i - 1]) + part * (np.log(grid[i]) - np.log(grid[i - 1]))))
