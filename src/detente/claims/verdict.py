"""From findings to a verdict in words that an editor can print.

The chosen specification speaks; the others can only take its word back. When more than a
fifth of the reasonable specifications say otherwise the claim is *contested*; when all but a
fifth do, it is *not supported*. A slice chosen
after looking is named in the caveats and never counted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from scipy.stats import false_discovery_control

from detente.claims.claim import Claim
from detente.claims.finding import ALPHA, Finding
from detente.claims.robustness import Outcome
from detente.schema import Verdict, VerdictWord

#: Share of the reasonable specifications that may disagree without making a claim contested.
TOLERATED = 0.20

_WORDS = {
    "risk ratio": "a risk ratio of {}",
    "rate ratio": "a rate ratio of {}",
    "change per decade": "a change of {} per decade",
}


def combine(claim: Claim, outcomes: Sequence[Outcome]) -> Verdict:
    """The verdict on a claim from all its specifications, the chosen one first."""
    chosen = outcomes[0].finding
    reasonable = [o.finding for o in outcomes if not o.specification.after_looking]
    word, agreement = agreed(chosen, reasonable)
    caveats = [*chosen.caveats, *_looked(outcomes), *claim.spec.get("caveats", [])]
    return Verdict(
        verdict=word,
        reason=_reason(word, chosen, agreement),
        evidence=chosen.evidence,
        estimate=chosen.estimate,
        lo90=chosen.lo90,
        hi90=chosen.hi90,
        p=chosen.p,
        n=chosen.n,
        null=chosen.null,
        smallest_effect=chosen.smallest_effect,
        specifications=tuple(outcome.row() for outcome in outcomes),
        caveats=tuple(dict.fromkeys(caveats)),
        claim_id=claim.claim_id,
    )


def agreed(chosen: Finding, reasonable: Sequence[Finding]) -> tuple[VerdictWord, str]:
    """The word that the specifications bear, and how many of them do."""
    tested = [found for found in reasonable if found.word not in {"not testable here", "no record"}]
    if len(tested) < 2 or chosen not in tested:
        return chosen.word, ""
    total = len(tested)
    leans = {lean: sum(f.lean == lean for f in tested) for lean in ("for", "against", "neither")}
    same = leans[chosen.lean]
    says = f"{leans['for']} of {total} reasonable specifications support it"
    if leans["against"]:
        says += f", {leans['against']} speak against it"
    if chosen.lean == "for":
        if same >= (1 - TOLERATED) * total:
            return chosen.word, says
        # where next to none agree with the chosen one there is no contest: its word is taken back
        return ("contested" if same > TOLERATED * total else "not supported"), says
    if leans["for"] > TOLERATED * total:
        return "contested", says
    if chosen.lean == "against" and same < (1 - TOLERATED) * total:
        return "not supported", says
    return chosen.word, says


def _reason(word: VerdictWord, chosen: Finding, agreement: str) -> str:
    parts = [f"{chosen.text[:1].upper()}{chosen.text[1:]}"]
    if word == "not supported" and chosen.lean == "for":
        # first: a p-value below 0.05 beside "not supported" would puzzle without it
        return f"One test alone would speak for it: only {agreement}. {parts[0]}"
    if word == "not supported":
        parts.append(_could_have_seen(chosen))
    if agreement and (word == "contested" or chosen.p is not None):
        parts.append(f"{agreement[:1].upper()}{agreement[1:]}.")
    return " ".join(part for part in parts if part)


def _could_have_seen(chosen: Finding) -> str:
    if chosen.p is None:
        return ""
    if chosen.smallest_effect is None:
        return "With so few cases no effect could have been seen."
    words = _WORDS.get(chosen.measure, f"a {chosen.measure} of {{}}")
    return (
        f"The smallest effect that it would have seen four times in five is "
        f"{words.format(f'{chosen.smallest_effect:.2g}')}."
    )


def _looked(outcomes: Sequence[Outcome]) -> list[str]:
    out = []
    for outcome in outcomes:
        made, found = outcome.specification, outcome.finding
        if made.after_looking:
            number = f"p = {found.p:.2g}" if found.p is not None else found.word
            out.append(
                f"“{made.name}” was chosen after looking and does not decide ({number}): the "
                "examples that suggest a claim cannot test it."
            )
    return out


def discount(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Verdicts after false-discovery control over the claims of one document.

    Benjamini and Hochberg (*JRSS B* 57, 1995) at 5 % over the chosen p-values; a claim that
    is supported alone but not among its company becomes *not supported*, and says so.
    """
    tested = [v for v in verdicts if v.p is not None]
    if len(tested) < 2:
        return list(verdicts)
    adjusted = false_discovery_control([v.p for v in tested])
    q_of = {id(v): float(q) for v, q in zip(tested, adjusted, strict=True)}
    return [_discounted(v, q_of.get(id(v)), len(tested)) for v in verdicts]


def _discounted(verdict: Verdict, q: float | None, tests: int) -> Verdict:
    if q is None or q <= ALPHA or verdict.verdict not in {"supported", "partly supported"}:
        return verdict
    if verdict.p is None or verdict.p >= ALPHA:
        return verdict
    caveat = (
        f"Alone it would count (p = {verdict.p:.2g}); among the {tests} claims tested together "
        f"such a p is what chance gives (q = {q:.2g}, Benjamini–Hochberg)."
    )
    reason = f"{verdict.reason} {caveat}"
    return dataclasses.replace(
        verdict, verdict="not supported", reason=reason, caveats=(*verdict.caveats, caveat)
    )
