"""Terms in office, and the states and days that they are cut at."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterator

from detente.schema import bounds

# What a state was before the one now.
BEFORE = {"RUS": "SUN", "DEU": "GFR", "CZE": "CSK", "VNM": "VDR", "YEM": "YAR", "SRB": "SCG"}
BEFORE |= {"SCG": "YUG"}
SINCE = dt.date(1945, 1, 1)
OPEN = dt.date(9999, 12, 31)
HEAD = "leader"
RANKS = ["head-of-state", "head-of-government", "head", "foreign-minister", "minister", "other"]


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Term:
    """Somebody in an office of a state; ``start`` and ``end`` in EDTF.

    ``end`` empty: still held when the table was made; ending in ``?``: last seen then, the
    real end is later or not known.
    """

    person: str
    iso3: str
    start: str
    end: str
    office: str
    rank: str
    source: str
    aliases: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the term, as far as the source goes."""
        first = bounds(self.start)[0] if self.start else SINCE
        return first, bounds(self.end)[1] if self.end else OPEN


def in_states(
    state: str,
    first: dt.date,
    last: dt.date,
    states: dict[str, dict[str, str]],
    drops: Counter[str],
) -> Iterator[tuple[str, dt.date, dt.date]]:
    """The term cut at the birth of states, each part under the state that was there."""
    if state not in states:
        drops[f"no such state: {state}"] += 1
        return
    born = bounds(states[state]["start"])[0] if states[state]["start"] else SINCE
    if state in BEFORE and first < born:
        eve = born - dt.timedelta(days=1)
        yield from in_states(BEFORE[state], first, min(last, eve), states, drops)
        first = born
    if first <= last:
        yield state, first, last


def same_state(one: Term, two: Term) -> bool:
    """Whether two terms serve one state, or a state and the one it grew out of."""
    ours, theirs = one.iso3, two.iso3
    return ours == theirs or BEFORE.get(ours) == theirs or BEFORE.get(theirs) == ours


def clash(one: Term, two: Term) -> bool:
    """Whether two terms share a day."""
    return one.days[0] <= two.days[1] and two.days[0] <= one.days[1]
