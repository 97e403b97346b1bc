"""Words that report an act, and the kind of act they report.

The table ``ontology/triggers.csv`` is tried from the top; the first row whose lemma,
part of speech and needed words fit decides.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from detente.ontology import Trigger, triggers
from detente.read.actors import body_names, is_one_of, place_names
from detente.read.parse import CALENDAR
from detente.read.roles import CLAIMING, GOVERNING, PASSED_ON, is_name_object, subject_of

#: Labels under which another clause, with acts of its own, begins.
_CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis"})
_OBJECTS = frozenset({"dobj", "prep", "agent", "nsubjpass", "dative"})
#: Verbs that carry or report an act rather than being one.
_NO_ACTS = frozenset(
    "say report tell note write believe think know want seem appear become begin start continue "
    "try remain stay see consider include follow live work make do have get resent distrust "
    "mistrust fear hate despise loathe dislike trust admire respect like love view regard "
    "perceive envy".split()
)
_POS = {"VERB": "VERB", "NOUN": "NOUN", "PROPN": "NOUN", "AUX": "AUX"}
#: Verbs that say little themselves: with them the object is the act ("lodged a protest").
_LIGHT = frozenset(
    "be break bring call cancel carry convey deliver express file freeze give go halt hand lodge "
    "make pass pay postpone pull put raise scrap send shelve skip submit suspend voice wage walk "
    "withdraw".split()
)
#: Verbs that with an infinitive or gerund tell one act ("started building").
_BEGIN = frozenset({"start", "begin"})
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


@functools.cache
def _by_lemma() -> dict[tuple[str, str], list[Trigger]]:
    out: dict[tuple[str, str], list[Trigger]] = {}
    for row in triggers():
        for lemma in row.lemmas:
            out.setdefault((row.pos, lemma), []).append(row)
    return out


def find_triggers(sentence: Any) -> list[tuple[Any, str]]:
    """Trigger tokens of a parsed sentence with their kinds of act, in order.

    A noun that only names the act of a trigger verb ("signed the agreement") is not a
    second act.
    """
    out: list[tuple[Any, str]] = []
    used: set[int] = set()
    for token in sentence:
        if token.pos_ not in _POS:
            continue
        kind, need = _kind_and_need(token)
        if kind and not (token.dep_ == "compound" and token.head.pos_ in {"NOUN", "PROPN"}):
            out.append((token, kind))
            used |= _used_up(token, need)
    kinds = {token.i: kind for token, kind in out}
    return [
        (token, kind)
        for token, kind in out
        if not (
            token.i in used
            or _inside_its_own_kind(token, kind, kinds)
            or _only_a_setting(token, kind)
            or _only_a_topic(token, kinds)
        )
    ]


def _used_up(verb: Any, need: str) -> set[int]:
    """Positions of the object that makes an idiom with its verb: one act, not two."""
    if verb.pos_ == "NOUN" or verb.lemma_.lower() not in _LIGHT:
        return set()
    words = set(need.replace("&", " ").split())
    near = list(verb.children)
    for _ in range(2):  # "out of the talks"
        near += [
            o for prep in near if prep.dep_ in {"prep", "prt", "advmod"} for o in prep.children
        ]
    return {
        t.i for t in near if t.pos_ in {"NOUN", "PROPN"} and {t.lower_, t.lemma_.lower()} & words
    }


def other_verbs(sentence: Any, known: set[int]) -> list[Any]:
    """Verbs that may report an act though no trigger lists them: with a doer and an object.

    Whether they do is for the classifier to say. "Refused to help" and "stopped issuing visas"
    are one act, and its verb is the first.
    """
    out: dict[int, Any] = {}
    for token in sentence:
        first = token.head if token.dep_ == "xcomp" and token.head.lemma_ in GOVERNING else token
        if first.i not in known and _may_act(token, known):
            out.setdefault(first.i, first)
    return list(out.values())


def _may_act(verb: Any, known: set[int]) -> bool:
    if verb.pos_ != "VERB" or verb.i in known:
        return False
    if verb.lemma_ in CLAIMING:
        return any(child.dep_ == "ccomp" for child in verb.children)
    return (
        verb.lemma_.lower() not in _NO_ACTS
        and not any(child.i in known for child in verb.children if child.dep_ == "dobj")
        and not (verb.dep_ == "xcomp" and verb.head.i in known and verb.head.lemma_ in _BEGIN)
        and not (verb.dep_ == "acl" and verb.lemma_ in PASSED_ON and verb.head.i in known)
        and any(child.dep_ in _OBJECTS or is_name_object(child) for child in verb.children)
    )


def _inside_its_own_kind(token: Any, kind: str, kinds: dict[int, str]) -> bool:
    """ "voting against the bid", "signed the agreement": one act, told by the outer word."""
    for ancestor in token.ancestors:
        if token.dep_ in _CLAUSES or (token.dep_ == "conj" and token.pos_ == "VERB"):
            return False
        if token.dep_ == "nsubj":
            return False  # "the shelling of the town killed nine"
        if kinds.get(ancestor.i) == kind:
            return True
        token = ancestor
    return False


def _only_a_topic(token: Any, kinds: dict[int, str]) -> bool:
    """ "voted for every resolution", "spoke against the ban": what another act is about."""
    if token.dep_ != "pobj" or token.pos_ == "VERB":
        return False
    prep = token.head
    if prep.lower_ == "at" and kinds.get(prep.head.i) == "condolence":
        return True  # "grief at the death of"
    return prep.lower_ in {"for", "on", "over", "about", "against"} and prep.head.i in kinds


_REMEMBRANCE = frozenset("anniversary commemoration jubilee celebration eve memory".split())


def _only_a_setting(token: Any, kind: str) -> bool:
    """ "during the summit": when something else happened, not an act that is reported."""
    if token.dep_ == "pobj" and token.head.lower_ == "in" and token.lemma_ == "reply":
        return True
    if token.dep_ == "pobj" and token.head.head.lemma_.lower() in _REMEMBRANCE:
        return True  # "the anniversary of the armistice"
    return (
        token.dep_ == "pobj"
        and token.head.lower_ in {"during", "around", "amid"}
        and kind in {"meeting", "talks", "parade", "exercise", "war"}
    )


def kind_of(token: Any) -> str:
    """The kind of act a token reports, or ``""``."""
    return _kind_and_need(token)[0]


def _kind_and_need(token: Any) -> tuple[str, str]:
    """The kind of act a token reports and the cue that decided it; both may be empty."""
    pos = _POS.get(token.pos_, "")
    rows = _by_lemma().get((pos, token.lemma_.lower()))
    if not rows or (token.pos_ == "PROPN" and token.lower_ == token.text):
        return "", ""
    tokens: list[Any] = []
    words = ""
    for row in rows:
        if not row.needs:
            return row.kind, ""
        if not tokens:
            tokens = _near(token)
            words = _words(tokens)
        for need in row.needs:
            if all(_has(part, words, tokens) for part in need.split("&")):
                return row.kind, need
    return "", ""


def _has(need: str, words: str, tokens: list[Any]) -> bool:
    if need in _CUES:
        return _CUES[need](tokens)
    return f" {need} " in words


def _near(token: Any) -> list[Any]:
    """The tokens of a trigger's own clause, and of a noun it fills."""
    tokens = list(own_clause(token))
    if token.pos_ == "VERB" and token.dep_ in {"xcomp", "pcomp", "conj"}:
        tokens += [t for subject in subject_of(token) for t in own_clause(subject)]
    if token.dep_ in {"compound", "pobj", "acl"} and token.head.pos_ in {"NOUN", "PROPN"}:
        tokens.append(token.head)  # "a tone struck by"
    return tokens


def _words(tokens: list[Any]) -> str:
    """Lower-cased lemmas and forms."""
    lemmas = " ".join(t.lemma_.lower() for t in tokens)
    forms = " ".join(t.lower_ for t in tokens)
    return f" {lemmas} | {forms} "


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
_CUES: dict[str, Callable[[list[Any]], bool]] = {
    "@person": lambda tokens: any(t.ent_type_ == "PERSON" for t in tokens),
    "@people": lambda tokens: any(t.tag_ == "NNPS" and t.dep_ in _OBJECTS for t in tokens),
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


def own_clause(token: Any) -> list[Any]:
    """The token and what depends on it, without clauses that have acts of their own."""
    out = []
    for child in sorted([token, *token.children], key=lambda t: t.i):
        if child.i == token.i:
            out.append(token)
        elif child.dep_ not in _CLAUSES and not (child.dep_ == "conj" and child.pos_ == "VERB"):
            out += own_clause(child)
    return out
