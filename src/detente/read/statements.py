"""Which parts of a sentence assert something, and of what kind.

Kinds are read off words: "gradually worsened" is a trend, "the last visit" a last, "planned
around the calendar" a timing. What asserts no act and carries no such word is an opinion.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

from detente.schema import REAL, Event, Perception, Statement, StatementKind

_RELATION = (
    r"(?:relations?(?:hips?)?|alliance|ties|friendship|bonds?|partnership|trust|cooperation)"
)
_WORSE = r"(?:worsen|deteriorat|improv|declin|cool|warm|erod|weaken|strengthen|fray|sour|slip)\w*"
_MARKET = r"(?:calendar|summits?|congress|anniversar\w+|elections?|holidays?|exercises?|meetings?)"
#: Tried in order; the first pattern found in the statement's words gives its kind.
_CUES: tuple[tuple[StatementKind, str], ...] = (
    ("timing", rf"\b(?:tim(?:e|es|ed|ing)|plan(?:s|ned)?|schedul\w+|coincid\w+|choos\w+|chose)\b"
               rf".{{0,60}}\b{_MARKET}"),
    ("timing", r"\b(?:whenever|every time|each time)\b"),
    ("trend", rf"{_RELATION}.{{0,60}}\b(?:gradually|steadily|progressively|continuously)\b"),
    ("trend", rf"{_RELATION}.{{0,30}}\b(?:has|have|had|keeps?)\s+(?:been\s+)?(?:\w+\s+)?{_WORSE}"),
    ("level", rf"{_RELATION}.{{0,80}}\b(?:(?:low|high|rock|all-time)[- ](?:point|ebb|bottom|low|high)"
              rf"|lowest|worst|(?:at (?:its|their) best)|so (?:broken|bad|good))"),
    ("last", r"\b(?:the\s+)?(?:last|most recent)\s+(?:\S+\s+){0,3}?(?:visit|trip|meeting|summit|test|time)"),
    ("last", r"\b(?:no|not|never)\b.{0,80}\bsince\b"),
    ("count", r"\b(?:numerous|many|several|dozens of|countless|\w+teen|two|three|four|five|six|seven"
              r"|eight|nine|ten|\d{1,3})\s+(?:\w+\s+){0,2}(?:times|visits|trips|tests|summits|meetings"
              r"|missiles|launches|resolutions)\b|\btwice\b"),
    ("order", r"\b(?:visit|went|go|travel|tour|trip)\w*\b.{0,60}\b(?:first|before)\b"),
    ("first", r"\b(?:for the first time|the first)\b"),
    ("rate", r"\b(?:dried up|fewer|less often|more often|tapered off|came to a halt"
             r"|(?:has|have|had) (?:\w+ly )?(?:increased|decreased|declined|fallen|grown|dropped|risen"
             r"|multiplied"
             r"|doubled|tripled|quadrupled|halved|become (?:more|less|rarer)))\b"
             r"|\b(?:increased|decreased|declined|fell|grew|dropped|rose|multiplied|doubled|tripled"
             r"|quadrupled|halved|surged|jumped)\b.{0,30}\b(?:since|after)\b"
             r"|\b(?:more|fewer|less) .{0,60}\bthan (?:in )?(?:any|all|ever|\d{4}"
             r"|the (?:year|previous))\b"
             r"|\b(?:fewer|more) .{0,40}\bsince\b"),
    ("share", r"\bvot\w+\b.{0,30}\b(?:every|each|all)\b"
              r"|\b(?:majority|share|per ?cent|percent|%)\b.{0,40}\bvot\w+"),
    ("forecast", r"\b(?:will|shall|going to)\b.{0,80}\b(?:coming|next|soon|future|months|years)\b"
                 r"|\bwill\b[^.]*\?|coming (?:months|years|weeks)"),
    ("perception", r"\b(?:see|sees|saw|view\w*|regard\w*|perceiv\w*|perception|believ\w*|feel|feels|felt"
                   r"|resent\w*|distrust|grudge|consider\w*|think|thought|attitude)\b"),
)  # fmt: skip
_COMPILED = [(kind, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for kind, pattern in _CUES]
_THAN = re.compile(r"(?i)\bthan\W*$")
#: Kinds that are claims over time rather than a single act.
PATTERN_KINDS = frozenset(
    {"timing", "trend", "level", "last", "first", "order", "count", "rate", "share"}
)


def kind_of_text(text: str, has_events: bool) -> StatementKind:
    """Kind of a statement from its words; ``event`` or ``opinion`` when none speaks."""
    for kind, pattern in _COMPILED:
        if pattern.search(text) and not (has_events and kind in {"perception", "forecast"}):
            return kind
    return "event" if has_events else "opinion"


def sentence_statements(
    sentence: Any,
    offset: int,
    text: str,
    events: list[Event],
    triggers: dict[int, Any],
    seen: list[Perception],
    number: int,
) -> list[Statement]:
    """Statements of one sentence, left to right, no two overlapping.

    Parameters
    ----------
    offset
        Where the parsed paragraph starts in the document.
    text
        The document's text.
    triggers
        Trigger token of each event, by the event's ``trigger_start``.
    """
    low, high = offset + sentence.start_char, offset + sentence.end_char
    real = [event for event in events if event.factuality in REAL]
    real = [event for event in real if event.kind] or real  # acts with a kind cut the sentence
    real = [event for event in real if not _background(triggers[event.trigger_start])]
    real += _denied_beside(events, real, triggers)
    pieces: list[tuple[int, int, list[Event]]] = []
    for start, end, heads in _clauses(sentence, offset, text, real, triggers):
        pieces += _split_by_date(start, end, heads, text)
    if not pieces:
        pieces = [(low, high, [])]
    elif len(pieces) == 1:
        pieces = _parts(sentence, offset, pieces[0][2])
    out: list[Statement] = []
    for start, end, heads in _joined(sorted(pieces, key=lambda piece: piece[:2]), text):
        start, end = _trim(text, start, end)
        if end - start < 3:
            continue
        words = text[start:end]
        kind = kind_of_text(words, bool(heads))
        if not heads and seen:
            kind = "perception"
        if not heads and events and kind == "opinion":
            kind = _kind_of_unreal(events)
        out.append(
            Statement(
                statement_id=f"s{number + len(out)}",
                text=words,
                char_start=start,
                char_end=end,
                kind=kind,
                events=tuple(event.event_id for event in heads),
                sentence_start=low,
                sentence_end=high,
            )
        )
    return out


def _parts(sentence: Any, offset: int, heads: list[Event]) -> list[tuple[int, int, list[Event]]]:
    """A sentence cut where what is told of one part is not told of the other.

    That is at a semicolon, and before a clause with a subject and a year of its own ("they met
    in May 2018, and in June 2018 Kim was back").
    """
    told = {event.trigger_start - offset for event in heads}
    cuts = {token.idx + 1 for token in sentence if token.text == ";"}
    for verb in sentence:
        if verb.dep_ != "conj" or verb.pos_ not in {"VERB", "AUX"}:
            continue
        words = list(verb.subtree)
        own = any(child.dep_ in {"nsubj", "nsubjpass"} for child in verb.children)
        if own and _has_year(words) and not told.intersection(t.idx for t in words):
            cuts.add(words[0].idx)
    edges = [offset + at for at in (sentence.start_char, *sorted(cuts), sentence.end_char)]
    return [
        (start, end, [event for event in heads if start <= event.trigger_start < end])
        for start, end in itertools.pairwise(edges)
        if start < end
    ]


def _background(token: Any) -> bool:
    """ "After the attacks": told for when something else was, unless it has a date of its own."""
    return (
        token.pos_ == "NOUN"
        and token.dep_ == "pobj"
        and token.head.lower_ in {"after", "before", "since", "following", "despite", "until"}
        and not _has_year(token.subtree)
    )


def _has_year(words: Iterable[Any]) -> bool:
    return any(token.like_num and len(token.text) == 4 for token in words)


def _denied_beside(events: list[Event], real: list[Event], triggers: dict[int, Any]) -> list[Event]:
    """Acts said not to have happened beside one that did: "held no tests but fired a rocket"."""
    told = [_told_by(triggers[event.trigger_start], []) for event in real]
    out = []
    for event in events:
        if event.factuality != "denied" or not event.kind:
            continue
        verb = _told_by(triggers[event.trigger_start], [])
        if any(verb.i != other.i and verb in (other, *other.conjuncts) for other in told):
            out.append(event)
    return out


def _joined(
    pieces: list[tuple[int, int, list[Event]]], text: str
) -> list[tuple[int, int, list[Event]]]:
    """A timing told across two pieces ("times his tests / to spoil the summits") is one.

    So are two years compared ("more tests in 2019 than / in 2018").
    """
    out: list[tuple[int, int, list[Event]]] = []
    for start, end, heads in pieces:
        if out:
            before = out[-1]
            parts = (text[before[0] : before[1]], text[start:end])
            if _THAN.search(parts[0]):
                out[-1] = (before[0], end, before[2] + heads)
                continue
            alone = any(kind_of_text(part, False) == "timing" for part in parts)
            if not alone and kind_of_text(text[before[0] : end], False) == "timing":
                out[-1] = (before[0], end, before[2] + heads)
                continue
        out.append((start, end, heads))
    return out


def _kind_of_unreal(events: list[Event]) -> StatementKind:
    if any(event.factuality == "denied" for event in events):
        return "event"  # that something did not happen can be looked up too
    planned = any(event.factuality in {"planned", "asked"} for event in events)
    return "forecast" if planned else "opinion"


def _clauses(
    sentence: Any, offset: int, text: str, events: list[Event], triggers: dict[int, Any]
) -> list[tuple[int, int, list[Event]]]:
    """Each act's own words: the deepest trigger takes its subtree first, then the next.

    Words of the main clause that no act claims become a piece of their own when they carry
    a pattern ("… the alliance has gradually worsened").
    """
    by_trigger: dict[int, list[Event]] = {}
    for event in events:
        by_trigger.setdefault(event.trigger_start, []).append(event)
    free = set(range(sentence.start, sentence.end))
    out: list[tuple[int, int, list[Event]]] = []
    tokens = [triggers[start] for start in by_trigger]
    for token in sorted(tokens, key=lambda t: -len(list(_told_by(t, tokens).ancestors))):
        claimed = {t.i for t in _told_by(token, tokens).subtree} & free
        run = _longest_run(claimed, around=token.i)
        free -= set(run)
        start, end = _chars(sentence.doc, run, offset)
        out.append((start, end, by_trigger[offset + token.idx]))
    rest = _longest_run(free)
    if rest and out:
        start, end = _chars(sentence.doc, rest, offset)
        kind = kind_of_text(text[start:end], False)
        if kind in PATTERN_KINDS:
            out.append((start, end, []))
        else:  # give loose words ("on July 11, …", the light verb) back to the only act
            out = _absorb(out, start, end)
    return out


def _told_by(token: Any, others: list[Any]) -> Any:
    """The verb that carries an event noun ("conducted a test", "the last visit was in …")."""
    head = token.head
    carries = token.pos_ != "VERB" and token.dep_ in {"dobj", "nsubj", "nsubjpass", "attr"}
    if carries and head.pos_ in {"VERB", "AUX"} and all(head.i != other.i for other in others):
        return head
    return token


def _absorb(
    pieces: list[tuple[int, int, list[Event]]], start: int, end: int
) -> list[tuple[int, int, list[Event]]]:
    if len(pieces) != 1:
        return pieces
    low, high, events = pieces[0]
    return [(min(low, start), max(high, end), events)]


def _longest_run(indices: set[int], around: int | None = None) -> list[int]:
    runs: list[list[int]] = []
    for i in sorted(indices):
        if runs and i == runs[-1][-1] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    if around is not None:
        return next((run for run in runs if around in run), [around])
    return max(runs, key=len, default=[])


def _chars(doc: Any, run: list[int], offset: int) -> tuple[int, int]:
    last = doc[run[-1]]
    return offset + doc[run[0]].idx, offset + last.idx + len(last)


def _split_by_date(
    start: int, end: int, events: list[Event], text: str
) -> list[tuple[int, int, list[Event]]]:
    """One piece per date where one verb has several ("in May …, and in September …").

    A later piece begins with what is told of its date ("and a conference in Paris last month").
    """
    cuts: dict[int, list[Event]] = {}
    for event in events:
        cuts.setdefault(event.char_start, []).append(event)
    if len(cuts) < 2:
        return [(start, end, events)]
    starts = sorted(cuts)
    joined = [_last_and(text, low, high) for low, high in itertools.pairwise(starts)]
    edges = [min(start, starts[0]), *joined, max(end, max(e.char_end for e in events))]
    return [(edges[i], edges[i + 1], cuts[starts[i]]) for i in range(len(starts))]


def _last_and(text: str, low: int, high: int) -> int:
    """Where the last "and" of a stretch stands, else its end."""
    at = text.rfind(" and ", low, high)
    return high if at < 0 else at + 1


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:—–-"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:—–-"):
        end -= 1
    if text[start:end].lower().startswith("and "):
        start += 4
    if text[start:end].lower().endswith((" and", " but")):
        return _trim(text, start, end - 4)
    return start, end
