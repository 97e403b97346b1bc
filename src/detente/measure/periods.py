"""Months, weeks and years as consecutive integers, so that zeros can be filled in between."""

from __future__ import annotations

import datetime as dt
from typing import Literal

By = Literal["week", "month", "year"]
GRAINS: tuple[By, ...] = ("week", "month", "year")
#: Length of a period in months; the drift of a state over a period grows with its root.
MONTHS: dict[By, float] = {"week": 7 / 30.436875, "month": 1.0, "year": 12.0}


def ordinal(day: dt.date, by: By) -> int:
    """Number of the period that holds a day. Weeks start on Monday (ISO 8601)."""
    if by == "month":
        return day.year * 12 + day.month - 1
    return day.year if by == "year" else (day.toordinal() - 1) // 7


def first_day(number: int, by: By) -> dt.date:
    """First day of a period."""
    if by == "month":
        return dt.date(number // 12, number % 12 + 1, 1)
    return dt.date(number, 1, 1) if by == "year" else dt.date.fromordinal(number * 7 + 1)


def label(number: int, by: By) -> str:
    """What a period is called: ``2018-01``, ``2018``, or the ISO date of a week's Monday."""
    day = first_day(number, by)
    return day.isoformat() if by == "week" else day.isoformat()[: 7 if by == "month" else 4]
