"""An events file or frame becomes the table ``placed``: one counted act per row.

Text stays text (NA is Namibia, 010 a CAMEO code). A row is never dropped in silence: each
gets a fate, and the fates are counted and reported (:mod:`detente.measure.event_fates`); the SQL
is in :mod:`detente.measure.event_steps`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.engine.sql import Engine, Step, run_all
from detente.errors import InputError
from detente.measure import event_fates, event_steps, states
from detente.measure import scale as scales
from detente.measure.event_steps import COLUMNS, MILLI, REQUIRED
from detente.measure.periods import By, ordinal
from detente.schema import bounds

if TYPE_CHECKING:
    from detente.engine.spark import Spark


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: where from, how many rows met which fate, and what to warn of."""

    where: str
    rows: int
    fates: dict[str, int]
    warnings: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the file ``path``, read before: an Arrow table with ``row_no`` and ``part``."""

    path: Path
    table: Any


def between(engine: Spark, path: Path, pair: tuple[str, str]) -> Rows:
    """The rows between two codes: of a file for a cluster, as few as one machine can count.

    Raises
    ------
    InputError
        As :func:`load`, for a missing column or a file that cannot be read.
    """
    engine.read("raw", path, COLUMNS)
    _check_columns(engine, str(path))
    names = ", ".join(name for name in engine.names("raw") if name in (*COLUMNS, "row_no", "part"))
    chosen, _, _ = event_steps.condition(False, None, pair)
    bound = dict(zip(("one", "two"), pair, strict=True))
    return Rows(path, engine.arrow(f"SELECT {names} FROM raw AS r{chosen}", bound))


def load(
    engine: Engine,
    events: Any,
    by: By = "month",
    scale: str | Path | Mapping[str, float] | None = None,
    intensity: str = "scale",
    check_states: bool = True,
    dataset: str | None = None,
    pair: tuple[str, str] | None = None,
) -> Loaded:
    """Read events into the engine's tables ``judged`` and ``placed``.

    Both hold a row for all acts that are the same in what counts, with their number ``n``;
    the view ``acts`` holds them one by one. The rows are read once, and only the columns
    that count.

    Parameters
    ----------
    engine
        Where the tables are made.
    events
        A Parquet, CSV or JSONL file, or :class:`Rows` of one; a pandas, polars or arrow
        frame; a dict of columns; or a list of dicts. Columns ``date`` (EDTF),
        ``source_iso3``, ``target_iso3``, ``event_type``; optional ``mode``, ``factuality``,
        ``intensity``, ``dataset``, ``event_id``. Others are left alone.
    by
        ``week``, ``month`` or ``year``: the grain a date must be known to.
    scale
        See :func:`detente.measure.scale.of`.
    intensity
        ``scale``: each act weighs what the scale says; ``given``: what the file says.
    check_states
        Whether actors must be known codes and act within their existence. Without, any
        text is an actor that always existed.
    dataset
        Count only rows of this dataset.
    pair
        Read only the rows between these two codes. They are looked for as they stand in the
        file, so that a sorted Parquet file need not be read whole.

    Returns
    -------
    Loaded
        Counts of every fate and the warnings.

    Raises
    ------
    InputError
        A missing column, an unknown type, a date that is not EDTF (with file and line).
    """
    if intensity not in MILLI:
        raise InputError("intensity", repr(intensity), "scale or given")
    where = _raw(engine, events)
    found = _check_columns(engine, where)
    events = events.path if isinstance(events, Rows) else events
    steps = event_steps.steps(found, intensity, dataset, pair, check_states)
    one, two = pair or ("", "")
    bound = {"dataset": dataset, "one": one, "two": two}
    engine.register("wanted", {"dataset": _texts([dataset])})
    engine.register("pair", {"code": _texts([one, two])})
    run_all(engine, (step for step in steps if step.name in event_steps.EARLY), bound)
    _dates(engine, where, events, by, check_states)
    _lookups(engine, scale, check_states)
    run_all(engine, (step for step in steps if step.name not in event_steps.EARLY), bound)
    fates = event_fates.count(engine, where, events)
    warnings = event_fates.warn(engine, where, fates, by)
    return Loaded(where, sum(fates.values()), fates, warnings, steps)


def _check_columns(engine: Engine, where: str) -> set[str]:
    """The columns of ``raw``; stop where one that is needed is missing."""
    found = engine.names("raw")
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        there = [name for name in found if name not in ("row_no", "part")]
        raise InputError(
            where, f"no column {', '.join(missing)}; there are {', '.join(there[:11])}",
            ", ".join(REQUIRED), "rename the columns, or use detente import",
        )  # fmt: skip
    return set(found)


def _raw(engine: Engine, events: Any) -> str:
    if isinstance(events, Rows):
        engine.register("raw", events.table)
        return str(events.path)
    if isinstance(events, str | Path):
        engine.read("raw", Path(events), COLUMNS)
        return str(events)
    data = events
    if isinstance(events, Sequence):
        names = list(dict.fromkeys(name for row in events for name in row))
        data = {name: [row.get(name) for row in events] for name in names}
    if isinstance(data, Mapping):
        data = {name: _texts(values) for name, values in data.items()}
        if not data:
            data = {name: _texts([]) for name in REQUIRED}
    engine.register("raw", data, numbered=True)
    return "events"


def _texts(values: Any) -> Any:
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _lookups(engine: Engine, scale: Any, check: bool) -> None:
    """Register the small tables the rows are judged by."""
    types = scales.TYPES
    quads = np.array(list(types.values()), dtype=np.int64)
    engine.register("types", {"event_type": _texts(types), "quad": quads})
    weights = scales.of(scale)
    engine.register("weights", {
        "event_type": _texts(kind for kind, _ in weights),
        "mode": _texts(mode for _, mode in weights),
        "milli": np.array(list(weights.values()), dtype=np.int64),
    })  # fmt: skip
    if check:
        lives = states.lifetimes()
        codes, spans = list(lives), list(lives.values())
    else:
        codes = engine.columns("SELECT code FROM codes WHERE code IS NOT NULL ORDER BY 1")[
            "code"
        ].tolist()
        spans = [(states.FIRST, states.LAST)] * len(codes)
    engine.register("actors", {
        "code": _texts(codes),
        "actor_no": np.arange(len(codes), dtype=np.int32),
        "first": np.array([span[0].toordinal() for span in spans], dtype=np.int64),
        "last": np.array([span[1].toordinal() for span in spans], dtype=np.int64),
    })  # fmt: skip


def _dates(engine: Engine, where: str, events: Any, by: By, check: bool) -> None:
    """Parse each distinct date once, and register ``slots`` and ``slots_of``.

    A slot is a period together with what of it lies within the life of which states: rows
    of one slot meet the same fate. Most periods are one slot; one in which a state begins
    or ends is several. Period −1: both ends of the date do not fall into one period.
    """
    texts = engine.columns("SELECT DISTINCT date_text AS d FROM days ORDER BY 1")["d"]
    keys = []
    for text in texts:
        try:
            low, high = bounds(text) if text else (states.FIRST, states.LAST)
        except Exception:  # the date library raises many kinds
            event_fates.stop_at(
                engine, where, events,
                "SELECT row_no, part, date_text AS found FROM (SELECT r.row_no, r.part, d.date_text "
                "FROM raw AS r JOIN days AS d ON d.given_date IS NOT DISTINCT FROM r.date "
                "WHERE d.date_text = $value) AS dated", "date",
                "an EDTF date (2018-03-27, 2018-03, 1950/1953, 197X, 1956-08~)",
                "correct the date, or leave it empty when it is not known", {"value": str(text)},
            )  # fmt: skip
            raise
        period = ordinal(low, by)
        if high != low and ordinal(high, by) != period:
            period = -1
        keys.append((int(bool(text)), period, low.toordinal(), high.toordinal()))
    days = np.array(keys, dtype=np.int64).reshape(-1, 4)
    if check:
        born, gone = (np.unique([day.toordinal() for day in side])
                      for side in zip(*states.lifetimes().values(), strict=True))  # fmt: skip
    else:
        born, gone = np.array([states.FIRST.toordinal()]), np.array([states.LAST.toordinal()])
    # the earliest and latest day for which the same states exist
    days[:, 2] = np.append(0, gone)[np.searchsorted(gone, days[:, 2])] + 1
    days[:, 3] = np.append(born, states.LAST.toordinal() + 1)[
        np.searchsorted(born, days[:, 3], side="right")
    ] - 1  # fmt: skip
    number: dict[tuple[int, ...], int] = {}
    slot = [number.setdefault(tuple(day), len(number)) for day in days.tolist()]
    distinct = np.array(list(number), dtype=np.int64).reshape(-1, 4)
    engine.register("slots_of", {"date_text": _texts(texts), "slot": np.array(slot, np.int64)})
    engine.register("slots", {
        "slot": np.arange(len(distinct)), "known": distinct[:, 0],
        "period": distinct[:, 1].astype(np.int32),
        "first": distinct[:, 2], "last": distinct[:, 3],
    })  # fmt: skip
