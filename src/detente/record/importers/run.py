"""Import published files into a Parquet, CSV or JSONL file, or into a store.

File by file: open, split, judge, write. A file's rows are in the store whole or not at all.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from detente.engine.duckdb import DuckDB, Layout, Unsplit, connect, literal
from detente.engine.sql import run_all
from detente.errors import InputError
from detente.record import store
from detente.record.importers import files, plain, steps
from detente.record.importers.files import FileCount, Source
from detente.record.importers.format import Format
from detente.record.importers.formats import formats, named

SUFFIXES = (".parquet", ".csv", ".jsonl", ".duckdb")
#: Tables that the engine reads by itself; their rows have no line in the file.
_WITH_TYPES = (".parquet", ".jsonl", ".ndjson")
#: Memory for DuckDB; past it, it spills to the scratch folder.
MEMORY = "1GB"


@dataclasses.dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: a count per file, where the rows are, where those set aside."""

    files: tuple[FileCount, ...]
    out: Path
    rejects: Path | None
    most_unplaced: tuple[tuple[str, int], ...]


def import_files(
    form_name: str,
    paths: Iterable[Path],
    out: Path,
    columns: Mapping[str, str] | None = None,
    dataset: str | None = None,
    version: str = "",
    encoding: str = "utf-8",
    progress: Callable[[str], None] = lambda words: None,
) -> Imported:
    """Read files of one format into one event table.

    Parameters
    ----------
    form_name
        See :func:`detente.record.importers.formats.names`.
    paths
        Files, plain, ``.gz`` or ``.zip``.
    out
        ``.parquet``, ``.csv`` or ``.jsonl`` (replaced when all is read), or ``.duckdb``: a
        store, appended to. Rows are sorted by source, target and date.
    columns
        For ``csv``: our field → column of the file.
    dataset, version
        Instead of the format's own name, and which version of it.
    encoding
        ``utf-8`` or ``latin-1``.
    progress
        Told what is being done.

    Returns
    -------
    Imported
        Counts per file. Rows that cannot be read stand in ``NAME.rejected.csv`` beside the
        result, with file, line and reason.

    Raises
    ------
    InputError
        A file that is not of the format, or an output that is no known kind.
    StoreError
        The store is held by another process, or is no store.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise InputError(f"-o {out}", f"the suffix {out.suffix!r}", f"one of {', '.join(SUFFIXES)}")
    scratch = _scratch(out)
    engine = _engine(scratch)
    try:
        sink: FileSink | store.StoreSink = (
            store.StoreSink(engine, out) if out.suffix == ".duckdb" else FileSink(engine, out)
        )
        counts = []
        for source in files.sources(paths, scratch):
            progress(f"reading {source.name}")
            if sink.has(source, form_name):
                counts.append(
                    FileCount(source.name, source.sha256, source.size, 0, 0, 0, 0, 0, True)
                )
                continue
            form = _format(form_name, source, columns or {}, dataset, encoding)
            counts.append(_one(engine, sink, source, form, dataset, version, encoding, progress))
        progress("writing")
        rejects = sink.finish(counts)
        return Imported(tuple(counts), out, rejects, _most_unplaced(engine))
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _one(
    engine: DuckDB, sink: FileSink | store.StoreSink, source: Source, form: Format,
    dataset: str | None, version: str, encoding: str, progress: Callable[[str], None],
) -> FileCount:  # fmt: skip
    unsplit = _split(engine, source, form, encoding)
    progress(f"judging {source.name}")
    steps.register_lookups(engine, form)
    run_all(
        engine, steps.judged("id" in form.given),
        {"dataset": dataset or form.dataset, "version": version or None},
    )  # fmt: skip
    _set_aside(engine, source, form, unsplit, encoding)
    number = "SELECT count(*) AS n FROM "
    kept = int(engine.columns(number + "events")["n"][0])
    aside = int(engine.columns(number + "aside")["n"][0])
    rows = int(engine.columns(number + "given")["n"][0]) + len(unsplit)
    if not form.quote and source.path.suffix != ".parquet":
        rows = files.count_lines(source.path) - _has_header(source, form, encoding)
    if rows != kept + aside:
        raise RuntimeError(f"{source.name}: {rows} rows in, {kept} kept, {aside} set aside")
    unplaced = engine.columns(
        number + "events WHERE source_iso3 IS NULL OR target_iso3 IS NULL"
    )["n"][0]  # fmt: skip
    engine.execute(
        "CREATE TABLE IF NOT EXISTS nameless (name VARCHAR); INSERT INTO nameless "
        "SELECT source_name FROM events WHERE source_iso3 IS NULL AND source_name IS NOT NULL "
        "UNION ALL SELECT target_name FROM events WHERE target_iso3 IS NULL AND "
        "target_name IS NOT NULL"
    )
    count = FileCount(source.name, source.sha256, source.size, rows, kept, aside, 0, int(unplaced))
    return sink.add(count, form.name)


def _format(
    name: str, source: Source, columns: Mapping[str, str], dataset: str | None, encoding: str
) -> Format:
    if name != "csv":
        form = named(name)
        return _present(form, files.check_layout(source, form, formats().values(), encoding))
    if source.path.suffix.lower() in _WITH_TYPES:
        return plain.with_columns(columns, dataset or "csv", ",", _stored_columns(source))
    delimiter = "\t" if any(s in source.path.name for s in (".tsv", ".tab")) else ","
    header = files.first_fields(source.path, delimiter, "" if delimiter == "\t" else '"', encoding)
    form = plain.with_columns(columns, dataset or "csv", delimiter, tuple(header))
    files.check_layout(source, form, (), encoding)
    return form


def _present(form: Format, header: list[str]) -> Format:
    """The format without the fields whose column the file does not have."""
    return dataclasses.replace(form, given={
        field: column for field, column in form.given.items()
        if not column.strip('"').replace(" ", "").isalnum() or column.strip('"') in header
    })  # fmt: skip


def _stored_columns(source: Source) -> tuple[str, ...]:
    engine = connect()
    try:
        return tuple(engine.read("probe", source.path))
    finally:
        engine.close()


def _has_header(source: Source, form: Format, encoding: str) -> bool:
    fields = files.first_fields(source.path, form.delimiter, form.quote, encoding)
    return form.header or fields[: len(form.columns)] == list(form.columns)


def _split(engine: DuckDB, source: Source, form: Format, encoding: str) -> list[Unsplit]:
    step = steps.given(form)
    if source.path.suffix.lower() in _WITH_TYPES:
        engine.read("raw", source.path)
        engine.run(step)
        engine.drop("raw")
        return []
    header = _has_header(source, form, encoding)
    columns = form.columns
    if form.header:
        columns = tuple(files.first_fields(source.path, form.delimiter, form.quote, encoding))
    layout = Layout(
        columns, form.delimiter, form.quote, header, len(form.widths) > 1, encoding
    )  # fmt: skip
    return engine.split(step, source.path, layout)


def _set_aside(
    engine: DuckDB, source: Source, form: Format, unsplit: list[Unsplit], encoding: str
) -> None:
    """Make the table ``aside``: file, line, reason and text of every row not kept."""
    bad = engine.columns(
        "SELECT j.row_no, j.fault, concat_ws(' | ', g.date, g.source_name, g.cameo, g.type, "
        "g.target_name, g.text) AS row FROM judged AS j JOIN given AS g ON g.row_no = j.row_no "
        "WHERE j.fault <> '' ORDER BY j.row_no"
    )
    lines: dict[int, int] = {}
    if len(bad["row_no"]) and source.path.suffix not in _WITH_TYPES:
        lines = files.lines_of(
            source.path, {int(row) for row in bad["row_no"]}, {one.line for one in unsplit}, form,
            _has_header(source, form, encoding), encoding,
        )  # fmt: skip
    rows = [(one.line, one.reason, one.text) for one in unsplit]
    rows += [
        (lines.get(int(row), int(row)), str(fault), str(text))
        for row, fault, text in zip(bad["row_no"], bad["fault"], bad["row"], strict=True)
    ]
    rows.sort()
    texts = [(source.name, reason, text) for _, reason, text in rows]
    numbers = np.array([line for line, *_ in rows], dtype=np.int64)
    aside = steps.text_columns(["file", "reason", "row"], texts) | {"line": numbers}
    engine.register("aside", {name: aside[name] for name in ("file", "line", "reason", "row")})


def _most_unplaced(engine: DuckDB) -> tuple[tuple[str, int], ...]:
    if not engine.exists("nameless"):
        return ()
    found = engine.columns(
        "SELECT name, count(*) AS n FROM nameless GROUP BY name ORDER BY n DESC, name LIMIT 8"
    )
    return tuple((str(name), int(n)) for name, n in zip(found["name"], found["n"], strict=True))


class FileSink:
    """All rows into one file, which appears under its name only when it is whole."""

    def __init__(self, engine: DuckDB, out: Path) -> None:
        self.engine, self.out = engine, out
        shape = ", ".join(f'"{name}" {kind}' for name, kind in store.COLUMNS.items())
        engine.execute(f"CREATE TABLE all_events ({shape})")
        engine.execute(
            "CREATE TABLE all_aside (file VARCHAR, line BIGINT, reason VARCHAR, row VARCHAR)"
        )

    def has(self, source: Source, form: str) -> bool:
        """A file that is made anew holds nothing yet."""
        return False

    def add(self, count: FileCount, form: str) -> FileCount:
        """Take the rows of ``events`` and ``aside``."""
        self.engine.execute("INSERT INTO all_events SELECT * FROM events")
        self.engine.execute("INSERT INTO all_aside SELECT * FROM aside")
        return count

    def finish(self, counts: list[FileCount]) -> Path | None:
        """Write the rows, those set aside, and where all came from; return the second's path."""
        from detente import __version__

        part = self.out.with_name(f".{self.out.name}.part{self.out.suffix}")
        self.engine.write(f"SELECT * FROM all_events ORDER BY {store.ORDER}", part)
        rejects = store.write_rejects(self.engine, "all_aside", self.out)
        about = {"detente": __version__, "files": [dataclasses.asdict(count) for count in counts]}
        beside = self.out.with_name(f"{self.out.name}.import.json")
        beside.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(part, self.out)
        return rejects


def _scratch(out: Path) -> Path:
    """A folder beside the result for what is not ready; one left by a killed run is emptied."""
    folder = out.parent / f".{out.name}.importing"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            out.parent, f"cannot be written ({error.strerror})", "a folder you may write to",
            "choose another with -o",
        ) from error  # fmt: skip
    return folder


def _engine(scratch: Path) -> DuckDB:
    work = scratch / "work.duckdb"
    engine = store.open_database(work)  # tells of another process that is at it
    engine.close()
    for left in scratch.iterdir():
        left.unlink()
    engine = connect(work)
    engine.execute(f"SET memory_limit = '{MEMORY}'")
    engine.execute(f"SET temp_directory = {literal(str(scratch / 'spill'))}")
    return engine
