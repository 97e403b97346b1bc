"""A case as a Frictionless Data Package: records, calendar, people, series, claims, sources.

A casebook is a folder with a ``datapackage.json``. Its ``detente`` property names the dyad
and, per resource, the ``role`` of the table: ``records`` (acts with the common columns),
``calendar`` (occasions with start and end), ``people`` (dated offices), ``series`` (yearly
numbers) or ``sources``. ``complete`` on a table of records states from when to when it
holds every act that its counting rule covers: only then is an absence evidence.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from detente.casebooks import DEFAULT
from detente.errors import CasebookError
from detente.ontology import listed
from detente.read.actors import Name, place_names
from detente.record import validate
from detente.record.validate import read_rows
from detente.schema import Evidence, bounds


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One dated act of a casebook: a row of a table with role ``records``.

    ``sources`` and ``targets`` are actor codes; ``terms`` the words a text would use for
    it; ``extra`` the columns beyond the common ones.
    """

    record_id: str
    table: str
    date: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    event_type: str
    mode: str
    kind: str
    title: str
    terms: tuple[str, ...]
    people: tuple[str, ...]
    place: str
    cite: str
    cite_where: str
    confidence: str
    note: str
    extra: dict[str, str]

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day of the act's date."""
        return bounds(self.date)


@dataclasses.dataclass(frozen=True, slots=True)
class Occasion:
    """An entry of a calendar: a summit, a congress, an anniversary; days included."""

    occasion_id: str
    table: str
    name: str
    aliases: tuple[str, ...]
    states: tuple[str, ...]
    host: str
    place: str
    start: dt.date
    end: dt.date
    kind: str
    cite: str
    cite_where: str
    confidence: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table's place and rules: what it counts, and the period in which it is complete.

    ``from_first`` names the kinds of act of which it holds every one since the first.
    """

    name: str
    path: Path
    role: str
    counting_rule: str
    complete: tuple[dt.date, dt.date] | None
    from_first: tuple[str, ...]
    rows: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Casebook:
    """A loaded case."""

    name: str
    title: str
    folder: Path
    dyad: tuple[str, str]
    tables: dict[str, Table]
    records: tuple[Record, ...]
    occasions: tuple[Occasion, ...]
    people: tuple[Name, ...]
    series: dict[str, list[dict[str, str]]]
    sources: dict[str, dict[str, str]]
    claims: tuple[dict[str, Any], ...]

    def evidence(self, row: Record | Occasion) -> Evidence:
        """A row with its citation spelled out, as a page shows it."""
        source = self.sources.get(row.cite, {})
        words = [source.get("author", ""), source.get("title", ""), source.get("publisher", ""),
                 source.get("date", "")]  # fmt: skip
        if isinstance(row, Record):
            record_id, date, title = row.record_id, row.date, row.title
        else:
            record_id, title = row.occasion_id, row.name
            date = f"{row.start}/{row.end}" if row.end != row.start else str(row.start)
        return Evidence(
            record_id=record_id,
            table=row.table,
            date=date,
            title=title,
            source=", ".join(dict.fromkeys(word for word in words if word)),
            source_where=row.cite_where,
            url=source.get("url", ""),
            confidence=row.confidence,
            note=row.note,
        )


def shipped() -> list[str]:
    """Names of the casebooks that come with Detente."""
    root = resources.files("detente.casebooks")
    return sorted(
        item.name for item in root.iterdir() if item.joinpath("datapackage.json").is_file()
    )


def dyad_of(name_or_folder: str | Path) -> tuple[str, str]:
    """The two states of a casebook, of which no more is read."""
    one, two = _descriptor(find(name_or_folder))["detente"]["dyad"]
    return one, two


def find(name_or_folder: str | Path) -> Path:
    """The folder of a shipped casebook's name, or of a path.

    Raises
    ------
    CasebookError
        Neither a shipped name nor a folder with a ``datapackage.json``.
    """
    folder = Path(str(name_or_folder))
    if folder.name == "datapackage.json":
        folder = folder.parent
    if (folder / "datapackage.json").is_file():
        return folder
    named = Path(str(resources.files("detente.casebooks").joinpath(str(name_or_folder))))
    if (named / "datapackage.json").is_file():
        return named
    raise CasebookError(
        folder,
        "no casebook here: there is no datapackage.json in it",
        f"a casebook folder, or one of the shipped ones: {', '.join(shipped())}",
        "name an existing folder with --casebook",
    )


def problems(name_or_folder: str | Path) -> list[validate.Problem]:
    """Every broken row of a casebook; an empty list when nothing is."""
    folder = find(name_or_folder)
    return validate.problems(folder, _descriptor(folder))


@functools.lru_cache(maxsize=8)
def load(name_or_folder: str | Path = DEFAULT) -> Casebook:
    """Load and check a casebook.

    Raises
    ------
    CasebookError
        The folder is no casebook, or a row is broken; the message names file, line, field,
        what was found and what was expected. ``validate`` lists all broken rows.
    """
    folder = find(name_or_folder)
    package = _descriptor(folder)
    # What is shipped was checked before (tests/record); the check takes a second of start-up.
    broken = (
        []
        if folder.name in shipped() and folder == find(folder.name)
        else (validate.problems(folder, package))
    )
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise CasebookError(
            broken[0].where,
            broken[0].found + more,
            broken[0].expected,
            f"mend the row, then run: detente casebook validate '{folder}'",
        )
    return _build(folder, package)


def _descriptor(folder: Path) -> dict[str, Any]:
    file = folder / "datapackage.json"
    try:
        package: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise CasebookError(
            f"{file}:{error.lineno}", f"not JSON ({error.msg})", "a data package descriptor"
        ) from error
    dyad = package.get("detente", {}).get("dyad")
    if not isinstance(dyad, list) or len(dyad) != 2:
        raise CasebookError(
            file, f"property detente.dyad is {dyad!r}", 'two ISO3 codes, as in ["CHN", "PRK"]'
        )
    return package


def _build(folder: Path, package: dict[str, Any]) -> Casebook:
    tables: dict[str, Table] = {}
    records: list[Record] = []
    occasions: list[Occasion] = []
    people: list[Name] = []
    series: dict[str, list[dict[str, str]]] = {}
    sources: dict[str, dict[str, str]] = {}
    for resource in package["resources"]:
        name, path = resource["name"], folder / resource["path"]
        rows = read_rows(path)
        about = resource.get("detente", {})
        tables[name] = _table(name, path, about, len(rows))
        match about.get("role"):
            case "records":
                records += [_record(row, name) for row in rows]
            case "calendar":
                occasions += [_occasion(row, name) for row in rows]
            case "people":
                people += [name_ for row in rows for name_ in _names(row)]
            case "sources":
                sources |= {row["id"]: row for row in rows}
            case _:
                series[name] = rows
    return Casebook(
        name=package["name"],
        title=package.get("title", package["name"]),
        folder=folder,
        dyad=tuple(sorted(package["detente"]["dyad"])),
        tables=tables,
        records=tuple(sorted(records, key=lambda record: (record.span, record.record_id))),
        occasions=tuple(occasions),
        people=(*people, *_short_names(package), *_places(records)),
        series=series,
        sources=sources,
        claims=tuple(_claims(folder / package["detente"].get("claims", "claims.yaml"))),
    )


def _claims(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return list((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("claims", []))


def _table(name: str, path: Path, about: dict[str, Any], rows: int) -> Table:
    complete = about.get("complete")
    return Table(
        name=name,
        path=path,
        role=about.get("role", "series"),
        counting_rule=about.get("counting_rule", ""),
        complete=(bounds(complete["from"])[0], bounds(complete["to"])[1]) if complete else None,
        from_first=tuple(about.get("from_first", ())),
        rows=rows,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


_COMMON = (
    "id date source target event_type mode kind title terms people place cite cite_where "
    "confidence note"
).split()


def _record(row: dict[str, str], table: str) -> Record:
    return Record(
        record_id=row["id"],
        table=table,
        date=row["date"],
        sources=listed(row["source"]),
        targets=listed(row["target"]),
        event_type=row["event_type"],
        mode=row["mode"],
        kind=row["kind"],
        title=row["title"],
        terms=tuple(part.lower() for part in listed(row["terms"])),
        people=listed(row["people"]),
        place=row["place"],
        cite=row["cite"],
        cite_where=row["cite_where"],
        confidence=row["confidence"],
        note=row["note"],
        extra={key: value for key, value in row.items() if key not in _COMMON},
    )


def _occasion(row: dict[str, str], table: str) -> Occasion:
    return Occasion(
        occasion_id=row["id"],
        table=table,
        name=row["name"],
        aliases=listed(row["aliases"]),
        states=listed(row["states"]),
        host=row["host"],
        place=row["place"],
        start=bounds(row["start"])[0],
        end=bounds(row["end"] or row["start"])[1],
        kind=row["kind"],
        cite=row["cite"],
        cite_where=row["cite_where"],
        confidence=row["confidence"],
        note=row["note"],
    )


def _short_names(package: dict[str, Any]) -> list[Name]:
    """What the states of a case are called for short ("the North"): ``detente.names``."""
    names = package["detente"].get("names", {})
    return [Name(phrase, "state", iso3, sector="GOV") for phrase, iso3 in names.items()]


def _places(records: list[Record]) -> list[Name]:
    """Towns in which a visitor was the guest of the one state visited."""
    found: dict[str, set[str]] = {}
    for record in records:
        town = record.extra.get("host_city", "").strip()
        if town and ";" not in town and len(record.sources) == len(record.targets) == 1:
            found.setdefault(town, set()).update(record.targets)
    return [
        Name(town, "city", min(states), sector="GOV")
        for town, states in sorted(found.items())
        if len(states) == 1 and town not in place_names()
    ]


def _names(row: dict[str, str]) -> list[Name]:
    phrases = dict.fromkeys([row["person"], *listed(row["aliases"])])
    return [
        Name(phrase, "person", row["state"], row["body"], "GOV" if row["rank"] != "none" else "ELI",
             row["person"], row["start"], row["end"], row["rank"])
        for phrase in phrases
    ]  # fmt: skip
