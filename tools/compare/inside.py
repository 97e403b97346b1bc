"""The tables of the casebook against each other: one event should have one day."""

from __future__ import annotations

import re
from pathlib import Path

from compare.common import (
    DATE,
    MISSING_HERE,
    VALUE,
    Compared,
    Disagreement,
    date_kind,
    gap,
    records_of,
)  # fmt: skip
from detente.record.casebook import Casebook, Occasion, Record

VISITS, CALENDAR = "visits / acts", "acts, visits / calendar"
#: Kinds of act for which somebody must be in the other country.
_IN_PERSON = "visit meeting talks advice agreement treaty envoy-refused parade".split()
#: Days within which two rows can mean the same trip, though no day is shared.
_NEAR = 10
#: Kinds of act -> kinds of occasion that are the same event told twice.
_SAME_EVENT = {
    "ioc-vote": ("games-vote",),
    "parade": ("parade",),
    "talks": ("leaders-meeting", "summit"),
    "meeting": ("leaders-meeting", "summit"),
    "anniversary": ("anniversary",),
}


def visits_and_acts(case: Casebook, _: Path) -> Compared:
    """Hold acts that need somebody abroad against the table of visits ("here").

    An act that names a person in a city of another country of the case should fall into a
    visit of that person to that country; those named beside the visitor need no visit of their
    own. Two visits of one person on the same day disagree as well.

    Raises
    ------
    CasebookError
        The casebook has no table of visits with visitor and host_city.
    """
    trips = records_of(case, "visits", ("visitor", "host_city"))
    cities = {
        city.strip(): record.targets[0]
        for record in trips for city in record.extra["host_city"].split(";")
    }  # fmt: skip
    cities |= {"North Korea": "PRK", "South Korea": "KOR", "China": "CHN"}
    found = []
    compared = 0
    for act in records_of(case, "acts"):
        if act.kind not in _IN_PERSON:
            continue
        hosts = {cities.get(place.strip(), "") for place in act.place.split(";")}
        travellers = _travellers(case, trips, act, hosts)
        compared += len(travellers)
        missing = []
        for home, person in travellers:
            mine = [
                record for record in trips
                if home in record.sources and hosts & set(record.targets)
                and (person in _visitors(record) or person in record.people)
            ]  # fmt: skip
            missing.append((home, _trip(act, person, mine)))
        there = {home for home, item in missing if item is None or item.here}
        found += [
            item for home, item in missing if item and (item.here or home not in there)
        ]  # fmt: skip
    found += _twice(trips)
    return Compared(VISITS, compared + len(trips), sorted(found, key=lambda item: item.key))


def _visitors(record: Record) -> list[str]:
    return [part.strip() for part in record.extra["visitor"].split(";")]


def _state_of(case: Casebook, trips: list[Record], person: str) -> str:
    for name in case.people:
        if name.form == "person" and name.person == person:
            return name.iso3
    return next((record.sources[0] for record in trips if person in _visitors(record)), "")


def _travellers(
    case: Casebook, trips: list[Record], act: Record, hosts: set[str]
) -> list[tuple[str, str]]:
    """State and name of those whom an act puts into another country.

    Only states whose visitors the table of visits has; nobody where a place is not known.
    """
    states = {state for record in trips for state in record.sources}
    people = [(_state_of(case, trips, name), name) for name in act.people]
    return [
        (home, name) for home, name in people
        if home in states and "" not in hosts and home not in hosts
    ]  # fmt: skip


def _trip(act: Record, person: str, mine: list[Record]) -> Disagreement | None:
    """Compare an act with the person's nearest visit; none where the visit holds the act."""
    there = f"{act.record_id}: {act.date}"
    near = min(mine, key=lambda record: gap(record.span, act.span), default=None)
    if near is None or gap(near.span, act.span) > _NEAR:
        return Disagreement(VISITS, act.date, "", f"{there} ({person} in {act.place})",
                            MISSING_HERE)  # fmt: skip
    inside = near.span[0] <= act.span[0] and act.span[1] <= near.span[1]
    wider = act.span[0] <= near.span[0] and near.span[1] <= act.span[1]
    if inside or wider:
        return None
    here = f"{near.record_id}: {near.date}"
    return Disagreement(VISITS, act.date, here, there, date_kind(near.date, act.date))


def _twice(trips: list[Record]) -> list[Disagreement]:
    """Find two trips of one visitor whose known days overlap."""
    out = []
    dated = [record for record in trips if re.match(r"\d{4}-\d\d-\d\d", record.date)]
    for number, first in enumerate(dated):
        for second in dated[number + 1 :]:
            shared = set(_visitors(first)) & set(_visitors(second))
            if shared and gap(first.span, second.span) == 0:
                out.append(
                    Disagreement(VISITS, first.date, f"{first.record_id}: {first.date}",
                                 f"{second.record_id}: {second.date}", VALUE,
                                 "one visitor, two trips on the same day")
                )  # fmt: skip
    return out


def records_and_calendar(case: Casebook, _: Path) -> Compared:
    """Hold acts and visits against the calendar ("there"): the same event, the same days.

    An act is the same event as an occasion when their kinds fit, their places or people fit
    and they are at most ten days apart. A visit is held against an occasion that its own
    words name, in the country that it goes to, at most ten days apart.
    """
    found = []
    compared = 0
    for record in case.records:
        if record.table == "tests":
            continue
        for occasion in case.occasions:
            days = gap(record.span, (occasion.start, occasion.end))
            if days > _NEAR or not _same_event(record, occasion):
                continue
            compared += 1
            if days:
                there = str(occasion.start)
                if occasion.end != occasion.start:
                    there += f"/{occasion.end}"
                kind = DATE if record.kind == "visit" else date_kind(record.date, there)
                found.append(
                    Disagreement(CALENDAR, record.date, f"{record.record_id}: {record.date}",
                                 f"{occasion.occasion_id}: {there}", kind)
                )  # fmt: skip
    return Compared(CALENDAR, compared, found)


def _same_event(record: Record, occasion: Occasion) -> bool:
    if occasion.kind in _SAME_EVENT.get(record.kind, ()):
        people = sum(name in occasion.name for name in record.people)
        return record.place == occasion.place or people > 1
    if record.table != "visits" or occasion.host not in record.targets:
        return False
    words = f"{record.title} {' '.join(record.terms)}".lower()
    names = {occasion.name, *occasion.aliases}
    return any(len(name) > 3 and name.lower() in words for name in names)
