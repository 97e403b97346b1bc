"""Which came first, what was the first, what was the last: dates compared as intervals.

A date known to the month is an interval; two intervals that overlap have no order. That
something had *not* happened by a day follows only from a table that is complete to that day. The
first or last on a list that may lack acts is that of the record, and the verdict says so.
No chance is in it, so no p-value: the verdict is a reading of the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from detente.claims.finding import Finding
from detente.claims.inputs import Completeness, Dated, Inputs
from detente.record.match import edtf_in_words, in_words
from detente.schema import VerdictWord, bounds, overlap

#: How many rows a verdict on a sequence shows.
_SHOWN = 4


def within(spec: Mapping[str, Any], events: Sequence[Dated]) -> list[Dated]:
    """Events of a claim's period, by date; an event that may lie outside is left out."""
    if "period" not in spec:
        return list(events)
    low, high = bounds(spec["period"]["from"])[0], bounds(spec["period"]["to"])[1]
    return [event for event in events if low <= event.low and event.high <= high]


def order(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Did the first act of one kind come before the first of another?"""
    early = within(spec, data.events(spec["earlier"], "earlier"))
    late = within(spec, data.events(spec["later"], "later"))
    if not early and not late:
        return Finding("no record", "neither act is on record.", n=0)
    evidence = data.evidence([event.row for event in (*early[:1], *late[:1])], _SHOWN)
    if not late:
        return _only_one(spec, data, early[0], "later", evidence)
    if not early:
        return _only_one(spec, data, late[0], "earlier", evidence)
    one, two = early[0], late[0]
    # the first of a kind may be undated within its interval: compare the earliest possible
    by_one, by_two = min(_start(e)[1] for e in early), min(_start(e)[1] for e in late)
    if by_one < two.low:
        whole = _none_before(spec, data, "later", one)
        word: VerdictWord = "supported"
        text = f"{_said(one)} came before {_said(two)}.{'' if whole else _UNSURE}"
    elif by_two < one.low:
        whole = _none_before(spec, data, "earlier", two)
        word = "contradicted"
        text = f"{_said(two)} came before {_said(one)}.{'' if whole else _UNSURE}"
    else:
        word = "not testable here"
        text = f"the dates of {_said(one)} and {_said(two)} are not known well enough."
    return Finding(word, text, n=len(early) + len(late), evidence=evidence)


#: Said where a verdict rests on a list that may lack an act.
_UNSURE = " But the list is not known to be complete: an act that it lacks would change this."


def _start(event: Dated) -> tuple[dt.date, dt.date]:
    """First and last day on which an act can have begun: one day where that is known."""
    return (event.low, event.low) if event.day else (event.low, event.high)


def _none_before(spec: Mapping[str, Any], data: Inputs, missing: str, other: Dated) -> bool:
    """Whether the list of one kind would have an act that came before ``other``."""
    known = data.complete(spec, spec[missing])
    start = bounds(spec["period"]["from"])[0] if "period" in spec else known.start or other.low
    return known.covers(start, _start(other)[1])


def _only_one(
    spec: Mapping[str, Any], data: Inputs, there: Dated, missing: str, evidence: Any
) -> Finding:
    """One act is on record, the other not: evidence only if the list is complete."""
    known = data.complete(spec, spec[missing])
    until = data.as_of or known.end
    start = bounds(spec["period"]["from"])[0] if "period" in spec else there.low
    if until is None or not known.covers(max(start, known.start or start), until):
        text = (
            f"{_said(there)} is on record, the other act is not; but the list is not known to be "
            "complete, so that it had not happened does not follow."
        )
        word: VerdictWord = "partly supported" if missing == "later" else "not testable here"
        return Finding(word, text, n=1, evidence=evidence)
    by = f"by {in_words(until, until)} ({known.why})"
    if missing == "later":
        text = f"{_said(there)}; the other act had not happened {by}."
        return Finding("supported", text, n=1, evidence=evidence)
    text = f"{_said(there)} happened, and what is said to have come before it had not {by}."
    return Finding("contradicted", text, n=1, evidence=evidence)


def first(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Was the act of the expected date the first of its kind?"""
    events = within(spec, data.events(spec["events"]))
    known = data.complete(spec, spec["events"])
    start = bounds(spec["period"]["from"])[0] if "period" in spec else None
    return _extreme(spec, data, events, known, "first", start)


def last(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Was the act of the expected date the last of its kind, up to ``as_of``?"""
    events = within(spec, data.events(spec["events"]))
    known = data.complete(spec, spec["events"])
    return _extreme(spec, data, events[::-1], known, "last", data.as_of)


def _extreme(
    spec: Mapping[str, Any], data: Inputs, events: list[Dated], known: Completeness,
    what: str, edge: dt.date | None,
) -> Finding:  # fmt: skip
    expected = spec["expected"]
    if not events:
        return Finding("no record", f"no such act is on record; {expected} was expected.", n=0)
    low, high = bounds(expected)
    # the extreme is the one that no other act surely lies beyond
    if what == "last":
        beyond = [event for event in events if event.low > high]
        found = max(events, key=lambda event: (event.high, event.low))
        gap, there = (high, edge or known.end or dt.date.max), low
        within_it = max(_start(e)[0] for e in events) >= low
        maybe = [e for e in events if _start(e)[1] > high]
    else:
        beyond = [event for event in events if _start(event)[1] < low]
        found = min(events, key=lambda event: (event.low, event.high))
        gap, there = (edge or known.start or dt.date.min, low), high
        within_it = min(_start(e)[1] for e in events) <= high
        maybe = [e for e in events if e.low < low]
    matching = [event for event in events if overlap(event.date, expected)]
    as_of = f", as of {in_words(data.as_of, data.as_of)}" if what == "last" and data.as_of else ""
    listed = [*[e.row for e in beyond], *[e.row for e in matching], found.row]
    evidence = data.evidence(listed, _SHOWN)
    whole = known.covers(*gap)
    word: VerdictWord
    if beyond:
        word = "contradicted"
        other = "later" if what == "last" else "earlier"
        text = f"{len(beyond)} {other} on record: {_said(found)}{as_of}."
    elif not matching:
        whole = whole and known.covers(there, there)
        word = "contradicted" if whole else "not testable here"
        text = (
            f"the {what} on record is {_said(found)}, not one of {edtf_in_words(expected)}{as_of}."
        )
        text += "" if whole else _UNSURE
    elif maybe or not within_it:
        word = "not testable here"
        text = f"the date of {_said((maybe or matching)[0])} is not known well enough{as_of}."
    else:
        word = "supported"
        text = f"the {what} on record{as_of} is {_said(matching[0])}."
        text += "" if whole else _UNSURE
    return Finding(word, text, n=len(events), evidence=evidence)


def _said(event: Dated) -> str:
    fields = event.row.fields
    title = (fields.get("title") or fields.get("name") or "the act").rstrip(".")
    return f"“{title}” ({edtf_in_words(event.date)})"
