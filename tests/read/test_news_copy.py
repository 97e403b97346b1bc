"""The ways of news agencies: bare weekdays, "the rivals", "X-backed", verbs in another sense."""

from __future__ import annotations

import pytest

from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.read.names import Name
from detente.schema import Event

Row = tuple[str, str, str, str]


def events_of(text: str, people: tuple[Name, ...] = ()) -> list[Event]:
    document = document_from_text(text, date="2018-11-14", title="India and Nepal")
    return list(read(document, people).events)


def rows(text: str, people: tuple[Name, ...] = ()) -> list[Row]:
    return [
        (e.source.key or e.source.sector if e.source else "", e.event_type,
         e.target.key or e.target.sector if e.target else "", e.factuality)
        for e in events_of(text, people)
    ]  # fmt: skip


BOTH_AT_WAR = [("IND", "ASSAULT", "NPL", "happened"), ("NPL", "ASSAULT", "IND", "happened")]
BOTH_AGREED = [("IND", "AGREE", "NPL", "happened"), ("NPL", "AGREE", "IND", "happened")]
BOTH_SIGNED = [("IND", "SUPPORT", "NPL", "happened"), ("NPL", "SUPPORT", "IND", "happened")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The countries have fought three wars.", BOTH_AT_WAR),
        ("The rivals signed an accord.", BOTH_SIGNED),
        ("The two agreed to open the border.", BOTH_AGREED),
        ("India and Nepal held talks. They agreed to open the border.", BOTH_AGREED),
        ("They both signed a peace agreement.", BOTH_SIGNED),
        ("The premiers of both countries met in Paris.", [("IND", "CONSULT", "NPL", "happened")]),
        ("Italian police arrested three men. They agreed to talk.", []),
        ("Iran refuses to help Oman.", [("IRN", "REJECT", "OMN", "happened")]),
        ("Peru pledged to improve relations with Chile.", [("PER", "AGREE", "CHL", "happened")]),
        ("Peru claims that Chile is breaking the treaty.", [("PER", "ACCUSE", "CHL", "happened")]),
        (
            "Ignoring appeals from the EU, Russia severed all links with Georgia.",
            [("EU", "REQUEST", "RUS", "happened")],
        ),
        ("Oman-based militants attacked Iran.", [("OMN", "ASSAULT", "IRN", "happened")]),
        ("LIMA, Dec 3 (Reuters) - Chile accused Peru.", [("CHL", "ACCUSE", "PER", "happened")]),
        ("LIMA — Chile praised Peru.", [("CHL", "SUPPORT", "PER", "happened")]),
        ("Peru accused Chile of arming rebels.", [("PER", "ACCUSE", "CHL", "happened")]),
        (
            "Peru and Chile accused one another of shelling towns.",
            [("PER", "ACCUSE", "CHL", "happened"), ("CHL", "ACCUSE", "PER", "happened")],
        ),
        (
            "Chile's foreign ministry said it had filed a protest against Peru.",
            [("CHL", "ACCUSE", "PER", "happened")],
        ),
        (
            "Oman praised Qatar. The kingdom cut ties with Iran.",
            [("OMN", "SANCTION", "IRN", "happened")],
        ),
        (
            "The Ministry of Foreign Affairs of Peru accused Chile of lying.",
            [("PER", "ACCUSE", "CHL", "happened")],
        ),
        (
            "Officials from Lima and Santiago held four days of talks in Beijing.",
            [("PER", "CONSULT", "CHL", "happened"), ("CHL", "CONSULT", "PER", "happened")],
        ),
        (
            "Peru denied the charge, saying its forces had attacked rebels in Chile.",
            [("PER", "ASSAULT", "CHL", "happened")],
        ),
        ("Oman-backed rebels shelled Iran.", [("REB", "ASSAULT", "IRN", "happened")]),
        (
            "Peru broke off relations with Chile on Friday, accusing it of arming rebels.",
            [("PER", "SANCTION", "CHL", "happened"), ("PER", "ACCUSE", "CHL", "happened")],
        ),
        (
            "Peru expelled ten Chilean diplomats on Friday, demanding an apology.",
            [("PER", "SANCTION", "CHL", "happened"), ("PER", "REQUEST", "CHL", "happened")],
        ),
        (
            "“We decided this morning to break off relations with Chile,” Peru's president said.",
            [("PER", "SANCTION", "CHL", "happened")],
        ),
        ("Peru was expelled from the Arab League.", [("LAS", "SANCTION", "PER", "happened")]),
        ("Peru's ambassador to Chile was recalled.", [("PER", "SANCTION", "CHL", "happened")]),
        (
            "The government said it had recalled Peru's High Commissioner to Chile.",
            [("PER", "SANCTION", "CHL", "happened")],
        ),
        (
            "Peru and Chile reached an agreement, the agreement calls for a joint commission.",
            [("PER", "SUPPORT", "CHL", "happened"), ("CHL", "SUPPORT", "PER", "happened")],
        ),
        (
            "Presidents Museveni and his Rwandan counterpart Paul Kagame held talks.",
            [("UGA", "CONSULT", "RWA", "happened"), ("RWA", "CONSULT", "UGA", "happened")],
        ),
        (
            "Peru Transport Minister Khaw Boon Wan praised Chile.",
            [("PER", "SUPPORT", "CHL", "happened")],
        ),
    ],
)
def test_who_did_what_to_whom(text: str, expected: list[Row]) -> None:
    found = rows(text)
    assert all(row in found for row in expected), found
    if not expected:
        assert not [row for row in found if row[0] and row[2]]


def test_militants_of_a_country_are_not_its_government() -> None:
    (event,) = events_of("Oman-based militants attacked Iran.")
    assert event.source
    assert event.source.sector == "REB"


def test_sanctions_that_are_signed_are_no_accord() -> None:
    (event,) = events_of("New sanctions on Iran were signed by President Trump.")
    assert event.kind == "sanction"


@pytest.mark.parametrize(
    "text",
    [
        "The tone struck by Georgia was mild.",
        "A Peruvian aircraft shot video of Chilean boats.",
        "Relations between Peru and Chile are threatened by drought.",
        "The aircraft flew the Peruvian officers home.",
        "The shah recognizes Israel.",
        "An agreement between Peru and Chile signed in Jeddah, Saudi Arabia, opened the road.",
        "The deal was signed with China, France and Russia.",
        "India agreed to fight terrorism.",
        "Peru will continue to defend itself.",
        "Chile had not recognized the election of Nicolás Maduro.",
        "Peru met with Chile to discuss Russia's war in Ukraine.",
        "Chile's minister repeated the stance in Riyadh on Tuesday.",
    ],
)
def test_what_is_no_act_of_theirs(text: str) -> None:
    found = rows(text)
    assert not [row for row in found if row[1] in {"ASSAULT", "THREATEN"}], found
    assert not {"ISR", "SAU", "CHN", "FRA", "RUS", "VEN"} & {row[0] for row in found}, found


@pytest.mark.parametrize(
    ("text", "type_", "factuality"),
    [
        ("Iran is believed to be capable of attacking Oman.", "ASSAULT", "hypothetical"),
        ("One step is for Peru to sign a treaty with Chile.", None, "hypothetical"),
        ("Peru agreed to pay Chile and extended an apology to Chile.", "SUPPORT", "happened"),
        ("Peru has stated that it would accept an accord with Chile.", "AGREE", "happened"),
        ("Peru said that Chile's claim would deprive Peru of fish.", None, "hypothetical"),
        ("Peru had an obligation to negotiate with Chile.", None, "hypothetical"),
        ("The pact was written without consultation with Chile by Peru.", "CONSULT", "denied"),
        ("Peru would attack Chile only if it were attacked.", "ASSAULT", "hypothetical"),
    ],
)
def test_whether_it_happened(text: str, type_: str | None, factuality: str) -> None:
    found = [e for e in events_of(text) if type_ in {None, e.event_type}]
    assert found
    assert {e.factuality for e in found} == {factuality}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Peru and Chile held talks in Lima Sunday on fishing.", "2018-11-11"),
        ("Peru met Chile Tuesday night.", "2018-11-13"),
        ("Peru met Chile every Sunday.", None),
        ("Peru praised Chile, the Sunday Times said.", None),
    ],
)
def test_a_weekday_without_on(text: str, date: str | None) -> None:
    assert {event.date for event in events_of(text)} == {date}


def test_a_day_without_a_year_is_ahead_where_it_is_planned() -> None:
    text = "Peru will reopen its border with Chile from January 7."
    assert {event.date for event in events_of(text)} == {"2019-01-07"}
    text = "Peru will on Friday reopen its border with Chile."
    assert {event.date for event in events_of(text)} == {"2018-11-16"}
    text = "On January 7 Peru agreed to cooperate with Chile."
    assert {event.date for event in events_of(text)} == {"2018-01-07"}
    text = "Peru reopened its border with Chile on January 7."
    assert {event.date for event in events_of(text)} == {"2018-01-07"}


def test_the_day_of_said_bounds_what_was_before_or_is_to_come() -> None:
    text = "On Tuesday, Peru's president said he had met Chile's president."
    assert {event.date for event in events_of(text)} == {"../2018-11-13"}
    text = "Peru and Chile will meet in the coming weeks, Chile's ministry said on Tuesday."
    assert {event.date for event in events_of(text)} == {"2018-11-13/.."}
    text = "Peru attacked Chile, an official said on Tuesday."
    assert {event.date for event in events_of(text)} == {"2018-11-13"}


def test_whom_one_complains_to_is_not_whom_one_accuses() -> None:
    found = rows("Peru complained to the United Nations, claiming that Chile broke the treaty.")
    assert ("PER", "ACCUSE", "CHL", "happened") in found
    assert "UN" not in {row[2] for row in found}


def test_talks_with_nobody_are_no_row() -> None:
    assert not events_of("It does not make sense for Peru to keep talking on the radio.")
    assert not events_of("The decision was taken by Peru at a cabinet meeting.")


def test_an_act_that_two_words_tell_is_one_row() -> None:
    text = "The Polish government issued a note to Berlin, asking that this problem be solved."
    assert [event.event_type for event in events_of(text)] == ["REQUEST"]


def test_a_meeting_to_discuss_is_one_act() -> None:
    kinds = [event.kind for event in events_of("Peru and Chile met to discuss the border.")]
    assert kinds == ["meeting", "meeting"]


def test_two_whom_a_title_joins_are_the_pair_of_the_text() -> None:
    text = "China praised Iran. China praised Iran. Oman met Iran."
    document = document_from_text(text, date="2018", title="China helps broker an Iran-Oman deal")
    assert read(document).dyad == ("IRN", "OMN")


@pytest.mark.parametrize("text", ["Putin met Xi of China", "A new phase for North Korea"])
def test_a_text_may_end_in_a_name_that_begins_a_longer_one(text: str) -> None:
    assert read(document_from_text(text, date="2018")).document.text == text


def test_a_region_is_not_what_a_casebook_calls_a_state() -> None:
    south = (Name("the South", "state", "KOR", sector="GOV"),)
    assert ("KOR", "SUPPORT", "NPL", "happened") in rows(
        "The South praised Nepal.", (*south, Name("The South", "state", "KOR", sector="GOV"))
    )
    assert "KOR" not in {k for row in rows("Nepal met the South Asian bloc.", south) for k in row}


def test_a_name_without_the_dot_and_a_given_name_alone() -> None:
    assert ("USA", "CONSULT", "RUS") in {
        row[:3] for row in rows("In 2006 President George W Bush telephoned Russia.")
    }
    text = "Prime Minister Abiy Ahmed praised Eritrea. Abiy went to Asmara."
    assert ("ETH", "CONSULT", "ERI", "happened") in rows(text)
