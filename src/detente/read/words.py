"""Part of speech, morphology and lemma of a word, looked up once per word, tag and arc.

spaCy's attribute ruler and lemmatizer go over every token with pattern matchers and
suffix rules: a quarter of the time of its pipeline. What they give depends on the word, its
tag and its arc only, but for a few words that look at a neighbour ("gonna"); so each triple
is asked for once, on a small text of its own, and remembered. The result is the same, token
by token (``tests/read/test_words.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

#: Triples remembered at most: some 40 MB. News uses a few ten thousand.
_MOST = 200_000
#: Between two words asked for, so that no pattern of two words spans both.
_BETWEEN = ("|", "SYM", "dep")


class Words:
    """Stands for two components of a spaCy pipeline, with the same result.

    Parameters
    ----------
    nlp
        A pipeline that has an ``attribute_ruler`` and, after it, a ``lemmatizer``.
    """

    def __init__(self, nlp: Any) -> None:
        from spacy.attrs import DEP, LEMMA, LOWER, MORPH, ORTH, POS, TAG

        self._asked, self._given = [ORTH, TAG, DEP], [POS, MORPH, LEMMA, TAG, DEP]
        self._beside = [LOWER, DEP]
        self._vocab = nlp.vocab
        self._ruler, self._lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
        index = self._lemmatizer.lookups.get_table("lemma_index", {})
        for kind in index:  # lists of thousands of words, looked through for each suffix
            index[kind] = frozenset(index[kind])
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._pairs = _Pairs(self._ruler.patterns, nlp.vocab.strings)

    def __call__(self, doc: Any) -> Any:
        """Set part of speech, morphology and lemma of every token."""
        if not len(doc):
            return doc
        keys = list(map(tuple, doc.to_array(self._asked).tolist()))
        missing = [key for key in dict.fromkeys(keys) if key not in self._known]
        if missing:
            if len(self._known) + len(missing) > _MOST:
                self._known.clear()
                missing = list(dict.fromkeys(keys))
            self._learn(missing)
        if self._pairs.may_fit(doc.to_array(self._beside).tolist()):
            return self._lemmatizer(self._ruler(doc))
        known = self._known
        doc.from_array(self._given, np.array([known[key] for key in keys], dtype=np.uint64))
        return doc

    def pipe(self, stream: Iterable[Any], *, batch_size: int = 0) -> Iterator[Any]:
        """Each text of a stream, done."""
        yield from map(self, stream)

    def _learn(self, keys: list[tuple[int, ...]]) -> None:
        from spacy.tokens import Doc

        strings = self._vocab.strings
        self._pairs.take_in(strings[key[0]] for key in keys)
        rows: list[tuple[str, ...]] = []
        at: list[int] = []
        for key in keys:
            if rows and self._pairs.opens(
                strings.add(rows[-1][0].lower()), strings.add(rows[-1][2])
            ):
                rows.append(_BETWEEN)
            at.append(len(rows))
            rows.append(tuple(strings[part] for part in key))
        words, tags, arcs = zip(*rows, strict=True)
        doc = Doc(self._vocab, words=words, tags=tags, deps=arcs, heads=list(range(len(rows))))
        found = self._lemmatizer(self._ruler(doc)).to_array(self._given).tolist()
        self._known.update((key, tuple(found[i])) for key, i in zip(keys, at, strict=True))


class _Pairs:
    """The ruler's patterns of two words, as a quick look at whether one can fit at all."""

    def __init__(self, patterns: list[dict[str, Any]], strings: Any) -> None:
        self._strings = strings
        #: What must follow a word, or an arc; ``None`` stands for any word.
        self._after_word: dict[int, set[int] | None] = {}
        self._after_arc: dict[int, set[int] | None] = {}
        self._after_shape: list[tuple[re.Pattern[str], set[int] | None]] = []
        for pattern in (p for row in patterns for p in row["patterns"] if len(p) > 1):
            lower, arc = pattern[0].get("LOWER"), pattern[0].get("DEP")
            second = self._words(pattern[1].get("LOWER"))
            if isinstance(lower, dict):
                self._after_shape.append((re.compile(lower["REGEX"]), second))
            else:
                table = self._after_word if lower else self._after_arc
                _widen(table, strings.add(lower or arc), second)

    def _words(self, lower: Any) -> set[int] | None:
        if isinstance(lower, str):
            return {self._strings.add(lower)}
        words = (lower or {}).get("IN")
        return {self._strings.add(word) for word in words} if words else None

    def take_in(self, words: Iterable[str]) -> None:
        """Note new words of which only a pattern's shape tells whether they open it."""
        for word in words:
            for shape, second in self._after_shape:
                if shape.search(word.lower()):
                    _widen(self._after_word, self._strings.add(word.lower()), second)

    def opens(self, lower: int, arc: int) -> bool:
        """Whether a word or its arc can open a pattern of two words."""
        return lower in self._after_word or arc in self._after_arc

    def may_fit(self, rows: list[list[int]]) -> bool:
        """Whether some pattern may fit, given each token's lower form and arc."""
        for number, (lower, arc) in enumerate(rows[:-1]):
            for key, table in ((lower, self._after_word), (arc, self._after_arc)):
                if key in table:
                    second = table[key]
                    if second is None or rows[number + 1][0] in second:
                        return True
        return False


def _widen(table: dict[int, set[int] | None], key: int, second: set[int] | None) -> None:
    known = table.get(key, set())
    table[key] = None if known is None or second is None else known | second
