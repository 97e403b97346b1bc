"""Claims about single acts, from the records themselves; and claims that nothing here can test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from detente.claims.finding import Finding
from detente.claims.inputs import Dated, Inputs
from detente.claims.order import within
from detente.record.match import edtf_in_words
from detente.record.words import phrase_hits, stems
from detente.schema import VerdictWord, bounds, overlap

#: A date off by at most this is a wrong detail, not another act.
_NEAR = dt.timedelta(45)
_SHOWN = 6


def occurrence(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Did it happen, and then? Verdict from the records named or found.

    ``against`` names records that refute the claim, ``otherwise`` records of what happened
    instead (then the claim is right but for the detail that ``differs`` names).
    """
    found = _find(spec["records"], data, "records")
    refuting = _find(spec["against"], data, "against") if "against" in spec else []
    need = spec.get("at_least", 1)
    why = spec.get("why", "")
    if refuting and len(found) < need:
        text = why or f"on record is {_said(refuting[0])}."
        return _finding("contradicted", text, refuting, data)
    if len(found) < need:
        instead = _find(spec["otherwise"], data, "otherwise") if "otherwise" in spec else []
        if instead:
            text = f"{spec.get('differs', 'it was otherwise')}: {_said(instead[0])}."
            return _finding("partly supported", text, instead, data)
        if found:
            text = f"{len(found)} on record, the claim needs at least {need}: {_said(found[0])}."
            return _finding("partly supported", text, found, data)
        return Finding("no record", "no record of it in the casebook.", n=0)
    if refuting:
        text = f"{_said(found[0])}; but also {_said(refuting[0])}. {why}".rstrip()
        return _finding("contested", text, [*found, *refuting], data)
    return _dated(spec, found, data, why)


def _dated(spec: Mapping[str, Any], found: list[Dated], data: Inputs, why: str) -> Finding:
    expected = spec.get("date")
    fits = [e for e in found if expected is None or overlap(e.date, expected)]
    if expected is not None and fits:  # the date that says most stands first
        low, high = bounds(expected)
        fits.sort(key=lambda e: not _begins(e, low, high))
        if not _begins(fits[0], low, high):
            text = (
                f"{_said(fits[0])} is on record; whether it was {edtf_in_words(expected)} is not."
            )
            return _finding("partly supported", text, fits, data)
    if fits:
        more = f", and {len(fits) - 1} more" if len(fits) > 1 else ""
        differs = (
            f" But {spec['differs']}." if "differs" in spec and "otherwise" not in spec else ""
        )
        word: VerdictWord = "partly supported" if differs else "supported"
        text = f"on record: {_said(fits[0])}{more}.{differs} {why}".rstrip()
        return _finding(word, text, fits, data)
    assert expected is not None
    low, high = bounds(expected)
    nearest = min(found, key=lambda e: max(e.low - high, low - e.high))
    near = max(nearest.low - high, low - nearest.high) <= _NEAR
    text = f"the record has another date: {_said(nearest)}, not {edtf_in_words(expected)}."
    # acts named by their ids are the ones meant; of those found by their kind, a list may lack one
    source = spec["records"]
    if isinstance(source, list) or data.complete(spec, source).covers(low, high) or near:
        return _finding("partly supported" if near else "contradicted", text, found, data)
    text += " But the list is not known to be complete: it may lack the act that is meant."
    return _finding("no record", text, found, data)


def _begins(event: Dated, low: dt.date, high: dt.date) -> bool:
    """Whether an act surely began (or was going on) between two days."""
    if event.day is not None:  # a span between known days is how long the act took
        return event.low <= high and low <= event.high
    return low <= event.low and event.high <= high


def _find(source: Any, data: Inputs, key: str) -> list[Dated]:
    """Records by id, or rows of a table by ``where``, words and occasion."""
    if isinstance(source, list):
        return _by_id(source, data, key)
    out = data.events({k: v for k, v in source.items() if k not in {"text", "during"}}, key)
    if "text" in source:
        out = [event for event in out if _speaks(event, source["text"])]
    if "during" in source:
        assert data.casebook is not None
        named = [o for o in data.casebook.occasions if o.occasion_id == source["during"]]
        if not named:
            raise data.error(f"{key}.during", f"no occasion {source['during']!r}", "an id")
        out = [e for e in out if named[0].start <= e.low and e.high <= named[0].end]
    return out


def _speaks(event: Dated, words: list[str]) -> bool:
    text = f"{event.row.fields.get('title', '')} {event.row.fields.get('terms', '')}"
    return bool(phrase_hits(words, stems(text)))


def _by_id(ids: list[str], data: Inputs, key: str) -> list[Dated]:
    if data.casebook is None:
        raise data.error(key, "ids of records, but no casebook is given", "a casebook")
    records = {record.record_id: record for record in data.casebook.records}
    missing = [name for name in ids if name not in records]
    if missing:
        raise data.error(key, f"no record {missing[0]!r} in {data.casebook.name}",
                         "ids of records of the casebook")  # fmt: skip
    tables = sorted({records[name].table for name in ids})
    return data.events({"table": tables, "where": {"id": ids}}, key)


def untestable(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """What is on record near a claim that nothing here tests, and what would test it."""
    found = within(spec, _find(spec["records"], data, "records")) if "records" in spec else []
    needs = spec["needs"].rstrip(".")
    text = f"it would take {needs[:1].lower()}{needs[1:]}."
    if found:
        listed = "; ".join(_said(event) for event in found[:3])
        text += f" On record is: {listed}."
    later = Inputs(data.claim, data.casebook, None)
    since = _find(spec["since"], later, "since") if "since" in spec else []
    if since:
        listed = "; ".join(_said(event) for event in since[:4])
        text += f" What has happened since: {listed}."
    if "base_rate" in spec:
        text += " " + _base_rate(spec["base_rate"], data)
    rows = [event.row for event in (*found, *since)]
    return Finding("not testable here", text, n=len(rows), evidence=data.evidence(rows, _SHOWN))


def _base_rate(about: Mapping[str, Any], data: Inputs) -> str:
    """Share of the windows of so many months, one starting each month, with such an act."""
    start, end = bounds(about["period"]["from"])[0], bounds(about["period"]["to"])[1]
    if data.as_of is not None:
        end = min(end, data.as_of)
    months = [y * 12 + m for y in range(start.year, end.year + 1) for m in range(12)]
    months = [k for k in months if start.year * 12 + start.month - 1 <= k]
    last = end.year * 12 + end.month - 1
    acts = {e.low.year * 12 + e.low.month - 1 for e in data.events(about["events"], "base_rate")
            if e.low.isoformat()[:7] == e.high.isoformat()[:7]}  # fmt: skip
    starts = [k for k in months if k + about["months"] - 1 <= last]
    if not starts:
        return ""
    hits = sum(any(k + i in acts for i in range(about["months"])) for k in starts)
    return (
        f"Base rate: {about['says']} in {hits} of {len(starts)} windows of {about['months']} months "
        f"from {start} to {end} ({hits / len(starts):.0%})."
    )


def _said(event: Dated) -> str:
    title = (event.row.fields.get("title") or event.row.where).rstrip(".")
    return f"{title} ({edtf_in_words(event.date)})"


def _finding(word: VerdictWord, text: str, found: list[Dated], data: Inputs) -> Finding:
    notes = [event.row.fields.get("note", "") for event in found[:2]]
    low = any(event.row.fields.get("confidence") == "low" for event in found[:1])
    caveats = [note for note in notes if note]
    caveats += ["The record itself is of low confidence."] if low else []
    evidence = data.evidence([event.row for event in found], _SHOWN)
    return Finding(word, text, n=len(found), evidence=evidence, caveats=tuple(caveats))
