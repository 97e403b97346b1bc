"""The directed dyad-period panel: counts by type and quad class, intensity, exposure, zeros.

A row for each directed dyad that ever acts, in each period of the file in which both
states existed (COW state system). Sums of intensity are whole thousandths, so that two
engines and two runs give the same bits.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from detente.engine.sql import Columns, Engine, Step, run_all
from detente.measure import scale as scales
from detente.measure import states
from detente.measure.events import Loaded, load
from detente.measure.periods import By, first_day, label

_TYPE_COUNTS = ",\n    ".join(
    f"CAST(sum(CASE WHEN event_type = '{kind}' THEN n ELSE 0 END) AS BIGINT) AS {kind.lower()}"
    for kind in scales.TYPES
)
_TYPES = tuple(kind.lower() for kind in scales.TYPES)
#: Each quad class as the sum of its types.
_QUADS = {
    f"quad{quad}": [kind.lower() for kind, of in scales.TYPES.items() if of == quad]
    for quad in (1, 2, 3, 4)
}
_ZEROS = ",\n    ".join(
    [f"coalesce({' + '.join(f'c.{kind}' for kind in kinds)}, 0) AS {quad}"
     for quad, kinds in _QUADS.items()]
    + [f"coalesce(c.{name}, 0) AS {name}" for name in (*_TYPES, "intensity_milli")]
)  # fmt: skip

_DYAD = "CASE WHEN {0} < {1} THEN {0} || '-' || {1} ELSE {1} || '-' || {0} END AS dyad"

STEPS: tuple[Step, ...] = (
    Step(
        "counts",
        f"""
SELECT source, target, period, CAST(sum(n) AS BIGINT) AS n,
    {_TYPE_COUNTS},
    CAST(sum(milli * n) AS BIGINT) AS intensity_milli
FROM placed GROUP BY source, target, period
""",
        "acts of a directed dyad in a period, by type, with summed intensity",
    ),
    Step(
        "exposure_all",
        "SELECT period, CAST(sum(n) AS BIGINT) AS n FROM counts GROUP BY period",
        "all acts reported in a period",
    ),
    Step(
        "exposure_state",
        """
SELECT a.actor_no, sides.period, CAST(sum(sides.n) AS BIGINT) AS n FROM (
    SELECT source AS code, period, n FROM counts UNION ALL SELECT target, period, n FROM counts
) AS sides JOIN actors AS a ON a.code = sides.code
GROUP BY a.actor_no, sides.period
""",
        "acts of a period in which a state is source or target",
    ),
    Step(
        "dyads",
        """
SELECT p.source, p.target, a.actor_no AS source_no, b.actor_no AS target_no,
    CAST(row_number() OVER (ORDER BY p.source, p.target) AS INTEGER) AS dyad_no
FROM (SELECT source, target FROM counts UNION SELECT target, source FROM counts) AS p
JOIN actors AS a ON a.code = p.source
JOIN actors AS b ON b.code = p.target
""",
        # the panel's many rows are joined by numbers: Spark finds a number faster than a text
        "both directions of every pair that acts at least once, numbered in order",
        order=("dyad_no",),
    ),
    Step(
        "spine",
        """
SELECT d.dyad_no, p.period
FROM dyads AS d CROSS JOIN periods AS p
JOIN actors AS a ON a.code = d.source
JOIN actors AS b ON b.code = d.target
WHERE a.first <= p.last AND a.last >= p.first AND b.first <= p.last AND b.last >= p.first
""",
        # a table, not a view: a product of two small tables is scanned by one core only
        "each directed dyad in each period in which both states existed",
        order=("dyad_no", "period"),
    ),
    Step(
        "panel",
        f"""
SELECT {_DYAD.format("d.source", "d.target")},
    d.source, d.target, p.name AS month, coalesce(c.n, 0) AS n,
    {_ZEROS},
    coalesce(e.n, 0) AS exposure, coalesce(f.n, 0) AS exposure_source,
    coalesce(g.n, 0) AS exposure_target, s.dyad_no, s.period
FROM spine AS s
JOIN dyads AS d ON d.dyad_no = s.dyad_no
JOIN periods AS p ON p.period = s.period
LEFT JOIN counts AS c ON c.source = d.source AND c.target = d.target AND c.period = s.period
LEFT JOIN exposure_all AS e ON e.period = s.period
LEFT JOIN exposure_state AS f ON f.actor_no = d.source_no AND f.period = s.period
LEFT JOIN exposure_state AS g ON g.actor_no = d.target_no AND g.period = s.period
""",
        "the panel: counts with zeros, and how much was reported",
        lazy=True,
    ),
)


def _sorted() -> str:
    """The panel's rows in order. What is sorted is narrow: of a large panel it goes to the disk.

    The panel is called ``s`` as the spine is within it: by that Spark knows its order for the
    spine's, and does not sort.
    """
    sums = {"n": _TYPES, **_QUADS}
    narrow = ", ".join(f"CAST({kind} AS INTEGER) AS {kind}" for kind in _TYPES)
    wide = ", ".join(
        [f"CAST({' + '.join(kinds)} AS BIGINT) AS {name}" for name, kinds in sums.items()]
        + [f"CAST({kind} AS BIGINT) AS {kind}" for kind in _TYPES]
    )
    others = "intensity_milli, exposure, exposure_source, exposure_target"
    return (
        f"SELECT {_DYAD.format('source', 'target')}, source, target, month, {wide}, {others} FROM ("
        f"SELECT source, target, month, {narrow}, {others} FROM panel AS s "
        "ORDER BY s.dyad_no, s.period) AS sorted"
    )


#: The panel's rows by source, target and month.
ROWS = _sorted()
#: Those of one dyad: what all others did was not read.
ROWS_OF_ONE = (
    "SELECT * EXCLUDE (dyad_no, period, exposure, exposure_source, exposure_target) FROM panel "
    "ORDER BY dyad_no, period"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Panel:
    """The panel as columns (NumPy arrays of equal length), its warnings and its steps.

    ``fates`` counts the rows of the file by what became of them.
    """

    columns: Columns
    warnings: tuple[str, ...]
    fates: dict[str, int]
    steps: tuple[Step, ...]


def build(engine: Engine, loaded: Loaded, by: By) -> tuple[Step, ...]:
    """Make the panel's tables from ``placed``; return every step that was run."""
    span = engine.columns(
        "SELECT min(period) AS low, max(period) AS high FROM met WHERE fate = 'counted'"
    )
    numbers = np.zeros(0, dtype=np.int64)
    if sum(loaded.fates.values()) and loaded.fates["counted"]:
        numbers = np.arange(int(span["low"][0]), int(span["high"][0]) + 1)
    register_periods(engine, numbers, by)
    run_all(engine, STEPS)
    return (*loaded.steps, *STEPS)


def register_periods(engine: Engine, numbers: np.ndarray[Any, Any], by: By) -> None:
    """Register ``periods``: number, name, first and last day (as ordinals)."""
    engine.register("periods", {
        "period": numbers.astype(np.int32),
        "name": np.array([label(int(number), by) for number in numbers], dtype=object),
        "first": np.array([first_day(int(n), by).toordinal() for n in numbers], dtype=np.int64),
        "last": np.array(
            [first_day(int(n) + 1, by).toordinal() - 1 for n in numbers], dtype=np.int64
        ),
    })  # fmt: skip


def coverage(engine: Engine, where: str, by: By) -> list[str]:
    """Warnings where a source starts late, stops early, or is silent in between."""
    found = engine.columns(
        "SELECT dataset, min(period) AS low, max(period) AS high, count(DISTINCT period) AS seen "
        "FROM met WHERE fate = 'counted' GROUP BY dataset ORDER BY dataset"
    )
    if not len(found["dataset"]):
        return []
    first, last = int(found["low"].min()), int(found["high"].max())
    warnings = []
    for name, low, high, seen in zip(
        found["dataset"], found["low"], found["high"], found["seen"], strict=True
    ):
        who = f"the dataset {name!r}" if name else "the file"
        if low > first:
            warnings.append(f"{where}: {who} starts in {label(int(low), by)}, others earlier")
        if high < last:
            warnings.append(
                f"{where}: {who} stops after {label(int(high), by)}, others go on to "
                f"{label(last, by)}: a fall of counts after that is its end, not peace"
            )
        silent = int(high) - int(low) + 1 - int(seen)
        if silent:
            warnings.append(
                f"{where}: {who} reports nothing at all in {silent} of "
                f"{int(high) - int(low) + 1} {by}s within its span: those zeros may be gaps"
            )
    return warnings


def panel(
    events: Any,
    by: By = "month",
    scale: Any = None,
    check_states: bool = True,
    dataset: str | None = None,
    engine: Engine | None = None,
) -> Panel:
    """The directed dyad-period panel of all dyads in the events.

    Parameters
    ----------
    events, by, scale, check_states, dataset
        As in :func:`detente.measure.events.load`.
    engine
        Where to run; DuckDB in memory when ``None``.

    Returns
    -------
    Panel
        Columns ``dyad`` (alphabetical), ``source``, ``target``, ``month`` (the period's
        name), ``n``, ``quad1`` … ``quad4``, one count per type (lower case; ``yield`` for
        15-type sets), ``intensity_milli`` (sum, thousandths), ``exposure`` (all acts of
        the period), ``exposure_source``, ``exposure_target`` (acts that involve the state).

    Raises
    ------
    InputError
        As in :func:`detente.measure.events.load`.
    """
    own = engine is None
    if engine is None:
        from detente.engine.duckdb import connect

        engine = connect()
    try:
        made = prepare(engine, events, by, scale, check_states, dataset)
        return dataclasses.replace(made, columns=engine.columns(ROWS))
    finally:
        if own:
            engine.close()


def prepare(
    engine: Engine,
    events: Any,
    by: By = "month",
    scale: Any = None,
    check_states: bool = True,
    dataset: str | None = None,
    dyad: str | None = None,
) -> Panel:
    """As :func:`panel`, with the rows left in the engine: :data:`ROWS` asks for them.

    Parameters
    ----------
    dyad
        Only the two directions of ``CHN-PRK``, over the periods from its first act to its
        last; the exposures are not known then (:data:`ROWS_OF_ONE`). Reads no more of a
        sorted Parquet file than the dyad's rows.
    """
    pair = states.pair(dyad, check_states) if dyad is not None else None
    loaded = load(engine, events, by, scale, check_states=check_states, dataset=dataset, pair=pair)
    steps = build(engine, loaded, by)
    warnings = (*loaded.warnings, *coverage(engine, loaded.where, by))
    return Panel({}, warnings, loaded.fates, steps)
