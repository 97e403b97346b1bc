"""Acts that call forth further acts: a self-exciting process of days.

On day *t* there is an act with probability ``1 − exp(−λ)``, with

    λ(t) = μ + n Σ_{s < t} (1 − d) d^(t−s−1) x(s),   d = exp(−1/τ):

background ``μ`` a day, branching ratio ``n`` (acts that one act calls forth in all), and decay
``τ`` in days (Hawkes 1971; in discrete time). The sum begins at its mean, not at zero: acts
before the first day called forth others too. The likelihood is maximised over log Λ, logit n
and log τ, with Λ = μ / (1 − n) the long-run rate, which the data tell apart from n better than μ; weak normal
priors matter only where a handful of acts say nothing. Doubt about the three is normal
there, by the inverse of the Hessian (Laplace), and is carried into forecasts by draws.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.special import expit

from detente.forecast.history import Floats, History, add_months, daily
from detente.forecast.prediction import MOST, Predict, Prediction, folded

#: What is minimised, of (log Λ, logit n, log τ).
Loss = Callable[[Floats], float]
SEED = 20_171_110
#: Draws of the parameters, and paths simulated for each.
DRAWS, PATHS = 100, 20
#: Means and standard deviations of the priors of logit n and log τ (τ in days).
PRIOR = ((0.0, 1.5), (float(np.log(30.0)), 1.0))
#: Standard deviation of the prior of log Λ, around the log of the mean rate.
LOOSE = 2.0
#: Bounds of log τ: half a day and ten years.
SHORTEST_LONGEST = (float(np.log(0.5)), float(np.log(3_650.0)))


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """Mode of (log Λ, logit n, log τ), its covariance, and whether the search ended well."""

    mode: Floats
    cov: Floats
    converged: bool

    def draws(self, size: int) -> Floats:
        """Draws of (log Λ, logit n, log τ) from a fixed seed, (size, 3)."""
        spread, axes = np.linalg.eigh(self.cov)
        normal = np.random.default_rng(SEED).standard_normal((size, 3))
        # einsum, not @: threads of a linear algebra library cost more here than they give.
        out: Floats = self.mode + np.einsum(
            "dk,jk->dj", normal * np.sqrt(np.maximum(spread, 0)), axes
        )
        out[:, 2] = np.clip(out[:, 2], *SHORTEST_LONGEST)
        return out

    def interval(self, level: float = 0.9) -> dict[str, tuple[float, float, float]]:
        """Estimate and interval of ``background`` (a day), ``branching``, ``decay`` (days)."""
        ends = [(1 - level) / 2, (1 + level) / 2]
        best = parameters(self.mode[None, :])
        drawn = parameters(self.draws(2_000))
        out = {}
        for name, one, many in zip(("background", "branching", "decay"), best, drawn, strict=True):
            low, high = np.quantile(many, ends)
            out[name] = (float(one[0]), float(low), float(high))
        return out


def parameters(theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Background a day, branching ratio and decay in days of rows (log Λ, logit n, log τ)."""
    branching = expit(theta[:, 1])
    return np.exp(theta[:, 0]) * (1 - branching), branching, np.exp(theta[:, 2])


def model(history: History) -> Predict:
    """The process fitted to the days of a history, and simulated from its last day on."""
    days = daily(history)
    found = fit(days)
    paths = _Paths(days, found.draws(DRAWS))

    def predict(months: int) -> Prediction:
        end = add_months(history.as_of, months)
        return paths.prediction((end - history.as_of).days)

    return predict


def fit(days: Floats) -> Fit:
    """Most likely background, branching and decay of a series of days with (1) and without (0)."""
    where, age = np.nonzero(days)[0], np.arange(len(days))
    rate = mean_rate(days)

    def loss(theta: Floats) -> float:
        fade, branching = np.exp(-np.exp(-theta[2])), expit(theta[1])
        called = excitation(days, fade) + rate * fade**age
        level = np.exp(theta[0]) * (1 - branching) + branching * called
        there = level[where]
        value = level.sum() - there.sum() - np.log(-np.expm1(-there)).sum()
        value += 0.5 * ((theta[0] - np.log(rate)) / LOOSE) ** 2
        for place, (mean, sd) in zip((1, 2), PRIOR, strict=True):
            value += 0.5 * ((theta[place] - mean) / sd) ** 2
        return float(value)

    start = np.array([np.log(rate), 0.0, PRIOR[1][0]])
    bounds = [(None, 1.0), (-6.0, 6.0), SHORTEST_LONGEST]
    # Without derivatives: scipy's quasi-Newton calls a threaded library for three numbers, and
    # takes ten times as long where the cores are busy.
    found = minimize(
        loss, start, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-2, "fatol": 1e-4}
    )
    mode = _polished(loss, found.x)
    return Fit(mode, _covariance(loss, mode), bool(found.success))


def mean_rate(days: Floats) -> float:
    """Acts a day, with half an act more."""
    return float((days.sum() + 0.5) / (len(days) + 1))


def excitation(days: Floats, fade: float) -> Floats:
    """``Σ_{s < t} (1 − d) d^(t−s−1) x(s)`` for each day t."""
    out: Floats = lfilter([0.0, 1 - fade], [1.0, -fade], days)
    return out


def simulate(
    days: int, background: float, branching: float, decay: float, random: np.random.Generator
) -> Floats:
    """Days with (1) and without (0) an act, after a burn-in of twenty decays."""
    burn = round(20 * decay)
    fade, state = np.exp(-1 / decay), 0.0
    out = np.zeros(days + burn)
    uniform = random.random(days + burn)
    for t in range(days + burn):
        out[t] = uniform[t] < -np.expm1(-(background + branching * state))
        state = fade * state + (1 - fade) * out[t]
    return out[burn:]


def _polished(loss: Loss, mode: Floats, step: float = 1e-3) -> Floats:
    """Up to three Newton steps: the simplex ends early where the likelihood is a flat ridge."""
    best = loss(mode)
    for _ in range(3):
        slope = np.array([loss(mode + move) - loss(mode - move) for move in np.eye(3) * step])
        moved = mode - np.einsum("jk,k->j", _covariance(loss, mode), slope / (2 * step))
        moved[2] = np.clip(moved[2], *SHORTEST_LONGEST)
        value = loss(moved)
        if not value < best - 1e-9:
            break
        mode, best = moved, value
    return mode


def _covariance(loss: Loss, mode: Floats, step: float = 1e-3) -> Floats:
    """Inverse of the Hessian by central differences, with no variance below zero."""
    hessian = np.empty((3, 3))
    moves = np.eye(3) * step
    for i in range(3):
        for j in range(i, 3):
            ends = [
                loss(mode + a * moves[i] + b * moves[j]) * a * b for a in (-1, 1) for b in (-1, 1)
            ]
            hessian[i, j] = hessian[j, i] = sum(ends) / (4 * step * step)
    size, axes = np.linalg.eigh(hessian)
    out: Floats = np.einsum("jk,lk->jl", axes / np.maximum(size, 0.05), axes)
    return out


class _Paths:
    """Days to come on PATHS paths from each draw of the parameters, simulated as far as asked."""

    def __init__(self, days: Floats, draws: Floats) -> None:
        self.background, self.branching, decay = parameters(draws)
        self.fade = np.exp(-1 / decay)
        ages = len(days) - 1 - np.nonzero(days)[0]
        self.now = ((1 - self.fade)[:, None] * self.fade[:, None] ** ages).sum(axis=1)
        self.now += mean_rate(days) * self.fade ** len(days)
        self.state = np.repeat(self.now[:, None], PATHS, axis=1)
        self.random = np.random.default_rng(SEED + 1)
        self.totals = [np.zeros(self.state.shape, dtype=np.int16)]

    def _walk(self, horizon: int) -> None:
        keep, base, call = self.fade[:, None], self.background[:, None], self.branching[:, None]
        while len(self.totals) <= horizon:
            chance = -np.expm1(-(base + call * self.state))
            act = self.random.random(self.state.shape) < chance
            self.state = keep * self.state + (1 - keep) * act
            self.totals.append(self.totals[-1] + act)

    def prediction(self, horizon: int) -> Prediction:
        """Counts of the next ``horizon`` days; the chance of none at all is exact."""
        self._walk(horizon)
        faded = (1 - self.fade**horizon) / (1 - self.fade)
        none = np.exp(-(self.background * horizon + self.branching * self.now * faded))
        cells = np.stack([
            np.bincount(np.minimum(row, MOST), minlength=MOST + 1) for row in self.totals[horizon]
        ])  # fmt: skip
        some = cells[:, 1:] + 1e-9
        some *= ((1 - none) / some.sum(axis=1))[:, None]
        cells = np.concatenate([none[:, None], some], axis=1)

        def spread(count: int) -> tuple[Floats, Floats]:
            return 1 - cells[:, :count].sum(axis=1), np.full(len(cells), 1 / len(cells))

        return Prediction(folded(cells.mean(axis=0)), spread)
