"""Commands on claims: test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import AsJson, Quiet, progress, put_json


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("test")(run_claims)


def run_claims(
    claims: Annotated[
        Path, typer.Argument(help="Claims in YAML; file paths in it are relative to it.")
    ],
    casebook: Annotated[
        str, typer.Option("--casebook", "-c", help="Casebook for claims that name its tables.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="JSON file; without it the JSON is printed.")
    ] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Test claims that were written down before looking; a verdict each, with its reason."""
    from detente.claims import run
    from detente.record.casebook import load

    case = load(casebook) if casebook else None
    with progress(quiet) as say:
        verdicts = run.test_file(claims, case, progress=say)
    if put_json(verdicts, out, json) and not quiet:
        for row in verdicts:
            typer.echo(f"{row['id']}: {row['verdict']}. {row['reason']}")
