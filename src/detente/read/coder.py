"""Document → events, perceptions, statements: the reading stage put together."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from detente import ontology
from detente.read.actors import Gazetteer, Mention, Name, main_dyad
from detente.read.dates import DateMention, find_dates
from detente.read.documents import clean_for_parsing
from detente.read.factuality import attributed_to, factuality
from detente.read.pairs import as_before, both_of, pairs_of, they
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
#: What a verb without a trigger is until the classifier has read it.
_UNTYPED = ontology.Kind("", "CONSULT", "", "", "")
#: Acts that take two parties, who may be named elsewhere in the sentence.
_ACCORDS = frozenset({"treaty", "agreement", "armistice"})
#: Kinds that are told only of a person known by name.
_OF_PERSONS = frozenset({"death"})
#: How an event noun hangs on the verb that says of it when it was.
_CARRIED = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})
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
        dates = _as_narrated(find_dates(doc.text, document.date))
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


def _as_narrated(dates: list[DateMention]) -> list[DateMention]:
    """ "The next day" counts from the day last named, not from the day of the text."""
    out: list[DateMention] = []
    for date in dates:
        if date.text.lower() in {"the next day", "next day"}:
            last = next((d.edtf for d in reversed(out) if d.edtf), "")
            low, high = bounds(last) if last else (dt.date.min, dt.date.max)
            edtf = str(low + dt.timedelta(1)) if low == high else None
            date = dataclasses.replace(date, edtf=edtf, basis="context")
        out.append(date)
    return out


def _dyad(found: list[list[Mention]], gazetteer: Gazetteer, document: Document) -> tuple[str, ...]:
    title = _states(gazetteer.find(pipeline().make_doc(document.title), document.date))
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
    dated = _assign_dates(sentence, [token for token, _ in triggers], inside)
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
        if not pairs:
            continue
        tokens[offset + token.idx] = token
        for piece in _pieces(sentence, token, dated.get(token.i, [])):
            for source, target in pairs:
                out.append(_event(sentence, offset, token, kind, source, target, piece, document))
    return out, tokens


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
        whole = at[0] if at else _bounded(dates)
        return [_Piece(sentence.start_char, sentence.end_char, whole)]
    dates = at
    starts = [sentence.start_char] + [_phrase_start(sentence, d) for d in dates[1:]]
    ends = [*starts[1:], sentence.end_char]
    return [_Piece(s, e, d) for s, e, d in zip(starts, ends, dates, strict=True)]


def _bounded(dates: list[DateMention]) -> DateMention | None:
    """ "after 1945 and before 1950" is one interval; "since 2013" has an open end."""
    if not dates or not dates[0].edtf:
        return dates[0] if dates else None
    lows = [d.edtf for d in dates if d.relation in {"since", "after"} and d.edtf]
    highs = [d.edtf for d in dates if d.relation in {"before", "until", "by"} and d.edtf]
    low = str(min(bounds(edtf)[0] for edtf in lows)) if lows else ".."
    high = str(max(bounds(edtf)[1] for edtf in highs)) if highs else ".."
    return dataclasses.replace(dates[0], edtf=f"{low}/{high}")


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
    date = piece.date
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
        confidence=_CONFIDENCE[source is not None and target is not None],
        coder_version=CODER_VERSION,
    )


def _assign_dates(
    sentence: Any, triggers: list[Any], dates: list[DateMention]
) -> dict[int, list[DateMention]]:
    """Each date goes to the trigger nearest in the parse tree; dateless triggers borrow.

    A trigger without a date of its own takes the one of the trigger it hangs on, or a date
    that opens the sentence.
    """
    out: dict[int, list[DateMention]] = {}
    for date in dates:
        span = sentence.doc.char_span(date.start, date.end, alignment_mode="expand")
        if span is None or not triggers:
            continue
        if _is_label(span, triggers):
            continue
        nearest = min(triggers, key=lambda t: (_span_distance(span, t), abs(t.i - span.start)))
        if _of_another_clause(span, nearest):
            continue
        if date.relation in {"since", "until"} and not _inside(span, triggers):
            if date.relation == "since" and factuality(nearest, sentence)[0] == "denied":
                out.setdefault(nearest.i, []).append(_ever_after(date))
            continue
        date = dataclasses.replace(date, relation=_relation(span, nearest, date.relation))
        out.setdefault(nearest.i, []).append(date)
    opening = [d for d in dates if d.start - sentence.start_char < 12 and d.relation == "at"]
    for token in triggers:
        if token.i in out:
            continue
        above = next((a for a in token.ancestors if a.i in out), None)
        if above is None and token.dep_ == "advcl":  # "the visit was in May, when Li went to …"
            above = next((t for t in triggers if t.i in out and t.head.i == token.head.i), None)
        carrier = _carrier(token)
        if carrier in out:  # "the test took place on 9 September": the verb has the noun's date
            out[token.i] = out[carrier]
        elif above is not None and (token.dep_ in {"conj", "advcl", "xcomp"} or _when(token)):
            out[token.i] = out[above.i]
        elif opening:
            out[token.i] = opening[:1]
    return out


def _when(verb: Any) -> bool:
    """ "in 1970, when Zhou came": the clause is hung on the date itself."""
    return verb.dep_ == "relcl" and any(c.lower_ == "when" for c in verb.children)


def _ever_after(date: DateMention) -> DateMention:
    """ "No premier has come since 2015": none after 2015."""
    if not date.edtf:
        return date
    after = bounds(date.edtf)[1] + dt.timedelta(1)
    return dataclasses.replace(date, edtf=f"{after}/..", relation="at")


def _carrier(token: Any) -> int:
    """Position of the verb that an event noun hangs on, as subject, object or "with a test"."""
    if token.pos_ == "VERB":
        return -1
    if token.dep_ == "pobj" and token.head.lower_ == "with":
        return int(token.head.head.i)
    return int(token.head.i) if token.dep_ in _CARRIED else -1


def _inside(span: Any, triggers: list[Any]) -> bool:
    """Whether a "since …" phrase is itself about a trigger ("since the signing … on …")."""
    return any(t.is_ancestor(span.root) and t.pos_ not in {"VERB", "AUX"} for t in triggers)


def _relation(span: Any, trigger: Any, given: str) -> str:
    """How a date bounds an act, read off the preposition between the two in the tree.

    "sent home after the war in 1945": the act came after 1945.
    """
    if _inside(span, [trigger]):
        return "at"
    for token in [span.root, *span.root.ancestors]:
        if token.i == trigger.i:
            break
        if token.dep_ == "prep" and token.lower_ in {"after", "before", "since", "until"}:
            return str(token.lower_)
    return given


def _of_another_clause(span: Any, trigger: Any) -> bool:
    """Whether a date stands in a clause beside the act's, with a subject and a verb of its own.

    "They met in May, and in June Kim was back": nobody met in June.
    """
    verb = next((a for a in span.root.ancestors if a.pos_ in {"VERB", "AUX"}), None)
    if verb is None or verb.dep_ != "conj" or verb.i in (trigger.i, _carrier(trigger)):
        return False
    subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    back = subject is not None and subject.lower_ in {"it", "that", "this", "which"}
    return subject is not None and not back and trigger in verb.ancestors


def _is_label(span: Any, triggers: list[Any]) -> bool:
    """Whether a year only names a thing ("the 2004 Games"), not when the act was."""
    root = span.root
    if root.dep_ not in {"nummod", "compound", "nmod", "amod", "npadvmod"}:
        return False
    head = root.head
    while head.dep_ == "compound":
        head = head.head
    return (
        head.pos_ in {"NOUN", "PROPN"} and head.i > root.i and all(head.i != t.i for t in triggers)
    )


def _span_distance(span: Any, trigger: Any) -> float:
    return min(_distance(token, trigger) for token in span)


def _distance(date: Any, trigger: Any) -> float:
    """Steps in the tree from a date to a trigger; crossing a clause border costs more."""
    up = {a.i: n for n, a in enumerate([date, *date.ancestors])}
    cost = 0.0
    for token in [trigger, *trigger.ancestors]:
        if token.i in up:
            return cost + up[token.i]
        cost += 4 if token.dep_ in {"relcl", "advcl", "ccomp", "conj"} else 1
    return 99


def date_range(events: Iterable[Event]) -> tuple[str, str] | None:
    """First and last day that dated events name, ISO; ``None`` when none is dated."""
    dated = [bounds(event.date) for event in events if event.date]
    if not dated:
        return None
    return min(low for low, _ in dated).isoformat(), max(high for _, high in dated).isoformat()
