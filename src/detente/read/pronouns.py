"""Whom words mean that name nobody: "it", "he", "we", "they", "the two sides", "the latter"."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Protocol

from detente.read.actors import Mention, agent_nouns, state_actor
from detente.read.factuality import said_by
from detente.read.mentions import PAPERS, THE_ONE, is_own
from detente.schema import Actor

_PRONOUNS_PERSON = frozenset({"he", "she", "him", "her", "his", "hers"})
_PRONOUNS_STATE = frozenset({"it", "its"})
_PRONOUNS_SPEAKER = frozenset({"we", "us", "our", "i"})
#: What opens a quotation.
QUOTES = frozenset({'"', "“"})
_PAIR_NOUNS = frozenset(
    "country side nation neighbor neighbour state government capital leader ally party minister "
    "president premier chairman army delegation negotiator".split()
)
#: Nouns that with "the" alone mean the two a text is about: "the rivals", "the countries".
_THE_TWO = frozenset(
    "country nation neighbor neighbour rival foe adversary side government president leader "
    "premier minister chancellor belligerent".split()
)
#: What "it" can point back at.
_CAN_BE_IT = frozenset({"state", "capital", "body"})


class Heard(Protocol):
    """What a :class:`detente.read.scene.Scene` remembers of who was named."""

    dyad: tuple[str, ...]
    people: list[Actor]
    states: list[Actor]
    two: list[Actor]
    said: list[Actor]
    mentions: dict[int, Mention]

    def actor(self, mention: Mention, doc: Any) -> Actor:
        """Who bears a name found in a paragraph."""

    def actors_in(self, token: Any) -> list[Actor]:
        """Whom a noun phrase stands for."""

    def place(self, token: Any) -> int:
        """Where a word starts in the document."""


def named_lately(scene: Heard, token: Any) -> list[Actor]:
    """ "The latter": the second of the two states last named; "the former": the first."""
    before = scene.states + [
        scene.actor(scene.mentions[t.i], token.doc)
        for t in token.sent
        if t.i < token.i and t.i in scene.mentions and scene.mentions[t.i].start == t.i
    ]
    states = [a for a in before if a.iso3][-2:]
    if len({a.iso3 for a in states}) < 2:
        return []
    one = states[1] if token.lower_ == "latter" else states[0]
    return _at(scene, token, [dataclasses.replace(one, name=token.text, person="")])


def meant(scene: Heard, token: Any, taken: frozenset[str] = frozenset()) -> list[Actor]:
    """Whom a pronoun means: the nearest fitting name before it, its own sentence first."""
    word = token.lower_
    if word in _PRONOUNS_PERSON:
        own = _named_before(scene, token, person=True)
        heard = scene.people + _speaker(scene, token) + own  # "Peru's president said he had"
    elif word == "it" and _means_a_thing(token):
        return []
    elif word in _PRONOUNS_STATE or word in THE_ONE:
        own = _named_before(scene, token, person=False, anybody=bool(taken))
        heard = scene.states + own
    elif word in {"both", "two"}:
        return the_two(scene, token)
    elif word == "they":
        return _they(scene, token)
    elif word == "their" and token.head.tag_ in {"NNS", "NNPS"}:  # "their ministers signed"
        return _at(scene, token, scene.two)
    elif word in _PRONOUNS_SPEAKER:
        return _speaker(scene, token)
    else:
        return []
    found = next((actor for actor in reversed(heard) if actor.key not in taken), None)
    return _at(scene, token, [found] if found else [])


def _named_before(scene: Heard, pronoun: Any, person: bool, anybody: bool = False) -> list[Actor]:
    """Who a sentence names before a pronoun, the likeliest last: its subject.

    ``anybody``: also a state that is no subject, for where the subject is not meant ("Chad
    broke with Sudan, accusing it …").
    """
    found = []
    for token in pronoun.sent:
        if token.i >= pronoun.i:
            break
        mention = scene.mentions.get(token.i)
        if mention is None or mention.start != token.i:
            continue
        root = pronoun.doc[mention.start : mention.end].root
        holder = root.head if root.dep_ in {"poss", "amod", "compound"} else root
        if holder.lemma_.lower() not in agent_nouns():
            holder = root  # "India's ministry said it": India; not "India's rice"
        subject = holder.dep_ in {"nsubj", "nsubjpass"}
        fits = mention.name.form in _CAN_BE_IT or holder.i != root.i
        fits = bool(mention.name.person) if person else fits and not mention.name.person
        if fits and (person or subject or anybody):
            found.append((subject, token.i, scene.actor(mention, pronoun.doc)))
    return [actor for *_, actor in sorted(found, key=lambda e: e[:2])]


def is_pair(scene: Heard, token: Any) -> bool:
    """Whether a noun means the text's two: "both countries", "each side", "the presidents"."""
    words = {child.lower_ for child in token.children}
    # "the two Prime Ministers": a name to the tagger, which has no lemma
    noun = token.lower_.removesuffix("s") if token.tag_ == "NNPS" else token.lemma_
    if noun in _PAIR_NOUNS and words & {"two", "both", "each"}:
        return True
    if token.lower_ == "heads" and "the" in words:  # "the heads of state met"
        of = [o for prep in token.children if prep.lower_ == "of" for o in prep.children]
        return [o.lemma_ for o in of] in (["state"], ["government"])
    bare = all(c.dep_ == "det" or (c.dep_ == "amod" and c.i not in scene.mentions)
               for c in token.children)  # fmt: skip
    return token.tag_ in {"NNS", "NNPS"} and noun in _THE_TWO and bare and "the" in words


def is_bare_two(token: Any) -> bool:
    """ "The two agreed …"."""
    return token.lower_ == "two" and any(c.lower_ == "the" for c in token.children)


def _means_a_thing(token: Any) -> bool:
    """ "The document …, though both had praised it": a thing is the sentence's subject."""
    if token.dep_ in {"nsubj", "nsubjpass"}:
        return False
    subjects = (t for t in token.sent if t.i < token.i and t.dep_ in {"nsubj", "nsubjpass"})
    return any(t.lemma_.lower() in PAPERS and t.tag_ == "NN" for t in subjects)


def _speaker(scene: Heard, token: Any) -> list[Actor]:
    """ "We will cut ties," Deby said: whoever says the clause that a "we" or "he" stands in."""
    for verb in said_by(token):
        for subject in (c for c in verb.children if c.dep_ == "nsubj"):
            if is_own(subject) or subject.is_ancestor(token):
                continue  # "his wife said": who he is, she does not tell
            told_by_name = subject.pos_ != "PRON" or token.lower_ in _PRONOUNS_SPEAKER
            if told_by_name and subject.lower_ not in _PRONOUNS_SPEAKER:
                return _at(scene, token, scene.actors_in(subject))
    if token.lower_ in _PRONOUNS_SPEAKER and token.sent[0].text in QUOTES:
        return _at(scene, token, scene.said)
    return []


def _they(scene: Heard, token: Any) -> list[Actor]:
    """ "They": the text's two where "both" stands beside, or the sentence before was on two."""
    beside = {c.lower_ for c in (*token.children, *token.head.children)}
    if token.dep_ not in {"nsubj", "nsubjpass"} or ("both" not in beside and not scene.two):
        return []
    return the_two(scene, token) if "both" in beside else _at(scene, token, scene.two)


def the_two(scene: Heard, token: Any) -> list[Actor]:
    """The two states that the text is about, as standing where a word stands."""
    return [state_actor(iso3, token.text, scene.place(token)) for iso3 in scene.dyad]


def _at(scene: Heard, token: Any, actors: Iterable[Actor]) -> list[Actor]:
    """The actors, as standing where the word stands that means them."""
    start = scene.place(token)
    return [dataclasses.replace(a, char_start=start, char_end=start + len(token)) for a in actors]
