"""Document → events, perceptions, statements: the reading stage put together."""

from __future__ import annotations

import collections
import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from detente import ontology
from detente.read.actors import Gazetteer, Mention, Name, main_dyad
from detente.read.dates import DateMention, find_dates
from detente.read.dating import ahead, as_narrated, assign_dates, bounded
from detente.read.documents import clean_for_parsing
from detente.read.factuality import attributed_to, factuality
from detente.read.implied import with_the_other
from detente.read.pairs import Pair, as_before, both_of, pairs_of, they
from detente.read.parse import find_names, parse, pipeline
from detente.read.perceptions import perceptions
from detente.read.scene import Scene
from detente.read.statements import sentence_statements
from detente.read.triggers import find_triggers, other_verbs
from detente.read.typed import typed
from detente.schema import Actor, Document, Event, Perception, Statement, bounds

CODER_VERSION = "rules-2"
#: Paragraphs parsed together, at least, while documents last.
_TOGETHER = 128
#: The name finder's label for a form of name.
_LABELS = {
    "state": "GPE", "capital": "GPE", "city": "GPE", "adjective": "NORP", "body": "ORG",
    "person": "PERSON",
}  # fmt: skip
#: What stands between two states that a title joins.
_JOINS = frozenset({"-", "–", "—", "and", "&", "/"})
#: What a verb without a trigger is until the classifier has read it.
_UNTYPED = ontology.Kind("", "CONSULT", "", "", "")
#: Acts that take two parties, who may be named elsewhere in the sentence.
_ACCORDS = frozenset({"treaty", "agreement", "armistice"})
#: Kinds that say nothing of a relation where only one side is named.
_TAKE_TWO = frozenset({"appointment", "cooperation", "meeting", "talks"})
#: Kinds that are told only of a person known by name.
_OF_PERSONS = frozenset({"death"})
#: Share of triggers whose coded type is right, by whether the trigger needed a cue word;
#: measured with `python benchmarks/rules_precision.py` on a development set of PLOVER pairs.
_CONFIDENCE = {True: 0.8, False: 0.6}


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document gave; ``dyad`` is the pair of states most often named."""

    document: Document
    dyad: tuple[str, ...]
    events: tuple[Event, ...]
    perceptions: tuple[Perception, ...]
    statements: tuple[Statement, ...]

    @property
    def coded(self) -> list[Event]:
        """The events that are given out: those of a PLOVER type."""
        return [event for event in self.events if event.event_type]


def read(document: Document, people: Iterable[Name] = ()) -> Reading:
    """Code a document.

    Parameters
    ----------
    people
        Names beyond the built-in gazetteer: a casebook's people and their offices.
    """
    return read_with(document, Gazetteer(people))


def read_with(document: Document, gazetteer: Gazetteer) -> Reading:
    """Code a document with a gazetteer that many documents share."""
    return next(read_many([document], gazetteer))


def read_many(documents: Iterable[Document], gazetteer: Gazetteer) -> Iterator[Reading]:
    """Code documents in order; their paragraphs are parsed together, which is faster."""
    group: list[Document] = []
    for document in documents:
        group.append(document)
        if sum(len(d.paragraphs) for d in group) >= _TOGETHER:
            yield from _read_group(group, gazetteer)
            group = []
    yield from _read_group(group, gazetteer)


def _read_group(group: list[Document], gazetteer: Gazetteer) -> Iterator[Reading]:
    """Parse and code a few documents."""
    cleaned = ((d, clean_for_parsing(d.text)) for d in group)
    docs = list(parse(text[s.start : s.end] for d, text in cleaned for s in d.paragraphs))
    dates = [d.date for d in group for _ in d.paragraphs]
    found = [gazetteer.find(doc, date) for doc, date in zip(docs, dates, strict=True)]
    find_names(docs, [[(m.start, m.end, _LABELS[m.name.form]) for m in ms] for ms in found])
    parsed = iter(zip(docs, found, strict=True))
    for document in group:
        yield _read(document, [next(parsed) for _ in document.paragraphs], gazetteer)


def _read(
    document: Document, docs: list[tuple[Any, list[Mention]]], gazetteer: Gazetteer
) -> Reading:
    dyad = _dyad([found for _, found in docs], gazetteer, document)
    scene = Scene(gazetteer, dyad, document.date)
    events: list[Event] = []
    seen: list[Perception] = []
    statements: list[Statement] = []
    for span, (doc, found) in zip(document.paragraphs, docs, strict=True):
        scene.enter(doc, span.start, found)
        dates = as_narrated(find_dates(scene.text, document.date))
        for sentence in doc.sents:
            if not sentence.text.strip():
                continue
            told, tokens = _sentence_events(sentence, span.start, dates, scene, document, events)
            told = [
                dataclasses.replace(event, event_id=f"{document.doc_id}-e{number}")
                for number, event in enumerate(
                    typed(told, span.start + sentence.start_char), len(events) + 1
                )
            ]
            views = perceptions(sentence, scene, span.start)
            statements += sentence_statements(
                sentence, span.start, document.text, told, tokens, views, len(statements) + 1
            )
            events += told
            seen += views
            scene.leave_sentence(sentence)
    return Reading(document, dyad, tuple(events), tuple(seen), tuple(statements))


def _dyad(found: list[list[Mention]], gazetteer: Gazetteer, document: Document) -> tuple[str, ...]:
    doc = pipeline().make_doc(document.title)
    named = gazetteer.find(doc, document.date)
    title = _states(named)
    if len(title) > 2:  # "China helps broker an Iran–Saudi deal"
        joined = (
            _states((one, two))
            for one, two in itertools.pairwise(named)
            if doc[one.end : two.start].text.strip() in _JOINS
        )
        title = next((two for two in joined if len(two) == 2), title)
    return main_dyad(_states(mention for one in found for mention in one) + title, title)


def _states(mentions: Iterable[Mention]) -> collections.Counter[str]:
    """How often each state is named, other than by a city."""
    return collections.Counter(
        m.name.iso3 for m in mentions if m.name.iso3 and m.name.form != "city"
    )


def _sentence_events(
    sentence: Any,
    offset: int,
    dates: list[DateMention],
    scene: Scene,
    document: Document,
    earlier: list[Event],
) -> tuple[list[Event], dict[int, Any]]:
    """Events of one sentence, and the trigger token of each by its character position.

    A verb that no trigger lists gives an event without a kind, for the classifier to type.
    """
    triggers = find_triggers(sentence)
    known = {token.i for token, _ in triggers}
    triggers += [(token, "") for token in other_verbs(sentence, known)]
    inside = [d for d in dates if sentence.start_char <= d.start < sentence.end_char]
    dated = assign_dates(sentence, [token for token, _ in triggers], inside)
    out: list[Event] = []
    tokens: dict[int, Any] = {}
    for token, kind in triggers:
        pairs = pairs_of(token, kind, scene) or as_before(kind, [*earlier, *out])
        if kind in _ACCORDS and len({a.key for p in pairs for a in p if a and a.key}) < 2:
            both = scene.parties(token)
            pairs = [(both[0], both[1]), (both[1], both[0])] if both else pairs
        elif kind == "war" and not pairs and they(token):
            pairs = both_of(earlier[-2:])
        if kind in _OF_PERSONS:
            pairs = [(s, t) for s, t in pairs if (s and s.person) or (t and t.person)]
        pairs = with_the_other(pairs, token, kind, scene)
        if kind in _TAKE_TWO:
            pairs = [pair for pair in pairs if _names_both(pair) or _is_met(pair, kind)]
        if not pairs:
            continue
        tokens[offset + token.idx] = token
        for piece in _pieces(sentence, token, dated.get(token.i, [])):
            for source, target in pairs:
                out.append(_event(sentence, offset, token, kind, source, target, piece, document))
    return out, tokens


def _names_both(pair: Pair) -> bool:
    """Whether both sides are somebody to talk to: not "the cabinet", of whom no state is named."""
    return all(a and (a.key or a.person or a.sector not in {"", "GOV"}) for a in pair)


def _is_met(pair: Pair, kind: str) -> bool:
    """Whether a person met somebody: a record of the meeting may say whom."""
    return kind == "meeting" and any(actor and actor.person for actor in pair)


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    date: DateMention | None


def _pieces(sentence: Any, token: Any, dates: list[DateMention]) -> list[_Piece]:
    """The sentence, or one part of it per date where an act is dated several times."""
    dates = [d for d in dates if d.edtf] or dates[:1]  # "yesterday", though nobody knows when
    at = [d for d in dates if d.relation == "at"]
    if len({d.edtf for d in at}) < 2:
        whole = at[0] if at else bounded(dates)
        return [_Piece(sentence.start_char, sentence.end_char, whole)]
    dates = at
    starts = [sentence.start_char] + [_phrase_start(sentence, d) for d in dates[1:]]
    ends = [*starts[1:], sentence.end_char]
    return [_Piece(s, e, d) for s, e, d in zip(starts, ends, dates, strict=True)]


def _phrase_start(sentence: Any, date: DateMention) -> int:
    """Where the prepositional phrase around a date begins ("in May of 2017")."""
    span = sentence.doc.char_span(date.start, date.end, alignment_mode="expand")
    first = span[0]
    if first.i > sentence.start and first.nbor(-1).pos_ == "ADP":
        first = first.nbor(-1)
    if first.i > sentence.start and first.nbor(-1).pos_ == "ADV":
        first = first.nbor(-1)
    return int(first.idx)


def _event(
    sentence: Any, offset: int, token: Any, kind: str, source: Actor | None,
    target: Actor | None, piece: _Piece, document: Document,
) -> Event:  # fmt: skip
    meaning = ontology.kinds().get(kind, _UNTYPED)
    whether, _ = factuality(token, sentence)
    date = ahead(piece.date, token, document.date) if whether == "planned" else piece.date
    return Event(
        event_id="",
        date=date.edtf if date else None,
        date_text=date.text if date else "",
        source=source,
        target=target,
        event_type=meaning.event_type,
        mode=meaning.mode,
        context="",
        kind=kind,
        quad_class=ontology.QUAD_CLASS.get(meaning.event_type, 0),
        intensity=ontology.intensity(meaning.event_type, meaning.mode) if meaning.event_type else 0,
        factuality=whether,
        attributed_to=attributed_to(token, sentence),
        text=document.text[offset + sentence.start_char : offset + sentence.end_char].strip(),
        doc_id=document.doc_id,
        char_start=offset + piece.start,
        char_end=offset + piece.end,
        trigger=token.text,
        trigger_start=offset + token.idx,
        confidence=_CONFIDENCE[all(side and not side.implied for side in (source, target))],
        coder_version=CODER_VERSION,
    )


def date_range(events: Iterable[Event]) -> tuple[str, str] | None:
    """First and last day that dated events name, ISO; ``None`` when none is dated."""
    dated = [bounds(event.date) for event in events if event.date]
    if not dated:
        return None
    return min(low for low, _ in dated).isoformat(), max(high for _, high in dated).isoformat()
