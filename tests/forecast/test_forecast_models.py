import datetime as dt
import itertools

import numpy as np
import pytest
from asking import some_days
from scipy.stats import nbinom

from detente.forecast import climatology, combine, covariates, ewma, hawkes, season
from detente.forecast.history import cut, edges, monthly
from detente.forecast.prediction import MOST, gamma_poisson, negative_binomial
from detente.forecast.track import MODELS

DAY = dt.date(2013, 1, 1)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_gives_a_distribution(desk, name):
    predict = MODELS[name](cut(desk.line(), DAY))
    chances = []
    for months in (1, 3, 6, 12):
        one = predict(months)
        assert one.pmf.shape == (MOST + 1,)
        assert one.pmf.min() >= 0
        assert one.pmf.sum() == pytest.approx(1)
        chances.append(one.at_least(1))
        assert one.at_least(1) > one.at_least(3)
        low, high = one.band(1)
        assert 0 <= low < high <= 1
    # A longer horizon has fewer windows behind it: near certainty it may be a touch less sure.
    assert all(b > a - 0.01 for a, b in itertools.pairwise(chances))
    again = MODELS[name](cut(desk.line(), DAY))(3)
    assert np.array_equal(again.pmf, predict(3).pmf)  # seeds are fixed


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dates", [[], ["2012-12-31"], [f"2012-12-{k:02d}" for k in range(1, 32)]])
def test_every_model_bears_an_empty_and_a_full_history(desk, name, dates):
    desk.acts(dates)
    for months in (1, 12):
        one = MODELS[name](cut(desk.line(), DAY))(months)
        assert np.isfinite(one.pmf).all()
        assert 0 < one.at_least(1) < 1
        assert np.isfinite(one.band(1)).all()


@pytest.mark.parametrize("name", ["recent", "ewma", "hawkes", "covariates"])
def test_models_with_a_memory_say_more_after_a_burst(desk, name):
    quiet = [day for day in some_days() if day < "2012-09"]
    desk.acts(quiet)
    before = MODELS[name](cut(desk.line(), DAY))(1).at_least(1)
    desk.acts([*quiet, *(f"2012-12-{k:02d}" for k in range(10, 30, 3))])
    assert MODELS[name](cut(desk.line(), DAY))(1).at_least(1) > before + 0.1


def test_climatology_is_the_share_of_months(desk):
    desk.acts([f"{y}-{m:02d}-15" for y in range(2006, 2013) for m in (1, 2, 3)])
    one = climatology.model(cut(desk.line(), DAY))(1)
    assert one.at_least(1) == pytest.approx(0.25, abs=0.01)
    low, high = one.band(1)
    assert low < 0.25 < high


def test_climatology_is_less_sure_when_months_resemble_each_other():
    random = np.random.default_rng(1)
    alike = np.repeat(random.random(20) < 0.5, 6)
    assert climatology.inflation(alike) > 2
    assert climatology.inflation(random.permutation(alike)) < 1.6


def test_the_quarter_knows_the_season(desk):
    desk.acts([f"{y}-{m:02d}-{d}" for y in range(2006, 2013) for m in (4, 5, 6) for d in (10, 20)])
    line = desk.line()
    spring = season.quarter(cut(line, dt.date(2013, 4, 1)))(1).at_least(1)
    winter = season.quarter(cut(line, dt.date(2013, 1, 1)))(1).at_least(1)
    assert spring > 2 * winter


def test_half_lives_are_weighed_by_their_past_forecasts_alone():
    """A rate that switches every year wants a short memory, a steady one a long."""
    random = np.random.default_rng(2)
    steady = random.poisson(1.0, 240).astype(float)
    switching = random.poisson(np.repeat([0.1, 4.0] * 10, 12)).astype(float)
    half = np.array([h for h, _ in ewma.settings()])
    short = [ewma.shares(x, ewma.run(x), 1)[half <= 4].sum() for x in (switching, steady)]
    assert short[0] > 0.9
    assert short[1] < 0.3
    # What follows the history has no part in the weights.
    more = np.concatenate([steady, [9, 9, 9]])
    cut_back = ewma.run(more)
    for months in (1, 6):
        assert np.array_equal(
            ewma.shares(more[:240], ewma.run(more[:240]), months),
            ewma.shares(steady, ewma.run(steady), months),
        )
    assert np.allclose(cut_back.shape[:, :241], ewma.run(steady).shape)


def test_the_gamma_poisson_is_the_negative_binomial_of_the_books():
    one = gamma_poisson(np.array([2.5]), np.array([4.0]), np.ones(1), 3)
    book = nbinom.pmf(np.arange(MOST), 2.5, 4.0 / 7.0)
    assert np.allclose(one.pmf[:MOST], book)
    values, weights = one.spread(1)
    assert values @ weights == pytest.approx(1 - book[0], abs=0.01)
    assert negative_binomial(1e6, 2.0) @ np.arange(MOST + 1) == pytest.approx(2.0)


def test_the_chance_of_a_quiet_horizon_is_that_of_the_simulated_paths(desk):
    days = np.zeros(2_000)
    days[[100, 900, 1_500, 1_980, 1_990, 1_995]] = 1
    fit = hawkes.fit(days)
    paths = hawkes._Paths(days, fit.draws(200))
    exact = paths.prediction(30).pmf[0]
    assert (paths.totals[30] == 0).mean() == pytest.approx(exact, abs=0.03)


def test_self_excitation_begins_at_its_mean_not_at_zero():
    """A history cut out of a longer one shows no false start."""
    days = hawkes.simulate(4_000, 0.0115, 0.7, 35.0, np.random.default_rng(8))
    assert abs(hawkes.excitation(days, np.exp(-1 / 35)).mean() - days.mean()) < 0.002
    assert hawkes.excitation(days, 0.9)[0] == 0


def test_covariates_that_lead_are_found(desk):
    """Acts that follow a signal within the month: the regression says so, climatology not."""
    random = np.random.default_rng(5)
    signal, acts = [], []
    for month in range(84):
        year, name = 2006 + month // 12, month % 12 + 1
        if random.random() < 0.4:
            signal.append(f"{year}-{name:02d}-25")
            after = dt.date(year, name, 25) + dt.timedelta(12)
            acts.append(str(after))
    desk.acts(signal, "signal.csv")
    desk.acts([day for day in acts if day < "2013"])
    asked = {"covariates": [{"name": "signal", "events": {"file": "signal.csv"}}]}
    history = cut(desk.line(**asked), DAY)
    rows = covariates.features(monthly(history), edges(history), history.leads)
    assert rows.shape == (len(monthly(history)) + 1, 7)
    found = covariates.fitted(rows[12:-1], monthly(history)[12:])
    assert found is not None
    assert found[0][6] > 0.2


def test_weights_follow_past_scores_only():
    logs = np.log([[0.9, 0.2], [0.8, 0.3]])
    share = combine.weights(logs, 1)
    expected = np.exp(0.5 * logs.sum(axis=0))
    assert share == pytest.approx(expected / expected.sum())
    assert combine.weights(np.empty((0, 3)), 1) == pytest.approx([1 / 3] * 3)
    assert combine.weights(logs, 12)[0] < share[0]


def test_a_pool_lies_between_its_members(desk):
    history = cut(desk.line(), DAY)
    members = {name: MODELS[name](history)(3) for name in ("climatology", "ewma")}
    pooled = combine.pool(members, np.array([0.25, 0.75]))
    one, two = (m.at_least(1) for m in members.values())
    assert pooled.at_least(1) == pytest.approx(0.25 * one + 0.75 * two)
