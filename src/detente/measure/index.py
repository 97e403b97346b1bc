"""The relationship index: how friendly what two states do to each other is, with intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.engine.sql import Columns, Engine, Step
from detente.errors import InputError
from detente.measure import bands, hyper, posterior, states
from detente.measure.events import Loaded, load
from detente.measure.family import Data
from detente.measure.panel import coverage
from detente.measure.periods import GRAINS, By, first_day, label

#: Columns of the table, in order: the contract of ``detente index``.
COLUMNS = ("dyad", "direction", "month", "index", "lo50", "hi50", "lo90", "hi90", "n")
#: A direction with fewer acts gets a warning: its interval is mostly what was believed before.
SPARSE = 10

CELLS = Step(
    "cells",
    "SELECT source, target, period, CAST(sum(n) AS BIGINT) AS n, "
    "CAST(sum(milli * n) AS BIGINT) AS milli FROM placed GROUP BY source, target, period",
    "acts of a directed dyad in a period, and the sum of their weights",
)
MARKS = Step(
    "marks",
    "SELECT source, target, milli, CAST(sum(n) AS BIGINT) AS n "
    "FROM placed GROUP BY source, target, milli",
    "acts of a directed dyad by weight: the shape of its composition",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """A table (dict of arrays of equal length, see ``COLUMNS``), warnings, and the fit."""

    columns: Columns
    warnings: tuple[str, ...]
    fates: dict[str, int]
    hyper: hyper.Hyper | None


@dataclasses.dataclass(frozen=True, slots=True)
class Cube:
    """The data of all directed dyads, sorted by name, with the periods they cover."""

    data: Data
    source: NDArray[np.object_]
    target: NDArray[np.object_]
    start: int


def index(
    events: Any,
    dyad: str | tuple[str, str] | None = None,
    by: By = "month",
    scale: str | Path | Mapping[str, float] | None = None,
    intensity: str = "scale",
    check_states: bool = True,
    dataset: str | None = None,
    engine: Engine | None = None,
) -> Result:
    """The index of one dyad, or of all, by period.

    Parameters
    ----------
    events, scale, intensity, check_states, dataset
        As in :func:`detente.measure.events.load`.
    dyad
        ``CHN-PRK`` (any order), a pair of codes, or ``None`` for all.
    by
        ``week``, ``month`` or ``year``.
    engine
        Where to run the SQL; DuckDB in memory when ``None``.

    Returns
    -------
    Result
        A row per direction (``CHN>PRK``, ``PRK>CHN``, ``both``, ``asymmetry``) and period:
        ``index`` is the posterior mean of the expected weight of an act, −10…10;
        ``lo50`` … ``hi90`` its 50 and 90 % intervals; ``n`` the acts of the period.
        ``both`` is the mean of the two directions, ``asymmetry`` the first in the alphabet
        toward the second, minus the reverse (−20…20). ``month`` is ``2018-01``, a year, or
        the Monday of a week.

    Raises
    ------
    InputError
        As in :func:`detente.measure.events.load`; or ``dyad`` names an unknown code.
    """
    if by not in GRAINS:
        raise InputError("by", repr(by), " or ".join(GRAINS))
    pair = None
    if dyad is not None:
        pair = states.pair(dyad, check_states) if isinstance(dyad, str) else _two(dyad)
    own = engine is None
    if engine is None:
        from detente.engine.duckdb import connect

        engine = connect()
    try:
        loaded = load(engine, events, by, scale, intensity, check_states, dataset)
        engine.run(CELLS)
        engine.run(MARKS)
        warnings = [*loaded.warnings, *coverage(engine, loaded.where, by)]
        cube = read_cube(engine)
        if pair is not None and (cube is None or not np.any(_members(cube, pair))):
            return Result(_empty(), (_none(engine, loaded, pair), *warnings), loaded.fates, None)
        if cube is None:
            return Result(_empty(), tuple(warnings), loaded.fates, None)
        fitted = hyper.fit(cube.data, by, reverse(cube))
        if pair is not None:
            cube = _keep(cube, _members(cube, pair))
            warnings += _sparse(cube, pair, loaded.where)
        columns = table(cube, posterior.run(cube.data, fitted, by), by, check_states, fitted.shared)
        return Result(columns, tuple(warnings), loaded.fates, fitted)
    finally:
        if own:
            engine.close()


def read_cube(engine: Engine) -> Cube | None:
    """Tables ``cells`` and ``marks`` as arrays; ``None`` where nothing is placed."""
    cells = engine.columns("SELECT * FROM cells ORDER BY source, target, period")
    marks = engine.columns("SELECT * FROM marks ORDER BY source, target, milli")
    if not len(cells["n"]):
        return None
    row, heads = _runs(cells)
    start, stop = int(cells["period"].min()), int(cells["period"].max())
    n = np.zeros((len(heads), stop - start + 1), dtype=np.int64)
    s = np.zeros(n.shape)
    n[row, cells["period"] - start] = cells["n"]
    s[row, cells["period"] - start] = cells["milli"] / 1000
    weights = np.unique(marks["milli"])
    shape = np.zeros((len(heads), len(weights)))
    shape[_runs(marks)[0], np.searchsorted(weights, marks["milli"])] = marks["n"]
    data = Data(n, s, shape, weights / 1000)
    return Cube(data, np.asarray(cells["source"])[heads], np.asarray(cells["target"])[heads], start)


def _runs(rows: Columns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number of the directed dyad of each row, and the first row of each; rows are sorted."""
    source, target = np.asarray(rows["source"]), np.asarray(rows["target"])
    new = np.ones(len(source), dtype=bool)
    new[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return np.cumsum(new) - 1, np.nonzero(new)[0]


def reverse(cube: Cube) -> NDArray[np.intp]:
    """Row of the other direction of each directed dyad (D,), −1 where it has no acts."""
    where = {pair: row for row, pair in enumerate(zip(cube.source, cube.target, strict=True))}
    back = (where.get((b, a), -1) for a, b in zip(cube.source, cube.target, strict=True))
    return np.fromiter(back, dtype=np.intp, count=len(cube.source))


def _two(dyad: tuple[str, str]) -> tuple[str, str]:
    first, second = sorted(dyad)
    return first, second


def _members(cube: Cube, pair: tuple[str, str]) -> NDArray[np.bool_]:
    one, two = pair
    forth = (cube.source == one) & (cube.target == two)
    back = (cube.source == two) & (cube.target == one)
    found: NDArray[np.bool_] = np.asarray(forth | back, dtype=bool)
    return found


def _keep(cube: Cube, members: NDArray[np.bool_]) -> Cube:
    rows = np.nonzero(members)[0]
    return Cube(cube.data.rows(rows), cube.source[rows], cube.target[rows], cube.start)


def table(
    cube: Cube, found: posterior.Bands, by: By, check_states: bool = True, shared: float = 0.0
) -> Columns:
    """The tidy table of all dyads of the cube: directions, both, asymmetry."""
    forth = cube.source < cube.target
    low = np.where(forth, cube.source, cube.target)
    high = np.where(forth, cube.target, cube.source)
    names, code = _coded([f"{a}-{b}" for a, b in zip(low, high, strict=True)])
    arrows = np.array([f"{a}>{b}" for a, b in zip(cube.source, cube.target, strict=True)],
                      dtype=object)  # fmt: skip
    periods = cube.data.n.shape[1]
    alive = _alive(low, high, cube.start, periods, by, check_states)
    blocks = [_block(code, arrows, np.where(forth, 0, 1), found.mean, found.ends, cube.data.n,
                     alive)]  # fmt: skip
    back = reverse(cube)
    one = np.nonzero(forth & (back >= 0))[0]
    if len(one):
        two = back[one]
        counts = cube.data.n[one] + cube.data.n[two]
        for sign, word, place in ((1, "both", 2), (-1, "asymmetry", 3)):
            mean, ends = _combined(found, one, two, sign, shared)
            fill = np.full(len(one), word, dtype=object)
            blocks.append(_block(code[one], fill, np.full(len(one), place), mean, ends, counts,
                                 alive[one]))  # fmt: skip
    labels = np.array([label(cube.start + t, by) for t in range(periods)], dtype=object)
    return _assemble(blocks, names, labels)


def _combined(
    found: posterior.Bands,
    one: NDArray[np.intp],
    two: NDArray[np.intp],
    sign: int,
    shared: float,
) -> tuple[NDArray[Any], NDArray[Any]]:
    periods = found.mean.shape[1]
    flat = [
        part.reshape(-1).astype(float)
        for part in (found.mean[one], found.var[one], found.mean[two], found.var[two])
    ]
    mean, ends = bands.combine(
        found.middles[one].reshape(-1, bands.PARTS),
        found.middles[two].reshape(-1, bands.PARTS),
        (flat[0], flat[1], flat[2], flat[3]),
        sign,
        shared,
    )
    return mean.reshape(-1, periods), ends.reshape(-1, periods, 4)


def _alive(
    low: NDArray[np.object_], high: NDArray[np.object_], start: int, periods: int, by: By,
    check: bool,
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether both states existed in each period (D, T)."""
    if not check:
        return np.ones((len(low), periods), dtype=bool)
    lives = states.lifetimes()
    first = np.array([first_day(start + t, by).toordinal() for t in range(periods + 1)])
    born = [max(lives[a][0], lives[b][0]).toordinal() for a, b in zip(low, high, strict=True)]
    gone = [min(lives[a][1], lives[b][1]).toordinal() for a, b in zip(low, high, strict=True)]
    result: NDArray[np.bool_] = (np.array(born)[:, None] < first[1:]) & (
        np.array(gone)[:, None] >= first[:-1]
    )
    return result


def _block(
    dyads: NDArray[np.intp], directions: NDArray[np.object_], place: NDArray[Any],
    mean: NDArray[Any], ends: NDArray[Any], counts: NDArray[Any], alive: NDArray[np.bool_],
) -> Columns:  # fmt: skip
    row, period = np.nonzero(alive)
    return {
        "dyad": dyads[row], "direction": directions[row], "place": place[row],
        "period": period, "index": mean[row, period], "ends": ends[row, period],
        "n": counts[row, period],
    }  # fmt: skip


def _coded(names: list[str]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Distinct names in order, and the number of each: integers sort faster than text."""
    distinct = sorted(set(names))
    number = {name: place for place, name in enumerate(distinct)}
    return np.array(distinct, dtype=object), np.array([number[name] for name in names])


def _assemble(
    blocks: list[Columns], names: NDArray[np.object_], labels: NDArray[np.object_]
) -> Columns:
    joined = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    order = np.lexsort((joined["period"], joined["place"], joined["dyad"]))
    ends = joined["ends"][order].astype(float).round(4)
    return {
        "dyad": names[joined["dyad"][order]],
        "direction": joined["direction"][order],
        "month": labels[joined["period"][order]],
        "index": joined["index"][order].astype(float).round(4),
        "lo50": ends[:, 0], "hi50": ends[:, 1], "lo90": ends[:, 2], "hi90": ends[:, 3],
        "n": joined["n"][order],
    }  # fmt: skip


def _empty() -> Columns:
    text, number = np.array([], dtype=object), np.array([], dtype=float)
    columns: Columns = {name: text if name in COLUMNS[:3] else number for name in COLUMNS}
    columns["n"] = np.array([], dtype=np.int64)
    return columns


def _none(engine: Engine, loaded: Loaded, pair: tuple[str, str]) -> str:
    """What to say of a dyad without a counted act, and where there are some."""
    one, two = pair
    found = engine.columns(
        "SELECT source || '>' || target AS pair, CAST(sum(n) AS BIGINT) AS n FROM placed "
        "WHERE source IN ($one, $two) OR target IN ($one, $two) "
        "GROUP BY source || '>' || target ORDER BY n DESC, pair LIMIT 3",
        {"one": one, "two": two},
    )
    seen = ", ".join(f"{p} {n}" for p, n in zip(found["pair"], found["n"], strict=True))
    fate = engine.columns(
        "SELECT fate, CAST(sum(n) AS BIGINT) AS n FROM judged WHERE (source = $one AND target = "
        "$two) OR (source = $two AND target = $one) GROUP BY fate ORDER BY n DESC, fate",
        {"one": one, "two": two},
    )
    lost = ", ".join(f"{n} {f}" for f, n in zip(fate["fate"], fate["n"], strict=True))
    return (
        f"{loaded.where}: no act between {one} and {two} can be counted"
        + (f" (left out: {lost})" if lost else "")
        + (f"; most acts with either: {seen}" if seen else "; no acts with either")
        + "; there is no index"
    )


def _sparse(cube: Cube, pair: tuple[str, str], where: str) -> list[str]:
    warnings = []
    acts = {
        (a, b): int(n)
        for a, b, n in zip(cube.source, cube.target, cube.data.n.sum(axis=1), strict=True)
    }
    for one, two in (pair, pair[::-1]):
        count = acts.get((one, two), 0)
        if not count:
            warnings.append(
                f"{where}: no act of {one} toward {two}: no index of that direction, of both, "
                "or of the asymmetry"
            )
        elif count < SPARSE:
            warnings.append(
                f"{where}: only {count} act{'s' * (count > 1)} of {one} toward {two}: its "
                "interval says mostly what other dyads and the prior allow"
            )
    return warnings
