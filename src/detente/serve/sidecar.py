"""A file beside a large store that makes looking for words quick: made once, used while it fits.

Words are cut at spaces only, so a phrase without a space stands in a sentence or a name exactly
where it stands in one of the words: what is found is what a scan of every sentence finds. The
file also keeps the counts by dyad and by data set that the first page shows.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from detente.engine.duckdb import DuckDB
from detente.engine.files import literal

if TYPE_CHECKING:
    from detente.serve.table import EventTable

#: Fewer events than this are searched in full, which takes a tenth of a second.
LEAST = 500_000
#: Rows whose words are sorted at a time: what the making holds in memory.
PART = 500_000
#: What the file is attached as, and the layout that this code reads and writes.
NAME, LAYOUT = "word_index", 1

#: Events by source and target, and by data set, as the first page and the list of dyads count them.
SIDES = (
    "SELECT source_iso3 AS a, target_iso3 AS b, count(*) AS n, min(date_earliest) AS first, "
    "max(date_latest) AS last FROM {events} "
    "WHERE source_iso3 <> target_iso3 AND source_iso3 <> '' AND target_iso3 <> '' GROUP BY ALL"
)
DATASETS = (
    "SELECT dataset, string_agg(DISTINCT dataset_version, ', ') AS versions, count(*) AS n, "
    "min(date_earliest) AS first, max(date_latest) AS last "
    "FROM {events} GROUP BY dataset ORDER BY n DESC, dataset"
)
_SAID = (
    "CREATE OR REPLACE TEMP TABLE said AS SELECT row, word FROM (SELECT CAST({number} AS INTEGER) "
    "AS row, unnest(string_split(lower(concat_ws(' ', text, source_name, target_name)), ' ')) "
    "AS word FROM {events} WHERE {number} >= $low AND {number} < $high) WHERE word <> ''"
)
_NEW = (
    f"INSERT INTO {NAME}.words SELECT (SELECT count(*) FROM {NAME}.words) + row_number() OVER (), "
    f"word, 0 FROM (SELECT DISTINCT word FROM said) ANTI JOIN {NAME}.words USING (word)"
)
_HITS = (
    f"INSERT INTO {NAME}.hits SELECT id, row FROM said JOIN {NAME}.words USING (word) "
    "ORDER BY id, row"
)
_COUNTED = (
    f"UPDATE {NAME}.words SET n = counted.n FROM (SELECT id, count(*) AS n FROM {NAME}.hits "
    f"GROUP BY id) AS counted WHERE {NAME}.words.id = counted.id"
)


def attach(
    table: EventTable, make: bool = True, say: Callable[[str], None] = lambda _: None
) -> tuple[EventTable, str]:
    """The table with its index of words, which is made where it is missing or out of date.

    Parameters
    ----------
    make
        Whether one may be made; an index that is there is used in any case.
    say
        Told how far the making is.

    Returns
    -------
    tuple
        The table, and why it has no index where it has none and would need one, else nothing.
    """
    if table.total < LEAST or not table.how:
        return table, ""
    source = Path(table.how)
    mark = _mark(table, source)
    places = _places(source)
    for place in places:
        if _fits(table.engine, place, mark):
            return dataclasses.replace(table, indexed=True, held={}), ""
    if not make:
        return table, "not asked for"
    why = ""
    for place in places:
        try:
            _make(table, place, mark, say)
        except Exception as error:  # DuckDB raises many kinds; the system its own
            why = why or str(error).splitlines()[0]
            continue
        if _fits(table.engine, place, mark):
            return dataclasses.replace(table, indexed=True, held={}), ""
    return table, why


def _places(source: Path) -> list[Path]:
    """Where the index of a file may lie: beside it, else in the user's cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    tag = hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:16]
    return [
        source.with_name(source.name + ".words"),
        home / "detente" / f"{source.name}-{tag}.words",
    ]


def _mark(table: EventTable, source: Path) -> str:
    """What tells one state of a file from another: size, time of change, rows, imports."""
    about = source.stat()
    parts: list[object] = [LAYOUT, about.st_size, about.st_mtime_ns, table.total]
    if table.is_store:
        parts += [tuple(row.values()) for row in table.ask("SELECT * FROM imports ORDER BY ALL")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _fits(engine: DuckDB, place: Path, mark: str) -> bool:
    """Attach an index if it is there, whole, and made from this state of the file."""
    if not place.is_file():
        return False
    try:
        engine.execute(f"ATTACH {literal(str(place))} AS {NAME} (READ_ONLY)")
    except Exception:  # no DuckDB file, or one that another program is writing
        return False
    with contextlib.suppress(Exception):
        found = list(engine.rows(f"SELECT mark FROM {NAME}.about"))
        if [row["mark"] for row in found] == [mark]:
            # DuckDB 2.0 fails on a page whose condition names row numbers when this is on
            engine.execute("SET disabled_optimizers = 'late_materialization'")
            return True
    engine.execute(f"DETACH {NAME}")
    return False


def _make(table: EventTable, place: Path, mark: str, say: Callable[[str], None]) -> None:
    """Write the index, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.{os.getpid()}.part")
    engine = table.engine.fork()
    try:
        engine.execute(f"ATTACH {literal(str(part))} AS {NAME} (READ_WRITE)")
        try:
            for done in _filled(engine, table, mark):
                say(f"indexing the words of {table.total:,} events, once: {done:.0%}")
        finally:
            engine.execute(f"DETACH {NAME}")
        part.replace(place)
    finally:
        engine.close()
        for left in (part, part.with_name(part.name + ".wal")):
            left.unlink(missing_ok=True)


def _filled(engine: DuckDB, table: EventTable, mark: str) -> Iterator[float]:
    """Fill the attached file; the share that is done, part by part."""
    held = {"events": table.relation, "number": table.number}
    engine.execute(f"CREATE TABLE {NAME}.words (id INTEGER, word VARCHAR, n BIGINT)")
    engine.execute(f"CREATE TABLE {NAME}.hits (id INTEGER, row INTEGER)")
    sql = "SELECT coalesce(max({number}), -1) + 1 AS top FROM {events}".format(**held)
    top = int(next(iter(list(engine.rows(sql))))["top"])
    for low in range(0, top, PART):
        yield 0.95 * low / top
        engine.execute(_SAID.format(**held), {"low": low, "high": low + PART})
        engine.execute(_NEW)
        engine.execute(_HITS)
    yield 0.95
    engine.execute("DROP TABLE IF EXISTS said")
    engine.execute(_COUNTED)
    for name, counted in (("sides", SIDES), ("datasets", DATASETS)):
        engine.execute(f"CREATE TABLE {NAME}.{name} AS {counted.format(**held)}")
    engine.execute(
        f"CREATE TABLE {NAME}.about AS SELECT $mark AS mark, CAST($top AS BIGINT) AS top",
        {"mark": mark, "top": top},
    )
