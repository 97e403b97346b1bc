"""The side of an act that its sentence leaves unsaid: the other of the two states of the text.

"Croatia rejects these grounds" is told of Serbia in a text on the two. Such a side has a code and
no name, as the text does not give one there; a claim is never held against it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from detente.read import valency
from detente.read.actors import state_actor
from detente.read.pairs import Pair
from detente.read.roles import arguments, is_passive
from detente.read.scene import Scene
from detente.schema import Actor, Event

#: Share of sides filled in this way that are right: 11 of 13 read by hand (``docs/checking.md``).
FILLED = 0.85
#: Kinds of act that are aimed at somebody, named or not.
_AIMED = frozenset(
    "accusation aid-cut border-measure break-relations criticism demand envoy-refused expulsion "
    "letter refusal sanction threat trade-measure treaty-suspension".split()
)
#: Those of them that, told without a doer, the other side did.
_BY_THE_OTHER = frozenset({"break-relations", "expulsion", "letter"})
#: Whose act is a state's, though it is not said of which.
_OFFICES = frozenset("administration authorities government minister ministry officials".split())
#: What speaks for a state without being one who acts: "a statement accused Erdogan".
_VOICES = frozenset("communique communiqué declaration note statement".split())


def with_the_other(pairs: list[Pair], token: Any, kind: str, scene: Scene) -> list[Pair]:
    """The pairs of an act, the side that nobody is named for filled where it can only be one.

    Only in a text on two states, for an act that is aimed at somebody, where no third state
    stands in the sentence, nor was named last before it.
    """
    aimed_at = {target.key for _, target in pairs if target}
    if kind not in _AIMED or len(scene.dyad) != 2 or aimed_at >= set(scene.dyad):
        return pairs
    return [_filled(pair, token, kind, scene) for pair in pairs]


def _filled(pair: Pair, token: Any, kind: str, scene: Scene) -> Pair:
    source, target = pair
    if source and source.key and target is None:
        return source, _other(source.key, token, scene)
    if target and target.key and _by_the_other(source, token, kind):
        return _other(target.key, token, scene) or source, target
    return pair


def _by_the_other(source: Actor | None, token: Any, kind: str) -> bool:
    """Whether an act without a doer, or with one of no state, is the other side's."""
    if source:
        return not (source.key or source.person) and source.name.lower() in _OFFICES
    if token.pos_ != "VERB":
        return False
    doers, done_to = arguments(token)
    if any(t.lemma_.lower() in _VOICES for t in doers):
        return True
    envoy = any(t.lemma_.lower() in valency.ENVOYS for t in done_to)
    return is_passive(token) and not doers and (envoy or kind in _BY_THE_OTHER)


def _other(key: str, token: Any, scene: Scene) -> Actor | None:
    """The other of the text's two, where the sentence and what stands before speak of no third."""
    if key not in scene.dyad:
        return None
    other = next(iso3 for iso3 in scene.dyad if iso3 != key)
    here = scene.states_in(token.sent) - {key}
    if (here or scene.last_named({key})) != {other}:
        return None
    return state_actor(other, "", scene.place(token))


def as_said(event: Event) -> Event:
    """The event with the sides that its sentence names, and no others."""
    source, target = (
        None if actor and actor.implied else actor for actor in (event.source, event.target)
    )
    return dataclasses.replace(event, source=source, target=target)
