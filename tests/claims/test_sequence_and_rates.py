"""Claims that sentences make of order, of firsts, of none since, of more and fewer."""

from __future__ import annotations

import functools

import pytest
from checking import checked

from detente.claims.alike import kind_named, states_in
from detente.claims.check import Checked
from detente.record.casebook import load
from detente.record.match import RecordIndex

CN, IP = "china-north-korea", "india-pakistan"
#: Casebook, text, words of the statement in question, verdict.
CASES = [
    # which came first: the first of each, by whoever is named
    (CN, "Hu Jintao travelled to North Korea before Xi Jinping did.", "before", "supported"),
    (CN, "Beijing recognised Seoul before it recognised Pyongyang.", "before", "contradicted"),
    (CN, "Xi Jinping flew to Pyongyang before he flew to Seoul.", "before", "contradicted"),
    (IP, "Pakistan exploded a nuclear device before India did.", "before", "contradicted"),
    (IP, "India carried out a nuclear test before Pakistan.", "before", "supported"),
    (IP, "Pakistan conducted a nuclear test after India did.", "after", "supported"),
    # somebody of whose acts the casebook holds none: no single record decides it
    (CN, "Beijing had recognised South Korea before Tokyo did.", "before", "not testable here"),
    # acts with names of their own
    (IP, "India and Pakistan signed the Shimla Accord before the Tashkent Declaration.", "before",
     "contradicted"),
    # the first since, whoever held the office
    (CN, "Xi Jinping arrived in Pyongyang in June 2019. It was the first trip by a Chinese president "
     "since 2005.", "It was", "supported"),
    (CN, "Xi Jinping arrived in Pyongyang in June 2019. It was the first trip by a Chinese president "
     "since 1998.", "It was", "contradicted"),
    (CN, "Wen Jiabao flew to Pyongyang in October 2009, the first visit of a Chinese premier since "
     "1991.", "Wen", "supported"),
    (IP, "Vajpayee and Musharraf sat down together in Islamabad in January 2004. In January 2004 "
     "Vajpayee and Musharraf met for the first time.", "for the first", "contradicted"),
    # none since; from when on is told before, or not at all
    (IP, "Narendra Modi stopped in Lahore in December 2015. No Indian prime minister has gone to "
     "Pakistan since then.", "No Indian", "supported"),
    (IP, "Vajpayee travelled to Lahore in February 1999. No Indian prime minister has gone to "
     "Pakistan since.", "No Indian", "contradicted"),
    # "then" is the date last named, not the act of the same kind told before it
    (IP, "Vajpayee travelled to Lahore in February 1999. Modi took office in May 2014. Since then "
     "no Indian prime minister has been to Pakistan.", "Since then", "contradicted"),
    (IP, "Narendra Modi stopped in Lahore in December 2015. Imran Khan took office in August 2018. "
     "Since then no Indian prime minister has been to Pakistan.", "Since then", "partly supported"),
    # who was in the country need not have been in that part of it
    (IP, "No Pakistani prime minister has been to Kashmir since 2000.", "Kashmir",
     "not testable here"),
    (IP, "No Pakistani prime minister has been to Mohali since 2000.", "Mohali", "contradicted"),
    (IP, "No Indian prime minister has gone to Pakistan since.", "No Indian", "not testable here"),
    (CN, "North Korea has not carried out a nuclear test since 2017.", "not carried", "supported"),
    (CN, "No missile test has been held since 2020.", "No missile", "contradicted"),
    (CN, "No Chinese president visited Pyongyang again until Xi Jinping came in June 2019.",
     "No Chinese", "not testable here"),
    # more and fewer, where the list is complete
    (CN, "Missile tests have multiplied since 2012.", "multiplied", "supported"),
    (CN, "North Korean missile tests have become rarer since 2012.", "rarer", "contradicted"),
    (CN, "There were more missile launches in 2022 than in any other year.", "2022", "supported"),
    (CN, "North Korea launched more missiles in 2016 than in any other year.", "2016", "contradicted"),
    (CN, "There were fewer missile tests in 2018 than in 2017.", "2018", "supported"),
    # no complete list: not tested
    (CN, "There were fewer visits to Pyongyang in 2013 than in 2012.", "2013", "not testable here"),
]  # fmt: skip


@functools.cache
def _checked() -> list[list[Checked]]:
    return checked([(case[0], "2026-01-01", case[1]) for case in CASES])


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c[0][:2]} {c[1][:60]}" for c in CASES]
)
def test_verdict(number: int) -> None:
    _, _, words, wanted = CASES[number]
    found = next(c for c in reversed(_checked()[number]) if words in c.statement.text)
    assert found.verdict is not None, found.reason
    assert found.verdict.verdict == wanted, found.reason


def test_a_change_of_rate_says_what_it_counted() -> None:
    number = next(i for i, c in enumerate(CASES) if "multiplied" in c[1])
    (found,) = _checked()[number]
    assert found.verdict is not None
    assert found.verdict.p is not None
    assert found.verdict.p < 0.05
    assert found.verdict.estimate is not None
    assert found.verdict.estimate > 1
    assert any("local day" in caveat for caveat in found.verdict.caveats)


def test_kinds_and_states_are_read_off_words() -> None:
    index = RecordIndex(load(CN))
    assert kind_named("the number of missile launches", index) == "missile-test"
    assert kind_named("nuclear tests", index) == "nuclear-test"
    assert kind_named("the weather", index) == ""
    assert states_in("between North Korea and the United States") == ("PRK", "USA")
