"""Sentences as a journalist writes them whose verdicts were once wrong, in other words."""

from __future__ import annotations

import functools

import pytest
from checking import checked

from detente.claims.check import Checked

CN, IP = "china-north-korea", "india-pakistan"
#: Casebook, day of the text, text, words of the statement, verdicts that it may get.
CASES = [
    # a day without a year, after years long past: the text's own year
    (IP, "2025-05-20", "The rivals had fought in 1965 and 1971. On 7 May India attacked nine places "
     "in Pakistan.", "nine places", {"supported"}),
    (CN, "2016-09-20", "The first test had come in October 2006. In February the North launched a "
     "satellite.", "satellite", {"supported"}),
    (CN, "2016-09-20", "The first test had come in October 2006. In May the North launched a "
     "satellite.", "satellite", {"contradicted", "no record"}),
    # numbers of two words
    (CN, "2024-10-06", "Seventy-five years ago China and North Korea established diplomatic relations.",
     "relations", {"supported"}),
    # an act of the same sort years away is another one
    (IP, "2025-05-20", "Pakistan shut its airspace to Indian planes in February 2019.", "airspace",
     {"no record", "supported"}),
    (IP, "2004-01-10", "India and Pakistan agreed on a cease-fire in July 1949.", "cease-fire",
     {"no record", "not testable here"}),
    # but one that is called by its name is held to its date
    (IP, "2016-10-10", "Lashkar-e-Taiba attacked Mumbai in November 2005.", "Mumbai", {"contradicted"}),
    # not held: a summit that somebody stayed away from
    (IP, "2016-10-10", "India withdrew from the SAARC summit in Islamabad in September 2016.",
     "withdrew", {"supported", "no record"}),
    (IP, "2019-01-10", "Talks between India and Pakistan were called off in September 2018.",
     "called off", {"supported", "no record", "not testable here"}),
    # whose strikes they were is not said by who confirms them
    (IP, "2016-10-10", "Pakistan acknowledged the strikes.", "acknowledged", {None, "no record",
                                                                         "not testable here"}),
    # when something was is not what is said
    (IP, "2016-10-10", "Trade went on after the attack on Mumbai.", "Trade", {None, "not testable here"}),
    # in which office
    (CN, "2019-06-25", "Li Keqiang did not visit North Korea as premier.", "Li Keqiang",
     {None, "not testable here", "supported"}),
    (CN, "2019-06-25", "Li Keqiang did not visit North Korea in 2011.", "Li Keqiang", {"contradicted"}),
    # a second one needs a record that is told as the second
    (CN, "2019-06-25", "It was Xi's second journey to North Korea as president.", "second",
     {"not testable here", "contradicted"}),
    # nobody is named who did it, but the act is
    (IP, "2004-01-10", "The Tashkent Declaration was signed in January 1966.", "Tashkent", {"supported"}),
    (IP, "2004-01-10", "The Tashkent Declaration was signed in January 1964.", "Tashkent",
     {"contradicted"}),
    (IP, "2004-01-10", "The Tashkent Declaration was never signed in January 1966.", "Tashkent",
     {None, "not testable here"}),
    (IP, "2025-05-20", "On 22 April gunmen killed tourists at Pahalgam.", "Pahalgam", {"supported"}),
    # another town
    (CN, "2019-06-25", "In May 2018 Kim Jong Un and Xi Jinping met in Hangzhou.", "met",
     {"partly supported"}),
    # who was the last is not said by one visit on record
    (IP, "2019-09-10", "Nawaz Sharif was the last Indian prime minister to visit Lahore.", "last",
     {"not testable here", "contradicted"}),
    # which was first is not read into other words
    (IP, "2019-09-10", "India set off its first bomb in May 1974, long before Pakistan did.", "India",
     {None, "not testable here", "supported"}),
    # two years compared are one statement
    (CN, "2021-07-15", "There were more missile tests in 2015 than in 2016.", "2016", {"contradicted"}),
    (CN, "2021-07-15", "There were more missile tests in 2019 than in 2018.", "2018", {"supported"}),
    # going there, in other words
    (IP, "2015-01-10", "Nawaz Sharif attended Narendra Modi's swearing-in in May 2014.", "Sharif",
     {"supported"}),
    (IP, "2001-01-10", "Atal Bihari Vajpayee took the bus to Lahore in February 1999.", "bus",
     {"supported"}),
    # the date beside one verb is not that of the act denied beside it
    (IP, "2025-12-01", "Narendra Modi stopped in Lahore in December 2015, and no Indian prime minister has "
     "visited Pakistan since.", "since", {"supported"}),
    (IP, "2025-12-01", "Rajiv Gandhi visited Islamabad in December 1988, and no Indian prime minister has "
     "visited Pakistan since.", "since", {"contradicted"}),
    # which came first is asked of acts with a date as well
    (IP, "2025-12-01", "Pakistan carried out nuclear tests in May 1998, before India did.", "before",
     {"contradicted"}),
    (IP, "2025-12-01", "India tested a nuclear device in May 1974, before Pakistan did.", "before",
     {"supported"}),
]  # fmt: skip


@functools.cache
def _checked() -> list[list[Checked]]:
    return checked([case[:3] for case in CASES])


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c[0][:2]} {c[2][-60:]}" for c in CASES]
)
def test_verdict(number: int) -> None:
    _, _, _, words, wanted = CASES[number]
    found = next(c for c in reversed(_checked()[number]) if words in c.statement.text)
    verdict = found.verdict.verdict if found.verdict else None
    assert verdict in wanted, found.reason
