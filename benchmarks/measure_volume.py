"""How far a tenfold change in volume alone moves the index, in widths of its 90 % interval.

    PYTHONPATH=src:tests/truth python benchmarks/measure_volume.py [--dyads 200]

The composition of each dyad stays; only how many of its acts are reported changes. Widths are
those of the dyad before the change (``series``: the mean over all months).

expected   counts are exactly what the composition says, before and after: N and N times the
           composition, no luck; one file at low volume, one at ten times it
series     counts are drawn; within one series the volume rises tenfold halfway; the index of
           the last quarter less that of the first
fresh      counts are drawn anew at ten times the volume, as another file
repeated   every act is written ten times over (not volume: the model takes them as acts)
"""

from __future__ import annotations

import argparse

import numpy as np
import worlds

from detente.measure import hyper, posterior
from detente.measure.family import Data


def fit(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Index and width of its 90 % interval (D, T)."""
    found = posterior.run(data, hyper.fit(data, "month"), "month")
    return found.mean, found.ends[..., 3] - found.ends[..., 2]


def expected(shares: np.ndarray, acts: np.ndarray) -> Data:
    """Data whose every month has exactly the composition: sums and shape are not whole."""
    sums = acts * (shares @ worlds.WEIGHTS)
    return Data(acts, sums, (shares * acts[..., None]).sum(axis=1), worlds.WEIGHTS)


def tell(name: str, move: np.ndarray, width: np.ndarray) -> None:
    share = move / width
    print(f"{name:9s} mean {share.mean():+.3f}, mean size {np.abs(share).mean():.3f}, size at most "
          f"a tenth in {(np.abs(share) < 0.1).mean():.2f} of dyads; largest {np.abs(share).max():.2f}",
          flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dyads", type=int, default=200)
    parser.add_argument("--periods", type=int, default=48)
    given = parser.parse_args()
    rng = np.random.default_rng(7)
    step = worlds.world(rng, given.dyads, given.periods, "logits", "still", "step", rates=(2, 20))
    index, width = fit(step.data)
    quarter = given.periods // 4
    tell("series", index[:, -quarter:].mean(axis=1) - index[:, :quarter].mean(axis=1),
         width.mean(axis=1))  # fmt: skip
    low = worlds.world(rng, given.dyads, given.periods, "logits", "still", rates=(2, 20))
    index, width = fit(low.data)
    seen = low.counts.sum(axis=(1, 2)) > 0
    many = Data(low.data.n * 10, low.data.s * 10, low.data.shape * 10, low.data.w)
    tell("repeated", (fit(many)[0] - index).mean(axis=1), width.mean(axis=1))
    shares = low.shares[seen][:, None]
    fresh = rng.multinomial(rng.poisson(low.rate[seen][:, None] * 10, low.data.n.shape), shares)
    data = Data(fresh.sum(axis=2), fresh @ worlds.WEIGHTS, fresh.sum(axis=1).astype(float),
                worlds.WEIGHTS)  # fmt: skip
    tell("fresh", (fit(data)[0] - index).mean(axis=1), width.mean(axis=1))
    acts = np.tile(np.rint(low.rate[seen])[:, None].astype(np.int64), (1, given.periods))
    few = np.broadcast_to(shares, (*acts.shape, 16))
    index, width = fit(expected(few, acts))
    tell("expected", (fit(expected(few, acts * 10))[0] - index).mean(axis=1), width.mean(axis=1))


if __name__ == "__main__":
    main()
