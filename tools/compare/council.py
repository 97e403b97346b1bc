"""The Security Council's acts in the table of votes against the list of its meetings."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from compare.common import (
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    VALUE,
    Compared,
    Disagreement,
    bad_cell,
    date_kind,
    read_table,
    records_of,
)  # fmt: skip
from detente.record.casebook import Casebook, Record

FILE = "unsc_dprk_meetings_1946_2019.csv"
TABLE = "votes / Council meetings"
COLUMNS = ("resolution", "in_favour", "against", "abstaining", "chn_vote")
_RESULT = re.compile(r"S/(RES|PRST)/(\d{4}/\d+|\d+)\s*(?:\((\d{4})\))?\s*(\d+-\d+-\d+)?")
_SEATS = 15


def meetings(case: Casebook, folder: Path) -> Compared:
    """Hold resolutions and presidential statements against the meetings and their results.

    Compared are number, day and the vote as in favour, against, abstaining; the casebook's
    rows after the last year of the list are not.

    Raises
    ------
    InputError, CasebookError
        The list or the table is missing, lacks a column, or has a cell that cannot be read.
    """
    rows = read_table(folder, FILE, ("year", "date", "topics", "result"))
    ours = records_of(case, "votes", COLUMNS)
    by_number = {_number(record): record for record in ours if _number(record)}
    found: list[Disagreement] = []
    met: set[str] = set()
    days = []
    for row in rows:
        day = _day(folder, row)
        days.append(day)
        match = _RESULT.search(row["result"])
        if not match:
            why = "a meeting without a result; the casebook holds resolutions, statements, vetoes"
            found.append(Disagreement(TABLE, day, "", f"meeting: {_topic(row)}", RULE, why))
            continue
        number = f"{match[1]}/{match[2]}"
        record = by_number.get(number)
        if record is None:
            found.append(Disagreement(TABLE, day, "", row["result"], MISSING_HERE))
            continue
        met.add(record.record_id)
        found += _vote(record, day, number, match[4] or "")
    first, last = min(days)[:4], max(days)[:4]
    period = [record for record in ours if first <= record.date[:4] <= last]
    for record in period:
        if record.record_id not in met:
            here = record.extra["resolution"]
            found.append(Disagreement(TABLE, record.date, here, "", MISSING_THERE))
    found += [item for record in ours for item in _unanimous(record)]
    found.sort(key=lambda item: item.key)
    fact = f"{len(ours) - len(period)} rows here lie outside the list's years {first}–{last}"
    compared = len(rows) + sum(item.kind == MISSING_THERE for item in found)
    return Compared(TABLE, compared, found, (fact,))


def _day(folder: Path, row: dict[str, str]) -> str:
    text = f"{row['date']} {row['year']}"
    try:
        return dt.datetime.strptime(text, "%d %B %Y").date().isoformat()
    except ValueError as error:
        raise bad_cell(folder, FILE, "date", text, "a day as in 11 May, and a year") from error


def _topic(row: dict[str, str]) -> str:
    return " ".join(row["topics"].split())


def _number(record: Record) -> str:
    match = _RESULT.search(record.extra["resolution"])
    return f"{match[1]}/{match[2]}" if match else ""


def _vote(record: Record, day: str, number: str, count: str) -> list[Disagreement]:
    out = []
    if record.date != day:
        kind = date_kind(record.date, day)
        out.append(Disagreement(TABLE, record.date, f"{number}: {record.date}", day, kind))
    parts = [record.extra[name] for name in ("in_favour", "against", "abstaining")]
    here = "-".join(parts) if all(parts) else ""
    if here != count:
        out.append(Disagreement(TABLE, record.date, f"{number}: {here or 'no count'}",
                                count or "no count", VALUE))  # fmt: skip
    return out


def _unanimous(record: Record) -> list[Disagreement]:
    """Find a unanimous vote in which the casebook lets China vote other than yes."""
    if record.extra["in_favour"] != str(_SEATS) or record.extra["chn_vote"] == "yes":
        return []
    return [
        Disagreement(TABLE, record.date, f"China: {record.extra['chn_vote'] or 'no vote given'}",
                     "15 in favour", VALUE, "all members voted yes")
    ]  # fmt: skip
