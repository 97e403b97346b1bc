"""Named SQL steps in DuckDB's dialect, and what an engine must be able to do with them.

A step makes one table out of earlier ones and bears its name, so that every intermediate
result can be looked at and every number traced to the query behind it. Values are bound
as ``$name`` parameters and never pasted into the text; identifiers come from the code,
never from the data. Sums are over integers: they are the same bit for bit on every engine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from detente.engine.dialects import translate

Columns = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A query whose rows become the table ``name``.

    ``params`` are the ``$name`` parameters the query binds; ``why`` says in a sentence
    what the table is for. A ``lazy`` step is not stored: it is worked out where it is used,
    and can bind nothing. By the columns of ``order`` an engine of many workers lays the table
    out, so that what is joined to it comes in that order without being sorted; a ``small`` one
    it sends whole to every worker, so that what is joined to it stays where it is.
    """

    name: str
    sql: str
    why: str
    params: tuple[str, ...] = ()
    lazy: bool = False
    order: tuple[str, ...] = ()
    small: bool = False


class Engine(Protocol):
    """The things a database must do for Detente."""

    dialect: str

    def register(self, name: str, data: Any, numbered: bool = False) -> None:
        """Make columns (a dict of arrays), or a frame, the table ``name``; see ``read``."""

    def read(self, name: str, path: Path, columns: Iterable[str] | None = None) -> list[str]:
        """Open a file as the relation ``name``; return the column names."""

    def names(self, name: str) -> list[str]:
        """Column names of a table."""

    def run(self, step: Step, params: Mapping[str, Any] | None = None) -> None:
        """Make the step's table, in place of an older one of its name."""

    def columns(self, sql: str, params: Mapping[str, Any] | None = None) -> Columns:
        """Rows of a query as a dict of NumPy arrays, one per column."""

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query to a CSV, JSONL or Parquet file (by suffix)."""

    def exists(self, name: str) -> bool:
        """Whether a table or relation of that name is there."""

    def drop(self, name: str) -> None:
        """Remove a table or relation if it is there."""

    def close(self) -> None:
        """Let go of the database."""


def run_all(engine: Engine, steps: Iterable[Step], params: Mapping[str, Any] | None = None) -> None:
    """Run steps in order, each with the parameters it names."""
    given = dict(params or {})
    for step in steps:
        engine.run(step, {name: given[name] for name in step.params})


def explain(steps: Sequence[Step]) -> str:
    """The steps as a person reads them: name, reason, query."""
    parts = []
    for number, step in enumerate(steps, 1):
        bound = (
            f"\n-- binds: {', '.join('$' + name for name in step.params)}" if step.params else ""
        )
        parts.append(f"-- {number}. {step.name}: {step.why}{bound}\n{step.sql.strip()};\n")
    return "\n".join(parts)


def emit(steps: Sequence[Step], dialect: str, tables: Mapping[str, Columns] | None = None) -> str:
    """The steps as ``CREATE TABLE`` statements of another SQL dialect.

    Parameters
    ----------
    steps
        What to print.
    dialect
        A dialect of sqlglot (``bigquery``, ``spark``, ``snowflake``, …), or ``duckdb``.
    tables
        Small tables that the steps need and that are made outside SQL, by name; they are
        printed first, row by row.

    Raises
    ------
    DetenteError
        sqlglot has no such dialect.
    """
    parts = [
        f"-- {name}: a small table that Detente makes\n{translate(_rows(name, columns), dialect)};\n"
        for name, columns in (tables or {}).items()
    ]
    for step in steps:
        text = f"CREATE OR REPLACE TABLE {step.name} AS\n{step.sql.strip()}"
        parts.append(f"-- {step.name}: {step.why}\n{translate(text, dialect)};\n")
    return "\n".join(parts)


def _rows(name: str, columns: Columns) -> str:
    """A table as a statement: these rows are no user's input, but the tables of this program."""
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    listed = ",\n    ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    return (
        f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES\n    {listed}\n) "
        f"AS t({', '.join(columns)})"
    )


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
