"""Phrases found in a tokenised text, whole tokens, the longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_HYPHEN = re.compile(r"(?<=[^\W\d_])(-)(?=[^\W\d_])")


class Phrases:
    """Tens of thousands of phrases with a label each.

    spaCy's phrase matcher finds the same, but takes a second to build: it runs the
    tokeniser over every phrase. Here only those phrases are tokenised of which spaces do
    not tell the tokens.
    """

    def __init__(self, nlp: Any) -> None:
        self._tokenizer = nlp.tokenizer
        self._special = frozenset(nlp.tokenizer.rules)
        #: First token → the rest of each phrase, with its label.
        self._starts: dict[str, dict[tuple[str, ...], str]] = {}
        self._lengths: dict[str, list[int]] = {}

    def add(self, label: str, phrases: Iterable[str]) -> None:
        """Take in phrases; one given before keeps its label."""
        for phrase in phrases:
            first, *rest = self._tokens(phrase)
            self._starts.setdefault(first, {}).setdefault(tuple(rest), label)
        for first, rests in self._starts.items():
            self._lengths[first] = sorted({len(rest) for rest in rests}, reverse=True)

    def _tokens(self, phrase: str) -> list[str]:
        words = phrase.split(" ")
        if all(word.isalpha() and word not in self._special for word in words):
            return words
        parts = [part for word in words for part in _HYPHEN.split(word)]
        plain = all(part == "-" or part.isalpha() for part in parts)
        if plain and not self._special.intersection((*words, *parts)):
            return parts  # the tokeniser cuts at a hyphen between letters
        return [token.text for token in self._tokenizer(phrase)]

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Start, end (exclusive) and label of what is found, in order, none overlapping.

        Of two that overlap the longer is kept, of two as long the earlier.
        """
        found: list[tuple[int, int, str]] = []
        for at, word in enumerate(words):
            rests = self._starts.get(word)
            if rests is None:
                continue
            for length in self._lengths[word]:
                if at + 1 + length > len(words):
                    continue  # cut short by the end of the text
                label = rests.get(tuple(words[at + 1 : at + 1 + length]))
                if label is not None:
                    found.append((at, at + 1 + length, label))
        taken: set[int] = set()
        kept = []
        for start, end, label in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
            if start not in taken and end - 1 not in taken:
                taken.update(range(start, end))
                kept.append((start, end, label))
        return sorted(kept)
