"""Files of rows as DuckDB opens them: the kinds there are, how each is laid out and read.

Spark takes a file's column names from here too, and reads text files with DuckDB, so that a
stray quote means the same on both engines.
"""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Any

from detente.errors import InputError

#: How each kind of file is opened. All columns come as text: NA is Namibia, 010 a CAMEO code.
_READERS = {
    ".csv": "read_csv($path, all_varchar = true, header = true, strict_mode = true)",
    ".tsv": "read_csv($path, all_varchar = true, header = true, delim = '\t')",
    ".jsonl": "read_json($path, format = 'newline_delimited', maximum_depth = 1)",
    ".ndjson": "read_json($path, format = 'newline_delimited', maximum_depth = 1)",
    ".parquet": "read_parquet($path)",
}
#: A store of Detente's is read through its table of events.
STORE = ".duckdb"


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is laid out; an empty ``quote`` turns quoting off.

    ``short_lines``: a line may lack its last columns, which are then empty.
    """

    columns: tuple[str, ...]
    delimiter: str
    quote: str
    header: bool
    short_lines: bool = False
    encoding: str = "utf-8"


@dataclasses.dataclass(frozen=True, slots=True)
class Unsplit:
    """A line that could not be split into columns: number, reason, text."""

    line: int
    reason: str
    text: str


def is_parquet(path: Path) -> bool:
    """Whether a path is a Parquet file or a folder of them."""
    return path.suffix.lower() == ".parquet" or path.is_dir()


def names_of(path: Path, connection: Any = None) -> list[str]:
    """Column names of a file (or folder of Parquet files), without reading its rows.

    ``connection``: one that reads the file later, and then need not open it again.

    Raises
    ------
    InputError
        No such file, a suffix that is not known, or a file that cannot be read.
    """
    import duckdb

    if not path.exists():
        raise InputError(path, "no such file", "a file of events", "check the path")
    if path.is_dir() and not any(path.glob("*.parquet")):
        raise InputError(path, "a folder without Parquet files", "a file or folder of events")
    where = str(path / "*.parquet" if path.is_dir() else path)
    opened = "read_parquet($path)" if path.is_dir() else reader(path)
    try:
        with contextlib.nullcontext(connection) if connection else duckdb.connect() as one:
            found = one.execute(f"DESCRIBE FROM {opened}", {"path": where}).fetchall()
            return [row[0] for row in found]
    except duckdb.Error as error:
        raise unreadable(path, error) from error


def reader(path: Path) -> str:
    """The table function that opens a file, with its path as ``$path``."""
    found = _READERS.get(path.suffix.lower())
    if path.name.lower().endswith(".csv.gz"):
        found = _READERS[".csv"]
    if found is None:
        known = ", ".join(sorted([*_READERS, STORE]))
        raise InputError(path, f"the suffix {path.suffix!r}", f"one of {known}")
    return found


def delimited(path: Path, layout: Layout) -> str:
    """The table function that reads a delimited file as text and notes the lines it cannot split."""
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in layout.columns)
    return (
        f"read_csv({literal(str(path))}, columns = {{{names}}}, auto_detect = false, "
        f"header = {str(layout.header).lower()}, delim = {literal(layout.delimiter)}, "
        f"quote = {literal(layout.quote)}, escape = {literal(layout.quote)}, nullstr = '', "
        f"null_padding = {str(layout.short_lines).lower()}, strict_mode = true, "
        f"encoding = {literal(layout.encoding)}, max_line_size = 16777216, "
        "store_rejects = true, rejects_limit = 0)"
    )


def unreadable(path: Path, error: Exception) -> InputError:
    """The message for a file that DuckDB cannot read."""
    kind = "parquet" if is_parquet(path) else path.suffix.lstrip(".")
    todo = "make or fetch it again: it may be truncated" if kind == "parquet" else ""
    return InputError(
        path, f"a file that cannot be read: {str(error).splitlines()[0]}",
        "a whole Parquet file" if todo else f"a {kind} file with a header, in UTF-8", todo,
    )  # fmt: skip


def quoted(name: str) -> str:
    """A column's name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal: a reader's options cannot be bound as parameters."""
    return "'" + text.replace("'", "''") + "'"


def reason(kind: str, words: str) -> str:
    """Why a line could not be split, from DuckDB's kind of error and its words."""
    if kind == "INVALID ENCODING":
        return "bytes that are not UTF-8; try --encoding latin-1"
    return f"{kind.lower()}: {words.splitlines()[0]}"
