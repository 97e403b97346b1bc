"""Word overlap between a text and a record: stems, weighted by how rare they are on record."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable

import snowballstemmer

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9’'-]*")
_STOP = frozenset(
    "a an and are as at be been but by did do for from had has have he her his in into is it its "
    "not of on or over she so than that the their them there they this to was were when which "
    "who will with would after before during while since last first year years new more also "
    "s one two between about against".split()
)
_stemmer = snowballstemmer.stemmer("english")


@functools.lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Porter2 stem of a lower-cased word without its possessive."""
    plain = re.sub(r"[’']s?$", "", word.lower())
    return str(_stemmer.stemWord(plain))


def stems(text: str) -> list[str]:
    """Stems of a text's words in order; hyphenated words also give their parts."""
    out = []
    for match in _WORD.finditer(text):
        word = match.group()
        parts = [word, *word.split("-")] if "-" in word else [word]
        out += [stem(part) for part in parts if part and part.lower() not in _STOP]
    return out


class Weights:
    """Inverse document frequency of stems over a collection of texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        bags = [set(stems(text)) for text in texts]
        counts = Counter(word for bag in bags for word in bag)
        self._total = max(len(bags), 1)
        self._weights = {word: math.log(1 + self._total / n) for word, n in counts.items()}

    def of(self, word: str) -> float:
        """Weight of a stem; a stem never seen weighs as much as the rarest."""
        return self._weights.get(word, math.log(1 + self._total))

    def known(self, word: str) -> bool:
        """Whether the collection has the stem at all."""
        return word in self._weights

    def cosine(self, first: Iterable[str], second: Iterable[str]) -> float:
        """Cosine of two bags of stems, 0…1."""
        one, two = set(first), set(second)
        shared = sum(self.of(word) ** 2 for word in one & two)
        if not shared:
            return 0.0
        norm = math.sqrt(sum(self.of(w) ** 2 for w in one) * sum(self.of(w) ** 2 for w in two))
        return shared / norm


def phrase_hits(phrases: Iterable[str], text_stems: list[str]) -> list[str]:
    """The phrases all of whose stems stand side by side in a text."""
    line = f" {' '.join(text_stems)} "
    return [p for p in phrases if (wanted := _stemmed(p)) and f" {wanted} " in line]


@functools.lru_cache(maxsize=50_000)
def _stemmed(phrase: str) -> str:
    return " ".join(stems(phrase))
