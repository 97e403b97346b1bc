"""How good, how honest and how fast the pair classifier is: `python benchmarks/classify.py`.

Measures on the PLOVER development set beside the project (1,050 sentences, 15 types; it has
no licence and stays outside), macro-F1 over 2, 4 and 15 classes with 95 % bootstrap intervals,
every type, a calibration table, pairs per second on one thread and the time to load. With
`--text FOLDER` it measures speed only, on training text.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import re
import sys
import time

import numpy as np
from numpy.typing import NDArray

from detente.ontology import QUAD_CLASS
from detente.read.classify import TYPES_15, Classification, classify_batch, load

ROOT = pathlib.Path(__file__).resolve().parents[1]
DEV = ROOT.parent / "shared/data/dev/plover_classification_dev.tsv"
SEED, RESAMPLES = 20, 2000
#: Quad class of each of the 15 types, and its side: cooperation 0, conflict 1.
QUAD = {kind: QUAD_CLASS["RETREAT" if kind == "YIELD" else kind] for kind in TYPES_15}
Pair = tuple[str, tuple[int, int] | None, tuple[int, int] | None]
Labels = NDArray[np.int64]


def development_set(path: pathlib.Path) -> tuple[list[Pair], list[str]]:
    """Pairs with character spans (``None`` where no such actor is marked), and their types."""
    pairs: list[Pair] = []
    types = []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text, at = "", {}
            for part in re.split(r"(</?[st]>)", row["marked_sentence"]):
                if re.fullmatch(r"</?[st]>", part):
                    at.setdefault(part, len(text))  # the first mention counts
                else:
                    text += part
            spans = [(at[f"<{x}>"], at[f"</{x}>"]) if f"<{x}>" in at else None for x in "st"]
            pairs.append((text, *spans))
            types.append(row["gold_root"])
    return pairs, types


def per_class(gold: Labels, found: Labels, classes: int) -> NDArray[np.float64]:
    """Precision, recall and F1 of each class, (classes, 3), 0 where undefined."""
    hit = np.bincount(gold[gold == found], minlength=classes)
    of_gold = np.bincount(gold, minlength=classes)
    of_found = np.bincount(found, minlength=classes)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [hit / of_found, hit / of_gold, 2 * hit / (of_gold + of_found)]
    return np.nan_to_num(np.stack(parts, axis=1))


def macro(gold: Labels, found: Labels, classes: int) -> tuple[float, float, float]:
    """Macro-F1 in percent and its 95 % bootstrap interval (resampling sentences)."""
    rng = np.random.default_rng(SEED)
    value = 100 * per_class(gold, found, classes)[:, 2].mean()
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(gold), len(gold))
        drawn.append(100 * per_class(gold[rows], found[rows], classes)[:, 2].mean())
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(value), float(low), float(high)


def calibration(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> list[dict[str, float]]:
    """Mean confidence and share right in ten equally filled bins."""
    bins = np.array_split(np.argsort(confidence, kind="stable"), 10)
    return [
        {"n": len(rows), "confidence": float(confidence[rows].mean()),
         "right": float(right[rows].mean())}
        for rows in bins
    ]  # fmt: skip


def report(pairs: list[Pair], gold_types: list[str]) -> dict[str, object]:
    """Every figure, printed and returned."""
    start = time.perf_counter()
    load()
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    results = classify_batch(pairs, types=15)
    rate = len(pairs) / (time.perf_counter() - start)
    number = {kind: i for i, kind in enumerate(TYPES_15)}
    gold = np.array([number[kind] for kind in gold_types])
    found = np.array([number[result.type] for result in results])
    quad = np.array([QUAD[kind] - 1 for kind in TYPES_15])
    out: dict[str, object] = {"pairs": len(pairs), "seconds_to_load": loaded, "pairs_per_s": rate}
    print(f"{len(pairs)} pairs; load {loaded:.2f} s; {rate:.0f} pairs/s on one thread")
    for classes, g, f in (
        (2, quad[gold] // 2, quad[found] // 2), (4, quad[gold], quad[found]), (15, gold, found),
    ):  # fmt: skip
        value, low, high = macro(g, f, classes)
        out[f"macro_f1_{classes}"] = [value, low, high]
        print(
            f"macro-F1 over {classes:2} classes: {value:.1f} (95 % interval {low:.1f}-{high:.1f})"
        )
    table = per_class(gold, found, len(TYPES_15))
    print("type        n   precision  recall  F1")
    for kind, (precision, recall, f1) in zip(TYPES_15, 100 * table, strict=True):
        print(f"{kind:10} {gold_types.count(kind):4} {precision:8.1f} {recall:8.1f} {f1:6.1f}")
    out["f1_by_type"] = dict(zip(TYPES_15, (100 * table[:, 2]).tolist(), strict=True))
    _confusions(gold_types, results)
    out["calibration"] = _calibrated(results, gold == found)
    return out


def _confusions(gold_types: list[str], results: list[Classification]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for gold, result in zip(gold_types, results, strict=True):
        if gold != result.type:
            counts[gold, result.type] = counts.get((gold, result.type), 0) + 1
    worst = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:12]
    print("taken for: " + ", ".join(f"{g}→{f} {n}" for (g, f), n in worst))


def _calibrated(results: list[Classification], right: NDArray[np.bool_]) -> list[dict[str, float]]:
    confidence = np.array([result.confidence for result in results])
    bins = calibration(confidence, right)
    print("calibration   n   confidence  right")
    for row in bins:
        print(f"{row['n']:14} {row['confidence']:9.3f} {row['right']:8.3f}")
    error = sum(row["n"] * abs(row["confidence"] - row["right"]) for row in bins) / len(right)
    print(f"expected calibration error {error:.3f}; {right.mean():.3f} of all right")
    return bins


def main(arguments: list[str]) -> int:
    """Run on the development set; skip with a reason where it is absent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here as well")
    options = parser.parse_args(arguments)
    if not DEV.exists():
        print(f"skipped: {DEV} is not there (the development set is not part of the project)")
        return 0
    figures = report(*development_set(DEV))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
