"""The null distribution that goes with a result, and its figure."""

import json

import numpy as np
import pytest

from detente.schema import Verdict
from detente.tell import claim_plots

RANDOM = np.random.default_rng(2_026_401)
DAYS = np.sort(np.concatenate((RANDOM.integers(0, 3500, 50), RANDOM.integers(3500, 6000, 22))))
PERIOD = {"from": "2000-01-01", "to": "2016-06-04"}
CHANGE = {
    "kind": "rate-change",
    "events": {"file": "t.csv"},
    "period": PERIOD,
    "direction": "fewer",
}
YEARLY = {"kind": "rate-change", "direction": "fewer",
          "series": {"file": "s.csv", "date": "year", "value": "v"}}  # fmt: skip
TREND = {"kind": "trend", "direction": "down", "series": YEARLY["series"]}
CLAIMS = {
    "known": {**CHANGE, "at": "2009-08-01"},
    "shifts": {**CHANGE, "at": "2009-08-01", "null": "circular-shift"},
    "unknown": {**CHANGE, "at": "unknown"},
    "yearly": {**YEARLY, "at": "1998"},
    "yearly-unknown": {**YEARLY, "at": "unknown"},
    "trend": TREND,
    "ranks": {**TREND, "null": "mann-kendall"},
}
#: Those whose p is the share of the null at or below the value seen; else at or above it.
LOW = {"known", "shifts", "yearly", "trend", "ranks"}


@pytest.fixture
def results(desk):
    start = np.datetime64("2000-01-01")
    desk.table("t.csv", [{"date": str(start + int(day))} for day in DAYS])
    noise = np.random.default_rng(2_026_402).integers(-3, 4, 30)
    desk.table(
        "s.csv", [{"year": 1985 + i, "v": 13 - i // 12 + int(e)} for i, e in enumerate(noise)]
    )
    rows = desk.test(*({**claim, "id": name} for name, claim in CLAIMS.items()))
    return {row["id"]: row["specifications"][0] for row in rows}


def test_p_is_read_from_the_distribution_that_is_shown(results):
    for name, row in results.items():
        shares = {float(value): share for value, share in row["null_distribution"].items()}
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3), name
        seen = row["observed"]
        low = sum(s for v, s in shares.items() if v <= seen + 1e-9)
        high = sum(s for v, s in shares.items() if v >= seen - 1e-9)
        # a histogram's bar may hold values on both sides of the one seen
        assert row["p"] == pytest.approx(low if name in LOW else high, abs=0.08), name
        assert row["statistic"]


def test_the_simple_case_and_other_specifications_have_none(desk, results):
    claim = {**CLAIMS["known"], "id": "e", "null": "e-test"}
    more = {**CLAIMS["known"], "id": "m", "alternatives": {"at": ["2008-01-01"]}}
    simple, several = desk.test(claim, more)
    assert "null_distribution" not in simple["specifications"][0]
    assert "null_distribution" in several["specifications"][0]
    assert "null_distribution" not in several["specifications"][1]


def test_it_is_drawn(results):
    for name, row in results.items():
        drawn = claim_plots.null_distribution(Verdict("supported", "", specifications=(row,)), 400)
        text = json.dumps(drawn.to_dict())
        assert row["statistic"] in json.loads(text)["layer"][0]["encoding"]["x"]["title"], name
        assert text.count('"share":') >= len(row["null_distribution"])
        assert "in fact" in text
    assert (
        claim_plots.null_distribution(Verdict("supported", "", specifications=({},)), 400) is None
    )
