"""Coverage of ``both`` and ``asymmetry`` where the two directions are more or less alike.

    PYTHONPATH=src:tests/truth python benchmarks/measure_pairs.py [--dyads 100]

The share of months whose truth the 90 % interval holds, with the correlation of the errors that
the file implies, and as if the directions were independent.
"""

from __future__ import annotations

import argparse

import numpy as np
import worlds

from detente.measure import bands, hyper, posterior


def ends(found: posterior.Bands, dyads: int, sign: int, shared: float) -> np.ndarray:
    """Interval ends (D × T, 4) of the sum or difference of the two halves of the rows."""
    half = slice(0, dyads), slice(dyads, None)
    parts = [values[at].reshape(-1).astype(float) for at in half
             for values in (found.mean, found.var)]  # fmt: skip
    middles = [found.middles[at].reshape(-1, bands.PARTS) for at in half]
    return bands.combine(*middles, (parts[0], parts[1], parts[2], parts[3]), sign, shared)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dyads", type=int, default=100)
    parser.add_argument("--periods", type=int, default=48)
    given = parser.parse_args()
    for alike in (0.0, 0.5, 0.8, 1.0):
        held: dict[str, list[float]] = {}
        for seed, dynamics in enumerate(("walk", "jumps", "mixed")):
            world = worlds.pair(np.random.default_rng(seed), given.dyads, given.periods, alike,
                                dynamics)  # fmt: skip
            rows = np.arange(2 * given.dyads)
            fitted = hyper.fit(world.data, "month", np.roll(rows, given.dyads))
            found = posterior.run(world.data, fitted, "month")
            one, two = world.truth[: given.dyads], world.truth[given.dyads :]
            held.setdefault("likeness", []).append(fitted.likeness)
            for word, sign, truth in (("both", 1, (one + two) / 2), ("asymmetry", -1, one - two)):
                for how, shared in (("", fitted.shared), (" if independent", 0.0)):
                    found_ends = ends(found, given.dyads, sign, shared)
                    flat = truth.reshape(-1)
                    inside = (flat >= found_ends[:, 2]) & (flat <= found_ends[:, 3])
                    held.setdefault(word + how, []).append(inside.mean())
        print(f"alike {alike}: " + ", ".join(f"{k} {np.mean(v):.3f}" for k, v in held.items()),
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
