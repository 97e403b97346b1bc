"""What became of each row of an events file: fates, warnings, and the row that stops a run."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detente.engine.sql import Engine
from detente.errors import InputError
from detente.measure import scale as scales
from detente.measure import states
from detente.measure.periods import By, label

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

#: Counted rows up to which the ids and the acts in common of data sets are looked through.
CHECKED = 10_000_000


_EXPECTED = {
    "event_type": (
        f"one of {', '.join(scales.TYPES)}",
        "recode the type (detente import does it for known formats)",
    ),
    "intensity_text": ("an intensity from -10 to 10", ""),
}


def stop_at(
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


def warn(engine: Engine, where: str, fates: dict[str, int], by: By) -> tuple[str, ...]:
    """What is to be said of the rows left out, of shared acts and of repeated ids."""
    return (*_left_out(engine, where, fates, by), *_overlap(engine, where, fates))


def count(engine: Engine, where: str, events: Any) -> dict[str, int]:
    """Rows by fate; raises for the first with an unknown type or an intensity that is none."""
    found = engine.columns(
        "SELECT fate, bad, CAST(sum(n) AS BIGINT) AS n FROM met GROUP BY fate, bad ORDER BY fate, bad"
    )
    for column in sorted(set(found["bad"]) - {""}):
        expected, todo = _EXPECTED[column]
        stop_at(
            engine, where, events,
            f"SELECT row_no, part, {column} AS found FROM acts WHERE bad = $column",
            column.removesuffix("_text"), expected, todo, {"column": column},
        )  # fmt: skip
    counts = dict.fromkeys(FATES, 0)
    for fate, n in zip(found["fate"], found["n"], strict=True):
        counts[str(fate)] += int(n)
    return counts


def _left_out(engine: Engine, where: str, fates: dict[str, int], by: By) -> list[str]:
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


def _overlap(engine: Engine, where: str, fates: dict[str, int]) -> list[str]:
    """Datasets that report the same act, and event ids that occur twice."""
    warnings = []
    counted = "SELECT DISTINCT dataset FROM met WHERE fate = 'counted' ORDER BY dataset"
    sets = engine.columns(counted)["dataset"].tolist()
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
    # most files repeat no id: that is asked first, and of less
    ids = engine.columns("SELECT count(event_id) AS n, count(DISTINCT event_id) AS ids FROM ids")
    if int(ids["n"][0]) == int(ids["ids"][0]):
        return warnings
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
