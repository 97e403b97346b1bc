"""A surname alone: whom it means at the date of the text or of what is told, and when nobody."""

from __future__ import annotations

import pytest

from detente.read.actors import Gazetteer
from detente.read.coder import read_many
from detente.read.documents import document_from_text
from detente.read.names import Moment, lone_names
from detente.read.people import world_head

#: Text, date of the text or empty, and the states between which something is told.
MEANT = [
    ("Khrushchev visited India.", "1955-11-18", "SUN", "IND"),
    ("In 1955 Khrushchev visited India.", "", "SUN", "IND"),
    ("In 1955 Khrushchev visited India.", "2021-03-01", "SUN", "IND"),
    ("In 1959 Nehru accused China of aggression.", "2020-06-20", "IND", "CHN"),
    ("Nasser condemned Israel in 1967.", "2017-06-05", "EGY", "ISR"),
    ("In 1948 Stalin threatened Yugoslavia.", "2010-01-01", "SUN", "YUG"),
    ("Tito criticized the Soviet Union in 1968.", "2008-08-20", "YUG", "SUN"),
    ("In 1964 President Johnson threatened North Vietnam.", "2020-02-01", "USA", "VDR"),
    ("In 1990 Saddam threatened Kuwait.", "2015-02-01", "IRQ", "KWT"),
    ("In 1963 de Gaulle met Adenauer in Paris.", "2013-01-22", "FRA", "GFR"),
    ("In 1950 Rhee appealed to the United States.", "", "KOR", "USA"),
    ("In 1986 Gaddafi threatened Italy.", "2011-03-01", "LBY", "ITA"),
    ("Assad accused Turkey of aggression.", "2013-04-05", "SYR", "TUR"),
    ("In 1963 Sukarno threatened Malaysia.", "", "IDN", "MYS"),
    ("The crisis began in 1961. Kennedy warned Cuba.", "2011-04-17", "USA", "CUB"),
    ("In 1977 President Smith attacked Mozambique.", "2010-01-01", "ZWE", "MOZ"),
]
#: Nobody's: a common surname, a company, a town, somebody of another first name or time.
NOBODY = [
    ("In 1975 Smith sued France over the patent.", ""),
    ("In 1976 Ford sued Japan over the tariff.", "2019-05-01"),
    ("In 1950 King criticized France in his novel.", ""),
    ("In 1982 Park played for Japan.", "2019-05-01"),
    ("In 2004 Rice grew scarce in Japan.", "2004-05-01"),
    ("In 1956 Eden Nkrumah-Jones criticized France.", "2019-05-01"),
    ("In 1960 Paul Kennedy wrote a book about Cuba.", "2019-05-01"),
    ("Khrushchev wrote a book about Cuba.", "2021-05-01"),
    ("In 1970 Young criticized France.", ""),
    ("In 1962 Tito Rodriguez sang in Cuba.", "2019-05-01"),
    ("In 1974 Major criticized France.", "2019-05-01"),
    ("Friday criticized France.", "2026-01-10"),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


def sides(text: str, date: str, gazetteer: Gazetteer) -> tuple[set[str], set[tuple[str, str]]]:
    """States of people that stand in the events, and the directed pairs."""
    document = document_from_text(text, date=date or None)
    (reading,) = read_many([document], gazetteer)
    pairs = {(e.source.key, e.target.key) for e in reading.events if e.source and e.target}
    people = {
        a.iso3 for e in reading.events for a in (e.source, e.target) if a and a.person and a.iso3
    }
    return people, pairs


@pytest.mark.parametrize(("text", "date", "source", "target"), MEANT)
def test_a_surname_means_the_ruler_of_that_time(
    text: str, date: str, source: str, target: str, gazetteer: Gazetteer
) -> None:
    _, pairs = sides(text, date, gazetteer)
    assert (source, target) in pairs


@pytest.mark.parametrize(("text", "date"), NOBODY)
def test_a_surname_means_nobody(text: str, date: str, gazetteer: Gazetteer) -> None:
    people, _ = sides(text, date, gazetteer)
    assert people == set()


def test_two_states_with_one_surname_mean_neither() -> None:
    assert world_head("Papadopoulos", Moment("2005-01-01")) is not None
    assert world_head("Kim", Moment("1972-10-01")) is None  # North and South Korea
    assert world_head("Kim", Moment("1968-01-23")) is not None
    assert world_head("Khan", Moment(told=("1960",))) is None


def test_a_head_last_seen_long_ago_does_not_rule_for_ever() -> None:
    assert world_head("Khrushchev", Moment("2020")) is None
    assert world_head("Jeffery", Moment("2007")) is not None
    assert world_head("Jeffery", Moment("2020")) is None


def test_the_words_that_stand_for_a_person_alone() -> None:
    assert lone_names("Bashar al-Assad", "SYR") == {"al-Assad", "Assad"}
    assert lone_names("Juan Perón", "ARG") == {"Perón", "Peron"}
    assert lone_names("Mao Zedong", "CHN") == {"Mao", "Zedong"}
    assert lone_names("Elizabeth II", "GBR") == frozenset()
