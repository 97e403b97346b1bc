"""The vocabulary of all stages: what a document, an event, a statement, a verdict is.

Dates are EDTF strings (Extended Date/Time Format, ISO 8601-2:2019): ``1961-07-11``,
``1950/1953``, ``197X``, ``1956-08~``. Character positions count code points of
``Document.text``, the end exclusive. States are ISO 3166 alpha-3 codes (with ``SUN``,
``DDR``, ``YUG``, ``CSK`` for states that ended). Types are PLOVER's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from typing import Any, Literal

Factuality = Literal[
    "happened", "ongoing", "denied", "planned", "demanded", "hypothetical", "asked"
]
StatementKind = Literal[
    "event", "timing", "trend", "rate", "order", "first", "last", "count", "level", "share",
    "perception", "forecast", "opinion",
]  # fmt: skip
VerdictWord = Literal[
    "supported", "partly supported", "contradicted", "not supported", "contested",
    "not testable here", "no record",
]  # fmt: skip
#: The verdicts in the order in which a page lists them.
VERDICTS: tuple[VerdictWord, ...] = (
    "supported", "partly supported", "contradicted", "not supported", "contested",
    "no record", "not testable here",
)  # fmt: skip
#: Event factualities that count as an act that took place.
REAL: frozenset[str] = frozenset({"happened", "ongoing"})

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?")
_DECADE = re.compile(r"(\d{3})X[~?%]?")


@functools.lru_cache(maxsize=65_536)
def bounds(edtf: str) -> tuple[dt.date, dt.date]:
    """First and last day of an EDTF date, both included.

    Qualifiers (``~`` approximate, ``?`` uncertain) do not widen the interval: how much
    "about" means is for the reader of the date to decide. An open end (``1992/..``) ends
    on 9999-12-31.

    Raises
    ------
    ValueError
        The string is not EDTF.
    """
    if "/" in edtf:
        first, _, second = edtf.partition("/")
        low = dt.date.min if first in {"", ".."} else bounds(first)[0]
        high = dt.date.max if second in {"", ".."} else bounds(second)[1]
        if low > high:
            raise ValueError(f"{edtf!r} ends before it begins")
        return low, high
    if len(edtf) == 10 and edtf[5:7].isdigit():  # a day, as nearly all dates are: in C
        try:
            day = dt.date.fromisoformat(edtf)
        except ValueError:
            pass
        else:
            return day, day
    plain = _PLAIN.fullmatch(edtf)
    if plain and int(plain[2] or 0) <= 12:
        return _month_bounds(plain)
    decade = _DECADE.fullmatch(edtf)
    if decade:
        return dt.date(int(decade[1]) * 10, 1, 1), dt.date(int(decade[1]) * 10 + 9, 12, 31)
    from edtf import parse_edtf  # slow: only for the rarer forms that the lines above leave

    try:
        # a season (month 21 spring … 24 winter) is no vaguer for being marked so
        parsed = parse_edtf(edtf.rstrip("~?%") if plain else edtf)
        low, high = parsed.lower_strict(), parsed.upper_strict()
    except Exception as error:  # the library raises pyparsing's and its own errors
        raise ValueError(f"{edtf!r} is not an EDTF date") from error
    return _clamp(low), _clamp(high, last=True)


def _month_bounds(match: re.Match[str]) -> tuple[dt.date, dt.date]:
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if day:
        return dt.date(year, month, day), dt.date(year, month, day)
    if month:
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        return dt.date(year, month, 1), following - dt.timedelta(days=1)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _clamp(value: Any, last: bool = False) -> dt.date:
    if not hasattr(value, "tm_year"):  # an open or unknown end of an interval
        return dt.date.max if last else dt.date.min
    if not 1 <= value.tm_year <= 9999:
        return dt.date.max if last else dt.date.min
    return dt.date(value.tm_year, value.tm_mon, value.tm_mday)


def overlap(first: str, second: str) -> bool:
    """Whether two EDTF dates can name the same day."""
    low1, high1 = bounds(first)
    low2, high2 = bounds(second)
    return low1 <= high2 and low2 <= high1


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A part of ``Document.text``: code points from ``start`` up to, not including, ``end``."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """A numbered note of a document and the places in the body that cite it."""

    label: str
    text: str
    cited_at: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A text as read: nothing is coded yet.

    ``date`` is EDTF or ``None``; ``date_basis`` says where it comes from: ``given`` (by the
    user), ``metadata`` (of the page), ``text`` (a date line), ``estimated`` (the last
    year it speaks of), ``anchored`` (worked out from a record the text points at), or
    ``unknown``.
    """

    doc_id: str
    title: str
    date: str | None
    date_basis: str
    text: str
    paragraphs: tuple[Span, ...]
    notes: tuple[Note, ...]
    file: str
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts or is acted upon, as named in a text.

    ``iso3`` is empty for a body without a state; ``code`` then holds its own code (UNSC).
    ``name`` is as written, ``person`` the full name of a person when known. A side that its
    sentence only implies (:mod:`detente.read.implied`) has a code, no name and an empty span.
    """

    iso3: str
    cow: str
    code: str
    sector: str
    name: str
    person: str
    char_start: int
    char_end: int

    @property
    def key(self) -> str:
        """The state, or the body's own code where there is no state."""
        return self.iso3 or self.code

    @property
    def implied(self) -> bool:
        """Whether its sentence does not name it."""
        return not self.name

    @property
    def party(self) -> str:
        """Whose act it is: an armed group's own, not that of the state it is from."""
        own = self.sector in {"INS", "REB"} and self.code
        return self.code if own else self.key


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One act that a text reports: one row of the event table.

    ``date`` is EDTF and never more exact than the text; ``kind`` is the finer act of
    ``ontology/kinds.csv`` (missile-test, visit, …) that records are matched on;
    ``event_type`` is empty for what is looked up but is no act of one party (a death): such
    a row is not given out as an event. ``intensity`` is on the −10…10 scale of
    ``ontology/scale.csv``; ``confidence`` is a probability.
    """

    event_id: str
    date: str | None
    date_text: str
    source: Actor | None
    target: Actor | None
    event_type: str
    mode: str
    context: str
    kind: str
    quad_class: int
    intensity: float
    factuality: Factuality
    attributed_to: str
    text: str
    doc_id: str
    char_start: int
    char_end: int
    trigger: str
    trigger_start: int
    confidence: float
    coder_version: str

    def flat(self) -> dict[str, Any]:
        """The row as programs read it: one value per column (the command contract)."""
        low, high = bounds(self.date) if self.date else (None, None)
        row: dict[str, Any] = {
            "event_id": self.event_id,
            "doc_id": self.doc_id,
            "date": self.date,
            "date_earliest": low.isoformat() if low else None,
            "date_latest": high.isoformat() if high else None,
        }
        for side, actor in (("source", self.source), ("target", self.target)):
            row[f"{side}_iso3"] = actor.key if actor else None
            row[f"{side}_cow"] = actor.cow if actor else None
            row[f"{side}_sector"] = actor.sector if actor else None
            row[f"{side}_name"] = actor.name if actor else None
            row[f"{side}_person"] = actor.person if actor else None
        keep = (
            "event_type", "mode", "context", "kind", "quad_class", "intensity", "factuality",
            "attributed_to", "text", "char_start", "char_end", "trigger", "confidence",
            "coder_version",
        )  # fmt: skip
        row.update({name: getattr(self, name) for name in keep})
        # Coded from text: no data set before it, no CAMEO code as given.
        row.update(cameo_code=None, dataset="text", dataset_version=None, source_ids=None)
        return row


@dataclasses.dataclass(frozen=True, slots=True)
class Perception:
    """How a holder sees a target, in the words of a text; ``polarity`` is −1, 0 or 1."""

    holder: str
    holder_iso3: str
    target: str
    target_iso3: str
    polarity: int
    expression: str
    text: str
    char_start: int
    char_end: int
    attributed_to: str


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A part of a text that asserts something, with the events that carry it."""

    statement_id: str
    text: str
    char_start: int
    char_end: int
    kind: StatementKind
    events: tuple[str, ...]
    sentence_start: int
    sentence_end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """One row that a verdict rests on: the table and row it stands in, and its source."""

    record_id: str
    table: str
    date: str
    title: str
    source: str
    source_where: str
    url: str
    confidence: str
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What the records or a test say of a statement or claim.

    ``p`` is the p-value of ``null``; ``lo90``/``hi90`` bound ``estimate``; ``n`` counts
    the rows used; ``smallest_effect`` is what the test could have seen (80 % power);
    ``specifications`` holds one dict per specification run, the chosen one first.
    """

    verdict: VerdictWord
    reason: str
    evidence: tuple[Evidence, ...] = ()
    estimate: float | None = None
    lo90: float | None = None
    hi90: float | None = None
    p: float | None = None
    n: int | None = None
    null: str = ""
    smallest_effect: float | None = None
    specifications: tuple[dict[str, Any], ...] = ()
    caveats: tuple[str, ...] = ()
    claim_id: str | None = None
