"""The two lists of tests against each other, and the two rules of the casebook's table."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

from compare.common import (
    A_DAY_OFF,
    DATE,
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    Compared,
    Disagreement,
    exact,
    records_of,
)  # fmt: skip
from compare.tests_lists import COLUMNS, cns_rows, csis_rows, is_test, why_not_cns
from detente.record.casebook import Casebook, Record

LISTS, RULES = "CNS / CSIS", "tests: CNS rule / CSIS rule"
#: The years of the figures that the casebook's documents quote.
PERIOD = (2012, 2017)


def lists(_: Casebook, folder: Path) -> Compared:
    """Hold the printed days of the two lists against each other; "here" is CNS.

    A launch day of CNS is a date it prints for at least one missile or space launcher. Where
    CSIS does not have that date, the day before and the day after are looked at.

    Raises
    ------
    InputError
        A list is missing, lacks a column, or has a date that is none.
    """
    local: dict[str, set[str]] = {}
    system: dict[str, str] = {}
    for row in cns_rows(folder):
        if row["kind"] != "nuclear":
            local.setdefault(row["date"], set()).add(row["local"])
            system.setdefault(row["date"], row["system"])
    csis = {row["date"]: row["event"] for row in csis_rows(folder) if _missile(row)}
    found, reached = [], set(local)
    for day in sorted(local):
        near = _near(day, local, csis)
        reached |= {near, *(local[day] if near else ())}
        if near == day:
            continue
        if not near:
            found.append(Disagreement(LISTS, day, f"{day}: {system[day]}", "", MISSING_THERE))
        elif not exact(day):
            why = "CSIS prints the first of the month where only the month is known"
            found.append(Disagreement(LISTS, day, day, near, DATE, why))
        else:
            why = "CNS prints the UTC day, CSIS the local one" if near in local[day] else ""
            found.append(Disagreement(LISTS, day, day, near, A_DAY_OFF, why))
    for day in sorted(set(csis) - reached):
        why = why_not_cns(day, csis[day], max(local))
        kind = RULE if why else MISSING_HERE
        found.append(Disagreement(LISTS, day, "", f"{day}: {csis[day]}", kind, why))
    return Compared(LISTS, len(set(local) | set(csis)), found, _facts(list(local), found))


def _missile(row: dict[str, str]) -> bool:
    nuclear = row["type"] == "Nuclear Provocation"
    return is_test(row) and (not nuclear or "missile" in row["event"])


def _near(day: str, local: dict[str, set[str]], csis: dict[str, str]) -> str:
    """Find the date CSIS has for a day of CNS: the same, or one beside it; or ''.

    A date beside it counts only if it is the launch's local day, or no other launch's day.
    """
    if day in csis:
        return day
    if not exact(day):
        return f"{day}-01" if f"{day}-01" in csis else ""
    for step in (1, -1):
        other = (dt.date.fromisoformat(day) + dt.timedelta(days=step)).isoformat()
        if other in csis and (other in local[day] or other not in local):
            return other
    return ""


def _facts(days: list[str], found: list[Disagreement]) -> tuple[str, ...]:
    def inside(key: str) -> bool:
        return PERIOD[0] <= int(key[:4]) <= PERIOD[1]

    total = sum(map(inside, days))
    off = sum(item.kind == A_DAY_OFF and inside(item.key) for item in found)
    lacking = [item.key for item in found if item.kind == MISSING_THERE and inside(item.key)]
    text = (
        f"{PERIOD[0]}–{PERIOD[1]}: {total} launch days in CNS as printed; {off} stand a day "
        f"apart in CSIS, {len(lacking)} not there"
    )
    return (f"{text} ({', '.join(lacking)})" if lacking else text,)


def rules(case: Casebook, _: Path) -> Compared:
    """Count the casebook's launch days per year under the two rules; "here" is the CNS rule.

    Days are local. A nuclear test is no launch and is left out.

    Raises
    ------
    CasebookError
        The casebook has no table of tests with the columns in_cns and in_csis.
    """
    ours = [r for r in records_of(case, "tests", COLUMNS) if r.kind != "nuclear-test"]
    by_cns, by_csis = _per_year(ours, "in_cns"), _per_year(ours, "in_csis")
    found = []
    for year in sorted(set(by_cns) | set(by_csis)):
        here, there = by_cns[year], by_csis[year]
        only_cns = _only(ours, year, "in_cns", "in_csis")
        only_csis = _only(ours, year, "in_csis", "in_cns")
        if only_cns or only_csis:
            why = "; ".join(
                f"only {name}: {', '.join(days)}"
                for name, days in (("CNS", only_cns), ("CSIS", only_csis)) if days
            )  # fmt: skip
            found.append(Disagreement(RULES, year, f"{here} days", f"{there} days", RULE, why))
    period = [r for r in ours if PERIOD[0] <= int(r.date[:4]) <= PERIOD[1]]
    facts = (
        f"{PERIOD[0]}–{PERIOD[1]} by local day: {sum(bool(r.extra['in_cns']) for r in period)} "
        f"days under CNS, {sum(bool(r.extra['in_csis']) for r in period)} under CSIS, "
        f"{sum(bool(r.extra['in_cns'] and r.extra['in_csis']) for r in period)} under both",
    )
    return Compared(RULES, len(set(by_cns) | set(by_csis)), found, facts)


def _per_year(records: list[Record], column: str) -> Counter[str]:
    return Counter(record.date[:4] for record in records if record.extra[column])


def _only(records: list[Record], year: str, has: str, lacks: str) -> list[str]:
    return [
        record.date[5:] or record.date
        for record in records
        if record.date.startswith(year) and record.extra[has] and not record.extra[lacks]
    ]
