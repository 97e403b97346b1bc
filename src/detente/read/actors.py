"""Names become actors: states, their capitals and adjectives, bodies, and people with offices.

A name is looked up in tables (``gazetteer/``, and the people of a casebook); what a word
stands for in its sentence is decided from the parse: "Chinese" is an actor in "the Chinese
government", not in "a Chinese restaurant".
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from detente.ontology import listed, table
from detente.read.names import Moment, family_name, lone_names
from detente.read.names import Name as Name
from detente.read.parse import pipeline
from detente.read.people import world_head, world_people
from detente.read.phrases import Phrases
from detente.schema import Actor, bounds

_NO_DATE = Moment()


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a parsed text: token positions, the end exclusive."""

    start: int
    end: int
    name: Name


@functools.cache
def state_names() -> tuple[Name, ...]:
    """States since 1945 with their names, adjectives and capitals, and named bodies."""
    package, out = "detente.read.gazetteer", []
    for row in table("states.csv", package):
        for column, form in (
            ("names", "state"),
            ("adjectives", "adjective"),
            ("capitals", "capital"),
        ):
            out += [
                Name(phrase, form, row["iso3"], sector="GOV", start=row["start"], end=row["end"])
                for phrase in dict.fromkeys([row["name"], *listed(row[column])])
                if form == "state" or phrase != row["name"]
            ]  # fmt: skip
    out += [
        Name(row["name"], "city", row["iso3"], sector="GOV") for row in table("cities.csv", package)
    ]
    for row in table("bodies.csv", package):
        out += [
            Name(
                phrase,
                "body",
                row["state"],
                row["code"],
                row["sector"],
                "",
                row["start"],
                row["end"],
            )
            for phrase in dict.fromkeys([row["name"], *listed(row["aliases"])])
        ]
    return tuple(out)


@functools.cache
def place_names() -> frozenset[str]:
    """Names of states, capitals and large cities."""
    return frozenset(n.phrase for n in state_names() if n.form in {"state", "capital", "city"})


@functools.cache
def city_names() -> frozenset[str]:
    """Names of capitals and large cities."""
    return frozenset(n.phrase for n in state_names() if n.form in {"capital", "city"})


@functools.cache
def adjectives() -> frozenset[str]:
    """Adjectives of states: "Chinese", "North Korean"."""
    return frozenset(n.phrase for n in state_names() if n.form == "adjective")


def is_one_of(token: Any, names: frozenset[str]) -> bool:
    """Whether a word is a name, or the last of one of two words ("North Korea")."""
    if token.text in names:
        return True
    return token.i > 0 and f"{token.nbor(-1).text} {token.text}" in names


@functools.cache
def _alliances() -> frozenset[str]:
    """Last words of the names of bodies of states."""
    return frozenset(phrase.split()[-1] for phrase in body_names("IGO"))


def is_a_body(token: Any) -> bool:
    """Whether a name ends here as that of a body of states does ("the Arab League")."""
    return token.pos_ == "PROPN" and token.text in _alliances()


@functools.cache
def body_names(sector: str) -> tuple[str, ...]:
    """Names of the bodies of a sector (``MED``)."""
    return tuple(n.phrase for n in state_names() if n.form == "body" and n.sector == sector)


@functools.cache
def cow_codes() -> dict[str, str]:
    """Correlates of War country code of each ISO 3166 alpha-3 code that has one."""
    return {row["iso3"]: row["cow"] for row in table("states.csv", "detente.read.gazetteer")}


@functools.cache
def agent_nouns() -> dict[str, str]:
    """Nouns that can act for a state ("officials", "troops") and their PLOVER sector."""
    rows = table("agents.csv", "detente.read.gazetteer")
    return {noun: row["sector"] for row in rows for noun in row["nouns"].split("|")}


def state_actor(iso3: str, name: str, start: int) -> Actor:
    """A state as its government, named by a text's words at a place; by none where implied."""
    return Actor(iso3, cow_codes().get(iso3, ""), "", "GOV", name, "", start, start + len(name))


class Gazetteer:
    """All names known for one run: the built-in ones and those of a casebook or user.

    Parameters
    ----------
    people
        Further names; one overrides a built-in one with the same phrase.
    """

    def __init__(self, people: Iterable[Name] = ()) -> None:
        self.names: dict[str, list[Name]] = {}
        self.people: dict[str, list[Name]] = {}
        extra = tuple(people)
        replaced = {name.phrase for name in extra}
        built_in = (*state_names(), *world_people())
        replaced |= {name.person for name in extra if name.person}
        for name in (*extra, *(n for n in built_in if n.phrase not in replaced)):
            self.names.setdefault(name.phrase, []).append(name)
            if name.person:
                self.people.setdefault(name.person, []).append(name)
        self._heads: dict[str, list[Name]] = {}
        for name in extra:
            if name.rank in _HEADS and name.phrase == name.person:
                self._heads.setdefault(family_name(name.person, name.iso3), []).append(name)
        self._phrases = Phrases(pipeline())
        self._phrases.add("NAME", self.names)
        skip = (row["phrase"] for row in table("not_actors.csv", "detente.read.gazetteer"))
        # with the article too: a casebook may call a state "the South"
        skip = (form for one in skip for form in (one, f"the {one}", f"The {one}"))
        self._phrases.add("SKIP", (phrase for phrase in skip if phrase not in self.names))

    def find(self, doc: Any, date: str | None = None) -> list[Mention]:
        """Names in a spaCy ``Doc``, the longest where several overlap."""
        return [
            Mention(start, end, self._at(_spelt(doc[start:end].text), date))
            for start, end, label in self._phrases.find([_spelt(token.text) for token in doc])
            if label == "NAME"
        ]

    def _at(self, phrase: str, date: str | None) -> Name:
        """The bearer of a name at a date; the first listed when none or all fit."""
        names = self.names[phrase]
        if date and len(names) > 1:
            for name in names:
                if held(name, date):
                    return name
        return names[0]

    def by_part(self, word: str, heard: list[str], when: Moment = _NO_DATE) -> Name | None:
        """The person a lone name ("Xi", "Trump") means.

        The one last heard of; failing that, the casebook's head of party, state or government
        of that name in office at the date of the text, the party's head first; failing that,
        the one head of state or government of that name in the world in office at the date
        of the text or of what is told (:class:`Moment`).
        """
        for person in reversed(heard):
            names = self.people.get(person)
            if names and word in lone_names(person, names[0].iso3):
                return names[0]
        date = when.text
        heads = [n for n in self._heads.get(word, []) if date and held(n, date)]
        if heads:
            return min(heads, key=lambda n: (_HEADS.index(n.rank), n.person))
        return world_head(word, when)


#: Ranks that a lone family name can stand for, the likeliest first.
_HEADS = ("head-of-party", "head-of-state", "head-of-government", "head")


def held(name: Name, date: str) -> bool:
    """Whether an office was held at some day of a date."""
    low, high = bounds(date)
    begins = bounds(name.start)[0] if name.start else low
    ends = bounds(name.end)[1] if name.end else high
    return begins <= high and low <= ends


def _spelt(word: str) -> str:
    """A word without the full stop that makes an abbreviation of it: "Hun Sen." is no senator."""
    return word[:-1] if len(word) > 3 and word[-1] == "." and word.count(".") == 1 else word


def main_dyad(counts: Mapping[str, int], title: Collection[str] = ()) -> tuple[str, ...]:
    """The two states most often named, alphabetical; fewer when fewer are named.

    Those that the title names go before others, however often: a text on two states names its
    neighbours too.
    """
    top = sorted(counts, key=lambda iso3: (iso3 not in title, -counts[iso3], iso3))[:2]
    return tuple(sorted(top))
