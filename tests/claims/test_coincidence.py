import datetime as dt

import numpy as np
import pytest

from detente.claims import coincidence
from detente.claims.coincidence import Days, assess, null_distribution, shifts

START = dt.date(2012, 1, 1)


def _days(events, windows, size=731):
    has_event, in_window = np.zeros(size, bool), np.zeros(size, bool)
    has_event[list(events)] = True
    for low, high in windows:
        in_window[low:high] = True
    return Days(START, has_event, in_window)


def test_all_shifts_by_fft_are_those_counted_one_by_one():
    random = np.random.default_rng(1)
    events, windows = random.random(97) < 0.2, random.random(97) < 0.3
    slow = [int((np.roll(events, s) & windows).sum()) for s in range(97)]
    assert shifts(events, windows).tolist() == slow


@pytest.mark.parametrize(
    "null", ["circular-shift", "within-year", "within-year-weekday", "jitter-45d", "across-years"]
)
def test_every_null_is_a_distribution_that_holds_the_observed_count(null):
    random = np.random.default_rng(2)
    days = _days(random.integers(0, 731, 40), [(50, 60), (300, 320), (500, 503)])
    values, weights = null_distribution(days, null)
    assert weights.sum() == pytest.approx(1)
    assert weights[values == days.s].sum() > 0


def test_within_years_is_the_convolution_counted_by_hand():
    days = _days([10, 400], [(8, 13), (398, 403)])
    values, weights = null_distribution(days, "within-year")
    one, two = 5 / 366, 5 / 365
    assert weights[values == 2].sum() == pytest.approx(one * two)
    assert weights[values == 0].sum() == pytest.approx((1 - one) * (1 - two))


def test_weeks_keep_the_weekday():
    days = _days([3], [(3, 4)], size=366)  # one event, one window of one day, 52 whole weeks
    values, weights = null_distribution(days, "within-year-weekday")
    assert weights[values == 1].sum() == pytest.approx(1 / 52, rel=0.05)


def test_jitter_moves_windows_and_not_events():
    days = _days([100], [(100, 101)])
    values, weights = null_distribution(days, "jitter-10d")
    assert weights[values == 1].sum() == pytest.approx(1 / 21)


def test_occasions_that_return_on_the_same_days_cannot_be_told_from_their_season():
    events = [y * 365 + 60 + i for y in range(2) for i in range(5)]
    windows = [(y * 365 + 60, y * 365 + 66) for y in range(2)]
    assert assess(_days(events, windows)).p < 0.01
    assert assess(_days(events, windows), "across-years").p > 0.5


def test_the_estimate_is_the_ratio_of_daily_rates():
    found = assess(_days([5, 6, 100, 200, 300, 400], [(0, 10)], size=500))
    assert found.estimate == pytest.approx((2 / 10) / (4 / 490))
    assert found.n == 6
    assert found.lo90 < found.estimate < found.hi90
    assert found.smallest_effect > 1


def test_no_effect_is_found_only_where_one_could_be_seen():
    few = assess(_days([100, 250, 400], [(0, 10)], size=500))
    assert few.word == "not supported"
    even = assess(_days(range(0, 5000, 5), [(i, i + 5) for i in range(0, 5000, 50)], size=5000))
    assert even.word == "contradicted"  # ten windows in a hundred hold ten events in a hundred
    assert even.hi90 < coincidence.NEGLIGIBLE


def test_fewer_is_the_other_side():
    days = _days(range(100, 730, 5), [(0, 90)])
    assert assess(days, direction="fewer").word == "supported"
    assert assess(days, direction="more").word == "contradicted"


TESTS = [
    {"date": "2013-03-05"}, {"date": "2013-03-05"}, {"date": "2013-03-06"}, {"date": "2013-07"},
    {"date": "2013-08-01"}, {"date": "2011-05-05"}, {"date": "2013-10-10~"},
]  # fmt: skip
SUMMITS = [
    {"start": "2013-03-05", "end": "2013-03-07"}, {"start": "2013-03-06", "end": ""},
    {"start": "2013-11-01", "end": "2013-11-02"},
]  # fmt: skip
CLAIM = {
    "id": "t", "kind": "coincidence", "events": {"file": "tests.csv", "date": "date"},
    "calendar": {"file": "summits.csv", "start": "start", "end": "end"},
    "window": {"before": 1, "after": 0}, "period": {"from": "2013-01-01", "to": "2013-12-31"},
}  # fmt: skip


def test_days_count_once_windows_are_joined_and_months_are_no_days(desk):
    desk.table("tests.csv", TESTS)
    desk.table("summits.csv", SUMMITS)
    (row,) = desk.test(CLAIM)
    assert row["n"] == 3  # two tests of one day, one the next, one in August
    assert "2 of 3 event days fell on the 7 days of the windows" in row["reason"]
    assert "2 events whose day is not known were left out." in row["caveats"]
    assert "1 windows overlap others; a day in two counts once." in row["caveats"]
    assert [e["date"] for e in row["evidence"]][:1] == ["2013-03-05"]


def test_the_contract_of_the_row(desk):
    desk.table("tests.csv", TESTS)
    desk.table("summits.csv", SUMMITS)
    (row,) = desk.test({**CLAIM, "alternatives": {"null": ["circular-shift", "jitter-45d"],
                                                  "window": [{"before": 0, "after": 0}]}})  # fmt: skip
    assert set(row) == {
        "id", "kind", "verdict", "says", "estimate", "lo90", "hi90", "p", "n", "null",
        "smallest_effect", "specifications", "evidence", "caveats", "reason",
    }  # fmt: skip
    assert len(row["specifications"]) == 4  # circular-shift is the chosen one already
    assert [s["chosen"] for s in row["specifications"]] == [True, False, False, False]
    assert row["specifications"][0]["p"] == row["p"]
