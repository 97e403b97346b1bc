"""How near a sentence comes to a claim that it words otherwise: static embeddings of its words.

``vectors.npz`` holds a vector for each word piece, made from MiniLM by ``training/embed.py``;
it is loaded when the first sentence is compared, and neither torch nor a network is needed.
A sentence and a claim are compared by a few features (:data:`FEATURES`); a logistic regression on
pairs of sentence and claim gave their weights and the threshold (``benchmarks/match_claims.py``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

import numpy as np

from detente.claims.alike import states_in
from detente.claims.claim import Claim
from detente.read.dates import find_dates
from detente.record.words import stems
from detente.schema import bounds

FEATURES = (
    "word groups: how rarely records come as near, summed", "the same, of the worst group",
    "claim's sentence: how rarely records come as near", "the same, words of its groups",
    "mean over the word groups of the nearest word", "nearest word of the worst group",
    "cosine with the words of its groups",
    "a year that the claim has", "only years that it does not have", "the opposite direction",
    "share of the claim's states that are named", "a state that the claim does not have",
    "the claim's kind of statement", "a plain event, where the claim is about many acts",
)  # fmt: skip
#: Weights of the features and the constant: ``benchmarks/match_claims.py --fit``, odd claims.
WEIGHTS = (0.21, 0.1, -0.06, 0.19, 4.44, 2.87, 3.1, 0.88, -1.52, -2.5, -0.69, -0.99, -0.35, -0.87)
CONSTANT = -8.90
#: From this score on a sentence is taken to make the claim: precision 0.9 on the pairs of
#: ``claim_pairs_fresh.jsonl``.
THRESHOLD = 1.10
#: How many of a casebook's titles say what is near by chance.
_TITLES = 300

_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'’][A-Za-z0-9]+)*")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
#: Words that say which way something goes; a claim and a sentence may not go opposite ways.
_DOWN = frozenset(stems(
    "worsen worse deteriorate decline fall fell drop fewer less rarer rare rarely dwindle shrink "
    "shrank cool cold sour weaken erode lose lost slow trickle collapse seldom hardly strained"
))  # fmt: skip
_UP = frozenset(stems(
    "improve better warm warmer warmest grow grew grown more rise rose increase frequent often "
    "strengthen closer recover thaw reconcile"
))  # fmt: skip


@functools.cache
def _loaded() -> tuple[Any, np.ndarray]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(
        resources.files("detente.read").joinpath("model/tokenizer.json").read_text("utf-8")
    )
    with (
        resources.files("detente.claims").joinpath("vectors.npz").open("rb") as file,
        np.load(file) as held,
    ):
        vectors = held["vectors"].astype(np.float32) * held["scale"].astype(np.float32)[:, None]
    return tokenizer, vectors


@functools.lru_cache(maxsize=20_000)
def _vector(word: str) -> np.ndarray:
    """Sum of the vectors of a text's pieces."""
    tokenizer, vectors = _loaded()
    ids = [i for i in tokenizer.encode(word, add_special_tokens=False).ids if i < len(vectors)]
    return np.asarray(vectors[ids].sum(axis=0))


def _unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1))


@functools.lru_cache(maxsize=512)
def _grams(text: str) -> np.ndarray:
    """Unit vectors of the words of a text and of its pairs of words, shape (words, 128)."""
    words = [_vector(word.lower()) for word in _WORD.findall(text)]
    if not words:
        return np.zeros((1, _loaded()[1].shape[1]))
    pairs = [one + other for one, other in itertools.pairwise(words)]
    return _unit(np.stack(words + pairs))


#: Kinds of statement that make a claim of a kind.
_KINDS = {
    "coincidence": {"timing"}, "rate-change": {"rate", "trend"}, "trend": {"trend", "rate"},
    "order": {"order", "first", "event"}, "first": {"first"}, "last": {"last"},
    "count": {"count", "rate"}, "level": {"level"}, "share": {"share", "count"},
    "occurrence": {"event"}, "untestable": {"forecast", "perception", "event", "trend"},
}  # fmt: skip
_MANY = frozenset(_KINDS) - {"occurrence", "order", "untestable"}


@dataclasses.dataclass(frozen=True)
class Target:
    """A claim ready to be compared: vectors of its words, and how near the records come."""

    claim: Claim
    groups: tuple[np.ndarray, ...]
    says: np.ndarray
    words: np.ndarray
    usual: np.ndarray
    states: frozenset[str]
    years: frozenset[str]
    way: int
    spans: tuple[tuple[dt.date, dt.date], ...] = ()


def targets(claims: Iterable[Claim], titles: Iterable[str]) -> list[Target]:
    """The claims with word groups, prepared; ``titles`` are those of the casebook's records."""
    some = sorted(set(titles))
    some = some[:: max(1, len(some) // _TITLES)][:_TITLES]
    out = []
    for claim in claims:
        if claim.match.get("all"):
            bare = _bare(claim)
            near = np.array([_nearness(title, bare) for title in some]).reshape(len(some), -1)
            out.append(dataclasses.replace(bare, usual=np.sort(near, axis=0)))
    return out


def _bare(claim: Claim) -> Target:
    groups = [[str(phrase).lower() for phrase in group] for group in claim.match["all"]]
    phrases = [phrase for group in groups for phrase in group]
    return Target(
        claim=claim,
        groups=tuple(_unit(np.stack([_vector(phrase) for phrase in group])) for group in groups),
        says=_unit(_vector(claim.says.lower())),
        words=_unit(_unit(np.stack([_vector(phrase) for phrase in phrases])).sum(axis=0)),
        usual=np.zeros((0, len(groups) + 2)),
        states=frozenset(states_in(claim.says)) | frozenset(states_in(" , ".join(phrases))),
        years=frozenset(_YEAR.findall(" ".join([claim.says, *phrases, *_dates(claim)]))),
        way=_way(claim.says),
        spans=_months(" . ".join([claim.says, *_dates(claim)])),
    )


def _months(text: str) -> tuple[tuple[dt.date, dt.date], ...]:
    """The dates of a text that are known to the month or better, with a year of their own."""
    found = (bounds(d.edtf) for d in find_dates(text, None) if d.edtf and ".." not in d.edtf)
    return tuple(span for span in found if (span[1] - span[0]).days <= 31)


def _another_month(text: str, target: Target) -> bool:
    """Whether a sentence is dated to the month, and to none that the claim is about."""
    said = _months(text) if target.spans else ()
    return bool(said) and not any(
        low <= end and start <= high for low, high in said for start, end in target.spans
    )


def _dates(claim: Claim) -> list[str]:
    return [str(claim.spec.get(key, "")) for key in ("date", "expected", "at")]


def _nearness(text: str, target: Target) -> list[float]:
    """Nearest word to each group, and cosines with the claim's sentence and its words."""
    grams, whole = _grams(text), _unit(_vector(text.lower()))
    near = [float((grams @ group.T).max()) for group in target.groups]
    return [*near, float(whole @ target.says), float(whole @ target.words)]


def features(text: str, target: Target, kind: str = "") -> np.ndarray:
    """The features of a sentence and a claim, in the order of :data:`FEATURES`.

    ``kind`` is the kind of the statement, where it was read.
    """
    near = np.array(_nearness(text, target))
    below = np.array([np.searchsorted(target.usual[:, i], near[i]) for i in range(near.size)])
    total = len(target.usual) + 1
    rare = -np.log((total - below) / total)
    groups, years, named = len(target.groups), set(_YEAR.findall(text)), set(states_in(text))
    return np.array([
        rare[:groups].sum(), rare[:groups].min(), rare[-2], rare[-1],
        near[:groups].mean(), near[:groups].min(), near[-1],
        bool(years & target.years), bool(years and target.years and not years & target.years),
        _way(text) * target.way < 0,
        len(target.states & named) / max(len(target.states), 1), bool(named - target.states),
        kind in _KINDS.get(target.claim.kind, ()), kind == "event" and target.claim.kind in _MANY,
    ], dtype=float)  # fmt: skip


def _way(text: str) -> int:
    """-1 where a text says that something falls, 1 where it rises, 0 where neither or both."""
    words = set(stems(text))
    return int(bool(words & _UP)) - int(bool(words & _DOWN))


def score(text: str, target: Target, kind: str = "") -> float:
    """Log odds that a sentence makes a claim."""
    return float(features(text, target, kind) @ np.array(WEIGHTS)) + CONSTANT


def nearest(text: str, among: Sequence[Target], kind: str = "") -> Claim | None:
    """The claim that a sentence makes, or ``None`` where none comes near enough.

    Never one of order: words do not tell "A before B" from "B before A".
    """
    among = [t for t in among if t.claim.kind != "order" and not _another_month(text, t)]
    scores = [score(text, target, kind) for target in among]
    best = int(np.argmax(scores)) if scores else -1
    return among[best].claim if scores and scores[best] >= THRESHOLD else None
