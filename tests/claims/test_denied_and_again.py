"""Verdicts that looked decided and were not: what was denied, done again, or done by another office."""

from __future__ import annotations

import pytest
from checking import checked


@pytest.mark.parametrize(
    ("casebook", "text", "words", "verdict"),
    [
        # none after 2015: the visit of December 2015 and a foreign minister's do not speak against it
        ("india-pakistan", "No Indian prime minister has visited Pakistan since 2015.",
         "No Indian", "supported"),
        ("india-pakistan", "India's prime minister visited Islamabad in October 2024.",
         "visited", "contradicted"),
        # the parser strings "Pakistan" to Kashmir; it is who expelled
        ("india-pakistan", "In August 2019 India revoked the special status of Kashmir and Pakistan "
         "expelled the Indian ambassador.", "expelled", "supported"),
        # renewed more than once: the year on record is not the only one
        ("china-north-korea", "China and North Korea renewed their treaty in 2021.",
         "renewed", "no record"),
        # each of two coordinated acts is judged, the one that is denied too
        ("china-north-korea", "North Korea did not fire missiles in 2018 and launched a satellite in "
         "February 2016.", "did not", "supported"),
        ("china-north-korea", "North Korea did not fire missiles in 2017 and launched a satellite in "
         "February 2016.", "did not", "contradicted"),
        # other parties at another time are another act
        ("china-north-korea", "Tokyo and Seoul normalised relations in June 1965.",
         "normalised", "no record"),
        ("china-north-korea", "Kim Jong Il visited China four times between May 2010 and August 2011.",
         "four", "partly supported"),
        # the date is that of the last one
        ("china-north-korea", "North Korea has carried out six nuclear tests, the last in September "
         "2017.", "six", "supported"),
        ("china-north-korea", "North Korea has carried out seven nuclear tests, the last in September "
         "2017.", "seven", "contradicted"),
        # who backs a resolution does not deny that it condemns
        ("china-north-korea", "China backed Security Council Resolution 1695 in July 2006.",
         "backed", "supported"),
        # an earlier launch was condemned, not this one
        ("china-north-korea", "China did not condemn the satellite launch of November 2023.",
         "condemn", "not testable here"),
        # that he went is on record, not that no other premier did between then and "that"
        ("china-north-korea", "The last Chinese premier to visit Pyongyang before that was Li Peng in "
         "May 1991.", "Li Peng", "not testable here"),
        ("india-pakistan", "Zulfikar Ali Bhutto visited New Delhi in 1972.", "visited",
         "partly supported"),
    ],
)  # fmt: skip
def test_verdict(casebook: str, text: str, words: str, verdict: str) -> None:
    (every,) = checked([(casebook, "2026-01-01", text)])
    found = next(c for c in every if words in c.statement.text)
    assert found.verdict is not None
    assert found.verdict.verdict == verdict, found.reason
