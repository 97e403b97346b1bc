"""The gazetteer of people: form, sources, and people known to everybody at a date."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import sys
from collections import Counter
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest

from detente.record.importers.sides import by_name, deaths, folded
from detente.schema import bounds

RANKS = {"head-of-state", "head-of-government", "head", "foreign-minister", "minister", "other"}
COLUMNS = ["person", "aliases", "iso3", "office", "rank", "start", "end", "source"]
TOOLS = Path(__file__).resolve().parents[2] / "tools"


def rows(name: str, package: str = "detente.read.gazetteer") -> list[dict[str, str]]:
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    return rows("people.csv")


@pytest.fixture(scope="module")
def names() -> ModuleType:
    spec = importlib.util.spec_from_file_location("people_names", TOOLS / "people_names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["people_names"] = module
    spec.loader.exec_module(module)
    return module


def held(people: list[dict[str, str]], name: str, day: str) -> set[tuple[str, str]]:
    """States and ranks of the offices that a name holds on a day."""
    found = set()
    phrases = {
        (r["person"], r["iso3"])
        for r in people
        if folded(name) in {folded(p) for p in (r["person"], *r["aliases"].split(";"))}
    }
    for row in people:
        first = bounds(row["start"])[0] if row["start"] else dt.date.min
        last = bounds(row["end"])[1] if row["end"] else dt.date.max
        bears = (row["person"], row["iso3"]) in phrases
        if bears and first <= dt.date.fromisoformat(day) <= last:
            found.add((row["iso3"], row["rank"]))
    return found


@pytest.mark.parametrize("table", ["people.csv", "people_recent.csv"])
def test_every_row_has_a_state_an_office_a_source_and_dates_that_parse(table: str) -> None:
    codes = {r["iso3"] for r in rows("states.csv")} | {r["code"] for r in rows("bodies.csv")}
    for row in rows(table):
        assert list(row) == COLUMNS
        assert row["iso3"] in codes, row
        assert row["office"], row
        assert row["source"], row
        assert row["rank"] in RANKS, row
        first = bounds(row["start"])[0]
        assert not row["end"] or first <= bounds(row["end"])[1], row
        assert dt.date(1904, 1, 1) < first < dt.date(2027, 1, 1), row


def test_an_open_end_is_only_for_what_was_seen_lately(people: list[dict[str, str]]) -> None:
    for row in people:
        if not row["end"]:
            assert "wikidata" in row["source"] or "public repository" in row["source"], row


def test_no_name_is_a_lone_surname_a_title_or_all_capitals(people: list[dict[str, str]]) -> None:
    for row in people:
        for phrase in filter(None, [row["person"], *row["aliases"].split(";")]):
            assert len(phrase.replace("-", " ").split()) > 1, phrase
            assert not phrase.isupper(), phrase
            assert phrase.isprintable(), phrase
            assert not {"_", "\ufffd"} & set(phrase), phrase
    found = {row["person"].split()[0].casefold() for row in people}
    assert not found & {"president", "minister", "former", "premier"}


def test_no_row_stands_twice(people: list[dict[str, str]]) -> None:
    keys = Counter((folded(r["person"]), r["iso3"], r["office"], r["start"]) for r in people)
    assert [key for key, number in keys.items() if number > 1] == []


@pytest.mark.parametrize(
    ("name", "day", "state", "rank"),
    [
        ("Sergei Lavrov", "2014-05-01", "RUS", "foreign-minister"),
        ("Sergey Viktorovich Lavrov", "2021-05-01", "RUS", "foreign-minister"),
        ("Angela Merkel", "2010-06-01", "DEU", "head-of-government"),
        ("Park Geun-hye", "2014-01-01", "KOR", "head-of-state"),
        ("Shinzo Abe", "2015-06-01", "JPN", "head-of-government"),
        ("Kim Jong Il", "2005-06-01", "PRK", "head-of-state"),
        ("Kim Jong-Un", "2018-06-01", "PRK", "head-of-state"),
        ("Barack Obama", "2012-06-01", "USA", "head-of-state"),
        ("John Kerry", "2014-06-01", "USA", "foreign-minister"),
        ("Wang Yi", "2016-06-01", "CHN", "foreign-minister"),
        ("Recep Tayyip Erdogan", "2010-06-01", "TUR", "head-of-government"),
        ("Recep Tayyip Erdogan", "2018-06-01", "TUR", "head-of-state"),
        ("Narendra Modi", "2020-06-01", "IND", "head-of-government"),
        ("Saddam Hussein", "1990-09-01", "IRQ", "head"),
        ("Zhou Enlai", "1954-06-01", "CHN", "head"),
        ("Ban Ki-moon", "2005-06-01", "KOR", "foreign-minister"),
        ("Ban Ki-moon", "2012-06-01", "UN", "other"),
    ],
)
def test_known_people_hold_their_office(
    people: list[dict[str, str]], name: str, day: str, state: str, rank: str
) -> None:
    assert (state, rank) in held(people, name, day)


@pytest.mark.parametrize(
    ("name", "day", "state"),
    [
        ("Joseph Stalin", "1950-02-14", "SUN"),
        ("Nikita Khrushchev", "1958-07-31", "SUN"),
        ("Jawaharlal Nehru", "1954-04-29", "IND"),
        ("Muhammad Ali Jinnah", "1948-01-01", "PAK"),
        ("Syngman Rhee", "1953-07-27", "KOR"),
        ("Konrad Adenauer", "1955-09-09", "GFR"),
        ("Charles de Gaulle", "1945-06-01", "FRA"),
        ("Charles de Gaulle", "1966-06-01", "FRA"),
        ("Marshal Tito", "1961-09-01", "YUG"),
        ("Achmed Sukarno", "1963-09-16", "IDN"),
        ("Muammar Qaddafi", "1986-04-15", "LBY"),
        ("Nguyen Van Thieu", "1972-06-01", "RVN"),
        ("Maaouya ould Sid'ahmed Taya", "1990-06-01", "MRT"),
        ("Richard Nixon", "1972-02-21", "USA"),
        ("Juan Domingo Perón", "1950-01-01", "ARG"),
    ],
)
def test_heads_of_the_cold_war(
    people: list[dict[str, str]], name: str, day: str, state: str
) -> None:
    heads = {"head", "head-of-state", "head-of-government"}
    assert state in {s for s, rank in held(people, name, day) if rank in heads}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Robert F. Kennedy", "USA"),
        ("Moktar ould Daddah", "MUS"),
        ("Nguyen van Thieu", "VDR"),
        ("Camilo Augusto de Miranda Rebocho Vaz", "AGO"),
        ("Chiu Chuang Huan", "TWN"),
        ("Tommy Franks", "IRQ"),
    ],
)
def test_who_was_no_head(people: list[dict[str, str]], name: str, state: str) -> None:
    heads = {"head", "head-of-state", "head-of-government"}
    assert not [
        r for r in people if r["person"] == name and r["iso3"] == state and r["rank"] in heads
    ]


def test_a_president_was_no_head_as_vice_president(people: list[dict[str, str]]) -> None:
    for name, start in (("Lyndon B. Johnson", "1963-11-22"), ("Harry S. Truman", "1945-04-12")):
        rows_of = [r["start"] for r in people if r["person"] == name and r["rank"] == "head"]
        assert rows_of == [start]


@pytest.mark.parametrize(
    ("name", "day", "state", "rank"),
    [
        ("Shigeru Ishiba", "2025-01-01", "JPN", "head-of-government"),
        ("Paetongtarn Shinawatra", "2025-01-01", "THA", "head-of-government"),
        ("Shehbaz Sharif", "2023-01-01", "PAK", "head-of-government"),
        ("KP Sharma Oli", "2024-12-01", "NPL", "head-of-government"),
        ("Simon Harris", "2024-06-01", "IRL", "head-of-government"),
        ("Pak Thae-song", "2025-06-01", "PRK", "head-of-government"),
        ("Qin Gang", "2023-05-01", "CHN", "foreign-minister"),
        ("Wang Yi", "2024-05-01", "CHN", "foreign-minister"),
        ("David Lammy", "2025-01-01", "GBR", "foreign-minister"),
        ("Santiago Peña", "2024-01-01", "PRY", "head-of-state"),
        ("Abdourahmane Tchiani", "2024-01-01", "NER", "head-of-state"),
        ("Sebastian Kurz", "2021-01-01", "AUT", "head-of-government"),
        ("Milorad Dodik", "2019-06-01", "BIH", "head-of-state"),
        ("Hassan Diab", "2020-08-04", "LBN", "head-of-government"),
        ("Elyes Fakhfakh", "2020-06-01", "TUN", "head-of-government"),
        ("Pedro Cateriano", "2020-07-20", "PER", "head-of-government"),
        ("Evika Silina", "2024-06-01", "LVA", "head-of-government"),
        ("Mohammed al-Bashir", "2025-01-01", "SYR", "head-of-government"),
        ("Ahmed Awad bin Mubarak", "2024-06-01", "YEM", "head-of-government"),
        ("Stephane Sejourne", "2024-05-01", "FRA", "foreign-minister"),
        ("Badr Abdel Ati", "2025-05-01", "EGY", "foreign-minister"),
        ("Yoko Kamikawa", "2024-01-01", "JPN", "foreign-minister"),
        ("Toshimitsu Motegi", "2025-12-01", "JPN", "foreign-minister"),
        ("Khalilur Rahman", "2026-06-01", "BGD", "foreign-minister"),
        ("Kaja Kallas", "2025-06-01", "EU", "other"),
        ("Elmedin Konakovic", "2024-05-01", "BIH", "foreign-minister"),
        ("Celinda Sosa", "2024-05-01", "BOL", "foreign-minister"),
        ("Gabriela Sommerfeld", "2025-03-01", "ECU", "foreign-minister"),
        ("Erika Mouynes", "2021-06-01", "PAN", "foreign-minister"),
        ("Jack Ading", "2023-11-01", "MHL", "foreign-minister"),
        ("Denzil Douglas", "2023-03-01", "KNA", "foreign-minister"),
    ],
)
def test_people_of_the_last_years(
    people: list[dict[str, str]], name: str, day: str, state: str, rank: str
) -> None:
    assert (state, rank) in held(people, name, day)


def test_offices_of_the_last_years_end(people: list[dict[str, str]]) -> None:
    for name, day in (
        ("Bashar al-Assad", "2025-02-01"),
        ("Kim Tok-hun", "2025-02-01"),
        ("Ebrahim Raisi", "2024-06-01"),
        ("Shigeru Ishiba", "2025-12-01"),
        ("Ambrose Mandvulo Dlamini", "2021-02-01"),
        ("Sebastian Kurz", "2019-09-01"),
        ("Saad Hariri", "2020-08-04"),
        ("Ashraf Ghani", "2022-01-01"),
        ("Antony Blinken", "2025-06-01"),
        ("Dmytro Kuleba", "2025-06-01"),
        ("Hossein Amir-Abdollahian", "2024-06-01"),
        ("Toshimitsu Motegi", "2024-06-01"),
        ("Olta Xhacka", "2024-05-01"),
        ("Nikolay Milkov", "2024-05-01"),
        ("Casten Nemra", "2024-05-01"),
    ):
        assert held(people, name, day) == set()


def test_names_given_by_hand_are_one_to_a_leader() -> None:
    table = rows("archigos_names.csv")
    assert len({row["leadid"] for row in table}) == len(table) > 900
    for row in table:
        for name in [row["person"], *filter(None, row["aliases"].split(";"))]:
            assert len(name.replace("-", " ").split()) > 1, name


def test_a_year_kept_by_hand_gets_the_day_of_the_dictionary(people: list[dict[str, str]]) -> None:
    merkel = [r["start"] for r in people if r["person"] == "Angela Merkel"]
    assert merkel == ["2005-11-22"]
    assert held(people, "Angela Merkel", "2005-10-01") == set()


def test_offices_end(people: list[dict[str, str]]) -> None:
    assert held(people, "Kim Jong Il", "2012-06-01") == set()
    assert held(people, "Park Geun-hye", "2018-06-01") == set()
    assert held(people, "Hillary Clinton", "2014-06-01") == set()


def test_a_name_of_two_states_goes_by_the_date() -> None:
    yeltsin = {side.key: side for side in by_name("Boris Yeltsin")}
    assert set(yeltsin) == {"SUN", "RUS"}
    assert max(s.last for s in by_name("Boris Yeltsin") if s.key == "SUN") < dt.date(1991, 12, 27)
    ban = [s for s in by_name("Ban Ki-moon") if s.first <= dt.date(2010, 1, 1) <= s.last]
    assert [s.key for s in ban] == ["UN"]


def test_no_two_states_bear_a_name_on_one_day(people: list[dict[str, str]]) -> None:
    from_old = {("RUS", "SUN"), ("DEU", "GFR"), ("CZE", "CSK"), ("VNM", "VDR"), ("YEM", "YAR")}
    from_old |= {("SRB", "SCG"), ("SCG", "YUG")}
    spans: dict[str, list[tuple[dt.date, dt.date, str]]] = {}
    for row in people:
        last = bounds(row["end"])[1] if row["end"] else dt.date.max
        entry = (bounds(row["start"])[0], last, row["iso3"])
        spans.setdefault(folded(row["person"]), []).append(entry)
    for name, group in spans.items():
        for first, last, state in group:
            for begin, end, other in group:
                if state < other and (state, other) not in from_old | {(b, a) for a, b in from_old}:
                    assert not (first <= end and begin <= last), name


@pytest.mark.parametrize(
    ("raw", "proper"),
    [
        ("BASHAR_AL_ASSAD_", "Bashar al-Assad"),
        ("CHARLES_DE_GAULLE", "Charles de Gaulle"),
        ("KEN_MCDONALD_", "Ken McDonald"),
        ("PRESIDENT_ABDULLAH_GUL", "Abdullah Gul"),
        ("SOVIET_LEADER_LEONID_BREZHNEV", "Leonid Brezhnev"),
        ("`ISA_IBN_SULMAN_", "`Isa ibn Sulman"),
        ("ELIZABETH_II_", "Elizabeth II"),
        ("MUHAMMAD_BIN_SALMAN_", "Muhammad bin Salman"),
        ("PETER_O'NEILL_", "Peter O'Neill"),
    ],
)
def test_names_in_capitals_get_their_case(names: ModuleType, raw: str, proper: str) -> None:
    phrase = names.cased(names.untitled(raw))
    assert phrase == proper
    assert names.is_phrase(phrase)


@pytest.mark.parametrize(
    "raw", ["KING_HUSSEIN", "GORBACHEV_ADMINISTRATION", "M._GANDHI", "DE_QUAY"]
)
def test_what_is_no_name(names: ModuleType, raw: str) -> None:
    assert not names.is_phrase(names.cased(names.untitled(raw)))


def test_dates_of_the_dictionary(names: ModuleType) -> None:
    assert names.day("790716") == dt.date(1979, 7, 16)
    assert names.day("030409") == dt.date(2003, 4, 9)
    assert names.day("19240101") == dt.date(1924, 1, 1)
    assert names.day("030231") == dt.date(2003, 2, 28)
    assert names.day("031301") is None


def test_deaths_are_days_with_a_source() -> None:
    table = rows("deaths.csv", "detente.record.importers")
    assert len({folded(r["person"]) for r in table}) == len(table) >= 80
    for row in table:
        assert dt.date(1945, 1, 1) < dt.date.fromisoformat(row["died"]), row
        assert row["source"], row
        assert " " in row["person"], row
    assert deaths()[folded("Chang Song Taek")] == dt.date(2013, 12, 12)
    assert deaths()[folded("Kim Jong Il")] == dt.date(2011, 12, 17)
    assert deaths()[folded("Francisco Franco")] == dt.date(1975, 11, 20)  # rule ended before
