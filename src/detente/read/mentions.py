"""What in a parsed paragraph may name somebody: lone surnames, strangers, "the kingdom"."""

from __future__ import annotations

from typing import Any

from detente.read.actors import Mention, Name, agent_nouns
from detente.read.parse import CALENDAR

#: What states sign, often with the name of the place: "the Lahore Declaration".
PAPERS = frozenset(
    "accord accords agreement armistice ceasefire cease-fire charter communique communiqué "
    "contract convention deal declaration document memorandum pact peace process protocol "
    "treaty truce".split()
)
#: Those of them that bodies give their names to ("the UN Convention on …").
LAWS = frozenset({"charter", "convention", "protocol", "treaty"})
#: Nouns that with "the" alone mean a state named before.
THE_ONE = frozenset({"country", "kingdom", "republic"})


def is_the_country(token: Any) -> bool:
    """ "The kingdom cut ties": a state named before, as "it" is."""
    return (
        token.lower_ in THE_ONE
        and token.dep_ in {"nsubj", "nsubjpass", "poss"}
        and [c.lower_ for c in token.children if c.dep_ != "case"] == ["the"]
    )


def may_be_surname(token: Any) -> bool:
    """A proper noun, or a subject that opens its sentence ("Trump praised …")."""
    if token.text in CALENDAR:
        return False  # May is a month sooner than a prime minister
    return token.pos_ == "PROPN" or (
        token.pos_ == "NOUN" and token.dep_ == "nsubj" and bool(token.is_sent_start)
    )


def stands_alone(token: Any) -> bool:
    """Whether a surname has no first name beside it ("Adam Johnson", "Johnson City")."""
    beside = [token.nbor(-1)] if token.i > 0 else []
    beside += [token.nbor(1)] if token.i + 1 < len(token.doc) else []
    return not any(
        t.pos_ == "PROPN" and t.is_title and t.lower_.removesuffix("s") not in agent_nouns()
        for t in beside
    )


def strangers(doc: Any, covered: set[int]) -> list[Mention]:
    """People the parser names that no table knows."""
    return [
        Mention(ent.start, ent.end, Name(ent.text, "person", person=" ".join(ent.text.split())))
        for ent in doc.ents
        if ent.label_ == "PERSON" and not covered & set(range(ent.start, ent.end))
    ]


def names_a_paper(mention: Mention, place: Any, noun: Any) -> bool:
    """Whether an agreement only has its name of a town or body ("the Tashkent Declaration")."""
    town = mention.name.form in {"capital", "city"} and noun.lemma_.lower() in PAPERS
    body = mention.name.form == "body" and noun.lemma_.lower() in LAWS
    return (town or body) and place.dep_ in {"compound", "nmod"}


def agent_head(adjective: Any) -> bool:
    """Whether an adjective stands on somebody who acts ("North Korean leaders")."""
    return adjective.head.lemma_.lower() in agent_nouns()


def is_own(token: Any) -> bool:
    """Whether a noun is somebody's who is only meant: "its blockade", "his envoy"."""
    return any(c.dep_ == "poss" and c.pos_ == "PRON" for c in token.children)


def is_venue(root: Any, mention: Mention) -> bool:
    """Whether a capital is only where something was: "in Addis Ababa", "a Vienna hotel"."""
    at = root.dep_ == "pobj" and root.head.lower_ in {"in", "at", "near"}
    return mention.name.form == "capital" and (at or root.dep_ == "compound")
