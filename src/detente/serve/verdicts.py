"""Verdicts of a casebook's claims, and of one with a reader's specification in its place."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

from detente.claims import run
from detente.claims.claim import Claim, from_casebook
from detente.claims.verdict import discount
from detente.record.casebook import Casebook
from detente.schema import Verdict
from detente.serve.jobs import Job, Jobs
from detente.tell import claim_plots


@dataclasses.dataclass(frozen=True)
class Tested:
    """A claim with its verdict among its company."""

    claim: Claim
    verdict: Verdict


def testable(case: Casebook) -> list[Claim]:
    """The claims of a casebook that are tested; questions about what comes next are not."""
    return [claim for claim in from_casebook(case) if claim.kind != "forecast"]


def asked(jobs: Jobs, claims: Sequence[Claim]) -> list[Job]:
    """A job for each claim, in their order; those done before are done."""
    return [
        jobs.ask(("claim", claim.claim_id), functools.partial(run.test, claim, claim.casebook))
        for claim in claims
    ]


def edited(jobs: Jobs, claim: Claim, text: str) -> Job:
    """The job that tests a claim with a reader's specification."""
    return jobs.ask(("edit", claim.claim_id, text), lambda: run.test(claim, claim.casebook))


def together(
    claims: Sequence[Claim], jobs: Sequence[Job], instead: Tested | None = None
) -> dict[str, Tested]:
    """Verdicts with false-discovery control over all claims; ``instead`` takes its claim's place.

    A claim whose data are broken raises its error.
    """
    found = [
        instead.verdict if instead and instead.claim.claim_id == claim.claim_id else job.value()
        for claim, job in zip(claims, jobs, strict=True)
    ]
    return {
        claim.claim_id: Tested(
            instead.claim if instead and instead.claim.claim_id == claim.claim_id else claim,
            verdict,
        )
        for claim, verdict in zip(claims, discount(found), strict=True)
    }


def drawn(jobs: Jobs, tested: Tested, key: str) -> Job:
    """The job that draws a tested claim's figures."""
    return jobs.ask(
        ("figures", tested.claim.claim_id, key),
        lambda: claim_plots.of_test(
            tested.verdict, tested.claim.claim_id, tested.claim.spec.get("series")
        ),
    )


def after_looking(verdict: Verdict) -> Verdict:
    """A verdict on a reader's specification, with its chosen row marked as chosen after looking."""
    rows: list[dict[str, Any]] = [
        {**row, "chosen": False, "after_looking": True, "name": row["name"] or "as edited"}
        if row.get("chosen")
        else {**row, "after_looking": True}
        for row in verdict.specifications
    ]
    return dataclasses.replace(verdict, specifications=tuple(rows))
