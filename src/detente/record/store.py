"""The event store: one DuckDB file that is appended to, with the origin of every row.

Rule of de-duplication: two rows are the same when dataset, event id, date, source, target
(name and code), type, mode and CAMEO code are the same; the one stored first stays. An
event id alone decides nothing: publishers repeat ids. A file whose bytes were imported
before is passed over.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.engine.duckdb import DuckDB, connect
from detente.engine.files import literal
from detente.engine.sql import Engine, Step, run_all
from detente.errors import DetenteError, InputError

if TYPE_CHECKING:
    from detente.record.importers.files import FileCount, Source

#: The event table: each column with its SQL type.
COLUMNS: dict[str, str] = {
    "event_id": "VARCHAR", "doc_id": "VARCHAR",
    "date": "VARCHAR", "date_earliest": "VARCHAR", "date_latest": "VARCHAR",
    "source_iso3": "VARCHAR", "source_cow": "VARCHAR", "source_sector": "VARCHAR",
    "source_name": "VARCHAR", "target_iso3": "VARCHAR", "target_cow": "VARCHAR",
    "target_sector": "VARCHAR", "target_name": "VARCHAR",
    "event_type": "VARCHAR", "mode": "VARCHAR", "context": "VARCHAR", "cameo_code": "VARCHAR",
    "quad_class": "INTEGER", "intensity": "DOUBLE", "factuality": "VARCHAR",
    "attributed_to": "VARCHAR", "text": "VARCHAR", "char_start": "BIGINT", "char_end": "BIGINT",
    "confidence": "DOUBLE", "dataset": "VARCHAR", "dataset_version": "VARCHAR",
    "coder_version": "VARCHAR", "source_ids": "VARCHAR", "mentions": "BIGINT", "flags": "VARCHAR",
}  # fmt: skip
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
#: How rows are laid out: a dyad's rows stand together.
ORDER = "source_iso3, target_iso3, date_earliest, dataset, event_id"

#: What makes a row the same as another; as a number, so that looking it up is cheap.
KEY = (
    "md5_number(concat_ws('|', dataset, event_id, date, coalesce(source_iso3, ''), "
    "coalesce(source_name, ''), coalesce(target_iso3, ''), coalesce(target_name, ''), "
    "coalesce(event_type, ''), coalesce(mode, ''), coalesce(cameo_code, '')))"
)
#: Rows that are the same, once: the one that stands first in the files.
UNIQUE = (
    Step("keyed", f"SELECT *, {KEY} AS row_key FROM {{events}}", "each row with its key", lazy=True),
    Step(
        "fresh", "SELECT * EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY row_key "
        "ORDER BY file_no, row_no) AS nth FROM keyed{new}) AS counted WHERE nth = 1",
        "rows that are the same, once",
    ),
)  # fmt: skip
#: What each data set of an event table covers.
COVERAGE = Step(
    "coverage",
    "SELECT dataset, CAST(count(*) AS BIGINT) AS row_count, min(date_earliest) AS first, "
    "max(date_latest) AS last, "
    "CAST(count(DISTINCT source_iso3 || '>' || target_iso3) AS BIGINT) AS dyads "
    "FROM {events} GROUP BY dataset",
    "rows, first and last day and directed dyads of each data set",
)
_TABLES = (
    "CREATE TABLE IF NOT EXISTS store.events ("
    + ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    + ", row_key UHUGEINT, import_id BIGINT)",
    "CREATE TABLE IF NOT EXISTS store.imports (import_id BIGINT, format VARCHAR, file VARCHAR, "
    "sha256 VARCHAR, size BIGINT, row_count BIGINT, kept BIGINT, set_aside BIGINT, "
    "repeated BIGINT, detente_version VARCHAR, imported_at VARCHAR)",
    "CREATE TABLE IF NOT EXISTS store.set_aside (import_id BIGINT, file VARCHAR, line BIGINT, "
    "reason VARCHAR, row VARCHAR)",
)


class StoreError(DetenteError):
    """A store that another process holds, that cannot be written, or that is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What a store holds: rows per dataset with first and last day, and its imports."""

    datasets: list[dict[str, Any]]
    imports: list[dict[str, Any]]


def open_database(path: Path, read_only: bool = False) -> DuckDB:
    """Open a DuckDB file.

    Raises
    ------
    StoreError
        Another process holds it (its number is named), the folder cannot be written, or
        the file is no DuckDB database.
    """
    try:
        return connect(path, read_only=read_only)
    except Exception as error:  # DuckDB raises many kinds
        raise _explained(path, error) from error


def _explained(path: Path, error: Exception) -> StoreError:
    words = str(error)
    held = re.search(r"Conflicting lock is held in (.+? \(PID \d+\))", words)
    if held:
        return StoreError(
            path, f"in use by {held[1]}", "a store nobody else is writing",
            "wait until it is done, or stop it",
        )  # fmt: skip
    if "already exists" in words or "not a valid DuckDB" in words or "magic bytes" in words:
        return StoreError(path, "not a DuckDB file", "a store made by detente import")
    return StoreError(path, f"cannot be opened: {words.splitlines()[0]}", "a file you may write")


class StoreSink:
    """Rows into a store: each file in one transaction, so that it is there whole or not at all."""

    def __init__(self, engine: DuckDB, path: Path) -> None:
        self.engine, self.path = engine, path
        self.imports: list[int] = []
        try:
            engine.execute(f"ATTACH {literal(str(path))} AS store")
            for statement in _TABLES:
                engine.execute(statement)
        except Exception as error:  # DuckDB raises many kinds
            raise _explained(path, error) from error

    def has(self, source: Source, form: str) -> bool:
        """Whether the same bytes were imported in the same format before."""
        found = self.engine.columns(
            "SELECT count(*) AS n FROM store.imports WHERE sha256 = $sha AND format = $form",
            {"sha": source.sha256, "form": form},
        )
        return bool(found["n"][0])

    def add(self, count: FileCount, form: str) -> FileCount:
        """Append the rows of ``events`` that the store has not, and note the file."""
        from detente import __version__

        run = self.engine.execute
        old = "\nWHERE row_key NOT IN (SELECT row_key FROM store.events)"
        run_all(self.engine, unique("events", old))
        kept = int(self.engine.columns("SELECT count(*) AS n FROM fresh")["n"][0])
        number = self.engine.columns(
            "SELECT coalesce(max(import_id), 0) + 1 AS n FROM store.imports"
        )["n"][0]  # fmt: skip
        done = dataclasses.replace(count, kept=kept, repeated=count.kept - kept)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        run("BEGIN TRANSACTION")
        try:
            run(
                f"INSERT INTO store.events SELECT {NAMES}, row_key, $id FROM fresh ORDER BY {ORDER}, "
                "row_no",
                {"id": int(number)},
            )
            run("INSERT INTO store.set_aside SELECT $id, * FROM aside", {"id": int(number)})
            run(
                "INSERT INTO store.imports VALUES ($id, $form, $file, $sha, $size, $rows, $kept, "
                "$aside, $repeated, $version, $now)",
                {
                    "id": int(number), "form": form, "file": done.file, "sha": done.sha256,
                    "size": done.size, "rows": done.rows, "kept": done.kept,
                    "aside": done.set_aside, "repeated": done.repeated, "version": __version__,
                    "now": now,
                },
            )  # fmt: skip
            run("COMMIT")
        except Exception:
            run("ROLLBACK")
            raise
        return done

    def finish(self, counts: list[FileCount]) -> tuple[list[FileCount], Path | None]:
        """Write every row that the store has set aside to a file beside it."""
        return counts, write_rejects(self.engine, "store.set_aside", self.path)


def write_rejects(engine: Engine, table: str, out: Path) -> Path | None:
    """Write the rows set aside beside ``out``; none, and no file, when there are none."""
    path = out.with_name(f"{out.stem}.rejected.csv")
    if not int(engine.columns(f"SELECT count(*) AS n FROM {table}")["n"][0]):
        path.unlink(missing_ok=True)
        return None
    engine.write(f"SELECT file, line, reason, row FROM {table} ORDER BY file, line", path)
    return path


def summary(path: Path) -> Summary:
    """What a store holds.

    Raises
    ------
    StoreError
        No store there, or another process is writing it.
    """
    engine = _existing(path)
    try:
        datasets = coverage_of(engine, "events")
        imports = engine.columns("SELECT * FROM imports ORDER BY import_id")
        return Summary(_rows(datasets), _rows(imports))
    finally:
        engine.close()


def unique(events: str, new: str = "") -> tuple[Step, ...]:
    """The steps that keep rows of a table once; ``new`` may restrict them further."""
    return tuple(
        dataclasses.replace(step, sql=step.sql.format(events=events, new=new)) for step in UNIQUE
    )


def coverage_of(engine: Engine, events: str) -> dict[str, Any]:
    """Columns ``dataset``, ``row_count``, ``first``, ``last``, ``dyads`` of an event table."""
    return engine.columns(f"{COVERAGE.sql.format(events=events)} ORDER BY dataset")


def coverage(path: Path, engine: Engine) -> list[dict[str, Any]]:
    """What each data set of an event file, or folder of Parquet files, covers.

    Raises
    ------
    InputError
        A file that cannot be read, or that is no event table.
    """
    names = engine.read("covered", path)
    missing = [name for name in ("dataset", "date_earliest", "date_latest", "source_iso3",
                                 "target_iso3") if name not in names]  # fmt: skip
    if missing:
        raise InputError(path, f"no column {', '.join(missing)}", "a table made by detente import")
    return _rows(coverage_of(engine, "covered"))


def export(path: Path, out: Path, dataset: str | None = None, dyad: str | None = None) -> int:
    """Write a store's events, or those of a dataset or dyad, sorted by source, target, date.

    Parameters
    ----------
    out
        ``.parquet``, ``.csv`` or ``.jsonl``.
    dyad
        Two codes, as in ``CHN-PRK``; both directions.

    Returns
    -------
    int
        Rows written.
    """
    engine = _existing(path)
    try:
        where, values = ["TRUE"], {}
        if dataset is not None:
            where.append("dataset = $dataset")
            values["dataset"] = dataset
        if dyad is not None:
            first, _, second = dyad.upper().partition("-")
            where.append(
                "((source_iso3 = $first AND target_iso3 = $second) OR "
                "(source_iso3 = $second AND target_iso3 = $first))"
            )
            values |= {"first": first, "second": second}
        part = out.with_name(f".{out.name}.part{out.suffix}")
        engine.execute(
            f"CREATE TEMP TABLE chosen AS SELECT {NAMES} FROM events WHERE {' AND '.join(where)}",
            values,
        )
        engine.write(f"SELECT * FROM chosen ORDER BY {ORDER}", part)
        part.replace(out)
        return int(engine.columns("SELECT count(*) AS n FROM chosen")["n"][0])
    finally:
        engine.close()


def _existing(path: Path) -> DuckDB:
    if not path.is_file():
        raise StoreError(
            path, "no such file", "a store", "make one: detente import … -o STORE.duckdb"
        )
    engine = open_database(path, read_only=True)
    if not (engine.exists("events") and engine.exists("imports")):
        engine.close()
        raise StoreError(path, "a DuckDB file without events and imports", "a store")
    return engine


def _rows(columns: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [values.tolist() for values in columns.values()]  # masked values become None
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
