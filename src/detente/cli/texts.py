"""Commands on texts: brief, code, explain."""

from __future__ import annotations

import dataclasses
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.casebooks import AUTO
from detente.cli.common import (
    AsJson,
    EngineOption,
    FittingOption,
    MasterOption,
    Quiet,
    check_date,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from detente.read.actors import Name
    from detente.tell.result import Brief


ActorsOption = Annotated[
    Path | None,
    typer.Option(help="CSV of your own actors: name, aliases, iso3, code, sector, start, end."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (brief, code, explain):
        app.command()(command)


def brief(
    file: Annotated[Path, typer.Argument(help="The article: plain text (UTF-8) or HTML.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")] = Path("out"),
    casebook: FittingOption = AUTO,
    date: Annotated[
        str | None, typer.Option(help="Date of the article (EDTF: 2017-11-10), if it has none.")
    ] = None,
    json: AsJson = False,
    extras: Annotated[
        bool, typer.Option("--extras", help="Also write sources, reviews, tables and figures.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Check an article: write brief.html and brief.json, print the ten-second answer."""
    from detente import __version__
    from detente.tell import files, output, page, result, verdicts

    check_date(date)
    with progress(quiet) as say:
        made = result.make(file, casebook, date, say)
        say("writing the page")
        command = _command(file, out, casebook, made, date) + (" --extras" if extras else "")
        as_json = output.as_json(made, command, __version__)
        contents: dict[str, str | bytes] = {
            "brief.html": page.render(made, command, __version__),
            "brief.json": as_json,
        }
        if extras:
            from detente.tell.extras import extras as all_extras

            say("drawing the figures")
            contents |= all_extras(made)
        written = files.write_all(out, contents)
    if json:
        sys.stdout.write(as_json)
    elif not quiet:
        counts = verdicts.tally(item.verdict.verdict for item in made.findings if item.verdict)
        _print_answer(verdicts.in_one_sentence(counts), counts, written)
    if casebook == AUTO and made.reading.dyad != made.casebook.dyad:
        typer.echo(f"detente: {_unfit(made)}", err=True)


def _unfit(made: Brief) -> str:
    """That the text is about others than the casebook, and what can be done."""
    from detente.measure.states import names

    about, held = (
        " and ".join(names().get(code, code) for code in dyad)
        for dyad in (made.reading.dyad, made.casebook.dyad)
    )
    words = f"no casebook is shipped for {about}; the text was checked against that of {held}"
    if len(made.reading.dyad) == 2:
        words += f"; to make one: detente casebook new FOLDER --dyad {'-'.join(made.reading.dyad)}"
    return words


def code(
    files: Annotated[
        list[Path],
        typer.Argument(help="Texts, HTML pages, JSONL or Parquet with id, text, date; or folders."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="OUT.jsonl, OUT.csv or OUT.parquet.")],
    casebook: Annotated[
        str,
        typer.Option(
            "--casebook",
            "-c",
            help="Take people and short names from it; auto for all shipped, '' for none.",
        ),
    ] = AUTO,
    actors: ActorsOption = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    engine: EngineOption = "duckdb",
    spark_master: MasterOption = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Code texts into events, a row each. Stopped, it goes on where it was when run again."""
    from detente.engine.choose import check
    from detente.read import jobs, on_spark
    from detente.record.fitting import people

    check(engine, spark_master)
    known = (*_own(actors), *people(casebook))
    with progress(quiet) as say:
        told = _Rate(say, 0 if quiet else jobs.how_many(files))
        if engine == "spark":
            done = on_spark.code_files(files, out, known, told, spark_master)
        else:
            done = jobs.code_files(files, out, known, workers, told)
    if json:
        print_json(dataclasses.asdict(done))
    elif not quiet:
        aside = f", {done.set_aside} set aside in {done.rejects}" if done.set_aside else ""
        typer.echo(f"{done.documents} documents, {done.events} events in {done.out}{aside}")


def explain(
    sentence: Annotated[str, typer.Argument(help="One sentence of English.")],
    casebook: FittingOption = AUTO,
    date: Annotated[str | None, typer.Option(help="Date of the text (EDTF).")] = None,
    actors: ActorsOption = None,
    json: AsJson = False,
) -> None:
    """Show which words gave actors, act, type, date and factuality, with the probabilities."""
    from rich.console import Console
    from rich.table import Table

    from detente.read.explain import as_dict
    from detente.read.explain import explain as explained
    from detente.record.fitting import people

    check_date(date)
    known = (*_own(actors), *people(casebook))
    if json:
        print_json({"sentence": sentence, **as_dict(sentence, known, date)})
        return
    rows = explained(sentence, known, date)
    table = Table("what", "read as", "from", show_lines=False)
    for row in rows:
        table.add_row(*row, end_section=row[0] == "confidence")
    Console().print(table)


def _command(file: Path, out: Path, casebook: str, made: Brief, date: str | None) -> str:
    """The command that makes the page again, whatever other casebooks are there by then."""
    named = made.casebook.name if casebook == AUTO else casebook
    parts = ["detente", "brief", str(file), "-o", str(out), "--casebook", named]
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


def _own(actors: Path | None) -> tuple[Name, ...]:
    from detente.read.own_actors import read_actors

    return read_actors(actors) if actors else ()


class _Rate:
    """Tells how far a job is, how fast it goes, and how long it will still take."""

    def __init__(self, say: Callable[[str], None], total: int) -> None:
        self.say, self.total = say, total
        self.start, self.before = time.monotonic(), -1

    def __call__(self, documents: int, events: int) -> None:
        if self.before < 0:  # what an earlier run did says nothing of this one's speed
            self.before, self.start = documents, time.monotonic()
        done, seconds = documents - self.before, time.monotonic() - self.start
        words = f"{documents} of {self.total} documents, {events} events"
        if done and seconds:
            left = (self.total - documents) * seconds / done
            words += f", {done / seconds:.1f} documents/s, {left / 60:.1f} minutes left"
        self.say(words)
