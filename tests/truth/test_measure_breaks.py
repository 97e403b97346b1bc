"""Planted breaks: how often one is seen where there is none, and where there is one."""

import os

import numpy as np

from detente.measure.breaks import breaks

RUNS = 30 * int(os.environ.get("DETENTE_TRUTH_RUNS", "1"))


def draw(rng, kind, correlation=0.0, periods=60, size=2.0):
    """Acts and summed weights about a mean that stays, or steps by ``size``."""
    at = int(rng.integers(15, periods - 15))
    own = np.zeros(periods)
    for period in range(1, periods):
        spread = 0.5 * np.sqrt(1 - correlation**2)
        own[period] = correlation * own[period - 1] + rng.normal() * spread
    mean = own + (size * (np.arange(periods) >= at) if kind == "step" else 0)
    acts = rng.poisson(8, periods) + 1
    return acts, acts * (mean + rng.normal(size=periods) * 4.5 / np.sqrt(acts)), at


def test_false_alarms_are_rare():
    for correlation, most in ((0.0, 0.12), (0.7, 0.25)):
        rng = np.random.default_rng(5)
        alarms = [breaks(*draw(rng, "none", correlation)[:2]).any_break > 0.5 for _ in range(RUNS)]
        assert np.mean(alarms) <= most


def test_steps_are_found_and_dated():
    rng = np.random.default_rng(6)
    found, errors, held = [], [], []
    for _ in range(RUNS):
        acts, total, at = draw(rng, "step")
        seen = breaks(acts, total)
        found.append(seen.any_break > 0.5)
        if found[-1]:
            change = min(seen.changes, key=lambda one: abs(one.when - at))
            errors.append(abs(change.when - at))
            held.append(change.lo90 <= at <= change.hi90)
    assert np.mean(found) > 0.7
    assert np.median(errors) <= 2
    assert np.mean(held) > 0.75
