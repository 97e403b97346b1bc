"""The grid's intervals against NUTS on ten dyads: ends, beyond NUTS's own error, and time.

    PYTHONPATH=src:tests/truth python benchmarks/measure_nuts.py     (needs numpyro)
    [--draws 1500] [--chains 4] [--dyads 10] [--mode fixed|sampled]

Both are given the same π, m and v. Two comparisons:

fixed    the settings (drift, jump rate, burst) held at the dyad's likeliest: NUTS samples exactly
         the model of ``docs/measure.md``, so the ends differ by NUTS's error and the grid's
sampled  the settings sampled too, with continuous priors that interpolate the grid's: what a
         full Bayesian analysis gives, of which the grid's 70 settings are a coarse quadrature

Every unknown is standard normal a priori (a move is the quantile function of drift-or-jump at a
standard normal), which mixes far better than the walk itself. The error of an end that NUTS
gives is that of a quantile: the effective size of the indicator (Vehtari et al. 2021), turned
into ±2 standard errors. Times are processor time: of the grid once it is warm, of NUTS with its
compilation.
"""

from __future__ import annotations

import argparse
import time

import jax
import jax.numpy as jnp
import numpy as np
import worlds
from jax.scipy.ndimage import map_coordinates
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer.hmc import hmc
from scipy.special import log_ndtr, ndtri

from detente.measure import bands, kernel, posterior, smooth
from detente.measure.family import centre, pooled, shapes
from detente.measure.hyper import Hyper, flat, layouts

PERIODS, LEVEL, WARMUP = 24, (0.0, 0.2), 500
NODES, MASS = np.polynomial.hermite_e.hermegauss(9)


def scores(values: tuple[float, ...], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Normal scores of the middles of the values' prior shares, and the values' logarithms."""
    base = kernel.base_weights()
    share = np.array([sum(w for w, one in zip(base, kernel.SETTINGS, strict=True)
                          if getattr(one, name) == value) for value in values])  # fmt: skip
    return ndtri(np.cumsum(share) - share / 2), np.log(values)


PRIORS = [scores(kernel.DRIFTS, "drift"), scores(kernel.JUMP_RATES, "jump_rate"),
          scores(kernel.BURSTS, "burst")]  # fmt: skip


def table() -> np.ndarray:
    """Logarithm of a move over its normal score, by score, log drift and log jump rate."""
    grid = np.concatenate([[0.0], np.geomspace(1e-7, 2.5, 40_000)])
    found = np.empty((len(SCORES), len(LOG_DRIFTS), len(LOG_RATES)))
    for i, drift in enumerate(np.exp(LOG_DRIFTS)):
        for j, rate in enumerate(np.exp(LOG_RATES)):
            above = np.logaddexp(np.log1p(-rate) + log_ndtr(-grid / drift),
                                 np.log(rate) + log_ndtr(-grid / kernel.JUMP))  # fmt: skip
            move = np.interp(-log_ndtr(-SCORES), -above, grid)
            found[:, i, j] = np.log(move / SCORES)
    return found


SCORES = np.concatenate([[1e-3], np.arange(1, 601) / 100])
LOG_DRIFTS = np.linspace(np.log(kernel.DRIFTS[0]), np.log(kernel.DRIFTS[-1]), 41)
LOG_RATES = np.linspace(np.log(kernel.JUMP_RATES[0]), np.log(kernel.JUMP_RATES[-1]), 9)
TABLE = table()


def step(raw, drift, rate):
    """A month's move: the quantile function of drift or jump at the standard normal ``raw``."""
    at = [jnp.abs(raw) * 100,
          (jnp.log(drift) - LOG_DRIFTS[0]) / (LOG_DRIFTS[1] - LOG_DRIFTS[0]),
          (jnp.log(rate) - LOG_RATES[0]) / (LOG_RATES[1] - LOG_RATES[0])]  # fmt: skip
    where = jnp.stack([at[0], jnp.full_like(raw, at[1]), jnp.full_like(raw, at[2])])
    return raw * jnp.exp(map_coordinates(jnp.asarray(TABLE), list(where), 1, mode="nearest"))


def unfold(z, fixed):
    """States, their bursts included, and the size of the burst, from standard normals."""
    drawn = jnp.stack([jnp.exp(jnp.interp(z["chosen"][i], *map(jnp.asarray, PRIORS[i])))
                       for i in range(3)])  # fmt: skip
    drift, rate, burst = jnp.where(jnp.isnan(fixed), drawn, fixed)
    start = LEVEL[0] + LEVEL[1] * z["start"]
    theta = jnp.concatenate([start, start + jnp.cumsum(step(z["move"], drift, rate))])
    return theta, theta + burst * z["noise"], burst


def potential(n, s, shape, w, fixed):
    """Minus the log posterior of one dyad as a function of the standard normals."""

    def energy(z):
        _, moved, _ = unfold(z, fixed)
        mass = jax.nn.logsumexp(jnp.log(shape) + moved[:, None] * w, axis=-1)
        prior = sum(jnp.sum(part**2) for part in z.values()) / 2
        return prior - jnp.sum(s * moved - n * mass)

    return energy


def index_of(z, shape, w, fixed):
    """The index of each period (T,): expected weight of an act, the burst averaged out."""
    theta, _, burst = unfold(z, fixed)
    nodes = theta[:, None] + burst * NODES
    tilted = jax.nn.softmax(jnp.log(shape) + nodes[..., None] * w, axis=-1)
    return ((tilted @ w) * (MASS / MASS.sum())).sum(-1)


def sample(data, shape, fixed, draws: int, chains: int) -> tuple[np.ndarray, float]:
    """Draws of the index (D, chains, draws, T) by NumPyro's NUTS, and steps per draw.

    All dyads and chains run side by side in one compiled program, each with its own step
    size and mass matrix.
    """
    start, go = hmc(potential_fn_gen=potential, algo="NUTS")
    sizes = {"chosen": 3, "start": 1, "move": PERIODS - 1, "noise": PERIODS}

    def chain(key, args):
        keys = jax.random.split(key, len(sizes) + 1)
        z = {name: 0.1 * jax.random.normal(one, (size,))
             for one, (name, size) in zip(keys, sizes.items(), strict=False)}  # fmt: skip
        state = start(z, WARMUP, target_accept_prob=0.9, max_tree_depth=8, model_args=args,
                      rng_key=keys[-1])  # fmt: skip

        def move(state, _):
            state = go(state, model_args=args)
            return state, (index_of(state.z, args[2], args[3], args[4]), state.num_steps)

        _, (found, steps) = jax.lax.scan(move, state, None, WARMUP + draws)
        return found[WARMUP:], jnp.mean(steps[WARMUP:])

    every = jax.vmap(jax.vmap(chain, (0, None)), (0, (0, 0, 0, None, 0)))
    dyads = len(data.n)
    keys = jax.random.split(jax.random.PRNGKey(0), dyads * chains)
    found, steps = jax.jit(every)(keys.reshape(dyads, chains, *keys.shape[1:]), (
        jnp.asarray(data.n, dtype=float), jnp.asarray(data.s), jnp.asarray(shape),
        jnp.asarray(data.w), jnp.asarray(fixed)))  # fmt: skip
    return np.asarray(found), float(np.mean(steps))


def ends_of(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Ends (T, 4), two standard errors of each, least effective size and largest R-hat.

    ``draws`` are chains × draws × T.
    """
    pool = draws.reshape(-1, draws.shape[-1])
    ends = np.quantile(pool, bands.ENDS, axis=0).T
    error, sizes = np.empty_like(ends), []
    for period in range(pool.shape[1]):
        for column, q in enumerate(bands.ENDS):
            under = (draws[..., period] <= ends[period, column]).astype(float)
            size = float(effective_sample_size(under))
            sizes.append(size)
            slack = 2 * np.sqrt(q * (1 - q) / size)
            low, high = np.quantile(pool[:, period], np.clip([q - slack, q + slack], 0, 1))
            error[period, column] = (high - low) / 2
    return ends, error, min(sizes), float(np.max(split_gelman_rubin(draws)))


def likeliest(data, fitted) -> np.ndarray:
    """Number of the likeliest setting of each dyad."""
    middles = centre(data, fitted.overall)
    shape = shapes(data, fitted.overall, middles)
    best = np.zeros(len(data.n), dtype=int)
    for rows, width, size, middle in layouts(data, shape, middles):
        one, order = smooth.batch(data.rows(rows), shape[rows], middle, width, size, "month",
                                  fitted.level)  # fmt: skip
        moves = kernel.stack(tuple(range(len(kernel.MOVES))), "month", width, size)
        like = smooth.emissions(one, tuple(range(len(kernel.BURSTS))))
        message, logs, _ = smooth.backward(one, moves, like, keep=False)
        found = flat(smooth.evidence(message, logs, one.start)) + np.log(fitted.weights)
        best[rows[order]] = found.argmax(axis=1)
    return best


def grid_ends(data, fitted, best) -> np.ndarray:
    """The grid's ends (D, T, 4); with ``best``, each dyad under that setting alone."""
    if best is None:
        return posterior.run(data, fitted, "month").ends
    found = []
    for row, number in enumerate(best):
        alone = np.zeros(len(kernel.SETTINGS))
        alone[number] = 1
        given = Hyper(alone + 1e-12, fitted.level, fitted.overall, 0)
        # All dyads keep the full grid of settings: the choice for sparse ones is not at issue.
        found.append(posterior.run(data.rows(np.array([row])), given, "month").ends[0])
    return np.stack(found)


def compare(name: str, ours: np.ndarray, data, shape, fixed, given) -> float:
    """Run NUTS and print how far its ends are from ``ours``; its processor time."""
    begun = time.process_time()
    draws, steps = sample(data, shape, fixed, given.draws, given.chains)
    spent = time.process_time() - begun
    keep = [ends_of(one.astype(float)) for one in draws]
    ends, error = np.stack([one[0] for one in keep]), np.stack([one[1] for one in keep])
    apart = np.abs(ends - ours)
    beyond = np.maximum(apart - error, 0)
    for row, one in enumerate(keep):
        print(f"  {name} dyad {row}: {int(data.n[row].sum())} acts, least ESS of an end "
              f"{one[2]:.0f}, R-hat {one[3]:.3f}; ends apart at most "
              f"{apart[row].max() / 20:.4f}")  # fmt: skip
    width = [(one[..., 3] - one[..., 2]).mean() for one in (ours, ends)]
    print(f"{name}: {steps:.0f} steps a draw; ends apart, share of the scale of 20: mean "
          f"{apart.mean() / 20:.4f}, 95th percentile {np.quantile(apart, 0.95) / 20:.4f}, largest "
          f"{apart.max() / 20:.4f}; two standard errors of NUTS's ends: mean "
          f"{error.mean() / 20:.4f}, largest {error.max() / 20:.4f}; apart beyond them: largest "
          f"{beyond.max() / 20:.4f}; mean width of 90 %: grid {width[0]:.3f}, NUTS {width[1]:.3f}; "
          f"{spent:.0f} s", flush=True)  # fmt: skip
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1500)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--dyads", type=int, default=10)
    parser.add_argument("--mode", default="both", choices=("both", "fixed", "sampled"))
    given = parser.parse_args()
    world = worlds.world(np.random.default_rng(4), 10, PERIODS, "logits", "walk",
                         concentration=60.0, rates=(2, 20))  # fmt: skip
    data = world.data.rows(np.arange(given.dyads))
    fitted = Hyper(kernel.base_weights(), LEVEL, pooled(world.data.shape), 0)
    shape = shapes(data, fitted.overall, centre(data, fitted.overall))
    best = likeliest(data, fitted)
    held = np.array([[kernel.SETTINGS[b].drift, kernel.SETTINGS[b].jump_rate,
                      kernel.SETTINGS[b].burst] for b in best])  # fmt: skip
    one = 0.0
    if given.mode != "sampled":
        one = compare("fixed", grid_ends(data, fitted, best), data, shape, held, given)
    ours = grid_ends(data, fitted, None)
    begun = time.process_time()
    for _ in range(5):
        grid_ends(data, fitted, None)
    spent = (time.process_time() - begun) / 5
    two = 0.0
    if given.mode != "fixed":
        two = compare("sampled", ours, data, shape, np.full((given.dyads, 3), np.nan), given)
    print(f"processor time: grid, 70 settings, {1000 * spent:.0f} ms; NUTS ({given.chains} chains of "
          f"{WARMUP}+{given.draws}) fixed {one:.0f} s, sampled {two:.0f} s: "
          f"{max(one, two) / spent:.0f} times")  # fmt: skip


if __name__ == "__main__":
    main()
