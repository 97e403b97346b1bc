"""The event table that the explorer looks into: a store, a file, or the acts of a casebook.

A store and a Parquet file are queried where they lie; other files are loaded once. Every
request works on a connection of its own, and a query that takes too long is ended.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from detente import ontology
from detente.engine.duckdb import DuckDB, connect
from detente.engine.files import literal
from detente.errors import InputError
from detente.measure.event_steps import REQUIRED
from detente.record.casebook import Casebook
from detente.record.store import COLUMNS, ORDER, StoreError, open_database
from detente.schema import bounds

#: Seconds after which a query is given up.
PATIENCE = 30.0
#: Counts and lists that are kept, so that turning a page counts nothing again.
REMEMBERED = 512
SUFFIXES = (".duckdb", ".parquet", ".csv", ".tsv", ".jsonl", ".ndjson")

T = TypeVar("T")


class Slow(Exception):
    """A query that took longer than ``PATIENCE`` seconds."""


@dataclasses.dataclass(frozen=True, eq=False)
class EventTable:
    """Where the events are.

    ``relation`` is what stands after FROM and ``number`` the expression that numbers its rows;
    ``extras`` are columns of the file that the event table does not know. ``how`` is the file as
    commands name it, empty for a casebook's acts. ``indexed`` says that an index of words is
    attached (:mod:`detente.serve.sidecar`).
    """

    name: str
    how: str
    engine: DuckDB
    relation: str
    number: str
    extras: tuple[str, ...]
    total: int
    is_store: bool = False
    indexed: bool = False
    held: dict[Hashable, Any] = dataclasses.field(default_factory=dict, repr=False)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for a key before, else made now: the table does not change."""
        if key not in self.held:
            if len(self.held) >= REMEMBERED:
                self.held.clear()
            self.held[key] = made = make()
            return made
        found: T = self.held[key]
        return found

    def close(self) -> None:
        """Let go of the database."""
        self.held.clear()
        self.engine.close()

    def ask(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of a query.

        Raises
        ------
        Slow
            It took longer than ``PATIENCE`` seconds.
        """
        with self._connected() as engine:
            return list(engine.rows(sql, params))

    def arrays(self, sql: str, params: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """All rows of a query as arrays, one per column; raises what :meth:`ask` raises."""
        with self._connected() as engine:
            return engine.columns(sql, params)

    def stream(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Rows of a query one after the other, in constant memory and without a limit of time."""
        engine = self.engine.fork()
        try:
            yield from engine.rows(sql, params)
        finally:
            engine.close()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[DuckDB]:
        engine = self.engine.fork()
        ended = threading.Event()

        def end() -> None:
            ended.set()
            engine.interrupt()

        clock = threading.Timer(PATIENCE, end)
        clock.daemon = True
        clock.start()
        try:
            yield engine
        except Exception as error:
            if ended.is_set():
                raise Slow from error
            raise
        finally:
            clock.cancel()
            engine.close()


def open_table(path: Path) -> EventTable:
    """The events of a store, Parquet, CSV or JSONL file.

    Raises
    ------
    InputError
        No such file, an unknown suffix, a missing column, or a file that cannot be read.
    StoreError
        A DuckDB file without events, or one that an import is writing.
    """
    if not path.is_file():
        raise InputError(path, "no such file", "a store or a file of events",
                         "make one: detente import … -o STORE.duckdb")  # fmt: skip
    if path.suffix.lower() == ".duckdb":
        return _store(path)
    engine = connect()
    if path.suffix.lower() == ".parquet":
        names, relation, number = _parquet(engine, path)
    elif path.suffix.lower() in SUFFIXES or path.name.lower().endswith(".csv.gz"):
        names = engine.read("raw", path)
        relation, number = "raw", "row_no"
    else:
        raise InputError(path, f"the suffix {path.suffix!r}", f"one of {', '.join(SUFFIXES)}")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InputError(
            path, f"no column {', '.join(missing)}; there are {', '.join(names[:12])}",
            ", ".join(REQUIRED), "rename the columns, or use detente import",
        )  # fmt: skip
    return _typed(engine, path.name, str(path), names, relation, number)


def from_casebook(case: Casebook) -> EventTable:
    """The acts of a casebook as events: one row for each source and target of an act."""
    rows = [
        {
            "event_id": record.record_id, "doc_id": record.record_id, "date": record.date,
            "source_iso3": source, "target_iso3": target, "event_type": record.event_type,
            "mode": record.mode, "text": record.title, "dataset": f"{case.name}/{record.table}",
            "factuality": "happened", "source_ids": record.cite,
        }
        for record in case.records
        if record.event_type
        for source in record.sources or ("",)
        for target in record.targets or ("",)
    ]  # fmt: skip
    columns: dict[str, Any] = {
        name: np.array([row[name] or None for row in rows], dtype=object)
        for name in (rows[0] if rows else dict.fromkeys(REQUIRED, ""))
    }
    engine = connect()
    engine.register("given", columns)
    engine.execute(
        "CREATE TABLE raw AS SELECT CAST(row_number() OVER () AS BIGINT) AS row_no, "
        "CAST(COLUMNS(*) AS VARCHAR) FROM given"
    )
    return _typed(engine, case.title, "", list(columns), "raw", "row_no")


def _store(path: Path) -> EventTable:
    engine = open_database(path, read_only=True)
    if not (engine.exists("events") and set(COLUMNS) <= set(engine.names("events"))):
        engine.close()
        raise StoreError(path, "a DuckDB file without a table of events", "a store",
                         "make one: detente import … -o STORE.duckdb")  # fmt: skip
    return EventTable(path.name, str(path), engine, "events", "rowid", (), _count(engine, "events"),
                      engine.exists("imports"))  # fmt: skip


def _parquet(engine: DuckDB, path: Path) -> tuple[list[str], str, str]:
    relation = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        names = [row["column_name"] for row in engine.rows(f"DESCRIBE SELECT * FROM {relation}")]
    except Exception as error:  # DuckDB raises many kinds
        words = str(error).splitlines()[0]
        raise InputError(path, f"a file that cannot be read: {words}", "a Parquet file") from error
    return [name for name in names if name != "file_row_number"], relation, "file_row_number"


def _typed(
    engine: DuckDB, name: str, how: str, names: list[str], relation: str, number: str
) -> EventTable:
    """The same events under the table's own names and types, dates with their ends."""
    extras = tuple(one for one in names if one not in COLUMNS and one != "row_no")
    quads = " ".join(f"WHEN '{kind}' THEN {quad}" for kind, quad in ontology.QUAD_CLASS.items())
    given = {one: f'TRY_CAST("{one}" AS {kind})' for one, kind in COLUMNS.items() if one in names}
    if given.get("quad_class") is None:
        given["quad_class"] = f'CASE upper("event_type") {quads} END'
    if "event_type" in given:
        given["event_type"] = "nullif(upper(trim(CAST(\"event_type\" AS VARCHAR))), '')"
    dated = {"date_earliest", "date_latest"} <= set(names)
    chosen = [
        f'{given.get(one, f"CAST(NULL AS {kind})")} AS "{one}"' for one, kind in COLUMNS.items()
    ]
    others = ['"' + one.replace('"', '""') + '"' for one in extras]
    sql = f"SELECT {number} AS row_no, {', '.join([*chosen, *others])} FROM {relation}"
    if relation != "raw" and dated:
        engine.execute(f"CREATE VIEW events AS {sql}")
        return EventTable(name, how, engine, "events", "row_no", extras, _count(engine, "events"))
    if not dated:
        _ends(engine, relation)
        sql = (
            f"SELECT e.* REPLACE (d.low AS date_earliest, d.high AS date_latest) FROM ({sql}) AS e "
            "LEFT JOIN ends AS d ON d.date = e.date"
        )
    engine.execute(f"CREATE TABLE events AS {sql} ORDER BY {ORDER}")
    engine.drop("raw")
    return EventTable(name, how, engine, "events", "row_no", extras, _count(engine, "events"))


def _ends(engine: DuckDB, relation: str) -> None:
    """Table ``ends``: first and last day of each date; none where a date is not EDTF."""
    dates = [
        row["date"]
        for row in engine.rows(
            f"SELECT DISTINCT CAST(date AS VARCHAR) AS date FROM {relation} WHERE date IS NOT NULL"
        )
    ]
    low, high = [], []
    for date in dates:
        try:
            ends = tuple(day.isoformat() for day in bounds(date.strip()))
        except Exception:  # the date library raises many kinds; the row is shown all the same
            ends = ("", "")
        low.append(ends[0] or None)
        high.append(ends[1] or None)
    made = {"date": dates, "low": low, "high": high}
    engine.register("ends_given", {key: np.array(v, dtype=object) for key, v in made.items()})
    engine.execute(
        "CREATE TABLE ends AS SELECT CAST(date AS VARCHAR) AS date, CAST(low AS VARCHAR) AS low, "
        "CAST(high AS VARCHAR) AS high FROM ends_given"
    )
    engine.drop("ends_given")


def _count(engine: DuckDB, relation: str) -> int:
    return int(next(engine.rows(f"SELECT count(*) AS n FROM {relation}"))["n"])
