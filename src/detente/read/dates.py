"""Date expressions become EDTF intervals, never more exact than the text.

"July 11, 1961" → ``1961-07-11``; "May of 2017" → ``2017-05``; "the late 1970s" →
``1976/1979``; "around 1956" → ``1956~``; "yesterday" → the day before the document's date.
Thirds of a decade or year follow the convention early = first 4, mid = middle 4,
late = last 4 (years 0–3, 4–6, 6–9; months 1–4, 5–8, 9–12).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re

from detente.read.date_rules import NEEDS, RULES, Context, year_before
from detente.schema import bounds


@dataclasses.dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression in a text.

    ``edtf`` is ``None`` when the expression is relative and the document has no date;
    ``relation`` is ``at``, ``since``, ``until``, ``before``, ``after`` or ``by``;
    ``basis`` is ``absolute``, ``document`` (relative to its date) or ``context`` (the year
    comes from earlier in the text).
    """

    start: int
    end: int
    text: str
    edtf: str | None
    relation: str
    basis: str


def find_dates(
    text: str, document_date: str | None, context_year: int | None = None
) -> list[DateMention]:
    """All date expressions of a text, left to right, none inside another.

    Parameters
    ----------
    document_date
        EDTF date of the document: what "yesterday" and "last year" count from. When it is
        known to the month or year only, "last year" still resolves, "yesterday" does not.
    context_year
        Year for a bare "in May" when the text before it (a paragraph) has named one.
    """
    low, high = bounds(document_date) if document_date else (None, None)
    context = Context(low if low == high else None, context_year, low, high)
    taken: list[DateMention] = []
    covered = bytearray(len(text))
    absent = {part for part, needed in NEEDS.items() if not needed.search(text)}
    for pattern, resolve, basis, needs in RULES:
        if needs & absent:
            continue  # most rules cannot fit most texts, and looking is slow
        for match in pattern.finditer(text):
            if covered.find(1, match.start(), match.end()) >= 0:
                continue
            try:
                edtf = resolve(match, context)
                if edtf is not None and edtf[0] != "+":
                    bounds(edtf.replace("XXXX", "2000"))
            except ValueError:  # 31 September: no day; and its year alone would be a guess
                edtf = None
            covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            taken.append(DateMention(match.start(), match.end(), match.group(), edtf, "at", basis))
    taken.sort(key=lambda mention: mention.start)
    following = itertools.zip_longest(taken, taken[1:])
    taken = [one for one, after in following if not (after and _said_again(one, after, text))]
    return _with_relations(text, _fill_years(taken, text, context))


_AGAIN = re.compile(r",\s+(?:in|on)\s+")


def _said_again(one: DateMention, after: DateMention, text: str) -> bool:
    """ "Six years later, in January 1966": one date, told twice; the one with a year counts."""
    told = one.edtf is not None and one.edtf[0] == "+" and after.basis == "absolute"
    return told and _AGAIN.fullmatch(text, one.end, after.start) is not None


def _fill_years(found: list[DateMention], text: str, context: Context) -> list[DateMention]:
    """Give "in May" and "on 3 September" the year last named, else the document's."""
    out: list[DateMention] = []
    year = context.year
    for mention in found:
        if mention.edtf and mention.edtf.startswith("+"):
            edtf = _later(mention.edtf, out) or (
                str(year) if mention.edtf == "+0s" and year else None
            )
            mention = dataclasses.replace(mention, edtf=edtf)
        if mention.edtf and mention.edtf.startswith("XXXX-"):
            chosen = year or year_before(mention.edtf, context)
            edtf = f"{chosen}{mention.edtf[4:]}" if chosen else None
            mention = dataclasses.replace(mention, edtf=edtf)
        elif mention.edtf and mention.basis == "absolute":
            low, high = bounds(mention.edtf)
            year = low.year if low.year == high.year else year
        out.append(mention)
    return out


def _later(step: str, before: list[DateMention]) -> str | None:
    """ "three months later" counts from the date last named, and is no more exact than it.

    "Since then" (no step) is that date itself.
    """
    base = next((m.edtf for m in reversed(before) if m.edtf), None)
    if base is None:
        return None
    number, unit = int(step[1:-1]), step[-1]
    low, high = bounds(base)
    if unit == "s":
        return base
    if unit == "d":
        return str(low + dt.timedelta(number)) if low == high else None
    if unit == "m" and len(base) >= 7 and "/" not in base:
        month = low.year * 12 + low.month - 1 + number
        return f"{month // 12}-{month % 12 + 1:02}"
    return str(low.year + number) if unit == "y" and low.year == high.year else None


_RELATIONS = (
    ("since", r"(?:ever\s+)?since(?:\s+\w+(?:\s+\w+)?)?"),
    ("until", r"until|till|up to"),
    ("before", r"before|prior to|by the time of"),
    ("after", r"after|following"),
    ("by", r"by"),
)


def _with_relations(text: str, found: list[DateMention]) -> list[DateMention]:
    out = []
    for mention in found:
        before = text[max(0, mention.start - 60) : mention.start]
        for relation, words in _RELATIONS:
            # also "after World War II in 1945": what is dated bounds what is told
            named = r"(?:(?:the\s+)?(?-i:[A-Z]\w*\s+){1,4}(?:in|of)\s+)?"
            named = named if relation in {"since", "before", "after"} else ""
            if re.search(rf"(?i)\b(?:{words})\s+{named}(?:the\s+)?$", before):
                mention = dataclasses.replace(mention, relation=relation)
                break
        out.append(mention)
    return out
