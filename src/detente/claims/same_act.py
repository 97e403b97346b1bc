"""Is a record the act that a statement tells?"""

from __future__ import annotations

import math
import re

from detente.read.actors import cow_codes
from detente.record.casebook import Record
from detente.record.match import Match, RecordIndex, is_narrow, opposite
from detente.record.words import stem, stems
from detente.schema import Event, bounds

#: How well the kind must fit.
KIND_FITS = 0.6
#: From this score on a record is taken to be the one the statement is about.
SAME_ACT = 0.55
#: Kinds of which many happen, told apart by what they were about.
ABOUT = frozenset(
    "treaty accusation criticism media-criticism statement demand promise advice refusal praise letter "
    "agreement cooperation aid aid-cut trade-measure sanction concession easing threat".split()
)
#: Share of the words on what it was about that an undated one must have in common.
ABOUT_UNDATED = 0.4
#: More acts of a kind by one state than this: another time is another act.
_OFTEN = 3
#: Of how many records at most a word may be that names one.
_NAMED_OF = 4
#: An opposite act decides only between the same parties, within so many days.
_SURE, _A_MONTH = 0.6, 31
#: Another kind of act is "the same act, wrongly named" only within so many days.
_ONE_OCCASION = 10


def done_often(event: Event, index: RecordIndex) -> bool:
    """Whether a state did that sort of thing several times: then another time is another act."""
    doer = event.source.party if event.source else ""
    same = [r for r in index.casebook.records if r.kind == event.kind and doer in r.sources]
    return len(same) > _OFTEN


def opposed(event: Event, when: str | None, found: list[Match]) -> Match | None:
    """A record of the opposite act, by the same parties, in the time the text gives."""
    if when is None:
        return None
    low, high = bounds(when)
    fits = [
        m
        for m in found
        if m.gap_days == 0 and opposite(event, m.record) and m.actors >= _SURE and m.words >= 0.3
    ]
    return fits[0] if fits and (high - low).days <= _A_MONTH else None


def singled_out(words: str, record: Record) -> bool:
    """ "His first trip to China", when the record is told as his first: it names one act."""
    told = " ".join((record.title, *record.terms)).lower()
    marks = re.findall(r"\b(first|only|last|second|third|fourth|fifth)\b", words.lower())
    return any(re.search(rf"\b{mark}\b", told) for mark in marks)


def called_by_name(words: str, record: Record, index: RecordIndex) -> bool:
    """Whether words call an act by a name that few records have: a place, a group, a plan."""
    told = {stem(w) for w in re.findall(r"\b[A-Z][\w’'-]+", words)}
    own = set(stems(" ".join((record.title, *record.terms, record.place))))
    several = math.log(1 + len(index.casebook.records) / _NAMED_OF)
    return any(index.weights.of(word) >= several for word in told & own)


def _left_out(record: Record, words: str) -> bool:
    """Whether the record says that what the text says was left out: "without naming China"."""
    said = set(stems(words))
    return any(stem(word) in said for word in re.findall(r"without (\w+)", record.title))


def is_the_act(match: Match, event: Event, when: str | None, words: str) -> bool:
    """Whether a record at the right time is the act told; an undated one needs more to go by."""
    if match.kind < KIND_FITS or match.score < SAME_ACT:
        return False
    if _left_out(match.record, words):
        return False
    if not is_narrow(when) and _elsewhere(event, match.record):
        return False  # he may have been to both in that month
    wide = when is None or (bounds(when)[1] - bounds(when)[0]).days > _A_MONTH
    about = ABOUT_UNDATED if when is None else 0.0
    if wide and event.kind in ABOUT and match.topical <= about:
        return False
    if when is not None:
        low, high = bounds(when)
        return match.kind > KIND_FITS or (high - low).days <= _ONE_OCCASION
    if match.kind < 1.0:
        return match.words >= 0.35
    said = event.target is not None and event.target.party in match.record.targets
    return match.words >= 0.2 or match.person > 0 or said


def _elsewhere(event: Event, record: Record) -> bool:
    target = event.target.party if event.target else ""
    both = {*record.sources, *record.targets}
    return event.kind == record.kind == "visit" and target in cow_codes() and target not in both
