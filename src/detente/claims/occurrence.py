"""Did it happen, then, so? The events of a statement against the records of a casebook."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from detente import ontology
from detente.read.actors import cow_codes
from detente.record.casebook import Record, Table
from detente.record.match import (
    Difference,
    Match,
    Named,
    RecordIndex,
    edtf_in_words,
    gap_days,
    in_words,
    occasion_date,
)  # fmt: skip
from detente.schema import REAL, Event, Evidence, Verdict, VerdictWord, bounds

#: A date this many days off is a wrong detail; further off, another time.
_NEAR_DAYS = 45
_KIND_FITS = 0.6
#: From this score on a record is taken to be the one the statement is about.
_SAME_ACT = 0.55
#: How many records a verdict on an undated statement lists.
_LISTED = 5
#: Another kind of act is "the same act, wrongly named" only within so many days.
_ONE_OCCASION = 10
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
#: Kinds of act a state does again and again: one of another time is not "the same act".
_REPEATED = frozenset(
    "visit meeting talks letter missile-test nuclear-test satellite-launch criticism "
    "media-criticism statement aid un-resolution un-vote exercise congratulation praise".split()
)
_BIG_STEP = {"date": "contradicted", "source": "contradicted", "person": "contradicted"}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A record that a statement is about, when it is dated, and what differs."""

    match: Match
    when: str | None
    differences: tuple[Difference, ...]


def judge(events: list[Event], words: str, index: RecordIndex) -> Verdict | None:
    """Verdict on a statement that something happened, or did not.

    Parameters
    ----------
    events
        The statement's events: one act, in one or both directions, or by several actors.
    words
        The statement's words.

    Returns
    -------
    Verdict or None
        ``None`` when no event has an actor that the casebook knows: nothing to look up.
    """
    known = {code for r in index.casebook.records for code in (*r.sources, *r.targets)}
    events = [e for e in events if _looks_up(e, known)]
    if not events:
        return None
    named = index.occasions(words)
    best: tuple[Event, str | None, list[Named], list[Match]] | None = None
    for event in events:
        when, fitting = occasion_date(_settings(named), event.date)
        found = index.candidates(event, words, when)
        if best is None or (found and (not best[3] or found[0].score > best[3][0].score)):
            best = (event, when, fitting, found)
    assert best is not None
    event, when, fitting, found = best
    if event.factuality not in REAL:
        return _denied(event, when, found, index)
    return _happened(event, words, when, named, fitting, found, index)


def _looks_up(event: Event, known: set[str]) -> bool:
    sides = [actor for actor in (event.source, event.target) if actor]
    doer = event.source
    if doer and not doer.key and (doer.person or doer.sector not in {"GOV", "MIL"}):
        return False  # somebody the casebook does not know did it
    return any(actor.key in known for actor in sides)


def _settings(named: list[Named]) -> list[Named]:
    """Occasions that tell when: not the Games or the vote that the act itself is about."""
    return [n for n in named if n.occasion.kind not in {"games", "games-vote"}]


def _happened(
    event: Event, words: str, when: str | None, named: list[Named], fitting: list[Named],
    found: list[Match], index: RecordIndex,
) -> Verdict:  # fmt: skip
    if not found:
        return _nothing(event, when, index)
    counted = _nth(event, words, when, index)
    if counted is not None:
        return counted
    same_time = [m for m in found if m.gap_days == 0 and _is_the_act(m, event, when)]
    if same_time:
        best = same_time[0]
        differences = _differences(event, when, best, named, fitting)
        if any(d.what == "kind" for d in differences):
            exact = [m for m in same_time if m.kind == 1.0 and m.score > best.score - 0.1]
            if exact:
                best = exact[0]
                differences = _differences(event, when, best, named, fitting)
        return _told(Finding(best, when, differences), same_time, event, index)
    best = found[0]
    if when is None or best.kind < _KIND_FITS or (best.kind < 1.0 and best.words < 0.35):
        return _nothing(event, when, index, near=best)
    if event.kind in _REPEATED:
        return _wrong_time_of_many(event, when, found, index)
    if best.score < _SAME_ACT - 0.12 or best.record.confidence == "low":
        return _nothing(event, when, index, near=best)
    differences = _differences(event, when, best, named, fitting)
    return _told(Finding(best, when, differences), [best], event, index)


def _nth(event: Event, words: str, when: str | None, index: RecordIndex) -> Verdict | None:
    """ "Its second nuclear test in May 2008": the second on record, and its date.

    Only for kinds of which a table holds every act from the first on.
    """
    said = re.search(
        rf"(?i)\b({'|'.join(_ORDINALS)})\b(?:\s+\w+){{0,2}}\s+{event.trigger}\b", words
    )
    if not said or not event.source or when is None:
        return None
    whole = [t.name for t in index.casebook.tables.values() if event.kind in t.from_first]
    acts = [
        r
        for r in index.casebook.records
        if r.table in whole and r.kind == event.kind and event.source.key in r.sources
    ]
    number = _ORDINALS.index(said.group(1).lower())
    if number >= len(acts):
        return None
    record, label = acts[number], ontology.kinds()[event.kind].label.split(" ", 1)[1]
    evidence = (index.casebook.evidence(record),)
    on_record = f"{_sentence(record.title)} ({edtf_in_words(record.date)})"
    if gap_days(when, record) == 0:
        return Verdict("supported", f"On record: {on_record}.", evidence, n=len(acts))
    reason = (
        f"The text puts the {said.group(1).lower()} {label} in {edtf_in_words(when)}; "
        f"on record it is: {on_record}."
    )
    return Verdict("contradicted", reason, evidence, n=len(acts))


def _is_the_act(match: Match, event: Event, when: str | None) -> bool:
    """Whether a record at the right time is the act told; an undated one needs more to go by."""
    if match.kind < _KIND_FITS or match.score < _SAME_ACT:
        return False
    if when is not None:
        low, high = bounds(when)
        return match.kind > _KIND_FITS or (high - low).days <= _ONE_OCCASION
    if match.kind < 1.0:
        return match.words >= 0.35
    said = event.target is not None and event.target.key in match.record.targets
    return match.words >= 0.2 or match.person > 0 or said


def _differences(
    event: Event, when: str | None, match: Match, named: list[Named], fitting: list[Named]
) -> tuple[Difference, ...]:
    record, out = match.record, []
    kinds = ontology.kinds()
    if when and match.gap_days > 0:
        out.append(Difference("date", edtf_in_words(when), edtf_in_words(record.date)))
    if match.kind == 0.6 and kinds[event.kind].family == "weapons-test":
        out.append(Difference("kind", kinds[event.kind].label, kinds[record.kind].label))
    if event.source and event.source.key and record.sources:
        mutual = event.source.key in record.targets
        by_a_body = all(code not in cow_codes() for code in record.sources)
        if event.source.key not in record.sources and not mutual and not by_a_body:
            out.append(Difference("source", event.source.name, ", ".join(record.sources)))
    for other in named:
        if other in fitting or any(_covers(n, record) for n in named if n.phrase == other.phrase):
            continue
        what = "date" if when is None else "occasion"  # the occasion is all the text dates it by
        out.append(Difference(what, other.phrase, _occasion_words(other)))
    return tuple({d.what: d for d in out}.values())


def _covers(named: Named, record: Record) -> bool:
    """Whether an occasion is at the record's time, give or take its run-up."""
    low, high = record.span
    margin = dt.timedelta(21)
    return named.occasion.start - margin <= high and low <= named.occasion.end + margin


def _occasion_words(named: Named) -> str:
    occasion = named.occasion
    return f"{occasion.name} was on {in_words(occasion.start, occasion.end)}"


def _told(finding: Finding, listed: list[Match], event: Event, index: RecordIndex) -> Verdict:
    """Supported, or with the details that differ named."""
    record = finding.match.record
    evidence = tuple(index.casebook.evidence(m.record) for m in _top(listed, record))
    when = edtf_in_words(record.date)
    if not finding.differences:
        also = _also(listed, record)
        reason = f"On record: {_sentence(record.title)} ({when}){also}."
        word: VerdictWord = "supported"
    else:
        word = "partly supported"
        parts = []
        for difference in finding.differences:
            parts.append(_in_words(difference, record))
            if _BIG_STEP.get(difference.what) and not _small(difference, finding):
                word = "contradicted"
        reason = f"{' '.join(parts)} The record: {_sentence(record.title)} ({when})."
    caveats = [record.note] if record.note else []
    if record.confidence == "low":
        caveats.append("The record itself is of low confidence.")
    if event.factuality == "hypothetical":
        caveats.append("The text does not say outright that it happened.")
    return Verdict(word, reason, evidence, n=len(evidence), caveats=tuple(caveats))


def _small(difference: Difference, finding: Finding) -> bool:
    """A date a few weeks off is a wrong detail."""
    dated = difference.what == "date" and finding.when is not None
    return dated and finding.match.gap_days <= _NEAR_DAYS


def _in_words(difference: Difference, record: Record) -> str:
    match difference.what:
        case "date" | "occasion" if " was on " in difference.record_says:
            return f"The text names “{difference.text_says}”, but {difference.record_says}."
        case "date":
            return (
                f"The text says {difference.text_says}; the record says {difference.record_says}."
            )
        case "kind":
            return f"The text says {difference.text_says}; on record is {difference.record_says}."
        case _:
            return (
                f"The text says {difference.text_says}; on record it was {difference.record_says}."
            )


def _top(matches: list[Match], first: Record) -> list[Match]:
    keep = [m for m in matches if m.record is first]
    best = max(m.score for m in matches)
    keep += [m for m in matches if m.record is not first and m.score > best - 0.12]
    return keep[:_LISTED]


def _also(listed: list[Match], record: Record) -> str:
    best = max(m.score for m in listed)
    more = len([m for m in listed if m.record is not record and m.score > best - 0.12])
    return f", and {more} more that fit" if more else ""


def _sentence(title: str) -> str:
    return title.rstrip(".")


def _wrong_time_of_many(
    event: Event, when: str | None, found: list[Match], index: RecordIndex
) -> Verdict:
    """A visit or a test of a given time that is not on record: what is, near that time."""
    same = [m for m in found if m.kind == 1.0 and m.actors >= 0.5]
    table = _complete(same or found, index, when)
    nearest = sorted(same or found, key=lambda m: m.gap_days)[:3]
    evidence = tuple(index.casebook.evidence(m.record) for m in nearest)
    label = ontology.kinds()[event.kind].label
    if table is None or when is None:
        return _nothing(event, when, index, near=nearest[0])
    low, high = table.complete or (dt.date.min, dt.date.max)
    close = nearest[0]
    says = f"The text has {label} in {edtf_in_words(when)}."
    reason = (
        f"{says} The table “{table.name}”, complete from {in_words(low, low)} to "
        f"{in_words(high, high)}, has none then; the nearest is {_sentence(close.record.title)} "
        f"({edtf_in_words(close.record.date)})."
    )
    word: VerdictWord = "partly supported" if close.gap_days <= 10 else "contradicted"
    return Verdict(word, reason, evidence, n=0, caveats=(table.counting_rule,))


def _complete(matches: list[Match], index: RecordIndex, when: str | None) -> Table | None:
    """The table that would hold the act, if it is complete for the time in question."""
    if not matches or when is None:
        return None
    table = index.casebook.tables[matches[0].record.table]
    if table.complete is None:
        return None
    low, high = bounds(when)
    return table if table.complete[0] <= low and high <= table.complete[1] else None


def _denied(
    event: Event, when: str | None, found: list[Match], index: RecordIndex
) -> Verdict | None:
    """The text says that an act did not take place: is one on record?"""
    if event.factuality != "denied" or event.kind not in _REPEATED | {"recognition", "treaty"}:
        return None
    fits = [m for m in found if m.kind == 1.0 and m.actors >= 0.75 and m.gap_days == 0]
    label = ontology.kinds()[event.kind].label
    if not fits or when is None:
        return None
    evidence = tuple(index.casebook.evidence(m.record) for m in fits[:_LISTED])
    record = fits[0].record
    reason = (
        f"The text says there was not {label}; on record is {_sentence(record.title)} "
        f"({edtf_in_words(record.date)})."
    )
    return Verdict("contradicted", reason, evidence, n=len(evidence))


def _nothing(
    event: Event, when: str | None, index: RecordIndex, near: Match | None = None
) -> Verdict:
    label = ontology.kinds()[event.kind].label
    time = f" in {edtf_in_words(when)}" if when else ""
    reason = f"The casebook has no record of {label}{time} that fits this sentence."
    evidence: tuple[Evidence, ...] = ()
    if near is not None and near.score > 0.4:
        days = gap_days(when, near.record)
        far = f", {days} days away" if days else ""
        reason += (
            f" Nearest: {_sentence(near.record.title)} ({edtf_in_words(near.record.date)}{far})."
        )
        evidence = (index.casebook.evidence(near.record),)
    return Verdict("no record", reason, evidence, n=0)
