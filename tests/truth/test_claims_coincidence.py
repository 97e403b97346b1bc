"""Coincidence tests on planted data: 14 years of clustered events against a calendar.

The truth comes from ``planted.py``. ``DETENTE_TRUTH_RUNS`` sets the runs of each row;
``benchmarks/claims_truth.py`` prints the whole table.
"""

import os

import planted
import pytest

RUNS = int(os.environ.get("DETENTE_TRUTH_RUNS", "1000"))


@pytest.mark.parametrize("process", planted.PROCESSES.values(), ids=planted.PROCESSES)
def test_clustered_events_without_effect_are_seldom_called_timed(process):
    share = planted.coincidence_p(RUNS, process)
    assert max(share.values()) <= 0.06, share


def test_years_dealt_anew():
    share = planted.coincidence_p(RUNS // 5, planted.hawkes, nulls=("across-years",))
    assert share["across-years"] <= 0.06


def test_a_rate_three_times_as_high_is_seen():
    share = planted.coincidence_p(RUNS // 10, planted.hawkes, ratio=3.0)
    assert min(share.values()) >= 0.8, share


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("process", planted.PROCESSES.values(), ids=planted.PROCESSES)
def test_the_interval_of_the_risk_ratio_holds_the_truth(process, ratio):
    held = planted.coincidence_coverage(RUNS // 5, process, ratio)
    assert 0.84 <= held <= 0.96


def test_random_specifications_seldom_make_a_false_claim_supported_or_a_true_one_contradicted():
    """Which verdicts the rule of contested specifications gives where the truth is planted."""
    false = planted.contested_runs(max(20, RUNS // 15), 1.0)
    assert false.get("supported", 0) <= 0.06
    assert false.get("contested", 0) <= 0.35  # docs/claims.md has the rate
    true = planted.contested_runs(max(20, RUNS // 15), 3.0)
    assert true["supported"] >= 0.7
    assert true.get("contradicted", 0) == 0
