"""How a holder sees a target: "North Koreans are resentful of China"."""

from __future__ import annotations

from typing import Any

from detente.read.factuality import attributed_to
from detente.read.scene import Scene
from detente.schema import Actor, Perception

_AS_VERBS = frozenset("see view regard treat perceive describe portray consider depict".split())
_FEELING: dict[str, int] = {
    "resent": -1, "distrust": -1, "mistrust": -1, "fear": -1, "hate": -1, "despise": -1,
    "suspect": -1, "loathe": -1, "dislike": -1, "trust": 1, "admire": 1, "respect": 1,
    "like": 1, "love": 1, "welcome": 1,
}  # fmt: skip
_ADJECTIVES: dict[str, int] = {
    "resentful": -1, "suspicious": -1, "wary": -1, "distrustful": -1, "afraid": -1, "angry": -1,
    "frustrated": -1, "disappointed": -1, "bitter": -1, "hostile": -1, "contemptuous": -1,
    "grateful": 1, "proud": 1, "fond": 1, "friendly": 1, "loyal": 1, "hopeful": 1,
}  # fmt: skip
_NEGATIVE = frozenset(
    "threat enemy burden liability danger dirt tool puppet mad rogue childish rash doctrinaire "
    "unreliable hostile traitor betray betrayed bully arrogant lunatic hateful problem nuisance "
    "grudge distrust contempt belittle belittled running dog imperialist rival adversary menace "
    "ungrateful reckless irrational evil weak coldness".split()
)
_POSITIVE = frozenset(
    "friend ally partner brother comrade reliable trusted hope model buffer asset protector "
    "sincere close warm respectful generous equal strong".split()
)


def perceptions(sentence: Any, scene: Scene, offset: int) -> list[Perception]:
    """Perceptions that a parsed sentence reports, its own offset in the document given.

    A holder without a known state, or a target without one, makes no perception.
    """
    out = []
    for token in sentence:
        found = _at(token, scene)
        if found is None:
            continue
        holder, target, polarity, words = found
        if holder.key == target.key or not words:
            continue
        if any(child.dep_ == "neg" for child in token.children):
            polarity = -polarity
        if {"no", "longer"} <= {child.lower_ for t in token.children for child in t.subtree}:
            polarity = -polarity
        out.append(
            Perception(
                holder=holder.name,
                holder_iso3=holder.key,
                target=target.name,
                target_iso3=target.key,
                polarity=polarity,
                expression=" ".join(t.text for t in words),
                text=sentence.text.strip(),
                char_start=offset + sentence.start_char,
                char_end=offset + sentence.end_char,
                attributed_to=attributed_to(token, sentence),
            )
        )
    return out


def _at(token: Any, scene: Scene) -> tuple[Actor, Actor, int, list[Any]] | None:
    children = {child.dep_: child for child in token.children}
    subject = children.get("nsubj")
    if token.pos_ in {"VERB", "AUX"} and subject is not None:
        if token.lemma_ in _AS_VERBS and "prep" in children:
            return _seen_as(token, subject, scene)
        if token.lemma_ in _FEELING and "dobj" in children:
            words = [token, *children["dobj"].subtree]
            return _pair(subject, children["dobj"], _FEELING[token.lemma_], words, scene)
    if token.lower_ in _ADJECTIVES and token.dep_ == "acomp":
        subjects = [c for c in token.head.children if c.dep_ == "nsubj"]
        targets = [p for prep in token.children if prep.dep_ == "prep" for p in prep.children]
        if subjects and targets:
            words = [token, *targets[0].head.subtree]
            return _pair(subjects[0], targets[0], _ADJECTIVES[token.lower_], words, scene)
    return None


def _seen_as(token: Any, subject: Any, scene: Scene) -> tuple[Actor, Actor, int, list[Any]] | None:
    objects = [c for c in token.children if c.dep_ == "dobj"]
    labels = [c for c in token.subtree if c.dep_ == "prep" and c.lower_ == "as"]
    if not objects or not labels:
        return None
    words = list(labels[0].subtree)
    lemmas = {t.lemma_.lower() for t in words} | {t.lower_ for t in words}
    polarity = (1 if lemmas & _POSITIVE else 0) - (1 if lemmas & _NEGATIVE else 0)
    return _pair(subject, objects[0], polarity, words, scene)


def _pair(
    holder: Any, target: Any, polarity: int, words: list[Any], scene: Scene
) -> tuple[Actor, Actor, int, list[Any]] | None:
    holders, targets = scene.actors_in(holder), scene.actors_in(target)
    if not holders or not targets:
        return None
    return holders[0], targets[0], polarity, words
