"""Forecasts against a planted truth: parameters recovered, probabilities that mean what they say.

Worlds, seeds and helpers: ``forecasts.py``. ``benchmarks/forecast.py planted`` is the long run.
"""

import numpy as np
import pytest
from forecasts import PLANTED, bands, calibration, covered, forecasts, true_chances, world

from detente.forecast import hawkes
from detente.forecast.history import add_months


def test_planted_parameters_are_recovered():
    """Medians of 60 fits to 14 years: seeds 2000 … 2059."""
    found = []
    for seed in range(60):
        days = hawkes.simulate(5_114, *PLANTED, np.random.default_rng(2_000 + seed))
        fit = hawkes.fit(days)
        assert fit.converged
        found.append([one[0] for one in fit.interval().values()])
    background, branching, decay = np.median(found, axis=0)
    assert background == pytest.approx(PLANTED[0], rel=0.15)
    assert branching == pytest.approx(PLANTED[1], abs=0.08)
    assert decay == pytest.approx(PLANTED[2], rel=0.2)


@pytest.mark.parametrize("planted", [PLANTED, (0.02, 0.4, 20.0)])
def test_intervals_of_the_parameters_are_calibrated(planted):
    """150 worlds of 14 years, seeds 1000 … 1149; a 90 % share of 150 is known to ± 4 points."""
    held = covered(150, 5_114, planted, 1_000)
    assert (held > 0.82).all(), held
    assert (held < 0.97).all(), held


def test_no_excitation_is_not_taken_for_some():
    random = np.random.default_rng(4)
    high = []
    for _ in range(20):
        days = (random.random(5_114) < 0.03).astype(float)
        high.append(hawkes.fit(days).interval()["branching"][1])
    assert np.median(high) < 0.15  # lower ends of the intervals near nothing


@pytest.fixture(scope="module")
def exciting():
    """Four self-exciting worlds of 12 years, seeds 500 … 503, forecast from the fourth on."""
    return [forecasts("self-exciting", 12, 500 + k) for k in range(4)]


def test_the_default_model_is_calibrated(exciting):
    p = np.concatenate([record.p[:, -1] for record in exciting])
    yes = np.concatenate([record.count >= 1 for record in exciting]).astype(float)
    bias, slope = calibration(p, yes)
    assert abs(bias) < 0.06  # two standard errors of 432 months that resemble each other
    assert 0.55 < slope < 1.5
    groups = np.digitize(p, [0.35, 0.5, 0.65])
    for group in range(4):
        inside = groups == group
        error = 3 * np.sqrt(0.25 / inside.sum())
        assert abs(yes[inside].mean() - p[inside].mean()) < error


def test_the_default_model_comes_close_to_the_truth(exciting):
    """Of what can be known it knows most: nearer the true chances than climatology is."""
    truth = np.concatenate([
        true_chances(world("self-exciting", 12, 500 + k), record.origins,
                     [add_months(day, 1) for day in record.origins])
        for k, record in enumerate(exciting)
    ])  # fmt: skip
    p = np.concatenate([record.p for record in exciting])
    error = np.sqrt(((p - truth[:, None]) ** 2).mean(axis=0))
    assert error[-1] < 0.12
    assert error[-1] < 0.75 * error[0]


def test_the_interval_of_a_probability_holds_the_true_chance(exciting):
    """Of the default's 90 % bands, 56 of four worlds; not far below their nominal share."""
    held = np.concatenate([
        bands(world("self-exciting", 12, 500 + k), record) for k, record in enumerate(exciting)
    ])  # fmt: skip
    assert held[:, -1].mean() > 0.75


def test_the_default_model_loses_little_where_nothing_can_be_known():
    made = [forecasts("steady", 10, 700 + k) for k in range(2)]
    p = np.concatenate([record.p for record in made])
    yes = np.concatenate([record.count >= 1 for record in made])
    brier = ((p - yes[:, None]) ** 2).mean(axis=0)
    assert brier[-1] < brier[0] + 0.015
