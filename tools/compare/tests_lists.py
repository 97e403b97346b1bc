"""The table of tests against the lists of CNS and CSIS, day by day.

The dates are worked out anew here: a time that CNS gives in UTC is moved to Korea's clock, and
what the casebook holds on that local day is compared with it. The corrections with which
``build_tests_table.py`` made the table are not used, so that each of them shows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from build_tests_table import to_local
from compare.common import (
    A_DAY_OFF,
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    VALUE,
    Compared,
    Disagreement,
    bad_cell,
    date_kind,
    day_of,
    exact,
    read_table,
    records_of,
)  # fmt: skip
from detente.record.casebook import Casebook, Record

CNS_FILE, CSIS_FILE = "prk_missile_nuclear_tests.csv", "prk_provocations_csis.csv"
CNS_COLUMNS = ("date", "time_utc_or_local", "kind", "system", "outcome")
CSIS_COLUMNS = ("date", "type", "event")
CNS, CSIS = "tests / CNS", "tests / CSIS"
#: Columns of the casebook's table that the comparison reads.
COLUMNS = ("in_cns", "in_csis", "system", "outcome", "launches", "date_utc")
AFTER_END = "after the last entry of CNS's list at hand"
_UTC = re.compile(r"(\d\d):(\d\d) \(UTC\)")
#: What the CNS rule leaves out, by the words of a title or an event.
NOT_BALLISTIC = re.compile(
    r"cruise|anti-ship|anti-aircraft|surface-to-air|rocket|projectile|artillery|mlrs",
    re.IGNORECASE,
)
_NO_LAUNCH = re.compile(r"artillery|mlrs|engine|joint missile", re.IGNORECASE)
_CLASSES = {
    "short-range ballistic": "short-range",
    "medium-range ballistic": "medium-range",
    "intermediate-range ballistic": "intermediate-range",
    "intercontinental ballistic": "intercontinental",
    "inter-continental ballistic": "intercontinental",
    "submarine-launched ballistic": "submarine-launched",
    "submarine launched ballistic": "submarine-launched",
    "cruise": "cruise",
    "anti-ship": "cruise",
    "surface-to-air": "air defence",
    "anti-aircraft": "air defence",
}


def cns_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of the CNS list, with the local day (``local``) that printed date and time give."""
    rows = read_table(folder, CNS_FILE, CNS_COLUMNS)
    for row in rows:
        row["local"] = printed = day_of(folder, CNS_FILE, "date", row["date"])
        match = _UTC.fullmatch(row["time_utc_or_local"])
        if match and exact(printed):
            try:
                moment = dt.datetime.fromisoformat(f"{printed}T{match[1]}:{match[2]}:00+00:00")
            except ValueError as error:
                cell = row["time_utc_or_local"]
                expected = "a time as in 18:18 (UTC), or unknown"
                raise bad_cell(folder, CNS_FILE, "time_utc_or_local", cell, expected) from error
            row["local"] = to_local(moment).date().isoformat()
    return rows


def csis_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of the CSIS list, all kinds of provocation."""
    rows = read_table(folder, CSIS_FILE, CSIS_COLUMNS)
    for row in rows:
        day_of(folder, CSIS_FILE, "date", row["date"])
    return rows


def is_test(row: dict[str, str]) -> bool:
    """Whether CSIS itself files a row under missile or nuclear tests, or calls it a launch."""
    return row["type"] in ("Missile Provocation", "Nuclear Provocation") or row["event"].startswith(
        "Satellite Launch"
    )


def against_cns(case: Casebook, folder: Path) -> Compared:
    """Hold the table of tests against the CNS list, under the CNS rule.

    Raises
    ------
    InputError, CasebookError
        The list or the table is missing, lacks a column, or has a date that is none.
    """
    rows, ours = cns_rows(folder), records_of(case, "tests", COLUMNS)
    last = max(row["local"] for row in rows)
    listed: dict[str, list[dict[str, str]]] = defaultdict(list)
    found: list[Disagreement] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        nuclear = row["kind"] == "nuclear"
        record = _partner(ours, row["local"], row["date"], "in_cns", nuclear)
        if record:
            listed[record.record_id].append(row)
        key = (row["date"], row["local"], row["kind"])
        if key not in seen:
            seen.add(key)
            found += _cns_date(record, row)
    for record in ours:
        mine = listed.get(record.record_id)
        found += _cns_day(record, mine) if mine else [_not_in_cns(record, last)]
    found += _claimed(ours, "in_cns", {row["date"] for row in rows}, CNS)
    return _outcome(CNS, ours, found)


def against_csis(case: Casebook, folder: Path) -> Compared:
    """Hold the table of tests against the CSIS list, under the CSIS rule.

    Raises
    ------
    InputError, CasebookError
        The list or the table is missing, lacks a column, or has a date that is none.
    """
    every, ours = csis_rows(folder), records_of(case, "tests", COLUMNS)
    rows = [row for row in every if is_test(row)]
    first = min(record.date for record in ours)[:4] if ours else "9999"
    found: list[Disagreement] = []
    met: set[str] = set()
    for row in rows:
        kinds = [True] if row["type"] == "Nuclear Provocation" else [False]
        if kinds[0] and "missile" in row["event"]:
            kinds.append(False)
        for nuclear in kinds:
            record = _partner(ours, row["date"], row["date"], "in_csis", nuclear)
            if record:
                met.add(record.record_id)
            found += _csis_row(record, row, first)
    others = {row["date"]: row["event"] for row in every if not is_test(row)}
    for record in ours:
        if record.record_id not in met:
            found.append(_not_in_csis(record, others))
    found += _claimed(ours, "in_csis", {row["date"] for row in every}, CSIS)
    return _outcome(CSIS, ours, found)


def _outcome(table: str, ours: list[Record], found: list[Disagreement]) -> Compared:
    extra = sum(item.kind in (MISSING_HERE, RULE) and not item.here for item in found)
    once = dict.fromkeys(found)  # CSIS has two rows on some days
    return Compared(table, len(ours) + extra, sorted(once, key=lambda item: item.key))


def _plain(edtf: str) -> str:
    return edtf.rstrip("~?%")


def _claims(record: Record, column: str) -> list[str]:
    return [part.strip() for part in record.extra[column].split(";") if part.strip()]


def _partner(
    ours: Iterable[Record], local: str, printed: str, column: str, nuclear: bool
) -> Record | None:
    """Find the casebook's row for an entry: by the local day, else by the date it claims."""
    same_kind = [record for record in ours if (record.kind == "nuclear-test") == nuclear]
    on_day = [record for record in same_kind if _plain(record.date) == local]
    claiming = [record for record in same_kind if printed in _claims(record, column)]
    both = [record for record in on_day if record in claiming]
    return next(iter(both or on_day or claiming), None)


def _cns_date(record: Record | None, row: dict[str, str]) -> list[Disagreement]:
    """Compare the day of an entry; the printed day as well as the local day it stands for."""
    printed, local, time = row["date"], row["local"], row["time_utc_or_local"]
    there = f"{printed} {time}".strip() if _UTC.fullmatch(time) else printed
    if record is None:
        return [Disagreement(CNS, local, "", f"{there}: {row['system']}", MISSING_HERE)]
    here = _plain(record.date)
    if here == printed == local:
        return []
    if here == local:
        why = f"UTC: {time[:5]} on that day is already the next day in Korea"
        return [Disagreement(CNS, here, here, there, A_DAY_OFF, why)]
    if here == printed:
        why = "read as UTC the time gives another day; the casebook takes the day as local"
        kind = date_kind(here, local)
        return [Disagreement(CNS, here, here, f"{there} = {local} in Korea", kind,
                             _with_note(why, record))]  # fmt: skip
    utc = record.extra["date_utc"].split("/")
    why = "the list prints the UTC day, without a time" if printed in utc else ""
    kind = date_kind(here, printed)
    return [Disagreement(CNS, here, here, there, kind, _with_note(why, record))]


def _cns_day(record: Record, rows: list[dict[str, str]]) -> list[Disagreement]:
    """Compare number, systems and outcome of a launch day; a nuclear test has none there."""
    if record.kind == "nuclear-test":
        return []
    out: list[Disagreement] = []

    def differs(what: str, here: str, there: str, why: str = "") -> None:
        out.append(
            Disagreement(CNS, record.date, f"{what}: {here}", f"{what}: {there}", VALUE, why)
        )

    if record.extra["launches"] != str(len(rows)):
        differs("launches", record.extra["launches"] or "none given", str(len(rows)))
    here = [name for name in record.extra["system"].split(";") if name]
    there = list(dict.fromkeys(row["system"] for row in rows))
    known = [name for name in there if name.lower() != "unknown"]
    ours = [name for name in here if name.lower() != "unknown"]
    unnamed = [name for name in known if not any(_same_system(name, mine) for mine in ours)]
    invented = [mine for mine in ours if not any(_same_system(name, mine) for name in known)]
    if unnamed or invented:
        differs("system", ", ".join(here), ", ".join(there))
    outcomes = {row["outcome"] for row in rows if row["outcome"]}
    summed = "success" if "success" in outcomes else "failure" if outcomes == {"failure"} else ""
    if (summed or "unknown") != record.extra["outcome"]:
        differs("outcome", record.extra["outcome"], ", ".join(sorted(outcomes)) or "none given")
    return out


def _same_system(first: str, second: str) -> bool:
    short, long = sorted((first.lower(), second.lower()), key=len)
    return bool(re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long))


def why_not_cns(day: str, words: str, last: str) -> str:
    """Give the reason why CNS has no launch on a day: its end or its rule; '' if there is none."""
    if day > last:
        return AFTER_END
    if NOT_BALLISTIC.search(words) and "ballistic" not in words.lower():
        return "CNS lists ballistic missiles and space launchers only"
    return ""


def _not_in_cns(record: Record, last: str) -> Disagreement:
    why = why_not_cns(record.date, record.title, last)
    kind = RULE if why else MISSING_THERE
    return Disagreement(CNS, record.date, record.title, "", kind, why)


def _csis_row(record: Record | None, row: dict[str, str], first: str) -> list[Disagreement]:
    """Compare one entry of CSIS with its row of the casebook: the day and the class of missile."""
    printed, event = row["date"], row["event"]
    if record is None:
        why = ""
        if printed[:4] < first:
            why = f"the casebook's table begins in {first}"
        elif _NO_LAUNCH.search(event):
            why = "no launch of a missile: the casebook leaves artillery and engine tests out"
        return [Disagreement(CSIS, printed, "", event, RULE if why else MISSING_HERE, why)]
    out = []
    here = _plain(record.date)
    if here != printed:
        out.append(Disagreement(CSIS, here, here, printed, date_kind(here, printed),
                                _csis_why(record, printed)))  # fmt: skip
    theirs = {name for word, name in _CLASSES.items() if word in event.lower()}
    words = f"{record.title} {' '.join(record.terms)}".lower()
    ours = {name for word, name in _CLASSES.items() if word in words}
    if ours and theirs - ours:
        out.append(Disagreement(CSIS, here, f"class: {_listed(ours)}", f"class: {_listed(theirs)}",
                                VALUE, _class_why(record)))  # fmt: skip
    if "nuclear" in event.lower() and record.kind != "nuclear-test" and "Test" not in event:
        out.append(Disagreement(CSIS, here, record.kind, event, VALUE,
                                "filed there under missile provocations"))  # fmt: skip
    return out


def _class_why(record: Record) -> str:
    return "the casebook's class is that of CNS" if record.extra["in_cns"] else ""


def _csis_why(record: Record, printed: str) -> str:
    """Give the reason for another date: a month only, Washington's calendar, a later report."""
    here = _plain(record.date)
    if len(here) == 7 and printed == f"{here}-01":
        return "CSIS prints the first of the month where only the month is known"
    if not exact(here):
        return record.note
    return _with_note("", record)


def _not_in_csis(record: Record, others: dict[str, str]) -> Disagreement:
    for printed in _claims(record, "in_csis"):
        if printed in others:
            why = "CSIS files the launch under other provocations"
            there = f"{printed} {others[printed]}"
            return Disagreement(CSIS, record.date, record.title, there, RULE, why)
    return Disagreement(CSIS, record.date, record.title, "", MISSING_THERE)


def _claimed(
    ours: Iterable[Record], column: str, dates: set[str], table: str
) -> list[Disagreement]:
    """Find dates that the casebook says a list has, and it has not."""
    return [
        Disagreement(table, record.date, f"{column}: {printed}", "no entry", VALUE)
        for record in ours
        for printed in _claims(record, column)
        if printed not in dates
    ]


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _with_note(why: str, record: Record) -> str:
    """Join a rule's reason with the casebook's own note on the row."""
    note = f"the casebook notes: {record.note}" if record.note else ""
    return "; ".join(part for part in (why, note) if part)
