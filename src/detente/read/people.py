"""People of all states with their offices, and whom a surname alone can mean at a date."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from detente.ontology import listed, table
from detente.read.names import Moment, Name, family_name, lone_names, spellings, unaccented
from detente.schema import bounds

_HERE = "detente.read.gazetteer"
_HEADS = ("head-of-state", "head-of-government", "head")
#: Offices by which a person stands for a state in any text.
_OFFICES = frozenset({*_HEADS, "foreign-minister"})
#: A head last seen in office before this is not taken for one ever after.
_LONG_AGO = "2016"


@functools.cache
def world_people() -> tuple[Name, ...]:
    """Heads of state and government and foreign ministers of all states since 1945.

    An end that is only "last seen then" (``2011?``) is left open. Names with accents and
    initials come without them and their dots too.
    """
    rows = table("people.csv", _HERE)
    known = {row["person"] for row in rows if row["rank"] in _OFFICES}
    return tuple(
        Name(phrase, "person", row["iso3"], "", "GOV", row["person"], row["start"].rstrip("?"),
             "" if row["end"].endswith("?") else row["end"], row["rank"])
        for row in rows
        if row["person"] in known
        for full in [row["person"], *listed(row["aliases"])]
        for phrase in spellings(full)
    )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class _Term:
    """A head's time, as days in ISO so that they compare as text, and the name to give back."""

    name: Name
    first: str
    last: str


@functools.cache
def _heads() -> tuple[dict[str, list[_Term]], dict[str, list[_Term]]]:
    """Heads of state and government by the surname of their name, and by those of aliases."""
    rows = [row for row in table("people.csv", _HERE) if row["rank"] in _HEADS]
    spelled: dict[tuple[str, str], list[str]] = {}
    for row in rows:  # aliases stand on a person's first row
        spelled.setdefault((row["person"], row["iso3"]), []).extend(listed(row["aliases"]))
    for row in table("short_names.csv", _HERE):
        spelled.get((row["person"], row["iso3"]), []).append(row["short"])
    own: dict[str, list[_Term]] = {}
    other: dict[str, list[_Term]] = {}
    for row in rows:
        seen = row["end"].endswith("?") and row["end"] < _LONG_AGO
        end = "" if row["end"].endswith("?") and not seen else row["end"].rstrip("?")
        name = Name(row["person"], "person", row["iso3"], "", "GOV", row["person"],
                    row["start"].rstrip("?"), end, row["rank"])  # fmt: skip
        term = _Term(name, name.start, name.end or "9999")
        family = family_name(row["person"], row["iso3"])
        for word in {family, unaccented(family)}:
            own.setdefault(word, []).append(term)
        words = {w for p in (row["person"], *spelled[row["person"], row["iso3"]])
                 for w in lone_names(p, row["iso3"])}  # fmt: skip
        for word in words:
            other.setdefault(word, []).append(term)
    return own, other


@functools.cache
def _common() -> dict[str, str]:
    """Surnames that mean somebody or something else as a rule, and when they may stand alone."""
    return {row["name"]: row["alone"] for row in table("common_surnames.csv", _HERE)}


def world_head(word: str, when: Moment) -> Name | None:
    """The one head of state or government whom a surname means, of all states.

    The dates of ``when`` are asked in turn; at the first one at which somebody of the name
    was in office it must be of one state only. A surname that is also a first name, a common
    surname or a word ("King", "Smith") needs a title before it, some others ("Bush", "Park")
    the date of the text.
    """
    common = "" if when.titled else _common().get(word, "")
    if common == "never":
        return None
    own, other = _heads()
    if word not in other and word not in own:
        return None
    for date in _dates(when, only_text=common == "text"):
        low, high = bounds(date)
        for terms in (own, other):
            found = [
                t.name for t in terms.get(word, []) if _within(t, low.isoformat(), high.isoformat())
            ]
            if found:
                return found[0] if len({n.iso3 for n in found}) == 1 else None
    return None


def _dates(when: Moment, only_text: bool) -> Iterator[str]:
    if not only_text:
        yield from when.told
    if when.text:
        yield when.text
    if not only_text:
        yield from when.named


def _within(term: _Term, low: str, high: str) -> bool:
    """Whether a term and some days meet; a month or year of the table counts whole."""
    return term.first <= high and low[: len(term.last)] <= term.last
