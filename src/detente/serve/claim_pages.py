"""Pages of claims: their verdicts, and what another specification would have said."""

from __future__ import annotations

import hashlib

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from detente.claims.claim import Claim
from detente.errors import DetenteError
from detente.serve import edits, fields, verdicts
from detente.serve.event_pages import WAIT, only
from detente.serve.site import Site, page, site_of
from detente.serve.verdicts import Tested
from detente.tell.verdicts import in_one_sentence, numbers, tally


def claims(request: Request) -> Response:
    """Every claim of the case with its verdict."""
    site = site_of(request)
    only(request)
    jobs = verdicts.asked(site.tests, site.claims)
    if jobs:
        jobs[-1].over.wait(WAIT)
    done = sum(job.done for job in jobs)
    ready = done == len(jobs)
    tested = verdicts.together(site.claims, jobs) if ready else {}
    counts = tally(one.verdict.verdict for one in tested.values())
    return page(request, "claims.html", ready=ready, done=done, tested=tested, counts=counts,
                answer=in_one_sentence(counts) if ready else "")  # fmt: skip


def claim(request: Request) -> Response:
    """One claim: the specification chosen before looking, and a reader's beside it."""
    site = site_of(request)
    name = request.path_params["claim"]
    chosen = next((one for one in site.claims if one.claim_id == name), None)
    if chosen is None:
        known = ", ".join(one.claim_id for one in site.claims)
        raise HTTPException(404, f"The case has no claim {name[:40]!r}; it has {known}.")
    given = only(request, "spec", *fields.names(chosen.kind, chosen.spec))
    own = edits.as_text(chosen)
    base = given.get("spec", "").replace("\r\n", "\n")
    edited, mistake = _read(base, own, chosen)
    text = base
    if fields.SENT in given and mistake is None:
        text = _filled(edited or chosen, given, base)
        edited, mistake = _read(text, own, chosen)
    if edited is None and mistake is None:
        text = ""
    jobs = verdicts.asked(site.tests, site.claims)
    job = verdicts.edited(site.tests, edited, text) if edited else None
    (job or jobs[-1]).over.wait(WAIT)
    ready = all(one.done for one in jobs) and (job is None or job.done)
    first = second = None
    if ready:
        first = _shown(site, verdicts.together(site.claims, jobs)[name], "chosen")
        if job is not None and edited is not None:
            try:
                found = verdicts.after_looking(job.value())
                company = verdicts.together(site.claims, jobs, Tested(edited, found))
                key = hashlib.sha256(text.encode()).hexdigest()
                second = _shown(site, company[name], key)
            except DetenteError as error:
                mistake = error
    return page(
        request, "claim.html", 400 if mistake else 200, claim=chosen, own=own, text=text or own,
        edited=edited, ready=ready,
        first=first, second=second, mistake=mistake, done=sum(one.done for one in jobs),
        changes=edits.changes(chosen, edited) if edited else [], longest=edits.LONGEST,
        tables=sorted(site.case.tables), others=_beside(site, name), sent=fields.SENT,
        fields=fields.of(chosen.kind, (edited or chosen).spec),
    )  # fmt: skip


def _filled(start: Claim, given: dict[str, str], base: str) -> str:
    """The specification that a form asks for, as text; as it was where the form changes nothing."""
    made = fields.apply(start.kind, start.spec, given)
    return base if made == start.spec else fields.as_yaml(start.kind, made)


def _read(text: str, own: str, chosen: Claim) -> tuple[Claim | None, DetenteError | None]:
    """A reader's specification; none where it is the chosen one, or cannot be read."""
    if not text.strip() or text.strip() == own.strip():
        return None, None
    try:
        return edits.read(text, chosen), None
    except DetenteError as error:
        return None, error


def _shown(site: Site, tested: Tested, key: str) -> dict[str, object]:
    """A tested claim as the template shows it, with figures where they are drawn in time."""
    job = verdicts.drawn(site.lines, tested, key)
    job.over.wait(4 * WAIT)
    drawn = job.value() if job.done else {"null": None, "curve": None}
    return {"verdict": tested.verdict, "words": numbers(tested.verdict), **drawn}


def _beside(site: Site, name: str) -> tuple[str, str]:
    """Ids of the claims before and after; empty at the ends."""
    ids = [one.claim_id for one in site.claims]
    at = ids.index(name)
    return ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""
