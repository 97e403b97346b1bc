"""The grid's intervals against NUTS on ten dyads: ends, and time.

    PYTHONPATH=src:tests/truth python benchmarks/measure_nuts.py     (needs numpyro)

NUTS samples the same model with continuous hyperparameters: drift log-normal(log 0.025,
1.3), jump probability 0.008 a month, burst log-normal(log 0.05, 1). The grid averages over
its settings with their prior weights (no pooling over dyads on either side).
"""

from __future__ import annotations

import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import worlds
from numpyro.infer import MCMC, NUTS

from detente.measure import kernel, posterior
from detente.measure.family import centre, pooled, shapes
from detente.measure.hyper import Hyper

DYADS, PERIODS, DRAWS = 10, 24, 400
JUMPS, SHAPE = 0.008, (DYADS, PERIODS - 1, 2)
NODES, MASS = np.polynomial.hermite_e.hermegauss(9)


def model(n, s, shape, w):
    drift = numpyro.sample("drift", dist.LogNormal(jnp.log(0.025), 1.3).expand([DYADS]))
    burst = numpyro.sample("burst", dist.LogNormal(jnp.log(0.05), 1.0).expand([DYADS]))
    start = numpyro.sample("start", dist.Normal(0, 0.2).expand([DYADS, 1]))
    spread = jnp.stack([drift, jnp.full(DYADS, kernel.JUMP)], axis=-1)[:, None, :]
    mixed = dist.MixtureSameFamily(
        dist.Categorical(jnp.array([1 - JUMPS, JUMPS])),
        dist.Normal(jnp.zeros((DYADS, PERIODS - 1, 2)), jnp.broadcast_to(spread, SHAPE)),
    )
    move = numpyro.sample("move", mixed)
    theta = jnp.concatenate([start, start + jnp.cumsum(move, axis=1)], axis=1)
    noise = numpyro.sample("noise", dist.Normal(0, 1).expand([DYADS, PERIODS]))
    moved = theta + burst[:, None] * noise
    mass = jax.nn.logsumexp(jnp.log(shape)[:, None] + moved[..., None] * w, axis=-1)
    numpyro.factor("like", jnp.sum(s * moved - n * mass))
    nodes = theta[..., None] + burst[:, None, None] * NODES
    share = jax.nn.softmax(jnp.log(shape)[:, None, None] + nodes[..., None] * w, axis=-1)
    numpyro.deterministic("index", ((share @ w) * (MASS / MASS.sum())).sum(-1))


def main() -> None:
    world = worlds.world(np.random.default_rng(4), DYADS, PERIODS, "logits", "walk",
                         concentration=60.0, rates=(2, 20))  # fmt: skip
    data = world.data
    fitted = Hyper(kernel.base_weights(), (0.0, 0.2), pooled(data.shape), 0)
    posterior.run(data, fitted, "month")
    begun = time.perf_counter()
    found = posterior.run(data, fitted, "month")
    ours = time.perf_counter() - begun
    shape = shapes(data, fitted.overall, centre(data, fitted.overall))
    sampler = MCMC(NUTS(model, target_accept_prob=0.9), num_warmup=DRAWS, num_samples=DRAWS,
                   progress_bar=False)  # fmt: skip
    begun = time.perf_counter()
    sampler.run(jax.random.PRNGKey(0), data.n, data.s, shape, data.w)
    theirs = time.perf_counter() - begun
    draws = np.asarray(sampler.get_samples()["index"])
    ends = np.stack([np.quantile(draws, q, axis=0) for q in (0.25, 0.75, 0.05, 0.95)], axis=-1)
    apart = np.abs(ends - found.ends) / 20
    print(f"ends apart, share of the scale of 20: mean {apart.mean():.4f}, 95th percentile "
          f"{np.quantile(apart, 0.95):.4f}, largest {apart.max():.4f}")  # fmt: skip
    width = (found.ends[..., 3] - found.ends[..., 2]).mean(), (ends[..., 3] - ends[..., 2]).mean()
    print(f"mean width of 90 %: grid {width[0]:.3f}, NUTS {width[1]:.3f}")
    print(f"divergences {int(np.asarray(sampler.get_extra_fields()['diverging']).sum())}")
    print(f"time: grid {ours:.2f} s, NUTS {theirs:.1f} s ({DRAWS}+{DRAWS} draws, one chain): "
          f"{theirs / ours:.0f} times")  # fmt: skip


if __name__ == "__main__":
    main()
