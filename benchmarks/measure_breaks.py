"""Breaks next to ruptures PELT and Rbeast on the same series; slides told from steps.

    PYTHONPATH=src:tests/truth python benchmarks/measure_breaks.py [--runs 200] [--periods 60]
        [--only detectors dates told]    (detectors needs ruptures, Rbeast)

Series: months of 1 + Poisson(8) acts, each act's weight with standard deviation 4.5 about a
mean that is level, plus an AR(1) of standard deviation 0.5; a step of 2 where there is one. False
alarm: a break reported on a series without one. Found: a break reported within 3 periods of the
planted one. Detente reports a break where its probability is above one half. PELT: cost l2,
penalty 2·σ²·log T, σ from differences, at least 3 periods apart. Rbeast: trend change points
with probability above one half, no season.

Dates: steps of 1 to 4, under 8 and 80 acts a month; of the steps reported, how often the 90 %
interval holds the date, beside the shortest 90 % interval of an oracle that knows the levels, the
noise and that there is one step, and of one that knows the noise and that there is one step.
Told: slide against step by the larger probability, beside two oracles: one knows the noise, the
levels and the size, but for the date of the step; the other knows the noise only.
"""

from __future__ import annotations

import argparse
import contextlib
import io

import numpy as np
from scipy.special import logsumexp
from test_measure_breaks import draw

from detente.measure import segments
from detente.measure.breaks import _ends, breaks

SHIFT, ONE_ACT = 0.5, 4.5  # standard deviations of the AR(1) and of one act's weight


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


def planted(rng, kind: str, correlation: float, periods: int, size: float, acts: float):
    """As ``draw``, with another mean number of acts."""
    _, _, at = draw(rng, "none", correlation, periods)
    own = np.zeros(periods)
    own[0] = SHIFT * rng.normal()
    for t in range(1, periods):
        own[t] = correlation * own[t - 1] + rng.normal() * SHIFT * (1 - correlation**2) ** 0.5
    time, n = np.arange(periods), rng.poisson(acts, periods) + 1
    mean = own + size * (time >= at if kind == "step" else time / periods)
    return n, n * (mean + rng.normal(size=periods) * ONE_ACT / n**0.5), at


def oracles(n, s, correlation: float, size: float) -> dict[str, tuple[np.ndarray, float]]:
    """Log weight of each date of a step, and of a slide, by what is known beside the noise."""
    y, periods = s / n, len(n)
    time = np.arange(periods)
    cover = np.diag(ONE_ACT**2 / n) + SHIFT**2 * correlation ** np.abs(time[:, None] - time)
    root = np.linalg.cholesky(cover)
    at = np.arange(segments.SHORTEST, periods - segments.SHORTEST + 1)
    prior = np.log(at * (periods - at)) - np.log((at * (periods - at)).sum())
    steps = np.tril(np.ones((periods, periods)))[:, at]
    line = time / periods
    off = np.linalg.solve(root, np.column_stack([y[:, None] - size * steps, y - size * line]))
    known = -0.5 * (off**2).sum(axis=0)
    white = np.linalg.solve(root, np.column_stack(
        [y - np.average(y, weights=n), np.ones(periods), line - 0.5, steps]))  # fmt: skip
    z, one, slope, after = white[:, 0], white[:, 1], white[:, 2], white[:, 3:]

    def gain(design, spreads):
        return float(segments._gain(design.T @ design, design.T @ z, spreads))

    sd = segments.LEVEL_SD
    free = [gain(np.column_stack([one - step, step]), (sd, sd)) for step in after.T]
    slide = gain(np.column_stack([one, slope]), (sd, segments.SLIDE_SD))
    return {name: (np.pad(prior + step, (at[0], periods - at[-1] - 1), constant_values=-np.inf), own)
            for name, step, own in (("all", known[:-1], known[-1]), ("noise", np.array(free), slide))
            }  # fmt: skip


def interval(logs: np.ndarray) -> tuple[int, int]:
    mass = np.exp(logs - logs.max())
    low, high = _ends(mass / mass.sum(), int(np.argmax(mass)))[2:]
    return low, high


def dates(correlation: float, size: float, acts: float, given) -> str:
    """How often the intervals of a reported step hold its date, and how long they are."""
    rng, rows = np.random.default_rng(23), []
    for _ in range(given.runs):
        n, s, at = planted(rng, "step", correlation, given.periods, size, acts)
        found = breaks(n, s)
        if found.any_break <= 0.5:
            continue
        one = min(found.changes, key=lambda change: abs(change.when - at))
        row = [one.lo50 <= at <= one.hi50]
        known = [interval(logs) for logs, _ in oracles(n, s, correlation, size).values()]
        for low, high in ((one.lo90, one.hi90), *known):
            row += [low <= at <= high, high - low + 1]
        rows.append(row)
    if not rows:
        return "none reported"
    fifty, held, width, all_held, all_width, noise_held, noise_width = np.mean(rows, axis=0)
    return (f"AR(1) {correlation}, {acts:.0f} acts, step {size:.0f}: {len(rows)} of {given.runs} reported; "
            f"50 % hold {fifty:.2f}; 90 % hold {held:.3f}, {width:.1f} periods; all known {all_held:.3f}, "
            f"{all_width:.1f} (ratio {width / all_width:.2f}); noise known {noise_held:.3f}, "
            f"{noise_width:.1f} (ratio {width / noise_width:.2f})")  # fmt: skip


def told(kind: str, size: float, correlation: float, given) -> str:
    """How often the right one of slide and step is the likelier, ours and the oracles'."""
    rng, right = np.random.default_rng(24), []
    for _ in range(given.runs // 2):
        n, s, _ = planted(rng, kind, correlation, given.periods, size, 8)
        found = breaks(n, s).probabilities
        gaps = [found["slide"] - found["step"]]
        gaps += [own - logsumexp(logs) for logs, own in oracles(n, s, correlation, size).values()]
        right.append([(gap > 0) == (kind == "slide") for gap in gaps])
    ours_right, all_known, noise_known = np.mean(right, axis=0)
    return (f"{kind} of {size:.0f}, AR(1) {correlation}: told {ours_right:.2f}; all known {all_known:.2f}; "
            f"noise known {noise_known:.2f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--periods", type=int, default=60)
    parts = ("detectors", "dates", "told")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    given = parser.parse_args()
    if "detectors" in given.only:
        for name, method in (("Detente", ours), ("PELT", pelt), ("Rbeast", beast)):
            print(f"{name:8s}" + "".join(rates(method, c, given) for c in (0.0, 0.7)), flush=True)
    if "dates" in given.only:
        for acts in (8, 80):
            for correlation in (0.0, 0.7):
                for size in (1.0, 2.0, 3.0, 4.0):
                    print("dates   " + dates(correlation, size, acts, given), flush=True)
    if "told" in given.only:
        for correlation in (0.0, 0.7):
            for size in (2.0, 4.0):
                for kind in ("slide", "step"):
                    print("told    " + told(kind, size, correlation, given), flush=True)


if __name__ == "__main__":
    main()
