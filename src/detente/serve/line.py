"""The index of a dyad for its page: fitted once, drawn for the period that is looked at."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from detente.engine.duckdb import connect
from detente.measure import index as indices
from detente.measure.breaks import Breaks
from detente.measure.history import breaks_in
from detente.measure.largest import Largest, largest
from detente.measure.periods import By, ordinal
from detente.schema import bounds
from detente.serve import queries
from detente.serve.table import EventTable
from detente.tell import figures, index_plot

#: Drawn widths of the panels, axes left out: for wide pages and for phones.
_WIDE, _NARROW = 820, 290


@dataclasses.dataclass(frozen=True)
class Line:
    """An index with its breaks and largest acts; ``fates`` says what became of every row."""

    columns: Mapping[str, Any]
    breaks: Mapping[str, Breaks]
    periods: tuple[str, ...]
    acts: tuple[Largest, ...]
    warnings: tuple[str, ...]
    fates: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Drawn:
    """What a page shows of a :class:`Line`: the figure and the words under it."""

    svg: dict[str, str]
    first: str
    last: str
    acts: int
    filled: int
    periods: int
    largest: tuple[Largest, ...]
    steps: tuple[dict[str, Any], ...]
    unanswered: str


def fit(table: EventTable, dyad: str, by: str, dataset: str) -> Line:
    """The index of a dyad from its own events."""
    columns = queries.acts(table, dyad, dataset)
    engine = connect()
    try:
        found = indices.index(columns, dyad, cast(By, by), engine=engine)
        if not len(found.columns["month"]):
            return Line(found.columns, {}, (), (), found.warnings, found.fates)
        breaks, periods = breaks_in(engine, dyad, cast(By, by))
        acts = largest(engine, dyad, cast(By, by))
    finally:
        engine.close()
    return Line(found.columns, breaks, tuple(periods), tuple(acts), found.warnings, found.fates)


def draw(
    line: Line, dyad: str, by: str, since: dt.date | None, until: dt.date | None
) -> Drawn | None:
    """A line's figure from ``since`` to ``until``; ``None`` where nothing is left of it."""
    kept = _within(line, cast(By, by), since, until)
    if kept is None or not len(kept.columns["month"]):
        return None
    months = list(dict.fromkeys(str(one) for one in kept.columns["month"]))
    words = f"Index of {dyad}, {months[0]} to {months[-1]}, with its 50 and 90 % bands"
    svg = {
        name: figures.svg(
            index_plot.chart(kept.columns, kept.breaks, kept.periods, kept.acts, "", width, False),
            words,
        )
        for name, width in (("wide", _WIDE), ("narrow", _NARROW))
    }
    counts = _counts(kept)
    both = line.breaks.get("both")
    return Drawn(
        svg, months[0], months[-1], int(sum(counts)), sum(n > 0 for n in counts), len(counts),
        kept.acts, _steps(kept), both.reason if both else "",
    )  # fmt: skip


def default_grain(table: EventTable, dyad: str) -> str:
    """Months where most of them have an event, else years."""
    found = next((one for one in queries.dyads(table) if one.code == dyad), None)
    if found is None or not (found.first and found.last):
        return "month"
    low, high = bounds(found.first)[0], bounds(found.last)[1]
    months = ordinal(high, "month") - ordinal(low, "month") + 1
    return "month" if found.events >= months / 2 else "year"


def _within(line: Line, by: By, since: dt.date | None, until: dt.date | None) -> Line | None:
    """The periods of a line that lie between two days; the estimates stay as they are."""
    if since is None and until is None:
        return line
    first = ordinal(since, by) if since else None
    last = ordinal(until, by) if until else None

    def inside(label: str) -> bool:
        number = ordinal(bounds(label)[0], by)
        return (first is None or number >= first) and (last is None or number <= last)

    names = [name for name in line.periods if inside(name)]
    if not names:
        return None
    low, high = line.periods.index(names[0]), line.periods.index(names[-1])
    chosen = np.array([inside(str(label)) for label in line.columns["month"]])
    return dataclasses.replace(
        line,
        columns={name: np.asarray(values)[chosen] for name, values in line.columns.items()},
        breaks={name: _clipped(found, low, high) for name, found in line.breaks.items()},
        acts=tuple(act for act in line.acts if act.period in names),
    )


def _clipped(found: Breaks, low: int, high: int) -> Breaks:
    changes = tuple(
        dataclasses.replace(one, lo90=max(one.lo90, low), hi90=min(one.hi90, high))
        for one in found.changes
        if low <= one.when <= high
    )
    return dataclasses.replace(found, changes=changes)


def _counts(line: Line) -> list[int]:
    """Acts of each period, both directions together."""
    total: dict[str, int] = {}
    for label, direction, n in zip(
        line.columns["month"], line.columns["direction"], line.columns["n"], strict=True
    ):
        if ">" in str(direction):
            total[str(label)] = total.get(str(label), 0) + int(n)
    return list(total.values())


def _steps(line: Line) -> tuple[dict[str, Any], ...]:
    """The steps that are drawn, in words: direction, when, between when, by how much."""
    out = []
    for direction, found in line.breaks.items():
        for one in found.changes:
            if one.probability >= index_plot.LIKELY:
                names = line.periods
                out.append({
                    "direction": direction, "when": names[one.when], "from": names[one.lo90],
                    "to": names[one.hi90], "size": one.size, "probability": one.probability,
                })  # fmt: skip
    return tuple(out)
