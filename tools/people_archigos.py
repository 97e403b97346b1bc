"""Archigos: leaders by the names that a table kept by hand gives them, and deaths in office."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

from detente.record.importers.sides import folded
from people_names import is_phrase, rows, write
from people_terms import HEAD, OPEN, RANKS, SINCE, Term, clash, in_states

# Said to have died in office, though a successor took it over that day by the calendar.
NOT_DEAD = {"Yen Chia-Kan"}
# Longer than this, what PETRARCH lacks of a leader's time is a term of its own.
GAP = dt.timedelta(days=183)
DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Chief:
    """A leader of Archigos: the term under Archigos's name, and the names given by hand."""

    term: Term
    names: tuple[str, ...] = ()


def leaders(
    path: Path, by_hand: Path, states: dict[str, dict[str, str]], drops: Counter[str]
) -> tuple[list[Chief], dict[str, str]]:
    """Archigos leaders since 1945, and the day of natural deaths in office.

    ``by_hand`` has the full name of those whom Archigos knows by surname, by ``leadid``.
    """
    by_gw = {row["cow"]: iso3 for iso3, row in states.items() if row["cow"]}
    by_gw |= {"255": "DEU", "260": "GFR", "345": "YUG", "340": "SRB", "365": "RUS"}
    by_gw |= {"816": "VNM", "678": "YEM", "679": "YEM", "341": "MNE", "347": "XKX"}
    named = {
        row["leadid"]: (row["person"], *filter(None, row["aliases"].split(";")))
        for row in rows(by_hand)
    }
    out: list[Chief] = []
    died: dict[str, str] = {}
    for row in rows(path):
        state = by_gw.get(row["gwcode"].split(".")[0], "")
        if row["enddate"] < SINCE.isoformat():
            continue
        if not state:
            drops["Archigos: no such state"] += 1
            continue
        last = OPEN if row["exit"] == "Still in Office" else dt.date.fromisoformat(row["enddate"])
        parts = in_states(state, dt.date.fromisoformat(row["startdate"]), last, states, drops)
        for iso3, one, two in parts:
            end = two.isoformat() if two < OPEN else "2015?"
            term = Term(row["leader"], iso3, one.isoformat(), end, HEAD, "head", "archigos")
            out.append(Chief(term, named.get(row["leadid"], ())))
        if row["exit"] == "Natural Death" and out:
            died[f"{out[-1].term.iso3}|{row['leader']}|{row['enddate']}"] = row["enddate"]
    return out, died


def same_leader(term: Term, chief: Chief) -> bool:
    """Whether a person is the Archigos leader: state, time, and full name or surname agree."""
    leader = chief.term
    if term.iso3 != leader.iso3 or term.rank not in {"head", "other"} or not clash(term, leader):
        return False
    if {folded(p) for p in (term.person, *term.aliases)} & {folded(n) for n in chief.names}:
        return True
    ours = set(folded(term.person).split())
    theirs = [w for w in folded(leader.person.split(",")[0]).split() if "." not in w and len(w) > 1]
    return bool(theirs) and set(theirs) <= ours


def with_leaders(terms: list[Term], chiefs: list[Chief], drops: Counter[str]) -> list[Term]:
    """PETRARCH's heads with ends from Archigos where open, and leaders that it lacks."""
    given, family = Counter[str](), Counter[str]()
    for name in {t.person for t in terms}:
        words = folded(name).split()
        given[words[0]] += 1
        family[words[-1]] += 1
    at_state: dict[str, list[int]] = defaultdict(list)
    for n, term in enumerate(terms):
        at_state[term.iso3].append(n)
    out = list(terms)
    matched: dict[int, list[Term]] = defaultdict(list)
    for chief in chiefs:
        leader = chief.term
        at = [n for n in at_state[leader.iso3] if same_leader(terms[n], chief)]
        for n in at:
            matched[n].append(leader)
        first = folded(leader.person).split()[:1]
        plain = "," not in leader.person and "." not in leader.person and is_phrase(leader.person)
        if chief.names or len({terms[n].person for n in at}) == 1:
            out += _missing([terms[n] for n in at], chief)
        elif not at and plain and given[first[0]] > family[first[0]]:
            out.append(leader)
        elif not at:
            drops["Archigos: surname only"] += 1
    for n, found in matched.items():
        last = max(found, key=lambda t: t.days[1])
        both = dataclasses.replace(terms[n], source="petrarch+archigos")
        if terms[n].end.endswith("?"):
            drops["open end closed by Archigos (not dropped)"] += 1
            out[n] = dataclasses.replace(both, end=last.end)
        if terms[n].iso3 == "USA":
            out[n] = dataclasses.replace(out[n], office=HEAD, rank="head")
    return out


def _missing(known: list[Term], chief: Chief) -> list[Term]:
    """What a leader's time has before and after PETRARCH's terms, under the name used there."""
    leader = chief.term
    heads = [t for t in known if t.rank == "head" or t.iso3 == "USA"]
    if not heads and (chief.names or _mostly(known[0], leader)):
        # Known by no office of a head, or not at all.
        person = next((t.person for t in known), "") or chief.names[0]
        return [dataclasses.replace(leader, person=person, aliases=chief.names)]
    known = heads or known
    # The names given by hand come along in any case, on PETRARCH's own term.
    person = known[0].person
    spelled = tuple(n for n in chief.names if folded(n) != folded(person))
    out = [dataclasses.replace(known[0], aliases=(*known[0].aliases, *spelled))] if spelled else []
    early, late = min(t.days[0] for t in known), max(t.days[1] for t in known)
    first, last = leader.days
    if early - first > GAP:
        before = dataclasses.replace(leader, person=person, end=(early - DAY).isoformat())
        out.append(before)
    if last - late > GAP and last < OPEN:
        out.append(dataclasses.replace(leader, person=person, start=(late + DAY).isoformat()))
    return out


def _mostly(term: Term, leader: Term) -> bool:
    """Whether a term covers more than half of a leader's."""
    (first, last), (one, two) = leader.days, term.days
    return (min(last, two) - max(first, one)) * 2 > last - first


def write_deaths(path: Path, table: list[Term], died: dict[str, str], drops: Counter[str]) -> int:
    """Renew the rows from Archigos: natural deaths in office of people whom the table names.

    Archigos ends a rule when it is lost, which may be days before the death (Franco), so a
    day counts only where PETRARCH has the same.
    """
    source = "Archigos 4.1 and PETRARCH: natural death in office"
    kept = [list(r.values()) for r in rows(path) if r["source"] != source]
    have = {folded(name) for r in kept for name in [r[0], *r[1].split(";")]}
    aliases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in table:
        aliases[term.person, term.iso3] |= set(term.aliases)
    new: dict[str, list[str]] = {}
    for key, date in died.items():
        iso3, leader, _ = key.split("|")
        words = set(folded(leader.split(",")[0]).split())
        for term in table:
            if term.iso3 != iso3 or term.rank not in RANKS[:3] or folded(term.person) in have:
                continue
            if term.end == date and words <= set(folded(term.person).split()):
                own = term.source == "petrarch" or term.source.startswith("wikidata")
                if leader in NOT_DEAD or not own:
                    drops["death that PETRARCH does not bear out"] += 1
                    continue
                spelled = sorted(aliases[term.person, iso3])
                new[term.person] = [term.person, ";".join(spelled), date, source]
    everyone = kept + list(new.values())
    everyone.sort(key=lambda r: (folded(r[0]), r[2]))
    write(path, ["person", "aliases", "died", "source"], everyone)
    return len(new)
