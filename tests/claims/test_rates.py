import datetime as dt

import numpy as np
import pytest

from detente.claims import rates
from detente.claims.changepoint import likelihood
from detente.claims.rates import Times

START = dt.date(2000, 1, 1)


def _times(days, length=6000.0):
    return Times(START, length, np.sort(np.array(days, float)))


def test_rings_keep_number_and_gaps():
    days = np.sort(np.random.default_rng(1).random(23) * 1000)
    made = np.sort(rates.rings(days, 1000.0, 50), axis=1)
    ring = np.sort(np.diff(np.concatenate((days, [days[0] + 1000]))))
    for row in made:
        gaps = np.sort(np.diff(np.concatenate((row, [row[0] + 1000]))))
        assert gaps == pytest.approx(ring)


def test_a_fall_is_seen_and_its_ratio_given():
    random = np.random.default_rng(2)
    before, after = random.random(90) * 4000, 4000 + random.random(9) * 2000
    found = rates.known(_times([*before, *after]), START + dt.timedelta(4000), direction="fewer")
    assert found.word == "supported"
    assert found.estimate == pytest.approx((9 / 2000) / (90 / 4000))
    assert found.lo90 < 0.2 < found.hi90
    other = rates.known(_times([*before, *after]), START + dt.timedelta(4000), direction="more")
    assert other.word == "contradicted"


def test_the_simple_case_is_the_e_test_of_scipy():
    from scipy.stats import poisson_means_test

    days = [*np.linspace(10, 2990, 20), *np.linspace(3010, 5990, 8)]
    found = rates.known(_times(days), START + dt.timedelta(3000), "e-test", "fewer")
    assert found.p == pytest.approx(poisson_means_test(8, 0.5, 20, 0.5, alternative="less").pvalue)


def test_an_unknown_date_is_found_near_where_it_was_planted():
    random = np.random.default_rng(3)
    days = [*random.random(80) * 3500, *(3500 + random.random(6) * 2500)]
    found = rates.unknown(_times(days), "fewer")
    assert found.word == "supported"
    assert "2009" in found.text  # day 3500


def test_the_likelihood_ratio_counted_by_hand():
    value = likelihood(np.array([[0.1, 0.2, 0.3, 0.9]]), np.array([0.5]), "either")
    expected = 3 * np.log(3 / 2) + 1 * np.log(1 / 2)
    assert value[0, 0] == pytest.approx(expected)
    assert likelihood(np.array([[0.1, 0.2, 0.3, 0.9]]), np.array([0.5]), "more")[0, 0] == 0


VISITS = [{"date": d} for d in (
    [f"{y}-{m:02d}-10" for y in range(2000, 2012) for m in (2, 5, 8, 11)]
    + ["2013-05-01", "2013-12", "2012/2013", "2014", "2015-10-09"]
)]  # fmt: skip


def test_a_claim_with_a_date_and_one_without(desk):
    desk.table("visits.csv", VISITS)
    claim = {"id": "v", "kind": "rate-change", "events": {"file": "visits.csv", "date": "date"},
             "at": "2013-12-12", "period": {"from": "2000-01-01", "to": "2017-11-09"},
             "direction": "fewer"}  # fmt: skip
    known, unknown = desk.test(claim, {**claim, "id": "u", "at": "unknown"})
    assert known["verdict"] == "supported"
    assert known["estimate"] < 0.4
    assert "2 events whose date spans the change were left out." in known["caveats"]
    assert unknown["verdict"] == "supported"
    assert unknown["null"] == "clustered gaps, all dates"


def test_yearly_counts_go_through_a_regression_with_autocorrelated_errors(desk):
    rows = [{"year": y, "n": 12 if y < 2010 else 3} for y in range(2000, 2020)]
    for row, wobble in zip(rows, [0, 1, -1, 2, 0, -2, 1, 0, 1, -1] * 2, strict=True):
        row["n"] += wobble if row["year"] < 2010 else wobble // 2
    desk.table("n.csv", rows)
    claim = {"id": "v", "kind": "rate-change", "direction": "fewer", "at": "2010",
             "series": {"file": "n.csv", "date": "year", "value": "n"}}  # fmt: skip
    known, unknown = desk.test(claim, {**claim, "id": "u", "at": "unknown"})
    assert known["verdict"] == "supported"
    assert 0.15 < known["estimate"] < 0.4
    assert "2010" in unknown["reason"]


def test_a_change_after_the_day_of_the_text_is_not_tested(desk):
    desk.table("visits.csv", VISITS)
    claim = {"id": "v", "kind": "rate-change", "events": {"file": "visits.csv"}, "at": "2013-12-12",
             "period": {"from": "2000-01-01", "to": "2017-11-09"}}  # fmt: skip
    (row,) = desk.test(claim, as_of=dt.date(2012, 1, 1))
    assert row["verdict"] == "not testable here"
