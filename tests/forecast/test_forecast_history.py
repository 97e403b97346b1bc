import datetime as dt

import numpy as np
import pytest

from detente.forecast.history import add_months, cut, daily, edges, happened, monthly


def days(found):
    return [str(dt.date.fromordinal(int(day))) for day in found.days]


def test_the_cut_keeps_the_days_before_and_no_other(desk):
    desk.acts(["2011-12-31", "2012-05-09", "2012-05-10", "2012-05-11"])
    assert days(cut(desk.line(), dt.date(2012, 5, 10))) == ["2011-12-31", "2012-05-09"]


def test_an_act_known_to_the_month_is_known_when_the_month_is_over(desk):
    desk.acts(["2012-03", "2012-04-20~/2012-04-26"])
    line = desk.line()
    assert days(cut(line, dt.date(2012, 3, 31))) == []
    assert days(cut(line, dt.date(2012, 4, 1))) == ["2012-03-16"]
    assert days(cut(line, dt.date(2012, 4, 27))) == ["2012-03-16", "2012-04-23"]


def test_a_year_is_put_into_no_month_and_counted(desk):
    desk.acts(["2011", "2010/2011", "2011-05-05"])
    line = desk.line()
    assert (len(line.place), line.left_out) == (1, 2)


def test_two_acts_of_a_day_are_one_day_and_two_rows(desk):
    desk.acts(["2011-05-05", "2011-05-05", "2011-06-01"])
    assert len(desk.line(per="days").place) == 2
    assert len(desk.line(per="rows").place) == 3


def test_an_interval_with_a_known_first_day_counts_by_it(desk):
    desk.acts(["2012-05-09/2012-05-20"])
    assert days(cut(desk.line(), dt.date(2012, 5, 10))) == ["2012-05-09"]


def test_acts_outside_the_record_are_not_seen(desk):
    desk.acts(["2005-12-31", "2015-01-01", "2014-12-31", "2006-01-01"])
    assert len(desk.line().place) == 2


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2012-01-31", 1, "2012-02-29"), ("2012-03-31", -1, "2012-02-29"), ("2012-11-10", 3, "2013-02-10"),
     ("2012-01-15", -13, "2010-12-15"), ("2012-05-10", 0, "2012-05-10")],
)  # fmt: skip
def test_months_are_added(day, months, expected):
    assert str(add_months(dt.date.fromisoformat(day), months)) == expected


def test_months_are_counted_back_from_the_as_of_date(desk):
    desk.acts(["2006-01-02", "2006-01-10", "2006-02-09", "2012-04-10", "2012-05-09"])
    found = cut(desk.line(), dt.date(2012, 5, 10))
    bounds, counts = edges(found), monthly(found)
    assert dt.date.fromordinal(int(bounds[0])) == dt.date(2006, 1, 10)  # the broken month is out
    assert dt.date.fromordinal(int(bounds[-1])) == found.as_of
    assert (counts[0], counts[-1], counts.sum()) == (2, 2, 4)
    assert len(bounds) == len(counts) + 1


def test_days_are_laid_out_from_the_start(desk):
    desk.acts(["2006-01-03", "2012-05-09"])
    found = daily(cut(desk.line(), dt.date(2012, 5, 10)))
    assert np.nonzero(found)[0].tolist() == [2, len(found) - 1]


def test_horizons_count_their_first_day_and_not_the_day_after():
    found = happened(np.array([10, 20, 20, 30]), np.array([10, 20]), np.array([20, 31]))
    assert found.tolist() == [1, 3]
