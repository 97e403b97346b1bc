"""The relationship over the years, from the acts of a casebook: index with band, and stock."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from detente import ontology
from detente.measure import index, stock
from detente.record.casebook import Casebook
from detente.schema import bounds

#: Fewer acts than this make no line.
_FEWEST = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Relationship:
    """Yearly rows (date, index, lo50, hi50, lo90, hi90, stock), and what they rest on."""

    rows: list[dict[str, Any]]
    acts: int
    tables: tuple[str, ...]
    warnings: tuple[str, ...]


def relationship(case: Casebook) -> Relationship | None:
    """The index of a casebook's dyad by year; ``None`` when it holds too few acts between them.

    Each act counts once in each direction in which it was done. Series and calendars do not
    count, nor do acts toward nobody.
    """
    acts = _acts(case)
    return _fitted(tuple(tuple(act.items()) for act in acts), case.dyad)


@functools.lru_cache(maxsize=4)
def _fitted(
    given: tuple[tuple[tuple[str, str], ...], ...], dyad: tuple[str, str]
) -> Relationship | None:
    """The same for its acts alone: fitted once, though the page and its figures both ask."""
    acts = [dict(act) for act in given]
    if len(acts) < _FEWEST:
        return None
    columns = {name: [act[name] for act in acts] for name in acts[0]}
    found = index.index(columns, dyad, "year")
    both = [i for i, name in enumerate(found.columns["direction"]) if name == "both"]
    years = [str(found.columns["month"][i]) for i in both]
    up, down = np.zeros(len(years)), np.zeros(len(years))
    for act in acts:
        low, high = bounds(act["date"])
        if low.year == high.year and str(low.year) in years:
            weight = ontology.intensity(act["event_type"], act["mode"])
            (up if weight > 0 else down)[years.index(str(low.year))] += weight
    level = stock.event_stock(up, down, gain=0.05)
    keep = ("index", "lo50", "hi50", "lo90", "hi90")
    rows = [
        {"date": f"{year}-07-01", "stock": float(level[k])}
        | {name: float(found.columns[name][i]) for name in keep}
        for k, (i, year) in enumerate(zip(both, years, strict=True))
    ]
    tables = tuple(sorted({act["table"] for act in acts}))
    return Relationship(rows, len(acts), tables, found.warnings)


def _acts(case: Casebook) -> list[dict[str, str]]:
    """Acts between the two, one row a direction."""
    return [
        {
            "date": record.date,
            "source_iso3": source,
            "target_iso3": target,
            "event_type": record.event_type,
            "mode": record.mode,
            "table": record.table,
        }
        for record in case.records
        if record.event_type
        for source in record.sources
        for target in record.targets
        if {source, target} == set(case.dyad)
    ]
