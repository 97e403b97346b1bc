"""What the explorer asks of the event table: counts, pages, dyads, one row, a download."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import Any

from detente.measure import states
from detente.record.store import COLUMNS
from detente.serve import sidecar, words
from detente.serve.asked import DEEPEST, PER_PAGE, SORTS, Filter
from detente.serve.table import EventTable

_SHOWN = (
    "date", "source_iso3", "target_iso3", "source_name", "target_name", "event_type", "mode",
    "quad_class", "intensity", "factuality", "text", "dataset",
)  # fmt: skip
#: Bytes of a download that are sent at a time.
_CHUNK = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Dyad:
    """Two states (codes in alphabetical order), their events in both directions, first and last day."""

    one: str
    two: str
    events: int
    first: str
    last: str

    @property
    def code(self) -> str:
        """As in ``CHN-PRK``."""
        return f"{self.one}-{self.two}"


def count(table: EventTable, found: Filter) -> int:
    """How many events a filter keeps; its page and order do not matter, so they are the default."""
    return table.remember(("count", found), lambda: _count(table, found))


def _count(table: EventTable, found: Filter) -> int:
    known = words.how_many(table, found)
    if known is not None:
        return known
    condition, values = words.where(table, found)
    sql = f"SELECT count(*) AS n FROM {table.relation} WHERE {condition}"
    return int(table.ask(sql, values)[0]["n"])


def page(table: EventTable, found: Filter) -> list[dict[str, Any]]:
    """The events of a filter's page, with ``row``, the number by which one is opened.

    Their numbers come first and then their columns, so that sorting carries no text.
    """
    condition, values = words.where(table, found)
    order = f"{SORTS[found.sort][1]}, {table.number}"
    numbers = [
        row["row"]
        for row in table.ask(
            f"SELECT {table.number} AS row FROM {table.relation} WHERE {condition} "
            f"ORDER BY {order} LIMIT $limit OFFSET $offset",
            values | {"limit": PER_PAGE, "offset": (found.page - 1) * PER_PAGE},
        )
    ]
    if not numbers:
        return []
    return table.ask(
        f"SELECT {table.number} AS row, {', '.join(_SHOWN)} FROM {table.relation} "
        f"WHERE {table.number} IN (SELECT unnest($rows)) ORDER BY {order}",
        {"rows": numbers},
    )


def pages(total: int) -> int:
    """How many pages can be turned to: at least one, and none deeper than ``DEEPEST`` rows."""
    return max(1, -(-min(total, DEEPEST) // PER_PAGE))


def one(table: EventTable, row: int) -> dict[str, Any] | None:
    """Every column of one event; ``None`` where there is no such row."""
    extras = ['"' + name.replace('"', '""') + '"' for name in table.extras]
    columns = ", ".join([*(f'"{name}"' for name in COLUMNS), *extras])
    imported = ", import_id" if table.is_store else ""
    found = table.ask(
        f"SELECT {columns}{imported} FROM {table.relation} WHERE {table.number} = $row",
        {"row": row},
    )
    return found[0] if found else None


def imported(table: EventTable, number: int) -> dict[str, Any] | None:
    """The import that brought a row into a store: file, hash, format, when."""
    if not table.is_store:
        return None
    found = table.ask("SELECT * FROM imports WHERE import_id = $number", {"number": number})
    return found[0] if found else None


def dyads(table: EventTable) -> tuple[Dyad, ...]:
    """Every pair of two different actors, the busiest first."""
    return table.remember("dyads", lambda: _dyads(table))


def _dyads(table: EventTable) -> tuple[Dyad, ...]:
    sides: dict[tuple[str, str], list[Any]] = {}
    for row in table.ask(_counted(table, "sides", sidecar.SIDES)):
        held = sides.setdefault((min(row["a"], row["b"]), max(row["a"], row["b"])), [0, [], []])
        held[0] += row["n"]
        held[1] += [row["first"]] if row["first"] else []
        held[2] += [row["last"]] if row["last"] else []
    made = [
        Dyad(a, b, n, min(first, default=""), max(last, default=""))
        for (a, b), (n, first, last) in sides.items()
    ]
    return tuple(sorted(made, key=lambda d: (-d.events, d.code)))


def find(table: EventTable, said: str) -> list[Dyad]:
    """Dyads of which every word stands in a code or a state's name, the busiest first."""
    wanted = said.lower().replace(">", " ").split()
    names = states.names()
    return [
        dyad
        for dyad in dyads(table)
        if all(
            word in f"{dyad.code} {names.get(dyad.one, '')} {names.get(dyad.two, '')}".lower()
            for word in wanted
        )
    ]


def datasets(table: EventTable) -> tuple[dict[str, Any], ...]:
    """Each data set and version with its rows, first and last day."""
    sql = _counted(table, "datasets", sidecar.DATASETS)
    return table.remember("datasets", lambda: tuple(table.ask(sql)))


def _counted(table: EventTable, name: str, sql: str) -> str:
    """The query of counts over all events, or of where the index keeps them."""
    kept = f"SELECT * FROM {sidecar.NAME}.{name} ORDER BY n DESC"
    return kept if table.indexed else sql.format(events=table.relation)


def types(table: EventTable, found: Filter) -> list[dict[str, Any]]:
    """Events of a filter by type and direction: ``event_type``, ``quad_class``, ``source``, ``n``."""
    condition, values = words.where(table, found)
    return table.ask(
        "SELECT coalesce(nullif(event_type, ''), 'none') AS event_type, "
        "max(quad_class) AS quad_class, source_iso3 AS source, count(*) AS n "
        f"FROM {table.relation} WHERE {condition} GROUP BY ALL",
        values,
    )


def acts(table: EventTable, dyad: str, dataset: str) -> dict[str, list[str | None]]:
    """Columns of a dyad's events that an index rests on, as text."""
    condition, values = words.where(table, Filter(dyad=dyad, dataset=dataset))
    names = ("date", "source_iso3", "target_iso3", "event_type", "mode", "factuality", "dataset")
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    for row in table.stream(
        f"SELECT {', '.join(names)} FROM {table.relation} WHERE {condition}", values
    ):
        for name in names:
            columns[name].append(row[name])
    return columns


def download(table: EventTable, found: Filter) -> Iterator[bytes]:
    """Exactly what a filter keeps, in its order, as CSV; every page of it."""
    condition, values = words.where(table, found)
    names = [*COLUMNS, *table.extras]
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    sql = (
        f"SELECT {columns} FROM {table.relation} WHERE {condition} "
        f"ORDER BY {SORTS[found.sort][1]}, {table.number}"
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in table.stream(sql, values):
        writer.writerow(row.values())
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
