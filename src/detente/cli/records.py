"""Commands on records: import, store, casebook."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.casebooks import DEFAULT
from detente.cli.common import AsJson, EngineOption, MasterOption, Quiet, print_json, progress
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.record.casebook import Casebook
    from detente.record.importers.run import Imported

casebook_app = typer.Typer(help="Look at, check and start casebooks.", no_args_is_help=True)
store_app = typer.Typer(
    help="Look at a store of events, and take events out.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("import")(import_events)
    app.add_typer(store_app, name="store")
    app.add_typer(casebook_app, name="casebook")


def import_events(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="gdelt1, gdelt2, gdelt-reduced, icews, icews-triples, polecat, ucdp, or csv.",
        ),
    ],
    files: Annotated[list[Path], typer.Argument(help="Files as published: plain, .gz or .zip.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="OUT.parquet, .csv, .jsonl; or STORE.duckdb to append to."
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(help="For csv: FIELD=COLUMN, as date=Day; repeat. Same names need none."),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Name of the data set, instead of the format's.")
    ] = None,
    dataset_version: Annotated[str, typer.Option(help="Its version, kept with every row.")] = "",
    encoding: Annotated[str, typer.Option(help="utf-8 or latin-1.")] = "utf-8",
    unique: Annotated[
        bool, typer.Option("--unique", help="Keep rows that are the same once, as a store does.")
    ] = False,
    engine: EngineOption = "duckdb",
    spark_master: MasterOption = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Import published event data into one table; rows that cannot be read are set aside."""
    from detente.engine.choose import check
    from detente.record.importers.run import import_files

    if encoding not in {"utf-8", "latin-1"}:
        raise InputError("--encoding", repr(encoding), "utf-8 or latin-1")
    given = (form, files, out, _column_map(column or []), dataset, dataset_version, encoding)
    check(engine, spark_master)
    with progress(quiet) as say:
        if engine == "spark":
            from detente.record.importers import on_spark

            done = on_spark.import_files(*given, say, unique, spark_master)
        else:
            done = import_files(*given, say, unique)
    if json:
        print_json(dataclasses.asdict(done))
    elif not quiet:
        _print_import(done)


def _column_map(given: list[str]) -> dict[str, str]:
    found = {}
    for item in given:
        field, equals, column = item.partition("=")
        if not (field and equals and column):
            raise InputError(f"--column {item}", repr(item), "FIELD=COLUMN, as date=Day")
        found[field] = column
    return found


def _print_import(done: Imported) -> None:
    for count in done.files:
        if count.skipped:
            typer.echo(f"{count.file}: imported before, passed over")
            continue
        repeated = f" + {count.repeated} already there" if count.repeated else ""
        typer.echo(
            f"{count.file}: {count.rows} rows in = {count.kept} kept + {count.set_aside} set aside"
            f"{repeated}; {count.unplaced} without a known source or target state"
        )
    if done.most_unplaced:
        names = ", ".join(f"{name} ({number})" for name, number in done.most_unplaced)
        typer.echo(f"names not placed, most frequent: {names}")
    if done.rejects:
        typer.echo(f"set aside, with file, line and reason: {done.rejects}")
    typer.echo(f"events: {done.out}")


@store_app.command("show")
def store_show(
    store: Annotated[Path, typer.Argument(help="STORE.duckdb, or a file or folder of Parquet.")],
    engine: EngineOption = "duckdb",
    spark_master: MasterOption = None,
    json: AsJson = False,
) -> None:
    """List what a store holds: rows, days and dyads per data set, and every import."""
    from rich.console import Console
    from rich.table import Table

    from detente.engine.choose import connect
    from detente.record.store import Summary, coverage, summary

    if store.suffix == ".duckdb" and engine == "duckdb":
        held = summary(store)
    else:
        runner = connect(engine, spark_master)
        held = Summary(coverage(store, runner), [])
        runner.close()
    if json:
        print_json({"datasets": held.datasets, "imports": held.imports})
        return
    data = Table("data set", "rows", "first day", "last day", "directed dyads", title=str(store))
    for row in held.datasets:
        cells = ("dataset", "row_count", "first", "last", "dyads")
        data.add_row(*(str(row[name] or "") for name in cells))
    imports = Table("file", "sha-256", "format", "rows", "kept", "set aside", "repeated", "when")
    for row in held.imports:
        numbers = [str(row[name]) for name in ("row_count", "kept", "set_aside", "repeated")]
        name, when = Path(row["file"]).name, row["imported_at"][:16].replace("T", " ")
        imports.add_row(name, row["sha256"][:12], row["format"], *numbers, when)
    Console().print(data, *([imports] if held.imports else []))


@store_app.command("export")
def store_export(
    store: Annotated[Path, typer.Argument(help="STORE.duckdb")],
    out: Annotated[Path, typer.Option("--out", "-o", help="OUT.parquet, OUT.csv or OUT.jsonl.")],
    dataset: Annotated[str | None, typer.Option(help="Only this data set.")] = None,
    dyad: Annotated[str | None, typer.Option(help="Only this dyad, as CHN-PRK.")] = None,
    json: AsJson = False,
) -> None:
    """Write a store's events, sorted by source, target and date."""
    from detente.record.store import export

    rows = export(store, out, dataset, dyad)
    if json:
        print_json({"rows": rows, "out": out})
    else:
        typer.echo(f"{rows} rows in {out}")


@casebook_app.command("validate")
def casebook_validate(
    folder: Annotated[str, typer.Argument(help="Folder of the casebook, or a shipped one's name.")],
    json: AsJson = False,
) -> None:
    """Check every row; print each broken one with file, line, field, found, expected."""
    from detente.record import casebook

    path = casebook.find(folder)
    broken = casebook.problems(folder)
    if json:
        keys = ("where", "found", "expected")
        print_json([{key: str(getattr(one, key)) for key in keys} for one in broken])
        raise typer.Exit(2 if broken else 0)
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
    folder: Annotated[str, typer.Argument(help="Folder, or a shipped one's name.")] = DEFAULT,
    json: AsJson = False,
) -> None:
    """List the tables of a casebook: role, rows, counting rule."""
    from rich.console import Console
    from rich.table import Table

    from detente.record import casebook

    loaded = casebook.load(folder)
    if json:
        print_json(_casebook(loaded))
        return
    table = Table("table", "role", "rows", "what counts as a row", title=loaded.title)
    for item in loaded.tables.values():
        table.add_row(item.name, item.role, str(item.rows), item.counting_rule)
    Console().print(table)


def _casebook(loaded: Casebook) -> dict[str, Any]:
    tables = [
        {
            "name": one.name, "role": one.role, "rows": one.rows, "file": one.path.name,
            "counting_rule": one.counting_rule, "complete": one.complete, "sha256": one.sha256,
        }
        for one in loaded.tables.values()
    ]  # fmt: skip
    return {
        "name": loaded.name, "title": loaded.title, "dyad": loaded.dyad, "folder": loaded.folder,
        "tables": tables,
    }  # fmt: skip


@casebook_app.command("new")
def casebook_new(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    dyad: Annotated[str, typer.Option(help="The two states, as IND-PAK.")],
    title: Annotated[str, typer.Option(help="Title of the casebook.")] = "",
) -> None:
    """Start a casebook: the tables with their columns, a claim to begin with, and no rows."""
    from detente.record.new_casebook import create

    for path in create(folder, dyad, title):
        typer.echo(path)
    typer.echo(f"fill the tables, then run: detente casebook validate '{folder}'")
