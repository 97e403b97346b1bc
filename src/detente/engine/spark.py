"""Run steps on Spark: on this machine (``local[*]``), or on a cluster.

The steps are DuckDB's, translated by :mod:`detente.engine.dialects`; here is only what
differs in running them. Text files are split by DuckDB inside Spark's workers, file by file,
so that a stray quote is read the same on both engines. On a cluster the files must lie where
every worker sees them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.engine import files
from detente.engine.dialects import translate
from detente.engine.sql import Columns, Step
from detente.errors import DetenteError, InputError

#: Rows up to which a registered table is sent to every worker instead of being shuffled.
SMALL = 500_000
#: Bytes up to which a stored table is sent to every worker when a result is written.
SENT = 256 << 20
_WHOLE = "spark.sql.autoBroadcastJoinThreshold"
#: What is set where the user's own Spark configuration does not: values a laptop can bear.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "2g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.caseSensitive": "false",
    # acts in a Parquet file take a tenth of what they take in memory: they are no small table
    "spark.sql.sources.fileCompressionFactor": "10.0",
    # for the same reason: tasks that tally without spilling, and end at about the same time
    "spark.sql.files.maxPartitionBytes": "8m",
    # a small map in front of the large one is full at once, and then asked in vain for each row
    "spark.sql.codegen.aggregate.map.twolevel.enabled": "false",
}


_DAMAGED = "cannot be read: it is truncated or damaged"
#: What goes wrong in a job: words in Spark's message, what to say, what to do.
_FAULTS = (
    ("No space left on device", "the disk is full",
     "make room, or set SPARK_LOCAL_DIRS to a folder on a larger disk"),
    ("is not a Parquet file", _DAMAGED, "make or fetch it again"),
    ("CANNOT_READ_FILE_FOOTER", _DAMAGED, "make or fetch it again"),
    ("FAILED_READ_FILE", _DAMAGED, "make or fetch it again"),
    ("Read-only file system", "a folder that is read-only", "choose another with -o"),
    ("Python worker exited unexpectedly", "a worker died",
     "run the same command again; with more memory per worker if it dies again"),
    ("ExecutorLostFailure", "a worker was lost too often",
     "run the same command again; with more memory per worker if it is lost again"),
)  # fmt: skip


class SparkError(DetenteError):
    """Spark is not installed, cannot be started or reached, or a job on it failed."""


def session(master: str | None = None) -> Any:
    """The Spark session of this process, started if there is none.

    Parameters
    ----------
    master
        ``spark://host:7077``, ``yarn``, ``k8s://…``, ``local[4]``; all cores of this
        machine when ``None``. A session that runs already is kept.

    Raises
    ------
    SparkError
        PySpark or Java is missing, or the master cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkError(
            "--engine spark", "the package pyspark is not installed", "PySpark 4",
            "pip install 'detente[spark]'; or leave out --engine: DuckDB needs nothing",
        ) from error  # fmt: skip
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SparkError(
            "--engine spark", "no Java on this machine", "Java 17 or later (java on PATH, or JAVA_HOME)",
            "install a Java runtime, e.g. openjdk-17-jre-headless; or leave out --engine",
        )  # fmt: skip
    # workers must run this interpreter, or they lack Detente and its libraries
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    local = master is None or master.startswith("local")
    # a worker that dies is tried again, three times
    builder = SparkSession.builder.appName("detente").master(master or "local[*,4]")
    given = os.environ.get("PYSPARK_SUBMIT_ARGS", "")  # what is set there goes before ours
    for key, value in {**SETTINGS, **(_local() if local else {})}.items():
        if key not in given:
            builder = builder.config(key, value)
    try:
        with _silent():
            made = builder.getOrCreate()
    except Exception as error:  # Py4J raises many kinds
        raise SparkError(
            f"--spark-master {master or 'local[*]'}", f"Spark does not start: {_first(error)}",
            "a Spark 4 master that can be reached", "check the address, and java -version (17+)",
        ) from error  # fmt: skip
    made.sparkContext.setLogLevel("OFF" if local else "ERROR")
    return made


def _local() -> dict[str, str]:
    cores = str(os.cpu_count() or 2)
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        # on few cores the default collector's threads stand in the way of the work
        "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
        # opening a file here costs next to nothing: as four megabytes, cores got unequal shares
        "spark.sql.files.openCostInBytes": "65536",
        "spark.sql.shuffle.partitions": cores,
        "spark.default.parallelism": cores,
        "spark.log.level": "OFF",
    }


class _silent:
    """Send what the starting JVM says to nowhere: it is no concern of the user's."""

    def __enter__(self) -> None:
        sys.stderr.flush()
        self._kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        os.dup2(self._kept, 2)
        os.close(self._kept)


class Spark:
    """A Spark session behind the engine's verbs.

    Parameters
    ----------
    master
        See :func:`session`.
    """

    dialect = "spark"

    def __init__(self, master: str | None = None) -> None:
        self.session: Any = session(master)
        self._frames: dict[str, Any] = {}
        self._path: Path | None = None

    def register(self, name: str, data: Any, numbered: bool = False) -> None:
        """Make columns, or a frame (pandas, polars, arrow), the table ``name``."""
        import pyarrow as pa

        if isinstance(data, dict):
            data = pa.table({key: _arrow(values) for key, values in data.items()})
        elif hasattr(data, "to_arrow"):
            data = data.to_arrow()
        elif not isinstance(data, pa.Table):
            data = pa.Table.from_pandas(data, preserve_index=False)
        if numbered:
            data = data.append_column("row_no", pa.array(range(1, data.num_rows + 1), pa.int64()))
            data = data.append_column("part", pa.array([""] * data.num_rows, pa.string()))
        frame = self.session.createDataFrame(data)
        if data.num_rows <= SMALL:
            frame = frame.hint("broadcast")
        self.keep(name, frame)

    def read(self, name: str, path: Path, columns: Iterable[str] | None = None) -> list[str]:
        """Open a file, or a folder of Parquet files, as the relation ``name``.

        Raises
        ------
        InputError
            As :meth:`detente.engine.duckdb.DuckDB.read`.
        """
        names = files.names_of(path)
        self._path = path
        if files.is_parquet(path):
            frame = self._guarded(lambda: self._opened(path))
            place = "CAST(_metadata.row_index + 1 AS BIGINT) AS row_no"
            part = "_metadata.file_name" if path.is_dir() else "''"
            frame = frame.selectExpr(place, f"{part} AS part", *(f"`{one}`" for one in names))
        else:
            chosen = [one for one in names if columns is None or one in set(columns)]
            shape = "row_no BIGINT, part STRING, " + ", ".join(f"`{one}` STRING" for one in chosen)
            frame = self.per_item([(str(path), chosen)], _rows_of, shape).persist()
        self.keep(name, frame)
        return names

    def _opened(self, path: Path) -> Any:
        """A Parquet file or folder; of plain columns the file's own footer tells the schema.

        Without one, Spark runs a job to find it, which takes longer than finding a dyad.
        """
        from pyarrow import parquet
        from pyspark.sql.pandas.types import from_arrow_schema

        first = min(path.glob("*.parquet")) if path.is_dir() else path
        shape = parquet.read_schema(first)
        reader = self.session.read
        if all(map(_plain, shape.types)):
            reader = reader.schema(from_arrow_schema(shape))
        return reader.parquet(str(path))

    def per_item(self, items: list[Any], work: Callable[[Any], Iterator[Any]], shape: str) -> Any:
        """A frame of what ``work`` yields (Arrow batches) for each item, a task per item.

        ``work`` runs in a worker of its own; ``shape`` is the schema of its batches.
        """
        import pickle

        packed = [(number, pickle.dumps(item)) for number, item in enumerate(items)]
        frame = self.session.createDataFrame(packed, "number INT, item BINARY")
        # a hash would leave workers idle and overload others: item n is partition n
        rows = frame.repartitionByRange(max(1, len(items)), "number")

        def each(batches: Iterator[Any]) -> Iterator[Any]:
            for batch in batches:
                for item in batch.column("item").to_pylist():
                    yield from work(pickle.loads(item))

        return rows.mapInArrow(each, shape)

    def names(self, name: str) -> list[str]:
        """Column names of a table."""
        return list(self._frames[name].columns)

    def run(self, step: Step, params: Mapping[str, Any] | None = None) -> None:
        """Make the step's table: worked out when first used, then kept unless it is lazy."""
        frame = self._sql(step.sql, params)
        kept = frame if step.lazy else self._laid_out(frame, step.order).persist()
        self.keep(step.name, kept.hint("broadcast") if step.small else kept)
        if step.order:  # known only once it is made, and it must be before its use is planned
            self._guarded(self._frames[step.name].count)

    def _laid_out(self, frame: Any, order: tuple[str, ...]) -> Any:
        if not order:
            return frame
        # a number of its own, or Spark would put a narrow table into one part
        parts = self.session.sparkContext.defaultParallelism
        keys = [frame[name].asc_nulls_last() for name in order]  # as in DuckDB's ORDER BY
        return frame.repartitionByRange(parts, *keys).sortWithinPartitions(*keys)

    def columns(self, sql: str, params: Mapping[str, Any] | None = None) -> Columns:
        """Rows of a query as a dict of NumPy arrays, one per column; masked where null."""
        table = self.arrow(sql, params)
        return {name: _numpy(table.column(name)) for name in table.column_names}

    def arrow(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """Rows of a query as an Arrow table."""
        return self._guarded(lambda: self._sql(sql, params).toArrow())

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query: ``.parquet`` as a folder of files, in order, else one file."""
        if path.suffix.lower() == ".parquet":
            path.unlink(missing_ok=True)
            self._guarded(lambda: self._write(sql, path))
            return
        from detente.engine import duckdb

        engine = duckdb.connect()
        try:
            engine.register("_rows", self.arrow(sql))
            engine.write("SELECT * FROM _rows", path)
        finally:
            engine.close()

    def _write(self, sql: str, path: Path) -> None:
        # what is written is made of stored tables, whose sizes Spark knows: those sent whole to
        # every worker need not be shuffled, nor what they are joined to be sorted again
        before = self.session.conf.get(_WHOLE)
        self.session.conf.set(_WHOLE, str(SENT))
        try:
            frame = self._sql(sql, None)
            frame.write.mode("overwrite").parquet(str(path), compression="zstd")
        finally:
            self.session.conf.set(_WHOLE, before)

    def exists(self, name: str) -> bool:
        """Whether a table or relation of that name is there."""
        return name in self._frames

    def drop(self, name: str) -> None:
        """Remove a table if it is there."""
        frame = self._frames.pop(name, None)
        if frame is not None:
            self.session.catalog.dropTempView(name)
            frame.unpersist()

    def close(self) -> None:
        """Let go of the tables; the session stays, as starting one takes seconds."""
        for name in list(self._frames):
            self.drop(name)

    def _sql(self, sql: str, params: Mapping[str, Any] | None) -> Any:
        text = translate(sql, "spark")
        return self._guarded(lambda: self.session.sql(text, args=dict(params or {}) or None))

    def keep(self, name: str, frame: Any) -> None:
        """Give a frame of Spark's a name."""
        self.drop(name)
        frame.createOrReplaceTempView(name)
        self._frames[name] = frame

    def _guarded(self, work: Callable[[], Any]) -> Any:
        """Run a job; what goes wrong in it is told in a line, not in a Java trace."""
        try:
            return work()
        except DetenteError:
            raise
        except Exception as error:  # Py4J, Spark and Arrow raise many kinds
            raise explained(error, self._path) from error


def explained(error: Exception, path: Path | None) -> DetenteError:
    """A failed Spark job as a message: which file, or what to do."""
    words = str(error)
    for mark, found, todo in _FAULTS:
        if mark in words:
            if found == _DAMAGED:
                return InputError(path or "a file", found, "a whole Parquet file", todo)
            return SparkError("Spark", f"{found} ({_first(error)})", "", todo)
    return SparkError(
        "Spark", f"a job failed: {_first(error)}", "", "run it again without --engine"
    )


def _first(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def _rows_of(item: tuple[str, list[str]]) -> Iterator[Any]:
    """In a worker: a text file's rows, read by DuckDB."""
    from detente.engine import duckdb

    path, columns = item
    engine = duckdb.connect(threads=1)
    engine.read("raw", Path(path), columns)
    chosen = ", ".join(f'"{name}"' for name in columns)
    yield from engine.batches(f"SELECT row_no, part, {chosen} FROM raw ORDER BY row_no")
    engine.close()


def _plain(kind: Any) -> bool:
    """Whether an Arrow type is one that every reader of Parquet takes for the same."""
    import pyarrow as pa

    tests = (pa.types.is_string, pa.types.is_boolean, pa.types.is_float64, pa.types.is_int32,
             pa.types.is_int64)  # fmt: skip
    return any(test(kind) for test in tests)


def _arrow(values: Any) -> Any:
    import pyarrow as pa

    array = np.ma.asarray(values)
    plain = np.ma.getdata(array)
    mask = np.ma.getmaskarray(array)
    if plain.dtype.kind in "OUS":
        texts = [
            None if gone or one is None else str(one) for one, gone in zip(plain, mask, strict=True)
        ]
        return pa.array(texts, pa.string())
    return pa.array(plain, mask=mask if mask.any() else None)


def _numpy(column: Any) -> Any:
    import pyarrow as pa

    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    gone = np.asarray(whole.is_null()) if whole.null_count else None
    if pa.types.is_integer(whole.type) or pa.types.is_floating(whole.type):
        values = whole.fill_null(0).to_numpy(zero_copy_only=False) if gone is not None else (
            whole.to_numpy(zero_copy_only=False)
        )  # fmt: skip
    elif pa.types.is_boolean(whole.type):
        values = whole.fill_null(False).to_numpy(zero_copy_only=False)
    else:
        values = np.empty(len(whole), dtype=object)
        values[:] = whole.to_pylist()
    return values if gone is None else np.ma.masked_array(values, mask=gone)


def connect(master: str | None = None) -> Spark:
    """A Spark engine; see :func:`session`."""
    return Spark(master)
