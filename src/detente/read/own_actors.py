"""Actors of one's own: a CSV that adds to the gazetteer, or overrides it."""

from __future__ import annotations

import csv
from pathlib import Path

from detente.errors import InputError
from detente.ontology import listed
from detente.read.actors import Name
from detente.schema import bounds

COLUMNS = ("name", "aliases", "iso3", "code", "sector", "person", "start", "end", "rank")
NEEDED = ("name",)


def read_actors(path: str | Path) -> tuple[Name, ...]:
    """Names from a CSV in UTF-8.

    Columns: ``name`` and ``aliases`` (``;`` between), the words to look for; ``iso3``, whom
    they stand for, or ``code`` for a body or group of its own; ``sector`` (GOV, MIL, REB, …);
    ``person`` is *yes* for a person; ``start`` and ``end`` (EDTF), when the name held; ``rank``
    (head-of-state, head-of-government, …), which lets a family name stand for a person.
    Only ``name`` and one of ``iso3`` and ``code`` are needed. A name that the gazetteer has
    already means whom the CSV says.

    Raises
    ------
    InputError
        No such file, a missing column, a row without name or code, a date that is not EDTF.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [c for c in NEEDED if c not in (reader.fieldnames or [])]
            unknown = [c for c in reader.fieldnames or [] if c not in COLUMNS]
            if missing or unknown:
                found = f"no column {missing[0]}" if missing else f"a column {unknown[0]!r}"
                raise InputError(f"{file}:1", found, f"a header of {', '.join(COLUMNS)}")
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            file, f"cannot be read ({error})", "a CSV of actors in UTF-8", "check the path"
        ) from error
    return tuple(name for line, row in rows for name in _names(f"{file}:{line}", row))


def _names(where: str, row: dict[str, str]) -> list[Name]:
    cell = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if not cell["name"] or not (cell["iso3"] or cell["code"]):
        raise InputError(where, "a row without name, or without iso3 and code", "name and one code")
    for column in ("start", "end"):
        try:
            if cell[column]:
                bounds(cell[column])
        except ValueError as error:
            raise InputError(
                f"{where}, field {column}", repr(cell[column]), "an EDTF date such as 2011-12-17"
            ) from error
    person = cell["person"].lower() in {"yes", "true", "1"} or bool(cell["rank"])
    phrases = dict.fromkeys([cell["name"], *listed(cell["aliases"])])
    form = "person" if person else "state" if cell["iso3"] else "body"
    return [
        Name(
            phrase, form, cell["iso3"], cell["code"], cell["sector"] or "GOV",
            cell["name"] if person else "", cell["start"], cell["end"], cell["rank"],
        )
        for phrase in phrases
    ]  # fmt: skip
