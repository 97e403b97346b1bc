import numpy as np
import pytest

from detente.errors import InputError
from detente.measure.breaks import _ends, breaks
from detente.measure.segments import Series, histories


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


def test_an_interval_is_the_shortest_about_the_likeliest_place():
    mass = np.array([0.06, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.6, 0.14])
    assert _ends(mass, 7) == [7, 7, 6, 8]  # equal tails would reach to the first


def test_a_disturbance_that_carries_on_is_that_of_a_regression():
    """The date of one step by the sum over cuts is that worked out directly, all else known."""
    rng, time = np.random.default_rng(4), np.arange(40)
    cover = np.diag(np.full(40, 0.3)) + 0.25 * 0.7 ** np.abs(time[:, None] - time)
    z = np.linalg.cholesky(cover) @ rng.normal(size=40) + 1.5 * (time >= 22)
    z -= z.mean()
    found = histories(Series(z, np.full(40, 0.3), time), [(0.5, 0.7)]).places[0, 0, 0]
    direct = np.full(40, -np.inf)
    for at in range(3, 38):
        levels = 1.5**2 * ((time[:, None] >= at) == (time >= at))  # one prior level on each side
        whole = cover + levels
        direct[at] = np.log(at * (40 - at)) - 0.5 * np.linalg.slogdet(whole)[1]
        direct[at] -= 0.5 * z @ np.linalg.solve(whole, z)
    shares = [np.exp(logs - logs.max()) for logs in (found, direct)]
    assert shares[0] / shares[0].sum() == pytest.approx(shares[1] / shares[1].sum(), abs=1e-6)


def test_twelve_periods_and_a_huge_step_have_answers():
    few = breaks(np.full(12, 3), np.zeros(12))
    assert sum(few.probabilities.values()) == pytest.approx(1)
    mean = np.where(np.arange(40) < 20, 6.0, -6.0)
    large = breaks(*series(np.random.default_rng(5), mean, 1000)).changes[0]
    assert large.when == large.lo90 == large.hi90 == 20
