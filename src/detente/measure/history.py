"""Breaks of a dyad, straight from its events."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.engine.sql import Engine, run_all
from detente.measure import states
from detente.measure.breaks import Breaks, breaks
from detente.measure.events import load
from detente.measure.family import Floats
from detente.measure.index import CELLS, MARKS, read_cube
from detente.measure.periods import By, label


def breaks_of(
    events: Any,
    dyad: str,
    by: By = "month",
    check_states: bool = True,
    dataset: str | None = None,
) -> tuple[dict[str, Breaks], list[str]]:
    """Breaks of each direction of a dyad and of both, and the names of the periods.

    Positions in a :class:`Breaks` point into the list of names. ``both`` pools the acts of
    the two directions. A direction without acts is left out.

    Raises
    ------
    InputError
        As in :func:`detente.measure.index.index`.
    """
    from detente.engine.duckdb import connect

    engine = connect()
    try:
        load(engine, events, by, check_states=check_states, dataset=dataset)
        run_all(engine, (CELLS, MARKS))
        return breaks_in(engine, dyad, by, check_states)
    finally:
        engine.close()


def breaks_in(
    engine: Engine, dyad: str, by: By, check_states: bool = True
) -> tuple[dict[str, Breaks], list[str]]:
    """As :func:`breaks_of`, from the tables ``cells`` and ``marks`` that an index has left."""
    one, two = states.pair(dyad, check_states)
    cube = read_cube(engine)
    if cube is None:
        return {}, []
    found: dict[str, Breaks] = {}
    acts, sums, shapes = [], [], []
    for a, b in ((one, two), (two, one)):
        rows = np.nonzero((cube.source == a) & (cube.target == b))[0]
        if len(rows):
            acts.append(cube.data.n[rows[0]])
            sums.append(cube.data.s[rows[0]])
            shapes.append(cube.data.shape[rows[0]])
            one_act = _variance(shapes[-1], cube.data.w)
            found[f"{a}>{b}"] = breaks(acts[-1], sums[-1], one_act)
    if acts:
        one_act = _variance(np.sum(shapes, axis=0), cube.data.w)
        found["both"] = breaks(np.sum(acts, axis=0), np.sum(sums, axis=0), one_act)
    names = [label(cube.start + t, by) for t in range(cube.data.n.shape[1])]
    return found, names


def _variance(shape: Floats, w: Floats) -> float:
    """Variance of the weight of one act, from the acts by weight; at least 1.

    What the level moves is in it, which is little beside what one act differs from another.
    """
    share = shape / shape.sum()
    return max(float(share @ (w - share @ w) ** 2), 1.0)
