"""The acts that moved a dyad most: those a reader asks about when looking at the line."""

from __future__ import annotations

import dataclasses

from detente.engine.sql import Engine
from detente.measure import states
from detente.measure.periods import By, label


@dataclasses.dataclass(frozen=True, slots=True)
class Largest:
    """A period in which much was done: its heaviest act, and how many there were.

    ``weight`` is that act's intensity, ``sum`` that of all acts of the period (−10…10 each).
    """

    period: str
    date: str
    source: str
    target: str
    event_type: str
    weight: float
    acts: int
    sum: float


_PEAKS = """
SELECT period, CAST(sum(n) AS BIGINT) AS acts, CAST(sum(milli * n) AS BIGINT) AS milli
FROM judged WHERE fate = 'counted' AND ((source = $a AND target = $b) OR (source = $b AND target = $a))
GROUP BY period ORDER BY milli {order}, period LIMIT {number}
"""
_HEAVIEST = """
SELECT date_text, source, target, event_type, milli FROM acts
WHERE fate = 'counted' AND period = $period
    AND ((source = $a AND target = $b) OR (source = $b AND target = $a))
ORDER BY milli {order}, date_text, source, event_type LIMIT 1
"""


def largest(
    engine: Engine, dyad: str, by: By = "month", number: int = 3, check_states: bool = True
) -> list[Largest]:
    """The periods with the lowest and with the highest sum of intensity, oldest first.

    Parameters
    ----------
    engine
        Holds the tables ``judged`` and ``acts`` that an index or panel has left.
    dyad, by, check_states
        As in :func:`detente.measure.index.index`.
    number
        How many of each; periods whose sum is on the wrong side of zero are left out.
    """
    a, b = states.pair(dyad, check_states)
    found = [
        one
        for order, sign in (("ASC", -1), ("DESC", 1))
        for one in _peaks(engine, a, b, by, order, number)
        if one.sum * sign > 0
    ]
    return sorted(found, key=lambda one: (one.period, one.date))


def _peaks(engine: Engine, a: str, b: str, by: By, order: str, number: int) -> list[Largest]:
    out = []
    peaks = engine.columns(_PEAKS.format(order=order, number=number), {"a": a, "b": b})
    for period, acts, milli in zip(peaks["period"], peaks["acts"], peaks["milli"], strict=True):
        row = engine.columns(_HEAVIEST.format(order=order), {"a": a, "b": b, "period": int(period)})
        out.append(
            Largest(
                label(int(period), by),
                str(row["date_text"][0]),
                str(row["source"][0]),
                str(row["target"][0]),
                str(row["event_type"][0]),
                float(row["milli"][0]) / 1000,
                int(acts),
                float(milli) / 1000,
            )
        )
    return out
