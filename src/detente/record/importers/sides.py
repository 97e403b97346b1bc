"""Whom a source or target of published data stands for: state or body, and sector, with dates.

A person stands for a state, in an office for as long as it was held; a state code for the
state that bore it that day ("Russia" is the Soviet Union in 1985).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import unicodedata
from collections import defaultdict

from detente.ontology import table
from detente.read.actors import Name, state_names
from detente.schema import bounds

FIRST, LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
_HERE = "detente.record.importers"


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """An actor from ``first`` to ``last`` day: ISO 3166 alpha-3 (or a body's code), sector."""

    key: str
    sector: str = ""
    first: dt.date = FIRST
    last: dt.date = LAST


UNKNOWN = (Side(""),)


def folded(name: str) -> str:
    """A name without case, accents, and hyphens, for looking up."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@functools.cache
def _names() -> dict[str, list[Side]]:
    """States and bodies by folded name, each for the time the name held."""
    found: dict[str, list[Side]] = defaultdict(list)
    for name in state_names():
        if name.form in {"state", "body"}:
            found[folded(name.phrase)].append(_side(name))
    for row in table("codes.csv", _HERE):
        if row["scheme"] == "name":
            found[folded(row["code"])].append(Side(row["key"], "GOV"))
    return dict(found)


@functools.cache
def _codes() -> dict[str, list[Side]]:
    """States and bodies by code: ISO alpha-3, alpha-2, COW number, CAMEO."""
    found: dict[str, list[Side]] = defaultdict(list)
    for row in table("states.csv", "detente.read.gazetteer"):
        first, last = _span(row["start"], row["end"])
        side = Side(row["iso3"], "GOV", first, last)
        found[row["iso3"]].append(Side(row["iso3"], "GOV"))
        if row["cow"]:
            found[row["cow"]].append(side)
    for row in table("codes.csv", _HERE):
        if row["scheme"] != "name":
            found[row["code"]].append(Side(row["key"], "GOV"))
    for row in table("bodies.csv", "detente.read.gazetteer"):
        if row["code"] and row["code"] not in found:
            found[row["code"]].append(Side(row["state"] or row["code"], row["sector"]))
    return dict(found)


@functools.cache
def _people() -> dict[str, list[Side]]:
    """People by folded name: their offices, each for its time."""
    found: dict[str, list[Side]] = defaultdict(list)
    for row in table("people.csv", "detente.read.gazetteer"):
        first, last = _span(row["start"], row["end"])
        for phrase in [row["person"], *filter(None, row["aliases"].split(";"))]:
            found[folded(phrase)].append(Side(row["iso3"], "GOV", first, last))
    return dict(found)


@functools.cache
def deaths() -> dict[str, dt.date]:
    """Day of death by folded name, for the people of ``deaths.csv``."""
    return {
        folded(phrase): bounds(row["died"])[1]
        for row in table("deaths.csv", _HERE)
        for phrase in [row["person"], *filter(None, row["aliases"].split(";"))]
    }


def _side(name: Name) -> Side:
    first, last = _span(name.start, name.end)
    return Side(name.iso3 or name.code, name.sector, first, last)


def _span(start: str, end: str) -> tuple[dt.date, dt.date]:
    return bounds(start)[0] if start else FIRST, bounds(end)[1] if end else LAST


def by_code(code: str) -> tuple[Side, ...]:
    """Whom an ISO alpha-3 or alpha-2, COW or CAMEO code names; nobody when unknown.

    ``NA`` is Namibia: no code is ever read as a missing value.
    """
    return _in_turn(_codes().get(code.strip().upper(), []))


def by_name(name: str) -> tuple[Side, ...]:
    """Whom a state's, body's or person's name stands for.

    A person's state holds for all time, the sector GOV only while in an office.
    """
    key = folded(name)
    if key in _names():
        return _in_turn(_names()[key])
    offices = _people().get(key, [])
    if not offices:
        return ()
    states = {side.key for side in offices}
    if len(states) > 1:  # a name that two states' people bear decides only while in office
        return _in_turn(offices)
    return _in_turn(offices, Side(offices[0].key, "ELI"))


def sector_of(words: str) -> str:
    """Sector of a role or list of sectors in words ("Executive,Foreign Ministry,Government")."""
    text = words.casefold()
    for row in _sectors():
        if row[0] in text:
            return row[1]
    return ""


@functools.cache
def _sectors() -> tuple[tuple[str, str], ...]:
    return tuple((row["pattern"], row["sector"]) for row in table("sectors.csv", _HERE))


def _in_turn(sides: list[Side], otherwise: Side | None = None) -> tuple[Side, ...]:
    """Sides laid end to end: no two overlap, and the whole calendar is covered.

    Where two hold on one day the one that began later has it (a new office goes before an
    open-ended old one); before the first and after the last, and in gaps, ``otherwise``,
    or else the nearest side that is left.
    """
    if not sides:
        return ()
    if len(sides) == 1 and otherwise is None:
        return (dataclasses.replace(sides[0], first=FIRST, last=LAST),)
    edges = sorted({FIRST, *(s.first for s in sides), *(_next(s.last) for s in sides)})
    ends = [*(edge - dt.timedelta(days=1) for edge in edges[1:]), LAST]
    out: list[Side] = []
    for first, last in zip(edges, ends, strict=True):
        here = [side for side in sides if side.first <= first and last <= side.last]
        if here:
            chosen = max(here, key=lambda side: side.first)
        elif otherwise is not None:
            chosen = otherwise
        else:
            chosen = min(sides, key=lambda side: _far(side, first, last))
        piece = dataclasses.replace(chosen, first=first, last=last)
        if out and (out[-1].key, out[-1].sector) == (piece.key, piece.sector):
            out[-1] = dataclasses.replace(out[-1], last=last)
        else:
            out.append(piece)
    return tuple(out)


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1) if day < LAST else FIRST


def _far(side: Side, first: dt.date, last: dt.date) -> int:
    return max((first - side.last).days, (side.first - last).days)
