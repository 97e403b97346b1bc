"""Every reasonable specification of a claim: all alternatives crossed, the chosen one first.

The idea is the multiverse or specification-curve analysis (Steegen et al., *Perspectives on
Psychological Science* 11, 2016; Simonsohn, Simmons and Nelson, *Nature Human Behaviour* 4,
2020). ``slices`` add single specifications; one marked ``after_looking`` is shown and never
decides, for it was picked because of what it shows.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping
from typing import Any

from detente.claims.finding import Finding
from detente.claims.inputs import Inputs

#: More specifications than this are a fishing net, not a check.
MOST = 256
#: Keys of ``alternatives`` that change the events (or the series) rather than the claim itself.
_OF_SOURCE = ("rule", "date", "where")
_SOURCES = ("events", "series", "earlier", "later")


@dataclasses.dataclass(frozen=True)
class Specification:
    """One way to test a claim: its keys, what was changed, and whether it may decide."""

    spec: dict[str, Any]
    changes: dict[str, Any]
    chosen: bool = False
    after_looking: bool = False
    name: str = ""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A specification and what it came to."""

    specification: Specification
    finding: Finding

    def row(self) -> dict[str, Any]:
        """The row of the specification curve."""
        made, found = self.specification, self.finding
        return {
            "chosen": made.chosen,
            "after_looking": made.after_looking,
            "name": made.name or _name(made.changes),
            "changes": made.changes,
            "verdict": found.word,
            "estimate": found.estimate,
            "lo90": found.lo90,
            "hi90": found.hi90,
            "p": found.p,
            "n": found.n,
            "null": found.null,
            "measure": found.measure,
        } | self._distribution()

    def _distribution(self) -> dict[str, Any]:
        """The null distribution of the chosen specification, for its figure."""
        found = self.finding.under_null
        if not self.specification.chosen or found is None:
            return {}
        shares = {f"{value:.6g}": round(share, 6) for value, share in found.shares.items()}
        out = {
            "statistic": found.statistic,
            "observed": found.observed,
            "null_distribution": {value: share for value, share in shares.items() if share > 0},
        }
        return out | ({"hits": found.observed} if self.finding.measure == "risk ratio" else {})


def specifications(spec: Mapping[str, Any], data: Inputs) -> list[Specification]:
    """The chosen specification, then every other combination, then the slices."""
    base = {key: value for key, value in spec.items() if key not in {"alternatives", "slices"}}
    options = spec.get("alternatives", {})
    axes = [[(key, None), *((key, value) for value in values)] for key, values in options.items()]
    total = 1
    for axis in axes:
        total *= len(axis)
    if total > MOST:
        raise data.error("alternatives", f"{total} combinations", f"at most {MOST}",
                         "leave out alternatives that nobody would defend")  # fmt: skip
    out: list[Specification] = []
    seen: list[dict[str, Any]] = []
    for combination in itertools.product(*axes):
        changes = {key: value for key, value in combination if value is not None}
        made = changed(base, changes)
        if made not in seen:
            seen.append(made)
            out.append(Specification(made, changes, chosen=not changes))
    for part in spec.get("slices", []):
        changes = {
            key: value for key, value in part.items() if key not in {"name", "after_looking"}
        }
        looked = bool(part["after_looking"])
        out.append(Specification(changed(base, changes), changes, False, looked, part["name"]))
    return out


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a specification with other choices in it."""
    made = dict(base)
    if changes.get("null") == _DEFAULT_NULL.get(str(made.get("kind"))) and "null" not in base:
        changes = {key: value for key, value in changes.items() if key != "null"}
    made |= {key: value for key, value in changes.items() if key not in _OF_SOURCE}
    for key in _OF_SOURCE:
        if key in changes:
            for source in _SOURCES:
                if source in made:
                    old = made[source]
                    value = (
                        {**old.get("where", {}), **changes[key]} if key == "where" else changes[key]
                    )
                    made[source] = {**old, key: value}
    return made


_DEFAULT_NULL = {"coincidence": "circular-shift", "rate-change": "gap-blocks", "trend": "ar1"}


def run_all(
    spec: Mapping[str, Any], data: Inputs, test: Callable[[Mapping[str, Any], Inputs], Finding]
) -> list[Outcome]:
    """Test every specification, the chosen one first."""
    return [Outcome(made, test(made.spec, data)) for made in specifications(spec, data)]


def _name(changes: Mapping[str, Any]) -> str:
    return "; ".join(f"{key} {_short(value)}" for key, value in changes.items())


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        if set(value) == {"from", "to"}:
            return f"{value['from']} to {value['to']}"
        return ", ".join(f"{key} {_short(item)}" for key, item in value.items())
    if isinstance(value, list):
        return " or ".join(map(_short, value))
    return str(value)
