"""The index of directed dyads: posterior means, variances and quantiles, period by period."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from detente.measure import bands, kernel, smooth
from detente.measure.family import Data, Floats, centre, shapes
from detente.measure.hyper import Hyper, layouts, marginals, posterior
from detente.measure.kernel import BURSTS, SETTINGS
from detente.measure.periods import By

#: Dyads with fewer acts than the first number are run under a choice of so many settings:
#: they cannot tell more apart.
CHOICES = ((10, 8), (40, 20), (2**62, len(SETTINGS)))
#: Numbers of a chunk of smoothed states (periods × dyads × grid) kept in memory at once.
CHUNK = 40_000_000


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


def run(data: Data, hyper: Hyper, by: By) -> Bands:
    """Smooth every dyad of ``data`` (each must have an act) under ``hyper``.

    Dyads with the same counts in the same periods have the same index: each such pattern
    is worked out once.
    """
    unique, back = patterns(data)
    acts = unique.n.sum(axis=1)
    dyads, periods = unique.n.shape
    out = Bands(
        np.empty((dyads, periods), np.float32),
        np.empty((dyads, periods), np.float32),
        np.empty((dyads, periods, 4), np.float32),
        np.empty((dyads, periods, bands.PARTS), np.float32),
    )
    least = 0
    for limit, choice in CHOICES:
        where = np.nonzero((acts >= least) & (acts < limit))[0]
        least = limit
        if len(where):
            own = dataclasses.replace(hyper, weights=fewer(hyper.weights, choice))
            _run(unique.rows(where), where, own, by, out)
    return Bands(out.mean[back], out.var[back], out.ends[back], out.middles[back])


def patterns(data: Data) -> tuple[Data, NDArray[np.intp]]:
    """The distinct rows of the data, and for each dyad the number of its row."""
    rng = np.random.default_rng(20_241)  # only spreads keys; any seed gives the same rows
    full = np.concatenate([data.n, np.rint(data.s * 1000), data.shape], axis=1).astype(np.int64)
    factors = rng.integers(1, 2**62, size=(full.shape[1], 2)) | 1
    keys = (full * factors[:, 0]).sum(axis=1) ^ ((full * factors[:, 1]).sum(axis=1) >> 7)
    _, where, back = np.unique(keys, return_index=True, return_inverse=True)
    return data.rows(where), back.reshape(-1)


def fewer(weights: Floats, choice: int) -> Floats:
    """The likeliest ``choice`` settings, each with the weight of those nearest to it."""
    kept = np.sort(np.argsort(-weights, kind="stable")[:choice])
    place = np.array([
        (np.log(one.drift), 2 * np.log(one.burst + 0.02), 0.3 * np.log(one.jump_rate))
        for one in SETTINGS
    ])  # fmt: skip
    apart = ((place[:, None, :] - place[None, kept, :]) ** 2).sum(axis=2)
    result = np.zeros_like(weights)
    np.add.at(result, kept[np.argmin(apart, axis=1)], weights)
    return result


def _run(data: Data, where: NDArray[np.intp], hyper: Hyper, by: By, out: Bands) -> None:
    centres = centre(data, hyper.overall)
    shape = shapes(data, hyper.overall, centres)
    for rows, step, size, middle in layouts(data, shape, centres):
        chunk = max(1, min(4096, CHUNK // (size * data.n.shape[1])))
        for low in range(0, len(rows), chunk):
            part = rows[low : low + chunk]
            one, order = smooth.batch(
                data.rows(part), shape[part], middle[low : low + chunk], step, size, by,
                hyper.level,
            )  # fmt: skip
            _fill(one, where[part[order]], hyper, out)


def _fill(one: smooth.Batch, target: NDArray[np.intp], hyper: Hyper, out: Bands) -> None:
    states, mean = mixture(one, hyper)
    border = bands.edges(mean)
    probabilities = np.concatenate([bands.ENDS, bands.MIDDLES])
    for period, state in enumerate(states):
        first = (state * mean).sum(axis=1)
        out.mean[target, period] = first
        out.var[target, period] = np.maximum((state * mean**2).sum(axis=1) - first**2, 1e-9)
        found = bands.quantiles(state, border, probabilities)
        out.ends[target, period] = found[:, :4]
        out.middles[target, period] = found[:, 4:]


def mixture(one: smooth.Batch, hyper: Hyper) -> tuple[list[NDArray[np.float32]], Floats]:
    """Smoothed states averaged over the settings (T × (D, G)), and the index on the grid.

    The index is the expected weight of an act, bursts averaged out: the mean over the
    burst of μ, not μ in its middle.
    """
    live = np.nonzero(hyper.weights > 0)[0]
    share = posterior(marginals(one, live), hyper.weights[live])
    total = [np.zeros_like(one.start) for _ in range(one.periods)]
    bursts = np.zeros((len(share), len(BURSTS)))
    like, burst = one.like, -1.0
    for column, number in enumerate(live):
        setting = SETTINGS[number]
        rows = np.nonzero(share[:, column])[0]
        if not len(rows):
            continue
        if setting.burst != burst:
            burst = setting.burst
            like = smooth.emissions(one, burst)
        bursts[:, BURSTS.index(burst)] += share[:, column]
        part, cells = some(one, rows)
        part_like = like[cells]
        _, kept = smooth.forward(part, setting, part_like, keep=True)
        weight = share[rows, column][:, None].astype(np.float32)
        for period, state in enumerate(smooth.backward(part, setting, part_like, kept)):
            total[period][rows] += weight * state
    mean = np.zeros_like(one.mean)
    for place, size in enumerate(BURSTS):
        if bursts[:, place].any():
            spread = kernel.normal(size, one.step, one.size)
            mean += bursts[:, place][:, None] * (one.mean @ spread.T)
    return total, mean


def some(one: smooth.Batch, rows: NDArray[np.intp]) -> tuple[smooth.Batch, NDArray[np.intp]]:
    """The batch for some of its rows (ascending), and which of its cells are theirs."""
    if len(rows) == len(one.start):
        return one, np.arange(len(one.row))
    number = np.full(len(one.start), -1)
    number[rows] = np.arange(len(rows))
    cells = np.nonzero(number[one.row] >= 0)[0]
    cuts = np.searchsorted(cells, one.cuts)
    part = dataclasses.replace(
        one, middle=one.middle[rows], cumulant=one.cumulant[rows], mean=one.mean[rows],
        start=one.start[rows], first=one.first[rows], row=number[one.row[cells]],
        cuts=cuts, like=one.like[cells], peak=one.peak[cells],
    )  # fmt: skip
    return part, cells
