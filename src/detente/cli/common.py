"""What several commands share: options, progress, checks of arguments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from detente.errors import DetenteError

CasebookOption = Annotated[
    str, typer.Option("--casebook", "-c", help="A shipped casebook's name, or a folder.")
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
