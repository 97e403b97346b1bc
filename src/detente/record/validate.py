"""Every broken row of a casebook: where it stands, what was found, what was expected."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

from detente import ontology
from detente.schema import bounds

ROLES = ("records", "calendar", "people", "series", "sources")
#: Columns that hold EDTF dates, by the role of their table.
_DATES = {"records": ["date"], "calendar": ["start", "end"], "people": ["start", "end"]}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV as text; nothing is read as a number or as missing (NA is Namibia)."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A broken row: where (file:line, field), what was found, what was expected."""

    where: str
    found: str
    expected: str


def problems(folder: Path, package: dict[str, Any]) -> list[Problem]:
    """Every broken row of a casebook: first by Frictionless, then by Detente's own rules.

    Frictionless checks files, columns, types, constraints, unique keys and foreign keys;
    our own rules check EDTF dates, kinds of act and PLOVER types.
    """
    out = _frictionless_problems(folder, package)
    if out:
        return out
    for resource in package["resources"]:
        role = resource.get("detente", {}).get("role")
        path = folder / resource["path"]
        if role not in ROLES:
            expected = f"one of {', '.join(ROLES)}"
            out.append(Problem(f"{folder / 'datapackage.json'}, resource {resource['name']}",
                               f"detente.role is {role!r}", expected))  # fmt: skip
            continue
        lines = _line_numbers(path)
        for number, row in enumerate(read_rows(path)):
            out += [
                Problem(f"{path}:{lines[number]}, field {field}", found, expected)
                for field, found, expected in _row_problems(row, role)
            ]
    return out


def _frictionless_problems(folder: Path, package: dict[str, Any]) -> list[Problem]:
    import frictionless

    for resource in package["resources"]:
        path = folder / resource["path"]
        if not path.is_file():
            return [Problem(str(path), "the file is missing", "a table named in datapackage.json")]
        try:
            path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            line = path.read_bytes().count(b"\n", 0, error.start) + 1
            return [Problem(f"{path}:{line}", "bytes that are not UTF-8", "text in UTF-8")]
    report = frictionless.validate(str(folder / "datapackage.json"))
    out = [
        Problem(str(folder / "datapackage.json"), e.message, "a valid package")
        for e in report.errors
    ]
    for task in report.tasks:
        path = folder / task.place
        lines = _line_numbers(path)
        for fault in task.errors:
            row = getattr(fault, "row_number", None)
            line = lines[row - 2] if row and row - 2 < len(lines) else row
            field = getattr(fault, "field_name", "")
            where = f"{path}:{line}" if line else str(path)
            where += f", field {field}" if field else ""
            cell = getattr(fault, "cell", None)
            found = f"{cell!r}: {fault.note}" if cell is not None else fault.note or fault.message
            out.append(Problem(where, found, fault.description))
    return out


def _line_numbers(path: Path) -> list[int]:
    """First line in the file of each data row: a quoted cell can span several lines."""
    numbers, previous = [], 1
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        previous = reader.line_num
        for _ in reader:
            numbers.append(previous + 1)
            previous = reader.line_num
    return numbers


def _row_problems(row: dict[str, str], role: str) -> list[tuple[str, str, str]]:
    out = []
    for field in {
        "records": ["date"],
        "calendar": ["start", "end"],
        "people": ["start", "end"],
    }.get(role, []):
        try:
            if row[field]:
                bounds(row[field])
        except ValueError:
            out.append((field, f"{row[field]!r}", "an EDTF date such as 1961-07-11 or 1992-08"))
    if role != "records":
        return out
    known = ontology.kinds()
    if row["kind"] not in known:
        out.append(("kind", f"{row['kind']!r}", f"one of {', '.join(sorted(known))}"))
    if row["event_type"] and row["event_type"] not in ontology.QUAD_CLASS:
        out.append(
            ("event_type", f"{row['event_type']!r}", f"one of {', '.join(ontology.QUAD_CLASS)}")
        )
    return out
