"""Years that a text names: when a surname is meant that many have borne."""

from __future__ import annotations

import re
from typing import Any

from detente.read.actors import agent_nouns
from detente.read.names import Moment

_YEAR = re.compile(r"^(?:19[4-9]\d|20[0-4]\d)$")
_ANY_YEAR = re.compile(r"\b(?:19[4-9]|20[0-4])\d\b")
#: Words before a surname that make it a ruler's.
_TITLES = frozenset(
    "president premier chancellor marshal general king emperor chairman dictator leader".split()
)


def names_a_year(text: str) -> bool:
    """Whether a text may name a year at all."""
    return _ANY_YEAR.search(text) is not None


class Years:
    """The years that a paragraph names: when a lone name is meant that needs a date."""

    def __init__(self, before: str) -> None:
        self._before = before
        self._cache: dict[int, tuple[list[str], list[str]]] = {}  # by a sentence's first token

    def moment(self, token: Any, date: str | None) -> Moment:
        """When a name is meant: what its sentence tells of, the text's date, what was before."""
        start = int(token.sent.start)
        if start not in self._cache:
            told, named = _years(token.sent)
            last = self.last(token.doc[:start])
            self._cache[start] = told, [*named, *([last] if last else [])]
        told, named = self._cache[start]
        titled = token.i > 0 and token.nbor(-1).lemma_.lower() in (agent_nouns().keys() | _TITLES)
        return Moment(date, tuple(told), tuple(named), titled)

    def last(self, tokens: Any) -> str:
        """The year last named in a paragraph or its beginning, or before it."""
        return next((t.text for t in reversed(tokens) if _YEAR.match(t.text)), self._before)


def _years(sentence: Any) -> tuple[list[str], list[str]]:
    """Years of a sentence at which something was done ("in 1956"), and other years."""
    told: list[str] = []
    named: list[str] = []
    for token in sentence:
        if _YEAR.match(token.text):
            date = token.head if token.dep_ in {"nummod", "npadvmod"} else token  # "May 1956"
            of_verb = date.dep_ == "pobj" and date.head.head.pos_ in {"VERB", "AUX"}
            (told if of_verb else named).append(token.text)
    return told, named
