"""How a verdict looks: a sign, a word and a colour, never colour alone."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from detente.schema import VERDICTS, Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """Sign, CSS class, colour on light and on dark ground, and what the verdict means."""

    sign: str
    css: str
    light: str
    dark: str
    meaning: str


LOOKS: dict[str, Look] = {
    "supported": Look("✓", "supported", "#1a7f37", "#4ac26b", "the record or the test agrees"),
    "partly supported": Look("◐", "partly", "#8a5a00", "#d9a441", "right but for a detail, which is named"),
    "contradicted": Look("✗", "contradicted", "#b42318", "#ff7b72", "the record says otherwise"),
    "not supported": Look("○", "not-supported", "#8250df", "#c297ff", "tested; no effect was seen"),
    "contested": Look("≈", "contested", "#0a66c2", "#6cb6ff", "reasonable tests or sources disagree"),
    "no record": Look("?", "no-record", "#57606a", "#9da7b3", "the casebook has no such act"),
    "not testable here": Look("–", "untestable", "#57606a", "#9da7b3", "the data here cannot decide it"),
}  # fmt: skip
#: Verdicts that answer the question, in the three groups of the page's first line.
HOLDS = ("supported", "partly supported")
FAILS = ("contradicted", "not supported")
OPEN = ("contested", "no record", "not testable here")


def tally(verdicts: Iterable[str]) -> dict[str, int]:
    """How often each verdict was given, in the order of ``schema.VERDICTS``, zeros left out."""
    counts = Counter(verdicts)
    return {word: counts[word] for word in VERDICTS if counts[word]}


def in_one_sentence(counts: dict[str, int]) -> str:
    """The ten-second answer: what holds, what does not, what is open, out of how many."""
    total = sum(counts.values())
    if not total:
        return "Nothing in this text could be looked up."
    holds, fails, undecided = (
        sum(counts.get(word, 0) for word in group) for group in (HOLDS, FAILS, OPEN)
    )
    details = counts.get("partly supported", 0)
    wrong = f" ({details} of them wrong in a detail)" if details else ""
    noun = "statement" if total == 1 else "statements"
    hold = "holds" if holds == 1 else "hold"
    do = "does" if fails == 1 else "do"
    be = "is" if undecided == 1 else "are"
    return (
        f"Of {total} checkable {noun}, {holds} {hold}{wrong}, {fails} {do} not, "
        f"and {undecided} {be} open."
    )


def numbers(verdict: Verdict) -> str:
    """The test's numbers in one line, empty for a look-up."""
    parts = []
    if verdict.estimate is not None:
        parts.append(f"estimate {verdict.estimate:.3g}")
    if verdict.lo90 is not None and verdict.hi90 is not None:
        parts.append(f"90 % interval {verdict.lo90:.3g} to {verdict.hi90:.3g}")
    if verdict.p is not None:
        parts.append(f"p = {verdict.p:.2g}" if verdict.p >= 0.001 else "p < 0.001")
    if parts and verdict.n is not None:
        parts.append(f"n = {verdict.n}")
    if parts and verdict.null:
        parts.append(f"null: {verdict.null}")
    if verdict.smallest_effect is not None:
        parts.append(f"smallest effect it would see: {verdict.smallest_effect:.3g}")
    return "; ".join(parts)
