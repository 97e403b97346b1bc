"""The fields of a claim's specification, and the specification that they make."""

from __future__ import annotations

import pytest

from detente.claims.claim import Claim, from_casebook
from detente.record import casebook
from detente.serve import edits, fields

CLAIMS = [
    pytest.param(claim, id=f"{name}-{claim.claim_id}")
    for name in casebook.shipped()
    for claim in from_casebook(casebook.load(name))
    if claim.kind != "forecast"
]


def as_sent(claim: Claim) -> dict[str, str]:
    """What a browser sends when nothing in the form has been touched."""
    made = fields.of(claim.kind, claim.spec)
    return {one.name: one.value for held in made.values() for one in held if one.value}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_form_sent_as_it_came_changes_nothing(claim: Claim) -> None:
    assert fields.apply(claim.kind, claim.spec, as_sent(claim)) == claim.spec


@pytest.mark.parametrize("claim", CLAIMS)
def test_its_text_is_the_same_claim(claim: Claim) -> None:
    text = fields.as_yaml(claim.kind, claim.spec)
    assert edits.read(text, claim).spec == claim.spec


def test_every_field_reaches_the_specification() -> None:
    spec = {
        "events": {"table": "tests"}, "calendar": {"table": "calendar"},
        "window": {"before": 1, "after": 0}, "alternatives": {"rule": ["in_cns"], "null": ["x"]},
    }  # fmt: skip
    given = {
        "window.before": "3", "window.after": "2", "period.from": "2012", "period.to": "2016-05",
        "direction": "fewer", "null": "jitter-45d", "also.window": "0/0, 7/7",
        "also.period": "2012/2014", "also.null.within-year": "on", "also.null.jitter-45d": "on",
    }  # fmt: skip
    made = fields.apply("coincidence", spec, given)
    assert made == {
        "events": {"table": "tests"}, "calendar": {"table": "calendar"},
        "window": {"before": 3, "after": 2}, "period": {"from": "2012", "to": "2016-05"},
        "direction": "fewer", "null": "jitter-45d",
        "alternatives": {
            "rule": ["in_cns"], "null": ["within-year", "jitter-45d"],
            "window": [{"before": 0, "after": 0}, {"before": 7, "after": 7}],
            "period": [{"from": "2012", "to": "2014"}],
        },
    }  # fmt: skip
    assert spec["window"] == {"before": 1, "after": 0}  # the claim itself is left as it was


def test_what_is_emptied_is_left_out() -> None:
    spec = {"series": {}, "direction": "down", "alternatives": {"null": ["ar1"]}}
    assert fields.apply("trend", spec, {}) == {"series": {}}


def test_a_kind_offers_what_the_language_has() -> None:
    trend = {one.name: one for one in fields.of("trend", {})["test"]}
    assert trend["direction"].options == ("up", "down", "either")
    assert trend["null"].options == ("ar1", "mann-kendall")
    assert "window.before" not in trend
    null = next(one for one in fields.of("coincidence", {})["test"] if one.name == "null")
    assert "jitter-45d" in null.options
    assert "null" in fields.names("coincidence", {})
    assert fields.of("no such kind", {}) == {}
