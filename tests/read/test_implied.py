"""The side that a sentence leaves unsaid, in a text on two states; and who two, or one, are."""

from __future__ import annotations

import pytest

from detente import ontology
from detente.read import typed
from detente.read.classify import Classification
from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.read.implied import FILLED, as_said
from detente.schema import Event

BEFORE = "Peru is angry with Chile. "


def events_of(text: str, title: str = "Peru and Chile") -> list[Event]:
    document = document_from_text(BEFORE + text, date="2018-11-14", title=title)
    return [e for e in read(document).events if e.trigger_start >= len(BEFORE)]


def rows(text: str, title: str = "Peru and Chile") -> set[tuple[str, str, str]]:
    return {
        (e.source.key if e.source else "", e.event_type, e.target.key if e.target else "")
        for e in events_of(text, title)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru rejects these grounds.", ("PER", "REJECT", "CHL")),
        ("Lima had earlier denounced a fresh crackdown on teachers.", ("PER", "ACCUSE", "CHL")),
        ("Chile has threatened to restore the duties on that ground.", ("CHL", "THREATEN", "PER")),
        ("The Chilean chargé d'affaires had been summoned on Monday.", ("PER", "ACCUSE", "CHL")),
        ("A statement accused Chile of lying.", ("PER", "ACCUSE", "CHL")),
    ],
)
def test_the_other_of_the_two_is_meant(text: str, expected: tuple[str, str, str]) -> None:
    assert rows(text) == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "Brazil rejects these grounds.",  # not one of the two
        "Peru rejects the grounds that Brazil gave.",  # a third stands in the sentence
        "Brazil spoke. Peru rejects these grounds.",  # a third was named last
        "Peru held an exercise.",  # aimed at nobody
    ],
)
def test_nobody_is_meant(text: str) -> None:
    assert not {(a, b) for a, _, b in rows(text)} & {("PER", "CHL"), ("CHL", "PER")}


def test_a_letter_to_an_envoy_is_the_hosts() -> None:
    (event,) = events_of("A note was handed to the Chilean ambassador.")
    assert event.source
    assert (event.source.key, event.kind) == ("PER", "letter")


def test_a_side_that_is_meant_has_no_name_and_lowers_the_confidence() -> None:
    (event,) = events_of("Peru rejects these grounds.")
    assert event.target
    assert (event.target.iso3, event.target.name) == ("CHL", "")
    assert event.target.char_start == event.target.char_end == event.trigger_start
    assert event.confidence <= FILLED
    said = as_said(event)
    assert said.target is None
    assert said.source == event.source


@pytest.mark.parametrize(
    "text",
    [
        "The presidents agreed on a common strategy.",
        "Both promised to carry out the ruling.",
        "Each side promised to calm its citizens.",
        "The heads of state met in a narrow circle.",
        "The heads of the two countries' state committees met on the border.",
        "Peru and Chile will form a joint commission.",
    ],
)
def test_both_do_it(text: str) -> None:
    pairs = {(a, b) for a, _, b in rows(text)}
    assert {("PER", "CHL"), ("CHL", "PER")} <= pairs


def test_a_plan_that_is_told_is_a_promise_made_that_day() -> None:
    text = "Peru and Chile will form a joint commission, the governments said on Tuesday."
    assert {(e.event_type, e.factuality, e.date) for e in events_of(text)} == {
        ("AGREE", "happened", "2018-11-13")
    }


def test_somebody_unknown_keeps_the_state_he_was_introduced_with() -> None:
    text = "Hrvoje Snajder, first secretary at the Chilean embassy, was at home. Peru expelled Snajder."
    assert {(a, b) for a, _, b in rows(text)} == {("PER", "CHL")}


def test_what_another_is_told_of_is_not_the_subjects_own() -> None:
    assert not {row for row in rows("Peru's government faced demonstrations.") if row[0] == "PER"}
    assert not {row for row in rows("Peru rejects the accusation.") if row[1] == "ACCUSE"}
    assert rows("Chile said it was ending its blockade of Peruvian oil.") >= {
        ("CHL", "RETREAT", "PER")
    }


def test_a_broadcaster_is_no_it() -> None:
    text = "The minister gave an interview to CNN. It accused Chile of lying."
    assert "USA" not in {row[0] for row in rows(text)}


def test_two_days_running_are_a_span() -> None:
    (event, *_) = events_of("Peru's president was in Chile on a visit on 29 and 30 January 2018.")
    assert event.date == "2018-01-29/2018-01-30"


def test_a_date_after_and_is_that_of_the_second_act() -> None:
    text = "Peruvian troops shelled Chile, and on January 29, 1942, the ministers signed an accord."
    dates = {(e.kind, e.date) for e in events_of(text)}
    assert ("agreement", "1942-01-29") in dates
    assert ("attack", "1942-01-29") not in dates


@pytest.mark.parametrize("words", ["all but went", "nearly went"])
def test_what_it_did_not_come_to(words: str) -> None:
    found = events_of(f"Peru and Chile {words} to war in 1996.")
    assert {e.factuality for e in found} == {"denied"}


def test_a_state_of_its_year_bears_the_name() -> None:
    assert ("PER", "CONSULT", "YUG") in rows("In May 1955 Peru's president travelled to Belgrade.")
    assert ("PER", "CONSULT", "SRB") in rows("In May 2015 Peru's president travelled to Belgrade.")


def test_hun_sen_at_the_end_of_a_sentence_is_no_senator() -> None:
    assert ("PER", "ACCUSE", "KHM") in rows("Peru criticised Hun Sen.")


def test_whose_harm_is_blamed_is_not_blamed() -> None:
    assert "CSK" not in {t for _, _, t in rows("Peru condemned the occupation of Czechoslovakia.")}


def test_who_spoke_before_goes_on_in_the_next_quotation() -> None:
    text = "“It is late,” Peru's minister said. “We thank our brothers in Qatar.”"
    assert ("PER", "SUPPORT", "QAT") in rows(text)


def test_it_is_a_thing_where_a_thing_is_the_subject() -> None:
    text = "The treaty does not bind them, although Lima and Santiago, having praised it, would not go."
    assert not {
        row for row in rows(text) if row[1] == "SUPPORT" and row[2] not in {"CHL", "PER", ""}
    }


def test_a_day_before_counts_from_the_day_last_named() -> None:
    text = (
        "On Thursday Peru broke off relations with Chile. A day earlier Chile accused Peru of lies."
    )
    assert {(e.event_type, e.date) for e in events_of(text)} >= {("ACCUSE", "2018-11-07")}


def test_a_dateline_with_its_country_is_nobody() -> None:
    text = "PREAH VIHEAR, Cambodia, Oct 16 - Commanders from Peru and Chile talked on Tuesday."
    document = document_from_text(text, date="2018-11-14", title="Peru and Chile")
    rows = {(e.source.key, e.target.key) for e in read(document).events if e.source and e.target}
    assert rows == {("PER", "CHL"), ("CHL", "PER")}


@pytest.mark.parametrize(
    "text",
    [
        "Their defence ministers signed an accord.",
        "The two sides' officials signed an accord.",
        "Peru and Chile signed an accord Tuesday to divide an island.",
    ],
)
def test_both_sign(text: str) -> None:
    found = events_of("Peru and Chile held talks. " + text)
    signed = {(e.source.key, e.target.key) for e in found if e.kind == "agreement"}
    assert signed == {("PER", "CHL"), ("CHL", "PER")}


def test_a_body_gives_a_convention_its_name() -> None:
    text = "Peru is ready to discuss the border on the basis of the United Nations Convention."
    assert "UN" not in {key for a, _, b in rows(text) for key in (a, b)}


def test_a_family_is_no_government() -> None:
    found = rows("The family of the dead wants the Peruvian government to act.")
    assert "CHL" not in {a for a, _, _ in found}


def test_what_is_not_accepted_is_rejected(monkeypatch) -> None:
    """The classifier's type is that of "did not accept"; its "not" is no second denial."""
    sure = dict.fromkeys(ontology.QUAD_CLASS, 0.0) | {"REJECT": 1.0}
    answer = Classification("REJECT", "", 3, 1.0, sure, 0.0, "happened", {"happened": 1.0})
    monkeypatch.setattr(typed, "classify_batch", lambda asked: [answer for _ in asked])
    (event,) = events_of("Lima did not accept Chile's claim.")
    assert (event.event_type, event.factuality) == ("REJECT", "happened")


@pytest.mark.parametrize(
    "text", ["He was ill, his wife said.", "His aide said his wife said he had accused Chile."]
)
def test_whose_wife_speaks_is_not_asked_of_herself(text: str) -> None:
    assert isinstance(events_of(text), list)


def test_refused_talks_are_a_refusal_and_no_talks() -> None:
    assert not [e for e in events_of("Peru refused to hold talks with Chile.") if e.kind == "talks"]
