"""How a holder sees a target, on labelled sentences: ``python benchmarks/perceptions.py``.

Reads ``tests/read/perceptions_held_out.jsonl``, labelled before any was run, and prints
precision and recall of holder, target and polarity together, and each miss.
"""

from __future__ import annotations

import json
import pathlib

from detente.read.actors import Gazetteer
from detente.read.coder import read_many
from detente.read.documents import document_from_text

FILE = pathlib.Path(__file__).parents[1] / "tests/read/perceptions_held_out.jsonl"


def main() -> None:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    documents = [document_from_text(row["text"], doc_id="d", date="2020") for row in rows]
    right = read = gold = 0
    for row, reading in zip(rows, read_many(documents, Gazetteer()), strict=True):
        wanted = {(p[0], p[1], p[2]) for p in row["perceptions"]}
        found = {(p.holder_iso3, p.target_iso3, p.polarity) for p in reading.perceptions}
        right, read, gold = right + len(wanted & found), read + len(found), gold + len(wanted)
        if wanted != found:
            print(f"{row['text']}\n  gold {sorted(wanted)} read {sorted(found)}")
    print(
        f"{len(rows)} sentences, {gold} perceptions: precision {right / max(read, 1):.2f}, "
        f"recall {right / gold:.2f}"
    )


if __name__ == "__main__":
    main()
