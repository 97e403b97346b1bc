"""An event in a text against the record of it: a score, and what differs, in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re

from detente import ontology
from detente.read.actors import Name, city_names, state_names
from detente.record.casebook import Casebook, Occasion, Record
from detente.record.words import Weights, phrase_hits, stem, stems
from detente.schema import Event, bounds

#: Weights of kind, actors, words and date in the score; set on tests/record/pairs.jsonl.
_WEIGHTS = {"kind": 0.28, "actors": 0.22, "words": 0.30, "date": 0.20}
#: Families whose kinds are told in each other's words ("met" for a visit).
_LOOSE = frozenset({"criticism", "encounter", "accord", "council", "message", "sanction"})
#: What a resolution of the Council is told as.
_MEASURES = frozenset({"sanction", "trade-measure"})
#: Weight from which on a word tells one act from others (on record in a tenth of the rows).
_RARE = math.log(11)
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
#: Words with which the host does what the visitor's record tells.
HOSTING = re.compile(r"(?i)host|receiv|welcom|greet")
#: Kinds that deny one another when told of the same parties at the same time.
_OPPOSITE = {
    "praise": "criticism", "congratulation": "criticism", "criticism": "message",
    "easing": "sanction", "visit": "refusal", "meeting": "refusal", "envoy-refused": "encounter",
}  # fmt: skip
#: A record is a candidate when kind and actors fit, or when the words alone point at it.
_KIND_FITS, _ACTORS_FIT, _WORDS_POINT = 0.6, 0.5, 0.4
_SURE_ACTORS = 0.85


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A record that an event may be about; all parts and the score are 0…1.

    ``topical`` is the share (by weight) of the words that say what the act was about (what
    was given, what for) that the record has too; 1 where the text says nothing of it.
    """

    record: Record
    score: float
    kind: float
    actors: float
    words: float
    date: float
    person: float
    gap_days: int
    topical: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """An occasion that a text names, with the words it uses."""

    occasion: Occasion
    phrase: str


class RecordIndex:
    """The records of a casebook prepared for matching."""

    def __init__(self, casebook: Casebook) -> None:
        self.casebook = casebook
        texts = [self._text(record) for record in casebook.records]
        self.weights = Weights(texts)
        self.bags = [frozenset(stems(text)) for text in texts]
        self.private = {name.person for name in casebook.people if name.rank == "none"}
        self.parties = {c for r in casebook.records for c in (*r.sources, *r.targets)}
        self.persons = {person for r in casebook.records for person in r.people}
        self.towns = _towns(casebook)
        self.offices: dict[str, list[Name]] = {}
        for name in casebook.people:
            if name.person and name.phrase == name.person and (name.start or name.end):
                self.offices.setdefault(name.person, []).append(name)
        self._aliases = sorted(
            ((alias, o) for o in casebook.occasions for alias in (o.name, *o.aliases)),
            key=lambda pair: -len(pair[0]),
        )

    @staticmethod
    def _text(record: Record) -> str:
        return " ".join([record.title, *record.terms, *record.people, record.place])

    def out_of_office(self, person: str, record: Record) -> bool:
        """Whether a person had left every office on record, or not yet held one, at an act."""
        return person in self.offices and not self.ranks(person, record)

    def ranks(self, person: str, record: Record) -> set[str]:
        """Ranks of the offices that a person held at the time of an act."""
        first, last = record.span
        return {
            office.rank
            for office in self.offices.get(person, [])
            if (not office.start or bounds(office.start)[0] <= last)
            and (not office.end or first <= bounds(office.end)[1])
        }

    def same_state(self, person: str, record: Record) -> list[str]:
        """People of an act who serve the state that a person serves."""
        states = {o.iso3 for o in self.offices.get(person, [])}
        return [p for p in record.people if {o.iso3 for o in self.offices.get(p, [])} & states]

    def _topic(self, event: Event, bag: frozenset[str]) -> frozenset[str]:
        """Words that say what an act was about: not its verb, its parties, numbers, or common."""
        label = ontology.kinds()[event.kind].label
        parties = [actor.name for actor in (event.source, event.target) if actor]
        plain = {*stems(" ".join([event.trigger, label, *parties])), *map(stem, _MONTHS)}
        return frozenset(
            word for word in bag - plain if not word[0].isdigit() and self.weights.of(word) >= _RARE
        )

    def _share(self, topic: frozenset[str], bag: frozenset[str]) -> float:
        whole = sum(self.weights.of(word) for word in topic)
        return sum(self.weights.of(word) for word in topic & bag) / whole if whole else 1.0

    def occasions(self, text: str) -> list[Named]:
        """Calendar entries named in a text; an alias of several years gives them all."""
        out: list[Named] = []
        taken: list[tuple[int, int]] = []
        for alias, occasion in self._aliases:
            for match in re.finditer(rf"(?<!\w){re.escape(alias)}(?!\w)", text, re.IGNORECASE):
                if not _same_ordinal(text, match.span(), occasion.name):
                    continue
                inside = [(s, e) for s, e in taken if match.start() < e and s < match.end()]
                if all((s, e) == match.span() for s, e in inside):
                    taken.append(match.span())
                    out.append(Named(occasion, match.group()))
                    break
        return [n for n in out if _at_place(n, out, text)]

    def candidates(self, event: Event, words: str, when: str | None) -> list[Match]:
        """Records that an event may be about, the best first.

        Parameters
        ----------
        words
            The words of the statement.
        when
            EDTF date to match on: the event's own, or that of an occasion it names.
        """
        bag = frozenset(stems(words))
        known = [word for word in bag if self.weights.known(word)]
        topic = self._topic(event, bag)
        ordered = stems(words)
        out = []
        doer = event.source.person if event.source else ""
        number = resolution_number(words)
        for record, record_bag in zip(self.casebook.records, self.bags, strict=True):
            if doer in self.private and doer not in record.people:
                continue  # a reporter's trip is no act of the reporter's state
            kind = kind_fit(event, record)
            actors = actors_fit(event, record)
            numbered = record.extra.get("resolution", "")
            if number and numbered and number not in re.findall(r"\d+", numbered):
                continue
            gap = gap_days(when, record)
            same_hour = kind == 1.0 and gap == 0 and is_narrow(when)  # whoever did it
            if (actors < 0.3 and not same_hour) or (kind == 0 and not bag & record_bag):
                continue
            hits = phrase_hits(record.terms, ordered)
            cosine = self.weights.cosine(known, record_bag)
            similar = min(1.0, 1.4 * cosine + 0.12 * len(hits))
            near = 0.5 if when is None else 1.0 if gap == 0 else max(0.0, 0.6 - gap / 1000)
            person = person_fit(event, record)
            score = (
                _WEIGHTS["kind"] * kind + _WEIGHTS["actors"] * actors
                + _WEIGHTS["words"] * similar + _WEIGHTS["date"] * near + 0.1 * person
            )  # fmt: skip
            fits = kind >= _KIND_FITS and (actors >= _ACTORS_FIT or same_hour) and person >= 0
            fits = fits or (same_hour and actors >= _SURE_ACTORS)  # another person, that day
            if fits or (similar >= _WORDS_POINT and person >= 0):
                topical = self._share(topic, record_bag)
                out.append(
                    Match(
                        record, min(score, 1.0), kind, actors, similar, near, person, gap, topical
                    )
                )
        return sorted(out, key=lambda match: (-match.score, match.record.record_id))


def _towns(casebook: Casebook) -> str:
    """The towns of a casebook's records and calendar, as alternatives of a pattern."""
    states = {name.phrase for name in state_names() if name.form in {"state", "adjective"}}
    cells = [r.place for r in casebook.records] + [o.place for o in casebook.occasions]
    towns = {part.strip() for cell in cells for part in re.split(r"[;,]", cell)} | city_names()
    towns -= {"", *states}
    return "|".join(re.escape(t) for t in sorted(towns, key=len, reverse=True)) or r"(?!)"


def _at_place(named: Named, all_named: list[Named], text: str) -> bool:
    """ "The G20 in Hangzhou" is that year's: a place in the text chooses among the years."""
    there = [n for n in all_named if n.phrase == named.phrase and _names_place(n, text)]
    return not there or named in there


def _names_place(named: Named, text: str) -> bool:
    places = [part.strip() for part in re.split(r"[;,]", named.occasion.place)]
    return any(p and re.search(rf"\b{re.escape(p)}\b", text) for p in places)


def _same_ordinal(text: str, span: tuple[int, int], name: str) -> bool:
    """ "the 70th anniversary of the founding …" is no other anniversary than the 70th."""
    said = re.search(r"(\d+)(?:st|nd|rd|th)\b[^.]{0,40}$", text[: span[0]])
    meant = re.match(r"(\d+)(?:st|nd|rd|th)\b", name)
    return not said or not meant or said.group(1) == meant.group(1)


def resolution_number(words: str) -> str:
    """The number of a resolution that a text names, or ``""``: it names one act."""
    said = re.search(r"(?i)\bresolutions?\s+(?:no\.?\s*)?(\d{2,4})\b", words)
    return said.group(1) if said else ""


def kind_fit(event: Event, record: Record) -> float:
    """1 for the same kind of act, 0.6 for one easily confused, 0.3 for the same PLOVER type."""
    kinds = ontology.kinds()
    if event.kind == record.kind:
        return 1.0
    if record.kind == "un-resolution" and event.kind in _MEASURES and event.source:
        return 1.0 if event.source.party in record.sources else 0.3  # the Council's are resolutions
    if {event.kind, record.kind} & {"protest"} and {event.kind, record.kind} & {"criticism"}:
        return 0.85  # a diplomatic protest
    if event.kind == "parade" and record.kind == "visit":  # "attended the parade in Beijing"
        return 0.85 if any("parade" in term for term in record.terms) else 0.3
    family = kinds[event.kind].family
    if family == kinds[record.kind].family:
        return 0.85 if family in _LOOSE else 0.6
    return 0.3 if event.event_type == record.event_type else 0.0


def actors_fit(event: Event, record: Record) -> float:
    """How well source and target agree; 1 when both do, less for one unnamed or swapped."""
    score = 0.0
    if event.source is None:
        score += 0.3
    elif event.source.party and event.source.party in record.sources:
        score += 0.6
    elif event.source.party and record.extra.get(f"{event.source.party.lower()}_vote"):
        score += 0.6  # a vote of a body, told of one of those who voted
    elif not event.source.party and event.source.name in record.people:
        score += 0.6
    elif event.source.party and event.source.party in record.targets:
        score += 0.25
    if event.target is None or not event.target.party or not record.targets:
        score += 0.25
    elif event.target.party in record.targets:
        score += 0.4
    elif event.target.party in record.sources:
        score += 0.1
    else:
        score -= 0.2
    return score


def person_fit(event: Event, record: Record) -> float:
    """1 when a person the text names acts in the record, −1 when another does, else 0."""
    if not record.people:
        return 0.0
    named = [a.person for a in (event.source, event.target) if a and a.person]
    if not named:
        return 0.0
    went = [p for p in (record.extra.get("visitor", ""),) if p] or record.people
    if event.kind == record.kind == "death":
        return 1.0 if record.people[0] in named else -1.0  # the dead is named first
    goer = event.target if HOSTING.match(event.trigger) else event.source
    if event.kind == "visit" and goer and goer.person:
        return 1.0 if goer.person in went else -1.0  # who went, not who was met
    if event.kind == "meeting" and len(named) == 2 and len(record.people) > 1:
        return 1.0 if all(person in record.people for person in named) else -1.0
    if any(person in record.people for person in named):
        return 1.0
    return -1.0 if event.kind in {"visit", "meeting", "parade"} else 0.0


def opposite(event: Event, record: Record) -> bool:
    """Whether a record is of an act that denies the one told: criticism, not praise."""
    kinds = ontology.kinds()
    return kinds[record.kind].family == _OPPOSITE.get(event.kind)


def gap_days(when: str | None, record: Record) -> int:
    """Days between a date and a record's; 0 when they overlap or the date is unknown."""
    if when is None:
        return 0
    low, high = bounds(when)
    first, last = record.span
    if low <= last and first <= high:
        return 0
    return (first - high).days if first > high else (low - last).days


def is_narrow(when: str | None) -> bool:
    """Whether a date is known to a few days, so that what falls on it is hardly chance."""
    if when is None:
        return False
    low, high = bounds(when)
    return (high - low).days <= 3


def occasion_date(named: list[Named], when: str | None) -> tuple[str | None, list[Named]]:
    """The date an event gets from the occasion it is told with, and the occasions that fit.

    "A missile test last year during the G20" happened on the days of last year's G20. Where
    no occasion falls into the event's own date, that date stays.
    """
    if not named:
        return when, []
    fitting = [n for n in named if when is None or _meets(n.occasion, when)]
    if when is None and len({n.occasion.occasion_id for n in fitting}) > 1:
        return None, []  # several years' summits go by that name
    if not fitting:
        return when, []
    occasion = fitting[0].occasion
    return f"{occasion.start}/{occasion.end}", fitting


def _meets(occasion: Occasion, when: str) -> bool:
    low, high = bounds(when)
    return occasion.start <= high and low <= occasion.end


def in_words(low: dt.date, high: dt.date) -> str:
    """A date or span of dates as a page prints it: 3 September 2017, May 2017, 1950–1953."""
    if low == high:
        return f"{low.day} {low:%B %Y}"
    if (
        low.year == high.year
        and (low.month, low.day) == (1, 1)
        and (high.month, high.day) == (12, 31)
    ):
        return str(low.year)
    if high == dt.date.max:
        return f"from {in_words(low, low)} on" if low > dt.date.min else "at some time"
    if low == dt.date.min:
        return f"up to {in_words(high, high)}"
    next_day = high + dt.timedelta(1)
    if low.day == 1 and next_day.day == 1:
        if (low.year, low.month) == (high.year, high.month):
            return f"{low:%B %Y}"
        if low.month == 1 and high.month == 12:
            return f"{low.year}–{high.year}"
    if (low.year, low.month) == (high.year, high.month):
        return f"{low.day}–{high.day} {low:%B %Y}"
    if low.year == high.year:
        return f"{low.day} {low:%B} – {high.day} {high:%B %Y}"
    return f"{low.day} {low:%B %Y} – {high.day} {high:%B %Y}"


def on_or_in(edtf: str) -> str:
    """ "on 9 October 2006", "in May 2017", "in 1950–1953"."""
    low, high = bounds(edtf)
    return f"{'on' if low == high else 'in'} {edtf_in_words(edtf)}"


def edtf_in_words(edtf: str) -> str:
    """An EDTF date as a page prints it; "about" for an approximate one."""
    words = in_words(*bounds(edtf))
    return f"about {words}" if "~" in edtf or "?" in edtf else words
