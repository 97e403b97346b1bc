"""Breaks next to ruptures PELT and Rbeast on the same series; slides told from steps.

    PYTHONPATH=src:tests/truth python benchmarks/measure_breaks.py [--runs 200] [--periods 60]
    (needs ruptures, Rbeast)

Series: months of 1 + Poisson(8) acts, each act's weight with standard deviation 4.5 about a
mean that is level, plus an AR(1) of standard deviation 0.5; a step of 2 where there is one. False
alarm: a break reported on a series without one. Found: a break reported within 3 periods of the
planted one. Detente reports a break where its probability is above one half. PELT: cost l2,
penalty 2·σ²·log T, σ from differences, at least 3 periods apart. Rbeast: trend change points
with probability above one half, no season.
"""

from __future__ import annotations

import argparse
import contextlib
import io

import numpy as np
from test_measure_breaks import draw

from detente.measure.breaks import breaks


def ours(n, s):
    found = breaks(n, s)
    return [change.when for change in found.changes] if found.any_break > 0.5 else []


def pelt(n, s):
    import ruptures

    y = s / n
    sigma = np.median(np.abs(np.diff(y))) / 0.6745 / 2**0.5
    return (
        ruptures.Pelt("l2", min_size=3, jump=1).fit(y).predict(2 * sigma**2 * np.log(len(y)))[:-1]
    )


def beast(n, s):
    import Rbeast

    with contextlib.redirect_stdout(io.StringIO()):
        found = Rbeast.beast(s / n, season="none", quiet=True).trend
    where, sure = np.atleast_1d(found.cp), np.atleast_1d(found.cpPr)
    return [int(at) for at, p in zip(where, sure, strict=True) if p > 0.5]


def rates(method, correlation: float, given) -> str:
    """False alarms, found and date error of a method on series with one autocorrelation."""
    rng = np.random.default_rng(21)
    alarms = [bool(method(*draw(rng, "none", correlation, given.periods)[:2]))
              for _ in range(given.runs)]  # fmt: skip
    rng, errors = np.random.default_rng(22), []
    for _ in range(given.runs):
        acts, total, at = draw(rng, "step", correlation, given.periods)
        errors.append(min((abs(one - at) for one in method(acts, total)), default=99))
    seen = np.array(errors)
    seen = seen[seen < 99]
    middle = np.median(seen) if len(seen) else float("nan")
    return (f"  AR(1) {correlation}: false alarms {np.mean(alarms):.3f}, any {len(seen) / given.runs:.2f}, "
            f"found {np.mean(np.array(errors) <= 3):.2f}, median date error {middle:.0f}")  # fmt: skip


def dates(correlation: float, given) -> str:
    """How often the intervals of a reported step hold its date."""
    rng, held = np.random.default_rng(23), []
    for _ in range(given.runs):
        acts, total, at = draw(rng, "step", correlation, given.periods)
        found = breaks(acts, total)
        if found.any_break > 0.5:
            one = min(found.changes, key=lambda change: abs(change.when - at))
            held.append(
                (one.lo50 <= at <= one.hi50, one.lo90 <= at <= one.hi90, one.hi90 - one.lo90)
            )
    fifty, ninety, width = np.mean(held, axis=0)
    return (f"  AR(1) {correlation}: 50 % hold {fifty:.2f}, 90 % hold {ninety:.2f}, 90 % are "
            f"{width:.1f} periods long")  # fmt: skip


def told(kind: str, size: float, given) -> str:
    """Mean probabilities and how often each kind is the likeliest."""
    rng, found = np.random.default_rng(24), []
    for _ in range(given.runs // 2):
        acts, total, _ = draw(rng, kind, 0.0, given.periods, size)
        found.append(list(breaks(acts, total).probabilities.values()))
    mean, best = np.mean(found, axis=0), np.bincount(np.argmax(found, axis=1), minlength=4)
    names = ("none", "slide", "bend", "step")
    return f"  {kind} of {size}: " + ", ".join(
        f"{name} {p:.2f} (likeliest {n / len(found):.2f})"
        for name, p, n in zip(names, mean, best, strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--periods", type=int, default=60)
    given = parser.parse_args()
    methods = (("Detente", ours), ("PELT", pelt), ("Rbeast", beast))
    for name, method in methods:
        print(f"{name:8s}" + "".join(rates(method, c, given) for c in (0.0, 0.7)), flush=True)
    print("dates   " + "".join(dates(c, given) for c in (0.0, 0.7)), flush=True)
    for kind, size in (("slide", 2.0), ("slide", 4.0), ("step", 2.0), ("step", 3.0)):
        print("told    " + told(kind, size, given), flush=True)


if __name__ == "__main__":
    main()
