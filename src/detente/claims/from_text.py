"""A claim of its own from a sentence: "two nuclear tests in 2016", "the last visit was in May".

Only what the words and the coded event fix is tested: kind of act, who, whom, when, how often.
"""

from __future__ import annotations

import re
from typing import Literal

from detente.claims.claim import Claim
from detente.claims.from_order import NUMERALS, Told, first, none_between, order
from detente.claims.from_rates import rate
from detente.claims.offices import names_office, rank_said
from detente.record.casebook import Casebook
from detente.record.match import RecordIndex
from detente.schema import Event, Statement, bounds

#: What a vague number promises at the least.
_VAGUE = {"several": 3, "many": 5, "numerous": 5, "countless": 10, "dozens": 24, "few": 2}
_COUNT = re.compile(
    rf"(?i)\b(?P<n>{'|'.join(NUMERALS)}|{'|'.join(_VAGUE)}|\d{{1,3}}|twice)\b(?:\s+of)?"
)


#: Between a number and a date: the date is that of one act ("six tests, the last in 2017").
_OF_ONE = re.compile(r"(?i)\b(?:last|latest|first|most recent|most recently)\b")
#: "The last visit before that": up to when is said elsewhere.
_EARLIER = re.compile(r"(?i)\b(?:before (?:that|this|then)|until then|previous|prior)\b")


_TIMES = re.compile(
    rf"(?i)\b(?P<n>twice|(?:{'|'.join((*NUMERALS, *_VAGUE))}|\d{{1,3}})(?=\s+times))"
)


#: Kinds of statement of which a claim is made by comparing acts or years.
_COMPARING = frozenset({"rate", "trend", "count", "event", "opinion", "level", "last"})


def claim_of(told: Told, events: list[Event], index: RecordIndex) -> Claim | Literal[True] | None:
    """The claim that a statement makes, or ``None``.

    ``None`` too when the statement's act, doer or date was not read, or when no table of the
    casebook has acts of that kind by that doer; ``True`` where an order is claimed of acts of
    which no record is held, so that no single record can decide it.
    """
    acts = [e for e in events if e.kind and (e.source or e.target)]
    event = acts[0] if acts else None
    made = order(told, index)
    if made is True:
        return True
    if not made and event is not None:
        made = none_between(told, event, index) or first(told, event, index)
    if not made and told.statement.kind in _COMPARING:
        made = rate(told, event, index)
    if isinstance(made, tuple):
        return _claim(told.statement, index.casebook, *made)
    return _of_table(told.statement, events, index.casebook)


def _of_table(statement: Statement, events: list[Event], casebook: Casebook) -> Claim | None:
    """ "The last visit was in May", "two tests in 2016"."""
    event = next((e for e in events if e.source and e.source.key and e.kind), None)
    if event is None or event.source is None:
        return None
    where: dict[str, str] = {"kind": event.kind, "source": event.source.key}
    if event.target and event.target.key:
        where["target"] = event.target.key
    if event.source.person:
        where["visitor"] = event.source.person
    table = _table_of(where, casebook)
    if table is None:
        return None
    source: dict[str, object] = {"table": table, "where": where}
    if statement.kind == "last" and event.date:
        said = re.search(r"(?i)\b(?:last|most recent)\b", statement.text)
        held = bool(rank_said(event.source.name) or _EARLIER.search(statement.text))
        held = held or bool(said and names_office(statement.text, said.end()))
        if said and not held and said.start() < event.trigger_start - statement.char_start:
            return _claim(statement, casebook, "last", {"events": source, "expected": event.date})
    if statement.kind == "count":
        return _count(statement, event, source, casebook)
    return None


def _table_of(where: dict[str, str], casebook: Casebook) -> str | None:
    """The table with the most acts of that kind, doer and addressee."""
    counts: dict[str, int] = {}
    for record in casebook.records:
        fits = record.kind == where["kind"] and where["source"] in record.sources
        person = where.get("visitor", "")
        if fits and person and record.extra.get("visitor") != person:
            continue
        if fits and where.get("target", "") in {"", *record.targets}:
            counts[record.table] = counts.get(record.table, 0) + 1
    return max(counts, key=lambda name: (counts[name], name)) if counts else None


def _count(
    statement: Statement, event: Event, source: dict[str, object], casebook: Casebook
) -> Claim | None:
    """ "conducted two nuclear tests in 2016": the number must stand before the act's noun.

    Without a date of their own the acts are counted from the first on, where a table holds it.
    """
    at = event.trigger_start - statement.char_start
    before = [m for m in _COUNT.finditer(statement.text) if 0 <= at - m.end() <= 30]
    said = before or list(_TIMES.finditer(statement.text, max(at, 0)))
    if not said:
        return None
    spec: dict[str, object] = {"events": source}
    after = statement.text[said[-1].end() :]
    if event.date and not _OF_ONE.search(after[: max(0, after.find(event.date_text))]):
        low, high = bounds(event.date)
        if high.year > 3000 or low.year < 1000:
            return None  # an open end: until when is not said
        spec["period"] = {"from": str(low), "to": str(high)}
    elif event.kind not in casebook.tables[str(source["table"])].from_first:
        return None  # from when on is not said, and the table may begin later
    word = said[-1]["n"].lower()
    if word in _VAGUE:
        spec["at_least"] = _VAGUE[word]
    else:
        spec["exactly"] = (
            2 if word == "twice" else int(word) if word.isdigit() else NUMERALS.index(word) + 1
        )
    return _claim(statement, casebook, "count", spec)


def _claim(statement: Statement, casebook: Casebook, kind: str, spec: dict[str, object]) -> Claim:
    says = " ".join(statement.text.split()).rstrip(".")
    return Claim(statement.statement_id, says, kind, spec, casebook.folder, casebook)
