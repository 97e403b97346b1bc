"""Source and target of an act: the roles that the parse gives, filled with actors."""

from __future__ import annotations

from typing import Any

from detente.read.mentions import is_own
from detente.read.roles import arguments
from detente.read.scene import Scene
from detente.schema import Actor, Event

Pair = tuple[Actor | None, Actor | None]
#: Kinds of act that hold in both directions when two parties are named.
_MUTUAL = frozenset(
    "treaty agreement recognition meeting talks clash armistice cooperation exercise "
    "break-relations war".split()
)
#: Words for such acts that only one side does.
_ONE_WAY = frozenset(
    "invade invasion recognize recognise recall withdraw downgrade deliver hand submit present "
    "turn sever cut break suspend call".split()
)
#: Verbs that two do to one another.
_TO_EACH_OTHER = frozenset(
    "agree argue bicker exchange feud haggle negotiate quarrel reconcile spar squabble swap "
    "trade wrangle".split()
)
#: Of two who would do something together, only one wants to, or does not.
_ONE_WANTS = frozenset(
    "ask decline demand hope offer proposal propose refusal refuse reject request seek want "
    "wish".split()
)
#: What two have together: "called off their drill".
_SHARED = frozenset(
    "agreement border ceasefire cease-fire deal dialogue dispute drill exercise manoeuvre "
    "maneuver meeting negotiation pact quarrel relation relations summit talk talks ties treaty "
    "truce".split()
)
#: Kinds of act that hold in both directions when two states do them together.
_JOINT = frozenset({"opening", "promise", "statement"})
#: Acts without addressee, told one after the other ("a second test followed").
_ALONE = frozenset({"missile-test", "nuclear-test", "satellite-launch"})
#: Kinds of act done in words, to one addressed before ("expelled ten of Y's, demanding …").
_WORDS = frozenset({"accusation", "criticism", "demand", "protest", "refusal", "threat"})
#: Kinds whose patient belongs to the side that does it.
_MOVED = frozenset({"troop-transfer", "troop-withdrawal"})


def pairs_of(token: Any, kind: str, scene: Scene) -> list[Pair]:
    """Source and target of the act that a word reports, once per pair.

    Each source acts on the first target and on those coordinated with it. What two do to
    one another ("met", "signed", "exchanged") gives both directions. A side that nobody
    is named for is ``None``.
    """
    source_tokens, target_tokens = arguments(token)
    if kind in _MUTUAL or not kind:
        target_tokens = [
            t for t in target_tokens if not _is_a_setting(t, token, kind, source_tokens, scene)
        ]
    # "its" on what is acted on is the doer's own, as a rule, and says nothing against an "it"
    named_targets = [t for t in target_tokens if t.pos_ != "PRON" and not is_own(t)]
    taken = frozenset(a.key for a in _actors(named_targets, scene) if a.key)
    sources = _actors(source_tokens, scene, taken)
    doers = frozenset(a.key for a in sources if a.key)
    found = _actors(target_tokens, scene, doers)
    targets = [t for t in found if _differs(t, sources)]
    if kind in _WORDS and not _keys(targets) and token.dep_ == "advcl" and token.tag_ == "VBG":
        # "sent a note to Y, asking for payment": asking Y
        addressed = _actors(arguments(token.head)[1], scene, doers)
        targets = [t for t in addressed if t.key and _differs(t, sources)][:1] or targets
    mutual = _is_mutual(token, kind, sources, targets)
    if kind and not mutual and not _keys(targets):
        # "A and B killed soldiers of A": B did
        targets = [t for t in found if any(_differs(t, [s]) for s in sources)] or targets
    if mutual and len(_keys(sources, targets)) < 2:
        inside = [t for t in token.subtree if not _is_where(t)]
        named = [a for a in scene.all_in(inside) if a.key]
        both = list({a.key: a for a in (*sources, *targets, *named)}.values())
        if not sources and len(both) < 2 and _of_one_side(token):
            targets = both
        else:
            sources, targets = both[:1], both[1:2]
    elif mutual and len(_keys(sources)) > 1:
        sources, targets = sources[:1], sources[1:2]  # what they talk about is no target
    elif mutual and not sources and not _of_one_side(token):
        sources, targets = targets[:1], targets[1:2]  # "talks between A and B"
    if kind in _MOVED and not sources and len(_keys(targets)) > 1:
        sources, targets = targets[:1], targets[1:]  # "soldiers of A's army were sent to B"
    known = [t for t in targets if t.key]
    targets = known if kind in _MOVED else known or targets  # "sent fresh troops": its own
    if not targets:
        return [(source, None) for source in sources]
    if not sources:
        return [(None, targets[0])]
    beside = _beside(targets, target_tokens, scene)
    pairs: list[Pair] = [(s, t) for s in sources for t in beside if _differs(t, [s])]
    if mutual:
        pairs += [(t, s) for s in sources for t in beside if s.key and t.key]
    return pairs


def _of_one_side(token: Any) -> bool:
    """Whether those named are one side: "X recognizes A", "talks with A and B"."""
    words = {c.lower_ for c in token.children if c.dep_ in {"prep", "agent"}}
    active = token.pos_ == "VERB" and any(c.dep_ == "nsubj" for c in token.children)
    return active or ("with" in words and "between" not in words)


def _is_where(token: Any) -> bool:
    """A place that is only where it was: "in Paris", "in Jeddah, Saudi Arabia"."""
    place = token
    while place.dep_ in {"compound", "appos"}:
        place = place.head
    return place.dep_ == "pobj" and place.head.lower_ in {"in", "at"} and place.pos_ == "PROPN"


def _is_a_setting(token: Any, verb: Any, kind: str, doers: list[Any], scene: Scene) -> bool:
    """Whether two who act together do it there: "the ministers met in Paris".

    "Kim held talks in Beijing" is told of one: the host is the other.
    """
    if not _is_where(token):
        return False
    number = len(_keys(_actors(doers, scene)))
    if (
        not kind
        and any(c.dep_ == "dobj" for c in verb.children)
        and scene.names_a("capital", token)
    ):
        return True  # "repeated the demand in Warsaw"
    return number > 1 or (not number and bool(kind))


def _is_mutual(token: Any, kind: str, sources: list[Actor], targets: list[Actor]) -> bool:
    """Whether an act holds in both directions."""
    lemma = token.lemma_.lower()
    together = len(_keys(sources)) > 1
    if token.dep_ in {"xcomp", "acl"} and token.head.lemma_.lower() in _ONE_WANTS:
        return False  # "refused to meet"
    if kind in _MUTUAL and (lemma not in _ONE_WAY or (together and not targets)):
        return True
    if kind in _JOINT and together:
        return True
    if token.pos_ != "VERB" or not together or _keys(targets):
        return lemma in _TO_EACH_OTHER and not kind and bool(_keys(sources) and _keys(targets))
    objects = [c for c in token.children if c.dep_ in {"dobj", "prep", "prt"}]
    objects += [o for c in objects if c.dep_ == "prep" for o in c.children]
    return lemma in _TO_EACH_OTHER or any(
        any(c.lower_ == "joint" for c in o.children)
        or o.lower_ in {"other", "another"}
        or (o.lower_ == "one" and any(c.lower_ == "another" for c in o.children))
        or (o.lemma_.lower() in _SHARED and any(c.lower_ == "their" for c in o.children))
        for o in objects
    )


def _beside(targets: list[Actor], tokens: list[Any], scene: Scene) -> list[Actor]:
    """The first target and those that stand beside it ("to Iran and Iraq")."""
    first = targets[0]
    by_token = [(t, scene.actors_in(t)) for t in tokens]
    head = next((t for t, actors in by_token if any(a.key == first.key for a in actors)), None)
    if head is None or not first.key:
        return targets[:1]
    near = {t.i for t in (head, *head.conjuncts)}
    keys = {a.key for t, actors in by_token if t.i in near for a in actors}
    near_by = [t for t in targets if t.key in keys]
    people = {t.key for t in near_by if t.person}  # "Xi of China" is one
    return [t for t in near_by if t.person or t.key not in people]


def _keys(*sides: list[Actor]) -> set[str]:
    return {actor.key for side in sides for actor in side if actor.key}


def they(token: Any) -> bool:
    """Whether "they" is the subject of a verb."""
    return any(c.dep_ == "nsubj" and c.lower_ == "they" for c in token.children)


def both_of(events: list[Event]) -> list[Pair]:
    """ "They were at war": the two parties of the act just told, where it holds both ways."""
    told = {(e.source.key, e.target.key) for e in events if e.source and e.target}
    mutual = [e for e in events if e.source and e.target and e.source.key and e.target.key]
    if len(mutual) != 2 or {(b, a) for a, b in told} != told:
        return []
    return [(e.source, e.target) for e in mutual]


def as_before(kind: str, earlier: list[Event]) -> list[Pair]:
    """ "A second test followed": the doer is that of the last act of the kind."""
    if kind not in _ALONE:
        return []
    last = next((e for e in reversed(earlier[-6:]) if e.kind == kind), None)
    return [(last.source, last.target)] if last else []


def _actors(tokens: list[Any], scene: Scene, taken: frozenset[str] = frozenset()) -> list[Actor]:
    out: dict[tuple[str, str], Actor] = {}
    for token in tokens:
        for actor in scene.actors_in(token, taken):
            out.setdefault((actor.key, actor.person or ("" if actor.key else actor.name)), actor)
    return list(out.values())


def _differs(actor: Actor, others: list[Actor]) -> bool:
    return all(
        (actor.key or actor.name) != (other.key or other.name)
        or (actor.person and other.person and actor.person != other.person)
        for other in others
    )
