from __future__ import annotations

import pytest

from detente.read.dates import find_dates


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("on July 11, 1961", "1961-07-11"),
        ("on 11 July 1961", "1961-07-11"),
        ("on the 11th of July 1961", "1961-07-11"),
        ("dated 1961-07-11", "1961-07-11"),
        ("in May of 2017", "2017-05"),
        ("on 3-5 September 2017", "2017-09-03/2017-09-05"),
        ("on September 3–5, 2017", "2017-09-03/2017-09-05"),
        ("from January to March 2018", "2018-01/2018-03"),
        ("in the late 1970s", "1976/1979"),
        ("in the early 1990s", "1990/1993"),
        ("in the mid-1990s", "1994/1996"),
        ("in the 1960s", "196X"),
        ("between 1950 and 1953", "1950/1953"),
        ("(1950-1953)", "1950/1953"),
        ("in 1950-53", "1950/1953"),
        ("in the spring of 1992", "1992-21"),
        ("in early 2016", "2016-01/2016-04"),
        ("around 1956", "1956~"),
        ("in 2012", "2012"),
    ],
)
def test_absolute_dates(text: str, edtf: str) -> None:
    assert [d.edtf for d in find_dates(text, None)] == [edtf]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("yesterday", "2017-11-09"),
        ("last year", "2016"),
        ("this year", "2017"),
        ("last month", "2017-10"),
        ("two years ago", "2015"),
        ("sixty years ago today", "1957-11-10"),
        ("Sixty years ago this week", "1957-11-04/1957-11-10"),
        ("50 years ago this month", "1967-11"),
        ("on Tuesday", "2017-11-07"),
        ("in August", "2017-08"),
        ("in December", "2016-12"),
        ("last week", "2017-10-30/2017-11-05"),
    ],
)
def test_relative_dates_count_from_the_document(text: str, edtf: str) -> None:
    assert [d.edtf for d in find_dates(text, "2017-11-10")] == [edtf]


def test_a_date_is_never_more_exact_than_the_document() -> None:
    (year,) = find_dates("last year", "2017~")
    (day,) = find_dates("yesterday", "2017~")
    assert year.edtf == "2016"
    assert day.edtf is None


def test_a_bare_date_takes_the_year_last_named() -> None:
    found = find_dates("On September 3, 2015 he came; on May 14 he left.", "2020-01-01")
    assert [d.edtf for d in found] == ["2015-09-03", "2015-05-14"]


@pytest.mark.parametrize(
    ("text", "year", "edtf"),
    [
        ("They met in March 2013 and have not spoken since then.", None, "2013-03"),
        ("Since then nobody came.", 1999, "1999"),
        ("Since then nobody came.", None, None),
    ],
)
def test_since_then_counts_from_the_date_last_named(
    text: str, year: int | None, edtf: str | None
) -> None:
    then = find_dates(text, None, year)[-1]
    assert (then.edtf, then.relation) == (edtf, "since")


@pytest.mark.parametrize(
    "text", ["2,012 troops", "$1950 a head", "room 1992-b", "about 2016 people"]
)
def test_numbers_that_are_no_years(text: str) -> None:
    assert [
        d
        for d in find_dates(text, None)
        if d.edtf == "2012" or ("people" in text and d.edtf == "2016")
    ] == []


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("since 2013", "since"),
        ("until 1992", "until"),
        ("before the war in 1950", "at"),
        ("after World War II in 1945", "after"),
        ("by 2016", "by"),
        ("in 2016", "at"),
    ],
)
def test_relations(text: str, relation: str) -> None:
    assert [d.relation for d in find_dates(text, None)] == [relation]


def test_an_impossible_day_is_not_a_day() -> None:
    assert "2011-04-31" not in [d.edtf for d in find_dates("on 31 April 2011", None)]
