"""What comes next: a casebook's forecast questions, asked as of the day a text was written.

A statement about the future is linked to the questions whose ``match`` words it has. To keep a
brief quick the page asks over two horizons only, and rolls the track record over the last
:data:`WINDOW` months instead of all; ``detente forecast`` asks everything.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from detente.claims.check import Checked, match_claims
from detente.claims.claim import Claim
from detente.claims.claim import load as load_claims
from detente.errors import CasebookError, ClaimError
from detente.forecast import question, track
from detente.forecast.answer import answer
from detente.forecast.history import Timeline, cut, monthly
from detente.forecast.question import Question
from detente.read.coder import Reading
from detente.record.casebook import Casebook
from detente.schema import bounds

#: The file of questions, where ``detente.forecasts`` of the data package names no other.
FILE = "forecasts.yaml"
#: Months before the as-of date over which the page rolls weights and track record.
WINDOW = 48
#: Horizons in months where acts are frequent, and where they are rare.
FREQUENT, RARE = (1, 6), (3, 12)
#: Share of past months with an act from which acts count as frequent.
OFTEN = 0.2
#: A date that spans more days than this gives no as-of date.
COARSE = 31
#: What the base rate is called among the models.
BASE = "climatology"
_HELD = 256
_ANSWERS: dict[str, list[dict[str, Any]]] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question: ``statements`` (ids) that ask it, ``answers`` (one a horizon), or why none."""

    question_id: str
    says: str
    statements: tuple[str, ...]
    answers: tuple[dict[str, Any], ...]
    why_not: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """The questions a text raises; ``as_of`` (ISO 8601) is empty where its date is too vague."""

    as_of: str = ""
    asked: tuple[Asked, ...] = ()

    def of_statement(self, statement_id: str) -> list[Asked]:
        """The questions that a statement asks and that were answered."""
        return [one for one in self.asked if one.answers and statement_id in one.statements]


NOTHING = Outlook()


def outlook(
    reading: Reading,
    checked: Sequence[Checked],
    case: Casebook,
    progress: Callable[[str], None] = lambda _: None,
) -> Outlook:
    """Answer the questions that a text raises, as of its date.

    Questions that a statement about the future is linked to by words; where a text has
    forecasts but none is linked, every question of the casebook. Nothing for a text that asks
    nothing of the future, nor for a casebook without questions.

    Raises
    ------
    CasebookError
        The data package names a file of questions that is not there.
    ClaimError
        The file of questions breaks the claim language.
    """
    open_ones = [item for item in checked if _open(item)]
    path = questions_of(case)
    if not open_ones or path is None:
        return NOTHING
    claims = [claim for claim in load_claims(path, case) if claim.kind == question.KIND]
    links = _links(reading, open_ones, claims)
    if not links and not any(item.statement.kind == question.KIND for item in open_ones):
        return NOTHING
    chosen = [c for c in claims if c.claim_id in links] or claims
    places = {item.statement.statement_id: k for k, item in enumerate(checked)}
    chosen.sort(key=lambda c: min((places[i] for i in links.get(c.claim_id, ())), default=0))
    as_of = _as_of(reading.document.date)
    asked = tuple(
        _asked(claim, as_of, links.get(claim.claim_id, ()), case, progress) for claim in chosen
    )
    return Outlook(str(as_of) if as_of else "", asked)


def questions_of(case: Casebook) -> Path | None:
    """The casebook's file of questions; ``None`` where it has none.

    Raises
    ------
    CasebookError
        ``detente.forecasts`` names a file that is not in the casebook.
    """
    package = case.folder / "datapackage.json"
    about = json.loads(package.read_text("utf-8")).get("detente", {}) if package.is_file() else {}
    path = case.folder / str(about.get("forecasts", FILE))
    if path.is_file() and path.resolve().is_relative_to(case.folder.resolve()):
        return path
    if "forecasts" in about:
        raise CasebookError(
            f"{package}, detente.forecasts", f"{about['forecasts']!r}, which is no file of it",
            "the name of a file in the casebook's folder", "mend the name, or leave the key out",
        )  # fmt: skip
    return None


def _open(item: Checked) -> bool:
    """Whether a statement is about what is still to come, or a claim that only time decides."""
    return item.statement.kind == question.KIND or (
        item.claim is not None and item.claim.kind == "untestable" and "as_of" in item.claim.spec
    )


def _links(
    reading: Reading, items: Sequence[Checked], claims: Sequence[Claim]
) -> dict[str, tuple[str, ...]]:
    """Question id to the ids of the statements that ask it; a statement may ask several."""
    wanted = {item.statement.statement_id for item in items}
    own = tuple(s for s in reading.statements if s.statement_id in wanted)
    ahead = dataclasses.replace(reading, statements=own)
    found = {claim.claim_id: tuple(match_claims(ahead, [claim])) for claim in claims}
    return {name: statements for name, statements in found.items() if statements}


def _as_of(date: str | None) -> dt.date | None:
    """The last day a text's date can mean, where that is known to the month."""
    if not date:
        return None
    low, high = bounds(date)
    return high if (high - low).days < COARSE else None


def _asked(
    claim: Claim, as_of: dt.date | None, statements: tuple[str, ...], case: Casebook,
    progress: Callable[[str], None],
) -> Asked:  # fmt: skip
    def unanswered(why: str) -> Asked:
        return Asked(claim.claim_id, claim.says, statements, (), why)

    if as_of is None:
        return unanswered(
            "Not answered: the date of the text is not known to the month, and a forecast needs "
            "the day on which it is made."
        )
    progress(f"asking what comes next: {claim.claim_id}")
    asked = question.of(claim, as_of)
    try:
        answers = answered(asked, case)
    except ClaimError as error:  # a record that ends before the text, or begins just before it
        return unanswered(f"Not answered: {error.found}; it takes {error.expected}.")
    return Asked(claim.claim_id, claim.says, statements, tuple(answers))


def answered(asked: Question, case: Casebook) -> list[dict[str, Any]]:
    """Answers of one question, a horizon each, trimmed; from memory where they were asked before.

    Returns
    -------
    list of dict
        As :func:`detente.forecast.answer.answer` gives them, with the model and the base rate
        alone among ``models``, without ``reliability`` and ``track_record_since``, and with
        ``window_months``, the months over which weights and record were rolled.

    Raises
    ------
    ClaimError
        The record cannot bear the question: see :func:`detente.forecast.question.record`.
    """
    key = _key(asked, case)
    if key not in _ANSWERS:
        if len(_ANSWERS) >= _HELD:
            _ANSWERS.clear()
        _ANSWERS[key] = _ask(asked)
    return copy.deepcopy(_ANSWERS[key])


def _ask(asked: Question) -> list[dict[str, Any]]:
    line = question.record(asked)
    asked = dataclasses.replace(asked, horizons=horizons(asked, line))
    days = [day for day in track.origins(line, asked.as_of) if day <= asked.as_of][-WINDOW - 1 :]
    return [_trimmed(told) for told in answer(asked, line, days=days)]


def horizons(asked: Question, line: Timeline) -> tuple[int, ...]:
    """At most two of a question's horizons: short ones only where acts are frequent.

    Frequent: at least :data:`OFTEN` of the months known by the as-of date have one.
    """
    months = monthly(cut(line, asked.as_of))
    often = bool(len(months)) and float((months > 0).mean()) >= OFTEN
    wanted = tuple(m for m in (FREQUENT if often else RARE) if m in asked.horizons)
    return wanted or asked.horizons[:1]


def _trimmed(row: dict[str, Any]) -> dict[str, Any]:
    keep = {row["model"], BASE}
    out = {name: value for name, value in row.items() if name != "track_record_since"}
    out["models"] = [one for one in row["models"] if one["model"] in keep]
    out["window_months"] = WINDOW
    if row["track_record"] is not None:
        held = {k: v for k, v in row["track_record"].items() if k != "reliability"}
        held["models"] = [one for one in held["models"] if one["model"] in keep]
        out["track_record"] = held
    return out


def _key(asked: Question, case: Casebook) -> str:
    """What an answer depends on: the question, every table of the casebook, the as-of date."""
    claim = asked.claim
    parts = [claim.claim_id, claim.says, claim.spec, str(asked.as_of), asked.horizons]
    parts += sorted((table.name, table.sha256) for table in case.tables.values())
    parts += [(name, _hash(claim.folder / name)) for name in sorted(set(_files(claim.spec)))]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _files(spec: Any) -> Iterator[str]:
    """Names of the files that a question counts besides the casebook's tables."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name == "file" and isinstance(value, str):
                yield value
            yield from _files(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _files(value)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
