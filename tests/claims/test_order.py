import datetime as dt

import pytest
from handmade import handmade, record

DAY = dt.date(2017, 11, 9)
WHOLE = (dt.date(2010, 1, 1), dt.date(2020, 12, 31))
BOOK = [
    record("seoul", "2014-07-03/2014-07-04", target="KOR", visitor="Xi", title="Xi in Seoul"),
    record("pyongyang", "2019-06-20", visitor="Xi", title="Xi in Pyongyang"),
    record("liu", "2015-10-09/2015-10-12", visitor="Liu", title="Liu in Pyongyang"),
    record("song", "2017-11-17", visitor="Song", title="Song in Pyongyang"),
    record("early", "2012-11", visitor="Li", title="Li in Pyongyang"),
]


def _order(desk, **more):
    claim = {"id": "o", "kind": "order",
             "earlier": {"table": "acts", "where": {"visitor": "Xi", "target": "KOR"}},
             "later": {"table": "acts", "where": {"visitor": "Xi", "target": "PRK"}}, **more}  # fmt: skip
    return claim


def test_an_order_read_off_two_dates(desk):
    (row,) = desk.test(_order(desk), casebook=handmade(BOOK, WHOLE))
    assert row["verdict"] == "supported"
    assert (
        "“Xi in Seoul” (3–4 July 2014) came before “Xi in Pyongyang” (20 June 2019)"
        in row["reason"]
    )
    claim = _order(desk)
    claim["earlier"], claim["later"] = claim["later"], claim["earlier"]
    assert desk.test(claim, casebook=handmade(BOOK, WHOLE))[0]["verdict"] == "contradicted"


def test_an_order_in_a_list_that_may_lack_the_first(desk):
    (row,) = desk.test(_order(desk), casebook=handmade(BOOK))
    assert row["verdict"] == "supported"
    assert "not known to be complete" in row["reason"]
    claim = _order(desk)
    claim["earlier"], claim["later"] = claim["later"], claim["earlier"]
    (row,) = desk.test(claim, casebook=handmade(BOOK))
    assert row["verdict"] == "contradicted"
    assert "not known to be complete" in row["reason"]


def test_what_had_not_happened_needs_a_complete_list(desk):
    claim = _order(desk)
    (row,) = desk.test(claim, casebook=handmade(BOOK), as_of=DAY)
    assert row["verdict"] == "partly supported"
    whole = (dt.date(2010, 1, 1), dt.date(2018, 12, 31))
    (row,) = desk.test(claim, casebook=handmade(BOOK, whole), as_of=DAY)
    assert row["verdict"] == "supported"
    assert "had not happened by 9 November 2017" in row["reason"]
    stated = {"from": "2012-01-01", "to": "2018-12-31", "why": "the reports say so"}
    (row,) = desk.test({**claim, "complete": stated}, casebook=handmade(BOOK), as_of=DAY)
    assert row["verdict"] == "supported"


def test_dates_that_overlap_have_no_order(desk):
    book = handmade([record("a", "2014-07", visitor="Xi", target="KOR"),
                     record("b", "2014-07-03", visitor="Xi")])  # fmt: skip
    assert desk.test(_order(desk), casebook=book)[0]["verdict"] == "not testable here"


@pytest.mark.parametrize(
    ("as_of", "expected", "listed", "complete"),
    [
        (DAY, "2015-10", "supported", "supported"),
        (DAY, "2014", "contradicted", "contradicted"),
        (dt.date(2017, 12, 1), "2015-10", "contradicted", "contradicted"),
        (DAY, "2016", "not testable here", "contradicted"),
    ],
)
def test_the_last_up_to_a_day(desk, as_of, expected, listed, complete):
    claim = {"id": "l", "kind": "last", "expected": expected,
             "events": {"table": "acts", "where": {"target": "PRK"}}}  # fmt: skip
    (row,) = desk.test(claim, casebook=handmade(BOOK), as_of=as_of)
    assert row["verdict"] == listed
    assert ("not known to be complete" in row["reason"]) == (listed != "contradicted")
    (row,) = desk.test(claim, casebook=handmade(BOOK, WHOLE), as_of=as_of)
    assert row["verdict"] == complete


def test_the_first(desk):
    claim = {"id": "f", "kind": "first", "expected": "2012-11",
             "events": {"table": "acts", "where": {"target": "PRK"}}}  # fmt: skip
    for book in (handmade(BOOK), handmade(BOOK, WHOLE)):
        assert desk.test(claim, casebook=book)[0]["verdict"] == "supported"
    day = {**claim, "expected": "2012-11-20"}  # the record knows the month alone
    assert desk.test(day, casebook=handmade(BOOK, WHOLE))[0]["verdict"] == "not testable here"
    (row,) = desk.test({**claim, "expected": "2015-10"}, casebook=handmade(BOOK))
    assert row["verdict"] == "contradicted"
    assert "1 earlier on record" in row["reason"]


def test_nothing_on_record(desk):
    claim = {"id": "f", "kind": "first", "expected": "2012",
             "events": {"table": "acts", "where": {"target": "USA"}}}  # fmt: skip
    assert desk.test(claim, casebook=handmade(BOOK))[0]["verdict"] == "no record"
