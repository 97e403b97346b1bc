"""What the pages are about, and how they are put together."""

from __future__ import annotations

import dataclasses
import functools
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from detente import ontology
from detente.claims.claim import Claim
from detente.measure import states
from detente.record.casebook import Casebook
from detente.record.match import edtf_in_words
from detente.serve.asked import QUADS
from detente.serve.jobs import Jobs
from detente.serve.table import EventTable
from detente.tell import templating
from detente.tell.templating import plain
from detente.tell.verdicts import LOOKS

#: Shared by every page; the explorer's own templates come first.
_PACKAGES = ("detente.serve", "detente.tell")


@dataclasses.dataclass(frozen=True)
class Site:
    """The events, the case, and the work that is under way for the pages."""

    table: EventTable
    case: Casebook
    claims: tuple[Claim, ...]
    tests: Jobs
    lines: Jobs
    version: str

    def close(self) -> bool:
        """End the work under way and let go of the database; whether all of it has ended."""
        ended = [jobs.close() for jobs in (self.tests, self.lines)]
        self.table.close()
        return all(ended)


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    found: Site = request.app.state.site
    return found


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page from its template."""
    made = _environment().get_template(template)
    site = site_of(request)
    text = made.render(
        site=site, here=request.url.path, looks=LOOKS, quads=QUADS, of_type=ontology.QUAD_CLASS,
        **shown,
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


@functools.cache
def styles() -> str:
    """The page's style and the explorer's, as one sheet."""
    sheets = (_environment().get_template(name) for name in ("brief.css", "explorer.css"))
    return "\n".join(sheet.render(looks=LOOKS, cards=()) for sheet in sheets)


@functools.cache
def script() -> str:
    """The explorer's script."""
    return resources.files("detente.serve").joinpath("static/explorer.js").read_text("utf-8")


@functools.cache
def _environment() -> Any:
    made = templating.environment(*_PACKAGES)
    made.filters |= {
        "state": state, "day": day, "thousands": lambda n: f"{n:,}", "weight": weight,
        "shown": lambda value: plain(str(value)) if value is not None else "",
    }  # fmt: skip
    return made


def state(code: str | None) -> str:
    """A code's English name; the code itself where it is no state's."""
    return plain(states.names().get(code or "", code or "nobody named"))


def day(date: str | None) -> str:
    """A date in words; as it stands where it is none."""
    try:
        return edtf_in_words(date.strip()) if date and date.strip() else "undated"
    except Exception:  # the date library raises many kinds
        return plain(date or "")


def weight(value: float | None) -> str:
    """An intensity with its sign."""
    return "–" if value is None else f"{value:+.1f}".replace("-", "−")
