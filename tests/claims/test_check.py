"""From a text to claims: those of the casebook, and those a sentence makes of its own."""

from __future__ import annotations

import pytest

from detente import brief
from detente.claims.check import Checked
from detente.claims.claim import from_casebook
from detente.record import casebook


def checked(text: str, date: str = "2018-01-15") -> list[Checked]:
    return [item for item in brief(text, date=date).checked if item.verdict]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("North Korea conducted two nuclear tests in 2016.", "supported"),
        ("North Korea conducted three nuclear tests in 2016.", "contradicted"),
        ("North Korea conducted several missile tests in 2017.", "supported"),
        (
            "China and North Korea are old friends. In 2010 Kim Jong Il visited China twice.",
            "partly supported",
        ),
    ],
)
def test_counts(text: str, verdict: str) -> None:
    found = checked(text)
    assert found[-1].verdict is not None
    assert found[-1].verdict.verdict == verdict, found[-1].reason


def test_last_is_held_against_what_came_later() -> None:
    text = "The last nuclear test that North Korea conducted was in September 2016."
    (item,) = checked(text)
    assert item.verdict is not None
    assert item.verdict.verdict == "contradicted"
    assert "2017" in item.reason


def test_the_last_of_a_rank_is_not_the_last_of_all() -> None:
    found = checked("Wen Jiabao was the last Chinese premier to visit Pyongyang, in October 2009.")
    assert all(item.verdict.verdict != "contradicted" for item in found if item.verdict)


def test_a_senior_visit_is_tested_as_the_casebook_says_who_is_senior() -> None:
    text = "The last visit to North Korea by a high ranking Chinese official was in October 2015."
    (item,) = checked(text, date="2017-11-10")
    assert item.claim is not None
    assert item.claim.claim_id == "C15"
    assert item.verdict is not None
    assert item.verdict.verdict == "supported"


def test_the_day_of_the_text_decides_what_is_last() -> None:
    text = "The last nuclear test that North Korea conducted was in September 2016."
    (item,) = checked(text, date="2017-06-01")
    assert item.verdict is not None
    assert item.verdict.verdict == "supported"


def test_a_claim_of_the_casebook_is_found_in_other_words() -> None:
    text = (
        "Kim times North Korea's missile launches to coincide with summits that China hosts. "
        "Ties between China and North Korea have steadily deteriorated since 1961."
    )
    claims = [item.claim.claim_id for item in checked(text) if item.claim]
    assert "C17" in claims
    assert "C02" in claims


def test_a_sentence_on_something_else_makes_no_claim() -> None:
    text = (
        "China sends aid to North Korea every winter. The summit in China was a success. "
        "North Korea tested a missile and China watched the Olympic Games."
    )
    assert [item.claim.claim_id for item in checked(text) if item.claim] == []


def test_every_claim_of_the_case_can_be_tested_and_says_why() -> None:
    case = casebook.load()
    claims = from_casebook(case)
    assert [c.claim_id for c in claims][:25] == [f"C{n:02}" for n in range(1, 26)]
    for claim in claims:
        assert claim.match.get("all"), claim.claim_id
