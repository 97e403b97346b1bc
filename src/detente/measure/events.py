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
from detente.measure.periods import By, label, ordinal
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

#: Columns of an events file that are read; others are left alone.
COLUMNS = (*REQUIRED, *OPTIONAL)
#: Counted rows up to which the ids and the acts in common of data sets are looked through.
CHECKED = 10_000_000

DAYS = """
SELECT DISTINCT date AS given_date, coalesce(trim(CAST(date AS VARCHAR)), '') AS date_text
FROM raw AS r{where}
"""
DATES = """
SELECT d.given_date, d.date_text, s.slot FROM days AS d
JOIN slots_of AS s ON s.date_text = d.date_text
"""
TALLY = """
SELECT {columns}, d.slot, CAST(count(*) AS BIGINT) AS n
FROM raw AS r JOIN dates AS d ON d.given_date IS NOT DISTINCT FROM r.date{where}
GROUP BY {keys}, d.slot
"""
EACH_ROW = """
SELECT {columns}, r.row_no, r.part, d.date_text, {event_id} AS event_id, d.slot,
    CAST(1 AS BIGINT) AS n
FROM raw AS r JOIN dates AS d ON d.given_date IS NOT DISTINCT FROM r.date{where}
"""
JUDGED = """
SELECT t.*, y.quad, nullif(s.period, -1) AS period, {milli} AS milli, {bad} AS bad,
    CASE
        WHEN t.factuality NOT IN ('happened', 'ongoing') THEN 'not_real'
        WHEN t.source IS NULL OR t.target IS NULL THEN 'no_actor'
        WHEN t.event_type IS NULL THEN 'no_type'
        WHEN s.known = 0 THEN 'undated'
        WHEN s.period = -1 THEN 'coarse'
        WHEN a.code IS NULL OR b.code IS NULL THEN 'unknown_actor'
        WHEN t.source = t.target THEN 'same_actor'
        WHEN s.last < a.first OR s.last < b.first OR s.first > a.last OR s.first > b.last
            THEN 'outside'
        ELSE 'counted'
    END AS fate
FROM (
    SELECT {rest}nullif(trim(CAST(given_source AS VARCHAR)), '') AS source,
        nullif(trim(CAST(given_target AS VARCHAR)), '') AS target,
        nullif(upper(trim(CAST(given_type AS VARCHAR))), '') AS event_type,
        coalesce(lower(trim(CAST({mode} AS VARCHAR))), '') AS mode,
        coalesce(nullif(lower(trim(CAST({factuality} AS VARCHAR))), ''), 'happened') AS factuality,
        nullif(trim(CAST({intensity} AS VARCHAR)), '') AS intensity_text,
        coalesce(trim(CAST({dataset} AS VARCHAR)), '') AS dataset, slot, n
    FROM {table}
) AS t
JOIN slots AS s ON s.slot = t.slot
LEFT JOIN types AS y ON y.event_type = t.event_type
LEFT JOIN weights AS w ON w.event_type = t.event_type AND w.mode = ''
LEFT JOIN weights AS m ON m.event_type = t.event_type AND m.mode = t.mode
LEFT JOIN actors AS a ON a.code = t.source
LEFT JOIN actors AS b ON b.code = t.target
"""
PLACED = """
SELECT source, target, event_type, quad, period, milli, dataset, n
FROM judged WHERE fate = 'counted'
"""
#: The intensity of an act: from the scale (the mode's weight, else the type's), or as given.
MILLI = {
    "scale": "coalesce(m.milli, w.milli)",
    "given": "coalesce(CASE WHEN abs(TRY_CAST(t.intensity_text AS DOUBLE)) <= 10 THEN "
    "CAST(round(TRY_CAST(t.intensity_text AS DOUBLE) * 1000) AS BIGINT) END, m.milli, w.milli)",
}
#: What makes a row stop the run: a type nobody knows, an intensity that is none.
BAD = {
    "scale": "CASE WHEN t.event_type IS NOT NULL AND y.event_type IS NULL THEN 'event_type' END",
    "given": "CASE WHEN t.event_type IS NOT NULL AND y.event_type IS NULL THEN 'event_type' "
    "WHEN t.intensity_text IS NOT NULL AND (TRY_CAST(t.intensity_text AS DOUBLE) IS NULL "
    "OR abs(TRY_CAST(t.intensity_text AS DOUBLE)) > 10) THEN 'intensity_text' END",
}

_EXPECTED = {
    "event_type": (
        f"one of {', '.join(scales.TYPES)}",
        "recode the type (detente import does it for known formats)",
    ),
    "intensity_text": ("an intensity from -10 to 10", ""),
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
    found = engine.names("raw")
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        there = [name for name in found if name not in ("row_no", "part")]
        raise InputError(
            where, f"no column {', '.join(missing)}; there are {', '.join(there[:11])}",
            ", ".join(REQUIRED), "rename the columns, or use detente import",
        )  # fmt: skip
    steps = _steps(set(found), intensity, dataset, pair)
    one, two = pair or ("", "")
    bound = {"dataset": dataset, "one": one, "two": two}
    engine.register("wanted", {"dataset": _texts([dataset])})
    engine.register("pair", {"code": _texts([one, two])})
    run_all(engine, steps[:1], bound)
    _dates(engine, where, events, by, check_states)
    run_all(engine, steps[1:4], bound)
    _lookups(engine, scale, check_states)
    run_all(engine, steps[4:])
    fates = _fates(engine, where, events)
    warnings = (*_warn_fates(engine, where, fates, by), *_warn_overlap(engine, where, fates))
    return Loaded(where, sum(fates.values()), fates, warnings, steps)


def _where(
    has_dataset: bool, dataset: str | None, pair: tuple[str, str] | None
) -> tuple[str, str, tuple[str, ...]]:
    """The condition on rows with bound values, the same for a view, and what it binds.

    A view can bind nothing, so that it asks the tables ``wanted`` and ``pair``.
    """
    now, late, bound = [], [], []
    if pair is not None:
        now.append("r.source_iso3 IN ($one, $two) AND r.target_iso3 IN ($one, $two)")
        codes = "(SELECT code FROM pair)"
        late.append(f"r.source_iso3 IN {codes} AND r.target_iso3 IN {codes}")
        bound += ["one", "two"]
    if dataset is not None:
        text = "trim(CAST(r.dataset AS VARCHAR))"
        now.append(f"{text} = $dataset" if has_dataset else "FALSE")
        late.append(f"{text} IN (SELECT dataset FROM wanted)" if has_dataset else "FALSE")
        bound += ["dataset"] if has_dataset else []
    if not now:
        return "", "", ()
    return "\nWHERE " + " AND ".join(now), "\nWHERE " + " AND ".join(late), tuple(bound)


def _steps(
    found: set[str], intensity: str, dataset: str | None, pair: tuple[str, str] | None
) -> tuple[Step, ...]:
    """The steps for a file with these columns."""
    has = {name: name in found for name in OPTIONAL}
    keys = ["source_iso3", "target_iso3", "event_type"]
    keys += [name for name in ("mode", "factuality", "dataset") if has[name]]
    keys += ["intensity"] if intensity == "given" and has["intensity"] else []
    given = {"source_iso3": "given_source", "target_iso3": "given_target",
             "event_type": "given_type"}  # fmt: skip
    columns = ", ".join(f"r.{name} AS {given.get(name, 'given_' + name)}" for name in keys)
    names = {name: f"given_{name}" if name in keys else "NULL" for name in OPTIONAL}
    chosen, late, bound = _where(has["dataset"], dataset, pair)
    judged = {"milli": MILLI[intensity], "bad": BAD[intensity], **names}
    event_id = "r.event_id" if has["event_id"] else "NULL"
    tally = TALLY.format(
        columns=columns, keys=", ".join(f"r.{name}" for name in keys), where=chosen
    )
    return (
        Step("days", DAYS.format(where=chosen), "the dates as written", bound),
        Step("dates", DATES, "each date with the slot of the calendar it falls into"),
        Step("tally", tally, "rows that are the same in all that counts, and how many", bound),
        Step(
            "each_row", EACH_ROW.format(columns=columns, event_id=f"CAST({event_id} AS VARCHAR)", where=late),
            "the rows one by one, to name those that are wrong", lazy=True,
        ),
        Step("judged", JUDGED.format(table="tally", rest="", **judged),
             "the rows with their fate"),
        Step("placed", PLACED, "the acts that count, with their period", lazy=True),
        Step(
            "acts", JUDGED.format(
                table="each_row", rest="row_no, part, date_text, nullif(trim(event_id), '') AS event_id, ",
                **judged,
            ), "the rows one by one, with their fate", lazy=True,
        ),
    )  # fmt: skip


def _raw(engine: Engine, events: Any) -> str:
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
        codes = engine.columns(
            "SELECT trim(CAST(given_source AS VARCHAR)) AS code FROM tally "
            "WHERE trim(CAST(given_source AS VARCHAR)) <> '' UNION "
            "SELECT trim(CAST(given_target AS VARCHAR)) FROM tally "
            "WHERE trim(CAST(given_target AS VARCHAR)) <> '' ORDER BY 1"
        )["code"].tolist()
        spans = [(states.FIRST, states.LAST)] * len(codes)
    engine.register("actors", {
        "code": _texts(codes),
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
            _stop_at(
                engine, where, events,
                "SELECT row_no, part, date_text AS found FROM (SELECT r.row_no, r.part, d.date_text "
                "FROM raw AS r JOIN days AS d ON d.given_date IS NOT DISTINCT FROM r.date "
                "WHERE d.date_text = $value) AS dated", "date",
                "an EDTF date (2018-03-27, 2018-03, 1950/1953, 197X, 1956-08~)",
                "correct the date, or leave it empty when it is not known", {"value": str(text)},
            )  # fmt: skip
            raise
        same = ordinal(low, by) == ordinal(high, by)
        keys.append((int(bool(text)), ordinal(low, by) if same else -1,
                     low.toordinal(), high.toordinal()))  # fmt: skip
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
    distinct, slot = np.unique(days, axis=0, return_inverse=True)
    engine.register("slots_of", {"date_text": _texts(texts), "slot": slot.reshape(-1)})
    engine.register("slots", {
        "slot": np.arange(len(distinct)), "known": distinct[:, 0], "period": distinct[:, 1],
        "first": distinct[:, 2], "last": distinct[:, 3],
    })  # fmt: skip


def _stop_at(
    engine: Engine, where: str, events: Any, sql: str, name: str, expected: str,
    todo: str = "", params: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Raise for the first row of a query, with the line it stands on."""
    bad = engine.columns(f"{sql} ORDER BY part, row_no LIMIT 1", params)
    if len(bad["row_no"]):
        row, part = int(bad["row_no"][0]), str(bad["part"][0])
        place = f"{where}/{part}:row {row}" if part else f"{where}:{_line(events, row)}"
        raise InputError(place, f"{name} {bad['found'][0]!r}", expected, todo)


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


def _fates(engine: Engine, where: str, events: Any) -> dict[str, int]:
    """Rows by fate; raises for the first with an unknown type or an intensity that is none."""
    found = engine.columns(
        "SELECT fate, coalesce(bad, '') AS bad, CAST(sum(n) AS BIGINT) AS n FROM judged "
        "GROUP BY fate, coalesce(bad, '') ORDER BY fate, bad"
    )
    for column in sorted(set(found["bad"]) - {""}):
        expected, todo = _EXPECTED[column]
        _stop_at(
            engine, where, events,
            f"SELECT row_no, part, {column} AS found FROM acts WHERE bad = $column",
            column.removesuffix("_text"), expected, todo, {"column": column},
        )  # fmt: skip
    counts = dict.fromkeys(FATES, 0)
    for fate, n in zip(found["fate"], found["n"], strict=True):
        counts[str(fate)] += int(n)
    return counts


def _warn_fates(engine: Engine, where: str, fates: dict[str, int], by: By) -> list[str]:
    total, warnings = sum(fates.values()), []
    for fate, words in FATES.items():
        if fate == "counted" or not fates[fate]:
            continue
        extra = f" (not known to the {by})" if fate == "coarse" else ""
        if fate == "unknown_actor":
            extra = f": {_unknown(engine)}"
        if fate == "outside":
            extra = f": {_outside(engine, by)}"
        warnings.append(f"{where}: {fates[fate]} of {total} rows are {words}{extra}; left out")
    if not total:
        warnings.append(f"{where}: no rows")
    return warnings


def _unknown(engine: Engine) -> str:
    found = engine.columns(
        "SELECT code, CAST(sum(n) AS BIGINT) AS n FROM ("
        "SELECT source AS code, n FROM judged WHERE fate = 'unknown_actor' UNION ALL "
        "SELECT target, n FROM judged WHERE fate = 'unknown_actor') AS both_sides "
        "WHERE code NOT IN (SELECT code FROM actors) GROUP BY code ORDER BY n DESC, code LIMIT 5"
    )
    parts = []
    for code, n in zip(found["code"], found["n"], strict=True):
        near = states.close(str(code))
        parts.append(f"{code} in {n}" + (f" (did you mean {near[0]}?)" if near else ""))
    return ", ".join(parts)


def _outside(engine: Engine, by: By) -> str:
    found = engine.columns(
        "SELECT source || '>' || target AS pair, min(period) AS first, max(period) AS last, "
        "CAST(sum(n) AS BIGINT) AS n FROM judged WHERE fate = 'outside' "
        "GROUP BY source || '>' || target ORDER BY n DESC, pair LIMIT 3"
    )
    rows = zip(found["pair"], found["n"], found["first"], found["last"], strict=True)
    return ", ".join(
        f"{pair} {n} rows ({label(int(first), by)} to {label(int(last), by)})"
        for pair, n, first, last in rows
    )


def _warn_overlap(engine: Engine, where: str, fates: dict[str, int]) -> list[str]:
    """Datasets that report the same act, and event ids that occur twice."""
    warnings = []
    sets = engine.columns("SELECT DISTINCT dataset FROM placed ORDER BY dataset")[
        "dataset"
    ].tolist()
    if fates["counted"] > CHECKED:
        words = "whether event_id values repeat"
        words += " or data sets share acts" if len(sets) > 1 else ""
        return [f"{where}: more than {CHECKED} acts: it was not checked {words}; an import into "
                "a store keeps each row once"]  # fmt: skip
    if len(sets) > 1:
        found = engine.columns(
            "WITH keyed AS (SELECT DISTINCT dataset, date_text, source, target, event_type "
            "FROM acts WHERE fate = 'counted'), shared AS (SELECT date_text, source, target, "
            "event_type, string_agg(dataset, ', ' ORDER BY dataset) AS sets FROM keyed "
            "GROUP BY date_text, source, target, event_type HAVING count(*) > 1) "
            "SELECT sets, count(*) AS n FROM shared GROUP BY sets ORDER BY n DESC, sets LIMIT 3"
        )
        warnings += [
            f"{where}: {n} acts (same day, source, target, type) stand in each of the datasets "
            f"{names} and are counted in each; choose one with dataset="
            for names, n in zip(found["sets"], found["n"], strict=True)
        ]
    twice = engine.columns(
        "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n, count(*) AS ids FROM ("
        "SELECT count(*) AS n FROM acts WHERE fate = 'counted' AND event_id IS NOT NULL "
        "GROUP BY event_id HAVING count(*) > 1) AS repeated"
    )
    if int(twice["ids"][0]):
        warnings.append(
            f"{where}: {int(twice['ids'][0])} event_id values occur more than once "
            f"({int(twice['n'][0])} rows); each row is counted"
        )
    return warnings
