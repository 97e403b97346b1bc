"""The labelled sentences as numbers: reading, folds, marking, swapping of state names."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import itertools
import json
import pathlib
import random
import re

from check import FACTUALITY as _FACTUALITY
from check import MODES
from detente.read.marking import Span, find_pair

HERE = pathlib.Path(__file__).parent
TEXT = HERE / "text"
STATES = HERE.parent / "src/detente/read/gazetteer/states.csv"

TYPES = [name for name in MODES if name != "NONE"]
#: A mode is learned together with its type; the empty mode of each type comes first.
TYPE_MODES = [(kind, mode) for kind in TYPES for mode in ["", *sorted(MODES[kind])]]
FACTUALITY = ["happened", "ongoing", "denied", "planned", "demanded", "hypothetical", "asked"]
assert set(FACTUALITY) == _FACTUALITY
#: Types that a planned act may carry.
_ANNOUNCED = {"AGREE", "THREATEN", "ACCUSE", "REQUEST", "REJECT"}


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """One labelled pair; spans are code points of ``text``, the end exclusive."""

    text: str
    source: Span | None
    target: Span | None
    type: str
    mode: str
    factuality: str
    file: str = ""

    @property
    def typed(self) -> bool:
        """Whether the type can be learned from this pair.

        To announce a deed is itself an act: AGREE for a friendly one, THREATEN for a hostile
        one. Where a planned deed carries the type of the deed, only its factuality is used.
        Who announces words (a suit, an inquiry, a demand) is taken at his word.
        """
        return self.factuality != "planned" or self.type in _ANNOUNCED


def read_text(folder: pathlib.Path = TEXT) -> tuple[list[Pair], str]:
    """All pairs of the training text in file order, and the SHA-256 of the files' bytes."""
    digest = hashlib.sha256()
    pairs = []
    for path in sorted(folder.glob("*.jsonl")):
        raw = path.read_bytes()
        digest.update(raw)
        for line in raw.decode("utf-8").splitlines():
            row = json.loads(line)
            spans = find_pair(row["text"], row["source"], row["target"])
            pairs.append(
                Pair(row["text"], spans[0], spans[1], row["type"], row["mode"],
                     row["factuality"], path.name)
            )  # fmt: skip
    return pairs, digest.hexdigest()


def folds(pairs: list[Pair], number: int, block: int = 40) -> list[int]:
    """Fold of each pair, 0 … number−1: whole blocks of neighbouring lines stay together.

    Neighbouring sentences share a scene and its names; a fold that split them would
    measure memory.
    """
    return [(index // block) % number for index in range(len(pairs))]


class Swap:
    """Replaces the states that a sentence names by others, all forms of a name together."""

    def __init__(self, states: pathlib.Path = STATES) -> None:
        with states.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["adjectives"] and row["capitals"]]
        self.forms = [
            (row["name"], row["adjectives"].split(";")[0], row["capitals"].split(";")[0])
            for row in rows
        ]
        self.of = {form: (i, k) for i, row in enumerate(self.forms) for k, form in enumerate(row)}
        names = sorted(self.of, key=len, reverse=True)
        self.pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")

    def __call__(self, pair: Pair, rng: random.Random) -> Pair:
        """The pair with other states in it, or the same one where it names none."""
        found = {self.of[m.group()][0] for m in self.pattern.finditer(pair.text)}
        if not found:
            return pair
        drawn = rng.sample(range(len(self.forms)), len(found))
        others = dict(zip(sorted(found), drawn, strict=True))

        def swapped(text: str) -> str:
            return self.pattern.sub(
                lambda m: self.forms[others[self.of[m.group()][0]]][self.of[m.group()][1]], text
            )

        spans = [span for span in (pair.source, pair.target) if span]
        edges = sorted({0, *itertools.chain.from_iterable(spans), len(pair.text)})
        moved, out = {0: 0}, ""
        for low, high in itertools.pairwise(edges):
            out += swapped(pair.text[low:high])
            moved[high] = len(out)

        def there(span: Span | None) -> Span | None:
            return (moved[span[0]], moved[span[1]]) if span else None

        return dataclasses.replace(
            pair, text=out, source=there(pair.source), target=there(pair.target)
        )


def one_left_out(pair: Pair, rng: random.Random) -> Pair:
    """The pair as if one of its actors were not marked: mostly the target."""
    if rng.random() < 0.75:
        return dataclasses.replace(pair, target=None)
    return dataclasses.replace(pair, source=None)
