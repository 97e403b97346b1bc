"""Build the gazetteer of people from dictionaries of leaders and from rows kept by hand.

Run: ``python tools/build_people_table.py PETRARCH.txt ARCHIGOS.csv.gz``. Reads next to the
result ``people_recent.csv`` (kept by hand, it wins), ``archigos_names.csv`` (full names of
leaders whom Archigos knows by surname), ``petrarch_corrections.csv`` (its errors found so far)
and ``states.csv``; writes
``people.csv``, and renews the Archigos rows of ``deaths.csv`` (others stay as they are).
The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from detente.record.importers.sides import folded
from people_archigos import leaders, with_leaders, write_deaths
from people_corrections import corrected, within
from people_names import cased, day, entries, is_phrase, plainly, rows, untitled, write
from people_terms import HEAD, OPEN, RANKS, SINCE, Term, clash, in_states, same_state

ROOT = Path(__file__).resolve().parents[1] / "src/detente"
GAZETTEER = ROOT / "read/gazetteer"
DEATHS = ROOT / "record/importers/deaths.csv"
COLUMNS = ["person", "aliases", "iso3", "office", "rank", "start", "end", "source"]

# CAMEO codes that are not the gazetteer's.
CODES = {"KNT": "KNA", "KSV": "XKX", "TMP": "TLS", "ROM": "ROU", "ZAR": "COD"}
# PETRARCH's list of ministers was read off monthly from January 2003 (some from 2001) to
# February 2011, its heads (by the day) to February 2008 and a few after; what is open in it
# is only known to have held then.
FIRST_SEEN = {dt.date(2001, 1, 1), dt.date(2003, 1, 1)}
LAST_LISTS, LAST_EDITED = dt.date(2011, 2, 28), dt.date(2014, 1, 31)
LAST_HEADS = dt.date(2008, 2, 29)
SECTORS = {
    "": ("government", "other"),
    "MIL": ("defence or security", "minister"),
    "BUS": ("economy or finance", "minister"),
    "JUD": ("justice", "minister"),
    "COP": ("interior or police", "minister"),
    "SPY": ("intelligence", "other"),
    "LEG": ("parliament", "other"),
    "MED": ("culture or information", "minister"),
}


def span(code: str, drops: Counter[str]) -> tuple[str, str, dt.date, dt.date] | None:
    """State, sector, first and last day of a code such as ``[FRAGOV 070516-120515]``."""
    found = re.match(r"\[([A-Z]{3})GOV([A-Z]*)\s*(>?)\s*(\d{6,8})(?:-(\d{6,8}))?\]?$", code)
    if not found:
        drops["code without a government or without dates"] += 1
        return None
    state, sector, after, one, two = found.groups()
    first, last = day(one), OPEN if after else day(two or "")
    if not first or not last or first > last:
        drops["broken dates"] += 1
        return None
    if last < SINCE:
        drops["before 1945"] += 1
        return None
    return CODES.get(state, state), sector, first, last


def petrarch(path: Path, states: dict[str, dict[str, str]], drops: Counter[str]) -> list[Term]:
    """Terms of the dated people in PETRARCH's dictionary of countries."""
    out: list[Term] = []
    for names, codes in entries(path):
        if not any(re.search(r"GOV\w*\s*>?\s*\d{6}", code) for code in codes):
            continue
        phrases = [p for p in (cased(untitled(name)) for name in names) if is_phrase(p)]
        if not phrases:
            drops["no name of two words"] += 1
            continue
        # Only heads have what they were before and after ("elite"), and days, not months.
        elite = any(re.match(r"\[[A-Z]{3}\w*ELI\b", code) for code in codes)
        for state, sector, first, last in filter(None, (span(c, drops) for c in codes)):
            monthly = first.day == 1 and (last == OPEN or (last + dt.timedelta(1)).day == 1)
            office, rank = SECTORS.get(sector[:3], ("government", "minister"))
            if elite and not monthly and not sector:
                office, rank = (HEAD, "head") if state != "USA" else ("high office", "other")
            for iso3, one, two in in_states(state, first, last, states, drops):
                start, end = written(one, two, monthly)
                aliases = tuple(phrases[1:])
                term = Term(phrases[0], iso3, start, end, office, rank, "petrarch", aliases)
                out.append(term)
    return joined(out)


def written(first: dt.date, last: dt.date, monthly: bool) -> tuple[str, str]:
    """Start and end in EDTF, to the month where the source is, ``?`` where it is cut off."""
    cut = "?" if monthly and first in FIRST_SEEN else ""
    start = (f"{first:%Y-%m}" if monthly else first.isoformat()) + cut
    if last == OPEN:
        seen = LAST_LISTS if monthly else LAST_HEADS
        seen = seen if first <= seen else max(LAST_EDITED if first > LAST_LISTS else seen, first)
        return start, f"{seen:%Y-%m}?"
    return start, f"{last:%Y-%m}" if monthly else last.isoformat()


def joined(terms: list[Term]) -> list[Term]:
    """A person's terms as head, and the others: those that touch as one, called as the first."""
    groups: dict[tuple[str, str, bool], list[Term]] = defaultdict(list)
    for term in terms:
        groups[folded(term.person), term.iso3, term.rank == "head"].append(term)
    out: list[Term] = []
    for group in groups.values():
        group.sort(key=lambda t: t.days)
        kept = [group[0]]
        for term in group[1:]:
            if term.days[0] - kept[-1].days[1] > dt.timedelta(days=62):
                kept.append(term)
            elif term.days[1] > kept[-1].days[1]:
                kept[-1] = dataclasses.replace(kept[-1], end=term.end)
        out += kept
    return out


def recent() -> list[Term]:
    """Rows kept by hand."""
    out = []
    for row in rows(GAZETTEER / "people_recent.csv"):
        aliases = tuple(filter(None, row.pop("aliases").split(";")))
        out.append(Term(aliases=aliases, **row))
    return out


def exact(ours: list[Term], heads: list[Term]) -> list[Term]:
    """Rows kept by hand to the year, with the day where one head's term has it in that year."""
    days: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in heads:
        if term.rank == "head":
            days[folded(term.person), term.iso3].append(term)
    out = []
    for term in ours:
        names = {folded(p) for p in (term.person, *term.aliases)}
        same = [t for n in sorted(names) for t in days[n, term.iso3]]
        first = [t for t in same if len(term.start) == 4 and t.start.startswith(term.start)]
        last = [t for t in same if len(term.end) == 4 and t.end.startswith(term.end)]
        if term.rank in RANKS[:2] and len(first) == 1:
            source = f"{term.source}; {first[0].source}"
            term = dataclasses.replace(term, start=first[0].start, source=source)
        if term.rank in RANKS[:2] and len(last) == 1 and not last[0].end.endswith("?"):
            term = dataclasses.replace(term, end=last[0].end)
        out.append(term)
    return out


def with_recent(terms: list[Term], ours: list[Term], drops: Counter[str]) -> list[Term]:
    """Older terms under the names kept by hand; open ones give way to what is known."""
    known: dict[tuple[str, str], str] = {}
    by_person: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in ours:
        by_person[term.person, term.iso3].append(term)
        for phrase in (term.person, *term.aliases):
            known.setdefault((folded(phrase), term.iso3), term.person)
    out = list(ours)
    for term in terms:
        names = [known.get((folded(p), term.iso3)) for p in (term.person, *term.aliases)]
        name = next(filter(None, names), None)
        if name is None:
            out.append(term)
            continue
        first, last = term.days
        loose = term.end.endswith("?") or term.rank == "head"
        over = [t.days[0] for t in by_person[name, term.iso3] if clash(t, term)]
        inside = any(
            clash(t, term) if loose else (t.days[0] <= first and t.days[1] >= last)
            for t in by_person[name, term.iso3]
        )
        if inside and min(over) - first > dt.timedelta(days=366):
            # What the row kept by hand says nothing of: the years before it.
            term = dataclasses.replace(term, end=(min(over) - dt.timedelta(days=1)).isoformat())
            inside = False
        if inside:
            drops["known better by hand"] += 1
        else:
            spellings = (term.person, *term.aliases)
            aliases = tuple(a for a in spellings if folded(a) != folded(name))
            out.append(dataclasses.replace(term, person=name, aliases=aliases))
    return out


def shorter(term: Term) -> Term:
    """A head's names without the initial in their middle too: Richard Nixon."""
    if term.rank not in RANKS[:3]:
        return term
    plain = (re.sub(r"(?<=\w\w) (?:[A-Z]\.)+(?= )", "", n) for n in (term.person, *term.aliases))
    return dataclasses.replace(term, aliases=tuple(dict.fromkeys((*term.aliases, *plain))))


def unambiguous(terms: list[Term], taken: set[str], drops: Counter[str]) -> list[Term]:
    """Terms without phrases that are another thing's, or two states' on the same day.

    Where the two differ in rank the higher keeps the name: news means the president.
    """
    bearers: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        for phrase in {folded(p) for p in (term.person, *term.aliases)}:
            bearers[phrase].append(term)
    lost: set[tuple[str, Term]] = set()
    begins = {
        (" ".join(p.split()[:2]), t.iso3)
        for p, g in bearers.items()
        for t in g
        if len(p.split()) > 2
    }
    for phrase, group in bearers.items():
        for term in group:
            rivals = [t for t in group if not same_state(t, term) and clash(t, term)]
            short = len(phrase) <= 6 and (phrase, term.iso3) in begins  # Kim Il, of Kim Il Sung
            if short or phrase in taken or any(weight(t) <= weight(term) for t in rivals):
                lost.add((phrase, term))
    out = []
    for term in terms:
        if (folded(term.person), term) in lost:
            drops["ambiguous name"] += 1
            continue
        keep = tuple(a for a in term.aliases if (folded(a), term) not in lost)
        drops["ambiguous alias (row kept)"] += len(term.aliases) - len(keep)
        out.append(dataclasses.replace(term, aliases=keep))
    return out


def weight(term: Term) -> tuple[int, int]:
    """How far down a term stands when two want one name: rank, then the source's trust."""
    # Archigos alone has foreign rulers too: Saddam Hussein leads Kuwait in 1990.
    trust = {"archigos": 2, "petrarch": 1, "petrarch+archigos": 1}
    return RANKS.index(term.rank), trust.get(term.source, 0)


def tidy(terms: Iterable[Term]) -> list[Term]:
    """One row a person, state, office and start; aliases once, on the person's first row."""
    unique: dict[tuple[str, str, str, str], Term] = {}
    spelled: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    terms = list(terms)
    accented = {(folded(t.person), t.iso3): t.person for t in terms if not t.person.isascii()}
    for term in sorted(terms):
        name = accented.get((folded(term.person), term.iso3), term.person)
        term = dataclasses.replace(term, person=name)
        unique.setdefault((folded(term.person), term.iso3, term.office, term.start), term)
        for plain, alias in plainly((term.person, *term.aliases)).items():
            spelled[folded(term.person), term.iso3].setdefault(plain, alias)
    out, done = [], set()
    for term in sorted(unique.values(), key=lambda t: (folded(t.person), t)):
        key = (folded(term.person), term.iso3)
        names = {} if key in done else spelled[key]
        done.add(key)
        aliases = tuple(sorted(a for plain, a in names.items() if plain != key[0]))
        out.append(dataclasses.replace(term, aliases=aliases))
    return out


def other_names(states: dict[str, dict[str, str]]) -> set[str]:
    """Folded names of states, capitals, bodies, and phrases that are nobody's."""
    out: set[str] = set()
    for row in states.values():
        for field in ("names", "adjectives", "capitals"):
            out |= {folded(name) for name in row[field].split(";")}
    for row in rows(GAZETTEER / "bodies.csv"):
        out |= {folded(name) for name in [row["name"], *row["aliases"].split(";")]}
    skip = rows(GAZETTEER / "not_actors.csv")  # "Santiago Peña" is there for the town's sake
    return out | {folded(row["phrase"]) for row in skip if row["reason"] != "person"}


def main() -> None:
    """Build and write; print what was taken and what was dropped, and why."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("petrarch", type=Path)
    parser.add_argument("archigos", type=Path)
    given = parser.parse_args()
    drops: Counter[str] = Counter()
    states = {row["iso3"]: row for row in rows(GAZETTEER / "states.csv")}
    listed = petrarch(given.petrarch, states, drops)
    listed = list(corrected(listed, GAZETTEER / "petrarch_corrections.csv", states, drops))
    chiefs, died = leaders(given.archigos, GAZETTEER / "archigos_names.csv", states, drops)
    older = with_leaders([within(t, chiefs) for t in listed], chiefs, drops)
    terms = [shorter(t) for t in with_recent(older, exact(recent(), older), drops)]
    table = tidy(unambiguous(terms, other_names(states), drops))
    lines = [
        [t.person, ";".join(t.aliases), t.iso3, t.office, t.rank, t.start, t.end, t.source]
        for t in table
    ]
    write(GAZETTEER / "people.csv", COLUMNS, lines)
    deaths = write_deaths(DEATHS, table, died, drops)
    for what, number in sorted(drops.items()):
        print(f"{number:7} {what}")
    print(
        f"{len(table):7} rows, {len({(t.person, t.iso3) for t in table})} people; {deaths} deaths"
    )


if __name__ == "__main__":
    main()
