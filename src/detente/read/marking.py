"""A sentence with its source and target marked, as the classifier's token ids.

Training and reading share this file, so that the model sees at work what it saw in
training.
"""

from __future__ import annotations

import itertools
import re
import warnings
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
#: An actor as a caller gives it: words of the sentence, a span, or nothing ("Teachers struck").
Part = str | Span | None


def find_pair(sentence: str, source: Part, target: Part) -> tuple[Span | None, Span | None]:
    """Where source and target stand, as code points of the sentence, the end exclusive.

    A string stands where it first occurs as whole words, else where it first occurs at
    all; case and a leading article are ignored when nothing else fits. Source and target
    never overlap: the second of two equal names is meant when a name is given twice.
    ``None`` or ``""`` stands for an actor that the sentence does not name, and gives ``None``;
    so, with a warning, does a name that is not in the sentence ("a recipient" that is only
    implied) while the other one is, and the shorter of two that share a place.

    Raises
    ------
    InputError
        A span is out of range, or neither part is in the sentence.
    """
    if not source and not target:
        raise InputError(
            "source",
            "neither source nor target",
            "at least one of them",
            "name who acts or on whom",
        )
    firsts = _places(sentence, source, "source", or_none=bool(target))
    seconds = _places(sentence, target, "target", or_none=firsts != [None])
    for first in firsts:
        for second in seconds:
            if not first or not second or first[1] <= second[0] or second[1] <= first[0]:
                return first, second
    one, two = firsts[0], seconds[0]
    assert one is not None
    assert two is not None
    warnings.warn(
        f"source {source!r} and target {target!r} share a place in {sentence!r}; the shorter "
        "is read as not named",
        stacklevel=2,
    )
    return (one, None) if one[1] - one[0] >= two[1] - two[0] else (None, two)


def _places(sentence: str, part: Part, which: str, or_none: bool) -> list[Span | None]:
    if not part:
        return [None]
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
    if or_none:
        warnings.warn(
            f"{which} {part!r} is not in the sentence {sentence!r}; read as not named", stacklevel=3
        )
        return [None]
    raise InputError(
        which,
        f"{part!r} is not in the sentence {sentence!r}",
        "words of the sentence, or a (start, end) span",
        "copy the actor from the sentence as it is written there",
    )


def _occurrences(sentence: str, words: list[str], bare: bool, flags: int) -> list[Span | None]:
    if bare:  # "the FBI" is found in "FBI agents"
        text = _ARTICLE.sub("", " ".join(words), count=1)
        words = text.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    for edges in (rf"(?<!\w){pattern}(?!\w)", pattern):
        found: list[Span | None] = [m.span() for m in re.finditer(edges, sentence, flags)]
        if found:
            return found
    return []


def encode(
    tokenizer: Any, sentence: str, source: Span | None, target: Span | None
) -> tuple[list[int], list[int]]:
    """Token ids of the marked sentence, and the places of the two opening markers.

    Parameters
    ----------
    tokenizer
        A ``tokenizers.Tokenizer`` without padding or truncation.
    source, target
        Character spans that do not overlap; one of them may be ``None``.

    Returns
    -------
    ids, at
        At most ``MAX_TOKENS`` ids with [CLS] and [SEP]; ``at`` holds the index in ``ids`` of
        the source's and of the target's opening marker, 0 ([CLS]) for one that is missing.
    """
    marks = [tokenizer.token_to_id(word) for word in MARKERS]
    given = sorted((span, which) for which, span in enumerate((source, target)) if span)
    cuts = [0, *itertools.chain.from_iterable(span for span, _ in given), len(sentence)]
    pieces: list[list[int]] = [
        tokenizer.encode(sentence[low:high], add_special_tokens=False).ids
        for low, high in itertools.pairwise(cuts)
    ]
    if len(given) == 1:
        pieces[2:2] = [[], []]  # nothing between, and no second part
    before, part1, between, part2, after = _fitted(pieces)
    ids = [_CLS, *before]
    at = [0, 0]
    rests = (between, after) if len(given) == 2 else (after,)
    for (_, which), part, rest in zip(given, (part1, part2), rests, strict=False):
        at[which] = len(ids)
        ids += [marks[2 * which], *part, marks[2 * which + 1], *rest]
    return [*ids, _SEP], at


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
