"""Published files as they are: plain, ``.gz`` or ``.zip``; their header, lines and hash."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from detente.errors import InputError
from detente.record.importers.format import Format

_TABLES = (".csv", ".tsv", ".tab", ".txt", ".gz", ".parquet", ".jsonl", ".ndjson")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A file to import: ``path`` to read, ``name`` to show, ``sha256`` and size as published."""

    path: Path
    name: str
    sha256: str
    size: int


@dataclasses.dataclass(frozen=True, slots=True)
class FileCount:
    """Rows of one file: ``rows`` = ``kept`` + ``set_aside`` + ``repeated`` (in the store before).

    ``unplaced`` counts kept rows in which no source or no target state or body was found.
    """

    file: str
    sha256: str
    size: int
    rows: int
    kept: int
    set_aside: int
    repeated: int
    unplaced: int
    skipped: bool = False


def sources(paths: Iterable[Path], scratch: Path) -> Iterator[Source]:
    """The files to read, zip archives unpacked into ``scratch`` member by member.

    Raises
    ------
    InputError
        No such file, or an archive that is broken, encrypted or empty.
    """
    for path in paths:
        if not path.is_file():
            raise InputError(path, "no such file", "a file of events", "check the path")
        digest, size = _hash(path), path.stat().st_size
        if path.suffix.lower() != ".zip":
            yield Source(path, str(path), digest, size)
            continue
        for name, member in _members(path, scratch):
            yield Source(member, f"{path}/{name}", f"{digest}/{name}", size)
            member.unlink()


def _members(path: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [
                info for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX")
            ]  # fmt: skip
            if not infos:
                raise InputError(path, "an empty archive", "a zip with a file of events in it")
            for info in infos:
                suffix = Path(info.filename).suffix.lower()
                target = scratch / f"member{suffix if suffix in _TABLES else '.tsv'}"
                with archive.open(info) as packed, target.open("wb") as plain:
                    shutil.copyfileobj(packed, plain, 1 << 20)
                yield info.filename, target
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise InputError(
            path, f"a broken archive ({error})", "a zip file as published", "download it again"
        ) from error


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_bytes(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked if it is ``.gz``."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def first_fields(path: Path, delimiter: str, quote: str, encoding: str) -> list[str]:
    """Fields of the first line that is not empty.

    Raises
    ------
    InputError
        An empty file, or one that cannot be unpacked or decoded.
    """
    try:
        with open_bytes(path) as stream:
            line = next((line for line in stream if line.strip()), b"")
        text = line.decode(encoding).lstrip("\ufeff").rstrip("\r\n")
    except (OSError, EOFError) as error:
        raise InputError(
            path, f"cannot be read ({error})", "a whole file", "download it again"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}:1", f"bytes that are not {encoding}", "a header in that encoding",
            "try --encoding latin-1",
        ) from error  # fmt: skip
    if not text:
        raise InputError(path, "an empty file", "rows of events")
    if not quote:
        return text.split(delimiter)
    return next(csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quote))


def check_layout(
    source: Source, form: Format, others: Iterable[Format], encoding: str
) -> list[str]:
    """The file's column names, after checking that it has the layout of the format.

    Raises
    ------
    InputError
        Another number of columns, or a header that lacks some; says which format it looks like.
    """
    fields = first_fields(source.path, form.delimiter, form.quote, encoding)
    if fits(fields, form):
        return fields if form.header else list(form.columns)
    like = [
        other.name
        for other in others
        if fits(first_fields(source.path, other.delimiter, other.quote, encoding), other)
    ]
    todo = f"this looks like {' or '.join(like)}: name that format" if like else ""
    if form.header:
        missing = [name for name in form.columns if name not in fields]
        raise InputError(
            f"{source.name}:1", f"no column {', '.join(missing)}; there are {', '.join(fields[:12])}",
            f"the header of {form.title}", todo,
        )  # fmt: skip
    widths = " or ".join(str(width) for width in form.widths)
    raise InputError(
        f"{source.name}:1", f"{len(fields)} columns",
        f"{widths} columns separated by tabs, as in {form.title}", todo,
    )  # fmt: skip


def fits(fields: list[str], form: Format) -> bool:
    """Whether a first line is one of the format's."""
    if form.header:
        return set(form.columns) <= set(fields)
    return len(fields) in form.widths or fields[: len(form.columns)] == list(form.columns)


def count_lines(path: Path) -> int:
    """Lines that are not blank."""
    with open_bytes(path) as stream:
        return sum(1 for line in stream if len(line) > 2 or line.strip())


def lines_of(path: Path, wanted: set[int], skipped: set[int], form: Format, header: bool,
             encoding: str) -> dict[int, int]:  # fmt: skip
    """Line in the file of each wanted row.

    Parameters
    ----------
    wanted
        Row numbers, from 1, among the rows that could be split into columns.
    skipped
        Lines that could not.
    """
    found: dict[int, int] = {}
    row = 0
    for line, whole in _starts(path, form, encoding):
        if header:
            header = False
            continue
        if not whole or line in skipped:
            continue
        row += 1
        if row in wanted:
            found[row] = line
            if len(found) == len(wanted):
                break
    return found


def _starts(path: Path, form: Format, encoding: str) -> Iterator[tuple[int, bool]]:
    """First line of each record, and whether there is something in it."""
    with open_bytes(path) as stream:
        if not form.quote:
            for number, line in enumerate(stream, 1):
                yield number, bool(line.strip())
            return
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        reader = csv.reader(text, delimiter=form.delimiter, quotechar=form.quote)
        before = 0
        for fields in reader:
            yield before + 1, bool(fields)
            before = reader.line_num
