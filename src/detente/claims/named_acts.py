"""Acts told by name where nobody is named who did them: "The Tashkent Declaration was signed …".

A sentence in the passive gives no doer, and so no event between two parties. When it calls an
act of the casebook by its own name, says with one of its verbs that it took place, and says when,
the record of that name can be held against it all the same.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

from detente.claims.differences import NEAR_DAYS
from detente.claims.told import bare
from detente.ontology import triggers
from detente.read.actors import state_names
from detente.read.dates import find_dates
from detente.record.casebook import Record
from detente.record.match import RecordIndex, edtf_in_words, gap_days, on_or_in
from detente.record.words import phrase_hits, stem, stems
from detente.schema import Verdict

#: Words that take back, or put off, what a verb says.
_UNREAL = re.compile(
    r"(?i)\b(?:not|never|no|without|will|would|could|should|may|might|if|whether|until|before|after"
    r"|since|anniversary|years? (?:after|before)|later|ago|called off|cancelled|canceled|postponed)\b"
    r"|n['’]t\b|\?"
)
#: A name told of more records than this is none.
_FEW = 3


def judge(words: str, index: RecordIndex, as_of: dt.date | None) -> Verdict | None:
    """What the record of a named act says of a dated sentence; ``None`` where none is named."""
    if _UNREAL.search(words):
        return None
    day = str(as_of) if as_of else None
    dates = [d for d in find_dates(words, day) if d.edtf and d.relation == "at"]
    if len(dates) != 1 or not dates[0].edtf or ".." in dates[0].edtf:
        return None
    when, told = dates[0].edtf, stems(words)
    found = [r for r in _named(words, told, index) if as_of is None or r.span[0] <= as_of]
    if not found:
        return None
    gaps = sorted(((gap_days(when, r), r) for r in found), key=lambda pair: pair[0])
    gap, record = gaps[0]
    evidence = (index.casebook.evidence(record),)
    on_record = f"{bare(record.title)} ({edtf_in_words(record.date)})"
    if gap == 0:
        return Verdict("supported", f"On record: {on_record}.", evidence, n=1)
    if len(found) > 1 or record.confidence == "low" or not re.search(r"\d{4}", dates[0].text):
        return None
    reason = f"The text puts it {on_or_in(when)}; on record is: {on_record}."
    near = gap <= NEAR_DAYS
    return Verdict("partly supported" if near else "contradicted", reason, evidence, n=1)


def _named(words: str, told: list[str], index: RecordIndex) -> list[Record]:
    """Records that a sentence calls by name and tells with a verb of their title."""
    capitals = {stem(w) for w in re.findall(r"(?<!^)\b[A-Z][\w’'-]+", words)} - _states()
    out = []
    for record in index.casebook.records:
        names = [
            t for t in phrase_hits(record.terms, told)
            if set(stems(t)) & capitals and _is_rare(t, index)
        ]  # fmt: skip
        title = set(stems(record.title))
        if names and set(told) & title & _verbs():
            out.append(record)
    return out


def _is_rare(term: str, index: RecordIndex) -> bool:
    wanted = term.lower()
    return sum(wanted in r.terms for r in index.casebook.records) <= _FEW


@functools.cache
def _verbs() -> frozenset[str]:
    return frozenset(stem(w) for row in triggers() if row.pos == "VERB" for w in row.lemmas)


@functools.cache
def _states() -> frozenset[str]:
    return frozenset(w for name in state_names() for w in stems(name.phrase))
