"""The command line: one thin command per verb over plain functions.

Exit status: 0 done, 2 a mistake in the input (the message says where and what to do).
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.measure.run import Outcome

app = typer.Typer(
    help="Read a text about two states, record who did what to whom, test its claims, "
    "and tell the result on a page that can be checked line by line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
casebook_app = typer.Typer(help="Look at, check and start casebooks.", no_args_is_help=True)
app.add_typer(casebook_app, name="casebook")

CasebookOption = Annotated[
    str, typer.Option("--casebook", "-c", help="A shipped casebook's name, or a folder.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


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


@app.command()
def brief(
    file: Annotated[Path, typer.Argument(help="The article: plain text (UTF-8) or HTML.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")] = Path("out"),
    casebook: CasebookOption = "china-north-korea",
    date: Annotated[
        str | None, typer.Option(help="Date of the article (EDTF: 2017-11-10), if it has none.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print brief.json instead.")] = False,
    quiet: Quiet = False,
) -> None:
    """Check an article: write brief.html and brief.json, print the ten-second answer."""
    from detente import __version__
    from detente.tell import files, output, page, result, verdicts

    _check_date(date)
    with _progress(quiet or json) as say:
        made = result.make(file, casebook, date, say)
        say("writing the page")
        command = _command(file, out, casebook, date)
        as_json = output.as_json(made, command, __version__)
        written = files.write_all(
            out, {"brief.html": page.render(made, command, __version__), "brief.json": as_json}
        )
    if json:
        sys.stdout.write(as_json)
    elif not quiet:
        counts = verdicts.tally(item.verdict.verdict for item in made.findings if item.verdict)
        _print_answer(verdicts.in_one_sentence(counts), counts, written)


@app.command()
def code(
    files: Annotated[
        list[Path], typer.Argument(help="Texts, HTML pages, or JSONL with id, text, date.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="OUT.jsonl, OUT.csv or OUT.parquet.")],
    casebook: Annotated[
        str,
        typer.Option("--casebook", "-c", help="Take people and short names from it; '' for none."),
    ] = "china-north-korea",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Code texts into events, a row each. Stopped, it goes on where it was when run again."""
    from detente.read import jobs
    from detente.record.casebook import load

    people = load(casebook).people if casebook else ()
    with _progress(quiet) as say:
        done = jobs.code_files(
            files, out, people, workers,
            lambda documents, events: say(f"{documents} documents, {events} events"),
        )  # fmt: skip
    if not quiet:
        aside = f", {done.set_aside} set aside in {done.rejects}" if done.set_aside else ""
        typer.echo(f"{done.documents} documents, {done.events} events in {done.out}{aside}")


@app.command("test")
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
    quiet: Quiet = False,
) -> None:
    """Test claims that were written down before looking; a verdict each, with its reason."""
    import json

    from detente.claims import run
    from detente.record.casebook import load
    from detente.tell import files

    case = load(casebook) if casebook else None
    with _progress(quiet) as say:
        verdicts = run.test_file(claims, case, progress=say)
    text = json.dumps(verdicts, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    files.write_all(out.parent, {out.name: text})
    if not quiet:
        for row in verdicts:
            typer.echo(f"{row['id']}: {row['verdict']}. {row['reason']}")


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


@app.command()
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
    quiet: Quiet = False,
) -> None:
    """The relationship index: per direction, both and asymmetry, with 50 and 90 % intervals."""
    from detente.measure import run

    with _progress(quiet) as say:
        say("fitting the index")
        made = run.run_index(events, dyad, all_dyads, by, out, scale)
    _print_table(made, quiet)


@app.command()
def panel(
    events: EventsOption,
    by: Annotated[str, typer.Option(help="week, month or year.")] = "month",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="OUT.parquet, .csv or .jsonl; else CSV is printed."),
    ] = None,
    scale: ScaleOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the named SQL steps.")] = False,
    emit_sql: Annotated[
        str | None, typer.Option("--emit-sql", help="Print the steps in a dialect, as bigquery.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """The directed dyad-month panel of all dyads: counts by type, exposure, zeros included."""
    from detente.measure import run

    with _progress(quiet) as say:
        say("counting")
        made = run.run_panel(events, by, out, scale, show=explain, dialect=emit_sql)
    if made.sql:
        typer.echo(made.sql)
        return
    _print_table(made, quiet)


@app.command()
def explain(
    sentence: Annotated[str, typer.Argument(help="One sentence of English.")],
    casebook: CasebookOption = "china-north-korea",
    date: Annotated[str | None, typer.Option(help="Date of the text (EDTF).")] = None,
) -> None:
    """Show which words gave actors, act, type, date and factuality."""
    from rich.console import Console
    from rich.table import Table

    from detente.read.explain import explain as explained
    from detente.record.casebook import load

    _check_date(date)
    table = Table("what", "read as", "from", show_lines=False)
    for row in explained(sentence, load(casebook).people if casebook else (), date):
        table.add_row(*row, end_section=row[0] == "confidence")
    Console().print(table)


@casebook_app.command("validate")
def casebook_validate(
    folder: Annotated[str, typer.Argument(help="Folder of the casebook, or a shipped one's name.")],
) -> None:
    """Check every row; print each broken one with file, line, field, found, expected."""
    from detente.record import casebook

    path = casebook.find(folder)
    broken = casebook.problems(folder)
    for problem in broken:
        typer.echo(f"{problem.where}: {problem.found}; expected: {problem.expected}", err=True)
    if broken:
        typer.echo(f"{len(broken)} broken row{'s' if len(broken) > 1 else ''} in {path}", err=True)
        raise typer.Exit(2)
    loaded = casebook.load(str(path))
    rows = sum(table.rows for table in loaded.tables.values())
    typer.echo(f"{path}: {len(loaded.tables)} tables, {rows} rows, nothing broken")


@casebook_app.command("show")
def casebook_show(
    folder: Annotated[
        str, typer.Argument(help="Folder, or a shipped one's name.")
    ] = "china-north-korea",
) -> None:
    """List the tables of a casebook: role, rows, counting rule."""
    from rich.console import Console
    from rich.table import Table

    from detente.record import casebook

    loaded = casebook.load(folder)
    table = Table("table", "role", "rows", "what counts as a row", title=loaded.title)
    for item in loaded.tables.values():
        table.add_row(item.name, item.role, str(item.rows), item.counting_rule)
    Console().print(table)


def _print_table(made: Outcome, quiet: bool) -> None:
    """Warnings on standard error; the rows as CSV when they were written to no file."""
    import csv

    for warning in made.warnings:
        typer.echo(f"detente: {warning}", err=True)
    if made.written is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(made.columns)
        writer.writerows(zip(*made.columns.values(), strict=True))
    elif not quiet:
        typer.echo(f"{len(next(iter(made.columns.values())))} rows in {made.written}")


def _check_date(date: str | None) -> None:
    from detente.schema import bounds

    try:
        if date is not None:
            bounds(date)
    except ValueError as error:
        raise DetenteError("--date", str(error), "EDTF, as in 2017-11-10 or 2017-11") from error


def _command(file: Path, out: Path, casebook: str, date: str | None) -> str:
    parts = ["detente", "brief", str(file), "-o", str(out)]
    if casebook != "china-north-korea":
        parts += ["--casebook", casebook]
    if date:
        parts += ["--date", date]
    return shlex.join(parts)


def _print_answer(answer: str, counts: dict[str, int], written: list[Path]) -> None:
    from rich.console import Console

    from detente.tell.verdicts import LOOKS

    console = Console(highlight=False)
    console.print(answer, style="bold")
    for word, number in counts.items():
        console.print(f"  [{LOOKS[word].light}]{LOOKS[word].sign}[/] {number:3} {word}")
    console.print(f"The page: {written[0].resolve()}", soft_wrap=True)


class _progress:
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


def main() -> None:
    """Run the command line; a mistake in the input ends with its message and status 2."""
    try:
        app(standalone_mode=True)
    except DetenteError as error:
        typer.echo(f"detente: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
