"""The casebook's offices against its own visits and acts: who was what, and alive, on the day."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

from compare.common import (
    MISSING_HERE,
    VALUE,
    Compared,
    Disagreement,
    records_of,
)  # fmt: skip
from detente.record.casebook import Casebook, Record
from detente.schema import bounds

VISITORS, TITLES, DEATHS = "offices / visits", "offices / titles", "deaths / later acts"
#: Levels of the table of visits -> ranks of the table of offices that bear them out.
_LEVEL_RANKS = {
    "head": ("head-of-state", "head-of-party"),
    "premier": ("head-of-government",),
    "foreign-minister": ("foreign-minister",),
    "standing-committee": ("standing-committee",),
    "deputy-head": ("deputy",),
    "envoy": ("envoy",),
}
#: Levels for which the table of offices means to hold everybody.
_COMPLETE_LEVELS = ("head", "premier", "foreign-minister")
#: Words before a name -> ranks that bear them out; the longest word that fits is taken.
_TITLE_RANKS = {
    "vice-premier": ("deputy",),
    "vice-president": ("deputy",),
    "premier": ("head-of-government",),
    "prime minister": ("head-of-government",),
    "president": ("head-of-state",),
    "foreign minister": ("foreign-minister",),
}
#: Kinds of act in which the dead are named.
_OF_THE_DEAD = ("condolence", "death", "execution", "assassination", "anniversary", "statement")


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """An office of a person: rank, first and last day as EDTF ('' for open)."""

    rank: str
    start: str
    end: str

    def __str__(self) -> str:
        """As a reader writes it: rank and years."""
        return f"{self.rank} {self.start or '..'}/{self.end or '..'}"


def terms_of(case: Casebook, person: str, ranks: Iterable[str] = ()) -> list[Term]:
    """Terms of a person in the table of offices, in order; of some ranks only if given."""
    wanted = set(ranks)
    terms = {
        Term(name.rank, name.start, name.end)
        for name in case.people
        if name.form == "person" and name.person == person and (not wanted or name.rank in wanted)
    }
    return sorted(terms, key=lambda term: (term.start, term.rank))


def covered(terms: Iterable[Term], record: Record) -> bool:
    """Whether one of the terms can overlap the days of a record."""
    first, last = record.span
    for term in terms:
        begins = bounds(term.start)[0] if term.start else None
        ends = bounds(term.end)[1] if term.end else None
        if (begins is None or begins <= last) and (ends is None or first <= ends):
            return True
    return False


def visitors(case: Casebook, _: Path) -> Compared:
    """Check that each visitor held an office of the visit's level on its days.

    Persons whom the table of offices does not know are a disagreement only at levels that it
    means to hold in full; "here" is the visit, "there" the offices.

    Raises
    ------
    CasebookError
        The casebook has no table of visits with visitor and level.
    """
    found = []
    compared = unknown = 0
    for record in records_of(case, "visits", ("visitor", "level", "office")):
        level = record.extra["level"]
        ranks = _LEVEL_RANKS.get(level)
        if ranks is None:
            continue
        for name in (part.strip() for part in record.extra["visitor"].split(";")):
            terms = terms_of(case, name, ranks)
            here = f"{name}, {record.extra['office']} ({level})"
            if not terms and level not in _COMPLETE_LEVELS:
                unknown += 1
                continue
            compared += 1
            if not covered(terms, record):
                every = terms_of(case, name)
                there = "; ".join(map(str, terms or every))
                kind = VALUE if every else MISSING_HERE
                why = "" if terms else "no office of that level in the table"
                found.append(Disagreement(VISITORS, record.date, here, there, kind, why))
    fact = f"{unknown} visitors below foreign minister are not in the table of offices"
    return Compared(VISITORS, compared, found, (fact,))


def titles(case: Casebook, _: Path) -> Compared:
    """Check titles that the casebook's sentences give to persons ("Premier Wen Jiabao")."""
    persons = {name.person for name in case.people if name.form == "person" and name.person}
    if not persons:
        return Compared(TITLES, 0, [])
    words = "|".join(sorted(_TITLE_RANKS, key=len, reverse=True))
    names = "|".join(sorted(map(re.escape, persons), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?<!vice )({words}) ({names})(?!\w)", re.IGNORECASE)
    found = []
    compared = 0
    for record in case.records:
        if record.table == "tests":
            continue
        for match in pattern.finditer(record.title):
            compared += 1
            terms = terms_of(case, match[2], _TITLE_RANKS[match[1].lower()])
            if not covered(terms, record):
                every = terms or terms_of(case, match[2])
                found.append(
                    Disagreement(TITLES, record.date, f"{record.record_id}: {match[0]}",
                                 "; ".join(map(str, every)), VALUE)
                )  # fmt: skip
    return Compared(TITLES, compared, found)


def after_death(case: Casebook, _: Path) -> Compared:
    """Find acts of persons after the day on which the casebook has them die.

    The first of the people of a death, an execution or an assassination is the one who dies.
    """
    ends = {
        record.people[0]: record
        for record in case.records
        if record.kind in ("death", "execution", "assassination") and record.people
    }
    found = []
    compared = 0
    for record in case.records:
        for name in record.people:
            if name not in ends or record.kind in _OF_THE_DEAD:
                continue
            compared += 1
            if record.span[0] > ends[name].span[1]:
                found.append(
                    Disagreement(DEATHS, record.date, f"{record.record_id} names {name}",
                                 f"{ends[name].record_id}", VALUE)
                )  # fmt: skip
    return Compared(DEATHS, compared, found)
