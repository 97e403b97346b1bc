import datetime as dt

import pytest
from handmade import handmade, record
from scipy.stats import binomtest

from detente.claims.counts import clopper_pearson

WHOLE = (dt.date(2000, 1, 1), dt.date(2020, 12, 31))
BOOK = [record(f"v{year}", f"{year}-05-01", visitor="Kim") for year in range(2010, 2016)]
EVENTS = {"table": "acts", "where": {"visitor": "Kim"}}
PERIOD = {"from": "2010-01-01", "to": "2017-12-31"}


@pytest.mark.parametrize(
    ("promise", "listed", "complete"),
    [
        ({"at_least": 5}, "supported", "supported"),
        ({"at_least": 7}, "no record", "contradicted"),
        ({"exactly": 6}, "partly supported", "supported"),
        ({"exactly": 5}, "contradicted", "contradicted"),
        ({"exactly": 7}, "no record", "contradicted"),
        ({"at_most": 6}, "partly supported", "supported"),
    ],
)
def test_a_list_can_lack_acts_but_not_invent_them(desk, promise, listed, complete):
    claim = {"id": "c", "kind": "count", "events": EVENTS, "period": PERIOD, **promise}
    assert desk.test(claim, casebook=handmade(BOOK))[0]["verdict"] == listed
    assert desk.test(claim, casebook=handmade(BOOK, WHOLE))[0]["verdict"] == complete


def test_several_parts_must_all_hold(desk):
    never = {"events": {"table": "acts", "where": {"visitor": "Son"}}, "period": PERIOD, "exactly": 0,
             "complete": {"from": "2010-01-01", "to": "2018-03-24", "why": "so it is reported"}}  # fmt: skip
    often = {"events": EVENTS, "at_least": 5}
    claim = {"id": "c", "kind": "count", "parts": [often, never]}
    book = handmade([*BOOK, record("late", "2018-03-25", visitor="Son")])
    (row,) = desk.test(claim, casebook=book, as_of=dt.date(2017, 11, 9))
    assert row["verdict"] == "supported"
    assert row["n"] == 6
    claim["parts"] = [{**often, "at_least": 9}, never]
    # a part of which too little is on record is not a detail
    assert desk.test(claim, casebook=book, as_of=dt.date(2017, 11, 9))[0]["verdict"] == "no record"


def test_level_is_a_percentile_with_an_interval(desk):
    desk.table(
        "s.csv", [{"year": y, "v": 0.9 - 0.01 * (y - 1991), "n": 2000} for y in range(1991, 2013)]
    )
    claim = {"id": "l", "kind": "level", "at": "2012", "level": "low",
             "series": {"file": "s.csv", "date": "year", "value": "v", "n": "n"}}  # fmt: skip
    (row,) = desk.test(claim)
    assert row["verdict"] == "supported"
    assert row["estimate"] == 0.0
    assert row["hi90"] <= 0.25
    assert desk.test({**claim, "at": "1991"})[0]["verdict"] == "contradicted"
    assert desk.test({**claim, "at": "1991", "level": "high"})[0]["verdict"] == "supported"
    assert desk.test({**claim, "at": "2030"})[0]["verdict"] == "not testable here"


def test_share_of_rows_and_of_trials(desk):
    votes = [
        {"date": f"{y}-03-01", "chn": "yes" if y != 2012 else "abstain"} for y in range(2006, 2020)
    ]
    desk.table("votes.csv", votes)
    claim = {"id": "s", "kind": "share", "events": {"file": "votes.csv"}, "of": {"chn": "yes"},
             "expected": "all"}  # fmt: skip
    (row,) = desk.test(claim)
    assert (row["verdict"], row["n"]) == ("partly supported", 14)
    assert row["estimate"] == pytest.approx(13 / 14)
    assert row["evidence"][0]["date"] == "2012-03-01"  # the one that differs comes first
    assert desk.test({**claim, "expected": "most"})[0]["verdict"] == "supported"
    assert desk.test({**claim, "expected": "none"})[0]["verdict"] == "contradicted"
    almost = {**claim, "expected": {"at_least": 0.95}}
    assert desk.test(almost)[0]["verdict"] == "not supported"  # the list may lack votes
    whole = {"from": "2006-01-01", "to": "2019-12-31", "why": "the list of the house"}
    assert desk.test({**almost, "complete": whole})[0]["verdict"] == "contradicted"
    desk.table(
        "s.csv", [{"year": 2016, "agree": 64, "n": 86}, {"year": 2017, "agree": 76, "n": 102}]
    )
    (row,) = desk.test({"id": "s", "kind": "share", "expected": "most",
                        "series": {"file": "s.csv", "date": "year", "of": "agree", "n": "n"}})  # fmt: skip
    assert row["estimate"] == pytest.approx(140 / 188)
    assert row["n"] == 188


def test_the_interval_of_a_share_is_that_of_scipy():
    for k, n in ((0, 7), (3, 11), (60, 60), (133, 188)):
        exact = binomtest(k, n).proportion_ci(0.90, method="exact")
        assert clopper_pearson(k, n) == pytest.approx((exact.low, exact.high))
