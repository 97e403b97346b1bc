"""Where the documents of a job stand: files, folders, lines, rows; and slices of them."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from detente.errors import InputError
from detente.read.documents import document_from_text, read_document
from detente.schema import Document, bounds

_LINES = (".jsonl", ".ndjson")
_READ = (*_LINES, ".parquet", ".txt", ".html", ".htm")
#: Rows of Parquet that are held at a time.
_ROWS = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Rejected:
    """A document that could not be read: where, and why."""

    where: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Slice:
    """``count`` documents of a file from its ``number``-th line or row (from 1) on.

    ``offset`` is the byte at which that line begins.
    """

    file: Path
    number: int
    offset: int
    count: int


def inputs(files: Iterable[Path]) -> list[Path]:
    """The files to read: of a folder, those with documents in it, by name.

    Raises
    ------
    InputError
        A folder without any, or no such file.
    """
    found = []
    for file in map(Path, files):
        inside = [file]
        if file.is_dir():
            inside = sorted(path for path in file.iterdir() if path.suffix.lower() in _READ)
            if not inside:
                raise InputError(file, "a folder without documents", f"files {', '.join(_READ)}")
        found += inside
    for file in found:
        if not file.is_file():
            raise InputError(file, "there is no such file", todo="check the path")
    return found


def slices(files: Iterable[Path], size: int) -> Iterator[list[Slice]]:
    """The documents of some files in order, in lots of ``size``, without reading them."""
    lot: list[Slice] = []
    room = size
    for file in files:
        for start in _starts(file):
            if lot and lot[-1].file == file:
                lot[-1] = dataclasses.replace(lot[-1], count=lot[-1].count + 1)
            else:
                lot.append(Slice(file, *start, 1))
            room -= 1
            if not room:
                yield lot
                lot, room = [], size
    if lot:
        yield lot


def _starts(file: Path) -> Iterator[tuple[int, int]]:
    """Number and byte of each document in a file."""
    if file.suffix.lower() == ".parquet":
        yield from ((number, 0) for number in range(1, _parquet_rows(file) + 1))
    elif file.suffix.lower() in _LINES:
        with file.open("rb") as lines:
            place = 0
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, place
                place += len(line)
    else:
        yield 1, 0


def how_many(files: Iterable[Path]) -> int:
    """Documents in some files: lines of JSONL, rows of Parquet, else one each."""
    return sum(1 for file in inputs(files) for _ in _starts(file))


def whole(file: Path) -> Slice:
    """All documents of a file."""
    return Slice(file, 1, 0, -1)


def documents_of(part: Slice) -> Iterator[Document | Rejected]:
    """The documents of a slice; of a whole file where its count is −1."""
    kind = part.file.suffix.lower()
    if kind in _LINES:
        found = _lines(part)
    elif kind == ".parquet":
        found = _rows(part)
    else:
        found = _one(part.file)
    yield from found if part.count < 0 else itertools.islice(found, part.count)


def _one(file: Path) -> Iterator[Document | Rejected]:
    try:
        yield read_document(file)
    except InputError as error:
        yield Rejected(error.where, error.found)


def _lines(part: Slice) -> Iterator[Document | Rejected]:
    with part.file.open("rb") as stream:
        stream.seek(part.offset)
        for number, raw in enumerate(stream, part.number):
            if not raw.strip():
                continue
            try:
                yield _document(json.loads(raw), part.file)
            except (ValueError, KeyError, TypeError) as error:
                yield Rejected(f"{part.file}:{number}", f"{type(error).__name__}: {error}")


def _parquet_rows(file: Path) -> int:
    import duckdb

    try:
        with duckdb.connect() as own:
            counted = "SELECT count(*) FROM read_parquet($f)"
            found = own.execute(counted, {"f": str(file)}).fetchall()
    except duckdb.Error as error:
        raise InputError(
            file, f"cannot be read: {str(error).splitlines()[0]}", "a whole Parquet file",
            "make or fetch it again",
        ) from error  # fmt: skip
    return int(found[0][0])


def _rows(part: Slice) -> Iterator[Document | Rejected]:
    import duckdb

    with duckdb.connect() as connection:
        try:
            found = connection.execute(
                "SELECT * FROM read_parquet($f) WHERE file_row_number >= $start "
                "ORDER BY file_row_number",
                {"f": str(part.file), "start": part.number - 1},
            )
        except duckdb.Error as error:
            yield Rejected(str(part.file), str(error).splitlines()[0])
            return
        names = [column[0] for column in found.description]
        number = part.number
        while rows := found.fetchmany(_ROWS):
            for values in rows:
                row = dict(zip(names, values, strict=True))
                try:
                    yield _document({**row, "date": str(row.get("date") or "")}, part.file)
                except (ValueError, KeyError, TypeError) as error:
                    where = f"{part.file}:row {number}"
                    yield Rejected(where, f"{type(error).__name__}: {error}")
                number += 1


def _document(row: Any, file: Path) -> Document:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise ValueError('expected an object with "id" and "text"')
    if not row["text"].strip():
        raise ValueError("the text is empty")
    date = row.get("date") or None
    if date is not None:
        bounds(str(date))
    return document_from_text(
        row["text"],
        doc_id=str(row["id"]),
        title=str(row.get("title") or ""),
        date=str(date) if date else None,
        date_basis="given" if date else "",
        file=file.name,
    )
