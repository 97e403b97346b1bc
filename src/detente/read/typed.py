"""PLOVER type, mode and confidence of coded events, from the trained classifier.

Trigger words give the kind of act and a first type; the classifier reads the whole sentence
with source and target marked. It decides the type where it is surer than not; an act that no
trigger word reports stays only if the classifier sees one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from detente import ontology
from detente.read.classify import Classification, classify_batch
from detente.read.implied import FILLED
from detente.schema import Actor, Event

#: From this probability on the classifier's type replaces the trigger's.
_SURE = 0.5
#: Types that are themselves the statement of what is to come: "will tax their steel if …".
_OF_INTENT = frozenset({"AGREE", "THREATEN"})
_TALKS = frozenset({"cooperation", "meeting", "talks"})
_Span = tuple[int, int]
#: An act without a trigger word needs this much from the classifier, of act and of type;
#: or near certainty of an act, whatever its type.
_ALONE = 0.6
_CERTAIN, _LIKELIEST = 0.9, 0.45


def typed(events: Sequence[Event], start: int) -> list[Event]:
    """Events of one sentence with the classifier's type, mode and calibrated confidence.

    Parameters
    ----------
    start
        Where the sentence (``Event.text``) starts in the document.
    """
    events = [e for e in events if e.kind or _placed(e)]
    forth = [_there_and_back(event, events[:number]) for number, event in enumerate(events)]
    at: dict[int, tuple[str, _Span | None, _Span | None]] = {}
    for number, event in enumerate(events):
        spans = _spans(event, start)
        if spans is not None and forth[number] < 0:
            at[number] = (event.text, *spans)
    asked = list(dict.fromkeys(at.values()))  # two verbs between the same two are one question
    found = dict(zip(asked, classify_batch(asked), strict=True))
    answers = {number: found[pair] for number, pair in at.items()}
    for number, other in enumerate(forth):
        if other in answers:
            answers[number] = answers[other]
    mirrored = {n for n, other in enumerate(forth) if other >= 0} | set(forth)
    known = [event for event in events if event.kind]
    out: dict[int, Event] = {}
    for number, event in enumerate(events):
        answer = answers.get(number)
        if not event.kind or (answer and _is_what_was_refused(event, answer, events)):
            continue
        turned = answer and number in mirrored and _turns_friendly(event, answer)
        if answer and not turned and not _is_of_another(event, answer, known):
            event = _retyped(event, answer)
        out[number] = event
    for number, event in enumerate(events):
        answer = answers.get(number)
        if not event.kind and answer and _is_act(answer):
            made = _as_seen(event, answer)
            if not _told(made, out.values()):
                out[number] = made
    return [out[number] for number in sorted(out)]


def _as_seen(event: Event, answer: Classification) -> Event:
    """An act that no trigger reports, as the classifier reads it.

    Its type may hold what the syntax has counted as a denial or a plan: "did not accept" is a
    rejection made, "will tax their steel if …" a threat made, on the day it was said.
    """
    made = _retyped(event, answer)
    if made.event_type == "REJECT" and answer.factuality == "happened":
        return dataclasses.replace(made, factuality="happened")
    if made.event_type in _OF_INTENT and made.factuality == "planned":
        said = made.date.removesuffix("/..") if made.date else None
        return dataclasses.replace(made, factuality="happened", date=said)
    return made


def _is_of_another(event: Event, answer: Classification, known: Sequence[Event]) -> bool:
    """Whether the classifier's type is that of another act between the two in the sentence.

    It reads the sentence, not the word: of "expelled two envoys, demanding an apology" it tells
    the expulsion.
    """
    return event.event_type != answer.type and any(
        (other.source, other.target, other.event_type) == (event.source, event.target, answer.type)
        for other in known
    )


def _is_what_was_refused(event: Event, answer: Classification, events: Sequence[Event]) -> bool:
    """ "Refused to hold talks": the refusal is an act, and the talks are not a denied refusal."""
    denied = event.kind in _TALKS and event.factuality == "denied" and answer.type == "REJECT"
    return denied and any(other.event_type == "REJECT" for other in events)


def _told(event: Event, others: Iterable[Event]) -> bool:
    """Whether another word of the sentence tells the same act."""
    return any(
        (other.source, other.target, other.event_type)
        == (event.source, event.target, event.event_type)
        and event.date in {None, other.date}
        for other in others
    )


def _there_and_back(event: Event, before: Sequence[Event]) -> int:
    """Number of the event of which this is the other direction ("A and B met"); −1 for none.

    What two do to one another is one act, so it has one type.
    """
    for number, other in enumerate(before):
        same = (other.trigger_start, other.char_start) == (event.trigger_start, event.char_start)
        if same and (other.source, other.target) == (event.target, event.source):
            return number
    return -1


def _turns_friendly(event: Event, answer: Classification) -> bool:
    """Whether the classifier makes cooperation of a conflict.

    Of what two do to each other ("accused each other") it is asked as of one side's act.
    """
    return event.quad_class > 2 and answer.quad <= 2


def _is_act(answer: Classification) -> bool:
    """Whether the classifier sees an act where no trigger word reports one.

    Where it is sure of an act, it need not be of the type, if it is of conflict or cooperation.
    """
    act = 1 - answer.no_event
    conflict = sum(p for kind, p in answer.probabilities.items() if ontology.QUAD_CLASS[kind] > 2)
    return (act > _ALONE and answer.confidence >= _ALONE) or (
        act > _CERTAIN and (answer.confidence >= _LIKELIEST or abs(2 * conflict - 1) > _CERTAIN)
    )


def _placed(event: Event) -> bool:
    """Whether a state or body is on one side, and on the other one too, or somebody by name.

    What a state does to "officials" in a word that no trigger lists is not asked about: no
    table of two parties can use it, and it would be a fifth of all questions.
    """
    sides = [actor for actor in (event.source, event.target) if actor]
    return any(a.key for a in sides) and all(a.key or a.person for a in sides)


def _spans(event: Event, start: int) -> tuple[_Span | None, _Span | None] | None:
    """Source and target as spans of the sentence; ``None`` when one is missing or they overlap."""
    source, target = event.source, event.target
    if source is None or target is None:
        return None
    one, two = _span(source, start), _span(target, start)
    named = [span for span in (one, two) if span]
    inside = all(0 <= s < e <= len(event.text) for s, e in named)
    apart = not one or not two or one[1] <= two[0] or two[1] <= one[0]
    return (one, two) if named and inside and apart else None


def _span(actor: Actor, start: int) -> _Span | None:
    """Where an actor stands; nowhere if it is only implied."""
    if actor.implied:
        return None
    return actor.char_start - start, actor.char_end - start


def _retyped(event: Event, answer: Classification) -> Event:
    doubtful = answer.confidence < _SURE or answer.no_event > _SURE
    if not event.event_type or (event.kind and doubtful):
        return event
    filled = any(actor and actor.implied for actor in (event.source, event.target))
    return dataclasses.replace(
        event,
        event_type=answer.type,
        mode=answer.mode,
        quad_class=answer.quad,
        intensity=ontology.intensity(answer.type, answer.mode),
        confidence=round(answer.confidence * (FILLED if filled else 1), 4),
    )
