"""How well sentences are matched to claims: `python benchmarks/match_claims.py [--fit]`.

Reads `tests/claims/claim_pairs.jsonl`: sentences that make a claim of one of the two casebooks in
words far from the claim's own, and near misses (the same actors, another act, date or direction)
that make none. Claims with an odd number set the weights and the threshold, those with an even
number are held out. Prints precision and recall of the word groups, of the embeddings, and of
both; `--fit` prints the weights that `detente/claims/similar.py` holds, and a first threshold.

Then, as shipped, on two sets written later: `claim_pairs_fresh.jsonl`, on which the threshold was
set, and `claim_pairs_unseen.jsonl`, which was run when it had been set; with Wilson's intervals.
"""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import binomtest

from detente.claims import similar
from detente.claims.claim import from_casebook
from detente.read.actors import Gazetteer
from detente.read.coder import read_many
from detente.read.documents import document_from_text
from detente.record import casebook
from detente.record.words import phrase_hits, stems

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAIRS = ROOT / "tests/claims/claim_pairs.jsonl"
#: Precision that the threshold must have on the odd claims, and the ridge penalty of the fit.
PRECISION, RIDGE = 0.85, 3.0
_DAYS = {"china-north-korea": "2017-11-10", "india-pakistan": "2025-11-10"}


def load(path: pathlib.Path = PAIRS) -> list[dict[str, Any]]:
    """The pairs with half, kind of statement, features for every claim, and word-group hits."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        name = row["claim"] or row["near"]
        row["odd"] = (int(name[1:]) if name else number) % 2 == 1
    for name, day in _DAYS.items():
        case = casebook.load(name)
        own = [row for row in rows if row["casebook"] == name]
        documents = [document_from_text(row["text"], date=day) for row in own]
        among = similar.targets(from_casebook(case), (r.title for r in case.records))
        for row, reading in zip(own, read_many(documents, Gazetteer(case.people)), strict=True):
            kinds = [s.kind for s in reading.statements if s.kind != "opinion"]
            kind = kinds[0] if kinds else "opinion"
            row["found"] = similar.nearest(row["text"], among, kind)
            row["ids"] = [target.claim.claim_id for target in among]
            row["features"] = np.stack([similar.features(row["text"], t, kind) for t in among])
            words = stems(row["text"])
            row["words"] = [
                t.claim.claim_id for t in among
                if all(phrase_hits(group, words) for group in t.claim.match["all"])
                and not phrase_hits(t.claim.match.get("none", []), words)
            ]  # fmt: skip
    return rows


def fit(rows: list[dict[str, Any]]) -> tuple[np.ndarray, float, float]:
    """Weights, constant and threshold of a ridge logistic regression on the odd claims."""
    some = [row for row in rows if row["odd"]]
    x = np.concatenate([row["features"] for row in some])
    y = np.array([name == row["claim"] for row in some for name in row["ids"]], float)
    mean, sd = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = (x - mean) / sd

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        line = z @ w[:-1] + w[-1]
        off = 1 / (1 + np.exp(-line)) - y
        value = np.logaddexp(0, line).sum() - line @ y + RIDGE * (w[:-1] ** 2).sum()
        return float(value), np.append(z.T @ off + 2 * RIDGE * w[:-1], off.sum())

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True).x
    weights, constant = w[:-1] / sd, float(w[-1] - (w[:-1] * mean / sd).sum())
    best = sorted(
        ((row["features"] @ weights + constant).max(), _best(row, weights) == row["claim"])
        for row in some
    )[::-1]  # fmt: skip
    threshold, right = 99.0, 0
    for number, (score, is_right) in enumerate(best, 1):
        right += is_right
        if right / number >= PRECISION:
            threshold = float(score)
    return weights, constant, threshold


def _best(row: dict[str, Any], weights: np.ndarray) -> str:
    return str(row["ids"][int(np.argmax(row["features"] @ weights))])


def report(
    rows: list[dict[str, Any]], weights: np.ndarray, constant: float, threshold: float
) -> None:
    """Precision and recall on both halves."""
    for odd, half in ((True, "odd claims (set)"), (False, "even claims (held out)")):
        some = [row for row in rows if row["odd"] == odd]
        positives = sum(row["claim"] is not None for row in some)
        print(f"{half}: {len(some)} sentences, {positives} of which make a claim")
        near = [
            _best(row, weights) if (row["features"] @ weights).max() + constant >= threshold else ""
            for row in some
        ]  # fmt: skip
        words = [row["words"][0] if row["words"] else "" for row in some]
        both = [one or other for one, other in zip(words, near, strict=True)]
        for name, found in (("word groups", words), ("embeddings", near), ("both", both)):
            given = sum(bool(one) for one in found)
            right = sum(one == row["claim"] for one, row in zip(found, some, strict=True))
            share = f"{right / given:.2f}" if given else "–"
            print(
                f"  {name:12} {right} of {given} right (precision {share}), recall {right / positives:.2f}"
            )
        top = [_best(row, weights) == row["claim"] for row in some if row["claim"]]
        print(f"  the right claim comes first for {sum(top) / len(top):.0%} of those that make one")


def as_shipped(rows: list[dict[str, Any]], name: str) -> None:
    """Precision and recall of what a brief would take a sentence to claim."""
    found = [row["found"].claim_id if row["found"] else "" for row in rows]
    given = sum(bool(one) for one in found)
    right = sum(bool(one) and one == row["claim"] for one, row in zip(found, rows, strict=True))
    positives = sum(row["claim"] is not None for row in rows)
    print(f"{name}: {len(rows)} sentences, {positives} of which make a claim")
    for what, n in (("precision", given), ("recall", positives)):
        low, high = binomtest(right, n).proportion_ci(0.95, method="wilson") if n else (0, 1)
        print(f"  {what} {right} of {n} ({low:.2f}–{high:.2f})")


def main() -> None:
    """Print the figures; with --fit the weights as well."""
    rows = load()
    if "--fit" in sys.argv:
        weights, constant, threshold = fit(rows)
        print("WEIGHTS =", tuple(round(float(w), 2) for w in weights))
        print(f"CONSTANT = {constant:.2f}\nTHRESHOLD = {threshold:.2f}")
        report(rows, weights, constant, threshold)
    else:
        report(rows, np.array(similar.WEIGHTS), similar.CONSTANT, similar.THRESHOLD)
    for name in ("fresh", "unseen"):
        as_shipped(load(PAIRS.with_name(f"claim_pairs_{name}.jsonl")), name)


if __name__ == "__main__":
    main()
