"""Did it happen, then, so? The events of a statement against the records of a casebook."""

from __future__ import annotations

import datetime as dt
import re

from detente import ontology
from detente.claims import lookup
from detente.claims.alike import elsewhere, in_office
from detente.claims.differences import NEAR_DAYS, differences, other_office
from detente.claims.same_act import (
    ABOUT,
    ABOUT_UNDATED,
    KIND_FITS,
    SAME_ACT,
    called_by_name,
    done_often,
    is_the_act,
    opposed,
    singled_out,
)  # fmt: skip
from detente.claims.told import LISTED, Finding, bare, contrary, nothing, told
from detente.record.casebook import Table
from detente.record.match import (
    Match,
    Named,
    RecordIndex,
    edtf_in_words,
    gap_days,
    in_words,
    occasion_date,
    on_or_in,
    resolution_number,
)  # fmt: skip
from detente.schema import REAL, Event, Verdict, VerdictWord, bounds

#: Share of the words on what a denied act was about that a record must have in common: that one
#: did not happen says nothing of its like.
_ABOUT_DENIED = 0.6
#: Of an act done often, words alike less than so tell of another one.
_SURELY_ABOUT = 0.4
_POINTS_BACK = re.compile(
    r"(?i)\b(?:that|this) (?:resolution|treaty|agreement|accord|visit|trip|test|launch|meeting|vote)\b"
)
#: Acts done over again: one of another time is not the same act.
_AGAIN = re.compile(r"(?i)renew|extend|prolong|reaffirm|resum|reopen|restor|reviv|repeat|revis")
#: "None has come since", "none came again until …".
_UP_TO = re.compile(r"(?i)\b(?:until|till|again)\b|\bsince\b(?:\s+then)?\W*$")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
#: Kinds of act a state does again and again: one of another time is not "the same act".
_REPEATED = frozenset(
    "visit meeting talks letter missile-test nuclear-test satellite-launch criticism "
    "media-criticism statement aid detention agreement un-resolution un-vote exercise "
    "congratulation praise opening sale cooperation easing trade-easing".split()
)
#: Kinds that are done again too, but of which one often has a name ("the attack on Mumbai").
_ONE_AMONG = frozenset(
    "border-measure trade-measure sanction armistice clash attack shooting expulsion mobilization "
    "demand threat promise protest hijacking refusal envoy-refused release seizure deportation "
    "treaty-suspension concession accusation aid-cut".split()
)


def judge(
    events: list[Event],
    words: str,
    index: RecordIndex,
    as_of: dt.date | None = None,
    sentence: str = "",
) -> Verdict | None:
    """Verdict on a statement that something happened, or did not.

    Parameters
    ----------
    events
        The statement's events: one act, in one or both directions, or by several actors.
    words
        The statement's words.
    sentence
        The whole sentence: another clause may name the occasion ("while Xi hosted …").
    as_of
        The day of the text: what came later can neither support nor contradict it.

    Returns
    -------
    Verdict or None
        ``None`` when no event has an actor that the casebook knows: nothing to look up.
    """
    found = _judge(events, words, index, as_of, sentence)
    if found is None or as_of is None or found.verdict in {"supported", "partly supported"}:
        return found
    # "in March", said among other years, may be of the text's own year
    again = [lookup.in_year_of(e, as_of) for e in events]
    if again == events:
        return found
    other = _judge(again, words, index, as_of, sentence)
    return (
        found
        if other is None or found.verdict == other.verdict == "no record"
        else (
            other if found.verdict == "contradicted" or other.verdict != "contradicted" else found
        )
    )


def _judge(
    events: list[Event], words: str, index: RecordIndex, as_of: dt.date | None, sentence: str
) -> Verdict | None:
    events = lookup.events_to_look_up(events, index)
    if not events:
        return None
    impossible = next((e.date_text for e in events if lookup.no_such_day(e)), "")
    if impossible:
        reason = f"The text gives a date that does not exist: {impossible}."
        return Verdict("not testable here", reason)
    named = index.occasions(words) or lookup.told_with(index, sentence)
    if _POINTS_BACK.search(words) and not any(e.date for e in events) and not named:
        reason = "The text points back at an act told before it, without a date of its own."
        return Verdict("not testable here", reason)
    best: tuple[Event, str | None, list[Named], list[Match]] | None = None
    for event in events:
        when, fitting = occasion_date(lookup.settings(named), event.date)
        if when is None and as_of and event.factuality == "denied":
            when = f"../{as_of}"  # "has never …": up to the text
        found = [
            m
            for m in index.candidates(event, words, when)
            if as_of is None or m.record.span[0] <= as_of
        ]
        if best is None or (found and (not best[3] or found[0].score > best[3][0].score)):
            best = (event, when, fitting, found)
    assert best is not None
    event, when, fitting, found = best
    if event.factuality not in REAL:
        return _denied(event, words, when, found, index)
    return _happened(event, words, when, named, fitting, found, index)


def _happened(
    event: Event, words: str, when: str | None, named: list[Named], fitting: list[Named],
    found: list[Match], index: RecordIndex,
) -> Verdict:  # fmt: skip
    if not found:
        return nothing(event, when, index)
    counted = _nth(event, words, when, index)
    if counted is not None:
        return counted
    same_time = [m for m in found if m.gap_days == 0 and is_the_act(m, event, when, words)]
    if same_time:
        best = same_time[0]
        details = differences(event, when, best, named, fitting, index, words)
        if any(d.what == "kind" for d in details):
            exact = [m for m in same_time if m.kind == 1.0 and m.score > best.score - 0.1]
            if exact:
                best = exact[0]
                details = differences(event, when, best, named, fitting, index, words)
        return told(Finding(best, when, details), same_time, event, index)
    denied_by = opposed(event, when, found)
    if denied_by is not None:
        return contrary(event, denied_by, index)
    best = found[0]
    if when is None or best.kind < KIND_FITS or (best.kind < 1.0 and best.words < 0.35):
        return nothing(event, when, index, near=best)
    named_act = resolution_number(words) or (best.person > 0 and singled_out(words, best.record))
    named_act = named_act or (
        event.kind in _ONE_AMONG and called_by_name(words, best.record, index)
    )
    if event.kind in ABOUT and best.topical < ABOUT_UNDATED:
        return nothing(event, when, index, near=best)  # about something else
    many = done_often(event, index) and best.words < _SURELY_ABOUT
    again = _AGAIN.match(event.trigger)
    if (event.kind in _REPEATED | _ONE_AMONG or many or again) and not named_act:
        return _wrong_time_of_many(event, when, found, index)
    if best.score < SAME_ACT - 0.12 or best.record.confidence == "low":
        return nothing(event, when, index, near=best)
    details = differences(event, when, best, named, fitting, index, words)
    if best.gap_days > NEAR_DAYS and any(d.what in {"source", "target"} for d in details):
        return nothing(event, when, index, near=best)  # other parties at another time
    return told(Finding(best, when, details), [best], event, index)


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
        if r.table in whole and r.kind == event.kind and event.source.party in r.sources
    ]
    number = _ORDINALS.index(said.group(1).lower())
    if number >= len(acts):
        return None
    record, label = acts[number], ontology.kinds()[event.kind].label.split(" ", 1)[1]
    evidence = (index.casebook.evidence(record),)
    on_record = f"{bare(record.title)} ({edtf_in_words(record.date)})"
    gap = gap_days(when, record)
    if gap == 0:
        return Verdict("supported", f"On record: {on_record}.", evidence, n=len(acts))
    reason = (
        f"The text puts the {said.group(1).lower()} {label} {on_or_in(when)}; "
        f"on record it is: {on_record}."
    )
    word: VerdictWord = "partly supported" if gap <= NEAR_DAYS else "contradicted"
    return Verdict(word, reason, evidence, n=len(acts))


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
        return nothing(event, when, index, near=nearest[0])
    low, high = table.complete or (dt.date.min, dt.date.max)
    close = nearest[0]
    says = f"The text has {label} {on_or_in(when)}."
    reason = (
        f"{says} The table “{table.name}”, complete from {in_words(low, low)} to "
        f"{in_words(high, high)}, has none then; the nearest is {bare(close.record.title)} "
        f"({edtf_in_words(close.record.date)})."
    )
    near = 10 if event.kind == "missile-test" else 25  # acts come closer together
    word: VerdictWord = "partly supported" if close.gap_days <= near else "contradicted"
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
    event: Event, words: str, when: str | None, found: list[Match], index: RecordIndex
) -> Verdict | None:
    """The text says that an act did not take place: is one on record?"""
    if event.factuality != "denied" or when is None:
        return None
    if event.date is None and _UP_TO.search(words):
        return None  # none for a time: from when, or until when, is not read
    # "did not condemn the launch of 2023": what it was about dates it
    years = set() if event.date else set(re.findall(r"\b(?:19|20)\d\d\b", words))
    fits = [
        m
        for m in found
        if m.kind == 1.0
        and m.actors >= 0.75
        and m.gap_days == 0
        and (not years or years & {str(day.year) for day in m.record.span})
        and (event.kind not in ABOUT or m.topical >= _ABOUT_DENIED)
        and not other_office(event, m.record, index)
        and not elsewhere(event, m.record, words)
        and in_office(m.record, words, event.source.person if event.source else "", index)
    ]
    label = ontology.kinds()[event.kind].label
    if not fits:
        table = _complete([m for m in found if m.kind == 1.0], index, when)
        if table is None:
            return None
        what = label.split(" ", 1)[1]
        reason = (
            f"The table “{table.name}”, complete for that time, has no {what} {on_or_in(when)}."
        )
        return Verdict("supported", reason, n=0, caveats=(table.counting_rule,))
    evidence = tuple(index.casebook.evidence(m.record) for m in fits[:LISTED])
    record = fits[0].record
    reason = (
        f"The text says there was not {label}; on record is {bare(record.title)} "
        f"({edtf_in_words(record.date)})."
    )
    return Verdict("contradicted", reason, evidence, n=len(evidence))
