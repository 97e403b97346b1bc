"""Planted truth: do the intervals hold it, and does volume alone move the index?

The worlds are those of ``worlds.py``; most do not follow the model. ``DETENTE_TRUTH_RUNS``
multiplies the number of dyads (1 without).
"""

import os

import numpy as np
import pytest
import worlds

from detente.measure import bands as bands_of
from detente.measure import hyper, posterior
from detente.measure.family import Data

RUNS = int(os.environ.get("DETENTE_TRUTH_RUNS", "1"))
WORLDS = [
    ("tilted", "walk", "constant", np.inf),
    ("logits", "walk", "growing", 60.0),
    ("logits", "jumps", "step", np.inf),
    ("quads", "jumps", "bursty", 60.0),
    ("quads", "walk", "step", 20.0),
    ("two_sided", "mixed", "constant", 20.0),
    ("logits", "mixed", "growing", 20.0),
    ("two_sided", "walk", "bursty", np.inf),
]


def bands(world):
    return posterior.run(world.data, hyper.fit(world.data, "month"), "month")


def held(world, found, low, high):
    return (world.known >= found.ends[..., low]) & (world.known <= found.ends[..., high])


@pytest.fixture(scope="module")
def all_worlds():
    rng = np.random.default_rng(11)
    made = [
        worlds.world(rng, 60 * RUNS, 48, shape, dynamics, volume, concentration=dispersion)
        for shape, dynamics, volume, dispersion in WORLDS
    ]
    return [(world, bands(world)) for world in made]


def test_intervals_cover(all_worlds):
    ninety = [held(world, found, 2, 3).mean() for world, found in all_worlds]
    fifty = [held(world, found, 0, 1).mean() for world, found in all_worlds]
    assert 0.87 <= np.mean(ninety) <= 0.93
    assert 0.45 <= np.mean(fifty) <= 0.57
    assert min(ninety) > 0.83  # of one world with 60 dyads: two standard errors below
    assert max(ninety) < 0.97


def test_sparse_and_dense_dyads_are_covered_alike(all_worlds):
    for most in (True, False):
        found = [
            held(world, found, 2, 3)[(world.data.n.sum(axis=1) > 300) == most].mean()
            for world, found in all_worlds
        ]
        assert 0.86 <= np.mean(found) <= 0.94


def test_quiet_dyads_have_wider_intervals(all_worlds):
    for world, found in all_worlds:
        width = (found.ends[..., 3] - found.ends[..., 2]).mean(axis=1)
        acts = world.data.n.sum(axis=1)
        assert width[acts < 60].mean() > 1.5 * width[acts > 1000].mean()


def test_tenfold_volume_alone_moves_nothing():
    """The composition stays, the volume rises tenfold halfway; and no luck at either volume."""
    world = worlds.world(
        np.random.default_rng(7), 60 * RUNS, 48, "logits", "still", "step", rates=(2, 20)
    )
    found = bands(world)
    width = (found.ends[..., 3] - found.ends[..., 2]).mean(axis=1)
    move = found.mean[:, 36:].mean(axis=1) - found.mean[:, :12].mean(axis=1)
    assert abs((move / width).mean()) < 0.03
    assert np.abs(move / width).mean() < 0.1


def test_the_same_composition_at_ten_times_the_volume_is_the_same_index():
    """Counts exactly as composed: each dyad moves by less than a tenth of its interval."""
    low = worlds.world(np.random.default_rng(7), 60 * RUNS, 1, "logits", "still", rates=(2, 20))
    index = []
    for times in (1, 10):
        acts = np.tile(np.rint(times * low.rate)[:, None].astype(np.int64), (1, 24))
        sums = acts * (low.shares @ worlds.WEIGHTS)[:, None]
        shape = low.shares * acts.sum(axis=1, keepdims=True)
        data = Data(acts, sums, shape, worlds.WEIGHTS)
        found = posterior.run(data, hyper.fit(data, "month"), "month")
        index.append(found.mean.mean(axis=1))
        if times == 1:
            width = (found.ends[..., 3] - found.ends[..., 2]).mean(axis=1)
    share = np.abs(index[1] - index[0]) / width
    assert share.mean() < 0.05
    assert np.mean(share < 0.1) > 0.9


@pytest.mark.parametrize("alike", [0.0, 1.0])
def test_both_and_asymmetry_cover(alike):
    """Whether the two directions move apart or as one."""
    count = 40 * RUNS
    world = worlds.pair(np.random.default_rng(3), count, 36, alike)
    fitted = hyper.fit(world.data, "month", np.roll(np.arange(2 * count), count))
    found = posterior.run(world.data, fitted, "month")
    one, two = world.truth[:count], world.truth[count:]
    first, second = (
        [part[half].reshape(-1).astype(float) for part in (found.mean, found.var)]
        for half in (slice(0, count), slice(count, None))
    )
    middles = [found.middles[half].reshape(-1, bands_of.PARTS)
               for half in (slice(0, count), slice(count, None))]  # fmt: skip
    assert fitted.likeness < 0.4 if alike == 0 else fitted.likeness > 0.4
    for sign, truth in ((1, (one + two) / 2), (-1, one - two)):
        _, ends = bands_of.combine(*middles, (*first, *second), sign, fitted.shared)
        inside = (truth.reshape(-1) >= ends[:, 2]) & (truth.reshape(-1) <= ends[:, 3])
        # Two directions that are one differ by nothing at all: no interval about zero misses.
        assert 0.85 <= inside.mean() <= (0.96 if alike == 0 or sign > 0 else 1.0)
