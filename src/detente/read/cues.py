"""What a trigger needs beside it that is no word: each cue looks at the parse of its clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detente.read.actors import body_names, is_one_of, place_names
from detente.read.parse import CALENDAR

#: Labels of what a verb has beside its subject.
OBJECTS = frozenset({"dobj", "prep", "agent", "nsubjpass", "dative"})
#: Time spent somewhere.
_STAYS = frozenset("hour day night week fortnight month".split())
_HEAD_FOR = ("for", "head")
#: Who travels, told by office.
_TRAVELLERS = frozenset(
    "president leader minister premier chancellor king queen emperor pope chairman secretary "
    "envoy ambassador delegation".split()
)
#: Wars without arms, and those within a state.
_NO_WARS = frozenset("trade price tariff currency word propaganda cold civil culture".split())
_ENVOYS = frozenset("delegation envoy emissary mission minister ambassador diplomat".split())
#: Words with a capital that are where one goes, and no place.
_NO_PLACES = frozenset(
    "parliament congress president god communism islam christianity christmas easter".split()
)
_PLACES = frozenset({"GPE", "LOC"})
#: What is threatened by events rather than by somebody.
_STATES_OF_THINGS = frozenset(
    "relation relations relationship tie ties peace stability security talk talks truce ceasefire "
    "agreement deal rapprochement progress".split()
)


def _is_place(token: Any) -> bool:
    """Whether a word is (the last of) a place's name; "North Korea" is told by two words.

    A lone name after "in" or "to" that the name finder was not asked about is one too.
    """
    if token.ent_type_ in _PLACES or is_one_of(token, place_names()):
        return True
    return (
        not token.ent_type_
        and token.pos_ == "PROPN"
        and token.dep_ == "pobj"
        and token.head.lower_ in {"in", "to", "into", "at"}
        and token.lower_ not in _NO_PLACES
        and not any(child.dep_ in {"compound", "det", "poss"} for child in token.children)
    )


def _goes_to_a_place(tokens: list[Any]) -> bool:
    """ "went to Japan", "came back to the port of X" – not "came to power in Japan"."""
    return any(
        t.dep_ == "pobj"
        and (t.head.lower_ in {"to", "into"} or (t.head.lower_, t.head.head.lemma_) == _HEAD_FOR)
        and _is_place(t)
        for t in tokens
    )


def _been_to(tokens: list[Any]) -> bool:
    """ "has been to Japan" – not "has been close to Japan"."""
    return any(
        t.dep_ == "pobj" and t.head.lower_ == "to" and t.head.head.lower_ == "been" and _is_place(t)
        for t in tokens
    )


def _sends_someone(tokens: list[Any]) -> bool:
    """ "sent a delegation to Japan", "sent Kissinger there": a visit for the sender."""
    for t in tokens:
        if t.dep_ == "dobj" and (t.ent_type_ == "PERSON" or t.lemma_ in _ENVOYS):
            return _goes_to_a_place(tokens)
    return False


def _travels(tokens: list[Any]) -> bool:
    """Somebody, not a missile or a firm, is the subject."""
    return any(
        t.dep_ == "nsubj" and (t.ent_type_ == "PERSON" or t.lemma_.lower() in _TRAVELLERS)
        for t in tokens
    )


def _war(tokens: list[Any]) -> bool:
    """A war with arms between states: no trade war, no war of words or on drugs."""
    return any(
        t.lemma_ == "war"
        and not any(c.lemma_.lower() in _NO_WARS or c.lower_ in {"on", "of"} for c in t.children)
        for t in tokens
    )


def _stays(tokens: list[Any]) -> bool:
    """ "spent a week in Japan"."""
    time = any(t.dep_ in {"dobj", "npadvmod"} and t.lemma_ in _STAYS for t in tokens)
    return time and any(
        t.dep_ == "pobj" and t.head.lower_ in {"in", "at"} and _is_place(t) for t in tokens
    )


def _landmark(tokens: list[Any]) -> bool:
    """A name with "the" that is no state's: a river, a strait."""
    return any(
        t.pos_ == "PROPN"
        and t.dep_ in {"dobj", "pobj"}
        and f"The {t.text}" not in place_names()
        and t.ent_type_ not in {"GPE", "PERSON", "ORG", "EVENT", "FAC"}
        and any(c.lower_ == "the" for c in t.children)
        for t in tokens
    )


def _talks(tokens: list[Any]) -> bool:
    """Talks that are held, not given: lectures."""
    return any(
        t.lower_ == "talks" and t.head.lemma_ not in {"give", "deliver", "hear"} for t in tokens
    )


def _gives_up(tokens: list[Any]) -> bool:
    """ "The army surrendered" – not "surrendered its weapons"."""
    return any(
        t.pos_ == "VERB" and not any(c.dep_ == "dobj" for c in t.children)
        for t in tokens
        if t.lemma_ in {"surrender", "capitulate"}
    )


def _wants(tokens: list[Any]) -> bool:
    """ "wants Y to pay": somebody else is to act."""
    return any(
        child.dep_ == "ccomp"
        and child.tag_ == "VB"
        and any(c.dep_ == "nsubj" for c in child.children)
        for t in tokens
        if t.lemma_ == "want"
        for child in t.children
    )


def _medium(tokens: list[Any]) -> bool:
    """A newspaper, agency or broadcaster that the gazetteer knows."""
    text = f" {' '.join(t.text for t in tokens)} "
    return any(f" {name} " in text for name in body_names("MED"))


def _sanctions(tokens: list[Any]) -> bool:
    """Sanctions that are signed: "signed new sanctions", "sanctions signed by"."""
    signed = [t for t in tokens if t.lemma_ == "sign"]
    things = [c for t in signed for c in t.children if c.dep_ in {"dobj", "nsubjpass"}]
    things += [t.head for t in signed if t.dep_ == "acl"]
    return any(t.lemma_.lower() in {"sanction", "embargo", "tariff"} for t in things)


def _carries(tokens: list[Any]) -> bool:
    """ "An aircraft flew them home"."""
    return any(t.dep_ == "dobj" and t.head.lemma_ == "fly" for t in tokens)


def _at_risk(tokens: list[Any]) -> bool:
    """ "Ties are threatened by new tariffs"."""
    return any(t.dep_ == "nsubjpass" and t.lemma_ in _STATES_OF_THINGS for t in tokens)


def _calls_on(tokens: list[Any]) -> bool:
    """ "Called on Iran to stop" – not "called on Friday"."""
    return any(
        t.dep_ == "pobj" and t.head.lower_ == "on" and t.text not in CALENDAR and not t.like_num
        for t in tokens
    )


#: Cues that are no words: each looks at the tokens of the trigger's clause.
CUES: dict[str, Callable[[list[Any]], bool]] = {
    "@person": lambda tokens: any(t.ent_type_ == "PERSON" for t in tokens),
    "@people": lambda tokens: any(t.tag_ == "NNPS" and t.dep_ in OBJECTS for t in tokens),
    "@place": lambda tokens: any(map(_is_place, tokens)),
    "@to-place": _goes_to_a_place,
    "@been-to": _been_to,
    "@stay": _stays,
    "@traveller": _travels,
    "@war": _war,
    "@wages-war": lambda tokens: _war([t for t in tokens if t.dep_ == "dobj"]),
    "@envoy": _sends_someone,
    "@landmark": _landmark,
    "@media": _medium,
    "@talks": _talks,
    "@gives-up": _gives_up,
    "@wants": _wants,
    "@sanctions": _sanctions,
    "@carries": _carries,
    "@at-risk": _at_risk,
    "@calls-on": _calls_on,
}
