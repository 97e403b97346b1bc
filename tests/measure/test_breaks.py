import numpy as np
import pytest

from detente.errors import InputError
from detente.measure.breaks import breaks


def series(rng, mean, acts=20):
    return np.full(len(mean), acts), acts * (mean + rng.normal(size=len(mean)) * 4 / acts**0.5)


def test_a_large_step_is_found_where_it_is():
    mean = np.where(np.arange(60) < 35, 2.0, -2.0)
    found = breaks(*series(np.random.default_rng(1), mean))
    assert found.any_break > 0.95
    assert found.probabilities["step"] > found.probabilities["slide"]
    assert abs(found.changes[0].when - 35) <= 1
    assert found.changes[0].size == pytest.approx(-4, abs=1)


def test_a_slide_is_told_from_a_step():
    found = breaks(*series(np.random.default_rng(2), np.linspace(2.5, -2.5, 60), 60))
    assert found.probabilities["slide"] > found.probabilities["step"]
    assert found.slope < -3


def test_a_level_has_no_break():
    found = breaks(*series(np.random.default_rng(3), np.zeros(60)))
    assert found.any_break < 0.5
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_too_few_periods_give_a_reason():
    assert "at least" in breaks([1, 0, 2], [1.0, 0.0, 2.0]).reason
    with pytest.raises(InputError):
        breaks([1, 2], [1.0])
