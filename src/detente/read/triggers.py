"""Words that report an act, and the kind of act they report.

The table ``ontology/triggers.csv`` is tried from the top; the first row whose lemma,
part of speech and needed words fit decides.
"""

from __future__ import annotations

import functools
from typing import Any

from detente.ontology import Trigger, triggers
from detente.read.roles import subject_of

#: Labels under which another clause, with acts of its own, begins.
_CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis"})
_OBJECTS = frozenset({"dobj", "prep", "agent", "nsubjpass", "dative"})
#: Verbs that carry or report an act rather than being one.
_NO_ACTS = frozenset(
    "say report tell note write believe think know want seem appear become begin start continue "
    "try remain stay see consider include follow live work make do have get".split()
)
_POS = {"VERB": "VERB", "NOUN": "NOUN", "PROPN": "NOUN"}


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
    for token in sentence:
        kind = kind_of(token)
        if kind and not (token.dep_ == "compound" and token.head.pos_ in {"NOUN", "PROPN"}):
            out.append((token, kind))
    kinds = {token.i: kind for token, kind in out}
    return [
        (token, kind)
        for token, kind in out
        if not (
            _inside_its_own_kind(token, kind, kinds)
            or _only_a_setting(token, kind)
            or _only_a_topic(token, kinds)
        )
    ]


def other_verbs(sentence: Any, known: set[int]) -> list[Any]:
    """Verbs that may report an act though no trigger lists them: with a doer and an object.

    Whether they do is for the classifier to say.
    """
    return [
        token
        for token in sentence
        if token.pos_ == "VERB"
        and token.i not in known
        and token.lemma_.lower() not in _NO_ACTS
        and not any(child.i in known for child in token.children if child.dep_ == "dobj")
        and any(child.dep_ in _OBJECTS for child in token.children)
    ]


def _inside_its_own_kind(token: Any, kind: str, kinds: dict[int, str]) -> bool:
    """ "voting against the bid", "signed the agreement": one act, told by the outer word."""
    for ancestor in token.ancestors:
        if token.dep_ in _CLAUSES or (token.dep_ == "conj" and token.pos_ == "VERB"):
            return False
        if kinds.get(ancestor.i) == kind:
            return True
        token = ancestor
    return False


def _only_a_topic(token: Any, kinds: dict[int, str]) -> bool:
    """ "voted for every resolution", "spoke against the ban": what another act is about."""
    if token.dep_ != "pobj" or token.pos_ == "VERB":
        return False
    prep = token.head
    return prep.lower_ in {"for", "on", "over", "about", "against"} and prep.head.i in kinds


def _only_a_setting(token: Any, kind: str) -> bool:
    """ "during the summit": when something else happened, not an act that is reported."""
    return (
        token.dep_ == "pobj"
        and token.head.lower_ in {"during", "around", "amid"}
        and kind in {"meeting", "talks", "parade", "exercise", "war"}
    )


def kind_of(token: Any) -> str:
    """The kind of act a token reports, or ``""``."""
    pos = _POS.get(token.pos_, "")
    rows = _by_lemma().get((pos, token.lemma_.lower()))
    if not rows or (token.pos_ == "PROPN" and token.lower_ == token.text):
        return ""
    words = ""
    for row in rows:
        if not row.needs:
            return row.kind
        words = words or _words(token)
        if any(f" {need} " in words for need in row.needs):
            return row.kind
    return ""


def _words(token: Any) -> str:
    """Lower-cased lemmas and forms of the trigger's own clause, and of a noun it fills."""
    tokens = list(own_clause(token))
    if token.pos_ == "VERB" and token.dep_ in {"xcomp", "pcomp", "conj"}:
        tokens += [t for subject in subject_of(token) for t in own_clause(subject)]
    if token.dep_ in {"compound", "pobj"} and token.head.pos_ in {"NOUN", "PROPN"}:
        tokens.append(token.head)
    person = " @person" if any(t.ent_type_ == "PERSON" for t in tokens) else ""
    lemmas = " ".join(t.lemma_.lower() for t in tokens)
    forms = " ".join(t.lower_ for t in tokens)
    return f" {lemmas} | {forms}{person} "


def own_clause(token: Any) -> list[Any]:
    """The token and what depends on it, without clauses that have acts of their own."""
    out = []
    for child in sorted([token, *token.children], key=lambda t: t.i):
        if child.i == token.i:
            out.append(token)
        elif child.dep_ not in _CLAUSES and not (child.dep_ == "conj" and child.pos_ == "VERB"):
            out += own_clause(child)
    return out
