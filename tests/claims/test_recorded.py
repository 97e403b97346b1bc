import datetime as dt

import pytest
from handmade import handmade, record

from detente.errors import ClaimError

BOOK = [
    record("treaty", "1961-07-11", "treaty", title="The treaty is signed"),
    record("nuclear", "2017-09-03", "nuclear-test", source="PRK", title="A nuclear test"),
    record("sydney", "1993-09-23", "ioc-vote", source="IOC", title="The Games go to Sydney"),
    record("later", "2018-03-25", "visit", source="PRK", target="CHN", title="Kim in Beijing"),
]


def _test(desk, as_of=None, **spec):
    claim = {"id": "o", "kind": "occurrence", **spec}
    return desk.test(claim, casebook=handmade(BOOK), as_of=as_of)[0]


def test_a_record_of_the_expected_date_supports(desk):
    row = _test(desk, records=["treaty"], date="1961-07-11")
    assert row["verdict"] == "supported"
    assert row["evidence"][0]["record_id"] == "treaty"


def test_another_date_is_a_detail_or_a_contradiction(desk):
    assert _test(desk, records=["treaty"], date="1961-07-12")["verdict"] == "partly supported"
    assert _test(desk, records=["treaty"], date="1971")["verdict"] == "contradicted"


def test_what_happened_instead_is_named(desk):
    row = _test(
        desk, records={"table": "acts", "where": {"kind": "missile-test"}},
        otherwise={"table": "acts", "where": {"kind": "nuclear-test"}}, differs="it was a nuclear test",
    )  # fmt: skip
    assert row["verdict"] == "partly supported"
    assert "It was a nuclear test: A nuclear test (3 September 2017)" in row["reason"]


def test_what_refutes_is_told_in_the_words_given(desk):
    row = _test(
        desk, records={"table": "acts", "where": {"kind": "ioc-vote", "source": "PRK"}},
        against=["sydney"], why="The bid was for the Games of 2000.",
    )  # fmt: skip
    assert (row["verdict"], row["reason"]) == (
        "contradicted", "The bid was for the Games of 2000.",
    )  # fmt: skip


def test_what_comes_after_the_text_is_not_seen(desk):
    spec = {"records": {"table": "acts", "where": {"kind": "visit"}}}
    assert _test(desk, **spec)["verdict"] == "supported"
    assert _test(desk, as_of=dt.date(2017, 11, 9), **spec)["verdict"] == "no record"


def test_an_id_that_is_not_there_is_an_error(desk):
    with pytest.raises(ClaimError, match="no record 'pact' in hand"):
        _test(desk, records=["pact"])


def test_untestable_says_what_it_would_take_and_what_happened_since(desk):
    claim = {"id": "u", "kind": "untestable", "needs": "Yearly figures of aid.", "records": ["nuclear"],
             "since": ["later"], "base_rate": {"says": "a test", "months": 6,
             "events": {"table": "acts", "where": {"kind": "nuclear-test"}},
             "period": {"from": "2017-01-01", "to": "2017-12-31"}}}  # fmt: skip
    (row,) = desk.test(claim, casebook=handmade(BOOK), as_of=dt.date(2017, 12, 31))
    assert row["verdict"] == "not testable here"
    assert "It would take yearly figures of aid." in row["reason"]
    assert "since: Kim in Beijing (25 March 2018)" in row["reason"]
    assert "in 4 of 7 windows of 6 months" in row["reason"]  # windows that start April to July
