"""How a holder sees a target: "North Koreans are resentful of China".

The words and their polarity are in ``ontology/perceptions.csv``, compiled for Detente; what
is here is the syntax they come in. Labels of a relation weigh more than the adjectives
beside them ("a close rival").
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from detente.ontology import table
from detente.read.factuality import attributed_to
from detente.read.scene import Scene
from detente.schema import Actor, Perception

#: Verbs with "as": what is seen as what.
_AS_VERBS = frozenset(
    "see view regard treat perceive describe portray consider depict paint brand denounce dismiss "
    "think".split()
)
#: Verbs with a second complement: "considers Y an ally", "calls Y a threat".
_CALL_VERBS = frozenset("consider call deem label brand name find think".split())
_HELD_BY = frozenset({"in", "among", "amongst", "within", "across"})
_TOWARDS = frozenset(
    {"of", "toward", "towards", "at", "against", "for", "to", "in", "with", "about"}
)
_LOST = frozenset("lose lack fade evaporate vanish collapse".split())

Found = tuple[Actor, Actor, int, list[Any]]


@functools.cache
def _lexicon(form: str) -> dict[str, int]:
    rows = [row for row in table("perceptions.csv") if row["form"] == form]
    return {word: int(row["polarity"]) for row in rows for word in row["words"].split("|")}


def perceptions(sentence: Any, scene: Scene, offset: int) -> list[Perception]:
    """Perceptions that a parsed sentence reports, its own offset in the document given.

    A holder without a known state, or a target without one, makes no perception.
    """
    out = []
    for token in sentence:
        if token.pos_ not in {"VERB", "AUX", "ADJ", "NOUN"}:
            continue
        for holder, target, polarity, words in _at(token, scene):
            if not holder.key or not target.key or holder.key == target.key or not words:
                continue
            out.append(
                Perception(
                    holder=holder.name,
                    holder_iso3=holder.key,
                    target=target.name,
                    target_iso3=target.key,
                    polarity=-polarity if _negated(token) else polarity,
                    expression=" ".join(t.text for t in sorted(words, key=lambda t: t.i)),
                    text=sentence.text.strip(),
                    char_start=offset + sentence.start_char,
                    char_end=offset + sentence.end_char,
                    attributed_to=attributed_to(token, sentence),
                )
            )
    return out


def _at(token: Any, scene: Scene) -> Iterable[Found]:
    if token.pos_ in {"VERB", "AUX"}:
        lemma = token.lemma_
        if lemma in _AS_VERBS | _CALL_VERBS:
            return _seen_as(token, scene)
        if lemma in _lexicon("verb"):
            return _felt(token, _lexicon("verb")[lemma], scene)
        if lemma == "look" and any(c.lower_ == "down" for c in token.children):
            targets = _objects(token, {"on", "upon"})
            return _pairs(_children(token, {"nsubj"}), targets, -1, [token, *targets], scene)
        if lemma == "feel":
            return _feels(token, scene)
        return _is_to(token, scene) if lemma == "be" else ()
    if token.lower_ in _lexicon("adjective") and token.dep_ == "acomp":
        targets = _objects(token, _TOWARDS)
        words = [token, *(t for prep in _children(token, {"prep"}) for t in prep.subtree)]
        holders = _children(token.head, {"nsubj"})
        return _pairs(holders, targets, _lexicon("adjective")[token.lower_], words, scene)
    return _noun(token, scene) if token.pos_ == "NOUN" else ()


def _seen_as(verb: Any, scene: Scene) -> Iterable[Found]:
    """ "Y is seen in X as a threat", "X considers Y an ally", "X views Y unfavourably"."""
    if _children(verb, {"nsubjpass"}):
        targets = _children(verb, {"nsubjpass"})
        holders = _objects(verb, {"by"}, {"agent", "prep"}) or _objects(verb, _HELD_BY)
    else:
        holders = _children(verb, {"nsubj"})
        targets = _children(verb, {"dobj"}) or (
            _objects(verb, {"of"}) if verb.lemma_ == "think" else []
        )
    labels = [t for t in verb.subtree if t.dep_ == "prep" and t.lower_ in {"as", "with"}]
    words = [t for label in labels for t in label.subtree]
    if not words and verb.lemma_ in _CALL_VERBS:
        labels = _children(verb, {"oprd", "attr"})
        for clause in _children(verb, {"ccomp"}):  # the parser's small clause: "Y an ally"
            if clause.pos_ in {"NOUN", "ADJ"}:
                labels.append(clause)
                targets = targets or _children(clause, {"nsubj"})
        words = [t for label in labels for t in label.subtree if t not in targets]
    manner = [
        t for t in verb.children if t.dep_ == "advmod" and t.lower_ in _lexicon("manner")
    ]  # fmt: skip
    if manner and not words:
        return _pairs(holders, targets, _lexicon("manner")[manner[0].lower_], manner, scene)
    polarity = _polarity(words)
    return _pairs(holders, targets, polarity, words, scene) if words else ()


def _felt(verb: Any, polarity: int, scene: Scene) -> Iterable[Found]:
    """ "X resents Y", "Y is resented in X"."""
    passive = _children(verb, {"nsubjpass"})
    if passive:
        holders = _objects(verb, {"by"}, {"agent", "prep"}) or _objects(verb, _HELD_BY)
        return _pairs(holders, passive, polarity, [verb], scene)
    targets = _children(verb, {"dobj"})
    words = [verb, *(t for target in targets for t in target.subtree)]
    return _pairs(_children(verb, {"nsubj"}), targets, polarity, words, scene)


def _feels(verb: Any, scene: Scene) -> Iterable[Found]:
    """ "X feels betrayed by Y"."""
    for how in verb.children:
        polarity = _lexicon("label").get(how.lower_, 0)
        if polarity and how.dep_ in {"acomp", "oprd", "ccomp", "advcl", "xcomp"}:
            targets = _objects(how, {"by"}, {"agent", "prep"})
            return _pairs(
                _children(verb, {"nsubj"}) or _children(how, {"nsubj"}), targets, polarity,
                [how, *targets], scene,
            )  # fmt: skip
    return ()


def _is_to(verb: Any, scene: Scene) -> Iterable[Found]:
    """ "Y is a threat to X", "Y is no longer X's friend", "X and Y are no longer brothers"."""
    subjects = _children(verb, {"nsubj"})
    out: list[Found] = []
    for label in _children(verb, {"attr"}):
        polarity = _lexicon("label").get(label.lemma_.lower(), 0)
        if not polarity or not subjects:
            continue
        words = list(label.subtree)
        holders = _objects(label, {"to", "of", "for"}) + _children(label, {"poss"})
        out += _pairs(holders, subjects, polarity, words, scene)
        both = [subjects[0], *subjects[0].conjuncts]
        if len(both) == 2 and not holders:
            out += _pairs(both[:1], both[1:], polarity, words, scene)
            out += _pairs(both[1:], both[:1], polarity, words, scene)
    return out


def _noun(noun: Any, scene: Scene) -> Iterable[Found]:
    """ "resentment of Y in X", "X's distrust of Y", "X has a negative view of Y"."""
    lemma = noun.lemma_.lower()
    words = list(noun.subtree)
    if lemma in _lexicon("opinion"):
        beside = [*noun.children, *([noun.head] if noun.dep_ == "nsubj" else [])]
        shades = [_lexicon("manner").get(t.lemma_.lower(), 0) for t in beside]
        polarity = next((shade for shade in shades if shade), 0)
        if not polarity:
            return ()
    elif lemma in _lexicon("noun"):
        polarity = _lexicon("noun")[lemma]
    else:
        return ()
    verb = noun.head
    around = [noun, verb] if noun.dep_ in {"nsubj", "dobj", "attr", "nsubjpass"} else [noun]
    if noun.dep_ == "dobj" and verb.lemma_ in _LOST:
        polarity = -polarity
    own = [o for t in around for o in _objects(t, _TOWARDS - _HELD_BY)]
    inside = [o for t in around for o in _objects(t, _HELD_BY)]
    holders = _children(noun, {"poss"}) + [
        c for c in noun.children if c.dep_ == "amod" and c.ent_type_ == "NORP"
    ]
    if noun.dep_ == "dobj" and verb.pos_ == "VERB":
        holders = holders or [s for s in _children(verb, {"nsubj"}) if scene.actors_in(s)]
    # "trust in Y": the place is the target where the holder is known from elsewhere
    if holders and not own:
        return _pairs(holders, inside, polarity, words, scene)
    return _pairs(holders or inside, own, polarity, words, scene)


def _polarity(words: list[Any]) -> int:
    """Polarity of a label's words: its head's, else that of the sum of the others."""
    known = _lexicon("label")
    head = next((t for t in words if t.dep_ in {"pobj", "oprd", "attr", "ccomp"}), None)
    if head is not None and head.lemma_.lower() in known:
        return known[head.lemma_.lower()]
    near = [t for t in words if head is None or t.i == head.i or t.head.i == head.i]
    for some in (near, words):
        total = sum(known.get(t.lower_, known.get(t.lemma_.lower(), 0)) for t in some)
        if total:
            return 1 if total > 0 else -1
    return 0


def _negated(token: Any) -> bool:
    """Whether a perception is denied: "does not see", "no longer a friend"."""
    near = [token, *token.children]
    if token.pos_ == "ADJ":
        near += [c for c in token.head.children if c.dep_ in {"neg", "advmod"}]
    if any(t.dep_ == "neg" for t in near):
        return True
    words = {c.lower_ for t in near for c in t.subtree if token.pos_ in {"VERB", "AUX"}}
    return {"no", "longer"} <= words or any(
        t.dep_ == "det" and t.lower_ == "no" for t in token.children
    )


def _children(token: Any, labels: set[str]) -> list[Any]:
    return [child for child in token.children if child.dep_ in labels]


def _objects(
    token: Any, preps: Iterable[str], labels: frozenset[str] | set[str] = frozenset({"prep"})
) -> list[Any]:
    wanted = frozenset(preps)
    return [
        o
        for prep in token.children
        if prep.dep_ in labels and prep.lower_ in wanted
        for o in _children(prep, {"pobj"})
    ]


def _pairs(
    holders: list[Any], targets: list[Any], polarity: int, words: list[Any], scene: Scene
) -> list[Found]:
    """The first holder that names somebody, with the first such target."""
    held = next((a for token in holders for a in scene.actors_in(token) if a.key), None)
    seen = next((a for token in targets for a in scene.actors_in(token) if a.key), None)
    return [(held, seen, polarity, words)] if held and seen else []
