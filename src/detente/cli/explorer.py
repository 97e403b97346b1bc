"""The command that shows events, index and claims in the browser: serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.casebooks import DEFAULT
from detente.cli.common import CasebookOption, Quiet, progress


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(serve)


def serve(
    store: Annotated[
        Path | None,
        typer.Argument(
            help="STORE.duckdb, or events as Parquet, CSV or JSONL; else the casebook's."
        ),
    ] = None,
    casebook: CasebookOption = DEFAULT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 for any free one.", min=0, max=65535)] = 8000,
    browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    index: Annotated[
        bool, typer.Option("--index/--no-index", help="Index the words of a large file, once.")
    ] = True,
    quiet: Quiet = False,
) -> None:
    """The local explorer: dyads, index, events, claims, on a page of this machine. Ctrl-C ends it."""
    from detente import __version__
    from detente.serve import guard, run

    listening = run.take(host, port)
    if not guard.is_local(host):
        typer.echo(
            f"detente: --host {host}: anyone who reaches this machine can read these events; "
            "there is no password",
            err=True,
        )
    with progress(quiet) as say:
        shown = run.site(
            store, casebook, __version__, say, index,
            lambda words: typer.echo(f"detente: {words}", err=True),
        )  # fmt: skip
    if not quiet:
        typer.echo(f"explorer: {run.address(listening)}")
        typer.echo("Ctrl-C ends it")
    run.serve(shown, listening, host, browser)
