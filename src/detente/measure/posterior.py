"""The index of directed dyads: posterior means, variances and quantiles, period by period."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detente.measure import bands, kernel, smooth, threads
from detente.measure.family import Data, Floats, centre, shapes
from detente.measure.hyper import Hyper, flat, layouts, posterior
from detente.measure.kernel import BURSTS, MOVES, SETTINGS
from detente.measure.periods import By

#: Dyads with fewer acts than the first number are run under so many of the moves and of the
#: bursts, the likeliest: they cannot tell more apart.
CHOICES = ((10, 4, 2), (40, 6, 4), (2**62, len(MOVES), len(BURSTS)))
#: Numbers of a chunk of states (settings × periods × dyads × grid) kept in memory at once.
CHUNK = 8_000_000
#: Quantiles worked out of each state: the ends, and the middles that stand for all of it.
ALL: Floats = np.concatenate([bands.ENDS, bands.MIDDLES])


@dataclasses.dataclass(frozen=True, slots=True)
class Bands:
    """Index of D directed dyads over T periods, on the intensity scale.

    ``mean``, ``var`` (D, T); ``ends`` (D, T, 4) are lo50, hi50, lo90, hi90; ``middles``
    (D, T, PARTS) stand for the whole distribution.
    """

    mean: NDArray[np.float32]
    var: NDArray[np.float32]
    ends: NDArray[np.float32]
    middles: NDArray[np.float32]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Numbers of some moves and bursts, and how common each pair is (m, B)."""

    moves: tuple[int, ...]
    bursts: tuple[int, ...]
    weights: Floats


@dataclasses.dataclass(frozen=True, slots=True)
class _Job:
    """Dyads worked out together: on one kind of grid, under one choice of settings."""

    rows: NDArray[np.intp]
    middle: Floats
    step: float
    size: int
    choice: Choice


def run(data: Data, hyper: Hyper, by: By) -> Bands:
    """Smooth every dyad of ``data`` (each must have an act) under ``hyper``.

    Dyads with the same counts in the same periods have the same index: each such pattern
    is worked out once.
    """
    unique, back = patterns(data)
    dyads, periods = unique.n.shape
    out = Bands(
        np.empty((dyads, periods), np.float32),
        np.empty((dyads, periods), np.float32),
        np.empty((dyads, periods, 4), np.float32),
        np.empty((dyads, periods, bands.PARTS), np.float32),
    )
    centres = centre(unique, hyper.overall)
    shape = shapes(unique, hyper.overall, centres)

    def work(job: _Job) -> None:
        one, order = smooth.batch(unique.rows(job.rows), shape[job.rows], job.middle, job.step,
                                  job.size, by, hyper.level)  # fmt: skip
        _fill(one, job.rows[order], job.choice, out)

    threads.each(work, _jobs(unique, shape, centres, hyper))
    return Bands(out.mean[back], out.var[back], out.ends[back], out.middles[back])


def _jobs(data: Data, shape: Floats, centres: Floats, hyper: Hyper) -> Iterator[_Job]:
    acts, least = data.n.sum(axis=1), 0
    for limit, moves, bursts in CHOICES:
        where = np.nonzero((acts >= least) & (acts < limit))[0]
        least = limit
        if not len(where):
            continue
        choice = fewer(hyper.weights, moves, bursts)
        for rows, step, size, middle in layouts(data.rows(where), shape[where], centres[where]):
            order = np.argsort(-acts[where[rows]], kind="stable")  # like with like: few settings
            chunk = int(np.clip(CHUNK // (moves * bursts * size * data.n.shape[1]), 1, 2048))
            for low in range(0, len(rows), chunk):
                part = order[low : low + chunk]
                yield _Job(where[rows[part]], middle[part], step, size, choice)


def patterns(data: Data) -> tuple[Data, NDArray[np.intp]]:
    """The distinct rows of the data, and for each dyad the number of its row."""
    rng = np.random.default_rng(20_241)  # only spreads keys; any seed gives the same rows
    full = np.concatenate([data.n, np.rint(data.s * 1000), data.shape], axis=1).astype(np.int64)
    factors = rng.integers(1, 2**62, size=(full.shape[1], 2)) | 1
    keys = (full * factors[:, 0]).sum(axis=1) ^ ((full * factors[:, 1]).sum(axis=1) >> 7)
    _, where, back = np.unique(keys, return_index=True, return_inverse=True)
    return data.rows(where), back.reshape(-1)


def fewer(weights: Floats, moves: int, bursts: int) -> Choice:
    """The likeliest moves and bursts, each pair with the weight of those nearest to it."""
    table = weights.reshape(len(MOVES), len(BURSTS))
    some_moves = np.sort(np.argsort(-table.sum(axis=1), kind="stable")[:moves])
    some_bursts = np.sort(np.argsort(-table.sum(axis=0), kind="stable")[:bursts])
    kept = (some_moves[:, None] * len(BURSTS) + some_bursts).reshape(-1)
    place = np.array([
        (np.log(one.drift), 2 * np.log(one.burst + 0.02), 0.3 * np.log(one.jump_rate))
        for one in SETTINGS
    ])  # fmt: skip
    apart = ((place[:, None, :] - place[None, kept, :]) ** 2).sum(axis=2)
    result = np.zeros(len(kept))
    np.add.at(result, np.argmin(apart, axis=1), weights)
    return Choice(
        tuple(some_moves.tolist()), tuple(some_bursts.tolist()),
        result.reshape(len(some_moves), len(some_bursts)),
    )  # fmt: skip


def _fill(one: smooth.Batch, target: NDArray[np.intp], choice: Choice, out: Bands) -> None:
    states, mean = mixture(one, choice)
    small = mean.astype(np.float32)
    first = np.einsum("tdg,dg->td", states, small)
    spread = np.einsum("tdg,dg->td", states, (small - small[:, :1]) ** 2)
    out.mean[target] = first.T
    out.var[target] = np.maximum(spread - (first - small[:, 0]) ** 2, 1e-9).T
    found = bands.quantiles(states, bands.edges(mean), ALL).transpose(1, 0, 2)
    out.ends[target] = found[..., : len(bands.ENDS)]
    out.middles[target] = found[..., len(bands.ENDS) :]


def mixture(one: smooth.Batch, choice: Choice) -> tuple[NDArray[np.float32], Floats]:
    """Smoothed states averaged over the settings (T, D, G), and the index on the grid.

    The index is the expected weight of an act, bursts averaged out: the mean over the
    burst of μ, not μ in its middle.
    """
    moves = kernel.stack(choice.moves, one.by, one.step, one.size)
    like = smooth.emissions(one, choice.bursts)
    message, logs, kept = smooth.backward(one, moves, like, keep=True)
    share = shares(smooth.evidence(message, logs, one.start), choice.weights)
    m = np.nonzero(share.any(axis=(1, 2)))[0]
    b = np.nonzero(share.any(axis=(0, 1)))[0]
    if len(m) < len(moves) or len(b) < like.shape[1]:
        kept = [part[m][:, :, b] for part in kept]
    states = smooth.smoothed(one, moves[m], like[:, b], kept, share[m][:, :, b])
    mean = np.zeros_like(one.mean)
    for place, weight in enumerate(share.sum(axis=0).T):
        if weight.any():
            spread = kernel.normal(BURSTS[choice.bursts[place]], one.step, one.size)
            mean += weight[:, None] * (one.mean @ spread.T)
    return states, mean


def shares(logs: Floats, weights: Floats) -> Floats:
    """Posterior of the settings (m, D, B), the negligible ones zero, from log likelihoods."""
    found = posterior(flat(logs), weights.reshape(-1))
    result: Floats = found.reshape(logs.shape[1], logs.shape[0], logs.shape[2]).transpose(1, 0, 2)
    return result
