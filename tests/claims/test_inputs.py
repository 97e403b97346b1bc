import datetime as dt

import pytest
from handmade import handmade, record

from detente.claims.claim import Claim
from detente.claims.inputs import Inputs
from detente.errors import ClaimError


def _inputs(desk, casebook=None, as_of=None):
    return Inputs(Claim("c", "c", "count", {}, desk.folder), casebook, as_of)


def test_rows_of_a_file_are_kept_by_where_and_dated(desk):
    desk.table("t.csv", [
        {"day": "2017-05-14", "kind": "missile", "list": "2017-05-13"},
        {"day": "2017-05", "kind": "missile", "list": ""},
        {"day": "2017-09-03", "kind": "nuclear", "list": "2017-09-03;2017-09-04"},
    ])  # fmt: skip
    data = _inputs(desk)
    events = data.events({"file": "t.csv", "date": "day", "where": {"kind": "missile"}})
    assert [e.day for e in events] == [None, dt.date(2017, 5, 14)]
    assert len(data.events({"file": "t.csv", "date": "list"})) == 3
    assert len(data.events({"file": "t.csv", "date": "day", "rule": "list"})) == 2


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ({"file": "none.csv"}, "there is no file"),
        ({"file": "t.csv", "date": "when"}, "no column 'when'"),
        ({"file": "t.csv", "date": "day", "where": {"kid": "x"}}, "no column 'kid'"),
        ({"table": "tests"}, "no casebook"),
    ],
)
def test_a_wrong_source_is_named(desk, source, found):
    desk.table("t.csv", [{"day": "2017-05-14", "kind": "missile"}])
    with pytest.raises(ClaimError, match=found):
        _inputs(desk).events(source)


def test_a_date_that_is_none_is_named_with_its_line(desk):
    desk.table("t.csv", [{"date": "2017-05-14"}, {"date": "May 14"}])
    with pytest.raises(ClaimError, match=r"t\.csv:3, field date: 'May 14'"):
        _inputs(desk).events({"file": "t.csv"})


def test_nothing_after_the_day_of_the_text_is_seen(desk):
    book = handmade([record("a", "2015-10-09"), record("b", "2018-03-25"), record("c", "2017")])
    events = _inputs(desk, book, dt.date(2017, 11, 9)).events({"table": "acts"})
    assert [e.row.fields["id"] for e in events] == ["a", "c"]


def test_between_takes_both_directions_and_no_third_state(desk):
    book = handmade([
        record("there", "2015", source="CHN", target="PRK"),
        record("back", "2016", source="PRK", target="CHN"),
        record("third", "2017", source="CHN;KOR", target="CHN;KOR"),
    ])  # fmt: skip
    events = _inputs(desk, book).events({"table": "acts", "between": ["CHN", "PRK"]})
    assert [e.row.fields["id"] for e in events] == ["there", "back"]


def test_an_interval_known_to_the_day_counts_by_its_first_day(desk):
    book = handmade([record("a", "2015-10-09/2015-10-12"), record("b", "2011-06-01~")])
    days = [e.day for e in _inputs(desk, book).events({"table": "acts"})]
    assert days == [None, dt.date(2015, 10, 9)]


def test_a_series_carries_its_error_and_its_yearly_means(desk):
    desk.table("s.csv", [{"year": "2012", "v": "0.75", "n": "75", "lo": "0.7", "hi": "0.8"}])
    data = _inputs(desk)
    source = {"file": "s.csv", "date": "year", "value": "v"}
    assert data.series({**source, "n": "n"})[0].sd == pytest.approx(0.05)
    assert data.series({**source, "lo90": "lo", "hi90": "hi"})[0].sd == pytest.approx(
        0.0304, abs=1e-4
    )
    assert data.series(source)[0].time == pytest.approx(2012.5, abs=0.01)
    book = handmade([record("a", "2015-10-09"), record("b", "2015-02"), record("c", "2015/2016")])
    points = _inputs(desk, book).series({"table": "acts", "by": "year", "value": "intensity"})
    assert [(p.low.year, p.row.fields["rows"]) for p in points] == [(2015, "2")]
