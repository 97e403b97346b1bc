"""Dates as publishers write them, to EDTF."""

from __future__ import annotations

import datetime as dt

from detente.schema import bounds


def compact(text: str) -> str:
    """``20140131`` (GDELT) to EDTF.

    Raises
    ------
    ValueError
        Not a day.
    """
    return dt.datetime.strptime(text, "%Y%m%d").date().isoformat()


def iso_day(text: str) -> str:
    """``2014-01-31``, with or without a time of day, to EDTF.

    Raises
    ------
    ValueError
        Not a day.
    """
    return dt.date.fromisoformat(text[:10]).isoformat()


def edtf(text: str) -> str:
    """An EDTF date as it is.

    Raises
    ------
    ValueError
        Not EDTF.
    """
    bounds(text)
    return text
