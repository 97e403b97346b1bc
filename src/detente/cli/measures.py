"""Commands that measure: index, panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.common import (
    AsJson,
    EngineOption,
    MasterOption,
    Quiet,
    print_table,
    progress,
)
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.measure.run import Outcome


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (index, panel):
        app.command()(command)


EventsOption = Annotated[
    Path,
    typer.Option(
        "--events", help="Parquet, CSV, JSONL: date, source_iso3, target_iso3, event_type."
    ),
]
ScaleOption = Annotated[
    Path | None,
    typer.Option("--scale", help="Your own weights: CSV with event_type, mode, intensity."),
]
DatasetOption = Annotated[
    str | None, typer.Option("--dataset", help="Count only rows of this dataset.")
]
AnyActorOption = Annotated[
    bool,
    typer.Option("--any-actor", help="Any text is an actor; no code or lifetime is checked."),
]


def index(
    events: EventsOption,
    dyad: Annotated[str | None, typer.Option(help="A dyad, as CHN-PRK.")] = None,
    all_dyads: Annotated[bool, typer.Option("--all", help="Every dyad of the file.")] = False,
    by: Annotated[str, typer.Option(help="week, month or year.")] = "month",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="OUT.csv, .parquet or .jsonl; else CSV is printed."),
    ] = None,
    scale: ScaleOption = None,
    dataset: DatasetOption = None,
    any_actor: AnyActorOption = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw a dyad: OUT.svg or OUT.png, with bands, breaks, largest acts."),
    ] = None,
    engine: EngineOption = "duckdb",
    spark_master: MasterOption = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The relationship index: per direction, both and asymmetry, with 50 and 90 % intervals."""
    from detente.measure import run

    with progress(quiet) as say:
        say("fitting the index")
        if plot is not None:
            _check_plot(plot, dyad)
        made = run.run_index(
            events, dyad, all_dyads, by, out, scale, details=plot is not None,
            dataset=dataset, any_actor=any_actor, engine=engine, master=spark_master,
        )  # fmt: skip
        if plot is not None and dyad is not None:
            say("drawing")
            _draw(events, made, plot, json)
    print_table(made, quiet, drawn=plot is not None, json=json)


def panel(
    events: EventsOption,
    by: Annotated[str, typer.Option(help="week, month or year.")] = "month",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="OUT.parquet, .csv or .jsonl; else CSV is printed."),
    ] = None,
    scale: ScaleOption = None,
    dataset: DatasetOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the named SQL steps.")] = False,
    emit_sql: Annotated[
        str | None, typer.Option("--emit-sql", help="Print the steps in a dialect, as bigquery.")
    ] = None,
    dyad: Annotated[
        str | None, typer.Option(help="One dyad alone, as CHN-PRK: fast on a sorted Parquet file.")
    ] = None,
    engine: EngineOption = "duckdb",
    spark_master: MasterOption = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The directed dyad-month panel of all dyads: counts by type, exposure, zeros included."""
    from detente.measure import run

    with progress(quiet) as say:
        say("counting")
        made = run.run_panel(
            events, by, out, scale, dataset, show=explain, dialect=emit_sql, dyad=dyad,
            engine=engine, master=spark_master,
        )  # fmt: skip
    if made.sql:
        typer.echo(made.sql)
        return
    print_table(made, quiet, json=json)


def _check_plot(plot: Path, dyad: str | None) -> None:
    from detente.tell.index_plot import check

    if dyad is None:
        raise InputError("--plot", "no dyad", "one dyad at a time", "add --dyad CHN-PRK")
    check(plot)


def _draw(events: Path, made: Outcome, plot: Path, json: bool) -> None:
    from detente.tell import index_plot

    if not len(made.columns["month"]):
        raise InputError(f"--plot {plot}", "no acts of this dyad", "something to draw")
    chart = index_plot.chart(made.columns, made.breaks, made.periods, made.largest, events.name)
    index_plot.write(chart, plot)
    if not json:
        typer.echo(f"figure: {plot}")
