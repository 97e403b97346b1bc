"""The relationship over the years, from the acts of a casebook: index with band, and breaks."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from detente.engine.duckdb import connect
from detente.measure import index
from detente.measure.breaks import Breaks
from detente.measure.history import breaks_in
from detente.record.casebook import Casebook

#: Fewer acts than this make no line.
_FEWEST = 10
#: A step is told when it is likelier than not.
LIKELY = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Relationship:
    """Yearly rows (date, index, lo50, hi50, lo90, hi90), the breaks, and what they rest on.

    A break is a dict with ``at``, ``from``, ``to`` (ISO dates: first year of the new level and
    the ends of its 90 % interval), ``probability`` (0 … 1) and ``size`` (points of intensity).
    ``any_break`` is the probability of at least one; ``None`` where too few years have acts.
    """

    rows: list[dict[str, Any]]
    acts: int
    tables: tuple[str, ...]
    warnings: tuple[str, ...]
    steps: tuple[dict[str, Any], ...] = ()
    any_break: float | None = None


def relationship(case: Casebook, of_text: tuple[str, ...] = ()) -> Relationship | None:
    """The index of a casebook's dyad by year; ``None`` when it holds too few acts between them.

    Each act counts once in each direction in which it was done. Series and calendars do not
    count, nor do acts toward nobody. ``None`` too for a text on states of which none is the
    casebook's (``of_text``): another pair's line misleads.
    """
    if of_text and not {*of_text} & {*case.dyad}:
        return None
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
    engine = connect()
    try:
        found = index.index(columns, dyad, "year", engine=engine)
        broken, years = breaks_in(engine, "-".join(dyad), "year")
    finally:
        engine.close()
    both = [i for i, name in enumerate(found.columns["direction"]) if name == "both"]
    keep = ("index", "lo50", "hi50", "lo90", "hi90")
    rows = [
        {"date": f"{found.columns['month'][i]}-07-01"}
        | {name: float(found.columns[name][i]) for name in keep}
        for i in both
    ]
    if not rows:
        return None  # acts in one direction only
    tables = tuple(sorted({act["table"] for act in acts}))
    change = broken.get("both")
    known = change is not None and bool(change.probabilities)
    return Relationship(
        rows, len(acts), tables, found.warnings, _steps(change, years) if known else (),
        change.any_break if known and change else None,
    )  # fmt: skip


def _steps(found: Breaks | None, years: list[str]) -> tuple[dict[str, Any], ...]:
    """Steps that are likelier than not."""
    return tuple(
        {
            "at": f"{years[one.when]}-01-01",
            "from": f"{years[one.lo90]}-01-01",
            "to": f"{years[one.hi90]}-12-31",
            "probability": one.probability,
            "size": one.size,
        }
        for one in (found.changes if found else ())
        if one.probability >= LIKELY
    )


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
