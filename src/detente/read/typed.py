"""PLOVER type, mode and confidence of coded events, from the trained classifier.

Trigger words give the kind of act and a first type; the classifier reads the whole sentence
with source and target marked. It decides the type where it is surer than not; an act that no
trigger word reports stays only if the classifier sees one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from detente import ontology
from detente.read.classify import Classification, classify_batch
from detente.schema import Actor, Event

#: From this probability on the classifier's type replaces the trigger's.
_SURE = 0.5
_Span = tuple[int, int]
#: An act without a trigger word needs this much from the classifier.
_ALONE = 0.6


def typed(events: Sequence[Event], start: int) -> list[Event]:
    """Events of one sentence with the classifier's type, mode and calibrated confidence.

    Parameters
    ----------
    start
        Where the sentence (``Event.text``) starts in the document.
    """
    events = [e for e in events if e.kind or _placed(e)]
    at: dict[int, tuple[str, _Span, _Span]] = {}
    for number, event in enumerate(events):
        spans = _spans(event, start)
        if spans is not None:
            at[number] = (event.text, *spans)
    asked = list(dict.fromkeys(at.values()))  # two verbs between the same two are one question
    found = dict(zip(asked, classify_batch(asked), strict=True))
    answers = {number: found[pair] for number, pair in at.items()}
    out = []
    for number, event in enumerate(events):
        answer = answers.get(number)
        if event.kind:
            out.append(_retyped(event, answer) if answer else event)
        elif answer and answer.no_event < 1 - _ALONE and answer.confidence >= _ALONE:
            out.append(_retyped(event, answer))
    return out


def _placed(event: Event) -> bool:
    """Whether a state or body is on either side: without, no table can use the act."""
    return any(actor and actor.key for actor in (event.source, event.target))


def _spans(event: Event, start: int) -> tuple[_Span, _Span] | None:
    """Source and target as spans of the sentence; ``None`` when one is missing or they overlap."""
    source, target = event.source, event.target
    if source is None or target is None:
        return None
    one, two = _span(source, start), _span(target, start)
    inside = all(0 <= s < e <= len(event.text) for s, e in (one, two))
    apart = one[1] <= two[0] or two[1] <= one[0]
    return (one, two) if inside and apart else None


def _span(actor: Actor, start: int) -> _Span:
    return actor.char_start - start, actor.char_end - start


def _retyped(event: Event, answer: Classification) -> Event:
    if (
        not event.event_type
        or answer.confidence < _SURE
        or (event.kind and answer.no_event > _SURE)
    ):
        return event
    return dataclasses.replace(
        event,
        event_type=answer.type,
        mode=answer.mode,
        quad_class=answer.quad,
        intensity=ontology.intensity(answer.type, answer.mode),
        confidence=round(answer.confidence, 4),
    )
