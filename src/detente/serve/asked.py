"""What a reader asks for, taken from the address: checked, bound as values, and back again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from detente import ontology
from detente.errors import InputError
from detente.measure import states
from detente.measure.periods import GRAINS
from detente.schema import bounds

#: Rows on a page of events, and the last row that can be paged to.
PER_PAGE, DEEPEST = 50, 100_000
_LONGEST, _WORDS = 200, 8
_CODE = re.compile(r"[A-Za-z0-9_]{1,12}")
#: How events can be sorted: what stands in the address, the words for it, and the SQL.
SORTS: dict[str, tuple[str, str]] = {
    "-date": ("latest first", "date_earliest DESC NULLS LAST"),
    "date": ("earliest first", "date_earliest ASC NULLS LAST"),
    "-intensity": ("most cooperative first", "intensity DESC NULLS LAST"),
    "intensity": ("most hostile first", "intensity ASC NULLS LAST"),
    "type": ("by type", "event_type ASC NULLS LAST"),
    "source": ("by source", "source_iso3 ASC NULLS LAST, target_iso3 ASC NULLS LAST"),
}
#: Quad classes by number.
QUADS = {
    1: "verbal cooperation", 2: "material cooperation",
    3: "verbal conflict", 4: "material conflict",
}  # fmt: skip
#: What events without a PLOVER type are asked for by.
NO_TYPE = "none"
Pairs = Iterable[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Filter:
    """Which events, in which order, and which page of them; empty means all.

    ``direction`` is ``CHN>PRK``; ``since`` and ``until`` are EDTF as written, ``words`` free text
    of which every word (or phrase in quotation marks) must stand in sentence or names.
    """

    dyad: str = ""
    direction: str = ""
    source: str = ""
    target: str = ""
    types: tuple[str, ...] = ()
    quads: tuple[int, ...] = ()
    since: str = ""
    until: str = ""
    words: str = ""
    dataset: str = ""
    sort: str = "-date"
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address's query of this filter with changes; what is at its default is left out."""
        made = dataclasses.replace(self, **changes)
        pairs: list[tuple[str, str]] = []
        for name, field in _FIELDS.items():
            value = getattr(made, field)
            if value == getattr(_ALL, field):
                continue
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(name, str(one)) for one in values]
        return urlencode(pairs)

    @property
    def narrowed(self) -> bool:
        """Whether anything but dyad, order and page is asked for."""
        kept = dataclasses.replace(self, dyad="", sort=_ALL.sort, page=1)
        return kept != _ALL


_FIELDS = {
    "dyad": "dyad", "direction": "direction", "source": "source", "target": "target",
    "type": "types", "quad": "quads", "from": "since", "to": "until", "q": "words",
    "dataset": "dataset", "sort": "sort", "page": "page",
}  # fmt: skip
_ALL = Filter()


def events(pairs: Pairs) -> Filter:
    """The filter that an address's query asks for.

    Raises
    ------
    InputError
        A name that is no filter, a value that it cannot have, or one given twice.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in _FIELDS:
            raise InputError(name[:40], "no filter of that name", f"one of {', '.join(_FIELDS)}")
        if len(value) > _LONGEST:
            raise InputError(name, f"{len(value)} characters", f"at most {_LONGEST}")
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    for name, values in given.items():
        if len(values) > 1 and name not in {"type", "quad"}:
            raise InputError(name, f"{len(values)} values", "one")
    one = {name: values[0] for name, values in given.items()}
    dyad = "-".join(states.pair(one["dyad"])) if "dyad" in one else ""
    made = Filter(
        dyad=dyad,
        direction=_direction(one.get("direction", ""), dyad),
        source=_code("source", one.get("source", "")),
        target=_code("target", one.get("target", "")),
        types=tuple(dict.fromkeys(_type(value) for value in given.get("type", ()))),
        quads=tuple(dict.fromkeys(_quad(value) for value in given.get("quad", ()))),
        since=one.get("from", ""),
        until=one.get("to", ""),
        words=one.get("q", ""),
        dataset=one.get("dataset", ""),
        sort=_one_of("sort", one.get("sort", _ALL.sort), SORTS),
        page=page_number(one.get("page", "1")),
    )
    days(made.since, made.until)
    phrases(made.words)
    return made


def days(since: str, until: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a period given by two EDTF dates, either of which may be empty."""
    first = _day("from", since)[0] if since else None
    last = _day("to", until)[1] if until else None
    if first and last and last < first:
        raise InputError(
            "from, to", f"{since} is after {until}", "a period that ends after it begins"
        )
    return first, last


def grain(value: str) -> str:
    """``week``, ``month`` or ``year``; empty where none is asked for."""
    return _one_of("by", value, GRAINS) if value else ""


def phrases(words: str) -> list[str]:
    """Words and quoted phrases of a search."""
    found = [quoted or word for quoted, word in re.findall(r'"([^"]+)"|(\S+)', words)]
    if len(found) > _WORDS:
        raise InputError(
            "q", f"{len(found)} words", f"at most {_WORDS}, or a phrase in quotation marks"
        )
    return [one.strip('"') for one in found if one.strip('"')]


def where(asked: Filter) -> tuple[str, dict[str, Any]]:
    """The condition of a filter, with every value bound and none written into it."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    if asked.dyad:
        values["a"], values["b"] = asked.dyad.split("-")
        forth = "(source_iso3 = $a AND target_iso3 = $b)"
        back = "(source_iso3 = $b AND target_iso3 = $a)"
        if asked.direction:
            parts.append(forth if asked.direction.startswith(values["a"]) else back)
        else:
            parts.append(f"({forth} OR {back})")
    for name in ("source", "target"):
        if getattr(asked, name):
            parts.append(f"{name}_iso3 = ${name}")
            values[name] = getattr(asked, name)
    for field, column, items in (
        ("t", "event_type", asked.types),
        ("k", "quad_class", asked.quads),
    ):
        options = []
        for place, item in enumerate(items):
            if item == NO_TYPE:
                options.append("event_type IS NULL OR event_type = ''")
            else:
                options.append(f"{column} = ${field}{place}")
                values[f"{field}{place}"] = item
        if options:
            parts.append(f"({' OR '.join(options)})")
    first, last = days(asked.since, asked.until)
    if first:
        parts.append("date_latest >= $first")
        values["first"] = first.isoformat()
    if last:
        parts.append("date_earliest <= $last")
        values["last"] = last.isoformat()
    if asked.dataset:
        parts.append("dataset = $dataset")
        values["dataset"] = asked.dataset
    if asked.words:
        condition, held = said(phrases(asked.words))
        parts.append(condition)
        values |= held
    return " AND ".join(parts) or "TRUE", values


def said(wanted: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The condition that every phrase stands in the sentence or the names as written."""
    parts, values = [], {}
    for place, phrase in enumerate(wanted):
        like = f"ILIKE $q{place} ESCAPE '!'"
        parts.append(f"(text {like} OR source_name {like} OR target_name {like})")
        values[f"q{place}"] = "%" + re.sub(r"([!%_])", r"!\1", phrase) + "%"
    return " AND ".join(parts) or "TRUE", values


def _direction(value: str, dyad: str) -> str:
    if not value:
        return ""
    if not dyad:
        raise InputError("direction", f"{value!r} without a dyad", "a dyad as well: dyad=CHN-PRK")
    a, b = dyad.split("-")
    return _one_of("direction", value.upper(), (f"{a}>{b}", f"{b}>{a}"))


def _code(name: str, value: str) -> str:
    if value and not _CODE.fullmatch(value):
        raise InputError(name, repr(value), "a code of three letters, as CHN")
    return value.upper()


def _type(value: str) -> str:
    if value.lower() == NO_TYPE:
        return NO_TYPE
    return _one_of("type", value.upper(), (*ontology.QUAD_CLASS, NO_TYPE))


def _quad(value: str) -> int:
    return int(_one_of("quad", value, tuple(map(str, QUADS))))


def page_number(value: str) -> int:
    """A page's number, from 1."""
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < 1:
        raise InputError("page", repr(value[:40]), "a number from 1")
    return int(value)


def _day(name: str, value: str) -> tuple[dt.date, dt.date]:
    try:
        if len(value) > 30:
            raise ValueError(value)
        return bounds(value)
    except Exception as error:  # the date library raises many kinds
        raise InputError(
            name, repr(value[:40]), "a date, as 2018, 2018-03 or 2018-03-27"
        ) from error


def _one_of(name: str, value: str, options: Iterable[str]) -> str:
    known = list(options)
    if value not in known:
        raise InputError(name, repr(value[:40]), f"one of {', '.join(known)}")
    return value
