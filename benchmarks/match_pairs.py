"""How often a sentence gets the right verdict from the records: `python benchmarks/match_pairs.py`.

Reads `tests/record/pairs.jsonl`, codes each text, looks its acts up in the shipped casebook and
prints accuracy with 95 % Wilson intervals, a confusion table and every miss with its reason. A
line counts as right when its verdict is the one expected and, where a record is named, the verdict
rests on it. Of several statements the line's `at` picks the one whose words hold it; without `at`
it is the first that gets a verdict. About half the lines are near misses (`why` says which): true
statements with one thing changed.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import math
import pathlib
import sys
import time
from typing import Any

from detente.claims.check import _events_of
from detente.claims.occurrence import judge
from detente.read.actors import Gazetteer
from detente.read.coder import Reading, read_many
from detente.read.documents import document_from_text
from detente.record import casebook
from detente.record.match import RecordIndex
from detente.schema import Event, Verdict

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAIRS = ROOT / "tests/record/pairs.jsonl"
NOTHING = "nothing"
ORDER = ("supported", "partly supported", "contradicted", "no record", NOTHING)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A line of the pairs and what came of it."""

    pair: dict[str, Any]
    events: tuple[Event, ...]
    verdict: Verdict | None

    @property
    def expected(self) -> str:
        """The verdict that the line expects."""
        return self.pair["verdict"] or NOTHING

    @property
    def found(self) -> str:
        """The verdict that was reached."""
        return self.verdict.verdict if self.verdict else NOTHING

    @property
    def rests_on(self) -> list[str]:
        """The records behind the verdict, the first the one it rests on most."""
        return [e.record_id for e in self.verdict.evidence] if self.verdict else []

    @property
    def right(self) -> bool:
        """Whether verdict and record are as expected."""
        record = self.pair["record"]
        return self.found == self.expected and (record is None or record in self.rests_on)

    @property
    def near_miss(self) -> bool:
        """Whether the line is a true statement with one thing changed."""
        return bool(self.pair["why"].startswith("near miss"))


def load(path: pathlib.Path = PAIRS) -> list[dict[str, Any]]:
    """The lines of a pairs file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(pairs: list[dict[str, Any]]) -> list[Outcome]:
    """Code every text and judge the statement in question."""
    case = casebook.load()
    index, gazetteer = RecordIndex(case), Gazetteer(case.people)
    documents = [document_from_text(pair["text"], date=pair["date"]) for pair in pairs]
    readings = read_many(documents, gazetteer)  # read_with, but parsed together
    return [
        Outcome(pair, reading.events, verdict_of(pair, reading, index))
        for pair, reading in zip(pairs, readings, strict=True)
    ]


def verdict_of(pair: dict[str, Any], reading: Reading, index: RecordIndex) -> Verdict | None:
    """The verdict on the statement that holds ``at``, else the first verdict of the text."""
    events = {event.event_id: event for event in reading.events}
    at = reading.document.text.index(pair["at"]) if "at" in pair else None
    for statement in reading.statements:
        if at is not None and not statement.char_start <= at < statement.char_end:
            continue
        own = _events_of(statement, reading, events)
        sentence = reading.document.text[statement.sentence_start : statement.sentence_end]
        found = judge(own, statement.text, index, sentence=sentence) if own else None
        if found is not None:
            return found
    return None


def accuracy(outcomes: list[Outcome]) -> float:
    """Share of lines that are right."""
    return sum(o.right for o in outcomes) / len(outcomes)


def interval(outcomes: list[Outcome], z: float = 1.96) -> tuple[float, float]:
    """Wilson interval of the accuracy."""
    n, p = len(outcomes), accuracy(outcomes)
    centre, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - width) / (1 + z * z / n), (centre + width) / (1 + z * z / n)


def confusion(outcomes: list[Outcome]) -> str:
    """Expected verdicts down, reached ones across; the last column is the wrong record."""
    counts = collections.Counter((o.expected, o.found) for o in outcomes)
    wrong = collections.Counter(
        o.expected for o in outcomes if o.found == o.expected and not o.right
    )
    lines = [
        f"{'expected / reached':18}" + "".join(f"{v[:12]:>13}" for v in ORDER) + "  on another"
    ]
    for row in ORDER:
        cells = "".join(f"{counts[row, column] or '·':>13}" for column in ORDER)
        lines.append(f"{row:18}{cells}{wrong[row] or '·':>12}")
    return "\n".join(lines)


def in_words(event: Event) -> str:
    """An event on one line."""
    sides = [(a.person or a.key or a.name) if a else "–" for a in (event.source, event.target)]
    return f"{event.trigger}: {event.kind} {sides[0]} → {sides[1]} {event.date} {event.factuality}"


def summary(outcomes: list[Outcome]) -> str:
    """Accuracy overall, on near misses and on the others, and the confusion table."""
    groups = {
        "all": outcomes,
        "near misses": [o for o in outcomes if o.near_miss],
        "others": [o for o in outcomes if not o.near_miss],
    }
    lines = []
    for name, group in groups.items():
        low, high = interval(group)
        lines.append(
            f"{name:12} {accuracy(group):.3f} ({low:.3f}–{high:.3f})"
            f"  {sum(o.right for o in group)} of {len(group)}"
        )
    return "\n".join([*lines, "", confusion(outcomes)])


def misses(outcomes: list[Outcome]) -> str:
    """Every miss: the text, what was expected and reached, the events read, the reason."""
    lines = []
    for number, o in enumerate(outcomes, 1):
        if o.right:
            continue
        record = f" on {o.pair['record']}" if o.pair["record"] else ""
        lines.append(f"line {number} ({o.pair['why']})\n  {o.pair['text']}")
        lines.append(f"  expected {o.expected}{record}; reached {o.found} {o.rests_on[:2]}")
        lines += [f"  read {in_words(event)}" for event in o.events] or ["  read nothing"]
        if o.verdict:
            lines.append(f"  said: {o.verdict.reason}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pairs", nargs="?", type=pathlib.Path, default=PAIRS)
    parser.add_argument("--quiet", action="store_true", help="no list of misses")
    given = parser.parse_args()
    pairs = load(given.pairs)
    started = time.perf_counter()
    outcomes = run(pairs)
    print(f"{summary(outcomes)}\n{time.perf_counter() - started:.1f} s")
    if not given.quiet:
        print(f"\n{misses(outcomes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
