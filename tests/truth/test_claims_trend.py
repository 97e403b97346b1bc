"""Trend tests on planted AR(1) series, and the form of a change."""

import os

import planted
import pytest

RUNS = int(os.environ.get("DETENTE_TRUTH_RUNS", "1000"))


def test_trendless_autocorrelated_series_are_seldom_called_a_slide():
    share, held = planted.trend_runs(RUNS)
    assert share <= 0.06
    assert 0.86 <= held <= 0.94


def test_short_series_and_ranks():
    assert planted.trend_runs(RUNS // 2, n=30)[0] <= 0.06
    assert planted.trend_runs(RUNS // 2, name="mann-kendall")[0] <= 0.06


def test_a_slide_of_two_and_a_half_standard_deviations_is_seen():
    assert planted.trend_runs(RUNS // 5, slope=-2.5)[0] >= 0.65


@pytest.mark.parametrize(("form", "least"), [("linear", 0.8), ("step", 0.9), ("constant", 0.85)])
def test_the_planted_form_is_found(form, least):
    assert planted.shape_runs(max(20, RUNS // 25), form)[form] >= least


def test_a_turn_is_not_taken_for_a_slide():
    share = planted.shape_runs(max(20, RUNS // 25), "hump")
    assert share["linear"] <= 0.05
