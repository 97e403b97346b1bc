"""Worlds of dated acts with a known truth, and the list that a casebook would have of them.

Acts of two kinds fall on random days of three years. A list has each act, or lacks some; its
date is the day, a span of days that begins on it (a visit), the month, a span of two months, or
the year.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from detente.claims import run
from detente.claims.claim import Claim

FIRST, LAST = dt.date(2011, 1, 1), dt.date(2013, 12, 31)
PERIOD = {"from": "2011-07-10", "to": "2013-06-20"}
EXACT = ("day", "span")
#: A verdict that the planted truth can prove wrong.
FIRM = {"supported": True, "contradicted": False}


class Said(str):
    """The word of a verdict, with its reason."""

    reason: str


@dataclasses.dataclass(frozen=True)
class World:
    """True days of the acts of each kind, the folder with the list, and its specification."""

    acts: dict[str, list[dt.date]]
    folder: Path
    file: str
    complete: bool

    def source(self, kind: str) -> dict[str, Any]:
        """The list's acts of a kind."""
        return {"file": self.file, "where": {"kind": kind}}

    def verdict(self, kind: str, **spec: Any) -> Said:
        """The verdict on a claim, which is told that the list is complete where it is."""
        if self.complete:
            spec["complete"] = {"from": str(FIRST), "to": str(LAST), "why": "so it was made"}
        found = run.test(Claim("c", "c", kind, spec, self.folder), None)
        said = Said(found.verdict)
        said.reason = found.reason
        return said


def world(random: np.random.Generator, folder: Path, complete: bool, mean: float = 3.0) -> World:
    """A world of its own, with its list as a CSV in ``folder``."""
    acts, rows = {}, []
    for kind in ("a", "b"):
        days = random.integers(0, (LAST - FIRST).days + 1, random.poisson(mean))
        acts[kind] = sorted(FIRST + dt.timedelta(int(day)) for day in days)
        rows += [
            {"date": written(random, day), "kind": kind, "good": "yes" if random.random() < 0.7 else "no"}
            for day in acts[kind]
            if complete or random.random() < 0.7
        ]  # fmt: skip
    name = f"w{random.integers(1 << 60)}.csv"
    with (folder / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["date", "kind", "good"])
        writer.writeheader()
        writer.writerows([*rows, {"date": "1900-01-01", "kind": "none", "good": ""}])
    return World(acts, folder, name, complete)


def written(random: np.random.Generator, day: dt.date) -> str:
    """A day as a record has it, in EDTF."""
    how = random.choice(["day", "span", "month", "months", "year"], p=[0.5, 0.1, 0.2, 0.1, 0.1])
    if how == "span":
        return f"{day}/{day + dt.timedelta(int(random.integers(1, 6)))}"
    if how == "months":
        other = day + dt.timedelta(int(random.integers(-31, 32)))
        low, high = sorted((day, min(max(other, FIRST), LAST)))
        return f"{low:%Y-%m}/{high:%Y-%m}"
    return str(day)[: {"day": 10, "month": 7, "year": 4}[how]]


def about(random: np.random.Generator, day: dt.date) -> tuple[str, dt.date, dt.date]:
    """A date as a claim says it, which may be off: EDTF, and its first and last day."""
    day += dt.timedelta(int(random.choice([0, 0, 1, -40, 40, 200])))
    day = min(max(day, FIRST), LAST)
    length = int(random.choice([4, 7, 10]))
    text = str(day)[:length]
    if length == 10:
        return text, day, day
    low = day.replace(day=1, **({"month": 1} if length == 4 else {}))
    step = 366 if length == 4 else 31
    after = (low + dt.timedelta(step)).replace(day=1)
    return text, low, after - dt.timedelta(1)
