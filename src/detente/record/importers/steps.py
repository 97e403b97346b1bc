"""From a file's own columns to event rows, as named SQL steps.

Whatever needs judgement (who a name stands for, what a date or code means) is worked out
once per distinct value in Python and joined back as a lookup table, so that a hundred
million rows cost no more judgement than their vocabulary.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from detente import ontology
from detente.engine.sql import Engine, Step
from detente.read.actors import cow_codes
from detente.record.importers.format import GIVEN, PASSED, Format
from detente.record.importers.sides import deaths, folded
from detente.record.store import COLUMNS
from detente.schema import bounds

_SIDE_KEYS = "SELECT {side}_name AS name, {side}_place AS place, {side}_role AS role FROM given"
SIDE_KEYS = (
    f"SELECT DISTINCT name, place, role FROM ({_SIDE_KEYS.format(side='source')} "
    f"UNION ALL {_SIDE_KEYS.format(side='target')}) AS both_sides ORDER BY name, place, role"
)
JUDGED = """
SELECT g.file_no, g.row_no, g.id, nullif(d.edtf, '') AS date, nullif(d.earliest, '') AS earliest,
    nullif(d.latest, '') AS latest,
    nullif(s.side, '') AS source_iso3, nullif(s.cow, '') AS source_cow,
    nullif(s.sector, '') AS source_sector, nullif(g.source_name, '') AS source_name,
    nullif(t.side, '') AS target_iso3, nullif(t.cow, '') AS target_cow,
    nullif(t.sector, '') AS target_sector, nullif(g.target_name, '') AS target_name,
    nullif(k.event_type, '') AS event_type, k.mode_known AS mode,
    CASE WHEN g.context = '' THEN k.context_known ELSE g.context END AS context,
    nullif(g.cameo, '') AS cameo_code, nullif(k.quad, 0) AS quad_class,
    TRY_CAST(nullif(g.intensity, '') AS DOUBLE) AS intensity,
    nullif(g.text, '') AS text, nullif(g.source_ids, '') AS source_ids,
    TRY_CAST(nullif(g.mentions, '') AS BIGINT) AS mentions, g.stands_for,
    CASE WHEN g.date <> '' AND s.died < d.first_day THEN 1 ELSE 0 END AS after_death,
    {passed},
    CASE WHEN d.fault <> '' THEN d.fault WHEN k.fault <> '' THEN k.fault ELSE '' END AS fault
FROM given AS g
JOIN dates AS d ON d.given_date = g.date
JOIN acts AS k ON k.cameo = g.cameo AND k.given_type = g.type AND k.given_mode = g.mode
LEFT JOIN sides AS s ON s.name = g.source_name AND s.place = g.source_place
    AND s.role = g.source_role AND d.first_day >= s.first_day AND d.first_day <= s.last_day
LEFT JOIN sides AS t ON t.name = g.target_name AND t.place = g.target_place
    AND t.role = g.target_role AND d.first_day >= t.first_day AND d.first_day <= t.last_day
"""
#: Rows with an id of their own keep it, repeated or not; the others get one from their
#: content, numbered where the same content stands in the file more than once.
NUMBERED = {
    True: "SELECT *, id AS event_id FROM judged WHERE fault = ''",
    False: """
SELECT *, CASE WHEN id <> '' THEN id ELSE substr(own_id, 1, 16) || '-' ||
    CAST(row_number() OVER (PARTITION BY file_no, own_id ORDER BY row_no) AS VARCHAR) END AS event_id
FROM (
    SELECT *, md5(concat_ws('|', date, coalesce(source_name, ''), coalesce(source_iso3, ''),
        coalesce(target_name, ''), coalesce(target_iso3, ''), coalesce(event_type, ''),
        coalesce(mode, ''), coalesce(cameo_code, ''), coalesce(text, ''), coalesce(source_ids, '')
        )) AS own_id
    FROM judged WHERE fault = ''
) AS made
""",
}
#: An ICEWS visit has two rows, "make a visit" (042) and "host a visit" (043) turned round.
VISITS = """
SELECT DISTINCT file_no, date, source_name, target_name FROM numbered
WHERE cameo_code LIKE '042%'
"""
EVENTS = """
SELECT {columns}, file_no, row_no FROM (
    SELECT n.* EXCLUDE (dataset, dataset_version, factuality),
        n.earliest AS date_earliest, n.latest AS date_latest,
        coalesce(nullif(n.factuality, ''), 'happened') AS factuality,
        coalesce(nullif(n.dataset, ''), $dataset) AS dataset,
        coalesce(nullif(n.dataset_version, ''), $version) AS dataset_version,
        nullif(concat_ws(';',
            CASE WHEN v.date IS NOT NULL THEN 'host-of-visit' END,
            CASE WHEN n.after_death = 1 THEN 'source-after-death' END,
            CASE WHEN n.stands_for NOT IN ('', '1') THEN 'stands-for:' || n.stands_for END
        ), '') AS flags
    FROM numbered AS n
    LEFT JOIN visits AS v ON n.cameo_code LIKE '043%' AND v.file_no = n.file_no AND v.date = n.date
        AND v.source_name = n.target_name AND v.target_name = n.source_name
) AS whole
"""
#: Names in the rows of ``events`` that were placed nowhere.
NAMELESS = """
SELECT source_name AS name FROM events WHERE source_iso3 IS NULL AND source_name IS NOT NULL
UNION ALL
SELECT target_name FROM events WHERE target_iso3 IS NULL AND target_name IS NOT NULL
"""


def given(form: Format) -> Step:
    """The common fields out of the raw columns, empty where the format has none."""
    fields = [
        f"coalesce(trim(CAST({form.given.get(name, 'NULL')} AS VARCHAR)), '') AS {name}"
        for name in (*GIVEN, *PASSED)
    ]
    return Step("given", f"SELECT CAST(0 AS BIGINT) AS file_no, row_no, {', '.join(fields)} FROM raw",
                "the fields that count, trimmed, as text")  # fmt: skip


def judged(has_id: bool) -> tuple[Step, ...]:
    """Each row with what it means or why it cannot be read, and the rows that can."""
    passed = ", ".join(f"g.{name}" for name in PASSED)
    typed = ", ".join(
        f"TRY_CAST(nullif({name}, '') AS {kind}) AS {name}"
        if name in PASSED and name not in ("dataset", "dataset_version", "factuality")
        else name
        for name, kind in COLUMNS.items()
    )
    return (
        Step("judged", JUDGED.format(passed=passed), "each row with its fault, if any", lazy=True),
        Step("numbered", NUMBERED[has_id], "rows that can be read, with an id", lazy=True),
        Step("visits", VISITS, "visits made, to find the rows that host them"),
        Step("events", EVENTS.format(columns=typed), "event rows", ("dataset", "version")),
    )


def register_lookups(engine: Engine, form: Format) -> None:
    """Make ``dates``, ``acts`` and ``sides`` for the distinct values of ``given``."""
    engine.register("dates", _dates(engine, form))
    engine.register("acts", _acts(engine, form))
    engine.register("sides", _sides(engine, form))


def _dates(engine: Engine, form: Format) -> dict[str, Any]:
    texts = engine.columns("SELECT DISTINCT date AS d FROM given ORDER BY 1")["d"]
    rows = [_date(str(text), form) for text in texts]
    return text_columns(["edtf", "earliest", "latest", "fault"], [row[:4] for row in rows]) | {
        "given_date": np.array(texts, dtype=object),
        "first_day": np.array([row[4] for row in rows], dtype=np.int64),
    }


def _date(text: str, form: Format) -> tuple[str, str, str, str, int]:
    if not text:
        fault = "no date" if form.dated else ""
        return "", "", "", fault, dt.date.max.toordinal()
    try:
        edtf = form.date(text)
        low, high = bounds(edtf)
    except ValueError:
        return "", "", "", f"date {text!r} is not one of {form.title}", 0
    return edtf, low.isoformat(), high.isoformat(), "", low.toordinal()


def _acts(engine: Engine, form: Format) -> dict[str, Any]:
    keys = engine.columns("SELECT DISTINCT cameo, type, mode FROM given ORDER BY 1, 2, 3")
    rows, quads = [], []
    for cameo, kind, mode in zip(keys["cameo"], keys["type"], keys["mode"], strict=True):
        try:
            act, fault = form.act(str(cameo), str(kind), str(mode)), ""
            rows.append((act.event_type, act.mode, act.context, fault))
            quads.append(ontology.QUAD_CLASS.get(act.event_type, 2 if act.event_type else 0))
        except ValueError as error:
            rows.append(("", "", "", str(error)))
            quads.append(0)
    return text_columns(["event_type", "mode_known", "context_known", "fault"], rows) | {
        "cameo": keys["cameo"], "given_type": keys["type"], "given_mode": keys["mode"],
        "quad": np.array(quads, dtype=np.int64),
    }  # fmt: skip


def _sides(engine: Engine, form: Format) -> dict[str, Any]:
    keys = engine.columns(SIDE_KEYS)
    cow, dead = cow_codes(), deaths()
    rows, days = [], []
    for name, place, role in zip(keys["name"], keys["place"], keys["role"], strict=True):
        died = dead.get(folded(str(name)), dt.date.max) if name else dt.date.max
        for side in form.side(str(name), str(place), str(role)):
            rows.append((name, place, role, side.key, side.sector, cow.get(side.key, "")))
            days.append((side.first.toordinal(), side.last.toordinal(), died.toordinal()))
    numbers = np.array(days, dtype=np.int64).reshape(-1, 3)
    return text_columns(["name", "place", "role", "side", "sector", "cow"], rows) | {
        "first_day": numbers[:, 0], "last_day": numbers[:, 1], "died": numbers[:, 2],
    }  # fmt: skip


def text_columns(names: list[str], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Rows as columns of text, also where there are none."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        name: np.array([str(value) for value in column], dtype=object)
        for name, column in zip(names, columns, strict=True)
    }
