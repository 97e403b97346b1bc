"""What ``detente index`` and ``detente panel`` do, as plain functions."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.engine import duckdb
from detente.engine.choose import connect, put, spark
from detente.engine.sql import Columns, emit, explain
from detente.errors import InputError
from detente.measure import panel as panels
from detente.measure import states
from detente.measure.events import between
from detente.measure.periods import GRAINS, By

if TYPE_CHECKING:
    from detente.measure.breaks import Breaks
    from detente.measure.largest import Largest

#: Small tables that the panel's steps need, made in Python from the scale and the states.
LOOKUPS = ("types", "weights", "actors", "slots_of", "slots", "periods")
#: Suffixes a table can be written under.
SUFFIXES = (".csv", ".parquet", ".jsonl")


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to show: the table, the warnings, the SQL where asked for.

    ``rows`` counts a table that was written and is not in ``columns``.

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
    rows: int | None = None


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
    any_actor: bool = False,
    engine: str = "duckdb",
    master: str | None = None,
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
    any_actor
        Take every text as an actor that always existed, instead of known codes only.
    engine, master
        As in :func:`detente.engine.choose.connect`.

    Raises
    ------
    InputError
        Neither or both of ``dyad`` and ``all_dyads``; or as in
        :func:`detente.measure.index.index`. Nothing is written then.
    """
    # the model stands on SciPy, which takes longer to load than a panel of one dyad to make
    from detente.measure import index as indices
    from detente.measure.history import breaks_in
    from detente.measure.largest import largest

    if (dyad is None) != all_dyads:
        found = "both" if dyad is not None else "neither"
        raise InputError("--dyad, --all", found, "one of them", "--dyad CHN-PRK, or --all")
    grains, target = grain(by), _target(out)
    runner = connect(engine, master, threads)
    try:
        found_index = indices.index(
            events, dyad, grains, scale=scale, dataset=dataset, engine=runner,
            check_states=not any_actor,
        )  # fmt: skip
        if target is not None:
            write(found_index.columns, target)
        plain = Outcome(found_index.columns, found_index.warnings, target)
        if not details or dyad is None or not len(found_index.columns["month"]):
            return plain
        breaks, periods = breaks_in(runner, dyad, grains, not any_actor)
        acts = largest(runner, dyad, grains, check_states=not any_actor)
        return dataclasses.replace(plain, breaks=breaks, periods=periods, largest=acts)
    finally:
        runner.close()


def run_panel(
    events: str | Path,
    by: str = "month",
    out: str | Path | None = None,
    scale: str | Path | None = None,
    dataset: str | None = None,
    show: bool = False,
    dialect: str | None = None,
    threads: int | None = None,
    dyad: str | None = None,
    engine: str = "duckdb",
    master: str | None = None,
) -> Outcome:
    """``detente panel``: the directed dyad-month panel, and the file it is written to.

    Parameters
    ----------
    events, by, out, scale, dataset, threads, engine, master
        As in :func:`run_index`. Rows that are written are not held in memory as well, and are
        not in the outcome; Spark writes ``.parquet`` as a folder.
    show
        ``--explain``: the named steps with their reasons, in ``Outcome.sql``.
    dialect
        ``--emit-sql``: the steps in another SQL dialect, in ``Outcome.sql``.
    dyad
        One dyad alone, as in :func:`detente.measure.panel.prepare`; Spark finds its rows, and
        this machine's DuckDB counts them.

    Raises
    ------
    InputError
        As in :func:`detente.measure.panel.panel`. Nothing is written then.
    """
    grains, target = grain(by), _target(out)
    given: Any = events
    if dyad is not None and engine == "spark":
        # dozens of small jobs take a cluster most of a minute, and DuckDB none
        with contextlib.closing(spark(master)) as cluster:
            given = between(cluster, Path(events), states.pair(dyad, True))
        engine, master = "duckdb", None
    runner = connect(engine, master, threads)
    try:
        made = panels.prepare(runner, given, grains, scale, dataset=dataset, dyad=dyad)
        sql = explain(made.steps) if show else ""
        if dialect:
            # the steps that only name wrong or repeated rows are of no use elsewhere
            steps = [step for step in made.steps if step.name not in ("ids", "each_row", "acts")]
            tables = {name: runner.columns(f"SELECT * FROM {name}") for name in LOOKUPS}
            sql = emit(steps, dialect, tables)
        query = panels.ROWS if dyad is None else panels.ROWS_OF_ONE
        if target is not None:
            put(target, lambda part: runner.write(query, part))
            rows = int(runner.columns("SELECT count(*) AS n FROM spine")["n"][0])
            return Outcome({}, made.warnings, target, sql, rows=rows)
        return Outcome({} if sql else runner.columns(query), made.warnings, None, sql)
    finally:
        runner.close()


def write(columns: Columns, target: Path) -> None:
    """Write a table whole or not at all: to a file beside the target, then renamed."""
    engine = duckdb.connect()
    try:
        engine.register("_result", columns)
        put(target, lambda part: engine.write('SELECT * FROM "_result"', part))
    finally:
        engine.close()


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
