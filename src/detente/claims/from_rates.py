"""Claims of more and fewer from a sentence: "tests have increased since 2019", "most in 2022".

They need a list that is complete over the years compared; where the casebook has none for the
kind of act, no claim is made. The kind comes from the words, the doer from the act told, from the
states named, or, where all acts of the kind are one state's, from the list.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from detente.claims.alike import complete_table, kind_named, states_in
from detente.claims.from_order import Spec, Told
from detente.read.dates import find_dates
from detente.record.casebook import Table
from detente.record.match import RecordIndex
from detente.schema import REAL, Event, Verdict, bounds

_UP = (
    r"increas\w+|r(?:ise|ises|ose|isen|ising)|gr[eo]wn?|grows|growing|multipl\w+|doubl\w+|tripl\w+|"
    r"quadrupl\w+|surg\w+|soar\w+|jump\w+|accelerat\w+|climb\w+|more (?:often|frequent\w*)|spik\w+"
)
_DOWN = (
    r"decreas\w+|declin\w+|f[ae]ll|fallen|falls|falling|drop\w*|halv\w+|dwindl\w+|shr[aiu]nk\w*|"
    r"tapered|dried up|rarer|less (?:often|frequent\w*)|slow\w+|plung\w+|slump\w+"
)
_CHANGE = re.compile(rf"(?i)\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b")
_MORE = re.compile(
    r"(?i)\b(?:(?P<up>more|most)|(?P<down>fewer|fewest|less|least))\b(?P<what>[^.;]*?)"
    r"(?:\bthan\b(?P<than>[^.;]*)|(?=[.;]|$))"
)
_ANY = re.compile(
    r"(?i)\b(?:any|every|all)\b(?:\s+(?:other|previous|earlier|the other))?|\bever\b|ever before"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FROM = re.compile(r"(?i)\b(?P<word>since|after|from|following)\b(?P<rest>.*)")
_NONE = re.compile(
    r"(?i)\b(?:no|not (?:a|one))\s+(?:\w+\s+){0,3}\b(?:has|have|had|took|taken|was|were)\b"
)
_FACTOR = re.compile(r"(?i)\b(?P<more>more than|over)?\s*\b(?P<word>doubl|tripl|quadrupl|halv)\w*")
_FACTORS = {"doub": 2.0, "trip": 3.0, "quad": 4.0, "halv": 0.5}


def rate(told: Told, event: Event | None, index: RecordIndex) -> Spec | None:
    """The claim that a statement of more or fewer makes, or ``None``."""
    words = told.statement.text
    if event is not None and (event.factuality not in REAL or not event.kind):
        return None
    kind = kind_named(words, index) or (event.kind if event else "")
    if not kind and told.statement.kind == "rate":
        kind = kind_named(told.sentence, index)
    table = complete_table(kind, index) if kind else None
    if table is None or table.complete is None:
        return None
    doer = _doer(kind, event, told.sentence, table, index)
    if doer is None:
        return None
    source: dict[str, object] = {"table": table.name, "where": {"kind": kind, "source": doer}}
    start, end = table.complete
    end = min(end, told.as_of or end)
    made = _none_since(told, source, end) if event is None else None
    made = made or _compared(words, source, start, end) or _changed(told, source, start, end)
    if made is not None and table.counting_rule:
        made[1]["caveats"] = [table.counting_rule]
    return made


def _none_since(told: Told, source: dict[str, object], end: dt.date) -> Spec | None:
    """ "No nuclear test has taken place since 2017": none, by whomever."""
    if not _NONE.search(told.statement.text):
        return None
    begun = _FROM.search(told.statement.text)
    found = find_dates(begun["rest"], told.day) if begun else []
    if not begun or begun["word"].lower() != "since" or not found or not found[0].edtf:
        return None
    low = bounds(found[0].edtf)[1] + dt.timedelta(1)
    if low >= end or ".." in found[0].edtf:
        return None
    return "count", {"events": source, "exactly": 0, "period": {"from": str(low), "to": str(end)}}


def by_how_much(words: str, found: Verdict) -> Verdict:
    """A change of rate that is there, but not by the factor said: "tripled"."""
    said = _FACTOR.search(words)
    if not said or found.verdict != "supported" or found.lo90 is None or found.hi90 is None:
        return found
    factor = _FACTORS[said["word"].lower()[:4]]
    low, high = found.lo90, found.hi90
    fits = (low <= factor or bool(said["more"])) and factor <= high
    if factor < 1:
        fits = low <= factor and (factor <= high or bool(said["more"]))
    if fits:
        return found
    reason = (
        f"It changed, but not by the factor said: the rate after was {found.estimate:.2g} times "
        f"that before (90 % interval {low:.2g} to {high:.2g}). {found.reason}"
    )
    return dataclasses.replace(found, verdict="partly supported", reason=reason)


def _doer(
    kind: str, event: Event | None, sentence: str, table: Table, index: RecordIndex
) -> str | None:
    rows = [r for r in index.casebook.records if r.kind == kind and r.table == table.name]
    doers = {code for r in rows for code in r.sources}
    if event and event.source and event.source.party:
        return event.source.party if event.source.party in doers else None
    named = [code for code in states_in(sentence) if code in doers]
    if len(named) == 1:
        return named[0]
    return next(iter(doers)) if len(doers) == 1 and not named else None


def _compared(words: str, source: dict[str, object], start: dt.date, end: dt.date) -> Spec | None:
    """ "More in 2022 than in any other year", "fewer in 2019 than in 2017"."""
    found = _MORE.search(words)
    if not found:
        return None
    most = (found["up"] or found["down"]).lower() in {"most", "fewest", "least"}
    than = found["than"] or ""
    own = _YEAR.findall(words[: found.start("than")] if than else words)
    if len(own) != 1 or not (than or most):
        return None
    year = int(own[0])
    if most or _ANY.search(than):
        earlier = re.search(r"(?i)previous|earlier|before|ever", than)
        last = year - 1 if earlier else end.year
        others = [y for y in range(start.year, last + 1) if y != year]
    else:
        others = [int(y) for y in _YEAR.findall(than)]
        if re.search(r"(?i)\b(?:the )?(?:previous|preceding) year|(?:the )?year before", than):
            others = [year - 1]
    if most and not than and not re.search(r"(?i)\bthe (?:most|fewest|least)\b", words):
        return None
    if not others or dt.date(min(*others, year), 1, 1) < start or max(*others, year) > end.year:
        return None
    spec: dict[str, object] = {
        "events": source,
        "period": _whole(year),
        "more_than" if found["up"] else "fewer_than": [_whole(y) for y in others],
    }
    return "count", spec


def _whole(year: int) -> dict[str, str]:
    return {"from": f"{year}-01-01", "to": f"{year}-12-31"}


def _changed(told: Told, source: dict[str, object], start: dt.date, end: dt.date) -> Spec | None:
    """ "Tests have increased since 2019": the rate before and after."""
    words = told.statement.text
    change, begun = _CHANGE.search(words), _FROM.search(words)
    fewer = re.search(r"(?i)\b(?:fewer|less)\b", words)
    more = re.search(r"(?i)\bmore\b", words)
    if not begun or not (change or fewer or more):
        return None
    dates = [d.edtf for d in find_dates(begun["rest"], told.day)]
    if not dates or not dates[0] or ".." in dates[0]:
        return None
    low, high = bounds(dates[0])
    at = low if begun["word"].lower() in {"since", "from"} else high + dt.timedelta(1)
    if at - start < dt.timedelta(366) or end - at < dt.timedelta(366):
        return None
    down = bool(change["down"]) if change else bool(fewer)
    near = max(start, at - (end - at))
    spec: dict[str, object] = {
        "events": source,
        "at": str(at),
        "period": {"from": str(start), "to": str(end)},
        "direction": "fewer" if down else "more",
    }
    if (near - start).days > 366:  # as long before as after, for who thinks of that
        spec["alternatives"] = {"period": [{"from": str(near), "to": str(end)}]}
    return "rate-change", spec
