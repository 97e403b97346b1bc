"""Log score of next week's (month's) composition on icews18 and icews14, 300 directed dyads.

    python benchmarks/measure_forecast.py [--year 18] [--by week] [--choose busiest]
        [--seed 1] [--least 30] [--folder ../shared/data/events] [--draws 2000]

Weeks of the second half of the file are forecast one by one from all weeks before. The
dyads are the 300 busiest of the first half, or (``--choose random``) 300 drawn from those with
at least ``--least`` acts in it. Score: mean over the acts of the log probability of their type
(nats; higher is better), and the same for quad classes. The paired intervals resample dyads.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import duckdb
import numpy as np

from detente import ontology
from detente.measure import forecast, hyper
from detente.measure.family import Data

SHARED = Path(__file__).parents[2] / "shared" / "data" / "events"
TYPES = tuple(ontology.QUAD_CLASS)
WEIGHTS = np.array([ontology.scale()[kind] for kind in TYPES])
QUAD = np.array([ontology.QUAD_CLASS[kind] - 1 for kind in TYPES])


#: Periods the moving means look back, and those of the tensor's factors carried ahead.
WINDOWS = {"week": (4, 8, 13), "month": (1, 2, 3)}
CARRIED = {"week": 4, "month": 1}


def pick(acts: np.ndarray, given: argparse.Namespace, dyads: int = 300) -> np.ndarray:
    """Rows of the dyads to forecast, from their acts in the first half."""
    if given.choose == "busiest":
        return np.sort(np.argsort(-acts, kind="stable")[:dyads])
    able = np.nonzero(acts >= given.least)[0]
    rng = np.random.default_rng(given.seed)
    return np.sort(rng.choice(able, size=min(dyads, len(able)), replace=False))


def load(given: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts (D, periods, 16) of the dyads chosen; numbers of their states."""
    codes = Path(ontology.__file__).with_name("cameo_to_plover.csv")
    with codes.open(encoding="utf-8", newline="") as lines:
        plover = {row["cameo"]: row["plover"] for row in csv.DictReader(lines)}
    con = duckdb.connect()
    rows = con.execute(
        f"SELECT source, target, cameo_code, datediff('{given.by}', min(d) OVER (), d) AS week FROM "
        "(SELECT *, CAST(date AS DATE) AS d FROM read_csv($path, all_varchar = true)) "
        "WHERE source <> target",
        {"path": str(given.folder / f"icews{given.year}.csv.gz")},
    ).fetchnumpy()
    kinds = {kind: place for place, kind in enumerate(TYPES)}
    kind = np.array([kinds.get(plover.get(str(code), ""), -1) for code in rows["cameo_code"]])
    keep = kind >= 0
    week = rows["week"][keep].astype(int)
    names, number = np.unique(
        np.array([f"{a}\t{b}" for a, b in zip(rows["source"][keep], rows["target"][keep],
                                              strict=True)]), return_inverse=True)  # fmt: skip
    half = (week.max() + 1) // 2
    acts = np.bincount(number[week < half], minlength=len(names))
    top = pick(acts, given)
    place = np.full(len(names), -1)
    place[top] = np.arange(len(top))
    rowed = place[number]
    counts = np.zeros((len(top), week.max() + 1, len(TYPES)), dtype=np.int64)
    mine = rowed >= 0
    np.add.at(counts, (rowed[mine], week[mine], kind[keep][mine]), 1)
    pairs = [names[one].split("\t") for one in top]
    states = {name: i for i, name in enumerate(sorted({x for pair in pairs for x in pair}))}
    ends = np.array([[states[a], states[b]] for a, b in pairs])
    return counts, ends[:, 0], ends[:, 1]


def smoothed(counts: np.ndarray, overall: np.ndarray, acts: float = 2.0) -> np.ndarray:
    """Shares with ``acts`` acts of the overall composition: no rival meets log 0."""
    return (counts + acts * overall) / (counts.sum(axis=1, keepdims=True) + acts)


def factored(counts: np.ndarray, rank: int, seed: int, rounds: int = 150) -> np.ndarray:
    """Gamma-Poisson factorisation of dyads × types (MAP, gamma(1.1, ·) priors): shares."""
    rng = np.random.default_rng(seed)
    left = rng.gamma(1.0, size=(counts.shape[0], rank)) + 0.1
    right = rng.gamma(1.0, size=(rank, counts.shape[1])) + 0.1
    for _ in range(rounds):
        ratio = counts / (left @ right)
        left = (0.1 + left * (ratio @ right.T)) / (0.1 + right.sum(axis=1))
        ratio = counts / (left @ right)
        right = (0.1 + right * (left.T @ ratio)) / (0.1 + left.sum(axis=0)[:, None])
    rate = left @ right
    return rate / rate.sum(axis=1, keepdims=True)


def tensor(counts: np.ndarray, rank: int, seed: int, carried: int, rounds: int = 100) -> np.ndarray:
    """Gamma-Poisson tensor factorisation dyads × weeks × types; the last weeks' factors ahead."""
    rng = np.random.default_rng(seed)
    one, two, three = (rng.gamma(1.0, size=(size, rank)) + 0.1 for size in counts.shape)
    for _ in range(rounds):
        for turn in range(3):
            ratio = counts / np.maximum(np.einsum("dr,tr,kr->dtk", one, two, three), 1e-9)
            if turn == 0:
                gain = np.einsum("dtk,tr,kr->dr", ratio, two, three)
                one = (0.1 + one * gain) / (0.1 + two.sum(0) * three.sum(0))
            elif turn == 1:
                gain = np.einsum("dtk,dr,kr->tr", ratio, one, three)
                two = (0.1 + two * gain) / (0.1 + one.sum(0) * three.sum(0))
            else:
                gain = np.einsum("dtk,dr,tr->kr", ratio, one, two)
                three = (0.1 + three * gain) / (0.1 + one.sum(0) * two.sum(0))
    rate = np.einsum("dr,r,kr->dk", one, two[-carried:].mean(axis=0), three) + 1e-9
    return rate / rate.sum(axis=1, keepdims=True)


def rivals(past: np.ndarray, overall: np.ndarray, slow: dict[str, np.ndarray], by: str) -> dict:
    """Forecasts of the rivals from the weeks so far."""
    seen = past.sum(axis=2) > 0
    last = past.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    found = {f"moving mean, {k} {by}s": smoothed(past[:, -k:].sum(axis=1), overall)
             for k in WINDOWS[by]}  # fmt: skip
    found["last value"] = smoothed(past[np.arange(len(past)), last], overall)
    found["global mean"] = np.tile(overall, (len(past), 1))
    found["own mean so far"] = smoothed(past.sum(axis=1), overall)
    return {**found, **slow}


def scores(
    counts: np.ndarray, source: np.ndarray, target: np.ndarray, shaping=None, by: str = "week"
) -> dict:
    """Sum of log scores per dyad by method: {name: (D, 2)}, types and quad classes."""
    weeks = counts.shape[1]
    half = weeks // 2
    data = Data(counts[:, :half].sum(axis=2), counts[:, :half] @ WEIGHTS,
                counts[:, :half].sum(axis=1).astype(float), WEIGHTS)  # fmt: skip
    fitted = hyper.fit(data, by)
    total: dict[str, np.ndarray] = {}
    slow: dict[str, np.ndarray] = {}
    for week in range(half, weeks):
        past, truth = counts[:, :week], counts[:, week]
        overall = (past.sum(axis=(0, 1)) + 0.5) / (past.sum() + 8)
        if (week - half) % CARRIED[by] == 0 and shaping is None:
            flat = past.sum(axis=1)
            slow = {f"gamma-Poisson matrix, rank {r}": smoothed(
                factored(flat, r, 1) * flat.sum(axis=1, keepdims=True), overall)
                for r in (5, 10)}  # fmt: skip
            slow["gamma-Poisson tensor, rank 10"] = (
                0.99 * tensor(past, 10, 1, CARRIED[by]) + 0.01 * overall
            )
        found = {} if shaping is not None else rivals(past, overall, slow, by)
        found["Detente"] = forecast.compose(past, WEIGHTS, source, target, fitted, by, shaping)
        for name, share in found.items():
            quads = np.stack([share[:, quad == QUAD].sum(axis=1) for quad in range(4)], axis=1)
            acts = np.stack([truth[:, quad == QUAD].sum(axis=1) for quad in range(4)], axis=1)
            score = [(truth * np.log(share)).sum(axis=1), (acts * np.log(quads)).sum(axis=1)]
            total[name] = total.get(name, 0) + np.stack(score, axis=1)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=18, choices=(14, 18))
    parser.add_argument("--by", default="week", choices=tuple(WINDOWS))
    parser.add_argument("--choose", default="busiest", choices=("busiest", "random"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=30)
    parser.add_argument("--folder", type=Path, default=SHARED)
    parser.add_argument("--draws", type=int, default=2000)
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder} is absent: nothing to measure on")
    counts, source, target = load(options)
    total = scores(counts, source, target, by=options.by)
    acts = counts[:, counts.shape[1] // 2 :].sum(axis=(1, 2))
    rng = np.random.default_rng(5)
    draws = rng.integers(len(acts), size=(options.draws, len(acts)))
    print(f"icews{options.year} by {options.by}, {options.choose}: {len(acts)} dyads, "
          f"{acts.sum()} acts forecast")  # fmt: skip
    for name, score in sorted(total.items(), key=lambda item: -item[1][:, 0].sum()):
        line = f"{name:32s}"
        for column, word in enumerate(("types", "quads")):
            gain = total["Detente"][:, column] - score[:, column]
            boot = gain[draws].sum(axis=1) / acts[draws].sum(axis=1)
            low, high = np.quantile(boot, [0.025, 0.975])
            line += f"  {word} {score[:, column].sum() / acts.sum():.4f}"
            line += f" (Detente ahead by {gain.sum() / acts.sum():.4f}, 95% {low:.4f}…{high:.4f})"
        print(line)


if __name__ == "__main__":
    main()
