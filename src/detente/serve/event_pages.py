"""Pages of dyads and events."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from detente import ontology
from detente.errors import InputError
from detente.measure import states
from detente.measure.event_fates import FATES
from detente.serve import asked, line, queries
from detente.serve.asked import PER_PAGE, SORTS, Filter
from detente.serve.site import Site, page, site_of

#: Seconds that a page waits for work under way before it is shown without.
WAIT = 2.0
_DYADS_SHOWN, _AT_HOME = 60, 12


def home(request: Request) -> Response:
    """What is here: the busiest dyads, the data sets, the case."""
    site = site_of(request)
    return page(
        request, "home.html", busiest=queries.dyads(site.table)[:_AT_HOME],
        number=len(queries.dyads(site.table)), datasets=queries.datasets(site.table),
    )  # fmt: skip


def dyads(request: Request) -> Response:
    """Dyads by name or code, with counts."""
    given = only(request, "q", "page")
    words, number = given.get("q", ""), asked.page_number(given.get("page", "1"))
    if len(words) > 100:
        raise InputError("q", f"{len(words)} characters", "at most 100")
    found = queries.find(site_of(request).table, words)
    last = max(1, -(-len(found) // _DYADS_SHOWN))
    in_range(number, last)
    start = (number - 1) * _DYADS_SHOWN
    return page(request, "dyads.html", words=words, found=found[start : start + _DYADS_SHOWN],
                total=len(found), number=number, last=last, query=paged({"q": words}))  # fmt: skip


def dyad(request: Request) -> Response:
    """A dyad: its index, how much of it is data, and what it consists of."""
    site = site_of(request)
    code = "-".join(states.pair(request.path_params["dyad"][:40]))
    given = only(request, "from", "to", "by", "dataset")
    known = next((one for one in queries.dyads(site.table) if one.code == code), None)
    if known is None:
        near = [one.code for one in queries.find(site.table, code.split("-")[0])[:3]]
        tip = f" The busiest of {code.split('-')[0]}: {', '.join(near)}." if near else ""
        raise HTTPException(404, f"No event between {code.replace('-', ' and ')} here.{tip}")
    found = asked.events([("dyad", code), *((k, v) for k, v in given.items() if k != "by")])
    by = asked.grain(given.get("by", "")) or line.default_grain(site.table, code)
    job = site.lines.ask(
        ("line", code, by, found.dataset), lambda: line.fit(site.table, code, by, found.dataset)
    )
    drawn: Any = None
    if job.over.wait(WAIT):
        since, until = asked.days(found.since, found.until)
        drawing = site.lines.ask(
            ("drawn", code, by, found.dataset, found.since, found.until),
            lambda: line.draw(job.value(), code, by, since, until),
        )
        drawing.over.wait(WAIT)
        drawn = drawing
    ready = drawn is not None and drawn.done
    return page(
        request, "dyad.html", known=known, found=found, by=by, datasets=queries.datasets(site.table),
        ready=ready, drawn=drawn.value() if ready else None, line=job.value() if ready else None,
        types=_by_type(site, found), fates=FATES, command=_command(site, known.code, by, found.dataset),
        latest=queries.page(site.table, found)[:8], total=queries.count(site.table, _plain(found)),
    )  # fmt: skip


def _by_type(site: Site, found: Filter) -> dict[str, Any]:
    """Rows for the table of types: counts in each direction, longest bar 100."""
    rows = queries.types(site.table, found)
    one, _ = found.dyad.split("-")
    held: dict[str, dict[str, Any]] = {}
    for row in rows:
        item = held.setdefault(
            row["event_type"], {"quad": row["quad_class"], "forth": 0, "back": 0}
        )
        item["forth" if row["source"] == one else "back"] += row["n"]
    order = [*ontology.QUAD_CLASS, asked.NO_TYPE]
    most = max((max(item["forth"], item["back"]) for item in held.values()), default=1)
    kinds = sorted(held, key=lambda kind: order.index(kind) if kind in order else len(order))
    return {"most": most, "rows": [{"type": kind, **held[kind]} for kind in kinds]}


def _command(site: Site, code: str, by: str, dataset: str) -> str:
    """The command that gives the same index; empty for a casebook's acts, which are no file."""
    if not site.table.how:
        return ""
    own = f"{code.lower()}.csv"
    return f"detente index --events {own} --dyad {code} --by {by}  # {own}: the events of this " \
        f"dyad{' and data set' if dataset else ''}, downloaded from here"  # fmt: skip


def events(request: Request) -> Response:
    """The table of events."""
    site = site_of(request)
    found = asked.events(request.query_params.multi_items())
    total = queries.count(site.table, _plain(found))
    last = queries.pages(total)
    in_range(found.page, last, deep=total > asked.DEEPEST)
    return page(
        request, "events.html", found=found, total=total, last=last, sorts=SORTS,
        rows=queries.page(site.table, found) if total else [], per_page=PER_PAGE,
        datasets=queries.datasets(site.table), busiest=queries.dyads(site.table)[:200],
        every_type=list(ontology.QUAD_CLASS), active=_active(found),
        query=lambda number: found.query(page=number),
    )  # fmt: skip


def _active(found: Filter) -> list[dict[str, str]]:
    """What is filtered by, each with the query that takes it away."""
    words = {
        "dyad": "dyad", "direction": "direction", "source": "source", "target": "target",
        "since": "from", "until": "to", "words": "text", "dataset": "data set",
    }  # fmt: skip
    out = []
    for field, label in words.items():
        value = getattr(found, field)
        if value:
            gone: dict[str, Any] = {field: "", "page": 1}
            gone |= {"direction": ""} if field == "dyad" else {}
            out.append({"label": label, "value": value, "query": found.query(**gone)})
    for kind in found.types:
        left = tuple(one for one in found.types if one != kind)
        out.append({"label": "type", "value": kind, "query": found.query(types=left, page=1)})
    for quad in found.quads:
        left_quads = tuple(one for one in found.quads if one != quad)
        out.append({"label": "class", "value": asked.QUADS[quad],
                    "query": found.query(quads=left_quads, page=1)})  # fmt: skip
    return out


def download(request: Request) -> Response:
    """The filtered events as CSV: all pages, the same order."""
    site = site_of(request)
    found = asked.events(request.query_params.multi_items())
    query = found.query(page=1)
    name = found.dyad.lower() or "events"
    tag = hashlib.sha256(query.encode()).hexdigest()[:6] if found.narrowed else ""
    file = f"{name}{'-' + tag if tag else ''}.csv"
    return StreamingResponse(
        queries.download(site.table, found), media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{file}"'},
    )  # fmt: skip


def event(request: Request) -> Response:
    """One event: the sentence, and where it is from."""
    site = site_of(request)
    given = request.path_params["row"]
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        raise InputError("event", repr(given[:40]), "the number of a row")
    row = queries.one(site.table, int(given))
    if row is None:
        raise HTTPException(
            404, f"No event has the number {given}; there are {site.table.total:,}."
        )
    pair = {row["source_iso3"], row["target_iso3"]} - {None, ""}
    code = "-".join(sorted(pair)) if len(pair) == 2 else ""
    origin = queries.imported(site.table, row["import_id"]) if "import_id" in row else None
    record = next((r for r in site.case.records if r.record_id == row["event_id"]), None)
    return page(
        request, "event.html", number=int(given), row=row, dyad=code, origin=origin,
        evidence=site.case.evidence(record) if record and not site.table.how else None,
        known_dyad=any(one.code == code for one in queries.dyads(site.table)),
    )  # fmt: skip


def _plain(found: Filter) -> Filter:
    return dataclasses.replace(found, page=1, sort=Filter().sort)


def only(request: Request, *names: str) -> dict[str, str]:
    """The query's values, once each; any other name is a mistake."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise InputError(
                name[:40], "not asked for by that name here", f"one of {', '.join(names)}"
            )
        if name in given:
            raise InputError(name, "given twice", "one")
        if value.strip():
            given[name] = value.strip()
    return given


def paged(given: dict[str, str]) -> Callable[[int], str]:
    """What gives the query of a page with the values given."""
    return lambda number: urlencode({k: v for k, v in given.items() if v} | {"page": number})


def in_range(number: int, last: int, deep: bool = False) -> None:
    """Stop at a page after the last one."""
    if number > last:
        tip = " Narrow the filter to see what lies deeper, or download it." if deep else ""
        raise HTTPException(404, f"There is no page {number}: the last one is {last}.{tip}")
