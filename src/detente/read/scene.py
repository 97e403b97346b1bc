"""Whom a phrase names where it stands: lone names, pronouns, adjectives, "the two sides"."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from typing import Any

from detente.read import pronouns
from detente.read.actors import Gazetteer, Mention, agent_nouns, cow_codes, held
from detente.read.factuality import is_saying
from detente.read.mentions import (
    PAPERS,
    agent_head,
    is_own,
    is_the_country,
    is_venue,
    may_be_surname,
    names_a_paper,
    stands_alone,
    strangers,
)
from detente.read.years import Years, names_a_year
from detente.schema import Actor

#: Nouns that only count: whom they count acts.
_PARTS = frozenset(
    "dozen score hundred thousand million ten number group handful majority minority half most "
    "many some several all part crowd band team delegation convoy shipload".split()
)
#: "X-backed rebels" are not X; "X-based militants" are of X, but not its government.
_BACKED = frozenset("ally arm back broker fund mediate sponsor support train".split())
_OF = frozenset({"of", "in", "from", "at"})
_FROM = frozenset({"base", "bear"})
_MODIFIERS = frozenset({"compound", "amod", "nmod", "poss", "appos", "npadvmod"})


class Scene:
    """Who has been named so far in a document: what pronouns and lone names point at.

    Parameters
    ----------
    dyad
        The two states the document is about ("the two countries", "both").
    """

    def __init__(
        self, gazetteer: Gazetteer, dyad: tuple[str, ...] = (), date: str | None = None
    ) -> None:
        self.gazetteer, self.dyad, self.date = gazetteer, dyad, date
        self.heard_people: list[str] = []
        self.people: list[Actor] = []
        self._of_state: dict[str, Actor] = {}
        self.states: list[Actor] = []
        self.two: list[Actor] = []
        self.said: list[Actor] = []
        self.mentions: dict[int, Mention] = {}
        self.offset = 0
        self.text = ""
        self._actors: dict[int, Actor] = {}
        self._year = ""

    def enter(self, doc: Any, offset: int, known: Iterable[Mention]) -> None:
        """Take in a parsed paragraph that starts at ``offset`` of the document's text.

        ``known`` is what the gazetteer found in it.
        """
        self.offset, self.text = offset, doc.text  # `Doc.text` is put together anew each time
        self._actors = {}
        years, found = Years(self._year), list(known)
        if names_a_year(self.text):
            found = [self._of_its_year(mention, doc, years) for mention in found]
        covered = {i for mention in found for i in range(mention.start, mention.end)}
        found += self._lone_names(doc, covered, found, years)
        covered |= {i for mention in found for i in range(mention.start, mention.end)}
        found += strangers(doc, covered)
        self.mentions = {i: m for m in found for i in range(m.start, m.end)}
        for mention in found:
            if mention.name.person and not (mention.name.iso3 or mention.name.code):
                self._learn(mention, doc)

    def _learn(self, mention: Mention, doc: Any) -> None:
        """Remember the state of somebody unknown: "Horak, the Canadian envoy", "X of Peru"."""
        root = doc[mention.start : mention.end].root
        near = [root.head] if root.dep_ == "appos" else []
        near += [*(c for c in root.children if c.dep_ == "appos"), root]
        told = [a for t in near if not is_own(t) for a in self._from_modifiers(t) if a.key]
        of = [o for c in root.children if c.lower_ == "of" for o in c.children]
        told += [self.actor(self.mentions[o.i], doc) for o in of if self.names_a("state", o)]
        found = next(iter(told), None)
        if found:
            self._of_state[_surname(mention.name.person)] = found
            self._actors = {}

    def _of_its_year(self, mention: Mention, doc: Any, years: Years) -> Mention:
        """ "In 1955 Khrushchev went to Belgrade": the state that had the name in that year."""
        bearers = self.gazetteer.names.get(doc[mention.start : mention.end].text, ())
        if len(bearers) < 2 or mention.name.person:
            return mention
        told = years.moment(doc[mention.start], self.date).told
        name = next((n for year in told for n in bearers if held(n, year)), mention.name)
        return dataclasses.replace(mention, name=name)

    def _lone_names(
        self, doc: Any, covered: set[int], found: list[Mention], years: Years
    ) -> list[Mention]:
        heard = list(self.heard_people)
        at = {mention.start: mention.name.person for mention in found if mention.name.person}
        out = []
        for token in doc:
            if token.i in at:
                heard.append(at[token.i])
            elif token.i not in covered and token.is_title and may_be_surname(token):
                when = years.moment(token, self.date)
                name = self.gazetteer.by_part(token.text, heard, when)
                if name and (name.person in heard or stands_alone(token)):
                    out.append(Mention(token.i, token.i + 1, name))
                    heard.append(name.person)
        self.heard_people = heard
        self._year = years.last(doc)
        return out

    def leave_sentence(self, sentence: Any) -> None:
        """Remember who was named, so that the next sentence's pronouns can point back.

        The most salient comes last: the grammatical subject, then the latest mention.
        """
        doc = sentence.doc
        at = (self.mentions.get(i) for i in range(sentence.start, sentence.end))
        here = list({mention.start: mention for mention in at if mention}.values())
        self.two = self._two_of(sentence, here)
        if not pronouns.QUOTES.isdisjoint(self.text):
            self.said = self._who_said(sentence) or self.said
        people, states = [], []
        for mention in here:
            actor = self.actor(mention, doc)
            root = doc[mention.start : mention.end].root
            entry = (root.dep_ in {"nsubj", "nsubjpass"}, mention.start, actor)
            if mention.name.person:
                people.append(entry)
            elif mention.name.form == "city" or is_venue(root, mention):
                continue
            elif mention.name.sector == "MED" and not entry[0]:
                continue  # "an interview with CNN": no "it" of the next sentence
            elif actor.iso3 and (mention.name.form != "adjective" or agent_head(root)):
                states.append(entry)
        self.people += [actor for *_, actor in sorted(people, key=lambda e: e[:2])]
        self.states += [actor for *_, actor in sorted(states, key=lambda e: e[:2])]

    def _who_said(self, sentence: Any) -> list[Actor]:
        """Whom a sentence gives as saying something: who goes on in the quotation after it."""
        said = (c for t in sentence if is_saying(t) for c in t.children if c.dep_ == "nsubj")
        known = agent_nouns().keys()
        named = (t for t in said if t.i in self.mentions or t.lemma_.lower() in known)
        return [actor for subject in named for actor in self.actors_in(subject)][:1]

    def _two_of(self, sentence: Any, here: list[Mention]) -> list[Actor]:
        """The two states, and no third, that are a sentence's subject; or the two people in it."""
        subjects = [c for c in sentence.root.children if c.dep_ in {"nsubj", "nsubjpass"}]
        named = [a for t in subjects for head in (t, *t.conjuncts) for a in self.actors_in(head)]
        two = list({actor.iso3: actor for actor in named if actor.iso3}.values())
        if len(two) == 2 and len(named) == 2:
            return two
        named = [self.actor(mention, sentence.doc) for mention in here if mention.name.person]
        people = list({actor.person: actor for actor in named}.values())
        return people if len({a.iso3 for a in people if a.iso3}) == len(people) == 2 else []

    def place(self, token: Any) -> int:
        """Where a word starts in the document."""
        return self.offset + int(token.idx)

    def states_in(self, tokens: Iterable[Any]) -> set[str]:
        """States that some words name, as actor or not; not by a city, nor by a paper's place."""
        found = ((token.doc, self.mentions.get(token.i)) for token in tokens)
        named = (m for doc, m in found if m and not self._names_a_paper(m, doc))
        return {m.name.iso3 for m in named if m.name.iso3 and m.name.form != "city"}

    def _names_a_paper(self, mention: Mention, doc: Any) -> bool:
        root = doc[mention.start : mention.end].root
        return names_a_paper(mention, root, root.head)

    def last_named(self, but: set[str]) -> set[str]:
        """The state last named in the sentences before, other than some."""
        before = (actor.iso3 for actor in reversed(self.states) if actor.iso3 not in but)
        return set(itertools.islice(before, 1))

    def names_a(self, form: str, token: Any) -> bool:
        """Whether a word is a name of a form (``state``, ``capital``)."""
        mention = self.mentions.get(token.i)
        return mention is not None and mention.name.form == form

    def actors_in(self, token: Any, taken: frozenset[str] = frozenset()) -> list[Actor]:
        """The actors a noun phrase stands for, given its head word.

        A state's adjective or possessive on a thing stands for the state ("China's policies"
        as a target). A name of nobody known makes an actor without a code; a phrase that
        names nobody makes none.

        Parameters
        ----------
        taken
            Codes a pronoun cannot mean, because the other side of the act has them.
        """
        direct = self._head_actor(token)
        if direct:
            return [direct]
        if token.lemma_.lower() in _PARTS or token.pos_ == "NUM":  # "dozens of Afghans"
            whole = [o for prep in token.children if prep.lower_ == "of" for o in prep.children]
            found = [actor for o in whole if o.dep_ == "pobj" for actor in self.actors_in(o, taken)]
            if found:
                return found
        if token.lower_ in {"latter", "former"}:
            return pronouns.named_lately(self, token)
        if token.pos_ == "PRON" or token.lower_ == "both" or pronouns.is_bare_two(token):
            return pronouns.meant(self, token, taken)
        if pronouns.is_pair(self, token):
            return pronouns.the_two(self, token)
        if is_the_country(token):
            return pronouns.meant(self, token, taken)
        told = self._from_modifiers(token)
        return self._by_name(token, told) or told or self._unnamed_agent(token)

    def _by_name(self, token: Any, told: list[Actor]) -> list[Actor]:
        """ "His Indian counterpart Narendra Modi": whom the apposition names, if of that state."""
        for child in token.children:
            mention = self.mentions.get(child.i) if child.dep_ == "appos" else None
            if mention and mention.name.person and len(told) == 1:
                named = self.actor(mention, token.doc)
                if named.iso3 == told[0].iso3:
                    return [named]
        return []

    def _head_actor(self, token: Any) -> Actor | None:
        mention = self.mentions.get(token.i)
        if mention is None or (mention.name.form == "city" and token.dep_ == "nsubj"):
            return None  # a capital speaks for its state, a city does not
        # "the Indian attack": an event noun's adjective is one of its arguments
        noun = token.pos_ in {"NOUN", "PROPN"} or token.dep_ in {"nsubj", "dobj", "pobj", "amod"}
        if mention.name.form == "adjective" and not noun:
            return None
        return self._placed(self.actor(mention, token.doc), token)

    def _placed(self, actor: Actor, token: Any) -> Actor:
        """A person nobody knows gets the state that a title or an apposition gives."""
        if actor.key or not actor.person:
            return actor
        told = [f for c in token.children if c.dep_ == "appos" for f in self._from_modifiers(c)]
        told = told or self._from_modifiers(token)  # "French President X", "X, a Chinese …"
        found = next((f for f in told if f.key), None)
        if found is None:
            return actor
        return dataclasses.replace(actor, iso3=found.iso3, cow=found.cow, sector=found.sector)

    def _from_modifiers(self, token: Any, within: bool = False) -> list[Actor]:
        """Actors by what stands beside a noun; ``within``: it is itself beside one who acts."""
        sector = agent_nouns().get(token.lemma_.lower())
        leads = bool(sector) or token.lemma_.lower() == "head"
        # "his Turkish counterpart": the pronoun comes last
        for child in sorted(token.children, key=lambda c: c.pos_ == "PRON"):
            inner = child
            if child.dep_ == "prep" and child.lower_ in _OF and (leads or within):
                inner = next((c for c in child.children if c.dep_ == "pobj"), None)
            elif child.dep_ not in _MODIFIERS:
                continue
            if inner is None:
                continue
            if (inner.dep_ == "pobj" or sector or within) and pronouns.is_pair(self, inner):
                # "ministers of both countries", "heads of the two countries' committees"
                return [
                    self._with_head(actor, token, sector) for actor in pronouns.the_two(self, inner)
                ]
            mention = self.mentions.get(inner.i)
            own = mention is self.mentions.get(token.i)  # "Khaw" of "Khaw Boon Wan"
            if mention and (own or names_a_paper(mention, inner, token)):
                continue
            if mention:
                actor = self.actor(mention, token.doc)
                found = [self._with_head(actor, token, sector)]
                for other in inner.conjuncts:  # "Thai and Cambodian troops"
                    beside = self.mentions.get(other.i)
                    if beside and beside.name.iso3 not in {"", actor.iso3}:
                        found.append(self._with_head(self.actor(beside, token.doc), token, sector))
                return found
            if inner.dep_ == "poss" and inner.pos_ == "PRON":
                return [self._with_head(a, token, sector) for a in pronouns.meant(self, inner)]
            deeper = self._from_modifiers(inner, leads and child.dep_ == "prep")
            if deeper and inner.lemma_ in _BACKED:
                return []
            if deeper and inner.lemma_ in _FROM:
                return [dataclasses.replace(self._with_head(actor, token, sector), sector=sector or "")
                        for actor in deeper]  # fmt: skip
            if deeper:
                return deeper
        return []

    def _unnamed_agent(self, token: Any) -> list[Actor]:
        """ "analysts", "a court": somebody acts, though no state is named."""
        sector = agent_nouns().get(token.lemma_.lower())
        if not sector or token.pos_ not in {"NOUN", "PROPN"}:
            return []
        start = self.offset + token.idx
        return [Actor("", "", "", sector, token.text, "", start, start + len(token))]

    def _with_head(self, actor: Actor, token: Any, sector: str | None) -> Actor:
        """The state's official rather than the state: name the whole phrase."""
        start = min(actor.char_start, self.offset + token.idx)
        end = max(actor.char_end, self.offset + token.idx + len(token))
        text = self.text[start - self.offset : end - self.offset]
        return dataclasses.replace(
            actor,
            person="",  # "Trump's envoy" acts for the state, not as Trump
            sector=sector or actor.sector,
            name=text,
            char_start=start,
            char_end=end,
        )

    def parties(self, verb: Any) -> list[Actor]:
        """The two parties of a paper that "was signed", by whom is not said.

        Two states that the sentence names; failing that the document's two, where it says
        "the two sides". Empty when it is not that plain.
        """
        papers = [c for c in verb.children if c.dep_ == "nsubjpass" and c.lemma_.lower() in PAPERS]
        if not papers or any(child.dep_ == "agent" for child in verb.children):
            return []
        both = list({a.key: a for a in self.all_in(verb.sent) if a.iso3}.values())
        if len(both) < 2:
            nouns = (t for t in verb.sent if t.pos_ == "NOUN" and pronouns.is_pair(self, t))
            both = next((pronouns.the_two(self, noun) for noun in nouns), [])
        return both if len(both) == 2 else []

    def all_in(self, tokens: Iterable[Any]) -> list[Actor]:
        """Every actor named among some tokens, in order, one per state or body."""
        out: dict[str, Actor] = {}
        for token in tokens:
            mention = self.mentions.get(token.i)
            if mention and not self._names_a_paper(mention, token.doc):
                actor = self.actor(mention, token.doc)
                out.setdefault(actor.person or actor.key, actor)
        return list(out.values())

    def actor(self, mention: Mention, doc: Any) -> Actor:
        """Who bears a name found in a paragraph."""
        known = self._actors.get(mention.start)
        if known is None:
            known = self._actors[mention.start] = self._bearer(mention, doc)
        return known

    def _bearer(self, mention: Mention, doc: Any) -> Actor:
        span, name = doc[mention.start : mention.end], mention.name
        told = self._of_state.get(_surname(name.person)) if name.person else None
        known = told if told and not (name.iso3 or name.code) else None
        return Actor(
            iso3=known.iso3 if known else name.iso3,
            cow=known.cow if known else cow_codes().get(name.iso3, ""),
            code=name.code,
            sector=known.sector if known else name.sector,
            name=span.text,
            person=name.person,
            char_start=self.offset + span.start_char,
            char_end=self.offset + span.end_char,
        )


def _surname(person: str) -> str:
    return person.split()[-1]
