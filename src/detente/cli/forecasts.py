"""Commands on what comes next: forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import AsJson, Quiet, print_table, progress, put_json


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("forecast")(forecast)


def forecast(
    claims: Annotated[
        Path | None,
        typer.Argument(help="Questions in YAML (kind: forecast); else the casebook's own."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="A day, as 2017-11-10; overrides the questions'.")
    ] = None,
    casebook: Annotated[
        str, typer.Option("--casebook", "-c", help="Casebook for questions that name its tables.")
    ] = "",
    events: Annotated[
        Path | None, typer.Option("--events", help="Instead: an events file, for all its dyads.")
    ] = None,
    by: Annotated[str, typer.Option(help="With --events: week, month or year.")] = "month",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="JSON file (CSV, Parquet, JSONL with --events)."),
    ] = None,
    diagram: Annotated[
        Path | None,
        typer.Option(help="Reliability diagrams of the track records: OUT.svg or .png."),
    ] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Answer questions about what comes next, each with the track record of its model."""
    from detente.errors import InputError
    from detente.record.casebook import find

    if events is not None:
        from detente.forecast import dyads

        if claims is not None or as_of is not None:
            raise InputError("--events", "together with questions", "one of the two")
        with progress(quiet) as say:
            say("forecasting all dyads")
            made = dyads.run(events, by, out)
        print_table(made, quiet, json=json)
        return
    if claims is None:
        if not casebook:
            raise InputError("CLAIMS", "no questions", "a file, or --casebook NAME")
        claims = find(casebook) / "forecasts.yaml"

    from detente.forecast.answer import answer_file
    from detente.tell import index_plot

    if diagram is not None:
        index_plot.check(diagram, "--diagram")
    with progress(quiet) as say:
        found = answer_file(claims, as_of, casebook or None, say)
    if diagram is not None:
        from detente.tell import reliability_plot

        index_plot.write(reliability_plot.chart(found["questions"]), diagram)
    if put_json(found, out, json) and not quiet:
        for row in found["questions"]:
            typer.echo(f"{row['id']}: {row['text']}")
