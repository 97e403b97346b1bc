"""A sentence with its source and target marked, as the classifier's token ids.

Training and reading share this file, so that the model sees at work what it saw in
training.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from detente.errors import InputError

#: Tokens that enclose the source and the target: ordinary words of the vocabulary, since
#: the encoder already knows how to look at punctuation.
MARKERS = ("@", "*", "#", "^")
#: The longest input; what is longer loses words far from the two marked parts.
MAX_TOKENS = 128
_PART_TOKENS = 24
_BETWEEN_TOKENS = 50
_CLS, _SEP = 101, 102
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)

Span = tuple[int, int]


def find_pair(sentence: str, source: str | Span, target: str | Span) -> tuple[Span, Span]:
    """Where source and target stand, as code points of the sentence, the end exclusive.

    A string stands where it first occurs as whole words, else where it first occurs at
    all; case and a leading article are ignored when nothing else fits. Source and target
    never overlap: the second of two equal names is meant when a name is given twice.

    Raises
    ------
    InputError
        A part is not in the sentence, a span is out of range, or the two overlap.
    """
    firsts = _places(sentence, source, "source")
    seconds = _places(sentence, target, "target")
    for first in firsts:
        for second in seconds:
            if first[1] <= second[0] or second[1] <= first[0]:
                return first, second
    raise InputError(
        "target",
        f"{_shown(sentence, seconds[0])} overlaps the source {_shown(sentence, firsts[0])}",
        "two separate parts of the sentence",
        "name the actors by words that do not share a place, or give character spans",
    )


def _shown(sentence: str, span: Span) -> str:
    return repr(sentence[span[0] : span[1]])


def _places(sentence: str, part: str | Span, which: str) -> list[Span]:
    if not isinstance(part, str):
        start, end = part
        if not 0 <= start < end <= len(sentence):
            raise InputError(
                which,
                f"span ({start}, {end})",
                f"0 <= start < end <= {len(sentence)}, the length of the sentence",
                "count code points of the sentence, the end exclusive",
            )
        return [(start, end)]
    words = part.split()
    for flags in (0, re.IGNORECASE):
        for bare in (False, True):
            found = _occurrences(sentence, words, bare, flags)
            if found:
                return found
    raise InputError(
        which,
        f"{part!r} is not in the sentence {sentence!r}",
        "words of the sentence, or a (start, end) span",
        "copy the actor from the sentence as it is written there",
    )


def _occurrences(sentence: str, words: list[str], bare: bool, flags: int) -> list[Span]:
    if bare:  # "the FBI" is found in "FBI agents"
        text = _ARTICLE.sub("", " ".join(words), count=1)
        words = text.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    whole = [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", sentence, flags)]
    return whole or [m.span() for m in re.finditer(pattern, sentence, flags)]


def encode(
    tokenizer: Any, sentence: str, source: Span, target: Span
) -> tuple[list[int], list[int]]:
    """Token ids of the marked sentence, and the places of the two opening markers.

    Parameters
    ----------
    tokenizer
        A ``tokenizers.Tokenizer`` without padding or truncation.
    source, target
        Character spans that do not overlap.

    Returns
    -------
    ids, at
        At most ``MAX_TOKENS`` ids with [CLS] and [SEP]; ``at`` holds the index in ``ids`` of
        the source's and of the target's opening marker.
    """
    marks = [tokenizer.token_to_id(word) for word in MARKERS]
    ordered = sorted([(source, 0), (target, 1)])
    (one, first), (two, second) = ordered
    cuts = [0, one[0], one[1], two[0], two[1], len(sentence)]
    pieces: list[list[int]] = [
        tokenizer.encode(sentence[low:high], add_special_tokens=False).ids
        for low, high in itertools.pairwise(cuts)
    ]
    before, part1, between, part2, after = _fitted(pieces)
    ids = [_CLS, *before]
    at = [0, 0]
    at[first] = len(ids)
    ids += [marks[2 * first], *part1, marks[2 * first + 1], *between]
    at[second] = len(ids)
    ids += [marks[2 * second], *part2, marks[2 * second + 1], *after, _SEP]
    return ids, at


def _fitted(pieces: list[list[int]]) -> list[list[int]]:
    """The five pieces cut to fit: words near the marked parts are kept."""
    room = MAX_TOKENS - 6
    if sum(map(len, pieces)) <= room:
        return pieces
    before, part1, between, part2, after = pieces
    part1, part2 = part1[:_PART_TOKENS], part2[:_PART_TOKENS]
    if len(between) > _BETWEEN_TOKENS:
        half = _BETWEEN_TOKENS // 2
        between = between[:half] + between[-half:]
    room -= len(part1) + len(between) + len(part2)
    tail = max(room - len(before), min(room // 2, len(after)))
    after = after[:tail]
    lead = room - len(after)
    return [before[-lead:] if lead else [], part1, between, part2, after]
