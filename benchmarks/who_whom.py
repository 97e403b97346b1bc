"""Who did it to whom, on sentences of our own: ``python benchmarks/who_whom.py [--misses]``.

Reads ``tests/read/pairs_held_out.jsonl``: sentences of many kinds, each labelled with the
directed pairs of states between which it tells an act, and the act's PLOVER type, before
any was run. Prints precision and recall of directed pairs by kind of sentence, and how often
the type of a pair found is right.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
from typing import Any

from detente.read.actors import Gazetteer
from detente.read.coder import Reading, read_many
from detente.read.documents import document_from_text

FILE = pathlib.Path(__file__).parents[1] / "tests/read/pairs_held_out.jsonl"


def pairs_of(reading: Reading) -> dict[tuple[str, str], set[str]]:
    """Directed pairs of states or bodies, each with the types coded between them."""
    out: dict[tuple[str, str], set[str]] = {}
    for event in reading.coded:
        if event.source and event.target and event.source.key and event.target.key:
            out.setdefault((event.source.key, event.target.key), set()).add(event.event_type)
    return out


def readings() -> list[tuple[dict[str, Any], Reading]]:
    """Each labelled sentence with its reading."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    documents = [document_from_text(r["text"], doc_id="d", date=r["date"]) for r in rows]
    return list(zip(rows, read_many(documents, Gazetteer()), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list every sentence not right")
    given = parser.parse_args()
    by_kind: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for row, reading in readings():
        gold = {(p[0], p[1]): p[2] for p in row["pairs"]}
        read = pairs_of(reading)
        hits = gold.keys() & read.keys()
        counts = {
            "right": len(hits), "read": len(read), "gold": len(gold), "sentences": 1,
            "typed": sum(gold[pair] in read[pair] for pair in hits),
            "whole": int(gold.keys() == read.keys()),
        }  # fmt: skip
        by_kind[row["kind"]].update(counts)
        by_kind["all"].update(counts)
        wrong = [pair for pair in hits if gold[pair] not in read[pair]]
        if given.misses and (gold.keys() != read.keys() or wrong):
            print(f"{row['text']}\n  gold {row['pairs']}\n  read {read}")
    for kind, n in by_kind.items():
        print(
            f"{kind:13} {n['sentences']:4} sentences, {n['whole']:3} all right; pairs: precision "
            f"{n['right'] / max(n['read'], 1):.2f}, recall {n['right'] / max(n['gold'], 1):.2f}; "
            f"type {n['typed']} of {n['right']}"
        )


if __name__ == "__main__":
    main()
