"""The table of visits against a list of Chinese leaders' trips and against yearly counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from compare.common import (
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    VALUE,
    Compared,
    Disagreement,
    bad_cell,
    number_of,
    read_table,
    records_of,
)  # fmt: skip
from compare.offices import covered, terms_of
from detente.record.casebook import Casebook, Record

LEADERS_FILE = "chinese_leader_visits_koreas_1949_2020.csv"
YEARLY_FILE = "chn_prk_yearly_visits_trade_aid.csv"
LEADERS, YEARLY = "visits / leaders' list", "visits / AidData per year"
COLUMNS = ("visitor", "office", "level")
_COVERS = (1949, 2020)
_STATES = {"Korea, North": "PRK", "Korea, South": "KOR"}
#: Titles of the list -> the ranks that the casebook's table of offices has for them.
_RANKS = {
    "President": ("head-of-state",),
    "Premier": ("head-of-government",),
    "Leader CCP": ("head-of-party",),
    "Paramount Leader": ("head-of-party",),
}
#: Levels of the casebook that the list covers: presidents, party leaders, premiers.
_LISTED_LEVELS = ("head", "premier")


def visitors(record: Record) -> list[str]:
    """Names of those who made a trip."""
    return [part.strip() for part in record.extra["visitor"].split(";")]


def _year(record: Record) -> int:
    return record.span[0].year


def against_leaders(case: Casebook, folder: Path) -> Compared:
    """Hold the trips of Chinese leaders to the two Koreas against the list, by year and person.

    Raises
    ------
    InputError, CasebookError
        The list or the table is missing, lacks a column, or has a cell that cannot be read.
    """
    names = ("Year", "Name", "Level", "Country")
    rows = read_table(folder, LEADERS_FILE, names)
    ours = [r for r in records_of(case, "visits", COLUMNS) if "CHN" in r.sources]
    found: list[Disagreement] = []
    met: set[tuple[str, str]] = set()
    for row in rows:
        if not row["Year"].isdigit():
            raise bad_cell(folder, LEADERS_FILE, "Year", row["Year"], "a year")
        if row["Country"] not in _STATES or row["Level"] not in _RANKS:
            cell = "Country" if row["Country"] not in _STATES else "Level"
            known = _STATES if cell == "Country" else _RANKS
            raise bad_cell(folder, LEADERS_FILE, cell, row[cell], f"one of {', '.join(known)}")
        state = _STATES[row["Country"]]
        trips = [r for r in ours if row["Name"] in visitors(r) and state in r.targets]
        same = [r for r in trips if _year(r) == int(row["Year"])]
        met |= {(r.record_id, row["Name"]) for r in same}
        found += _leader(case, row, state, trips, same)
    trips = [r for r in ours if _COVERS[0] <= _year(r) <= _COVERS[1]]
    found += _not_listed(trips, met)
    high = [r for r in trips if r.extra["level"] in _LISTED_LEVELS]
    count = sum(item.kind == MISSING_HERE for item in found) + sum(len(visitors(r)) for r in high)
    return Compared(LEADERS, count, sorted(found, key=lambda item: item.key))


def _leader(
    case: Casebook, row: dict[str, str], state: str, trips: list[Record], same: list[Record]
) -> list[Disagreement]:
    there = f"{row['Name']} ({row['Level']}) to {state}"
    if not same:
        near = sorted(trips, key=lambda r: abs(_year(r) - int(row["Year"])))[:1]
        why = ["the casebook keeps some trips to South Korea only"] if state == "KOR" else []
        why += [f"nearest trip here: {r.date}" for r in near]
        why += [
            f"the other way that year: {r.extra['visitor']} to China, {r.date}"
            for r in records_of(case, "visits", COLUMNS)
            if state in r.sources and "CHN" in r.targets and _year(r) == int(row["Year"])
            and r.extra["level"] == "head"
        ]  # fmt: skip
        return [Disagreement(LEADERS, row["Year"], "", there, MISSING_HERE, "; ".join(why))]
    held = terms_of(case, row["Name"], _RANKS[row["Level"]])
    if any(covered(held, r) for r in same):
        return []
    here = f"{row['Name']} ({same[0].extra['office']})"
    terms = "; ".join(map(str, held)) or "never in that office"
    return [Disagreement(LEADERS, same[0].date, here, there, VALUE, f"offices here: {terms}")]


def _not_listed(trips: list[Record], met: set[tuple[str, str]]) -> list[Disagreement]:
    """Find trips that the list lacks; those of lower rank in one line a year."""
    out = []
    lower: dict[int, list[str]] = defaultdict(list)
    for record in trips:
        for name in visitors(record):
            if record.extra["level"] not in _LISTED_LEVELS:
                lower[_year(record)].append(f"{name} ({record.extra['level']})")
            elif (record.record_id, name) not in met:
                here = f"{name} ({record.extra['office']}) to {', '.join(record.targets)}"
                out.append(Disagreement(LEADERS, record.date, here, "", MISSING_THERE))
    why = "the list covers presidents, party leaders and premiers; no vice-presidents or envoys"
    out += [
        Disagreement(LEADERS, str(year), ", ".join(names), "", RULE, why)
        for year, names in sorted(lower.items())
    ]
    return out


def against_yearly(case: Casebook, folder: Path) -> Compared:
    """Count the visits between China and North Korea per year and hold them against AidData's.

    Both directions are counted. The casebook counts from foreign minister upwards and special
    envoys, AidData government and military visits: fewer here is the rule, more here is not.

    Raises
    ------
    InputError, CasebookError
        The file or the table is missing, lacks a column, or has a cell that is no number.
    """
    rows = read_table(folder, YEARLY_FILE, ("year", "total_elite_visits"))
    pair = set(case.dyad)
    ours = [r for r in records_of(case, "visits", COLUMNS) if {*r.sources, *r.targets} == pair]
    found = []
    totals = [0, 0]
    years = 0
    for row in rows:
        there = number_of(folder, YEARLY_FILE, "total_elite_visits", row["total_elite_visits"])
        if there is None:
            continue
        years += 1
        mine = [r for r in ours if str(_year(r)) == row["year"]]
        totals = [totals[0] + len(mine), totals[1] + int(there)]
        if len(mine) == there:
            continue
        more = len(mine) > there
        why = (
            "more here, although the casebook counts the higher ranks only" if more
            else "the casebook counts foreign ministers, higher ranks and envoys only"
        )  # fmt: skip
        found.append(
            Disagreement(YEARLY, row["year"], _levels(mine), f"{there:g}",
                         VALUE if more else RULE, why)
        )  # fmt: skip
    fact = f"all years: {totals[0]} visits here, {totals[1]} there"
    return Compared(YEARLY, years, found, (fact,))


def _levels(records: list[Record]) -> str:
    levels = Counter(record.extra["level"] for record in records)
    outward = sum("CHN" in record.sources for record in records)
    parts = ", ".join(f"{level} {n}" for level, n in sorted(levels.items()))
    text = f"{len(records)} ({outward} from China, {len(records) - outward} from North Korea"
    return f"{text}; {parts})" if parts else f"{text})"
