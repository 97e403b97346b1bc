"""The manual page of every command, from the commands themselves: ``make manual``."""

from __future__ import annotations

import html

import typer
from typer.cli import get_docs_for_click

from detente.cli import app

HEAD = """# Every command

Made from the commands themselves by `make manual`. Exit status: 0 done, 2 a mistake in the input, and
the message says where it is, what was found and what to do. A command that is stopped leaves no half
file behind. Progress goes to standard error, and only to a terminal; colours are off when piped and
under `NO_COLOR`. Examples that run are in the [tutorial](tutorial.md).

"""


def manual() -> str:
    """The text of ``docs/manual.md``."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="detente")
    pages = get_docs_for_click(obj=command, ctx=context, name="detente")
    body = html.unescape(pages).split("**Usage**", 1)[1]
    lines = [line.rstrip() for line in f"**Usage**{body}".strip().splitlines()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(manual(), end="")
