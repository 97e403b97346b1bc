from __future__ import annotations

import datetime as dt

import pytest

from detente.schema import bounds, overlap


@pytest.mark.parametrize(
    ("edtf", "low", "high"),
    [
        ("1961-07-11", "1961-07-11", "1961-07-11"),
        ("1992-08", "1992-08-01", "1992-08-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1992", "1992-01-01", "1992-12-31"),
        ("197X", "1970-01-01", "1979-12-31"),
        ("1950/1953", "1950-01-01", "1953-12-31"),
        ("1956-08~", "1956-08-01", "1956-08-31"),
        ("1988-09-07/1988-09", "1988-09-07", "1988-09-30"),
        ("1992-21", "1992-03-01", "1992-05-31"),
    ],
)
def test_bounds_are_the_first_and_last_day(edtf: str, low: str, high: str) -> None:
    assert bounds(edtf) == (dt.date.fromisoformat(low), dt.date.fromisoformat(high))


def test_an_open_end_has_no_last_day() -> None:
    assert bounds("2013-01-01/..") == (dt.date(2013, 1, 1), dt.date.max)


@pytest.mark.parametrize("text", ["1961-13-40", "July 1961", "", "1961-02-30"])
def test_what_is_not_edtf_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        bounds(text)


def test_overlap() -> None:
    assert overlap("1992", "1992-08-24")
    assert not overlap("1991", "1992-08-24")
