"""Who did it to whom: source and target pairs found on PETRARCH's unit records.

Usage: ``python benchmarks/extraction.py [--misses]``. The records' actors are invented. They
are fed as a gazetteer of one's own, as a user would: each name (one or two capitalised words)
stands for the code it most often goes with, when that is at least 70 % of its sentences. Only
sentences all of whose gold codes are then known are counted; direction counts, the type does
not. The records code some reciprocal acts ("restore ties with") in one direction, Detente in
both; a second line leaves such a second direction out of what was read. Skipped where the set
is not there (it is not part of the project).
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import re

from detente.read.actors import Gazetteer, Name
from detente.read.coder import read_many
from detente.read.documents import document_from_text

FILE = pathlib.Path(__file__).parents[2] / "shared/data/dev/petrarch_pairs_dev.jsonl"
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?\b")
_NOT_NAMES = frozenset(
    "The Prince Prime President Monday Tuesday Wednesday Thursday Friday Saturday Sunday Soldiers "
    "Lawmakers Police Troops Foreign Minister An In On It".split()
)


def learnt(rows: list[dict[str, object]]) -> tuple[Name, ...]:
    """Names and the states they most often go with."""
    seen: collections.Counter[str] = collections.Counter()
    together: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for row in rows:
        codes = sorted({code[:3] for pair in row["gold"] for code in pair[:2]})  # type: ignore[attr-defined]
        for name in sorted(set(_NAME.findall(str(row["sentence"])))):
            if name.split()[0] not in _NOT_NAMES:
                seen[name] += 1
                together[name].update(codes)
    out = []
    for name, number in seen.items():
        best = together[name].most_common(1)
        if number >= 2 and best and best[0][1] >= 0.7 * number and best[0][0].isalpha():
            out.append(Name(name, "state", best[0][0], sector="GOV"))
    return tuple(out)


def main() -> None:
    """Print precision, recall and F1 of directed pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list every sentence not right")
    parser.add_argument("--file", type=pathlib.Path, default=FILE)
    given = parser.parse_args()
    if not given.file.exists():
        print(f"skipped: {given.file} is not there (the set is not part of the project)")
        return
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["expect"] != "error"]
    names = learnt(rows)
    known = {name.iso3 for name in names}
    rows = [r for r in rows if all(code[:3] in known for pair in r["gold"] for code in pair[:2])]
    documents = [document_from_text(row["sentence"], doc_id=row["id"], date="1995") for row in rows]
    right = found = wanted = back = 0
    for row, reading in zip(rows, read_many(documents, Gazetteer(names)), strict=True):
        gold = {(pair[0][:3], pair[1][:3]) for pair in row["gold"]}
        read = {
            (e.source.key, e.target.key)
            for e in reading.events
            if e.source and e.target and e.source.key in known and e.target.key in known
        }
        back += sum((b, a) in gold & read for a, b in read - gold)
        right, found, wanted = right + len(gold & read), found + len(read), wanted + len(gold)
        if given.misses and gold != read:
            print(f"{row['sentence']}\n  gold {sorted(gold)} read {sorted(read)}")
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"{len(rows)} sentences, {wanted} gold pairs, {found} read: precision {precision:.3f}, "
        f"recall {recall:.3f}, F1 {f1:.3f}"
    )
    print(f"without {back} second directions: precision {right / max(found - back, 1):.3f}")


if __name__ == "__main__":
    main()
