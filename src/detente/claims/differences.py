"""In which details a statement and the record of its act differ, and how to say so."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from detente import ontology
from detente.claims.offices import rank_said
from detente.read.actors import city_names, cow_codes, place_names
from detente.record.casebook import Record
from detente.record.match import (
    HOSTING,
    Match,
    Named,
    RecordIndex,
    edtf_in_words,
    in_words,
    is_narrow,
)
from detente.record.words import stem, stems
from detente.schema import Event

#: A date this many days off is a wrong detail; further off, another time.
NEAR_DAYS = 45
#: Differences that make a statement wrong rather than right but for a detail.
DECISIVE = frozenset({"date", "source", "target", "person", "vote", "opposite", "number"})
_TESTS = frozenset({"missile-test", "nuclear-test", "satellite-launch"})
_CALLS = frozenset({"visit", "meeting"})
_ENCOUNTERS = frozenset({"visit", "meeting", "talks", "parade"})
#: Words whose grammatical source is the host or either side, so that a swap says the same.
_EITHER_SIDE = re.compile(
    r"(?i)host|receiv|welcom|met|meet|talk|confer|discuss|sign|appear|stood|stand|"
    r"dialog|negotiat|summit|encounter|consult"
)


#: What a verb says of a vote, in the words of the tables of votes.
_VOTES = (
    (re.compile(r"(?i)veto|oppos|reject|block"), "no"),
    (re.compile(r"(?i)abstain|abstention"), "abstain"),
    (re.compile(r"(?i)support|back|endors|approv"), "yes"),
)


#: Verbs that deny one another, as stems.
_POLES = tuple(
    (frozenset(map(stem, good.split())), frozenset(map(stem, bad.split())))
    for good, bad in (
        ("endorse welcome praise support back applaud approve accept congratulate hail defend",
         "reject condemn criticise criticize oppose regret denounce protest deplore veto blame attack"),
        ("raise increase resume restore open reopen lift ease",
         "cut suspend halt stop close reduce ban tighten seal limit"),
    )
)  # fmt: skip
_WHICH = re.compile(r"\b(?:his|her|its|their|the) (first|second|third|fourth|fifth|sixth)\b")


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A detail in which text and record differ.

    ``what`` is date, kind, source, target, person, place, vote, opposite, number or occasion.
    """

    what: str
    text_says: str
    record_says: str
    small: bool = False


def differences(
    event: Event,
    when: str | None,
    match: Match,
    named: list[Named],
    fitting: list[Named],
    index: RecordIndex,
    words: str = "",
) -> tuple[Difference, ...]:
    """What differs between an event and the record it was matched with, one of each sort.

    Parameters
    ----------
    when
        EDTF date the event was matched on.
    named, fitting
        Occasions the statement names, and those of them that its date agrees with.
    """
    record, out = match.record, []
    if when and match.gap_days > 0:
        near = match.gap_days <= NEAR_DAYS
        out.append(Difference("date", edtf_in_words(when), edtf_in_words(record.date), near))
    kinds = ontology.kinds()
    if match.kind == 0.6 and kinds[event.kind].family == "weapons-test":
        out.append(Difference("kind", kinds[event.kind].label, kinds[record.kind].label))
    out += _of_actors(event, record)
    out += _of_vote(event, record)
    out += _of_polarity(event, record)
    out += _of_ordinal(words, record)
    out += _of_people(event, record, match, when, index)
    out += _of_place(event, record) or _of_town(event, words, record, index)
    for other in named:
        if other in fitting or any(_covers(n, record) for n in named if n.phrase == other.phrase):
            continue
        if kinds[event.kind].family == "refusal":
            continue  # "pulled out of the summit in Islamabad": one that was not held
        what = "date" if when is None else "occasion"  # the occasion is all the text dates it by
        out.append(Difference(what, other.phrase, _occasion_words(other)))
    return tuple({d.what: d for d in out}.values())


def _of_actors(event: Event, record: Record) -> list[Difference]:
    """Another doer, the two sides swapped, or a visit to another state."""
    out = []
    source, target = event.source, event.target
    if source and source.party and record.sources and source.party not in record.sources:
        both_do = set(record.sources) & set(record.targets)
        either = record.kind in _ENCOUNTERS and _EITHER_SIDE.match(event.trigger)
        excused = source.party in record.targets and bool(both_do or either)
        by_a_body = all(code not in cow_codes() for code in record.sources)
        if not excused and not by_a_body:
            out.append(Difference("source", source.name, ", ".join(record.sources)))
    if target and _wrong_guest(event, record):
        out.append(
            Difference("target", f"{target.name} as the guest", ", ".join(record.people[:1]))
        )
    if event.kind == record.kind == "visit" and source and target and record.targets:
        elsewhere = target.party not in {*record.targets, *record.sources}
        if source.party in record.sources and target.party in cow_codes() and elsewhere:
            out.append(Difference("target", target.name, ", ".join(record.targets)))
    return out


def _wrong_guest(event: Event, record: Record) -> bool:
    """Whether the guest of the text ("Kim received Xi") is the host on record."""
    guest = event.target
    if event.kind != "visit" or record.kind != "visit" or not HOSTING.match(event.trigger):
        return False
    return bool(guest and guest.party in cow_codes() and guest.party not in record.sources)


def _of_polarity(event: Event, record: Record) -> list[Difference]:
    """The opposite of what is on record: "endorsed" for "rejects", "received" for "not received"."""
    if ontology.kinds()[record.kind].family == "council":
        return []  # who backs a resolution that condemns says what it says
    said, title = stem(event.trigger), record.title.lower()
    if re.search(rf"\b(?:not|never)\s+(?:\w+\s+)?{re.escape(said)}", title):
        return [Difference("opposite", event.trigger, "that it did not happen")]
    told = frozenset(stems(record.title))
    for good, bad in _POLES:
        for own, other in ((good, bad), (bad, good)):
            if said in own and told & other and not told & own:
                word = next(w for w in record.title.split() if stem(w) in other)
                return [Difference("opposite", event.trigger, f"“{word}”")]
    return []


def _of_ordinal(words: str, record: Record) -> list[Difference]:
    """ "His first visit" where the record tells it as his second."""
    said = set(_WHICH.findall(words.lower()))
    told = set(_WHICH.findall(record.title.lower()))
    if not said or not told or said & told:
        return []
    return [Difference("number", min(said), min(told))]


def _of_vote(event: Event, record: Record) -> list[Difference]:
    """A vote cast otherwise: the column ``chn_vote`` of a table of votes holds China's."""
    source = event.source
    cast = record.extra.get(f"{source.party.lower()}_vote", "") if source else ""
    said = next((vote for words, vote in _VOTES if words.match(event.trigger)), "")
    if not source or not cast or not said or cast == said:
        return []
    return [Difference("vote", f"{source.name}: {said}", f"{source.name}: {cast}")]


def _of_people(
    event: Event, record: Record, match: Match, when: str | None, index: RecordIndex
) -> list[Difference]:
    """Somebody else: on the very day, or who held no office then.

    "Hu arrived on 3 September" when it was Jiang; "Kim Jong Il ordered" what was done two
    years after his death.
    """
    if not record.people or match.gap_days > 0:
        return []
    office = other_office(event, record, index)
    if office and event.source:
        return [Difference("person", event.source.name, office)]
    doer = event.source.person if event.source else ""
    did = record.people[:1] if record.kind == "death" else record.people
    if doer and doer not in did and is_narrow(when) and event.kind == record.kind:
        return [Difference("person", doer, ", ".join(did))]
    for person in (doer, event.target.person if event.target else ""):
        others = index.same_state(person, record)
        if (
            person
            and person not in record.people
            and others
            and index.out_of_office(person, record)
        ):
            return [Difference("person", person, ", ".join(others))]
    return []


def _of_place(event: Event, record: Record) -> list[Difference]:
    """Another city of the host's than the one on record: Delhi for Simla."""
    said = event.target.name if event.target else ""
    if event.kind not in _CALLS or record.kind not in _CALLS or said not in city_names():
        return []
    where = [part.strip() for part in re.split(r"[;,]", record.place) if part.strip()]
    told = " ".join((record.title, *record.terms, record.place)).lower()
    states = place_names() - city_names()
    if not where or said.lower() in told or set(where) & states:
        return []
    return [Difference("place", said, " and ".join(where))]


def _of_town(event: Event, words: str, record: Record, index: RecordIndex) -> list[Difference]:
    """ "Met in Shenyang", where the record has another town, and no third."""
    if event.kind not in _CALLS or record.kind not in _CALLS or not record.place:
        return []
    told = " ".join((record.title, *record.terms, record.place, record.note)).lower()
    said = re.search(
        rf"\b{re.escape(event.trigger)}\b[^.;]*?\b(?:in|at)\s+({index.towns})\b", words
    )
    if not said or said.group(1).lower() in told:
        return []
    return [Difference("place", said.group(1), record.place)]


def other_office(event: Event, record: Record, index: RecordIndex) -> str:
    """Who went on record, where the text names an office that he did not hold then, or ``""``.

    Only for visits told by office ("an Indian prime minister") and recorded with the visitor.
    """
    doer, went = event.source, record.extra.get("visitor", "")
    if event.kind != "visit" or not doer or doer.person or not went:
        return ""
    said = rank_said(doer.name)
    return went if said and said not in index.ranks(went, record) else ""


def _covers(named: Named, record: Record) -> bool:
    """Whether an occasion is at the record's time: a test to the day, else with its run-up."""
    low, high = record.span
    margin = dt.timedelta(2 if record.kind in _TESTS else 21)
    return named.occasion.start - margin <= high and low <= named.occasion.end + margin


def _occasion_words(named: Named) -> str:
    occasion = named.occasion
    return f"{occasion.name} was on {in_words(occasion.start, occasion.end)}"


def in_a_sentence(difference: Difference) -> str:
    """What the text says and what the record says instead."""
    says, record = difference.text_says, difference.record_says
    match difference.what:
        case "date" | "occasion" if " was on " in record:
            return f"The text names “{says}”, but {record}."
        case "date":
            return f"The text says {says}; the record says {record}."
        case "opposite":
            return f"The text says “{says}”; the record says {record}."
        case "number":
            return f"The text says {says}; on record it is the {record}."
        case "kind":
            return f"The text says {says}; on record is {record}."
        case _:
            return f"The text says {says}; on record it was {record}."
