"""Who did what to whom, when, and whether: one sentence, one row of what must be read."""

from __future__ import annotations

import pytest

from detente.read.actors import Name
from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.schema import Event

PEOPLE = [
    Name("Kim Jong Un", "person", "PRK", sector="GOV", person="Kim Jong Un"),
    Name("Xi Jinping", "person", "CHN", sector="GOV", person="Xi Jinping"),
    Name("Narendra Modi", "person", "IND", sector="GOV", person="Narendra Modi"),
]


def events_of(text: str, date: str | None = "2017-11-10") -> list[Event]:
    return list(read(document_from_text(text, date=date), PEOPLE).events)


def row(event: Event) -> tuple[str, str, str, str | None]:
    source = event.source.key if event.source else ""
    target = event.target.key if event.target else ""
    return source, event.kind, target, event.date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China visited Pakistan in 2012.", ("CHN", "visit", "PAK", "2012")),
        ("Pakistan was visited by India in 2012.", ("IND", "visit", "PAK", "2012")),
        ("India criticized Pakistan on 3 May 2013.", ("IND", "criticism", "PAK", "2013-05-03")),
        ("India's criticism of Pakistan in 2013 was loud.", ("IND", "criticism", "PAK", "2013")),
        ("North Korea conducted a nuclear test in October 2006.", ("PRK", "nuclear-test", "", "2006-10")),
        ("A missile was launched by Iran in 2010.", ("IRN", "missile-test", "", "2010")),
        ("Moscow expelled ten American diplomats in 2018.", ("RUS", "expulsion", "USA", "2018")),
        ("Beijing established diplomatic relations with Seoul in 1992.", ("CHN", "recognition", "KOR", "1992")),
        ("Pakistani troops attacked India in 1965.", ("PAK", "attack", "IND", "1965")),
        ("The Indian prime minister praised Japan in 2014.", ("IND", "praise", "JPN", "2014")),
        ("France, which Germany accused in 1911, kept silent.", ("DEU", "accusation", "FRA", "1911")),
        ("In 2016 Turkey imposed sanctions on Syria.", ("TUR", "sanction", "SYR", "2016")),
        ("China decided to establish relations with Seoul in 1992.", ("CHN", "recognition", "KOR", "1992")),
    ],
)  # fmt: skip
def test_who_did_what_to_whom_when(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in [row(event) for event in events_of(text)]


@pytest.mark.parametrize(
    ("text", "factuality"),
    [
        ("India attacked Pakistan.", "happened"),
        ("India did not attack Pakistan.", "denied"),
        ("India never visited Pakistan.", "denied"),
        ("India will visit Pakistan.", "planned"),
        ("India promised to visit Pakistan.", "planned"),
        ("India might attack Pakistan.", "hypothetical"),
        ("If India attacked Pakistan, nobody would win.", "hypothetical"),
        ("China urged India to visit Pakistan.", "demanded"),
        ("Did India visit Pakistan in 2012?", "asked"),
        ("India is attacking Pakistan.", "ongoing"),
        ("India refused to visit Pakistan.", "denied"),
        ("The possibility of an Indian attack on Pakistan grew.", "hypothetical"),
        # joined to an infinitive, the second and the third as the first
        ("India agreed to open its market, cut tariffs and visit Pakistan.", "planned"),
        ("India will cut tariffs, open its market and visit Pakistan.", "planned"),
        ("India did not cut tariffs, open its market or visit Pakistan.", "denied"),
        (
            "India threatened to mine the straits, sink the ships and attack Pakistan.",
            "hypothetical",
        ),
        ("India wanted to attack Pakistan.", "planned"),
        ("India managed to seize the port, kill the guards and attack Pakistan.", "happened"),
    ],
)
def test_whether(text: str, factuality: str) -> None:
    kinds = {"attack", "visit"}
    found = [event.factuality for event in events_of(text) if event.kind in kinds]
    assert found
    assert found[0] == factuality


def test_mutual_acts_hold_in_both_directions() -> None:
    found = {
        row(event)[::2][:2] for event in events_of("India and Pakistan signed a treaty in 1960.")
    }
    assert found == {("IND", "PAK"), ("PAK", "IND")}


def test_one_verb_with_several_dates_is_several_acts() -> None:
    text = "North Korea conducted a missile test in May 2016, in June 2017 and in July 2017."
    assert [e.date for e in events_of(text)] == ["2016-05", "2017-06", "2017-07"]


def test_a_lone_name_and_a_pronoun_mean_who_was_named() -> None:
    text = "Xi Jinping went to Moscow. In 2019 Xi visited India. He praised Narendra Modi."
    rows = [row(event) for event in events_of(text)]
    assert ("CHN", "visit", "IND", "2019") in rows
    assert ("CHN", "praise", "IND") in [r[:3] for r in rows]


def test_a_state_in_another_role_is_no_actor() -> None:
    for text in (
        "He visited a Chinese restaurant in Paris with friends.",
        "She attacked the turkey with a knife.",
        "He ate Peking duck and criticized French fries.",
    ):
        assert not [
            e for e in events_of(text) if e.source and e.source.key in {"CHN", "TUR", "FRA"}
        ]


def test_a_year_that_names_a_thing_does_not_date_the_act() -> None:
    (event,) = [
        e
        for e in events_of("India criticized the plan for the 2036 Games.")
        if e.kind == "criticism"
    ]
    assert event.date is None


def test_who_says_so() -> None:
    (event,) = [
        e for e in events_of("Analysts say that India attacked Pakistan.") if e.kind == "attack"
    ]
    assert event.attributed_to == "Analysts"


def test_positions_point_into_the_text() -> None:
    text = "A first line here.\n\nIndia criticized Pakistan in 2013. China visited Iran in 2014."
    document = document_from_text(text, date="2017")
    reading = read(document, PEOPLE)
    for event in reading.events:
        assert document.text[event.trigger_start :].startswith(event.trigger)
        assert event.text in document.text
        for actor in (event.source, event.target):
            if actor:
                assert document.text[actor.char_start : actor.char_end] == actor.name
    for statement in reading.statements:
        assert document.text[statement.char_start : statement.char_end] == statement.text


def test_statements_do_not_overlap() -> None:
    text = (
        "Since the signing of the treaty between China and North Korea on July 11, 1961, the "
        "alliance between China and North Korea has gradually worsened."
    )
    found = read(document_from_text(text), PEOPLE).statements
    assert [s.kind for s in found] == ["event", "trend"]
    assert found[0].char_end <= found[1].char_start


def test_two_officials_are_the_two_states_of_the_text() -> None:
    text = "India criticized Pakistan. The two Prime Ministers met in Ufa, Russia in July 2015."
    met = [event for event in events_of(text) if event.trigger == "met"]
    assert {(e.source and e.source.iso3, e.target and e.target.iso3) for e in met} == {
        ("IND", "PAK"), ("PAK", "IND"),
    }  # fmt: skip


def test_a_date_alone_is_no_statement() -> None:
    text = (
        "Earlier, the two Prime Ministers of India and Pakistan met on the sidelines of a summit in "
        "Ufa, Russia in July, and the UN Conference on Climate Change (COP 21) in Paris last month."
    )
    found = read(document_from_text(text, date="2015-12-26"), PEOPLE).statements
    assert [s.text for s in found][-1].startswith("the UN Conference on Climate Change")


def test_the_same_text_gives_the_same_reading() -> None:
    text = "China visited Pakistan in 2012. India criticized it, and it rejected the criticism."
    document = document_from_text(text)
    assert read(document, PEOPLE) == read(document, PEOPLE)


def test_perceptions() -> None:
    text = (
        "North Koreans see China as a threat. Many Chinese no longer see North Korea as a friend."
    )
    seen = read(document_from_text(text), PEOPLE).perceptions
    assert [(p.holder_iso3, p.target_iso3, p.polarity) for p in seen] == [
        ("PRK", "CHN", -1),
        ("CHN", "PRK", -1),
    ]
