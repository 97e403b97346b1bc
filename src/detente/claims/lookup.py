"""Which of a statement's events are looked up in a casebook, and with which occasions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from detente.read.actors import cow_codes
from detente.read.date_rules import MONTHS
from detente.record.match import Named, RecordIndex
from detente.schema import Event, bounds


def events_to_look_up(events: list[Event], index: RecordIndex) -> list[Event]:
    """The acts that a statement says, by parties that the casebook knows; dated ones if any is."""
    chosen = [e for e in events if _looks_up(e, index) and not _only_mentioned(e, events)]
    return [_with_place(e, events) for e in chosen if e.date] or chosen


def told_with(index: RecordIndex, sentence: str) -> list[Named]:
    """Occasions that a clause of time names: "as the summit opened in Xiamen"."""
    return [
        n
        for n in index.occasions(sentence)
        if re.search(
            rf"(?i)\b(?:while|as|when|during|amid)\b[^,;.]*{re.escape(n.phrase)}", sentence
        )
    ]


def _looks_up(event: Event, index: RecordIndex) -> bool:
    if not event.kind:
        return False  # a PLOVER type alone says too little of what happened
    sides = [actor for actor in (event.source, event.target) if actor]
    doer = event.source
    if doer and not doer.party and doer.name in index.persons:
        return True
    if doer and not doer.party and (doer.person or doer.sector not in {"GOV", "MIL"}):
        return False  # somebody the casebook does not know did it
    return any(actor.party in index.parties for actor in sides)


def in_year_of(event: Event, as_of: dt.date) -> Event:
    """An act whose date has no year of its own, dated by the last such day up to ``as_of``.

    A text that looks back ("the wars of 1965 and 1971. On 24 April …") leaves open whether a
    day without a year is of the year last told or of its own.
    """
    said = event.date_text.lower()
    if not event.date or re.search(r"\d{4}", said) or not any(m[:3] in said for m in MONTHS):
        return event
    if not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", event.date):
        return event
    for year in (as_of.year, as_of.year - 1):
        date = f"{year}{event.date[4:]}"
        try:
            if bounds(date)[0] <= as_of:
                return dataclasses.replace(event, date=date)
        except ValueError:  # 29 February
            continue
    return event


def no_such_day(event: Event) -> bool:
    """Whether a date with a year in it came to nothing: 31 September 2017."""
    return event.date is None and bool(re.search(r"\b\d{4}\b", event.date_text))


def _with_place(event: Event, told: list[Event]) -> Event:
    """ "His first trip took him to Romania": the visit's host is another verb's target."""
    if event.kind != "visit" or not event.source:
        return event
    if event.target and event.target.party not in {"", event.source.party}:
        return event
    for other in told:
        same = other.source and other.source.party == event.source.party and not other.kind
        if same and other.target and other.target.party in cow_codes():
            return dataclasses.replace(event, target=other.target)
    return event


def _only_mentioned(event: Event, events: list[Event]) -> bool:
    """Whether another act, of a kind that cannot be looked up, is what the statement says.

    "Mao found fault with Kim's purge" does not say that there was a purge.
    """
    doer = event.source.party if event.source else ""
    return any(
        not other.kind
        and other.trigger_start < event.trigger_start
        and other.source is not None
        and other.source.party != doer
        for other in events
    )


def settings(named: list[Named]) -> list[Named]:
    """Occasions that tell when: not the Games or the vote that the act itself is about."""
    return [n for n in named if n.occasion.kind not in {"games", "games-vote"}]
