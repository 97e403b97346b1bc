import numpy as np
import pytest
from scipy.stats import binom

from detente.claims import clustered


def test_without_clustering_the_interval_is_the_exact_conditional_one():
    lo, hi = clustered.interval(8, 40, 0.1, 1.0)
    for ratio, tail in ((lo, "lower"), (hi, "upper")):
        p = ratio * 0.1 / (ratio * 0.1 + 0.9)
        mid = binom.pmf(8, 40, p) / 2
        value = binom.sf(8, 40, p) + mid if tail == "lower" else binom.cdf(7, 40, p) + mid
        assert value == pytest.approx(0.05, abs=0.002)


def test_clustering_widens_it():
    lo1, hi1 = clustered.interval(8, 40, 0.1, 1.0)
    lo2, hi2 = clustered.interval(8, 40, 0.1, 2.5)
    assert lo2 < lo1 < clustered.ratio(8, 40, 0.1) < hi1 < hi2


def test_bounds_that_the_data_do_not_set():
    assert clustered.interval(0, 20, 0.1, 1.0)[0] == 0.0
    assert clustered.interval(20, 20, 0.1, 1.0)[1] is None
    assert clustered.interval(0, 0, 0.1, 1.0) == (None, None)
    assert clustered.ratio(5, 5, 0.1) is None


def test_the_smallest_effect_has_the_power_it_says():
    ratio = clustered.smallest(8, 40, 0.1, 1.0, "more", 0.8)
    p = ratio * 0.1 / (ratio * 0.1 + 0.9)
    assert binom.sf(7, 40, p) == pytest.approx(0.8, abs=0.01)
    fewer = clustered.smallest(1, 40, 0.25, 1.0, "fewer", 0.8)
    p = fewer * 0.25 / (fewer * 0.25 + 0.75)
    assert binom.cdf(1, 40, p) == pytest.approx(0.8, abs=0.01)
    assert clustered.smallest(-1, 40, 0.1, 1.0, "fewer", 0.8) is None


def test_the_tail_is_the_same_whichever_side_is_summed():
    low, exactly = clustered.tails(30, 40, 0.5, 1.0)
    other, _ = clustered.tails(9, 40, 0.5, 1.0)
    assert low + other[::-1] == pytest.approx(np.ones_like(low))
    assert np.all(exactly >= 0)
