"""The explorer as an ASGI application: routes, errors, and who may ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from detente.errors import DetenteError
from detente.serve import case_pages, claim_pages, event_pages
from detente.serve.guard import Guard
from detente.serve.jobs import Busy
from detente.serve.site import Site, page, script, styles
from detente.serve.table import PATIENCE, Slow

View = Callable[[Request], Response]
_VIEWS: dict[str, View] = {
    "/": event_pages.home,
    "/dyads": event_pages.dyads,
    "/dyad/{dyad}": event_pages.dyad,
    "/events": event_pages.events,
    "/events.csv": event_pages.download,
    "/event/{row}": event_pages.event,
    "/claims": claim_pages.claims,
    "/claim/{claim}": claim_pages.claim,
    "/case": case_pages.case,
    "/case/{table}": case_pages.table,
    "/case/{table}/rows.csv": case_pages.download,
    "/page.css": lambda _: _static(styles(), "text/css"),
    "/explorer.js": lambda _: _static(script(), "text/javascript"),
    "/favicon.ico": lambda _: Response(status_code=204),
}
_TITLES = {
    400: "That cannot be asked", 403: "Refused", 404: "Not here", 405: "Nothing is changed here",
    414: "Too long", 421: "Another host", 500: "Something broke", 503: "Busy",
}  # fmt: skip


def make(site: Site, names: Iterable[str] = ()) -> Starlette:
    """The application over a site; ``names`` are hosts that it answers to besides this machine's own."""
    app = Starlette(
        routes=[Route(path, _answer(view), methods=["GET"]) for path, view in _VIEWS.items()],
        middleware=[Middleware(Guard, names=tuple(names))],
        exception_handlers={HTTPException: _http, Exception: _broken},
    )
    app.state.site = site
    return app


def _answer(view: View) -> Callable[[Request], Awaitable[Response]]:
    """A view run in a thread of its own; a mistake in what was asked becomes a page that says so."""

    async def endpoint(request: Request) -> Response:
        refused = request.scope.get("detente.refused")
        if refused is not None:
            raise refused
        return await run_in_threadpool(_viewed, view, request)

    return endpoint


def _viewed(view: View, request: Request) -> Response:
    try:
        return view(request)
    except DetenteError as error:
        return _error(request, 400, error.found, error)
    except Slow:
        words = f"The table needed more than {PATIENCE:.0f} seconds."
        return _error(request, 503, words, todo="choose a dyad or a shorter period")
    except Busy:
        return _error(request, 503, "Much work is waiting already.", todo="try again in a minute")


def _error(
    request: Request, status: int, found: str, error: DetenteError | None = None, todo: str = ""
) -> Response:
    return page(
        request, "error.html", status, title=_TITLES.get(status, f"Status {status}"), found=found,
        where=error.where if error else "", expected=error.expected if error else "",
        todo=error.todo if error else todo,
    )  # fmt: skip


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refused = request.scope.get("detente.refused")
    if refused is not None:
        return PlainTextResponse(f"{refused.detail}\n", refused.status_code)
    if error.status_code == 404 and error.detail == "Not Found":
        return _error(request, 404, f"There is no page {request.url.path[:120]!r}.",
                      todo="begin at the list of dyads")  # fmt: skip
    if error.status_code == 405:
        return _error(request, 405, "The explorer only reads: every address is asked for with GET.")
    return _error(request, error.status_code, str(error.detail))


def _broken(request: Request, _: Exception) -> Response:
    return _error(request, 500, "The explorer could not make this page.",
                  todo="what happened stands in the terminal where detente serve runs")  # fmt: skip


def _static(text: str, kind: str) -> Response:
    return Response(text, media_type=f"{kind}; charset=utf-8")
