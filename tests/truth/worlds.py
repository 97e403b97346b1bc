"""Worlds with a known truth, for the measures: who was how friendly, and what was reported.

None of them is the model's own generator except ``tilted``: the point is to see whether
the intervals hold when the composition moves in ways the model does not assume.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from detente import ontology
from detente.measure.family import Data

TYPES = tuple(ontology.QUAD_CLASS)
WEIGHTS = np.array([ontology.scale()[kind] for kind in TYPES])
QUADS = np.array([ontology.QUAD_CLASS[kind] for kind in TYPES])
#: Rough shares of types in newswire data, by hand: talk is common, the rest is rare.
SHARES = np.array([8, 30, 10, 2, 4, 3, 2, 8, 12, 3, 3, 2, 2, 2, 4, 5]) / 100.0
SHAPES = ("tilted", "logits", "quads", "two_sided")
DYNAMICS = ("walk", "jumps", "still", "mixed", "wave")
VOLUMES = ("constant", "growing", "step", "bursty")


@dataclasses.dataclass(frozen=True)
class World:
    """Counts by type (D, T, 16), the expected weight of an act (D, T), and what was set.

    ``shares`` (D, 16) is the composition of the first month.
    """

    counts: np.ndarray
    truth: np.ndarray
    rate: np.ndarray
    shares: np.ndarray | None = None

    @property
    def data(self) -> Data:
        """What the model is given: only dyads with an act."""
        seen = self.counts.sum(axis=(1, 2)) > 0
        counts = self.counts[seen]
        return Data(counts.sum(axis=2), counts @ WEIGHTS, counts.sum(axis=1).astype(float), WEIGHTS)

    @property
    def known(self) -> np.ndarray:
        """Truth of the dyads in ``data``."""
        return self.truth[self.counts.sum(axis=(1, 2)) > 0]


def world(
    rng: np.random.Generator,
    dyads: int = 200,
    periods: int = 60,
    shape: str = "logits",
    dynamics: str = "walk",
    volume: str = "constant",
    rates: tuple[float, float] = (0.3, 50.0),
    concentration: float = np.inf,
    drift: float = 0.06,
) -> World:
    """Draw a world.

    ``drift`` is the monthly standard deviation of a logit; ``concentration`` that of the
    Dirichlet a month's composition is drawn from (infinite: no overdispersion).
    """
    paths = _paths(rng, dyads, periods, _moving(shape), dynamics, drift)
    shares = _compose(rng, shape, paths)
    truth, first = shares @ WEIGHTS, shares[:, 0]
    rate = np.exp(rng.uniform(*np.log(rates), size=dyads))
    expected = rate[:, None] * _volume(rng, volume, dyads, periods)
    acts = rng.poisson(expected)
    if np.isfinite(concentration):
        shares = rng.gamma(np.maximum(shares * concentration, 1e-8))
        shares /= shares.sum(axis=2, keepdims=True)
    counts = rng.multinomial(acts, shares / shares.sum(axis=2, keepdims=True))
    return World(counts, truth, rate, first)


def _moving(shape: str) -> int:
    return {"tilted": 1, "logits": 16, "quads": 4, "two_sided": 1}[shape]


def _paths(rng, dyads, periods, width, dynamics, drift):
    steps = rng.normal(size=(dyads, periods, width)) * drift
    if dynamics == "still":
        steps[:] = 0
    if dynamics in ("jumps", "mixed"):
        if dynamics == "jumps":
            steps *= 0.1
        jump = rng.random((dyads, periods, 1)) < 1.5 / periods
        steps += jump * rng.normal(size=steps.shape) * 1.0
    if dynamics == "wave":
        time = np.arange(periods)[None, :, None] / periods
        phase = rng.random((dyads, 1, width))
        return 0.7 * np.sin(2 * np.pi * (1.5 * time + phase)) + rng.normal(size=(dyads, 1, width))
    steps[:, 0] = rng.normal(size=(dyads, width)) * 0.9
    return np.cumsum(steps, axis=1)


def _compose(rng, shape, paths):
    dyads = len(paths)
    own = np.log(SHARES) + 0.4 * rng.normal(size=(dyads, 1, 16))
    if shape == "tilted":
        logits = own + paths * WEIGHTS / 4.5
    elif shape == "logits":
        logits = own + paths
    elif shape == "quads":
        logits = own + paths[:, :, QUADS - 1]
    else:
        logits = own + paths * np.sign(WEIGHTS)
    shares = np.exp(logits - logits.max(axis=2, keepdims=True))
    return shares / shares.sum(axis=2, keepdims=True)


def _volume(rng, volume, dyads, periods):
    time = np.linspace(0, 1, periods)
    if volume == "growing":
        return np.tile(10**time / 3.9, (dyads, 1))
    if volume == "step":
        return np.tile(np.where(time < 0.5, 0.2, 2.0), (dyads, 1))
    if volume == "bursty":
        return rng.gamma(0.5, 2.0, size=(dyads, periods))
    return np.ones((dyads, periods))


def pair(
    rng: np.random.Generator,
    dyads: int,
    periods: int,
    alike: float,
    dynamics: str = "walk",
    concentration: float = 60.0,
) -> World:
    """Two directions of each dyad, the first ``dyads`` rows and the others.

    ``alike`` (0…1) is the correlation of the log-odds of the two directions, about a shape
    they share.
    """
    paths = [_paths(rng, dyads, periods, 16, dynamics, 0.06) for _ in range(3)]
    own = np.log(SHARES) + 0.4 * rng.normal(size=(dyads, 1, 16))
    rate = np.exp(rng.uniform(*np.log((0.3, 50.0)), size=(dyads, 1)))
    counts, truth = [], []
    for path in paths[1:]:
        logits = own + alike**0.5 * paths[0] + (1 - alike) ** 0.5 * path
        shares = np.exp(logits - logits.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        truth.append(shares @ WEIGHTS)
        drawn = rng.gamma(np.maximum(shares * concentration, 1e-8))
        acts = 1 + rng.poisson(rate * np.exp(0.5 * rng.normal(size=(dyads, 1))), (dyads, periods))
        acts[:, 1:] -= 1  # each direction has an act, so that there is a pair
        counts.append(rng.multinomial(acts, drawn / drawn.sum(axis=2, keepdims=True)))
    return World(np.concatenate(counts), np.concatenate(truth), np.tile(rate[:, 0], 2))
