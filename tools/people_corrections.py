"""Errors of the dictionary of leaders: rows kept by hand, and two rules."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from detente.record.importers.sides import folded
from detente.schema import bounds
from people_archigos import Chief, same_leader
from people_names import rows
from people_terms import BEFORE, SINCE, Term

# States that had heads of their own before they entered the COW state system, and since when.
LATE = {"KIR": "1979-07-12", "NRU": "1968-01-31", "TUV": "1978-10-01", "WSM": "1962-01-01"}
LATE |= dict.fromkeys(("AND", "LIE", "MCO", "PSE", "SMR", "TON"), "1900")


def corrected(
    terms: list[Term], path: Path, states: dict[str, dict[str, str]], drops: Counter[str]
) -> Iterator[Term]:
    """Terms without those known to be wrong.

    ``path`` has ``person``, ``iso3`` and, where only one term is meant, ``start``; ``to`` is
    empty (no such head), a state's code (that state's), ``other`` (an office, but no head's),
    ``end`` (only the end is wrong) or ``start=`` and a day. A head who was gone before the
    state was born is a governor of the power before, or premier of a part of it.
    """
    table: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows(path):
        table.setdefault((folded(row["person"]), row["iso3"]), []).append(row)
    used: set[tuple[str, str, str]] = set()
    for term in terms:
        born = LATE.get(term.iso3) or states.get(term.iso3, {}).get("start", "")
        unborn = bool(born) and term.iso3 not in BEFORE
        if term.rank == "head" and unborn and term.days[1] < bounds(born)[0]:
            drops["head before the state was born"] += 1
            continue
        found = table.get((folded(term.person), term.iso3), [])
        row = next((r for r in found if r["start"] in {"", term.start}), None)
        if row is None or term.rank not in {"head", "other"}:
            yield term
            continue
        used.add((row["person"], row["iso3"], row["start"]))
        if not row["to"]:
            drops["head by mistake, dropped by hand"] += 1
            continue
        yield _put_right(term, row)
    for group in table.values():
        for row in group:
            if (row["person"], row["iso3"], row["start"]) not in used:
                drops[f"correction without a term: {row['person']}, {row['iso3']}"] += 1


def _put_right(term: Term, row: dict[str, str]) -> Term:
    term = dataclasses.replace(term, end=row["end"] or term.end)
    if row["to"].startswith("start="):
        return dataclasses.replace(term, start=row["to"].removeprefix("start="))
    if row["to"] == "other":
        return dataclasses.replace(
            term, office=row["why"].split(",")[0].split(";")[0], rank="other"
        )
    if row["to"] == "end":
        return term
    return dataclasses.replace(term, iso3=row["to"])


def within(term: Term, chiefs: list[Chief]) -> Term:
    """A head of the United States for the days of the presidency, not those before it as vice."""
    days = [c.term for c in chiefs if c.term.iso3 == "USA" and same_leader(term, c)]
    if term.iso3 != "USA" or not days:
        return term
    first, last = min(days, key=lambda t: t.days), max(days, key=lambda t: t.days[1])
    start = max(bounds(first.start)[0], term.days[0]) if term.days[0] >= SINCE else None
    end = min(last.days[1], term.days[1])
    return dataclasses.replace(
        term, start=start.isoformat() if start else term.start, end=end.isoformat()
    )
