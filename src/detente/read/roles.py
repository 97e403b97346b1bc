"""Who did it to whom: the words that fill source and target of a trigger word.

Works on spaCy's dependency labels (ClearNLP style) and returns tokens, the heads of noun
phrases; ``actors.Scene`` says whom they name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.read import valency
from detente.read.actors import adjectives, is_a_body, is_one_of

_SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})


def arguments(trigger: Any) -> tuple[list[Any], list[Any]]:
    """Head tokens of the source and of the target phrases, coordinated ones included."""
    verb = trigger.pos_ in {"VERB", "AUX"}
    if verb and trigger.lemma_ in valency.SPEAK_ABOUT and not is_passive(trigger):
        return _with_conjuncts(subject_of(trigger)), _with_conjuncts(_spoken_with(trigger))
    sources, targets = (
        _called_home(trigger) or _received(trigger) or (_of_verb if verb else _of_noun)(trigger)
    )
    return _with_conjuncts(sources), _with_conjuncts(targets + _beyond(trigger))


def _received(trigger: Any) -> tuple[list[Any], list[Any]] | None:
    """Roles where the grammatical subject is the one it is done to; ``None`` where it is not.

    "suffered a defeat at the hands of Y", "faced criticism from Y", "came under fire from Y".
    """
    verb = trigger
    if trigger.pos_ not in {"VERB", "AUX"}:
        verb = trigger.head if trigger.dep_ == "dobj" else trigger.head.head
        if trigger.dep_ not in {"dobj", "pobj"} or verb.pos_ != "VERB":
            return None
    nouns = [verb, *_children(verb, {"dobj"})]
    nouns += [o for prep, o in _prepositions(verb) if prep == "under"]
    pairs = [(prep, o) for noun in nouns for prep, o in _prepositions(noun)]
    doers = [
        o for prep, hands in pairs if prep == "at" and hands.lemma_ == "hand"
        for _, o in _prepositions(hands)
    ]  # fmt: skip
    if not doers and verb.lemma_ in valency.RECEIVE and len(nouns) > 1 and not is_passive(verb):
        doers = [o for prep, o in pairs if prep == "from"]
    if not doers and trigger.dep_ == "dobj" and verb.lemma_ in valency.UNDERGO:
        return [], subject_of(verb)  # "faced protests": not its own
    if not doers:
        return None
    return doers, _children(verb, {"nsubjpass"}) or subject_of(verb)


def _spoken_with(verb: Any) -> list[Any]:
    """ "discussed the war with Y", "discussed ties with Y"."""
    nouns = (verb, *_children(verb, {"dobj"}))
    return [o for noun in nouns for prep, o in _prepositions(noun) if prep == "with"]


def _called_home(verb: Any) -> tuple[list[Any], list[Any]] | None:
    """ "X's ambassador to Y was recalled": by X, from Y; ``None`` where that is not told."""
    if verb.lemma_ not in valency.CALL_HOME:
        return None
    for envoy in _children(verb, {"dobj", "nsubjpass"}):
        host = [o for prep, o in _prepositions(envoy) if prep in {"to", "in", "from"}]
        host += [o for prep, o in _prepositions(verb) if prep in {"to", "from"}]
        own = _children(envoy, {"poss", "amod"})
        if envoy.lemma_.lower() in valency.ENVOYS and host:
            agents = [o for prep in _children(verb, {"agent"}) for o in _objects(prep)]
            doers = agents if is_passive(verb) else subject_of(verb)
            return [o for o in own if o.pos_ != "PRON"] or doers or own, host
    return None


def _beyond(trigger: Any) -> list[Any]:
    """Further off, to fall back on: whom the nouns around an act concern, and who is to act.

    "offer of help to Y", "welcomed a resumption of ties between Y and Z", "wants Y to pay",
    "refused to help Y", "claimed that Y was arming".
    """
    out: list[Any] = []
    for clause in _children(trigger, {"ccomp"}):
        if trigger.pos_ == "VERB" and (clause.tag_ == "VB" or trigger.lemma_ in valency.CLAIMING):
            out += _children(clause, {"nsubj"})
    for clause in _children(trigger, {"xcomp"}):
        if trigger.lemma_ in valency.GOVERNING:
            out += arguments(clause)[1]
    nouns = [trigger] if trigger.pos_ == "NOUN" else _children(trigger, {"dobj", "nsubjpass"})
    nouns = [n for n in nouns if n.i == trigger.i or n.lemma_ not in valency.HARM]
    if trigger.dep_ == "acl" and trigger.tag_ == "VBN":  # "an agreement between Y and Z signed in"
        nouns.append(trigger.head)
    for _ in range(3):
        nouns = [o for n in nouns for prep, o in _prepositions(n) if prep in valency.GO_ON]
        out += nouns
    return out


def is_name_object(token: Any) -> bool:
    """A name right after its verb is its object, though taken for a time ("warned Ankara")."""
    return bool(token.dep_ == "npadvmod" and token.pos_ == "PROPN" and token.i == token.head.i + 1)


def is_passive(verb: Any) -> bool:
    """Whether the verb's grammatical subject is its patient."""
    if any(child.dep_ in {"nsubjpass", "auxpass", "csubjpass"} for child in verb.children):
        return True
    return verb.dep_ in {"acl", "relcl"} and verb.tag_ == "VBN" and not _children(verb, _SUBJECTS)


def subject_of(verb: Any, depth: int = 0) -> list[Any]:
    """Tokens that do what an active verb says, through control and coordination."""
    own = _children(verb, _SUBJECTS)
    if own:
        return [_antecedent(verb, own[0])]
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in {"VERB", "AUX"}:
        before = _named_before(verb)
        if before is not None:
            return [before]
        if verb.tag_ == head.head.tag_ == "VBG" != head.tag_:
            return subject_of(head.head, depth + 1)  # "declaring him a spy and accusing …"
        return _children(head, {"nsubjpass"}) or subject_of(head, depth + 1)
    stray = [
        c for c in verb.children if c.dep_ == "compound" and c.pos_ == "PROPN" and c.i < verb.i
    ]
    if stray:  # "Turkey attacks Greece", taken for the Turkey attacks
        return stray[-1:]
    if depth > 4 or verb.dep_ == "ROOT":
        return []
    if verb.dep_ in {"relcl", "acl"}:
        if verb.tag_ == "VBN":
            return []
        if verb.tag_ == "VB":  # "Xi's decision to visit": the decider visits
            return _doers_of_noun(head, depth + 1)
        return [head]
    if verb.dep_ in {"xcomp", "ccomp"} and head.lemma_ in valency.OBJECT_CONTROL:
        objects = _children(head, {"dobj", "nsubjpass"})
        if objects:
            return objects
    if verb.dep_ in {"xcomp", "advcl", "ccomp"} and head.pos_ in {"VERB", "AUX"}:
        return _children(head, {"nsubjpass"}) or subject_of(head, depth + 1)
    if verb.dep_ == "xcomp" and head.dep_ in {"acomp", "prep"}:  # "is about to", "is ready to"
        above = head.head
        if above.pos_ in {"VERB", "AUX"}:
            return subject_of(above, depth + 1)
    if verb.dep_ in {"pcomp", "pobj"}:  # "joined the U.S. in voting", "was accused of providing"
        above = head.head
        if above.pos_ in {"ADJ", "ADV", "PRON"}:  # "vocal in criticizing", "accused either of"
            above = above.head
        charged = _children(above, {"dobj", "nsubjpass"}) if above.lemma_ in valency.CHARGED else []
        if charged:  # "accused Y of backing": Y backs
            return charged
        if above.pos_ in {"VERB", "AUX"}:
            doers = _children(above, {"nsubjpass"}) or subject_of(above, depth + 1)
            return doers + (_children(above, {"dobj"}) if above.lemma_ == "join" else [])
        return _doers_of_noun(above, depth + 1)
    return []


def _named_before(verb: Any) -> Any:
    """ "A revoked the status of B and C expelled the envoy": C, which the parser gives to B.

    A name between "and" and a finite verb is that verb's subject, whatever noun it was
    strung to.
    """
    if verb.tag_ not in {"VBD", "VBZ", "VBP"} or verb.i == verb.sent.start:
        return None
    left = verb.nbor(-1)
    if left.dep_ != "conj" or left.pos_ != "PROPN" or left.head.pos_ in {"VERB", "AUX"}:
        return None
    first = left.left_edge
    opened = first.i > verb.sent.start and first.nbor(-1).dep_ == "cc"
    return left if opened and left.right_edge.i == left.i else None


def _of_verb(verb: Any) -> tuple[list[Any], list[Any]]:
    if is_passive(verb):
        patient = _children(verb, {"nsubjpass"})
        patient = [_antecedent(verb, patient[0])] if patient else []
        if not patient and verb.dep_ in {"acl", "relcl"}:
            patient = [verb.head]
        if not patient and verb.dep_ == "conj":
            patient = _children(verb.head, {"nsubjpass"})
        agents = [pobj for prep in _children(verb, {"agent"}) for pobj in _objects(prep)]
        others = list(_prepositional(verb))
        if not agents and verb.lemma_ in valency.PUT_OUT:
            agents = [o for prep, o in _prepositions(verb) if prep == "from" and is_a_body(o)]
        if not agents and len(patient) == 1 and patient[0].lemma_ in valency.ACT_NOUNS:
            on = [o for prep, o in _prepositions(patient[0]) if prep in {"on", "against", "to"}]
            if on:  # "American sanctions on Iran were tightened"
                return patient, on + others
        return agents, patient + others
    objects = [_antecedent(verb, t) for t in _children(verb, {"dobj", "dative", "attr"})]
    objects += [t for t in _children(verb, {"npadvmod"}) if is_name_object(t)]
    if verb.lemma_ == "complain":  # to one about another
        about = [o for prep, o in _prepositions(verb) if prep in {"about", "of", "against", "over"}]
        return subject_of(verb), about
    objects += [pobj for dative in objects if dative.pos_ == "ADP" for pobj in _objects(dative)]
    if verb.dep_ == "relcl" and not _children(verb, {"dobj"}):
        subject = _children(verb, _SUBJECTS)
        if subject and subject[0].lower_ not in _RELATIVE:
            objects.append(verb.head)  # "Israel, which Iran accused": the head is the object
    own = [o for o in objects if o.i != verb.head.i]
    # "condemned an attack by Iran": the attacker is condemned
    doers = [pobj for o in own for prep, pobj in _prepositions(o) if prep == "by"]
    beyond = [pobj for o in own if o.lemma_ not in valency.HARM for pobj in _prepositional(o)]
    return subject_of(verb), objects + doers + list(_prepositional(verb)) + beyond


def _of_noun(noun: Any) -> tuple[list[Any], list[Any]]:
    if noun.lemma_.lower() in valency.OF_PATIENT:
        moved, doers = _children(noun, {"poss"}), [o for p, o in _prepositions(noun) if p == "from"]
        if moved and doers:
            return doers, moved
    noun_of = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    held = noun_of.lemma_.lower() in valency.SPELLS and noun_of.dep_ != "pobj"
    outer = noun_of if held else noun  # "held four days of talks"
    sources = _doers_of_noun(outer)
    targets = [
        pobj
        for prep, pobj in _prepositions(noun)
        if prep != "by"
        and not (prep == "from" and noun.lemma_.lower() in valency.FROM_DOER)
        and not (prep == "of" and (not sources or noun.lemma_ in valency.INTRANSITIVE))
    ]
    if outer.dep_ in {"dobj", "nsubjpass", "pobj"}:  # "held talks with", "a ban was imposed on"
        verb = outer.head if outer.dep_ != "pobj" else outer.head.head
        if verb.pos_ in {"VERB", "AUX"}:
            targets += _children(verb, {"dative"}) + list(_prepositional(verb))
            if outer.dep_ == "dobj" and verb.lemma_ in valency.ANSWER:
                targets += subject_of(verb)  # "ignored an appeal by Y"
    for clause in _children(noun, {"acl"}):  # "a message sent by A to B"
        if clause.tag_ == "VBN" and clause.lemma_ in valency.PASSED_ON:
            sources = [o for by in _children(clause, {"agent"}) for o in _objects(by)] or sources
            targets += _prepositional(clause)
    modifiers = [c for c in noun.children if c.dep_ in {"compound", "amod", "nmod"}]
    return sources, targets + [m for m in modifiers if _may_be_party(m)]


def _doers_of_noun(noun: Any, depth: int = 0) -> list[Any]:
    by = {"by", "from"} if noun.lemma_.lower() in valency.FROM_DOER else {"by"}
    own = _children(noun, {"poss"})
    if own and own[0].lower_ in {"their", "its"} and noun.dep_ == "dobj":
        doers = subject_of(noun.head, depth + 1)  # "have postponed their meeting"
        if doers and doers[0].i != noun.i:
            return doers
    found = own + [o for prep, o in _prepositions(noun) if prep in by]
    found = found or [
        c for c in noun.children if c.dep_ == "amod" and is_one_of(c, adjectives())
    ]  # "the Indian attack"
    if found:
        return found
    for clause in _children(noun, {"relcl"}):  # "the test that Iran conducted"
        subject = _children(clause, _SUBJECTS)
        if subject and subject[0].lower_ not in _RELATIVE and not is_passive(clause):
            return subject
    if noun.lemma_ in valency.INTRANSITIVE:
        of = [pobj for prep, pobj in _prepositions(noun) if prep == "of"]
        if of:
            return of
    if depth < 4:
        if noun.dep_ == "dobj" and noun.head.lemma_ in valency.SPEAK_OF:
            return []  # "confirmed the strikes": not who struck
        if noun.dep_ in {"dobj", "attr", "dative"} and noun.head.pos_ in {"VERB", "AUX"}:
            doers = subject_of(noun.head, depth + 1)
            if doers and doers[0].i != noun.i:
                return doers
        if noun.dep_ == "nsubjpass":
            agents = [pobj for prep in _children(noun.head, {"agent"}) for pobj in _objects(prep)]
            if agents:
                return agents
        if noun.dep_ == "pobj" and noun.head.head.pos_ in {"VERB", "AUX"}:
            # "stood at the parade", "came for talks": the verb's subject took part
            doers = subject_of(noun.head.head, depth + 1)
            if doers:
                return doers
    beside = _children(noun, {"amod", "compound", "nmod"})
    return [c for c in beside if c.lower_ != "state"]  # a state visit


def _may_be_party(modifier: Any) -> bool:
    """A modifier that may name somebody; not the "state" of a state visit."""
    return modifier.pos_ in {"PROPN", "ADJ", "NOUN"} and modifier.lower_ != "state"


def _children(token: Any, labels: frozenset[str] | set[str]) -> list[Any]:
    return [child for child in token.children if child.dep_ in labels]


def _objects(prep: Any) -> list[Any]:
    found = _children(prep, {"pobj"})
    for inner in _children(prep, {"prep"}):  # "out of", "back to"
        found += _objects(inner)
    return found


def _prepositions(token: Any) -> Iterator[tuple[str, Any]]:
    for prep in token.children:
        if prep.dep_ in {"prep", "agent", "dative"} and prep.pos_ in {"ADP", "SCONJ", "PART"}:
            for pobj in _objects(prep):
                yield prep.lower_, pobj


def _prepositional(token: Any) -> Iterator[Any]:
    beside = _children(token, {"advmod", "prt"})  # "sent back to"
    pairs = [
        (prep, pobj)
        for above in (token, *beside)
        for prep, pobj in _prepositions(above)
        if prep in valency.TARGET_PREPS
    ]
    yield from (
        pobj for _, pobj in sorted(pairs, key=lambda pair: valency.TARGET_PREPS.index(pair[0]))
    )


def _antecedent(verb: Any, subject: Any) -> Any:
    """The noun a relative pronoun stands for."""
    if subject.lower_ in _RELATIVE and verb.dep_ == "relcl":
        return verb.head
    return subject


def _with_conjuncts(tokens: list[Any]) -> list[Any]:
    out: list[Any] = []
    for token in tokens:
        out += [t for t in (token, *token.conjuncts) if t not in out]
    return out
