"""What is on record, and the one function that cuts it at an as-of date.

A :class:`Timeline` holds everything a question counts, later acts too: they resolve it. A
model is given a :class:`History`, which only :func:`cut` makes, and which refuses to hold
an act of the as-of date or later.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.claims.inputs import Dated, Point

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: An act whose date spans more days than this is put into no month.
COARSE = 31


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """Something that may come before the acts: other acts (``value`` is ``None``), or a series.

    ``place`` is the day an entry is put on, ``known`` the day by which it had happened, both as
    ordinals, sorted by ``known``.
    """

    name: str
    place: Ints
    known: Ints
    value: Floats | None


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """The acts a question counts, from ``start`` to ``end``, the last day of the record.

    ``place`` and ``known`` as in :class:`Lead`; ``left_out`` counts acts whose date is too
    coarse to be put into a month.
    """

    start: dt.date
    end: dt.date
    place: Ints
    known: Ints
    leads: tuple[Lead, ...] = ()
    left_out: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """What was known on the morning of ``as_of``: acts from ``start`` to the day before.

    ``days`` are ordinals, sorted, one for each act counted.

    Raises
    ------
    ValueError
        An act or a covariate is not older than ``as_of``: a leak, never to be caught.
    """

    start: dt.date
    as_of: dt.date
    days: Ints
    leads: tuple[Lead, ...] = ()

    def __post_init__(self) -> None:
        limit = self.as_of.toordinal()
        for name, days in (("acts", self.days), *((lead.name, lead.known) for lead in self.leads)):
            if days.size and int(days.max()) >= limit:
                late = dt.date.fromordinal(int(days.max()))
                raise ValueError(f"leak: {name} of {late} in a history as of {self.as_of}")


def timeline(
    events: Iterable[Dated], start: dt.date, end: dt.date, per: str, leads: Sequence[Lead] = ()
) -> Timeline:
    """The acts between two days, both included; ``per`` is ``days`` or ``rows``.

    An act known to the day (or by the first day of an interval) is put on that day. One
    known to the month is put on its middle, and is known when the month is over.
    """
    place, known, left_out = _placed(events, start, end)
    if per == "days" and place.size:
        order = np.lexsort((known, place))
        place, first = np.unique(place[order], return_index=True)
        known = known[order][first]
    order = np.argsort(known, kind="stable")
    return Timeline(start, end, place[order], known[order], tuple(leads), left_out)


def acts(name: str, events: Iterable[Dated], start: dt.date, end: dt.date) -> Lead:
    """Other acts as a covariate: how many there were lately."""
    place, known, _ = _placed(events, start, end)
    order = np.argsort(known, kind="stable")
    return Lead(name, place[order], known[order], None)


def values(name: str, points: Iterable[Point]) -> Lead:
    """A series as a covariate: its last value whose period was over."""
    rows = sorted((point.high.toordinal(), point.value) for point in points)
    known = np.array([day for day, _ in rows], dtype=np.int64)
    return Lead(name, known, known, np.array([value for _, value in rows], dtype=float))


def _placed(events: Iterable[Dated], start: dt.date, end: dt.date) -> tuple[Ints, Ints, int]:
    place, known, left_out = [], [], 0
    for event in events:
        day = event.day
        low, high = (day, day) if day else (event.low, event.high)
        if high < start or low > end:
            continue
        if (high - low).days >= COARSE or low < start or high > end:
            left_out += 1
            continue
        place.append((low.toordinal() + high.toordinal()) // 2)
        known.append(high.toordinal())
    return np.array(place, dtype=np.int64), np.array(known, dtype=np.int64), left_out


def cut(line: Timeline, as_of: dt.date) -> History:
    """The history as of a day: every act and covariate known before it, nothing else.

    The one place where the past is parted from the future.
    """
    limit = as_of.toordinal()
    leads = []
    for lead in line.leads:
        n = int(np.searchsorted(lead.known, limit))
        value = None if lead.value is None else lead.value[:n]
        leads.append(Lead(lead.name, lead.place[:n], lead.known[:n], value))
    days = np.sort(line.place[: int(np.searchsorted(line.known, limit))])
    return History(line.start, as_of, days, tuple(leads))


def happened(days: Ints, starts: Ints, ends: Ints) -> Ints:
    """Acts from each start up to, not including, each end; ``days`` sorted. For scoring only."""
    out: Ints = np.searchsorted(days, ends) - np.searchsorted(days, starts)
    return out


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or its last day where there is none (31 → 30)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def edges(history: History) -> Ints:
    """Ordinals that bound the whole months before ``as_of``, counted back from it.

    Months end on the as-of day of the month, so that none is half over; the first, broken
    one is left out.
    """
    out = [history.as_of]
    while (before := add_months(history.as_of, -len(out))) >= history.start:
        out.append(before)
    return np.array([day.toordinal() for day in reversed(out)], dtype=np.int64)


def monthly(history: History) -> Floats:
    """Acts in each whole month before ``as_of``, oldest first."""
    counts: Floats = np.diff(np.searchsorted(history.days, edges(history))).astype(float)
    return counts


def daily(history: History) -> Floats:
    """1 for each day with an act, 0 for the others, from ``start`` to the day before ``as_of``."""
    first = history.start.toordinal()
    out = np.zeros(history.as_of.toordinal() - first)
    out[history.days - first] = 1.0
    return out
