"""The rows a claim is about: dated events, occasions and series, from CSV files or a casebook.

A source is ``{file: x.csv, date: column}``, relative to the claims file, or ``{table: name}``
of the casebook; ``where`` keeps rows by their columns. Nothing later than ``as_of`` is seen.
Dates are EDTF and stay as exact as they are: what may be used as a day is decided by the test.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import functools
import re
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from detente import ontology
from detente.claims.claim import Claim
from detente.errors import ClaimError
from detente.record.casebook import Casebook, Occasion, Record
from detente.schema import Evidence, bounds

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: How many rows a verdict shows as evidence.
SHOWN = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of a table or file: its columns as text, and the record behind it, if any."""

    fields: Mapping[str, str]
    where: str
    origin: Record | Occasion | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Dated:
    """A row with one EDTF date and its first and last day."""

    row: Row
    date: str
    low: dt.date
    high: dt.date

    @property
    def day(self) -> dt.date | None:
        """The day, where the date (or the start of its interval) is known to the day."""
        start = self.date.split("/")[0]
        return self.low if _DAY.fullmatch(start) else None

    @property
    def middle(self) -> dt.date:
        """The middle of the date's span: where an act of a month or year is put in time."""
        return self.low + (self.high - self.low) / 2


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """An occasion: first and last day, both included, and its row."""

    row: Row
    start: dt.date
    end: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """A value of a series at a date; ``sd`` is its standard error, 0 where none is given."""

    low: dt.date
    high: dt.date
    value: float
    sd: float
    row: Row

    @property
    def time(self) -> float:
        """Middle of the date in years, e.g. 2012.5 for the year 2012."""
        middle = self.low.toordinal() + (self.high.toordinal() - self.low.toordinal() + 1) / 2
        return middle / 365.2425 + 0.9987


@dataclasses.dataclass(frozen=True)
class Inputs:
    """What a claim may look at: its folder, its casebook, and no row later than ``as_of``."""

    claim: Claim
    casebook: Casebook | None
    as_of: dt.date | None = None

    def error(self, key: str, found: str, expected: str = "", todo: str = "") -> ClaimError:
        """An error that names the claim and the key."""
        where = f"{self.claim.where}, claim {self.claim.claim_id}"
        return ClaimError(f"{where}, key {key}" if key else where, found, expected, todo)

    # -- rows ---------------------------------------------------------------------------

    def rows(self, source: Mapping[str, Any], key: str = "events") -> list[Row]:
        """Rows of a source that its ``where``, ``where_not``, ``between``, ``rule`` keep."""
        if "file" in source:
            rows = _file_rows(self._path(source["file"], key))
        else:
            names = source["table"] if isinstance(source["table"], list) else [source["table"]]
            rows = [row for name in names for row in self._table_rows(name, key)]
        for column in [*source.get("where", {}), *source.get("where_not", {})]:
            self._need_column(rows, column, f"{key}.where")
        if "rule" in source:
            self._need_column(rows, source["rule"], f"{key}.rule")
        return [row for row in rows if _keeps(source, row.fields)]

    def _path(self, name: str, key: str) -> Path:
        path = self.claim.folder / name
        if not path.is_file():
            raise self.error(f"{key}.file", f"there is no file {path}", "a CSV file",
                             "paths are relative to the claims file")  # fmt: skip
        return path

    def _table_rows(self, name: str, key: str) -> list[Row]:
        if self.casebook is None:
            raise self.error(f"{key}.table", f"{name!r}, but no casebook is given",
                             "a casebook that has the table", "name one with --casebook")  # fmt: skip
        rows = _casebook_rows(self.casebook).get(name)
        if rows is None:
            known = ", ".join(sorted(_casebook_rows(self.casebook)))
            raise self.error(f"{key}.table", f"no table {name!r} in {self.casebook.name}",
                             f"one of {known}")  # fmt: skip
        return list(rows)

    def _need_column(self, rows: list[Row], column: str, key: str) -> None:
        if rows and not any(column in row.fields for row in rows):
            raise self.error(key, f"no column {column!r} in {rows[0].where.rsplit(':', 1)[0]}",
                             f"one of {', '.join(rows[0].fields)}")  # fmt: skip

    # -- what the tests use ----------------------------------------------------------------

    def events(self, source: Mapping[str, Any], key: str = "events") -> list[Dated]:
        """Dated rows, by date; a cell with several dates gives one event for each."""
        column = source.get("date", "date")
        rows = self.rows(source, key)
        self._need_column(rows, column, f"{key}.date")
        out = []
        for row in rows:
            for part in row.fields.get(column, "").split(";"):
                if part.strip():
                    low, high = self._bounds(part.strip(), row, column)
                    if self.as_of is None or low <= self.as_of:
                        out.append(Dated(row, part.strip(), low, high))
        return sorted(out, key=lambda event: (event.low, event.high, event.row.where))

    def occasions(self, source: Mapping[str, Any], key: str = "calendar") -> list[Span]:
        """Occasions of a calendar, by start. Future ones stay: a calendar is known ahead."""
        start, end = source.get("start", "start"), source.get("end", "end")
        rows = self.rows(source, key)
        self._need_column(rows, start, f"{key}.start")
        out = []
        for row in rows:
            first = row.fields.get(start, "").strip()
            if first:
                last = row.fields.get(end, "").strip() or first
                low, high = self._bounds(first, row, start)[0], self._bounds(last, row, end)[1]
                if high < low:
                    raise ClaimError(f"{row.where}, field {end}", f"{last} is before {first}",
                                     "an end on or after the start")  # fmt: skip
                out.append(Span(row, low, high))
        return sorted(out, key=lambda span: (span.start, span.end))

    def series(self, source: Mapping[str, Any], key: str = "series") -> list[Point]:
        """Values in time, by date; with ``by``, means over the rows of each year or month."""
        if "by" in source:
            return self._means(source, key)
        column, value = source.get("date", "date"), source["value"]
        rows = self.rows(source, key)
        for name in (column, value, *(source[k] for k in ("lo90", "hi90", "n") if k in source)):
            self._need_column(rows, name, key)
        out = []
        for row in rows:
            if not row.fields.get(value, "").strip():
                continue
            low, high = self._bounds(row.fields[column].strip(), row, column)
            if self.as_of is None or high <= self.as_of:
                number = self._number(row, value)
                out.append(Point(low, high, number, self._sd(row, source, number), row))
        return sorted(out, key=lambda point: (point.low, point.high))

    def _sd(self, row: Row, source: Mapping[str, Any], value: float) -> float:
        if "lo90" in source and "hi90" in source:
            low, high = self._number(row, source["lo90"]), self._number(row, source["hi90"])
            return max(high - low, 0.0) / (2 * 1.6449)
        if "n" in source:
            trials = self._number(row, source["n"])
            return float(max(value * (1 - value), 0.0) / trials) ** 0.5 if trials > 0 else 0.0
        return 0.0

    def _means(self, source: Mapping[str, Any], key: str) -> list[Point]:
        groups: dict[str, list[tuple[float, Row]]] = {}
        width = 4 if source["by"] == "year" else 7
        for event in self.events(source, key):
            label = event.low.isoformat()[:width]
            if label != event.high.isoformat()[:width]:
                continue  # an act that spans two years or months belongs to neither
            number = self._value(event.row, source["value"])
            if number is not None:
                groups.setdefault(label, []).append((number, event.row))
        out = []
        for label, members in sorted(groups.items()):
            if len(members) >= source.get("min_rows", 1):
                low, high = bounds(label)
                mean = sum(number for number, _ in members) / len(members)
                row = Row({"date": label, "rows": str(len(members))}, members[0][1].where)
                out.append(Point(low, high, mean, 0.0, row))
        return out

    def _value(self, row: Row, column: str) -> float | None:
        if column == "intensity" and "event_type" in row.fields and "intensity" not in row.fields:
            kind = row.fields["event_type"]
            return ontology.intensity(kind, row.fields.get("mode", "")) if kind else None
        return self._number(row, column) if row.fields.get(column, "").strip() else None

    def _number(self, row: Row, column: str) -> float:
        try:
            return float(row.fields[column])
        except ValueError:
            raise ClaimError(f"{row.where}, field {column}", f"{row.fields[column]!r}",
                             "a number") from None  # fmt: skip

    def _bounds(self, text: str, row: Row, column: str) -> tuple[dt.date, dt.date]:
        try:
            return bounds(text)
        except ValueError:
            raise ClaimError(f"{row.where}, field {column}", f"{text!r}",
                             "an EDTF date such as 1961-07-11 or 1992-08") from None  # fmt: skip

    # -- what is known of completeness -------------------------------------------------------

    def complete(self, spec: Mapping[str, Any], source: Mapping[str, Any]) -> Completeness:
        """From when to when a source holds every act: stated by the claim, or by its table."""
        if "complete" in spec:
            about = spec["complete"]
            return Completeness(bounds(about["from"])[0], bounds(about["to"])[1], about["why"])
        if self.casebook is None or "table" not in source:
            return Completeness(None, None, "")
        names = source["table"] if isinstance(source["table"], list) else [source["table"]]
        tables = [self.casebook.tables.get(name) for name in names]
        spans = [table.complete for table in tables if table and table.complete]
        if len(spans) < len(tables):
            return Completeness(None, None, "")
        why = "; ".join(f"the table “{table.name}” is complete" for table in tables if table)
        return Completeness(max(s[0] for s in spans), min(s[1] for s in spans), why)

    def evidence(self, items: Iterable[Row], shown: int = SHOWN) -> tuple[Evidence, ...]:
        """Rows as evidence, each once, at most ``shown``."""
        out: dict[str, Evidence] = {}
        for row in items:
            one = self._evidence(row)
            out.setdefault(one.record_id, one)
            if len(out) >= shown:
                break
        return tuple(out.values())

    def _evidence(self, row: Row) -> Evidence:
        if row.origin is not None and self.casebook is not None:
            return self.casebook.evidence(row.origin)
        fields, name = row.fields, Path(row.where.rsplit(":", 1)[0]).name
        words = [
            value for key, value in fields.items() if key not in {"id", "date", "cite", "rule"}
        ]
        title = fields.get("title") or fields.get("name") or ", ".join(words[:4])
        cite = fields.get("cite", "")
        known = self.casebook.sources.get(cite, {}) if self.casebook else {}
        return Evidence(
            record_id=fields.get("id") or f"{name}:{row.where.rsplit(':', 1)[-1]}",
            table=name,
            date=fields.get("date") or fields.get("year") or fields.get("start") or "",
            title=title,
            source=known.get("title", cite or name),
            source_where=fields.get("cite_where", ""),
            url=known.get("url", ""),
            confidence=fields.get("confidence", ""),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Completeness:
    """From when to when rows are all there are (``None``: not known), and why."""

    start: dt.date | None
    end: dt.date | None
    why: str

    def covers(self, low: dt.date, high: dt.date) -> bool:
        """Whether an absence between two days is evidence."""
        return (
            self.start is not None
            and self.end is not None
            and self.start <= low
            and high <= self.end
        )


def _keeps(source: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    where, unless = source.get("where", {}), source.get("where_not", {})
    if any(not _has(fields.get(column, ""), wanted) for column, wanted in where.items()):
        return False
    if any(_has(fields.get(column, ""), wanted) for column, wanted in unless.items()):
        return False
    if "rule" in source and not fields.get(source["rule"], "").strip():
        return False
    if "between" in source:
        sources, targets = _cell(fields.get("source", "")), _cell(fields.get("target", ""))
        one, two = source["between"]
        return (one in sources and two in targets) or (two in sources and one in targets)
    return True


def _cell(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")}


def _has(text: str, wanted: Any) -> bool:
    options = wanted if isinstance(wanted, list) else [wanted]
    words = {str(option).lower() if isinstance(option, bool) else str(option) for option in options}
    return bool(words & _cell(text)) or text.strip() in words


def _file_rows(path: Path) -> list[Row]:
    stat = path.stat()
    return list(_read(path, stat.st_mtime_ns, stat.st_size))


@functools.lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> tuple[Row, ...]:
    out = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            for fields in reader:
                clean = {key: value or "" for key, value in fields.items() if key is not None}
                out.append(Row(clean, f"{path}:{reader.line_num}"))
    except UnicodeDecodeError as error:
        raise ClaimError(path, "bytes that are not UTF-8", "a CSV file in UTF-8") from error
    return tuple(out)


#: Rows of the casebooks seen, by object: a Casebook holds dicts and cannot be hashed.
_ROWS: dict[int, tuple[weakref.ref[Casebook], dict[str, tuple[Row, ...]]]] = {}


def _casebook_rows(casebook: Casebook) -> dict[str, tuple[Row, ...]]:
    held = _ROWS.get(id(casebook))
    if held is None or held[0]() is not casebook:
        _ROWS[id(casebook)] = held = (weakref.ref(casebook), _rows_of(casebook))
    return held[1]


def _rows_of(casebook: Casebook) -> dict[str, tuple[Row, ...]]:
    out: dict[str, list[Row]] = {name: [] for name in casebook.tables}
    for record in casebook.records:
        row = Row(_record_fields(record), f"{record.table}:{record.record_id}", record)
        out.setdefault(record.table, []).append(row)
    for occasion in casebook.occasions:
        row = Row(_occasion_fields(occasion), f"{occasion.table}:{occasion.occasion_id}", occasion)
        out.setdefault(occasion.table, []).append(row)
    for name, rows in casebook.series.items():
        path = casebook.tables[name].path if name in casebook.tables else Path(name)
        out[name] = [Row(fields, f"{path}:{number + 2}") for number, fields in enumerate(rows)]
    return {name: tuple(rows) for name, rows in out.items()}


def _record_fields(record: Record) -> dict[str, str]:
    return {
        "id": record.record_id, "date": record.date, "source": ";".join(record.sources),
        "target": ";".join(record.targets), "event_type": record.event_type, "mode": record.mode,
        "kind": record.kind, "title": record.title, "terms": ";".join(record.terms),
        "people": ";".join(record.people), "place": record.place, "cite": record.cite,
        "confidence": record.confidence, "note": record.note, **record.extra,
    }  # fmt: skip


def _occasion_fields(occasion: Occasion) -> dict[str, str]:
    return {
        "id": occasion.occasion_id, "name": occasion.name, "aliases": ";".join(occasion.aliases),
        "states": ";".join(occasion.states), "host": occasion.host, "place": occasion.place,
        "start": occasion.start.isoformat(), "end": occasion.end.isoformat(),
        "kind": occasion.kind, "confidence": occasion.confidence, "note": occasion.note,
    }  # fmt: skip
