"""Planted truth: do the intervals hold it, and does volume alone move the index?

The worlds are those of ``worlds.py``; most do not follow the model. ``DETENTE_TRUTH_RUNS``
multiplies the number of dyads (1 without).
"""

import os

import numpy as np
import pytest
import worlds

from detente.measure import hyper, posterior

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
    world = worlds.world(
        np.random.default_rng(7), 100 * RUNS, 48, "logits", "still", "step", rates=(2, 20)
    )
    found = bands(world)
    width = (found.ends[..., 3] - found.ends[..., 2]).mean()
    move = found.mean[:, 36:].mean(axis=1) - found.mean[:, :12].mean(axis=1)
    assert abs(move.mean()) < 0.05 * width
    assert np.abs(move).mean() < 0.1 * width
