"""Coverage of the index's intervals over planted worlds, by kind of world.

    PYTHONPATH=src:tests/truth python benchmarks/measure_coverage.py [--dyads 120] [--rounds 3]

A round is the 20 pairs of shape and dynamics; volume and overdispersion go round them, so that
over the rounds each kind meets the others. A dyad's coverage is the share of its months whose
truth lies in the interval; errors are standard errors over dyads. Density: acts of a dyad over
all its months.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import worlds

from detente.measure import hyper, posterior

DISPERSIONS = (np.inf, 20.0, 60.0)
DENSITIES = ((0, 60, "under 60 acts"), (60, 600, "60 to 600"), (600, 10**9, "over 600"))


def kinds(turn: int) -> list[tuple[str, str, str, float]]:
    """The worlds of a round: shape, dynamics, volume, concentration."""
    return [
        (shape, dynamics, worlds.VOLUMES[(i + j + turn) % 4], DISPERSIONS[(2 * i + j + turn) % 3])
        for i, shape in enumerate(worlds.SHAPES)
        for j, dynamics in enumerate(worlds.DYNAMICS)
    ]


def held(found: posterior.Bands, truth: np.ndarray, low: int) -> np.ndarray:
    """Share of each dyad's months held by the interval whose ends start at ``low``."""
    ends = found.ends
    return ((truth >= ends[..., low]) & (truth <= ends[..., low + 1])).mean(axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dyads", type=int, default=120)
    parser.add_argument("--periods", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng, rows, begun = np.random.default_rng(given.seed), [], time.process_time()
    for turn in range(given.rounds):
        for shape, dynamics, volume, spread in kinds(turn):
            world = worlds.world(rng, given.dyads, given.periods, shape, dynamics, volume,
                                 concentration=spread)  # fmt: skip
            found = posterior.run(world.data, hyper.fit(world.data, "month"), "month")
            fifty, ninety = held(found, world.known, 0), held(found, world.known, 2)
            width = (found.ends[..., 3] - found.ends[..., 2]).mean(axis=1)
            off = found.mean - world.known
            acts = world.data.n.sum(axis=1)
            for one in zip(fifty, ninety, acts, width, (off**2).mean(axis=1), strict=True):
                density = next(word for low, high, word in DENSITIES if low <= one[2] < high)
                rows.append((shape, dynamics, volume, f"concentration {spread:.0f}", density, one))
            print(f"{shape:10s}{dynamics:7s}{volume:9s}{spread:5.0f}  50%: {fifty.mean():.3f}  "
                  f"90%: {ninety.mean():.3f} ± {ninety.std() / len(ninety) ** 0.5:.3f}  width "
                  f"{width.mean():.2f}", flush=True)  # fmt: skip
    print()
    for column in (1, 2, 3, 4, 0):
        for word in dict.fromkeys(row[column] for row in rows):
            mine = np.array([row[5] for row in rows if row[column] == word])
            error = mine[:, 1].std() / len(mine) ** 0.5
            print(f"{word:20s} {len(mine):5d} dyads  50%: {mine[:, 0].mean():.3f}  90%: "
                  f"{mine[:, 1].mean():.3f} ± {error:.3f}  width {mine[:, 3].mean():.2f}  "
                  f"rms error {mine[:, 4].mean() ** 0.5:.3f}")  # fmt: skip
    mine = np.array([row[5] for row in rows])
    print(f"all {len(mine)} dyads  50%: {mine[:, 0].mean():.3f}  90%: {mine[:, 1].mean():.3f}  "
          f"({time.process_time() - begun:.0f} s of processor time)")  # fmt: skip


if __name__ == "__main__":
    main()
