"""Test claims: each kind by its own module, every specification, one verdict."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.claims import coincidence, counts, order, rates, recorded, robustness, trend, verdict
from detente.claims.claim import Claim, load
from detente.claims.finding import Finding
from detente.claims.inputs import Inputs
from detente.record.casebook import Casebook
from detente.schema import Verdict, bounds

Test = Callable[[Mapping[str, Any], Inputs], Finding]
#: The kinds of claim and what tests them.
TESTS: dict[str, Test] = {
    "coincidence": coincidence.test,
    "rate-change": rates.test,
    "trend": trend.test,
    "order": order.order,
    "first": order.first,
    "last": order.last,
    "count": counts.count,
    "level": counts.level,
    "share": counts.share,
    "occurrence": recorded.occurrence,
    "untestable": recorded.untestable,
}


def test(claim: Claim, casebook: Casebook | None, as_of: dt.date | None = None) -> Verdict:
    """The verdict on one claim, from all its specifications.

    Parameters
    ----------
    as_of
        The day of the text: a claim is judged by what had happened by then. For a
        *coincidence* alone later data count too: they are the test that the examples in
        the text could not have shaped; what happened up to ``as_of`` is then shown as a slice
        chosen after looking. Without ``as_of`` the claim's own ``as_of`` holds, if it has one.

    Raises
    ------
    ClaimError
        The claim names a file, table or column that is not there.
    """
    casebook = claim.casebook or casebook
    if as_of is None and "as_of" in claim.spec:
        as_of = bounds(claim.spec["as_of"])[1]
    spec = {**claim.spec, "kind": claim.kind}
    if claim.kind == "coincidence":
        spec, as_of = _beyond(spec, as_of), None
    data = Inputs(claim, casebook, as_of)
    return verdict.combine(claim, robustness.run_all(spec, data, TESTS[claim.kind]))


def _beyond(spec: dict[str, Any], as_of: dt.date | None) -> dict[str, Any]:
    """A coincidence claim with the time up to the text as a slice of its own."""
    period = spec.get("period")
    if as_of is None or period is None:
        return spec
    start, end = bounds(period["from"])[0], bounds(period["to"])[1]
    if not start < as_of < end:
        return spec
    known = {"name": f"up to the day of the text, {as_of}", "after_looking": True,
             "period": {"from": period["from"], "to": as_of.isoformat()}}  # fmt: skip
    return {**spec, "slices": [*spec.get("slices", []), known]}


def test_all(
    claims: Sequence[Claim],
    casebook: Casebook | None,
    as_of: dt.date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Verdict]:
    """Verdicts on the claims of one document, with false-discovery control over them."""
    verdicts = []
    for claim in claims:
        progress(claim.claim_id)
        verdicts.append(test(claim, casebook, as_of))
    return verdict.discount(verdicts)


def test_file(
    path: str | Path,
    casebook: Casebook | None = None,
    as_of: dt.date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Test the claims of a YAML file; one dict per claim, in the file's order.

    Keys: id, kind, verdict, says, estimate, lo90, hi90, p, n, null, smallest_effect,
    specifications, evidence, caveats, reason. Numbers are plain floats or ``None``.
    """
    # Questions about what comes next are answered by a later stage: detente forecast.
    claims = [claim for claim in load(path, casebook) if claim.kind != "forecast"]
    verdicts = test_all(claims, casebook, as_of, progress)
    return [as_dict(claim, found) for claim, found in zip(claims, verdicts, strict=True)]


def as_dict(claim: Claim, found: Verdict) -> dict[str, Any]:
    """A verdict as the command writes it."""
    keep = "verdict estimate lo90 hi90 p n null smallest_effect caveats reason".split()
    row: dict[str, Any] = {"id": claim.claim_id, "kind": claim.kind, "says": claim.says}
    row |= {name: _json(getattr(found, name)) for name in keep}
    row["specifications"] = [_json(one) for one in found.specifications]
    row["evidence"] = [dataclasses.asdict(one) for one in found.evidence]
    return row


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value
