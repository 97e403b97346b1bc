"""Breaks next to ruptures PELT and Rbeast on the same series.

    PYTHONPATH=src:tests/truth python benchmarks/measure_breaks.py   (needs ruptures, Rbeast)

False alarm: a break reported on a series without one. Detection: a break reported within
3 periods of the planted one. PELT: cost l2, penalty 2·σ²·log T, σ from differences.
Rbeast: trend change points with probability above one half, no season.
"""

from __future__ import annotations

import contextlib
import io

import numpy as np
import Rbeast
import ruptures
from test_measure_breaks import draw

from detente.measure.breaks import breaks

RUNS = 60


def ours(n, s):
    found = breaks(n, s)
    return [change.when for change in found.changes] if found.any_break > 0.5 else []


def pelt(n, s):
    y = s / n
    sigma = np.median(np.abs(np.diff(y))) / 0.6745 / 2**0.5
    return (
        ruptures.Pelt("l2", min_size=3, jump=1).fit(y).predict(2 * sigma**2 * np.log(len(y)))[:-1]
    )


def beast(n, s):
    with contextlib.redirect_stdout(io.StringIO()):
        found = Rbeast.beast(s / n, season="none", quiet=True).trend
    where, sure = np.atleast_1d(found.cp), np.atleast_1d(found.cpPr)
    return [int(at) for at, p in zip(where, sure, strict=True) if p > 0.5]


def main() -> None:
    for name, method in (("Detente", ours), ("PELT", pelt), ("Rbeast", beast)):
        line = f"{name:8s}"
        for correlation in (0.0, 0.7):
            rng = np.random.default_rng(21)
            alarms = [bool(method(*draw(rng, "none", correlation)[:2])) for _ in range(RUNS)]
            hits, errors = [], []
            for _ in range(RUNS):
                acts, total, at = draw(rng, "step", correlation)
                error = min((abs(one - at) for one in method(acts, total)), default=99)
                hits.append(error <= 3)
                errors += [error] if error < 99 else []
            middle = np.median(errors) if errors else float("nan")
            line += (f"  autocorrelation {correlation}: false alarms {np.mean(alarms):.2f}, "
                     f"found {np.mean(hits):.2f}, median date error {middle:.0f}")  # fmt: skip
        print(line)


if __name__ == "__main__":
    main()
