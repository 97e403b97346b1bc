"""The SQL steps from the rows of an events file to ``placed``, the acts that count."""

from __future__ import annotations

from detente.engine.sql import Step

REQUIRED = ("date", "source_iso3", "target_iso3", "event_type")
OPTIONAL = ("mode", "factuality", "intensity", "dataset", "event_id")
#: Columns of an events file that are read; others are left alone.
COLUMNS = (*REQUIRED, *OPTIONAL)

DAYS = """
SELECT given_date, coalesce(trim(CAST(given_date AS VARCHAR)), '') AS date_text
FROM (SELECT DISTINCT date AS given_date FROM raw AS r{where}) AS written
"""
DATES = """
SELECT d.given_date, d.date_text, s.slot FROM days AS d
JOIN slots_of AS s ON s.date_text = d.date_text
"""
CODES = """
SELECT DISTINCT {code} AS code FROM (
    SELECT r.source_iso3 AS code FROM raw AS r{where}
    UNION SELECT r.target_iso3 FROM raw AS r{where}
) AS written
"""
#: Rows that are the same in all that counts, and how many. They are tallied as they are
#: written, so that only what is left of them is cleaned; it is no table of its own, as it may
#: be almost as long as the file and is read once.
TALLY = """
    SELECT {clean}, r.slot, r.n
    FROM (
        SELECT {written}, d.slot, CAST(count(*) AS BIGINT) AS n
        FROM raw AS r JOIN dates AS d ON d.given_date IS NOT DISTINCT FROM r.date{where}
        GROUP BY {written}, d.slot
    ) AS r
"""
#: What must be made before the dates are parsed and the small tables registered.
EARLY = ("days", "codes")
EACH_ROW = """
SELECT {clean}, r.row_no, r.part, d.date_text, {event_id} AS event_id, d.slot,
    CAST(1 AS BIGINT) AS n
FROM raw AS r JOIN dates AS d ON d.given_date IS NOT DISTINCT FROM r.date{where}
"""
IDS = "SELECT {event_id} AS event_id FROM raw AS r{where}"
_TEXT = "nullif(trim(CAST({} AS VARCHAR)), '')"
#: What counts of a row: its column in the file, and that column as text without blanks around it.
CLEAN = {
    "source": ("source_iso3", _TEXT),
    "target": ("target_iso3", _TEXT),
    "event_type": ("event_type", "nullif(upper(trim(CAST({} AS VARCHAR))), '')"),
    "mode": ("mode", "coalesce(lower(trim(CAST({} AS VARCHAR))), '')"),
    "factuality": (
        "factuality", "coalesce(nullif(lower(trim(CAST({} AS VARCHAR))), ''), 'happened')"
    ),
    "intensity_text": ("intensity", _TEXT),
    "dataset": ("dataset", "coalesce(trim(CAST({} AS VARCHAR)), '')"),
}  # fmt: skip
#: What is kept of each row is narrow: a large file has tens of millions of them.
JUDGED = """
SELECT t.source, t.target, t.event_type, t.dataset, {rest}t.n, y.quad,
    nullif(s.period, -1) AS period, {milli} AS milli, {bad} AS bad,
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
FROM {table} AS t
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
#: What is told of a file as a whole is asked of this small table, so that ``judged`` is read once.
MET = """
SELECT fate, coalesce(bad, '') AS bad, dataset, period, CAST(sum(n) AS BIGINT) AS n
FROM judged GROUP BY fate, coalesce(bad, ''), dataset, period
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


def condition(
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


def steps(
    found: set[str],
    intensity: str,
    dataset: str | None,
    pair: tuple[str, str] | None,
    check_states: bool,
) -> tuple[Step, ...]:
    """The steps for a file with these columns; ``codes`` where any text is an actor."""
    # intensities that do not count are not told apart
    there = {*REQUIRED, *found} - ({"intensity"} if intensity != "given" else set())
    given = {name: f"r.{name}" if name in there else "NULL" for name in COLUMNS}
    clean = {name: text.format(given[column]) for name, (column, text) in CLEAN.items()}
    columns = ", ".join(f"{text} AS {name}" for name, text in clean.items())
    chosen, late, bound = condition("dataset" in found, dataset, pair)
    judged = {"milli": MILLI[intensity], "bad": BAD[intensity]}
    written = ", ".join(f"r.{column}" for _, (column, _) in CLEAN.items() if column in there)
    tally = TALLY.format(clean=columns, written=written, where=chosen)
    clean_id = _TEXT.format(given["event_id"])
    each_row = EACH_ROW.format(clean=columns, event_id=clean_id, where=late)
    codes = Step(
        "codes",
        CODES.format(code=_TEXT.format("code"), where=chosen),
        "all that stands for an actor",
        bound,
    )
    ids = IDS.format(event_id=clean_id, where=late)
    rest = "t.row_no, t.part, t.date_text, t.event_id, t.intensity_text, "
    return (
        Step("days", DAYS.format(where=chosen), "the dates as written", bound),
        *(() if check_states else (codes,)),
        Step("dates", DATES, "each date with the slot of the calendar it falls into", small=True),
        Step("each_row", each_row, "the rows one by one, to name those that are wrong", lazy=True),
        Step("ids", ids, "what the rows are called, to find those that stand twice", lazy=True),
        Step("judged", JUDGED.format(table=f"({tally})", rest="", **judged),
             "rows that are the same in all that counts, how many, and their fate", bound),
        Step("met", MET, "how many rows of a data set and period met which fate"),
        Step("placed", PLACED, "the acts that count, with their period", lazy=True),
        Step("acts", JUDGED.format(table="each_row", rest=rest, **judged),
             "the rows one by one, with their fate", lazy=True),
    )  # fmt: skip
