import numpy as np
import pytest
import statsmodels.api as sm

from detente.claims import autocorrelated, shapes, trend

TIME = np.arange(60.0)


def _ar1(seed, n=60, phi=0.6):
    random = np.random.default_rng(seed)
    return autocorrelated.simulate(np.arange(float(n)), np.array([phi]), random)[0]


def test_without_autocorrelation_the_fit_is_ordinary_least_squares():
    y = np.random.default_rng(1).standard_normal(60) + 0.02 * TIME
    found = autocorrelated.fit(y[None, :], trend._design(TIME), TIME)
    ols = sm.OLS(y, sm.add_constant(TIME)).fit()
    if found.phi[0] == 0:
        assert found.coefficients[0, 1] == pytest.approx(ols.params[1])
        assert found.errors[0] == pytest.approx(ols.bse[1])
    else:
        assert found.coefficients[0, 1] == pytest.approx(ols.params[1], abs=0.02)


def test_autocorrelation_is_recovered_with_gaps_in_time():
    time = np.sort(np.random.default_rng(4).choice(600, 400, replace=False)).astype(float)
    y = autocorrelated.simulate(time, np.full(30, 0.7), np.random.default_rng(5))
    found = autocorrelated.fit(y, np.ones((400, 1)), time)
    assert found.phi.mean() == pytest.approx(0.7, abs=0.05)
    assert y.std(axis=1).mean() == pytest.approx(1.0, abs=0.1)


def test_a_slide_is_seen_and_its_size_given():
    found = trend.estimate(_ar1(7) - 0.1 * TIME, np.zeros(60), TIME, TIME)
    assert found.p_down < 0.01
    assert found.lo < -0.1 < found.hi
    assert found.p_up > 0.9


def test_the_error_of_the_index_widens_the_interval():
    y = _ar1(8) - 0.05 * TIME
    sure = trend.estimate(y, np.zeros(60), TIME, TIME)
    unsure = trend.estimate(y, np.full(60, 2.5), TIME, TIME)
    assert unsure.error > 1.1 * sure.error


@pytest.mark.parametrize("shape", ["constant", "linear", "step", "hump"])
def test_the_form_that_was_planted_is_the_form_found(shape):
    form = {
        "constant": 0 * TIME,
        "linear": -TIME / 8,
        "step": -4.0 * (TIME >= 35),
        "hump": -np.abs(TIME - 30) / 6,
    }[shape]
    noise = np.random.default_rng(9).standard_normal(60) * 0.7
    found = shapes.compare(form + noise, TIME)
    assert found.best == shape
    if shape in {"step", "hump"}:
        assert abs(found.at - (35 if shape == "step" else 30)) <= 3


def _table(desk, values, sd=None):
    rows = [
        {"month": f"{2000 + i // 12}-{i % 12 + 1:02d}", "index": v} for i, v in enumerate(values)
    ]
    if sd:
        rows = [
            {**r, "lo90": r["index"] - 1.6449 * sd, "hi90": r["index"] + 1.6449 * sd} for r in rows
        ]
    desk.table("index.csv", rows)


CLAIM = {
    "id": "worse", "kind": "trend", "direction": "down", "shape": "gradual",
    "series": {"file": "index.csv", "date": "month", "value": "index"},
}  # fmt: skip


def test_gradual_is_supported_for_a_slide_and_partly_for_a_step(desk):
    noise = np.random.default_rng(10).standard_normal(72) * 0.5
    time = np.arange(72.0)
    _table(desk, noise - time / 12)
    (slide,) = desk.test(CLAIM)
    assert slide["verdict"] == "supported"
    assert slide["estimate"] == pytest.approx(-10, abs=2)  # one a year
    _table(desk, noise - 4.0 * (time >= 40))
    (step,) = desk.test(CLAIM)
    assert step["verdict"] == "partly supported"
    assert "a step in 2003 fits best" in step["reason"]
    (any_,) = desk.test({**CLAIM, "shape": "any"})
    assert any_["verdict"] == "supported"


def test_the_wrong_way_contradicts_and_nothing_is_not_supported(desk):
    noise = np.random.default_rng(11).standard_normal(72) * 0.5
    _table(desk, noise + np.arange(72.0) / 12)
    assert desk.test(CLAIM)[0]["verdict"] == "contradicted"
    _table(desk, noise, sd=0.5)
    bounded = {**CLAIM, "series": {**CLAIM["series"], "lo90": "lo90", "hi90": "hi90"}}
    (row,) = desk.test(bounded)
    assert row["verdict"] == "not supported"
    assert "The smallest effect that it would have seen four times in five" in row["reason"]


def test_too_few_values(desk):
    _table(desk, [1.0, 2.0, 3.0])
    assert desk.test(CLAIM)[0]["verdict"] == "not testable here"
