"""What all comparers share: the disagreement, reading a table, days and the casebook's rows."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from detente.errors import CasebookError, InputError
from detente.record.casebook import Casebook, Record
from detente.schema import bounds

MISSING_HERE = "missing here"
MISSING_THERE = "missing there"
A_DAY_OFF = "date differs by a day"
DATE = "date differs"
VALUE = "value differs"
RULE = "counting rule"
KINDS = (MISSING_HERE, MISSING_THERE, A_DAY_OFF, DATE, VALUE, RULE)


@dataclasses.dataclass(frozen=True, slots=True)
class Disagreement:
    """One point on which the casebook and another record do not say the same.

    ``table`` names the comparison, ``key`` the date, year or id, ``here`` what the casebook
    has and ``there`` what the other has ('' for nothing), ``kind`` one of :data:`KINDS`, and
    ``why`` the explanation where a rule gives one.
    """

    table: str
    key: str
    here: str
    there: str
    kind: str
    why: str = ""

    def line(self) -> str:
        """Spell the disagreement out on one line."""
        text = f"{self.table} | {self.key} | {self.here or '-'} | {self.there or '-'} | {self.kind}"
        return f"{text} | {self.why}" if self.why else text


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """The outcome of one comparison: how many entries were held side by side, and what differs.

    ``entries`` counts what the two sides have together (days, years, trips, resolutions);
    ``facts`` are further figures worth a line of the totals.
    """

    table: str
    entries: int
    found: list[Disagreement]
    facts: tuple[str, ...] = ()


def read_table(folder: Path, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of ``folder/name`` as text, cells stripped.

    Raises
    ------
    InputError
        The file is not there, is not UTF-8, lacks one of ``columns``, has no rows, or a row
        has fewer cells than the header.
    """
    path = folder / name
    if not path.is_file():
        raise InputError(path, "no such file", f"a CSV with the columns {', '.join(columns)}",
                         "name the folder that holds the outside records")  # fmt: skip
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = reader.fieldnames or []
            missing = [column for column in columns if column not in header]
            if missing:
                raise InputError(
                    f"{path}:1",
                    f"no column {', '.join(missing)}; the columns are {', '.join(header)}",
                    f"the columns {', '.join(columns)}",
                    "take the table as it was published, or rename its columns",
                )
            rows = []
            for row in reader:
                short = [column for column in columns if row[column] is None]
                if short:
                    raise InputError(
                        f"{path}:{reader.line_num}",
                        f"the row ends before the column {short[0]}",
                        f"{len(header)} cells, as the header has",
                        "mend the row",
                    )
                rows.append({column: row[column].strip() for column in columns})
    except UnicodeDecodeError as error:
        raise InputError(path, f"not UTF-8 ({error.reason})", "a CSV in UTF-8") from error
    if not rows:
        raise InputError(path, "no rows below the header", "at least one row")
    return rows


def bad_cell(folder: Path, name: str, column: str, value: str, expected: str) -> InputError:
    """Make the error for a cell that cannot be read."""
    return InputError(f"{folder / name}, column {column}", repr(value), expected, "mend the row")


def day_of(folder: Path, name: str, column: str, value: str) -> str:
    """Check that a cell is a day or month in ISO 8601 and give it back.

    Raises
    ------
    InputError
        It is neither.
    """
    try:
        bounds(value)
    except ValueError as error:
        expected = "a date as in 2017-11-29 or 1984-09"
        raise bad_cell(folder, name, column, value, expected) from error
    return value


def number_of(folder: Path, name: str, column: str, value: str) -> float | None:
    """Read a number; an empty cell is none.

    Raises
    ------
    InputError
        The cell is not empty and no number.
    """
    if not value:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise bad_cell(folder, name, column, value, "a number, or nothing") from error


def records_of(case: Casebook, table: str, extra: Iterable[str] = ()) -> list[Record]:
    """Records of one table of the casebook, in the order of their dates.

    Raises
    ------
    CasebookError
        The casebook has no such table, or the table lacks one of the columns ``extra``.
    """
    found = [record for record in case.records if record.table == table]
    if table not in case.tables:
        raise _no_table(case, table)
    for column in extra:
        if any(column not in record.extra for record in found):
            raise CasebookError(
                case.tables[table].path, f"no column {column}", "the column, in every row"
            )
    return found


def series_of(case: Casebook, table: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """Rows of one series of the casebook.

    Raises
    ------
    CasebookError
        The casebook has no such series, or it lacks one of the columns.
    """
    if table not in case.series:
        raise _no_table(case, table)
    for column in columns:
        if any(column not in row for row in case.series[table]):
            raise CasebookError(case.tables[table].path, f"no column {column}", "the column")
    return case.series[table]


def _no_table(case: Casebook, table: str) -> CasebookError:
    return CasebookError(
        case.folder,
        f"the casebook {case.name} has no table {table}",
        f"a casebook with the table {table}; this one has {', '.join(case.tables)}",
        "choose another casebook with --casebook",
    )


def exact(edtf: str) -> bool:
    """Whether a date is a single day, neither a month nor about a day."""
    return len(edtf) == 10 and "/" not in edtf


def days_apart(first: str, second: str) -> int:
    """Days from the start of ``first`` to the start of ``second``."""
    return (bounds(second)[0] - bounds(first)[0]).days


def date_kind(here: str, there: str) -> str:
    """Kind of disagreement of two dates: by a day, or by more (or by how exact they are)."""
    return A_DAY_OFF if exact(here) and exact(there) and abs(days_apart(here, there)) == 1 else DATE


def gap(span: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date]) -> int:
    """Days between two intervals; 0 where they touch or overlap."""
    return max((other[0] - span[1]).days, (span[0] - other[1]).days, 0)
