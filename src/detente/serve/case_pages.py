"""Pages of the casebook: what it holds, and each table with its sources."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from detente.errors import InputError
from detente.record.casebook import Table
from detente.record.validate import read_rows
from detente.serve import asked
from detente.serve.event_pages import in_range, only, paged
from detente.serve.site import Site, page, site_of

_PER_PAGE = 50
#: Columns that a table is read by, where it has them; the others follow under each row.
_FIRST = ("date", "year", "start", "end", "person", "name", "title", "source", "target", "kind",
          "state", "value", "share", "count")  # fmt: skip


def case(request: Request) -> Response:
    """What the casebook holds."""
    only(request)
    return page(request, "case.html")


def table(request: Request) -> Response:
    """A table of the casebook: searched, sorted, paged, each row with its source."""
    site = site_of(request)
    held = _table(site, request)
    given = only(request, "q", "sort", "page", "row")
    rows = _rows(held, given)
    number = asked.page_number(given.get("page", "1"))
    if "row" in given:
        number = _page_of(rows, given["row"], held)
    last = max(1, -(-len(rows) // _PER_PAGE))
    in_range(number, last)
    names = list(rows[0]) if rows else []
    lead = [name for name in _FIRST if name in names] or names[:4]
    start = (number - 1) * _PER_PAGE
    kept: dict[str, str] = {name: given[name] for name in ("q", "sort") if name in given}
    return page(
        request, "table.html", table=held, rows=rows[start : start + _PER_PAGE], total=len(rows),
        lead=lead, rest=[name for name in names if name not in (*lead, "cite", "cite_where", "id")],
        words=given.get("q", ""), sort=given.get("sort", ""), number=number, last=last,
        marked=given.get("row", ""), sources=site.case.sources, names=names,
        query=paged(kept), download=urlencode(kept),
    )  # fmt: skip


def download(request: Request) -> Response:
    """The rows that a search keeps, as CSV, with the columns of the file."""
    held = _table(site_of(request), request)
    rows = _rows(held, only(request, "q", "sort"))
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return Response(
        text.getvalue(), media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{held.path.name}"'},
    )  # fmt: skip


def _table(site: Site, request: Request) -> Table:
    name = request.path_params["table"]
    held = site.case.tables.get(name)
    if held is None:
        raise HTTPException(
            404, f"The case has no table {name[:40]!r}; it has {', '.join(site.case.tables)}."
        )
    return held


def _rows(held: Table, given: dict[str, str]) -> list[dict[str, str]]:
    """Rows in which every word stands somewhere, in the order asked for."""
    words = given.get("q", "")
    if len(words) > 200:
        raise InputError("q", f"{len(words)} characters", "at most 200")
    phrases = [one.lower() for one in asked.phrases(words)]
    rows = [
        row
        for row in read_rows(held.path)
        if all(any(one in cell.lower() for cell in row.values()) for one in phrases)
    ]
    sort = given.get("sort", "")
    if sort and rows:
        column = sort.removeprefix("-")
        if column not in rows[0]:
            raise InputError("sort", repr(sort[:40]), f"one of {', '.join(rows[0])}")
        rows.sort(key=lambda row: _key(row[column]), reverse=sort.startswith("-"))
    return rows


def _key(cell: str) -> Any:
    """Numbers by their size, then text in the alphabet's order, then nothing."""
    try:
        return (0, float(cell), "")
    except ValueError:
        return (1 if cell else 2, 0.0, cell.lower())


def _page_of(rows: list[dict[str, str]], row: str, held: Table) -> int:
    """The page that a row stands on."""
    for place, one in enumerate(rows):
        if one.get("id") == row:
            return place // _PER_PAGE + 1
    raise HTTPException(404, f"The table {held.name} has no row {row[:40]!r}.")
