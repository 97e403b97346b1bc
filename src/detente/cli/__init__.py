"""The command line: one thin command per verb over plain functions.

Exit status: 0 done, 2 a mistake in the input (the message says where and what to do).
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from detente.cli import claims, explorer, forecasts, measures, records, texts
from detente.errors import DetenteError

app = typer.Typer(
    help="Read a text about two states, record who did what to whom, test its claims, "
    "and tell the result on a page that can be checked line by line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from detente import __version__

        typer.echo(f"detente {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command."""


for _part in (texts, records, measures, claims, forecasts, explorer):
    _part.register(app)


def main() -> None:
    """Run the command line; a mistake in the input ends with its message and status 2."""
    try:
        app(standalone_mode=True)
    except DetenteError as error:
        typer.echo(f"detente: {error}", err=True)
        sys.exit(2)
