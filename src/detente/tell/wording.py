"""How text and numbers are written on a page: nothing misleads, no false precision."""

from __future__ import annotations

import re
import textwrap
import unicodedata

from detente.record.match import edtf_in_words

#: Characters that turn the reading direction round: shown as a mark, never obeyed.
_BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_MINUS = re.compile(r"(?<![\w-])-(?=[\d.])")
#: The null models of the claim tests in plain words; the term of the field in brackets.
NULLS = {
    "ar1": "no trend, in values that carry over from one to the next (AR(1) errors)",
    "ar1, maximum over dates": "no change at any date (AR(1) errors, maximum over dates)",
    "mann-kendall": "no trend, by rank (Mann–Kendall, AR(1) draws)",
    "circular-shift": "the acts keep their order and gaps and are shifted against the calendar "
    "by every number of days (circular shift)",
    "within-year": "the acts of a year fall on any of its days",
    "within-year-weekday": "the acts of a year fall on any of its days of the same weekday",
    "across-years": "the calendars of other years",
    "jitter-45d": "each act moves by up to 45 days",
    "gap-blocks": "one rate throughout; the gaps between acts are drawn in blocks, which keeps "
    "their clustering",
    "clustered gaps, all dates": "one rate throughout; gaps between acts drawn anew that cluster as "
    "these do, and the best date searched for in each draw",
    "poisson": "one rate throughout, acts independent of each other (Poisson)",
}


def plain(text: str) -> str:
    """Text without control characters and direction overrides, which could mislead a reader."""
    text = text.translate(_BIDI)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def told(text: str) -> str:
    """A sentence of our own for the page: days in words, a real minus before a number."""
    return _MINUS.sub("−", _ISO.sub(lambda found: edtf_in_words(found[0]), plain(text)))


def stopped(text: str) -> str:
    """A title as a sentence: with one full stop, not two."""
    return text if text.rstrip("”’\"')]").endswith((".", "!", "?", "…")) else f"{text}."


def level(value: float) -> str:
    """A level of the index: one decimal and a real minus."""
    return f"{value:.1f}".replace("-", "−")


def excerpt(text: str, most: int = 150) -> str:
    """The start of a text, cut between words."""
    return textwrap.shorten(" ".join(plain(text).split()), most, placeholder=" …")


def first_sentence(text: str, most: int = 220) -> str:
    """The first sentence of a reason, for a list."""
    return excerpt(re.split(r"(?<=[.;]) (?=[A-Z0-9])", told(text), maxsplit=1)[0], most)


def percent(value: float) -> str:
    """A share in whole percent; 0 and 100 only where it is exactly that."""
    if 0 < value < 0.01:
        return "under 1\u00a0%"
    return "over 99\u00a0%" if 0.99 < value < 1 else f"{value:.0%}".replace("%", "\u00a0%")


def chance(value: float) -> str:
    """A probability in whole percent; never 0 or 100, which no forecast means."""
    return percent(min(max(value, 1e-6), 1 - 1e-6))


def signed(value: float) -> str:
    """A difference with its sign, three decimals."""
    return f"{value:+.3f}".replace("-", "−")


def number(value: float, beside: float | None = None) -> str:
    """Three significant digits and a real minus; no finer than the larger number ``beside`` it."""
    size = max(abs(value), abs(beside or 0.0))
    if size == 0:
        return "0"
    decimals = next((d for d in range(4) if size >= 10.0 ** (2 - d)), 4)
    return f"{value:.{decimals}f}".replace("-", "−")


def span(low: float, high: float) -> str:
    """An interval, both ends with the same number of decimals."""
    return f"{number(low, high)} to {number(high, low)}"


def p_value(value: float) -> str:
    """``p = 0.053``, or ``p < 0.001``."""
    return f"p = {value:.2g}" if value >= 0.001 else "p < 0.001"


def null_in_words(name: str) -> str:
    """A null model in plain words; its own name where there are none."""
    return NULLS.get(name, name)


def unit_of(series: object) -> str:
    """The unit of a series as a claim names it; empty where it names none.

    ``{value: intensity}`` is on the conflict–cooperation scale; a column ``share``, or one
    divided by another, is a share; any other column gives its own name.
    """
    if not isinstance(series, dict):
        return ""
    value = str(series.get("value", ""))
    if value == "intensity":
        return "points of intensity, −10 … 10"
    if value == "share" or "of" in series:
        return "share, 0 … 1"
    return value.replace("_", " ")
