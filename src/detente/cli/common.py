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
FittingOption = Annotated[
    str,
    typer.Option(
        "--casebook",
        "-c",
        help="A shipped casebook's name, or a folder; auto: the shipped one that fits the text.",
    ),
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="duckdb, or spark (needs detente[spark] and Java 17).")
]
MasterOption = Annotated[
    str | None,
    typer.Option("--spark-master", help="Spark's master, as spark://host:7077; else this machine."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
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


def print_table(made: Outcome, quiet: bool, drawn: bool = False, json: bool = False) -> None:
    """Warnings on standard error; the rows as CSV when they were neither written nor drawn.

    With ``json``: the rows as a list of objects, or how many were written where.
    """
    import csv

    for warning in made.warnings:
        typer.echo(f"detente: {warning}", err=True)
    rows = made.rows if made.rows is not None else len(next(iter(made.columns.values())))
    if json and made.written is not None:
        print_json({"rows": rows, "out": made.written})
        return
    if json:
        names = list(made.columns)
        columns = [[_value(cell) for cell in made.columns[name]] for name in names]
        print_json([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)])
        return
    if made.written is None and drawn:
        return
    if made.written is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(made.columns)
        writer.writerows(zip(*made.columns.values(), strict=True))
    elif not quiet:
        typer.echo(f"{rows} rows in {made.written}")


def _value(cell: Any) -> Any:
    """A cell as JSON knows it: plain Python, and null for what is no number."""
    plain = cell.item() if hasattr(cell, "item") else cell
    return None if isinstance(plain, float) and plain != plain else plain


def print_json(found: Any) -> None:
    """Print a result for programs: JSON in UTF-8, paths as text."""
    import json

    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n")


def put_json(found: Any, out: Path | None, show: bool = False) -> bool:
    """Write an answer as JSON to a file, whole or not at all; print it where asked or without one.

    Returns whether a line for a person may follow.
    """
    import json

    from detente.tell import files

    if out is not None:
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        files.write_all(out.parent, {out.name: text})
    if out is None or show:
        print_json(found)
        return False
    return True
