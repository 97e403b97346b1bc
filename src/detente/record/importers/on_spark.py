"""Import of published files on Spark: each file is split in a worker, all are judged together.

A worker splits a file with DuckDB, just as on one machine, so that the same lines are set
aside; what follows are the same steps, run by Spark over the rows of all files at once. The
files must lie where every worker sees them.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.engine.choose import spark
from detente.engine.spark import Spark
from detente.engine.sql import Step, run_all
from detente.errors import InputError
from detente.record import store
from detente.record.importers import files, run, steps
from detente.record.importers.files import FileCount
from detente.record.importers.format import GIVEN, PASSED, Format

_FIELDS = (*GIVEN, *PASSED)
#: What a worker yields: rows; lines that could not be split (``row_no`` is their line, ``text``
#: their text, ``note`` the reason); and one of kind ``file`` with what is known of the file.
_SHAPE = "file_no BIGINT, row_no BIGINT, kind STRING, note STRING, " + ", ".join(
    f"{name} STRING" for name in _FIELDS
)
#: Members that an archive may have; a file's number is its place times this, plus the member's.
_MEMBERS = 100_000
_BAD = """
SELECT j.file_no, j.row_no, j.fault, concat_ws(' | ', g.date, g.source_name, g.cameo, g.type,
    g.target_name, g.text) AS row
FROM judged AS j JOIN given AS g ON g.file_no = j.file_no AND g.row_no = j.row_no
WHERE j.fault <> '' ORDER BY j.file_no, j.row_no
"""


@dataclasses.dataclass(frozen=True, slots=True)
class _Task:
    """A file as a worker is told of it; ``wanted``: rows whose line is asked for, by file number."""

    number: int
    path: str
    form: str
    columns: dict[str, str]
    dataset: str | None
    encoding: str
    wanted: dict[int, tuple[set[int], set[int]]] = dataclasses.field(default_factory=dict)


def import_files(
    form_name: str,
    paths: Iterable[Path],
    out: Path,
    columns: Mapping[str, str] | None = None,
    dataset: str | None = None,
    version: str = "",
    encoding: str = "utf-8",
    progress: Callable[[str], None] = lambda words: None,
    unique: bool = False,
    master: str | None = None,
) -> run.Imported:
    """As :func:`detente.record.importers.run.import_files`, on Spark.

    ``out`` is a folder ``NAME.parquet`` of Parquet files, sorted from the first to the last; it
    appears when all is written.

    Raises
    ------
    InputError
        As there; or another output, or files some of which have ids of their own and some not.
    SparkError
        Spark cannot be started, or a job on it failed for good.
    """
    if out.suffix.lower() != ".parquet":
        raise InputError(
            f"-o {out}", f"the suffix {out.suffix!r}", ".parquet, which Spark writes as a folder",
            "a store belongs to one machine: with --unique a folder, too, holds each row once",
        )  # fmt: skip
    tasks = [
        _Task(number, str(path), form_name, dict(columns or {}), dataset, encoding)
        for number, path in enumerate(paths)
    ]
    for task in tasks:
        if not Path(task.path).is_file():
            raise InputError(task.path, "no such file", "a file of events", "check the path")
    engine = spark(master)
    try:
        progress(f"reading {len(tasks)} files")
        split = engine.per_item(tasks, _split, _SHAPE)
        engine.keep("split", split.persist())
        engine.run(Step("given", f"SELECT file_no, row_no, {', '.join(_FIELDS)} FROM split "
                        "WHERE kind = 'row'", "the fields that count", lazy=True))  # fmt: skip
        about = engine.columns(
            "SELECT file_no, note FROM split WHERE kind = 'file' ORDER BY file_no"
        )
        known = {
            int(n): json.loads(note)
            for n, note in zip(about["file_no"], about["note"], strict=True)
        }
        form = _form(tasks, known)
        progress("judging")
        steps.register_lookups(engine, form)
        run_all(engine, steps.judged("id" in form.given),
                {"dataset": dataset or form.dataset, "version": version or None})  # fmt: skip
        counts = _aside_and_counts(engine, tasks, known)
        table = "events"
        if unique:
            run_all(engine, store.unique("events"))
            table, counts = "fresh", _once(engine, counts, list(known))
        progress("writing")
        query = f"SELECT {store.NAMES} FROM {table} ORDER BY {store.ORDER}, file_no, row_no"
        rejects = run.finish(engine, out, query, counts)
        engine.run(Step("nameless", steps.NAMELESS, "names that were placed nowhere", lazy=True))
        return run.Imported(tuple(counts), out, rejects, run.most_unplaced(engine))
    finally:
        engine.close()


def _form(tasks: list[_Task], known: dict[int, dict[str, Any]]) -> Format:
    """The format by which the rows of all files are judged."""
    with_id = {about["has_id"] for about in known.values()}
    if len(with_id) > 1:
        raise InputError(
            "the files", "some have ids of their own and some have not", "files of one kind",
            "import them apart",
        )  # fmt: skip
    first = next(iter(known))
    task = tasks[first // _MEMBERS]
    with tempfile.TemporaryDirectory() as scratch:
        source = next(files.sources([Path(task.path)], Path(scratch)))
        return run.format_of(task.form, source, task.columns, task.dataset, task.encoding)


def _aside_and_counts(
    engine: Spark, tasks: list[_Task], known: dict[int, dict[str, Any]]
) -> list[FileCount]:
    """Make ``all_aside``, and count each file's rows."""
    unsplit = engine.columns(
        "SELECT file_no, row_no, note, text FROM split WHERE kind = 'line' ORDER BY file_no, row_no"
    )
    bad = engine.columns(_BAD)
    rows = [(int(n), int(line), str(note), str(text)) for n, line, note, text in
            zip(*unsplit.values(), strict=True)]  # fmt: skip
    lines = _lines_of(engine, tasks, rows, bad)
    rows += [
        (int(n), lines.get((int(n), int(row)), int(row)), str(fault), str(text))
        for n, row, fault, text in zip(*bad.values(), strict=True)
    ]
    rows.sort()
    aside = {
        "file": np.array([known[n]["name"] for n, *_ in rows], dtype=object),
        "line": np.array([row[1] for row in rows], dtype=np.int64),
        "reason": np.array([row[2] for row in rows], dtype=object),
        "row": np.array([row[3] for row in rows], dtype=object),
    }
    engine.register("all_aside", aside)
    kept = engine.columns(
        "SELECT file_no, CAST(count(*) AS BIGINT) AS n, CAST(sum(CASE WHEN source_iso3 IS NULL OR "
        "target_iso3 IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unplaced FROM events GROUP BY file_no"
    )
    found = {int(n): (int(a), int(b)) for n, a, b in zip(*kept.values(), strict=True)}
    counts = []
    for n, about in known.items():
        number, unplaced = found.get(n, (0, 0))
        left = sum(row[0] == n for row in rows)
        if about["rows"] != number + left:
            raise RuntimeError(
                f"{about['name']}: {about['rows']} rows in, {number} kept, {left} set aside"
            )
        counts.append(FileCount(about["name"], about["sha256"], about["size"], about["rows"],
                                number, left, 0, unplaced))  # fmt: skip
    return counts


def _once(engine: Spark, counts: list[FileCount], numbers: list[int]) -> list[FileCount]:
    found = engine.columns("SELECT file_no, count(*) AS n FROM fresh GROUP BY file_no")
    kept = dict(zip(found["file_no"].tolist(), found["n"].tolist(), strict=True))
    return [
        dataclasses.replace(one, kept=kept.get(n, 0), repeated=one.kept - kept.get(n, 0))
        for n, one in zip(numbers, counts, strict=True)
    ]


def _lines_of(
    engine: Spark, tasks: list[_Task], unsplit: list[tuple[int, int, str, str]], bad: dict[str, Any]
) -> dict[tuple[int, int], int]:
    """The line of each bad row, looked up by the workers in its file."""
    wanted: dict[int, dict[int, tuple[set[int], set[int]]]] = {}
    for n, row in zip(bad["file_no"].tolist(), bad["row_no"].tolist(), strict=True):
        wanted.setdefault(n // _MEMBERS, {}).setdefault(n, (set(), set()))[0].add(row)
    for n, line, *_ in unsplit:
        if n in wanted.get(n // _MEMBERS, {}):
            wanted[n // _MEMBERS][n][1].add(line)
    asked = [dataclasses.replace(tasks[number], wanted=one) for number, one in wanted.items()]
    if not asked:
        return {}
    engine.keep(
        "lines", engine.per_item(asked, _find, "file_no BIGINT, row_no BIGINT, line BIGINT")
    )
    found = engine.columns("SELECT file_no, row_no, line FROM lines")
    return {(int(n), int(row)): int(line) for n, row, line in zip(*found.values(), strict=True)}


def _split(task: _Task) -> Iterator[Any]:
    """In a worker: a file's rows, its lines that are none, and what is known of it."""
    import pyarrow as pa

    from detente.engine import duckdb

    names = ["file_no", "row_no", "kind", "note", *_FIELDS]
    with tempfile.TemporaryDirectory() as scratch:
        engine = duckdb.connect(Path(scratch) / "work.duckdb", threads=1)
        engine.execute(f"SET memory_limit = '{run.MEMORY}'")
        for member, source in enumerate(files.sources([Path(task.path)], Path(scratch))):
            number = task.number * _MEMBERS + member
            form = run.format_of(task.form, source, task.columns, task.dataset, task.encoding)
            unsplit = run.split(engine, source, form, task.encoding)
            rows = 0
            fields = ", ".join(_FIELDS)
            for batch in engine.batches(
                f"SELECT CAST({number} AS BIGINT) AS file_no, row_no, 'row' AS kind, '' AS note, "
                f"{fields} FROM given"
            ):
                rows += batch.num_rows
                yield batch
            about = {
                "name": source.name, "sha256": source.sha256, "size": source.size,
                "has_id": "id" in form.given,
                "rows": run.rows_in(source, form, rows, len(unsplit), task.encoding),
            }  # fmt: skip
            extra = [(number, one.line, "line", one.reason, one.text) for one in unsplit]
            extra.append((number, 0, "file", json.dumps(about), ""))
            columns: dict[str, Any] = dict.fromkeys(names, [""] * len(extra))
            columns["file_no"] = pa.array([row[0] for row in extra], pa.int64())
            columns["row_no"] = pa.array([row[1] for row in extra], pa.int64())
            columns["kind"] = [row[2] for row in extra]
            columns["note"] = [row[3] for row in extra]
            columns["text"] = [row[4] for row in extra]
            yield pa.RecordBatch.from_pydict(columns)
        engine.close()


def _find(task: _Task) -> Iterator[Any]:
    """In a worker: the lines of a file's bad rows."""
    import pyarrow as pa

    with tempfile.TemporaryDirectory() as scratch:
        for member, source in enumerate(files.sources([Path(task.path)], Path(scratch))):
            number = task.number * _MEMBERS + member
            if number not in task.wanted:
                continue
            rows, skipped = task.wanted[number]
            form = run.format_of(task.form, source, task.columns, task.dataset, task.encoding)
            found = run.lines_of(source, rows, skipped, form, task.encoding)
            yield pa.RecordBatch.from_pydict({
                "file_no": pa.array([number] * len(found), pa.int64()),
                "row_no": pa.array(list(found), pa.int64()),
                "line": pa.array(list(found.values()), pa.int64()),
            })  # fmt: skip
