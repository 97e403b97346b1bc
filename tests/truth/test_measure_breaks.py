"""Planted breaks: how often one is seen where there is none, and where there is one."""

import os

import numpy as np
import pytest

from detente.measure.breaks import breaks

RUNS = 60 * int(os.environ.get("DETENTE_TRUTH_RUNS", "1"))


def draw(rng, kind, correlation=0.0, periods=60, size=2.0):
    """Acts and summed weights about a mean that stays, steps or slides by ``size``."""
    at = int(rng.integers(periods // 4, periods - periods // 4))
    own = np.zeros(periods)
    own[0] = 0.5 * rng.normal()
    for period in range(1, periods):
        spread = 0.5 * np.sqrt(1 - correlation**2)
        own[period] = correlation * own[period - 1] + rng.normal() * spread
    time = np.arange(periods)
    shapes = {"none": 0 * time, "step": time >= at, "slide": time / periods}
    mean = own + size * shapes[kind]
    acts = rng.poisson(8, periods) + 1
    return acts, acts * (mean + rng.normal(size=periods) * 4.5 / np.sqrt(acts)), at


@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_false_alarms_are_rare(correlation):
    rng = np.random.default_rng(5)
    alarms = [breaks(*draw(rng, "none", correlation)[:2]).any_break > 0.5 for _ in range(RUNS)]
    assert np.mean(alarms) <= 0.06 + 2 * (0.06 * 0.94 / RUNS) ** 0.5


@pytest.mark.parametrize(("correlation", "least"), [(0.0, 0.65), (0.7, 0.55)])
def test_steps_are_found_and_dated(correlation, least):
    rng = np.random.default_rng(6)
    found, held = [], []
    for _ in range(RUNS):
        acts, total, at = draw(rng, "step", correlation)
        seen = breaks(acts, total)
        near = min(abs(one.when - at) for one in seen.changes)
        found.append(seen.any_break > 0.5 and near <= 3)
        if seen.any_break > 0.5:
            held.append(any(one.lo90 <= at <= one.hi90 for one in seen.changes))
    assert np.mean(found) > least
    assert np.mean(held) > 0.83


def test_a_large_slide_is_told_from_a_large_step():
    right = []
    for kind in ("slide", "step"):
        rng = np.random.default_rng(8)
        for _ in range(RUNS // 4):
            kinds = breaks(*draw(rng, kind, size=4.0)[:2]).probabilities
            right.append(max(("slide", "step"), key=kinds.get) == kind)
    assert np.mean(right) > 0.8
