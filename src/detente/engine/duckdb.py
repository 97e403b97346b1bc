"""Run steps on DuckDB, in memory or in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from detente.engine import files
from detente.engine.files import Layout, Unsplit, literal, quoted
from detente.engine.sql import Columns, Step
from detente.errors import InputError


class DuckDB:
    """A DuckDB connection behind the engine's verbs.

    Parameters
    ----------
    database
        A file, or ``:memory:``.
    threads
        How many threads to use; DuckDB's own choice when ``None``.
    read_only
        Open a file that others may read at the same time.
    memory
        Most memory for queries, as ``1GB``; past it, rows are spilled to a temporary folder,
        which goes with the engine. DuckDB's own choice when ``None``.
    """

    dialect = "duckdb"

    def __init__(
        self, database: str | Path = ":memory:", threads: int | None = None,
        read_only: bool = False, memory: str | None = None,
    ) -> None:  # fmt: skip
        import duckdb

        self._error: type[Exception] = duckdb.Error
        self.path: Path | None = None
        #: Names asked for so far; of a new database there can be no others.
        self._named: set[str] | None = set() if str(database) == ":memory:" else None
        self._con: Any = duckdb.connect(str(database), read_only=read_only)
        # several steps read one file; how it is laid out is read once
        self._con.execute("SET parquet_metadata_cache = true")
        if threads is not None:
            self._con.execute("SET threads = $n", {"n": threads})
        self._spill: Any = None
        if memory is not None:
            self._spill = tempfile.TemporaryDirectory(prefix="detente-")
            self._con.execute("SET memory_limit = $m", {"m": memory})
            self._con.execute("SET temp_directory = $d", {"d": self._spill.name})

    def register(self, name: str, data: Any, numbered: bool = False) -> None:
        """Make columns, a frame (pandas, polars, arrow) or a relation the table ``name``.

        ``numbered`` adds ``row_no`` and ``part``, as :meth:`read` does.
        """
        self.drop(name)
        if isinstance(data, dict):
            data = {key: _array(values) for key, values in data.items()}
        self._con.register("_incoming", data)
        try:
            extra = "CAST(row_number() OVER () AS BIGINT) AS row_no, '' AS part, " * numbered
            self._con.execute(f'CREATE TABLE "{name}" AS SELECT {extra}* FROM _incoming')
        finally:
            self._con.unregister("_incoming")

    def read(self, name: str, path: Path, columns: Iterable[str] | None = None) -> list[str]:
        """Open a file as the relation ``name``; return its columns.

        Parquet and stores keep their types and are read when used, only the columns and row
        groups that a query needs. Of text files (CSV, JSONL) the rows are loaded, all columns
        as text, or only those named. Column ``row_no`` counts the rows of data from 1, in the
        order of the file; ``part`` names the file within a folder.

        Parameters
        ----------
        path
            ``.parquet``, a folder of Parquet files, ``.duckdb`` (a store), CSV, TSV, JSONL.
        columns
            Load no other columns of a text file; names it lacks are passed over.

        Raises
        ------
        InputError
            No such file, a suffix that is not known, or a file that DuckDB cannot read.
        """
        names = self._open(path)
        self.drop(name)
        self.path = path
        if files.is_parquet(path):
            source = literal(str(path / "*.parquet" if path.is_dir() else path))
            part = "parse_filename(filename)" if path.is_dir() else "''"
            self._told(
                path, f'CREATE VIEW "{name}" AS SELECT CAST(file_row_number + 1 AS BIGINT) AS '
                f"row_no, {part} AS part, {', '.join(map(quoted, names))} "
                f"FROM read_parquet({source})",
            )  # fmt: skip
        elif path.suffix.lower() == files.STORE:
            self._told(
                path, f'CREATE VIEW "{name}" AS SELECT CAST(rowid + 1 AS BIGINT) AS row_no, '
                f"'' AS part, {', '.join(map(quoted, names))} FROM _store.events"
            )  # fmt: skip
        else:
            wanted = names if columns is None else [one for one in names if one in set(columns)]
            # JSON values are kept as JSON and unquoted here, so that no date or number is guessed
            shape = "{} ->> '$'" if "json" in path.suffix.lower() else "CAST({} AS VARCHAR)"
            texts = [f"{shape.format(quoted(one))} AS {quoted(one)}" for one in wanted]
            self._told(
                path, f'CREATE TABLE "{name}" AS SELECT CAST(row_number() OVER () AS BIGINT) AS '
                f"row_no, {', '.join([chr(39) * 2 + ' AS part', *texts])} FROM {files.reader(path)}",
                {"path": str(path)},
            )  # fmt: skip
        return names

    def _open(self, path: Path) -> list[str]:
        """Column names of a file, after attaching it if it is a store."""
        if path.suffix.lower() != files.STORE or not path.is_file():
            return files.names_of(path, self._con)
        self._con.execute("DETACH DATABASE IF EXISTS _store")
        try:
            self._con.execute(f"ATTACH {literal(str(path))} AS _store (READ_ONLY)")
            return [row[0] for row in self._con.execute("DESCRIBE _store.events").fetchall()]
        except self._error as error:
            raise InputError(
                path, f"cannot be read: {str(error).splitlines()[0]}",
                "a store made by detente import, which no import is writing",
            ) from error  # fmt: skip

    def _told(self, path: Path, sql: str, params: Mapping[str, Any] | None = None) -> None:
        try:
            self._con.execute(sql, dict(params or {}))
        except self._error as error:
            raise files.unreadable(path, error) from error

    def names(self, name: str) -> list[str]:
        """Column names of a table."""
        return [row[0] for row in self._con.execute(f'DESCRIBE "{name}"').fetchall()]

    def split(self, step: Step, path: Path, layout: Layout) -> list[Unsplit]:
        """Make the step's table from a delimited file, opened as the relation ``raw``.

        All columns of ``raw`` are text; ``row_no`` counts its rows from 1 in the order of
        the file. Rows are streamed: only the step's table is stored.

        Returns
        -------
        list
            The lines that could not be split into columns, with the reason.

        Raises
        ------
        InputError
            A file that cannot be read at all.
        """
        self.drop(step.name)
        for table in ("reject_errors", "reject_scans"):
            self._con.execute(f"DROP TABLE IF EXISTS {table}")
        try:
            self._con.execute(
                f'CREATE TABLE "{step.name}" AS WITH raw AS (SELECT CAST(row_number() OVER () AS '
                f"BIGINT) AS row_no, * FROM {files.delimited(path, layout)}) {step.sql}"
            )
        except self._error as error:
            if "No space left" in str(error):
                raise
            raise InputError(
                path, f"a file that cannot be read: {str(error).splitlines()[0]}",
                "a table as published, in UTF-8", "try --encoding latin-1",
            ) from error  # fmt: skip
        found = self._con.execute(
            "SELECT line, min(error_type::VARCHAR), min(error_message), min(csv_line) "
            "FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
        return [
            Unsplit(int(line), files.reason(kind, words), text) for line, kind, words, text in found
        ]

    def run(self, step: Step, params: Mapping[str, Any] | None = None) -> None:
        """Make the step's table (or view, if lazy), in place of an older one of its name."""
        self.drop(step.name)
        kind = "VIEW" if step.lazy else "TABLE"
        self._guarded(
            lambda: self._con.execute(
                f'CREATE {kind} "{step.name}" AS {step.sql}', dict(params or {})
            )
        )

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement of DuckDB's own: settings, inserts, attach."""
        self._named = None  # it may have made tables
        self._con.execute(sql, dict(params or {}))

    def columns(self, sql: str, params: Mapping[str, Any] | None = None) -> Columns:
        """Rows of a query as a dict of NumPy arrays, one per column; masked where null."""
        return dict(self._guarded(lambda: self._con.execute(sql, dict(params or {})).fetchnumpy()))

    def batches(self, sql: str, rows: int = 100_000) -> Iterator[Any]:
        """Rows of a query as Arrow batches, text as plain strings."""
        import pyarrow as pa

        for batch in self._con.execute(sql).to_arrow_reader(rows):
            yield pa.RecordBatch.from_arrays(list(batch.columns), names=batch.schema.names)

    def _guarded(self, work: Callable[[], Any]) -> Any:
        """Run a query; a file that is read only now, and cannot be, is told by its name."""
        import duckdb

        try:
            return work()
        except (
            duckdb.IOException,
            duckdb.InvalidInputException,
            duckdb.SerializationException,
        ) as error:
            words = str(error)
            if (
                self.path is None
                or "space" in words
                or ("Parquet" not in words and str(self.path) not in words)
            ):
                raise
            raise files.unreadable(self.path, error) from error

    def fork(self) -> DuckDB:
        """Another connection to the same database, for another thread."""
        made = object.__new__(DuckDB)
        made._error, made._con, made.path = self._error, self._con.cursor(), self.path
        made._named = None
        made._spill = None
        return made

    def interrupt(self) -> None:
        """End the query that another thread is running; it raises there."""
        self._con.interrupt()

    def rows(
        self, sql: str, params: Mapping[str, Any] | None = None, size: int = 10_000
    ) -> Iterator[dict[str, Any]]:
        """Rows of a query one after the other, nulls as ``None``; ``size`` are held at a time."""
        found = self._con.execute(sql, dict(params or {}))
        names = [column[0] for column in found.description]
        while part := found.fetchmany(size):
            for row in part:
                yield dict(zip(names, row, strict=True))

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query to a CSV, JSONL or Parquet file (by suffix)."""
        form = {".csv": "CSV, HEADER", ".jsonl": "JSON", ".ndjson": "JSON"}
        options = form.get(path.suffix.lower(), "PARQUET, COMPRESSION ZSTD")
        # COPY takes no parameter for its file
        self._con.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT {options})")

    def exists(self, name: str) -> bool:
        """Whether a table or relation of that name is there."""
        return bool(self._kind(name))

    def drop(self, name: str) -> None:
        """Remove a table or view if it is there."""
        if self._named is not None and name not in self._named:
            self._named.add(name)  # each table is dropped before it is made
            return
        kind = self._kind(name)
        if kind:
            self._con.execute(f'DROP {kind} IF EXISTS "{name}"')

    def _kind(self, name: str) -> str:
        """``TABLE``, ``VIEW`` or nothing; stores that are read are passed over."""
        found = self._con.execute(
            "SELECT 'TABLE' FROM duckdb_tables() WHERE table_name = $name "
            "AND database_name <> '_store' UNION ALL SELECT 'VIEW' FROM duckdb_views() "
            "WHERE view_name = $name AND database_name <> '_store'",
            {"name": name},
        ).fetchall()  # all of it: a result half read keeps the connection busy
        return str(found[0][0]) if found else ""

    def close(self) -> None:
        """Let go of the database, and of the connection itself, whoever still holds this object."""
        if self._con is not None:
            self._con.close()
        self._con = None
        if self._spill is not None:
            self._spill.cleanup()
        self._spill = None


def database_errors() -> tuple[type[Exception], ...]:
    """What is raised when nothing more can be written."""
    import duckdb

    return (OSError, duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException)


def _array(values: Any) -> Any:
    """Columns as NumPy arrays, text as objects: DuckDB scans nothing else of a dict.

    What is masked is null.
    """
    import numpy as np

    made = values if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
    return made.astype(object) if made.dtype.kind in "US" else made


def connect(
    database: str | Path = ":memory:", threads: int | None = None, read_only: bool = False,
    memory: str | None = None,
) -> DuckDB:  # fmt: skip
    """A DuckDB engine."""
    return DuckDB(database, threads, read_only, memory)
