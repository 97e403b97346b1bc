"""Rate-change tests on planted data: 18 years of clustered events, and yearly counts."""

import os

import planted
import pytest

RUNS = int(os.environ.get("DETENTE_TRUTH_RUNS", "1000"))


@pytest.mark.parametrize("process", planted.PROCESSES.values(), ids=planted.PROCESSES)
def test_clustered_events_without_a_change_at_a_known_date(process):
    share, held = planted.rate_runs(RUNS, process)
    assert share <= 0.06
    assert 0.84 <= held <= 0.96


def test_clustered_events_without_a_change_at_an_unknown_date():
    share, _ = planted.rate_runs(RUNS // 2, planted.hawkes, known=False)
    assert share <= 0.06


def test_the_simple_case_fails_on_clustered_events_which_is_why_it_is_not_the_default():
    share, _ = planted.rate_runs(RUNS // 10, planted.hawkes, null="e-test")
    assert share > 0.08


def test_a_fall_to_three_tenths_is_seen_as_often_as_by_a_test_that_knows_the_process():
    share, held = planted.rate_runs(RUNS // 5, planted.hawkes, 0.3)
    knows = planted.rate_oracle(RUNS // 5, planted.hawkes, 0.3)
    assert share >= knows - 0.08
    assert 0.84 <= held <= 0.97


@pytest.mark.parametrize(("known", "power"), [(True, 0.7), (False, 0.5)])
def test_a_fall_to_a_sixth_is_seen_in_a_few_hundred_events(known, power):
    share, _ = planted.rate_runs(RUNS // 10, planted.hawkes, 1 / 6, known, mean_gap=30.0)
    assert share >= power


def test_yearly_counts_that_are_autocorrelated():
    assert planted.step_runs(RUNS // 2) <= 0.06
    assert planted.step_runs(RUNS // 10, ratio=0.4) >= 0.75
