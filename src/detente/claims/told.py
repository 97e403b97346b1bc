"""What a look-up found, as a verdict with its sentence and the rows it rests on."""

from __future__ import annotations

import dataclasses

from detente import ontology
from detente.claims.differences import DECISIVE, Difference, in_a_sentence
from detente.record.casebook import Record
from detente.record.match import Match, RecordIndex, edtf_in_words, gap_days, on_or_in
from detente.schema import Event, Evidence, Verdict, VerdictWord

#: How many records a verdict on an undated statement lists.
LISTED = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A record that a statement is about, when it is dated, and what differs."""

    match: Match
    when: str | None
    details: tuple[Difference, ...]


def told(finding: Finding, listed: list[Match], event: Event, index: RecordIndex) -> Verdict:
    """Supported, or with the details that differ named."""
    record = finding.match.record
    evidence = tuple(index.casebook.evidence(m.record) for m in _top(listed, record))
    when = edtf_in_words(record.date)
    if not finding.details:
        also = _also(listed, record)
        reason = f"On record: {bare(record.title)} ({when}){also}."
        word: VerdictWord = "supported"
    else:
        word = "partly supported"
        parts = []
        for difference in finding.details:
            parts.append(in_a_sentence(difference))
            if difference.what in DECISIVE and not difference.small:
                word = "contradicted"
        reason = f"{' '.join(parts)} The record: {bare(record.title)} ({when})."
    caveats = [record.note] if record.note else []
    if record.confidence == "low":
        caveats.append("The record itself is of low confidence.")
    if event.factuality == "hypothetical":
        caveats.append("The text does not say outright that it happened.")
    return Verdict(word, reason, evidence, n=len(evidence), caveats=tuple(caveats))


def _top(matches: list[Match], first: Record) -> list[Match]:
    keep = [m for m in matches if m.record is first]
    best = max(m.score for m in matches)
    keep += [m for m in matches if m.record is not first and m.score > best - 0.12]
    return keep[:LISTED]


def _also(listed: list[Match], record: Record) -> str:
    best = max(m.score for m in listed)
    more = len([m for m in listed if m.record is not record and m.score > best - 0.12])
    return f", and {more} more that fit" if more else ""


def contrary(event: Event, match: Match, index: RecordIndex) -> Verdict:
    """Contradicted by a record of the opposite act."""
    kinds, record = ontology.kinds(), match.record
    reason = (
        f"The text has {kinds[event.kind].label}; on record is {kinds[record.kind].label}: "
        f"{bare(record.title)} ({edtf_in_words(record.date)})."
    )
    return Verdict("contradicted", reason, (index.casebook.evidence(record),), n=1)


def bare(title: str) -> str:
    """A title as it stands within a sentence."""
    return title.rstrip(".")


def nothing(
    event: Event, when: str | None, index: RecordIndex, near: Match | None = None
) -> Verdict:
    """No record, and which one comes nearest, where one comes near at all."""
    label = ontology.kinds()[event.kind].label
    time = f" {on_or_in(when)}" if when else ""
    reason = f"The casebook has no record of {label}{time} that fits this sentence."
    evidence: tuple[Evidence, ...] = ()
    if near is not None and near.score > 0.4:
        days = gap_days(when, near.record)
        far = f", {days} days away" if days else ""
        reason += f" Nearest: {bare(near.record.title)} ({edtf_in_words(near.record.date)}{far})."
        evidence = (index.casebook.evidence(near.record),)
    return Verdict("no record", reason, evidence, n=0)
