"""Which act a date of the sentence dates, and how it bounds it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

from detente.read.dates import DateMention
from detente.read.factuality import factuality, is_saying
from detente.schema import bounds

#: How an event noun hangs on the verb that says of it when it was.
_CARRIED = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})


_STEPS = {
    "the next day": 1, "next day": 1, "a day earlier": -1, "a day before": -1,
    "the day before": -1, "the previous day": -1,
}  # fmt: skip
_HAD = frozenset({"had", "'d", "’d"})
_DAY_OF_WEEK = re.compile(r"^(?:[Oo]n\s+)?\w+day\b")


def as_narrated(dates: list[DateMention]) -> list[DateMention]:
    """ "The next day", "a day earlier" count from the day last named, not from that of the text."""
    out: list[DateMention] = []
    for date in dates:
        step = _STEPS.get(date.text.lower())
        if step:
            last = next((d.edtf for d in reversed(out) if d.edtf), "")
            low, high = bounds(last) if last else (dt.date.min, dt.date.max)
            edtf = str(low + dt.timedelta(step)) if low == high else None
            date = dataclasses.replace(date, edtf=edtf, basis="context")
        out.append(date)
    return out


def bounded(dates: list[DateMention]) -> DateMention | None:
    """ "after 1945 and before 1950" is one interval; "since 2013" has an open end."""
    if not dates or not dates[0].edtf:
        return dates[0] if dates else None
    lows = [d.edtf for d in dates if d.relation in {"since", "after"} and d.edtf]
    highs = [d.edtf for d in dates if d.relation in {"before", "until", "by"} and d.edtf]
    low = str(min(bounds(edtf)[0] for edtf in lows)) if lows else ".."
    high = str(max(bounds(edtf)[1] for edtf in highs)) if highs else ".."
    return dataclasses.replace(dates[0], edtf=f"{low}/{high}")


def ahead(date: DateMention | None, trigger: Any, written: str | None) -> DateMention | None:
    """What is planned for a day without a year, or of the week, is meant for the next such day.

    Only of a date in the act's own words: one borrowed from a verb above is that verb's.
    """
    if not date or not date.edtf or not written:
        return date
    low, high = bounds(date.edtf)
    first, last = trigger.left_edge.idx, trigger.right_edge.idx
    if not first <= date.start <= last or high >= bounds(written)[0]:
        return date
    if _DAY_OF_WEEK.search(date.text) and low == high:
        return dataclasses.replace(date, edtf=str(low + dt.timedelta(7)))
    if date.basis != "context" or re.search(r"\d{4}", date.text) or low.year != high.year:
        return date
    return dataclasses.replace(date, edtf=f"{low.year + 1}{date.edtf[4:]}")


def assign_dates(
    sentence: Any, triggers: list[Any], dates: list[DateMention]
) -> dict[int, list[DateMention]]:
    """Each date goes to the trigger nearest in the parse tree; dateless triggers borrow.

    A trigger without a date of its own takes the one of the trigger it hangs on, or a date
    that opens the sentence.
    """
    out: dict[int, list[DateMention]] = {}
    for date in dates:
        span = sentence.doc.char_span(date.start, date.end, alignment_mode="expand")
        if span is None or not triggers:
            continue
        if _is_label(span, triggers):
            continue
        nearest = min(triggers, key=lambda t: (_span_distance(span, t), abs(t.i - span.start)))
        if _of_another_clause(span, nearest):
            continue
        nearest = _after_and(span, nearest, triggers)
        if date.relation in {"since", "until"} and not _inside(span, triggers):
            if date.relation == "since" and factuality(nearest, sentence)[0] == "denied":
                out.setdefault(nearest.i, []).append(_ever_after(date))
            continue
        relation = _as_told(span, nearest, triggers, sentence)
        relation = relation or _relation(span, nearest, date.relation)
        date = dataclasses.replace(date, relation=relation)
        out.setdefault(nearest.i, []).append(date)
    opening = [d for d in dates if d.start - sentence.start_char < 12 and d.relation == "at"]
    for token in triggers:
        if token.i in out:
            continue
        above = next((a for a in token.ancestors if a.i in out), None)
        if above is None and token.dep_ == "advcl":  # "the visit was in May, when Li went to …"
            above = next((t for t in triggers if t.i in out and t.head.i == token.head.i), None)
        aside = (t for t in triggers if t.dep_ == "advcl" and t.tag_ == "VBG" and t.i in out)
        beside = next((t.i for t in aside if t.head.i == token.i), -1)
        carrier = _carrier(token)
        if carrier in out:  # "the test took place on 9 September": the verb has the noun's date
            out[token.i] = out[carrier]
        elif beside >= 0:  # "Ortega, speaking this week, accused …"
            out[token.i] = out[beside]
        elif above is not None and (token.dep_ in {"conj", "advcl", "xcomp"} or _when(token)):
            out[token.i] = out[above.i]
        elif opening:
            out[token.i] = opening[:1]
    return out


def _as_told(span: Any, trigger: Any, triggers: list[Any], sentence: Any) -> str:
    """How a date that is only that of "said" bounds what was said: nothing where it may be both.

    "On Tuesday he said they had met": before; "they will meet, he said on Tuesday": since.
    """
    verb = next((a for a in span.root.ancestors if a.pos_ == "VERB"), None)
    if verb is None or not is_saying(verb) or verb in triggers or verb not in trigger.ancestors:
        return ""
    had = any(c.dep_ == "aux" and c.lower_ in _HAD for c in trigger.children)
    if had and trigger.tag_ in {"VBN", "VBD"}:
        return "before"
    return "since" if factuality(trigger, sentence)[0] == "planned" else ""


def _when(verb: Any) -> bool:
    """ "in 1970, when Zhou came": the clause is hung on the date itself."""
    return verb.dep_ == "relcl" and any(c.lower_ == "when" for c in verb.children)


def _ever_after(date: DateMention) -> DateMention:
    """ "No premier has come since 2015": none after 2015."""
    if not date.edtf:
        return date
    after = bounds(date.edtf)[1] + dt.timedelta(1)
    return dataclasses.replace(date, edtf=f"{after}/..", relation="at")


def _carrier(token: Any) -> int:
    """Position of the verb that an event noun hangs on, as subject, object or "with a test"."""
    if token.pos_ == "VERB":
        return -1
    if token.dep_ == "pobj" and token.head.lower_ == "with":
        return int(token.head.head.i)
    return int(token.head.i) if token.dep_ in _CARRIED else -1


def _inside(span: Any, triggers: list[Any]) -> bool:
    """Whether a "since …" phrase is itself about a trigger ("since the signing … on …")."""
    return any(t.is_ancestor(span.root) and t.pos_ not in {"VERB", "AUX"} for t in triggers)


def _relation(span: Any, trigger: Any, given: str) -> str:
    """How a date bounds an act, read off the preposition between the two in the tree.

    "sent home after the war in 1945": the act came after 1945.
    """
    if _inside(span, [trigger]):
        return "at"
    for token in [span.root, *span.root.ancestors]:
        if token.i == trigger.i:
            break
        if token.dep_ == "prep" and token.lower_ in {"after", "before", "since", "until"}:
            return str(token.lower_)
    return given


def _of_another_clause(span: Any, trigger: Any) -> bool:
    """Whether a date stands in a clause beside the act's, with a subject and a verb of its own.

    "They met in May, and in June Kim was back": nobody met in June.
    """
    verb = next((a for a in span.root.ancestors if a.pos_ in {"VERB", "AUX"}), None)
    if verb is None or verb.dep_ != "conj" or verb.i in (trigger.i, _carrier(trigger)):
        return False
    subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    back = subject is not None and subject.lower_ in {"it", "that", "this", "which"}
    return subject is not None and not back and trigger in verb.ancestors


def _after_and(span: Any, verb: Any, triggers: list[Any]) -> Any:
    """ "They overran it, and on 29 January signed": the date of what is signed, not of both."""
    ands = [c for c in verb.children if c.dep_ == "cc" and verb.i < c.i < span.start]
    later = (t for t in triggers if t.dep_ == "conj" and t.head.i == verb.i and t.i > span.start)
    return next(later, verb) if ands else verb


def _is_label(span: Any, triggers: list[Any]) -> bool:
    """Whether a year only names a thing ("the 2004 Games"), not when the act was."""
    root = span.root
    if root.dep_ not in {"nummod", "compound", "nmod", "amod", "npadvmod"}:
        return False
    head = root.head
    while head.dep_ == "compound":
        head = head.head
    return (
        head.pos_ in {"NOUN", "PROPN"} and head.i > root.i and all(head.i != t.i for t in triggers)
    )


def _span_distance(span: Any, trigger: Any) -> float:
    return min(_distance(token, trigger) for token in span)


def _distance(date: Any, trigger: Any) -> float:
    """Steps in the tree from a date to a trigger; crossing a clause border costs more."""
    up = {a.i: n for n, a in enumerate([date, *date.ancestors])}
    cost = 0.0
    for token in [trigger, *trigger.ancestors]:
        if token.i in up:
            return cost + up[token.i]
        cost += 4 if token.dep_ in {"relcl", "advcl", "ccomp", "conj"} else 1
    return 99
