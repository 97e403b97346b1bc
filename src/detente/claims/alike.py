"""The rows of a casebook that are acts like one told: of its kind, by its doer, to whom it was done.

Claims that a sentence makes ("the first visit since 2005", "tested before India did") are about
such rows; they are named by their ids, so that what was counted can be read off the claim.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable

from detente import ontology
from detente.claims.offices import rank_said
from detente.ontology import triggers
from detente.read.actors import state_names
from detente.record.casebook import Record, Table
from detente.record.match import RecordIndex
from detente.record.words import phrase_hits, stems
from detente.schema import Event, overlap

#: Families of acts that two do together, so that either may be named as the doer.
_TOGETHER = frozenset({"relations", "encounter", "accord", "war"})
_HEADS = frozenset({"head-of-state", "head-of-government", "head-of-party"})
_AS_OFFICE = re.compile(
    r"(?i)\bas\s+(?:(?:the|a|his|her|its|their|country's|north|south|\w+ese|\w+an|\w+ish)\s+)*"
    r"(?P<office>president|prime minister|premier|foreign minister|chancellor|head of state"
    r"|head of government|leader|ruler|party (?:chief|leader))\b"
)
_LEADER = re.compile(r"(?i)leader|ruler|head of|party")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'’][A-Za-z0-9]+)*")


def rows_alike(event: Event, index: RecordIndex, words: str = "") -> list[Record]:
    """Records of acts like one, by date.

    Parameters
    ----------
    words
        The sentence: "as president" keeps the acts done in that office.
    """
    alike = [r for r in index.casebook.records if _is_alike(event, r)]
    doer = event.source
    rank = rank_said(doer.name) if doer and not doer.person else ""
    if rank:
        alike = [r for r in alike if any(rank in index.ranks(p, r) for p in _who_did(r))]
    person = doer.person if doer else ""
    alike = [r for r in alike if in_office(r, words, person, index)]
    heads = [r for r in alike if person and index.ranks(person, r) & _HEADS]
    if heads and (not event.date or any(overlap(event.date, r.date) for r in heads)):
        return heads  # "Xi went to Seoul before Pyongyang": as head of state, not as a deputy
    return alike


def _is_alike(event: Event, record: Record) -> bool:
    kinds = ontology.kinds()
    family = kinds[event.kind].family
    people = {a.person for a in (event.source, event.target) if a and a.person}
    if family == "encounter" and event.kind != "visit" and len(people) == 2:
        return kinds[record.kind].family == family and people <= set(record.people)
    if record.kind != event.kind:
        return False
    doer = event.source.party if event.source else ""
    other = event.target.party if event.target else ""
    own, others = set(record.sources), set(record.targets)
    if family in _TOGETHER and event.kind != "visit":
        return bool(doer or other) and {p for p in (doer, other) if p} <= own | others
    person = event.source.person if event.source else ""
    if person and person not in _who_did(record):
        return False
    return (not doer or doer in own) and (not other or other == doer or other in others)


def _who_did(record: Record) -> tuple[str, ...]:
    visitor = record.extra.get("visitor", "")
    return (visitor,) if visitor else record.people


def in_office(record: Record, words: str, person: str, index: RecordIndex) -> bool:
    """Whether an act fits what words say of the doer's office: "as president", "as leader".

    ``True`` where they say nothing of it, or the casebook does not know the person's offices.
    """
    said = _AS_OFFICE.search(words)
    doers = [p for p in ((person,) if person else _who_did(record)) if p in index.offices]
    if not said or not doers:
        return True
    held = set().union(*(index.ranks(p, record) for p in doers))
    if _LEADER.search(said["office"]):
        return bool(held & _HEADS)
    return rank_said(said["office"]) in held


def source_of(rows: list[Record]) -> dict[str, object]:
    """Rows as a claim names them: those of the table that holds most of them."""
    tables = [r.table for r in rows]
    table = max(tables, key=lambda name: (tables.count(name), name))
    return {"table": table, "where": {"id": [r.record_id for r in rows if r.table == table]}}


def person_called(name: str, told: Iterable[Event], index: RecordIndex) -> str:
    """The person whom a name or surname means, in full; ``""`` where that is not clear.

    Of several with a surname, the one named last in the text, else the only head of a state.
    """
    people = [n for n in index.casebook.people if n.person and n.form == "person"]
    exact = {n.person for n in people if n.phrase.lower() == name.lower()}
    found = exact or {n.person for n in people if name.lower() in n.person.lower().split()}
    if len(found) > 1:
        actors = [a for e in told for a in (e.source, e.target) if a and a.person in found]
        if actors:
            return actors[-1].person
        found = {n.person for n in people if n.person in found and n.rank in _HEADS}
    return next(iter(found)) if len(found) == 1 else ""


def held_by(event: Event, index: RecordIndex) -> bool:
    """Whether the casebook has any act of that kind between those parties."""
    bare = event
    for side in ("source", "target"):
        actor = getattr(bare, side)
        if actor and actor.person:
            bare = dataclasses.replace(bare, **{side: dataclasses.replace(actor, person="")})
    return any(_is_alike(bare, r) for r in index.casebook.records)


def complete_table(kind: str, index: RecordIndex) -> Table | None:
    """The table that holds every act of a kind over some time, if there is one."""
    names = {r.table for r in index.casebook.records if r.kind == kind}
    tables = [index.casebook.tables[name] for name in sorted(names)]
    return tables[0] if len(tables) == 1 and tables[0].complete else None


@functools.cache
def _nouns() -> list[tuple[str, frozenset[str], tuple[str, ...]]]:
    """Kinds of act with the stems of their nouns and the words that these need beside them."""
    out = []
    for row in triggers():
        if row.pos == "NOUN":
            needs = tuple(n for n in row.needs if "&" not in n and not n.startswith("@"))
            out.append((row.kind, frozenset(stems(" ".join(row.lemmas))), needs))
    return out


def kind_named(words: str, index: RecordIndex) -> str:
    """The kind of act that a phrase names ("missile tests"), among those on record, or ``""``."""
    said = stems(words)
    kinds = {r.kind for r in index.casebook.records}
    for kind, nouns, needs in _nouns():
        if kind in kinds and nouns & set(said) and (not needs or phrase_hits(needs, said)):
            return kind
    # "missiles", "visitors": the thing alone, where its kind is told by no other thing
    things = [kind for kind, _, needs in _nouns() if kind in kinds and phrase_hits(needs, said)]
    return things[0] if len(set(things)) == 1 else ""


_DESTINATION = (
    r"\s+(?:(?:back|again)\s+)?(?:(?:to|in|into|at)\s+)?(?:the\s+)?"
    r"(?P<place>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
)


def elsewhere(event: Event, record: Record, words: str) -> bool:
    """Whether a visit is told of a part of a state ("to Kashmir") that the record does not name.

    Who was in the country need not have been there.
    """
    if event.kind != "visit":
        return False
    found = re.search(re.escape(event.trigger) + _DESTINATION, words)
    if not found or states_in(found["place"]):
        return False
    return found["place"] not in " ".join((record.title, record.place, *record.terms))


@functools.cache
def _places() -> dict[str, str]:
    """States by their names, adjectives and capitals, in lower case."""
    forms = {"state", "adjective", "capital"}
    return {name.phrase.lower(): name.iso3 for name in state_names() if name.form in forms}


@functools.lru_cache(maxsize=4096)
def states_in(text: str) -> tuple[str, ...]:
    """States that a text names, in order, each once; of overlapping names the longest."""
    words, at = [w.lower() for w in _WORD.findall(re.sub(r"['’]s?\b", "", text))], 0
    out: dict[str, None] = {}
    while at < len(words):
        for length in (4, 3, 2, 1):
            found = _places().get(" ".join(words[at : at + length]))
            if found:
                out[found] = None
                break
        at += length if found else 1
    return tuple(out)
