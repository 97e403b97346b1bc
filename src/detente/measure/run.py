"""What ``detente index`` and ``detente panel`` do, as plain functions."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.engine.duckdb import DuckDB, connect
from detente.engine.sql import Columns, emit, explain
from detente.errors import InputError
from detente.measure import index as indices
from detente.measure import panel as panels
from detente.measure.breaks import Breaks
from detente.measure.history import breaks_in
from detente.measure.largest import Largest, largest
from detente.measure.periods import GRAINS, By

#: Suffixes a table can be written under.
SUFFIXES = (".csv", ".parquet", ".jsonl")


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to show: the table, the warnings, the SQL where asked for.

    ``breaks`` (by direction, positions in ``periods``) and ``largest`` are there when details
    of a dyad were asked for.
    """

    columns: Columns
    warnings: tuple[str, ...]
    written: Path | None
    sql: str = ""
    breaks: Mapping[str, Breaks] = dataclasses.field(default_factory=dict)
    periods: Sequence[str] = ()
    largest: Sequence[Largest] = ()


def run_index(
    events: str | Path,
    dyad: str | None = None,
    all_dyads: bool = False,
    by: str = "month",
    out: str | Path | None = None,
    scale: str | Path | None = None,
    dataset: str | None = None,
    threads: int | None = None,
    details: bool = False,
) -> Outcome:
    """``detente index``: the index of a dyad, or of all, and the file it is written to.

    Parameters
    ----------
    events
        An events file (Parquet, CSV, JSONL).
    dyad, all_dyads
        One of the two: ``CHN-PRK``, or every dyad of the file.
    by
        ``week``, ``month`` or ``year``.
    out
        A ``.csv``, ``.parquet`` or ``.jsonl`` file to write; nothing is written without.
    scale
        A CSV with the user's own weights.
    dataset
        Count only rows of this dataset.
    threads
        Threads of the SQL engine.
    details
        Of a dyad, its breaks and largest acts as well.

    Raises
    ------
    InputError
        Neither or both of ``dyad`` and ``all_dyads``; or as in
        :func:`detente.measure.index.index`. Nothing is written then.
    """
    if (dyad is None) != all_dyads:
        found = "both" if dyad is not None else "neither"
        raise InputError("--dyad, --all", found, "one of them", "--dyad CHN-PRK, or --all")
    grains, target = grain(by), _target(out)
    engine = connect(threads=threads)
    try:
        found_index = indices.index(
            events, dyad, grains, scale=scale, dataset=dataset, engine=engine
        )
        if target is not None:
            write(engine, found_index.columns, target)
        plain = Outcome(found_index.columns, found_index.warnings, target)
        if not details or dyad is None or not len(found_index.columns["month"]):
            return plain
        breaks, periods = breaks_in(engine, dyad, grains)
        acts = largest(engine, dyad, grains)
        return dataclasses.replace(plain, breaks=breaks, periods=periods, largest=acts)
    finally:
        engine.close()


def run_panel(
    events: str | Path,
    by: str = "month",
    out: str | Path | None = None,
    scale: str | Path | None = None,
    dataset: str | None = None,
    show: bool = False,
    dialect: str | None = None,
    threads: int | None = None,
) -> Outcome:
    """``detente panel``: the directed dyad-month panel, and the file it is written to.

    Parameters
    ----------
    events, by, out, scale, dataset, threads
        As in :func:`run_index`.
    show
        ``--explain``: the named steps with their reasons, in ``Outcome.sql``.
    dialect
        ``--emit-sql``: the steps in another SQL dialect, in ``Outcome.sql``.

    Raises
    ------
    InputError
        As in :func:`detente.measure.panel.panel`. Nothing is written then.
    """
    grains, target = grain(by), _target(out)
    engine = connect(threads=threads)
    try:
        made = panels.panel(events, grains, scale, dataset=dataset, engine=engine)
        if target is not None:
            write(engine, made.columns, target)
    finally:
        engine.close()
    sql = emit(made.steps, dialect) if dialect else explain(made.steps) if show else ""
    return Outcome(made.columns, made.warnings, target, sql)


def write(engine: DuckDB, columns: Columns, target: Path) -> None:
    """Write a table whole or not at all: to a file beside the target, then renamed."""
    engine.register("_result", columns)
    handle, name = tempfile.mkstemp(suffix=target.suffix, dir=target.parent)
    os.close(handle)
    try:
        engine.write('SELECT * FROM "_result"', Path(name))
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
        engine.drop("_result")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def grain(by: str) -> By:
    """The grain of a name; :class:`InputError` for any other word."""
    for known in GRAINS:
        if by == known:
            return known
    raise InputError("--by", repr(by), " or ".join(GRAINS))


def _target(out: Any) -> Path | None:
    if out is None:
        return None
    path = Path(out)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"-o {path}", f"the suffix {path.suffix!r}", " or ".join(SUFFIXES))
    if not path.parent.is_dir():
        raise InputError(f"-o {path}", "no such folder", "a folder that exists")
    return path
