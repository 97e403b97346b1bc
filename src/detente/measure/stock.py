"""The event-stock index: acts move a level that saturates towards its bounds.

The formula is that of Tsinghua University's index of China's relations with major powers
(Yan Xuetong and Zhou Fangyin 2004, revised 2010): an act of weight ``I`` moves the level
``S`` by ``I (N − S) / N`` when it is cooperative and by ``I (N + S) / N`` when it is not, so
that the level stays between ``−N`` and ``N``. Weights here are the conflict–cooperation
scale times ``GAIN``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from detente import ontology

#: Bound of the level, on the intensity scale.
BOUND = 10.0
#: How far an act of weight 10 moves a level of zero.
GAIN = 0.08


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """A dated act: its day (the first, for an interval), PLOVER type and mode."""

    day: dt.date
    event_type: str
    mode: str = ""


def event_stock(acts: Iterable[Act], start: float = 0.0) -> list[tuple[str, float]]:
    """Level at the end of each month from the first act to the last.

    Returns
    -------
    list of (month ``YYYY-MM``, level −10…10), no month left out
    """
    ordered = sorted(acts, key=lambda act: act.day)
    if not ordered:
        return []
    level, out, at = start, [], 0
    year, month = ordered[0].day.year, ordered[0].day.month
    while at < len(ordered):
        while at < len(ordered) and (ordered[at].day.year, ordered[at].day.month) == (year, month):
            weight = GAIN * ontology.intensity(ordered[at].event_type, ordered[at].mode)
            room = BOUND - level if weight >= 0 else BOUND + level
            level += weight * room / BOUND
            at += 1
        out.append((f"{year}-{month:02}", round(level, 4)))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return out
