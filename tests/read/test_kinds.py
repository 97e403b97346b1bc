"""Which words report which kind of act: general English, states of no casebook."""

from __future__ import annotations

import dataclasses
import re

import pytest

from detente import ontology
from detente.ontology import table
from detente.read.actors import adjectives, place_names
from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.schema import Event


def events_of(text: str) -> list[Event]:
    return list(read(document_from_text(text, date="2018-11-10")).events)


def row(event: Event) -> tuple[str, str, str]:
    source = event.source.key if event.source else ""
    target = event.target.key if event.target else ""
    return source, event.kind, target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Polish ambassador lodged a complaint with Spain.", ("POL", "criticism", "ESP")),
        ("Brazil lodged a protest with Peru.", ("BRA", "criticism", "PER")),
        ("Turkey hit out at Germany in March 2017.", ("TUR", "criticism", "DEU")),
        ("Japan conveyed its sympathy to Nepal after the earthquake.", ("JPN", "condolence", "NPL")),
        ("Poland expressed regret to Ukraine over the incident.", ("POL", "statement", "UKR")),
        ("Norway handed over a list of prisoners to Sweden.", ("NOR", "cooperation", "SWE")),
        ("The German chancellor landed in Moscow in 1995.", ("DEU", "visit", "RUS")),
        ("The president of France spent a week in Japan.", ("FRA", "visit", "JPN")),
        ("The Japanese premier was the guest of the French president.", ("JPN", "visit", "FRA")),
        ("The German chancellor has been to Moscow twice.", ("DEU", "visit", "RUS")),
        ("Canada sent a delegation to Cuba in 1994.", ("CAN", "visit", "CUB")),
        ("Japan inaugurated a hospital in Nepal in 1993.", ("JPN", "opening", "NPL")),
        ("Germany sold submarines to Israel in 2006.", ("DEU", "sale", "ISR")),
        ("Kenya deported three Chinese engineers.", ("KEN", "deportation", "CHN")),
        ("Iran confiscated a British tanker.", ("IRN", "seizure", "GBR")),
        ("France abolished its tariffs on Italian wine.", ("FRA", "trade-easing", "ITA")),
        ("France put a satellite into orbit in 1965.", ("FRA", "satellite-launch", "")),
        ("Iran set free two American hikers.", ("IRN", "release", "USA")),
        ("Egypt and Israel put their names to a treaty.", ("EGY", "agreement", "ISR")),
        ("Russia threw its weight behind Syria.", ("RUS", "praise", "SYR")),
        ("Russia stopped deliveries of grain to Egypt.", ("RUS", "aid-cut", "EGY")),
        ("Greece called off talks with Turkey.", ("GRC", "refusal", "TUR")),
        ("Greece put the dialogue with Turkey on hold.", ("GRC", "refusal", "TUR")),
        ("Greece held talks with Turkey.", ("GRC", "talks", "TUR")),
        ("Russia suspended the treaty with Norway.", ("RUS", "treaty-suspension", "NOR")),
        ("Kenya closed its airspace to Somalia.", ("KEN", "border-measure", "SOM")),
        ("Kenya recalled its High Commissioner from Ghana.", ("KEN", "break-relations", "GHA")),
        ("Libya captured an Italian pilot.", ("LBY", "detention", "ITA")),
        ("Iran and Iraq went to war in 1980.", ("IRN", "war", "IRQ")),
        ("Argentine forces surrendered to Britain in 1982.", ("ARG", "surrender", "GBR")),
        ("A French plane was hijacked in 1994.", ("", "hijacking", "FRA")),
        ("Russian guards opened fire on a Japanese boat.", ("RUS", "shooting", "JPN")),
        ("A message sent by Norway to Sweden arrived.", ("NOR", "letter", "SWE")),
        ("Sweden read a letter from Norway.", ("NOR", "letter", "SWE")),
        ("The Indian attack on Nepal failed.", ("IND", "attack", "NPL")),
        ("American sanctions on Iran were tightened.", ("USA", "sanction", "IRN")),
        ("Syrian rebels attacked Istanbul.", ("SYR", "attack", "TUR")),
    ],
)  # fmt: skip
def test_an_act_and_its_parties(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in [row(event) for event in events_of(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Xi Jinping came to power in China in 2012.", "visit"),
        ("Professors gave talks in Japan and China.", "talks"),
        ("A missile from Iran landed in Israel.", "visit"),
        ("Ukraine surrendered its missiles to Russia.", "surrender"),
        ("Japan sent food to refugees in Pakistan.", "deportation"),
        ("China fought a trade war with Canada.", "war"),
        ("He fought in the war against Japan.", "war"),
        ("The Chinese negotiator broke off the talks with India.", "talks"),
        ("The Spanish premier has been a friend to Portugal.", "visit"),
        ("The Spanish premier has been close to Portugal.", "visit"),
        ("The Spanish premier was a guest on a show in Portugal.", "visit"),
        ("Barack Obama was inaugurated in 2009.", "opening"),
        ("India, in reply to Nepal, closed the border.", "letter"),
        ("Japan held its national championship in Osaka.", "detention"),
        ("Brazil lodged a protest with Peru.", "protest"),
    ],
)
def test_words_that_only_look_like_an_act(text: str, kind: str) -> None:
    assert kind not in {event.kind for event in events_of(text)}


@pytest.mark.parametrize("verb", ["visited", "been to"])
def test_what_has_not_happened_since_is_dated_after(verb: str) -> None:
    text = f"The Spanish premier visited Peru in 2011. Since then she has not {verb} Peru."
    assert events_of(text)[-1].date == "2012-01-01/.."


def test_a_counterpart_is_whom_the_apposition_names() -> None:
    text = "In Lahore, Nawaz Sharif warmly welcomed his Indian counterpart Narendra Modi."
    (event,) = events_of(text)
    assert event.target is not None
    assert (event.target.key, event.target.person) == ("IND", "Narendra Modi")


def test_who_signed_is_taken_from_the_sentence() -> None:
    text = "The Paris Declaration was signed in 1997, when the Indian premier came to Nepal."
    assert {row(e) for e in events_of(text) if e.kind == "agreement"} == {
        ("IND", "agreement", "NPL"),
        ("NPL", "agreement", "IND"),
    }


def test_the_two_who_signed_are_those_of_the_text() -> None:
    text = "India met Nepal. India met Nepal. An agreement was signed, and the two sides kept it."
    assert ("IND", "agreement", "NPL") in [row(e) for e in events_of(text)]
    text = "India met Nepal. Most of what was signed was forgotten by the two sides."
    assert "agreement" not in {e.kind for e in events_of(text)}


def test_they_were_at_war() -> None:
    text = "India and Nepal signed a treaty in 1950. A year later they were at war."
    assert ("NPL", "war", "IND") in [row(e) for e in events_of(text)]
    text = "India praised Nepal. A year later they were at war."
    assert "war" not in {e.kind for e in events_of(text)}


def test_the_next_day_counts_from_the_day_before_it() -> None:
    text = "On 26 February 2009 India bombed Nepal. Nepal captured an Indian pilot the next day."
    assert [e.date for e in events_of(text) if e.kind == "detention"] == ["2009-02-27"]


def test_a_city_is_no_speaker_and_no_party_of_a_text() -> None:
    assert not [e for e in events_of("Osaka criticized Nepal.") if e.source]
    reading = read(document_from_text("India met Nepal in Osaka. India left Osaka.", date="2018"))
    assert reading.dyad == ("IND", "NPL")


def test_the_states_of_the_title_are_the_pair_of_the_text() -> None:
    text = "Sudan met Egypt. Sudan praised Egypt. Sudan warned Ethiopia."
    untitled = document_from_text(text, date="2023")
    assert read(untitled).dyad == ("EGY", "SDN")
    for title in ("Egypt and Ethiopia resume talks over a dam", "Cairo's Egypt, Addis's Ethiopia"):
        assert read(dataclasses.replace(untitled, title=title)).dyad == ("EGY", "ETH")
    only_one = dataclasses.replace(untitled, title="Ethiopia on its own")
    assert read(only_one).dyad == ("ETH", "SDN")


def test_planned_though_the_parser_takes_it_for_a_purpose() -> None:
    text = "Canada was planning in early 2013 to close the airspace to Cuba."
    (event,) = [e for e in events_of(text) if e.kind == "border-measure"]
    assert event.factuality == "planned"


def test_an_act_and_its_undoing_are_of_two_families() -> None:
    kinds = ontology.kinds()
    for one, other in (
        ("aid", "aid-cut"),
        ("detention", "release"),
        ("recognition", "break-relations"),
        ("sanction", "easing"),
        ("praise", "criticism"),
    ):
        assert kinds[one].family != kinds[other].family


def test_every_trigger_is_of_a_kind_and_every_type_has_a_weight() -> None:
    kinds = ontology.kinds()
    assert {trigger.kind for trigger in ontology.triggers()} <= {*kinds, ""}  # "": no act
    for kind in kinds.values():
        if kind.event_type:
            ontology.intensity(kind.event_type, kind.mode)  # raises where there is none


def test_no_trigger_names_a_state_or_a_town() -> None:
    names = {name.lower() for name in (*place_names(), *adjectives())} - {"un"}
    for line in table("triggers.csv"):
        words = re.split(r"[|&]", f"{line['lemmas']}|{line['needs']}")
        assert not names & {word.strip() for word in words}, line


def test_cities_are_of_known_states_and_no_capitals() -> None:
    package = "detente.read.gazetteer"
    states = table("states.csv", package)
    capitals = {name for state in states for name in state["capitals"].split(";")}
    cities = table("cities.csv", package)
    assert len(cities) >= 150
    assert len({city["name"] for city in cities}) == len(cities)
    for city in cities:
        assert city["iso3"] in {state["iso3"] for state in states}
        assert city["name"] not in capitals
