"""An events file or frame becomes the table ``placed``: one counted act per row.

Text stays text (NA is Namibia, 010 a CAMEO code). A row is never dropped in silence: each
gets a fate, and the fates are counted and reported.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.engine.sql import Engine, Step, run_all
from detente.errors import InputError
from detente.measure import scale as scales
from detente.measure import states
from detente.measure.periods import By, ordinal
from detente.schema import bounds

REQUIRED = ("date", "source_iso3", "target_iso3", "event_type")
OPTIONAL = ("mode", "factuality", "intensity", "dataset", "event_id")
#: What becomes of a row, in the order in which the reasons are tried.
FATES: dict[str, str] = {
    "counted": "counted",
    "not_real": "not said to have happened (factuality is not happened or ongoing)",
    "no_actor": "without a source or a target",
    "no_type": "of no PLOVER type (bare statements, CAMEO 01)",
    "undated": "without a date",
    "coarse": "with a date too coarse to place",
    "unknown_actor": "with an actor code that no state or body bears",
    "same_actor": "within one state",
    "outside": "outside the existence of one of the two states",
}

TEXT = """
SELECT row_no, trim(date) AS date_text, nullif(trim(source_iso3), '') AS source,
    nullif(trim(target_iso3), '') AS target, nullif(upper(trim(event_type)), '') AS event_type,
    coalesce(lower(trim({mode})), '') AS mode,
    coalesce(nullif(lower(trim({factuality})), ''), 'happened') AS factuality,
    nullif(trim({intensity}), '') AS intensity_text,
    coalesce(trim({dataset}), '') AS dataset, nullif(trim({event_id}), '') AS event_id
FROM raw
"""
JUDGED = """
SELECT t.row_no, t.source, t.target, t.event_type, y.quad, t.dataset, t.event_id, t.date_text,
    d.period, {milli} AS milli,
    CASE
        WHEN t.factuality NOT IN ('happened', 'ongoing') THEN 'not_real'
        WHEN t.source IS NULL OR t.target IS NULL THEN 'no_actor'
        WHEN t.event_type IS NULL THEN 'no_type'
        WHEN d.known = 0 THEN 'undated'
        WHEN d.period IS NULL THEN 'coarse'
        WHEN a.code IS NULL OR b.code IS NULL THEN 'unknown_actor'
        WHEN t.source = t.target THEN 'same_actor'
        WHEN d.last < a.first OR d.last < b.first OR d.first > a.last OR d.first > b.last
            THEN 'outside'
        ELSE 'counted'
    END AS fate
FROM events_text AS t
LEFT JOIN dates AS d ON d.date_text = coalesce(t.date_text, '')
LEFT JOIN types AS y ON y.event_type = t.event_type
LEFT JOIN weights AS w ON w.event_type = t.event_type AND w.mode = ''
LEFT JOIN weights AS m ON m.event_type = t.event_type AND m.mode = t.mode
LEFT JOIN actors AS a ON a.code = t.source
LEFT JOIN actors AS b ON b.code = t.target
"""
PLACED = """
SELECT source, target, event_type, quad, period, milli, dataset FROM judged WHERE fate = 'counted'
"""
#: The intensity of an act: from the scale (the mode's weight, else the type's), or as given.
MILLI = {
    "scale": "coalesce(m.milli, w.milli)",
    "given": "coalesce(CAST(round(CAST(t.intensity_text AS DOUBLE) * 1000) AS BIGINT), "
    "coalesce(m.milli, w.milli))",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: where from, how many rows met which fate, and what to warn of."""

    where: str
    rows: int
    fates: dict[str, int]
    warnings: tuple[str, ...]
    steps: tuple[Step, ...]


def load(
    engine: Engine,
    events: Any,
    by: By = "month",
    scale: str | Path | Mapping[str, float] | None = None,
    intensity: str = "scale",
    check_states: bool = True,
    dataset: str | None = None,
) -> Loaded:
    """Read events into the engine's tables ``judged`` and ``placed``.

    Parameters
    ----------
    engine
        Where the tables are made.
    events
        A Parquet, CSV or JSONL file; a pandas, polars or arrow frame; a dict of columns;
        or a list of dicts. Columns ``date`` (EDTF), ``source_iso3``, ``target_iso3``,
        ``event_type``; optional ``mode``, ``factuality``, ``intensity``, ``dataset``,
        ``event_id``. Others are left alone.
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
    found = engine.columns("SELECT * FROM raw LIMIT 0")
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise InputError(
            where, f"no column {', '.join(missing)}; there are {', '.join(list(found)[1:12])}",
            ", ".join(REQUIRED), "rename the columns, or use detente import",
        )  # fmt: skip
    chosen = {name: name if name in found else "NULL" for name in OPTIONAL}
    text = TEXT.format(**{name: f"CAST({column} AS VARCHAR)" for name, column in chosen.items()})
    if dataset is not None:
        text += "WHERE trim(dataset) = $dataset" if "dataset" in found else "WHERE FALSE"
    bound = ("dataset",) if "$dataset" in text else ()
    first = Step("events_text", text, "the columns that count, trimmed, as text", bound)
    run_all(engine, [first], {"dataset": dataset})
    _lookups(engine, where, events, by, scale, check_states, intensity)
    rest = (
        Step("judged", JUDGED.format(milli=MILLI[intensity]), "each row with its fate"),
        Step("placed", PLACED, "the acts that count, with their period"),
    )
    run_all(engine, rest)
    fates = _fates(engine)
    warnings = (*_warn_fates(engine, where, fates, by), *_warn_overlap(engine, where))
    return Loaded(where, sum(fates.values()), fates, warnings, (first, *rest))


def _raw(engine: Engine, events: Any) -> str:
    if isinstance(events, str | Path):
        engine.read("raw", Path(events))
        return str(events)
    data = events
    if isinstance(events, Sequence):
        names = list(dict.fromkeys(name for row in events for name in row))
        data = {name: [row.get(name) for row in events] for name in names}
    if isinstance(data, Mapping):
        data = {name: _texts(values) for name, values in data.items()}
        if not data:
            data = {name: _texts([]) for name in REQUIRED}
    engine.register("_given", data)
    columns = [name for name in engine.columns("SELECT * FROM _given LIMIT 0") if name != "row_no"]
    casts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in columns)
    numbered = f"SELECT CAST(row_number() OVER () AS BIGINT) AS row_no, {casts} FROM _given"
    engine.run(Step("raw", numbered, "the rows given, as text"))
    engine.drop("_given")
    return "events"


def _texts(values: Any) -> Any:
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _lookups(
    engine: Engine, where: str, events: Any, by: By, scale: Any, check: bool, intensity: str
) -> None:
    """Register the small tables the rows are judged by, and stop at the first bad row."""
    types = scales.TYPES
    engine.register("types", {"event_type": _texts(types), "quad": np.array(list(types.values()))})
    _stop_at(
        engine, where, events, "event_type NOT IN (SELECT event_type FROM types)",
        "event_type", f"one of {', '.join(types)}",
        "recode the type (detente import does it for known formats)",
    )  # fmt: skip
    if intensity == "given":
        _stop_at(
            engine, where, events, "intensity_text IS NOT NULL AND "
            "(TRY_CAST(intensity_text AS DOUBLE) IS NULL OR "
            "abs(TRY_CAST(intensity_text AS DOUBLE)) > 10)",
            "intensity_text", "an intensity from -10 to 10",
        )  # fmt: skip
    weights = scales.of(scale)
    engine.register("weights", {
        "event_type": _texts(kind for kind, _ in weights),
        "mode": _texts(mode for _, mode in weights),
        "milli": np.array(list(weights.values()), dtype=np.int64),
    })  # fmt: skip
    _dates(engine, where, events, by)
    if check:
        lives = states.lifetimes()
        codes, spans = list(lives), list(lives.values())
    else:
        codes = engine.columns(
            "SELECT source AS code FROM events_text WHERE source IS NOT NULL "
            "UNION SELECT target FROM events_text WHERE target IS NOT NULL ORDER BY 1"
        )["code"].tolist()
        spans = [(states.FIRST, states.LAST)] * len(codes)
    engine.register("actors", {
        "code": _texts(codes),
        "first": np.array([span[0].toordinal() for span in spans], dtype=np.int64),
        "last": np.array([span[1].toordinal() for span in spans], dtype=np.int64),
    })  # fmt: skip


def _dates(engine: Engine, where: str, events: Any, by: By) -> None:
    """Parse each distinct date once; a period only where both ends fall into it."""
    texts = engine.columns(
        "SELECT DISTINCT coalesce(date_text, '') AS d FROM events_text ORDER BY 1"
    )
    first, last, periods, gone = [], [], [], []
    for text in texts["d"]:
        try:
            low, high = bounds(text) if text else (states.FIRST, states.LAST)
        except Exception:  # the date library raises many kinds
            _stop_at(
                engine, where, events, "date_text = $value", "date_text",
                "an EDTF date (2018-03-27, 2018-03, 1950/1953, 197X, 1956-08~)",
                "correct the date, or leave it empty when it is not known", {"value": text},
            )  # fmt: skip
            raise
        first.append(low.toordinal())
        last.append(high.toordinal())
        same = ordinal(low, by) == ordinal(high, by)
        periods.append(ordinal(low, by) if same else 0)
        gone.append(not same)
    engine.register("dates", {
        "date_text": texts["d"],
        "known": np.array([bool(text) for text in texts["d"]], dtype=np.int64),
        "first": np.array(first, dtype=np.int64),
        "last": np.array(last, dtype=np.int64),
        "period": np.ma.masked_array(np.array(periods, dtype=np.int64), gone).filled(-1),
    })  # fmt: skip
    fixed = "SELECT * REPLACE (nullif(period, -1) AS period) FROM dates"
    engine.run(Step("_dates", fixed, "no period is a null"))
    engine.run(Step("dates", "SELECT * FROM _dates", "each distinct date with its period"))
    engine.drop("_dates")


def _stop_at(
    engine: Engine, where: str, events: Any, condition: str, column: str, expected: str,
    todo: str = "", params: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Raise for the first row that meets a condition, with the line it stands on."""
    bad = engine.columns(
        f"SELECT row_no, coalesce({column}, '') AS found FROM events_text WHERE {condition} "
        "ORDER BY row_no LIMIT 1",
        params,
    )
    if len(bad["row_no"]):
        line = _line(events, int(bad["row_no"][0]))
        name = column.removesuffix("_text")
        raise InputError(f"{where}:{line}", f"{name} {bad['found'][0]!r}", expected, todo)


def _line(events: Any, row: int) -> str:
    """Where data row ``row`` (from 1) starts; quoted line breaks make it differ from row + 1."""
    path = Path(events) if isinstance(events, str | Path) else None
    if path is None or path.suffix.lower() not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
        return f"row {row}"
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            full = (number for number, line in enumerate(lines, 1) if line.strip())
            return str(next((n for i, n in enumerate(full, 1) if i == row), row))
        reader = csv.reader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        start, seen = 1, -1
        for record in reader:
            seen += bool(record)
            if seen == row:
                return str(start)
            start = reader.line_num + 1
    return str(row + 1)


def _fates(engine: Engine) -> dict[str, int]:
    found = engine.columns("SELECT fate, count(*) AS n FROM judged GROUP BY fate ORDER BY fate")
    counts = {str(fate): int(n) for fate, n in zip(found["fate"], found["n"], strict=True)}
    return {fate: counts.get(fate, 0) for fate in FATES}


def _warn_fates(engine: Engine, where: str, fates: dict[str, int], by: By) -> list[str]:
    total, warnings = sum(fates.values()), []
    for fate, words in FATES.items():
        if fate == "counted" or not fates[fate]:
            continue
        extra = f" (not known to the {by})" if fate == "coarse" else ""
        if fate == "unknown_actor":
            extra = f": {_unknown(engine)}"
        if fate == "outside":
            extra = f": {_outside(engine)}"
        warnings.append(f"{where}: {fates[fate]} of {total} rows are {words}{extra}; left out")
    if not total:
        warnings.append(f"{where}: no rows")
    return warnings


def _unknown(engine: Engine) -> str:
    found = engine.columns(
        "SELECT code, count(*) AS n FROM ("
        "SELECT source AS code FROM judged WHERE fate = 'unknown_actor' UNION ALL "
        "SELECT target FROM judged WHERE fate = 'unknown_actor') AS both_sides "
        "WHERE code NOT IN (SELECT code FROM actors) GROUP BY code ORDER BY n DESC, code LIMIT 5"
    )
    parts = []
    for code, n in zip(found["code"], found["n"], strict=True):
        near = states.close(str(code))
        parts.append(f"{code} in {n}" + (f" (did you mean {near[0]}?)" if near else ""))
    return ", ".join(parts)


def _outside(engine: Engine) -> str:
    found = engine.columns(
        "SELECT source || '>' || target AS pair, min(date_text) AS first, max(date_text) AS last, "
        "count(*) AS n FROM judged WHERE fate = 'outside' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3"
    )
    rows = zip(found["pair"], found["n"], found["first"], found["last"], strict=True)
    return ", ".join(f"{pair} {n} rows ({first} to {last})" for pair, n, first, last in rows)


def _warn_overlap(engine: Engine, where: str) -> list[str]:
    """Datasets that report the same act, and event ids that occur twice."""
    warnings = []
    found = engine.columns(
        "WITH keyed AS (SELECT DISTINCT dataset, date_text, source, target, event_type "
        "FROM judged WHERE fate = 'counted'), shared AS ("
        "SELECT date_text, source, target, event_type, string_agg(dataset, ', ' ORDER BY dataset) "
        "AS sets FROM keyed GROUP BY ALL HAVING count(*) > 1) "
        "SELECT sets, count(*) AS n FROM shared GROUP BY sets ORDER BY n DESC, sets LIMIT 3"
    )
    for sets, n in zip(found["sets"], found["n"], strict=True):
        warnings.append(
            f"{where}: {n} acts (same day, source, target, type) stand in each of the datasets "
            f"{sets} and are counted in each; choose one with dataset="
        )
    twice = engine.columns(
        "SELECT coalesce(sum(n), 0) AS rows, count(*) AS ids FROM (SELECT count(*) AS n "
        "FROM judged WHERE fate = 'counted' AND event_id IS NOT NULL GROUP BY event_id "
        "HAVING count(*) > 1) AS repeated"
    )
    if int(twice["ids"][0]):
        warnings.append(
            f"{where}: {int(twice['ids'][0])} event_id values occur more than once "
            f"({int(twice['rows'][0])} rows); each row is counted"
        )
    return warnings
