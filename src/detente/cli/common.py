"""What several commands share: options, progress, checks of arguments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.measure.run import Outcome

CasebookOption = Annotated[
    str, typer.Option("--casebook", "-c", help="A shipped casebook's name, or a folder.")
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="duckdb, or spark (needs detente[spark] and Java 17).")
]
MasterOption = Annotated[
    str | None,
    typer.Option("--spark-master", help="Spark's master, as spark://host:7077; else this machine."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


def check_date(date: str | None) -> None:
    """Stop at a ``--date`` that is not EDTF."""
    from detente.schema import bounds

    try:
        if date is not None:
            bounds(date)
    except ValueError as error:
        raise DetenteError("--date", str(error), "EDTF, as in 2017-11-10 or 2017-11") from error


class progress:
    """Says on standard error what is being done; silent when asked or when piped."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet or not sys.stderr.isatty()

    def __enter__(self) -> Callable[[str], None]:
        if self.quiet:
            return lambda _: None
        from rich.console import Console

        self._status = Console(stderr=True).status("starting")
        self._status.start()
        return lambda words: self._status.update(words)

    def __exit__(self, *_: object) -> None:
        if not self.quiet:
            self._status.stop()


def print_table(made: Outcome, quiet: bool, drawn: bool = False) -> None:
    """Warnings on standard error; the rows as CSV when they were neither written nor drawn."""
    import csv

    for warning in made.warnings:
        typer.echo(f"detente: {warning}", err=True)
    if made.written is None and drawn:
        return
    if made.written is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(made.columns)
        writer.writerows(zip(*made.columns.values(), strict=True))
    elif not quiet:
        rows = made.rows if made.rows is not None else len(next(iter(made.columns.values())))
        typer.echo(f"{rows} rows in {made.written}")


def put_json(found: Any, out: Path | None) -> bool:
    """Write an answer as JSON to a file, whole or not at all, or print it; whether to a file."""
    import json

    from detente.tell import files

    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
        return False
    files.write_all(out.parent, {out.name: text})
    return True
