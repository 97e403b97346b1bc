"""Coverage of the index's intervals over planted worlds, one line a world.

PYTHONPATH=tests/truth python benchmarks/measure_coverage.py [--dyads 120]
"""

from __future__ import annotations

import argparse

import numpy as np
import worlds

from detente.measure import hyper, posterior

DISPERSIONS = (np.inf, 20.0, 60.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dyads", type=int, default=120)
    parser.add_argument("--periods", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng, every = np.random.default_rng(given.seed), []
    for i, shape in enumerate(worlds.SHAPES):
        for j, dynamics in enumerate(worlds.DYNAMICS):
            volume, spread = worlds.VOLUMES[(i + j) % 4], DISPERSIONS[(2 * i + j) % 3]
            world = worlds.world(rng, given.dyads, given.periods, shape, dynamics, volume,
                                 concentration=spread)  # fmt: skip
            found = posterior.run(world.data, hyper.fit(world.data, "month"), "month")
            truth, ends = world.known, found.ends
            held = [((truth >= ends[..., a]) & (truth <= ends[..., a + 1])).mean(axis=1)
                    for a in (0, 2)]  # fmt: skip
            error = held[1].std() / len(truth) ** 0.5
            every.append(held[1].mean())
            print(f"{shape:10s}{dynamics:7s}{volume:9s}{spread:5.0f}  50%: {held[0].mean():.3f}  "
                  f"90%: {every[-1]:.3f} ± {error:.3f}", flush=True)  # fmt: skip
    print(f"mean {np.mean(every):.3f}, lowest {min(every):.3f}, highest {max(every):.3f}")


if __name__ == "__main__":
    main()
