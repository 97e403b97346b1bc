"""A folder with a CSV of days and a file of questions, for the forecast tests."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.forecast import question as questions
from detente.forecast.history import Timeline
from detente.forecast.question import Question


def some_days(seed: int = 3, years: int = 9, rate: float = 0.03) -> list[str]:
    """Days from 2006 on, one in thirty."""
    random = np.random.default_rng(seed)
    first = dt.date(2006, 1, 1).toordinal()
    return [
        str(dt.date.fromordinal(first + int(day)))
        for day in np.nonzero(random.random(365 * years) < rate)[0]
    ]


class Desk:
    """A folder with ``acts.csv`` and ``questions.yaml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "questions.yaml"

    def acts(self, dates: Iterable[str], name: str = "acts.csv") -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", "date", "title"])
            writer.writerows([f"a{k}", date, f"act {k}"] for k, date in enumerate(dates))

    def ask(self, **changes: Any) -> Path:
        """Write one question; a change to ``None`` takes a key out."""
        asked: dict[str, Any] = {
            "id": "Q1", "says": "At least one act", "kind": "forecast",
            "events": {"file": "acts.csv"},
            "history": {"from": "2006-01-01", "to": "2014-12-31", "why": "made by hand"},
            "horizon": [1, 3], "as_of": "2012-05-10", "at_least": 1, "per": "days",
        }  # fmt: skip
        asked = {key: value for key, value in (asked | changes).items() if value is not None}
        self.path.write_text(yaml.safe_dump({"claims": [asked]}, sort_keys=False), "utf-8")
        return self.path

    def question(self, **changes: Any) -> Question:
        return questions.load(self.ask(**changes))[0]

    def line(self, **changes: Any) -> Timeline:
        return questions.record(self.question(**changes))
