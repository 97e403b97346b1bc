"""Claims of sequence from a sentence: "recognised A before B did", "the first visit since 2005".

Which act came first is read off the records of acts like the ones told; a sentence that calls an
act by its own name ("before the Simla Agreement") is about the record of that name alone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Literal

from detente import ontology
from detente.claims.alike import elsewhere, held_by, person_called, rows_alike, source_of, states_in
from detente.claims.offices import names_office, rank_said
from detente.read.actors import cow_codes
from detente.read.dates import find_dates
from detente.record.casebook import Record
from detente.record.match import RecordIndex
from detente.record.words import phrase_hits, stems
from detente.schema import REAL, Actor, Event, Statement, bounds

#: A kind of claim and its keys.
Spec = tuple[str, dict[str, object]]

_SEQUENCE = re.compile(
    r"(?i)\b(?P<word>before|earlier than|sooner than|ahead of|after|later than)\s+(?P<rest>[^.;:]+)"
)
_AFTER = frozenset({"after", "later than"})
_DID = re.compile(r"(?i)^(?:the\s+)?(?P<who>[^,]{2,50}?)\s+(?:did|had|has|does)\b")
#: The same with nothing after it: no clause of its own.
_ELLIPSIS = re.compile(rf"{_DID.pattern}(?:\s+so)?\W*$")
_GOING = re.compile(r"(?i)^(?:going|travelling|traveling|coming|ever|even|to|in)\s+")
#: Of these "A before B" means the first of each; other acts have names, or no first.
_FIRSTS = frozenset({"visit", "recognition", "nuclear-test", "satellite-launch", "missile-test"})
_FIRST = re.compile(r"(?i)\bfirst\b(?!\s+lady)")
_FIRST_TIME = re.compile(r"(?i)\bfor the first time\b")
#: "His first trip abroad": of more acts than those on record between two states.
_WIDER = re.compile(r"(?i)\b(?:abroad|overseas|foreign (?:trip|visit|journey)|anywhere)\b")
_SINCE = re.compile(r"(?i)\bsince\b(?P<rest>.*)")
#: Numbers in words, from one.
NUMERALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBERS = ["a", *NUMERALS[1:]]  # "for the first time in a decade"
_IN_YEARS = re.compile(
    rf"(?i)\b(?:in|for)\s+(?:more than|over|almost|nearly|about|some)?\s*"
    rf"(?P<n>\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?P<unit>year|decade)s?\b"
)
#: "…, the first visit of a Chinese premier since": told beside the act.
_BESIDE = re.compile(
    r"(?i),\s+(?:the|his|her|their|its)\s+first\s+(?:\w+\s+){0,2}?"
    r"(?:visit|trip|journey|meeting|summit|talks)\b"
    r"(?:\s+(?:to\s+[\w ]+?\s+)?(?:by|of|from)\s+(?:an?|any)\s+(?P<who>[^,.;]*?)"
    r"(?=\s+(?:since|in|for|to)\b|[,.;]|$))?"
)
#: "He was the first Indian prime minister to visit Pakistan".
_WHO_FIRST = re.compile(r"(?i)\bfirst\s+(?P<who>(?:[\w-]+\s+){1,4}?)to\s+\w+")
#: How far before the act's word "first" may stand.
_NEAR = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A statement, its sentence, and the acts told in the sentence and before it."""

    statement: Statement
    sentence: str
    here: tuple[Event, ...]
    before: tuple[Event, ...]
    as_of: dt.date | None

    @property
    def day(self) -> str | None:
        """The day of the text, as dates in words are read from it."""
        return str(self.as_of) if self.as_of else None

    def act_before(self, event: Event, since: dt.date | None = None) -> Event | None:
        """The last act of the event's family told before it, of a day after ``since``."""
        family = ontology.kinds()[event.kind].family
        ahead = [e for e in self.here if e.trigger_start < event.trigger_start]
        for other in reversed([*self.before, *ahead]):
            if not other.kind or other.factuality not in REAL or not other.date:
                continue
            low, high = bounds(other.date)
            late = since is None or low > since
            if not late or _parties_differ(event, other):
                continue
            if ontology.kinds()[other.kind].family == family and (high - low).days < 400:
                return other
        return None


def _parties_differ(one: Event, other: Event) -> bool:
    """Whether both acts have a doer, or a target, and not the same one."""
    sides = ((one.source, other.source), (one.target, other.target))
    return any(a and b and a.party and b.party and a.party != b.party for a, b in sides)


def order(told: Told, index: RecordIndex) -> Spec | Literal[True] | None:
    """ "A before B": the claim; ``True`` where it is one but its acts lack records.

    The statement with the word "before" makes the claim, so that where each act is a statement
    of its own the other still stands for itself.
    """
    start = told.statement.sentence_start
    found = next(
        (m for m in _SEQUENCE.finditer(told.sentence)
         if told.statement.char_start <= start + m.start() < told.statement.char_end), None
    )  # fmt: skip
    if found is None:
        return None
    at, rest = start + found.start(), found["rest"].strip()
    early = [e for e in told.here if e.kind and e.trigger_start < at]
    one = max(early, key=lambda e: e.trigger_start, default=None)
    if one is None or one.factuality not in REAL:
        return None
    if one.date and not _ELLIPSIS.match(rest):
        return None  # it is looked up by its date
    after = found["word"].lower() in _AFTER
    two = _elliptical(one, rest, told, index)
    if two is None and _ELLIPSIS.match(rest):
        return True  # somebody whom the casebook does not know did it
    if two is None and not after:
        late = [e for e in told.here if e.kind and e.trigger_start > at]
        two = min(late, key=lambda e: e.trigger_start, default=None)
        if two is not None and (two.date or two.factuality not in REAL):
            return None
    other = _rows(two, rest, index) if two else _by_name(rest, index)
    if (after and two is None) or not (two or other):
        return None  # "after the attacks" tells when it was, not which was first
    own = _rows(one, told.sentence[: found.start()], index)
    if own and other and {r.record_id for r in own} & {r.record_id for r in other}:
        return None  # one act told twice
    if not own or not other:
        lacking = two if own else one
        if lacking is None or not held_by(lacking, index) or not (own or other):
            return True
    spec: dict[str, object] = {"earlier": _source(own, other), "later": _source(other, own)}
    if after:
        spec = {"earlier": spec["later"], "later": spec["earlier"]}
    return "order", spec


def _source(rows: list[Record], like: list[Record]) -> dict[str, object]:
    """Rows as a claim names them; none, of the other side's table, where there are none."""
    return source_of(rows) if rows else {**source_of(like), "where": {"id": ["none"]}}


def _elliptical(one: Event, rest: str, told: Told, index: RecordIndex) -> Event | None:
    """ "before Moscow did", "before Pyongyang": the same act by, or towards, somebody else."""
    did = _DID.match(rest)
    who = did["who"] if did else _GOING.sub("", _GOING.sub("", rest)).rstrip(" ,")
    states = states_in(who)
    person = person_called(who, (*told.before, *told.here), index) if did and not states else ""
    if person:
        state = next((n.iso3 for n in index.offices.get(person, [])), "")
        known = Actor(state, cow_codes().get(state, ""), "", "GOV", who, person, 0, 0)
        return dataclasses.replace(one, source=known)
    if len(states) != 1 or (not did and len(who.split()) > 3):
        return None
    actor = Actor(states[0], cow_codes().get(states[0], ""), "", "GOV", who, "", 0, 0)
    if did or one.target is None or one.kind != "visit":
        return dataclasses.replace(one, source=actor)
    return dataclasses.replace(one, target=actor)


def _rows(event: Event, words: str, index: RecordIndex) -> list[Record]:
    """The records an act of a sequence stands for: all alike, or the one that it names."""
    if event.kind in _FIRSTS:
        return rows_alike(event, index, words)
    return _by_name(words, index, event.kind)


def _by_name(words: str, index: RecordIndex, kind: str = "") -> list[Record]:
    """The record that words call by its own name; none where two or more answer to it."""
    said = stems(words)
    found: dict[str, tuple[int, Record]] = {}
    for record in index.casebook.records:
        if kind and ontology.kinds()[record.kind].family != ontology.kinds()[kind].family:
            continue
        names = [t for t in phrase_hits(record.terms, said) if len(stems(t)) > 1]
        if names:
            found[record.record_id] = (max(len(stems(t)) for t in names), record)
    best = max((size for size, _ in found.values()), default=0)
    rows = [record for size, record in found.values() if size == best]
    return rows if len(rows) == 1 else []


def first(told: Told, event: Event | None, index: RecordIndex) -> Spec | None:
    """ "The first visit by a premier since 2005", "met for the first time"."""
    if event is None or event.factuality not in REAL or _WIDER.search(told.sentence):
        return None
    if not _says_first(told, event):
        return None
    since = _since(told)
    named = _SINCE.search(told.sentence)
    counted_from = bool(named and event.date_text and event.date_text in named["rest"])
    dated = event if event.date and not _open(event.date) and not counted_from else None
    if dated is None:
        dated = told.act_before(event, since)
        if dated is None:
            return None
        event = _as_that(event, dated)
    event = _of_office(event, told.sentence)
    if _of_vague_rank(event):
        return None
    assert dated.date is not None
    rows = rows_alike(event, index, told.sentence)
    if not rows:
        return None
    spec: dict[str, object] = {"events": source_of(rows), "expected": dated.date}
    years = _IN_YEARS.search(told.sentence)
    if since is None and years:
        word = years["n"].lower()
        number = int(word) if word.isdigit() else _NUMBERS.index(word) + 1
        number *= 10 if years["unit"].lower() == "decade" else 1
        since = dt.date(bounds(dated.date)[0].year - number, 12, 31)
    if since is not None:
        until = told.as_of or bounds(dated.date)[1]
        spec["period"] = {"from": str(since + dt.timedelta(1)), "to": str(until)}
    return "first", spec


def _of_office(event: Event, sentence: str) -> Event:
    """ "…, the first visit of a Chinese premier": of all who held the office, not of him alone."""
    said = _BESIDE.search(sentence) or _WHO_FIRST.search(sentence)
    who = said["who"] if said else None
    states = states_in(who) if who else ()
    if not who or not event.source or len(states) > 1 or not names_office(who):
        return event
    source = dataclasses.replace(event.source, name=who, person="")
    if states:
        source = dataclasses.replace(source, iso3=states[0], cow=cow_codes().get(states[0], ""))
    return dataclasses.replace(event, source=source)


def _of_vague_rank(event: Event) -> bool:
    """ "The first senior official": who counts as one is not for us to say."""
    name = event.source.name if event.source and not event.source.person else ""
    return names_office(name) and not rank_said(name)


def _open(edtf: str) -> bool:
    return ".." in edtf


def _as_that(event: Event, dated: Event) -> Event:
    """An act told without its parties ("it was the first visit") with those of the act it is."""
    source = event.source
    if source is None or (dated.source and source.party == dated.source.party and source.person):
        source = event.source or dated.source
    target = event.target if event.target and event.target.party else dated.target
    return dataclasses.replace(event, source=source, target=target)


def _says_first(told: Told, event: Event) -> bool:
    """Whether "first" stands before the act's word, or "for the first time" in its statement."""
    at = event.trigger_start - told.statement.sentence_start
    if not told.statement.char_start <= event.trigger_start < told.statement.char_end:
        return False  # "its first test was in 2006, and its last / in 2017"
    if _BESIDE.search(told.sentence, max(at, 0)):
        return True
    ahead = told.sentence[max(0, at - _NEAR) : at]
    if _FIRST_TIME.search(told.statement.text):
        return True
    said = list(_FIRST.finditer(ahead))
    return bool(said) and not re.search(r"[,;:]", ahead[said[-1].end() :])


def _since(told: Told) -> dt.date | None:
    """The last day of what "since" names: from the day after, the act is said to be the first."""
    found = _SINCE.search(told.sentence)
    if not found:
        return None
    dates = [d.edtf for d in find_dates(found["rest"], told.day) if d.edtf and not _open(d.edtf)]
    return bounds(dates[0])[1] if dates else None


def none_between(told: Told, event: Event, index: RecordIndex) -> Spec | None:
    """ "No premier has come since (2015)", "none came again until 2019": a count of nought.

    Where the list is not known to be complete, and an act on record falls into the very date
    that "since" names, the claim is that it was the last.
    """
    span = _gap(told, event)
    if span is None:
        return None
    low, high, since = span
    rows = [] if _of_vague_rank(event) else rows_alike(event, index, told.sentence)
    if not rows or low > high:
        return None
    within = [r for r in rows if low <= r.span[0] and r.span[1] <= high]
    if any(elsewhere(event, r, told.statement.text) for r in within):
        return None
    then = [r for r in rows if since and r.span[0] <= since[1] and since[0] <= r.span[1]]
    if then and since and not within and high == told.as_of:
        expected = f"{since[0]}/{since[1]}"
        return "last", {"events": source_of(rows), "expected": expected}
    period = {"from": str(low), "to": str(high)}
    return "count", {"events": source_of(rows), "exactly": 0, "period": period}


def _gap(
    told: Told, event: Event
) -> tuple[dt.date, dt.date, tuple[dt.date, dt.date] | None] | None:
    """From when to when nothing is said to have happened, and the date that it is counted from."""
    if event.factuality != "denied" or told.as_of is None:
        return None
    text, end = told.statement.text, told.as_of
    until = re.search(r"(?i)\b(?:until|till|before)\b(?P<rest>.*)", told.sentence)
    if until:
        dates = [d.edtf for d in find_dates(until["rest"], told.day) if d.edtf]
        if not dates or _open(dates[0]):
            return None
        end = bounds(dates[0])[0] - dt.timedelta(1)
    begun = re.search(r"(?i)\bsince\b(?P<rest>[^,;]*)", text)
    bare = begun and re.fullmatch(r"(?i)(?:\s+(?:then|that time|that day))?\W*", begun["rest"])
    told_from = bounds(event.date)[0] if event.date and _open(event.date) else None
    # a date told beside another verb of the sentence is not this act's
    own = event.date and not told_from and event.date_text in text
    if (bare or (until and re.search(r"(?i)\bagain\b", told.sentence))) and not own:
        last = told.act_before(event)
        if last is not None and last.date:
            span = bounds(last.date)
            after = span[1] + dt.timedelta(1)
            if told_from in (None, after):
                return after, end, span
    if begun and told_from:  # "he took office in 2013; since then …"
        dates = [d.edtf for d in find_dates(begun["rest"], told.day) if d.edtf]
        return told_from, end, bounds(dates[0]) if dates else None
    return None
