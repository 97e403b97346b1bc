"""Which codes name states or bodies, and when each existed (COW state system)."""

from __future__ import annotations

import datetime as dt
import difflib
import functools

from detente.errors import InputError
from detente.ontology import table
from detente.schema import bounds

FIRST, LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)


@functools.cache
def lifetimes() -> dict[str, tuple[dt.date, dt.date]]:
    """First and last day of each code; the whole calendar where COW gives no dates.

    States from ``states.csv``; bodies (UNSC, EUR, …) from ``bodies.csv``, because coded
    events may be aimed at them. A code in both tables is the state's.
    """
    found = {
        row["code"]: _span(row["start"], row["end"])
        for row in table("bodies.csv", "detente.read.gazetteer")
    }
    for row in table("states.csv", "detente.read.gazetteer"):
        found[row["iso3"]] = _span(row["start"], row["end"])
    return found


@functools.cache
def names() -> dict[str, str]:
    """English name of each state, by code."""
    return {row["iso3"]: row["name"] for row in table("states.csv", "detente.read.gazetteer")}


def _span(start: str, end: str) -> tuple[dt.date, dt.date]:
    return bounds(start)[0] if start else FIRST, bounds(end)[1] if end else LAST


def close(code: str) -> list[str]:
    """Codes that look like ``code``, or whose state bears that name, with their names."""
    known = names()
    wanted = code.strip()
    hits = [iso3 for iso3, name in known.items() if name.lower() == wanted.lower()]
    hits += difflib.get_close_matches(wanted.upper(), list(known), n=4, cutoff=0.5)
    by_name = difflib.get_close_matches(wanted.title(), list(known.values()), n=2, cutoff=0.75)
    hits += [iso3 for iso3, name in known.items() if name in by_name]
    return [f"{iso3} ({known[iso3]})" for iso3 in dict.fromkeys(hits)]


def pair(dyad: str, check: bool = True) -> tuple[str, str]:
    """The two codes of ``CHN-PRK``, in alphabetical order.

    Raises
    ------
    InputError
        Not two codes, twice the same one, or (with ``check``) a code nobody bears.
    """
    where = f"--dyad {dyad}"
    parts = [part.strip() for part in dyad.split("-")] if check else dyad.split("-", 1)
    if check:
        parts = [part.upper() for part in parts]
    if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:
        raise InputError(where, repr(dyad), "two different codes joined by a hyphen: CHN-PRK")
    for code in parts if check else ():
        if code not in lifetimes():
            near = close(code)
            raise InputError(
                where, f"the code {code!r}, which no state or body bears",
                "an ISO 3166 alpha-3 code, or SUN, DDR, YUG, CSK, … for states that ended",
                f"did you mean {' or '.join(near)}?" if near else "",
            )  # fmt: skip
    first, second = sorted(parts)
    return first, second
