"""The yearly series of the casebook against their sources: visits, trade, aid, votes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from compare.common import (
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    VALUE,
    Compared,
    Disagreement,
    bad_cell,
    day_of,
    number_of,
    read_table,
    series_of,
)  # fmt: skip
from detente.record.casebook import Casebook

YEARLY_FILE = "chn_prk_yearly_visits_trade_aid.csv"
VOTES_FILE = "unga_votes_chn_prk.csv"
UNGA = "unga_agreement / roll calls"
_CAST = ("yes", "no", "abstain")
_KNOWN_VOTES = (*_CAST, "absent", "")


def visits_yearly(case: Casebook, folder: Path) -> Compared:
    """Hold the yearly counts of visits that the casebook carries against AidData's."""
    pairs = {
        "government_visits": "government_visits",
        "military_visits": "military_visits",
        "total": "total_elite_visits",
    }
    return _yearly(case, folder, "visits_yearly", pairs)


def trade(case: Casebook, folder: Path) -> Compared:
    """Hold the yearly trade that the casebook carries against AidData's, in US dollars."""
    return _yearly(case, folder, "trade", {"china_prk_trade_usd": "china_prk_trade_usd"})


def aid(case: Casebook, folder: Path) -> Compared:
    """Hold the yearly official finance that the casebook carries against AidData's."""
    return _yearly(case, folder, "aid", {"official_finance_usd": "aiddata_v1_official_finance_usd"})


def _yearly(case: Casebook, folder: Path, table: str, pairs: dict[str, str]) -> Compared:
    """Compare columns of a series with columns of the yearly file; whole numbers, rounded.

    Raises
    ------
    InputError, CasebookError
        A file or table is missing, lacks a column, or has a cell that is no number.
    """
    name = f"{table} / AidData per year"
    theirs = read_table(folder, YEARLY_FILE, ("year", *pairs.values()))
    ours = {row["year"]: row for row in series_of(case, table, ("year", *pairs))}
    found = []
    compared = 0
    for row in theirs:
        for here_column, there_column in pairs.items():
            there = number_of(folder, YEARLY_FILE, there_column, row[there_column])
            cell = ours.get(row["year"], {}).get(here_column, "")
            if not cell and there is None:
                continue
            compared += 1
            here = number_of(case.folder, f"{table}.csv", here_column, cell)
            if here is None or there is None:
                kind = MISSING_HERE if here is None else MISSING_THERE
                found.append(_numbers(name, row["year"], here_column, here, there, kind))
            elif round(here) != round(there):
                found.append(_numbers(name, row["year"], here_column, here, there, VALUE))
    listed = {row["year"] for row in theirs}
    for year in sorted(set(ours) - listed):
        compared += 1
        found.append(Disagreement(name, year, "a row", "", MISSING_THERE))
    return Compared(name, compared, found)


def _numbers(
    name: str, year: str, column: str, here: float | None, there: float | None, kind: str
) -> Disagreement:
    def text(value: float | None) -> str:
        return "" if value is None else f"{column} {value:,.0f}"

    return Disagreement(name, year, text(here), text(there), kind)


def unga(case: Casebook, folder: Path) -> Compared:
    """Count the roll calls anew, year by year, and hold them against the casebook's series.

    A roll call counts when both voted yes, no or abstain, in the calendar year of its date.

    Raises
    ------
    InputError, CasebookError
        A file or table is missing, lacks a column, or has a cell that cannot be read.
    """
    columns = ("rcid", "date", "vote_chn", "vote_prk")
    votes = read_table(folder, VOTES_FILE, columns)
    ours = {
        row["year"]: row
        for row in series_of(case, "unga_agreement", ("year", "n_votes", "agree", "share", "rule"))
    }
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    left_out = 0
    for vote in votes:
        pair = (vote["vote_chn"], vote["vote_prk"])
        for column, word in zip(("vote_chn", "vote_prk"), pair, strict=True):
            if word not in _KNOWN_VOTES:
                raise bad_cell(folder, VOTES_FILE, column, word, "yes, no, abstain or absent")
        if not all(word in _CAST for word in pair):
            left_out += 1
            continue
        counts = tally[day_of(folder, VOTES_FILE, "date", vote["date"])[:4]]
        counts[0] += 1
        counts[1] += pair[0] == pair[1]
    rules = " ".join(row["rule"] for row in ours.values())
    found = [
        item for year in sorted(set(tally) | set(ours))
        for item in _agreement(year, ours.get(year), tally.get(year), rules)
    ]  # fmt: skip
    again = len(votes) - len({vote["rcid"] for vote in votes})
    facts = (
        f"{len(votes)} roll calls; {left_out} left out because one of the two did not vote; "
        f"{again} listed twice",
    )
    return Compared(UNGA, len(set(tally) | set(ours)), found, facts)


def _agreement(
    year: str, row: dict[str, str] | None, counts: list[int] | None, rules: str
) -> list[Disagreement]:
    there = f"{counts[1]} of {counts[0]}" if counts else ""
    if row is None:
        why = "the series' own rule leaves it out" if year in rules else ""
        return [Disagreement(UNGA, year, "", there, RULE if why else MISSING_HERE, why)]
    here = f"{row['agree']} of {row['n_votes']}"
    if counts is None:
        return [Disagreement(UNGA, year, here, "", MISSING_THERE)]
    if here != there:
        return [Disagreement(UNGA, year, here, there, VALUE)]
    share = f"{counts[1] / counts[0]:.4f}"
    if row["share"] != share:
        return [Disagreement(UNGA, year, f"share {row['share']}", f"share {share}", VALUE,
                             "the casebook's own counts give the other share")]  # fmt: skip
    return []
