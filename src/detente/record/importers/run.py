"""Import published files into a Parquet, CSV or JSONL file, or into a store.

File by file: open, split, judge, write. A file's rows are in the store whole or not at all.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from detente.engine.choose import explained, put
from detente.engine.duckdb import DuckDB, connect, database_errors
from detente.engine.files import Layout, Unsplit, literal
from detente.engine.sql import Engine, run_all
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
    unique: bool = False,
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
    unique
        Keep rows that are the same (:data:`detente.record.store.KEY`) once; a store always does.

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
            store.StoreSink(engine, out)
            if out.suffix == ".duckdb"
            else FileSink(engine, out, unique)
        )
        counts = []
        for source in files.sources(paths, scratch):
            progress(f"reading {source.name}")
            if sink.has(source, form_name):
                counts.append(
                    FileCount(source.name, source.sha256, source.size, 0, 0, 0, 0, 0, True)
                )
                continue
            form = format_of(form_name, source, columns or {}, dataset, encoding)
            counts.append(_one(engine, sink, source, form, dataset, version, encoding, progress))
        progress("writing")
        counts, rejects = sink.finish(counts)
        return Imported(tuple(counts), out, rejects, most_unplaced(engine))
    except database_errors() as error:
        raise explained(out, error) from error
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _one(
    engine: DuckDB, sink: FileSink | store.StoreSink, source: Source, form: Format,
    dataset: str | None, version: str, encoding: str, progress: Callable[[str], None],
) -> FileCount:  # fmt: skip
    unsplit = split(engine, source, form, encoding)
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
    given = int(engine.columns(number + "given")["n"][0])
    rows = rows_in(source, form, given, len(unsplit), encoding)
    if rows != kept + aside:
        raise RuntimeError(f"{source.name}: {rows} rows in, {kept} kept, {aside} set aside")
    unplaced = engine.columns(
        number + "events WHERE source_iso3 IS NULL OR target_iso3 IS NULL"
    )["n"][0]  # fmt: skip
    engine.execute(
        f"CREATE TABLE IF NOT EXISTS nameless (name VARCHAR); INSERT INTO nameless {steps.NAMELESS}"
    )
    count = FileCount(source.name, source.sha256, source.size, rows, kept, aside, 0, int(unplaced))
    return sink.add(count, form.name)


def format_of(
    name: str, source: Source, columns: Mapping[str, str], dataset: str | None, encoding: str
) -> Format:
    """The format of a file, fitted to the columns it has."""
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


def split(engine: DuckDB, source: Source, form: Format, encoding: str) -> list[Unsplit]:
    """Make the table ``given`` of a file; return the lines that could not be split."""
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


def rows_in(source: Source, form: Format, split: int, unsplit: int, encoding: str) -> int:
    """Rows of a file: where lines are rows they are counted, so that none is lost unseen."""
    if form.quote or source.path.suffix == ".parquet":
        return split + unsplit
    return files.count_lines(source.path) - _has_header(source, form, encoding)


def lines_of(
    source: Source, rows: set[int], skipped: set[int], form: Format, encoding: str
) -> dict[int, int]:
    """Line of each row asked for; see :func:`detente.record.importers.files.lines_of`."""
    if not rows or source.path.suffix.lower() in _WITH_TYPES:
        return {row: row for row in rows}
    header = _has_header(source, form, encoding)
    return files.lines_of(source.path, rows, skipped, form, header, encoding)


def _set_aside(
    engine: DuckDB, source: Source, form: Format, unsplit: list[Unsplit], encoding: str
) -> None:
    """Make the table ``aside``: file, line, reason and text of every row not kept."""
    bad = engine.columns(
        "SELECT j.row_no, j.fault, concat_ws(' | ', g.date, g.source_name, g.cameo, g.type, "
        "g.target_name, g.text) AS row FROM judged AS j JOIN given AS g ON g.row_no = j.row_no "
        "WHERE j.fault <> '' ORDER BY j.row_no"
    )
    lines = lines_of(
        source, {int(row) for row in bad["row_no"]}, {one.line for one in unsplit}, form, encoding
    )
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


def most_unplaced(engine: Engine) -> tuple[tuple[str, int], ...]:
    """The names that were placed nowhere most often, from the table ``nameless``."""
    if not engine.exists("nameless"):
        return ()
    found = engine.columns(
        "SELECT name, count(*) AS n FROM nameless GROUP BY name ORDER BY n DESC, name LIMIT 8"
    )
    return tuple((str(name), int(n)) for name, n in zip(found["name"], found["n"], strict=True))


class FileSink:
    """All rows into one file, which appears under its name only when it is whole."""

    def __init__(self, engine: DuckDB, out: Path, unique: bool = False) -> None:
        self.engine, self.out, self.unique, self.taken = engine, out, unique, 0
        shape = ", ".join(f'"{name}" {kind}' for name, kind in store.COLUMNS.items())
        engine.execute(f"CREATE TABLE all_events ({shape}, file_no BIGINT, row_no BIGINT)")
        engine.execute(
            "CREATE TABLE all_aside (file VARCHAR, line BIGINT, reason VARCHAR, row VARCHAR)"
        )

    def has(self, source: Source, form: str) -> bool:
        """A file that is made anew holds nothing yet."""
        return False

    def add(self, count: FileCount, form: str) -> FileCount:
        """Take the rows of ``events`` and ``aside``."""
        self.engine.execute(
            f"INSERT INTO all_events SELECT {store.NAMES}, $n, row_no FROM events",
            {"n": self.taken},
        )
        self.engine.execute("INSERT INTO all_aside SELECT * FROM aside")
        self.taken += 1
        return count

    def finish(self, counts: list[FileCount]) -> tuple[list[FileCount], Path | None]:
        """Write the rows, those set aside, and where all came from."""
        table = "all_events"
        if self.unique:
            run_all(self.engine, store.unique("all_events"))
            table, counts = "fresh", once(self.engine, counts)
        query = f"SELECT {store.NAMES} FROM {table} ORDER BY {store.ORDER}, file_no, row_no"
        return counts, finish(self.engine, self.out, query, counts)


def once(engine: Engine, counts: list[FileCount]) -> list[FileCount]:
    """The counts after the rows of ``fresh`` were kept: what was repeated is not kept."""
    found = engine.columns("SELECT file_no, count(*) AS n FROM fresh GROUP BY file_no")
    kept = dict(zip(found["file_no"].tolist(), found["n"].tolist(), strict=True))
    return [
        dataclasses.replace(one, kept=kept.get(number, 0), repeated=one.kept - kept.get(number, 0))
        for number, one in enumerate(counts)
    ]


def finish(engine: Engine, out: Path, query: str, counts: list[FileCount]) -> Path | None:
    """Write a query's rows, those of ``all_aside``, and where all came from; all or nothing.

    Returns
    -------
    Path or None
        Where the rows set aside are.
    """
    from detente import __version__

    about = {"detente": __version__, "files": [dataclasses.asdict(count) for count in counts]}
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"

    def write(part: Path) -> None:
        engine.write(query, part)
        beside = out.with_name(f"{out.name}.import.json")
        put(beside, lambda path: _write_text(path, text))

    put(out, write)
    return store.write_rejects(engine, "all_aside", out)


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


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
