"""Verdicts on single acts, held against the shipped casebook."""

from __future__ import annotations

import pytest

from detente.claims.occurrence import judge
from detente.read.actors import Gazetteer
from detente.read.coder import read_with
from detente.read.documents import document_from_text
from detente.record import casebook
from detente.record.match import RecordIndex
from detente.schema import Verdict


@pytest.fixture(scope="module")
def tools() -> tuple[RecordIndex, Gazetteer]:
    case = casebook.load()
    return RecordIndex(case), Gazetteer(case.people)


def verdict_on(text: str, tools: tuple[RecordIndex, Gazetteer]) -> Verdict | None:
    index, gazetteer = tools
    reading = read_with(document_from_text(text, date="2020-01-01"), gazetteer)
    return judge(list(reading.events), text, index)


@pytest.mark.parametrize(
    ("text", "verdict", "record"),
    [
        ("China and North Korea signed a treaty of friendship on 11 July 1961.", "supported", "act-1961-07-11-treaty"),
        ("China and North Korea signed a treaty of friendship in 1971.", "contradicted", "act-1961-07-11-treaty"),
        ("North Korea tested a nuclear device on 9 October 2006.", "supported", "test-2006-10-09-nuclear"),
        ("North Korea tested a missile on 3 September 2017.", "partly supported", "test-2017-09-03-nuclear"),
        ("South Korea conducted a nuclear test on 9 October 2006.", "contradicted", "test-2006-10-09-nuclear"),
        ("North Korea carried out its second nuclear test in May 2008.", "contradicted", "test-2009-05-25-nuclear"),
        ("North Korea carried out its second nuclear test in May 2009.", "supported", "test-2009-05-25-nuclear"),
        ("China established diplomatic relations with South Korea in August 1992.", "supported", "act-1992-08-24-recognition-of-seoul"),
        ("China established diplomatic relations with South Korea in 1983.", "contradicted", "act-1992-08-24-recognition-of-seoul"),
        ("Xi Jinping visited Pyongyang in June 2019.", "supported", None),
        ("Park Geun-hye stood at the parade in Beijing in September 2015.", "supported", None),
        ("North Korea conducted a nuclear test in March 2011.", "contradicted", None),
    ],
)  # fmt: skip
def test_verdicts(
    text: str, verdict: str, record: str | None, tools: tuple[RecordIndex, Gazetteer]
) -> None:
    found = verdict_on(text, tools)
    assert found is not None
    assert found.verdict == verdict, found.reason
    assert found.reason
    assert found.evidence
    if record:
        assert record in [evidence.record_id for evidence in found.evidence]


@pytest.mark.parametrize(
    "text",
    [
        "India and Pakistan signed a treaty in 1960.",
        "A reporter, Jane Roe, visited North Korea in June 2019.",
    ],
)
def test_what_the_case_does_not_cover_gets_no_verdict(
    text: str, tools: tuple[RecordIndex, Gazetteer]
) -> None:
    assert verdict_on(text, tools) is None


def test_a_denial_of_what_is_on_record_is_contradicted(
    tools: tuple[RecordIndex, Gazetteer],
) -> None:
    found = verdict_on("Xi Jinping never visited North Korea in 2019.", tools)
    assert found is not None
    assert found.verdict == "contradicted"


def test_the_wrong_occasion_is_a_detail(tools: tuple[RecordIndex, Gazetteer]) -> None:
    text = "Liu Yunshan visited Pyongyang in October 2015 for the 70th anniversary of the founding of North Korea."
    found = verdict_on(text, tools)
    assert found is not None
    assert found.verdict == "partly supported"
    assert "9 September 2018" in found.reason


def test_the_occasion_dates_the_act(tools: tuple[RecordIndex, Gazetteer]) -> None:
    found = verdict_on("North Korea fired a missile during the G20 in Hangzhou.", tools)
    assert found is not None
    assert found.verdict == "supported"
    assert found.evidence[0].date == "2016-09-05"


def test_a_statement_that_points_back_is_not_looked_up_without_its_date(
    tools: tuple[RecordIndex, Gazetteer],
) -> None:
    """ "China vetoed that resolution" is not about a resolution of another year."""
    found = verdict_on("China vetoed that resolution.", tools)
    assert found is not None
    assert found.verdict == "not testable here"
    dated = verdict_on("China and Russia vetoed that resolution on 26 May 2022.", tools)
    assert dated is not None
    assert dated.verdict == "supported"


def test_a_record_that_leaves_out_what_the_text_says_is_not_its_act(
    tools: tuple[RecordIndex, Gazetteer],
) -> None:
    text = "In April 2016 North Korean media criticized China by name."
    found = verdict_on(text, tools)
    assert found is not None
    assert found.verdict != "supported"
