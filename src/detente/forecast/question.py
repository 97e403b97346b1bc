"""Questions in the claim language: an event on record, a horizon, an as-of date, a resolution.

    - id: launch
      says: At least one day with a missile launch
      kind: forecast
      events: {table: tests, where: {kind: missile-test}}
      history: {from: 2012-01-01, why: …}
      horizon: [1, 3, 6, 12]
      as_of: 2017-11-10
      at_least: 1
      per: days

The horizon begins on the as-of date and ends the day before the same day of a later month.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from detente.claims.claim import Claim
from detente.claims.claim import load as load_claims
from detente.claims.inputs import Inputs
from detente.errors import ClaimError
from detente.forecast import combine
from detente.forecast.history import Lead, Timeline, acts, add_months, timeline, values
from detente.forecast.track import MODELS, TRAINING
from detente.record.casebook import Casebook
from detente.schema import bounds

KIND = "forecast"
#: Months of history below which a question is not answered.
LEAST = TRAINING + 12


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One question: ``horizons`` in months, ``at_least`` acts (``per`` days or rows)."""

    claim: Claim
    inputs: Inputs
    as_of: dt.date
    horizons: tuple[int, ...]
    at_least: int
    per: str
    model: str

    def until(self, months: int) -> dt.date:
        """The last day of a horizon."""
        return add_months(self.as_of, months) - dt.timedelta(1)


def load(
    path: str | Path, as_of: str | None = None, casebook: Casebook | None = None
) -> list[Question]:
    """The questions of a claims file, in its order; claims of other kinds are passed over.

    Parameters
    ----------
    path
        A claims file with claims of kind ``forecast``.
    as_of
        A day (``2017-11-10``) that overrides that of every question. Today is never read.
    casebook
        The casebook whose tables the questions name.

    Raises
    ------
    ClaimError
        As in :func:`detente.claims.claim.load`; no question in the file; no as-of date; a
        date that does not exist.
    """
    chosen = None if as_of is None else _day(as_of, "--as-of")
    claims = [claim for claim in load_claims(path, casebook) if claim.kind == KIND]
    if not claims:
        raise ClaimError(
            path, "no claim of kind forecast", "at least one",
            "give a file with questions; detente test judges the other kinds",
        )  # fmt: skip
    return [of(claim, chosen) for claim in claims]


def of(claim: Claim, as_of: dt.date | None = None) -> Question:
    """The question that a claim of kind ``forecast`` asks; as in :func:`load`."""
    spec, data = claim.spec, Inputs(claim, claim.casebook)
    if as_of is None:
        if "as_of" not in spec:
            raise data.error(
                "as_of", "the key is missing", "a day such as 2017-11-10",
                "write as_of, or give --as-of: today's date is never read",
            )  # fmt: skip
        as_of = _day(spec["as_of"], f"{claim.where}, claim {claim.claim_id}, key as_of")
    horizon = spec["horizon"]
    horizons = tuple(sorted(set(horizon if isinstance(horizon, list) else [horizon])))
    return Question(
        claim, data, as_of, horizons, spec.get("at_least", 1), spec.get("per", "days"),
        spec.get("model", combine.NAME),
    )  # fmt: skip


def record(question: Question) -> Timeline:
    """Everything on record that the question counts, and its covariates, to the record's end.

    Raises
    ------
    ClaimError
        A file, table or column that is not there; a table that is not known to be complete
        and a question that does not say from when to when it may be counted; too short a
        history; an as-of date after the end of the record.
    """
    data, spec = question.inputs, question.claim.spec
    start, end = _period(question)
    if question.as_of > end + dt.timedelta(1):
        raise data.error(
            "as_of", f"{question.as_of}, but the record ends on {end}",
            f"a day up to {end + dt.timedelta(1)}",
            "bring the table up to date: months without rows would pass for quiet ones",
        )  # fmt: skip
    if add_months(start, LEAST) > question.as_of:
        raise data.error(
            "history.from", f"a record from {start}, and a question as of {question.as_of}",
            f"at least {LEAST} months of history before the as-of date",
        )  # fmt: skip
    events = data.events(spec["events"])
    leads = tuple(_lead(question, k, start, end) for k in range(len(spec.get("covariates", ()))))
    return timeline(events, start, end, question.per, leads)


def _period(question: Question) -> tuple[dt.date, dt.date]:
    data, spec = question.inputs, question.claim.spec
    asked = spec.get("history", {})
    known = data.complete({}, spec["events"])
    start = _ends(data, asked["from"], "history.from")[0] if "from" in asked else known.start
    end = _ends(data, asked["to"], "history.to")[1] if "to" in asked else known.end
    if start is None or end is None:
        raise data.error(
            "history", "the rows are not known to be complete, and no period is given",
            "history: {from: …, to: …, why: …}",
            "say from when to when the rows may be counted",
        )  # fmt: skip
    if known.start is not None and start < known.start:
        raise data.error(
            "history.from", f"{start}, but the table is complete only from {known.start}",
            f"a day from {known.start} on",
        )  # fmt: skip
    if known.end is not None and end > known.end:
        raise data.error(
            "history.to", f"{end}, but the table is complete only to {known.end}",
            f"a day up to {known.end}",
        )  # fmt: skip
    return start, end


def _lead(question: Question, number: int, start: dt.date, end: dt.date) -> Lead:
    about: dict[str, Any] = question.claim.spec["covariates"][number]
    key = f"covariates.{number}"
    if "series" in about:
        return values(about["name"], question.inputs.series(about["series"], f"{key}.series"))
    found = question.inputs.events(about["events"], f"{key}.events")
    return acts(about["name"], found, start, end)


def _ends(data: Inputs, text: str, key: str) -> tuple[dt.date, dt.date]:
    try:
        return bounds(text)
    except Exception:  # the date library raises many kinds
        raise data.error(key, repr(text), "a day, month or year such as 2012-01-01") from None


def _day(text: str, where: str) -> dt.date:
    try:
        if len(text) == 10:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise ClaimError(where, repr(text), "a day such as 2017-11-10")


def models() -> tuple[str, ...]:
    """Names a question may give as ``model``."""
    return (*MODELS, combine.NAME)
