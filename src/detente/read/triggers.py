"""Words that report an act, and the kind of act they report.

The table ``ontology/triggers.csv`` is tried from the top; the first row whose lemma,
part of speech and needed words fit decides.
"""

from __future__ import annotations

import functools
from typing import Any

from detente.ontology import Trigger, triggers
from detente.read import valency
from detente.read.cues import CUES, OBJECTS
from detente.read.roles import is_name_object, subject_of

#: Labels under which another clause, with acts of its own, begins.
_CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis"})
#: Verbs that carry or report an act rather than being one.
_NO_ACTS = frozenset(
    "say report tell note write believe think know want seem appear become begin start continue "
    "try remain stay see consider include follow live work make do have get resent distrust "
    "mistrust fear hate despise loathe dislike trust admire respect like love view regard "
    "perceive envy use underscore prompt link highlight reflect mark represent involve mean show "
    "concern".split()
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
        if token.pos_ not in _POS or (token.pos_ == "PROPN" and token.ent_type_ == "ORG"):
            continue  # "the Organisation of Islamic Cooperation"
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
            or _only_answered(token, kind)
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
        first = (
            token.head
            if token.dep_ == "xcomp" and token.head.lemma_ in valency.GOVERNING
            else token
        )
        if first.i not in known and _may_act(token, known):
            out.setdefault(first.i, first)
    return list(out.values())


def _may_act(verb: Any, known: set[int]) -> bool:
    if verb.pos_ != "VERB" or verb.i in known:
        return False
    if verb.lemma_ in valency.CLAIMING:
        return any(child.dep_ == "ccomp" for child in verb.children)
    return (
        verb.lemma_.lower() not in _NO_ACTS
        and not any(child.i in known for child in verb.children if child.dep_ == "dobj")
        and not (verb.dep_ == "xcomp" and verb.head.i in known and verb.head.lemma_ in _BEGIN)
        and not (verb.dep_ == "acl" and verb.lemma_ in valency.PASSED_ON and verb.head.i in known)
        and any(child.dep_ in OBJECTS or is_name_object(child) for child in verb.children)
    )


def _inside_its_own_kind(token: Any, kind: str, kinds: dict[int, str]) -> bool:
    """ "voting against the bid", "signed the agreement": one act, told by the outer word."""
    if kind == "talks" and token.tag_ == "VB" and kinds.get(token.head.i) == "meeting":
        return True  # "met to discuss"
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


#: What is done in words, and may be answered.
_ANSWERED = frozenset({"accusation", "criticism", "demand", "promise", "protest"})


def _only_answered(token: Any, kind: str) -> bool:
    """ "Rejects the accusation", "the second such protest": an act told before, by whoever did it."""
    if token.pos_ != "NOUN" or kind not in _ANSWERED:
        return False
    beside = {c.lower_ for c in token.children}
    if "such" in beside:
        return True
    own = any(
        c.dep_ in {"poss", "amod"} or c.lower_ in {"by", "from", "of"} for c in token.children
    )
    verb = token.head
    down = verb.lemma_ == "turn" and any(c.lower_ == "down" for c in verb.children)
    return token.dep_ == "dobj" and (down or verb.lemma_ in valency.ANSWER) and not own


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
    if need in CUES:
        return CUES[need](tokens)
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


def own_clause(token: Any) -> list[Any]:
    """The token and what depends on it, without clauses that have acts of their own."""
    out = []
    for child in sorted([token, *token.children], key=lambda t: t.i):
        if child.i == token.i:
            out.append(token)
        elif child.dep_ not in _CLAUSES and not (child.dep_ == "conj" and child.pos_ == "VERB"):
            out += own_clause(child)
    return out
