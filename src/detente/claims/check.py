"""A reading against a casebook: each statement gets a claim, a verdict, or a reason why not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable

from detente.claims import from_rates, from_text, named_acts, occurrence, run, similar
from detente.claims.claim import Claim, from_casebook
from detente.claims.from_order import Told
from detente.read.coder import Reading
from detente.read.implied import as_said
from detente.record.casebook import Casebook
from detente.record.match import RecordIndex
from detente.record.words import phrase_hits, stems
from detente.schema import REAL, Document, Event, Statement, Verdict, bounds

#: What would test a statement of a kind for which a casebook has no claim.
_WOULD_NEED = {
    "timing": "a calendar, a dated list of the acts, and a claim that names both",
    "trend": "a series of the relationship over the period, and a claim that names it",
    "level": "a series of the relationship that covers the year, and a claim that names it",
    "count": "a complete list of the acts counted",
    "first": "a list of such acts that is complete from the start",
    "last": "a list of such acts that is complete to the date of the text",
    "order": "both acts on record",
    "rate": "a complete list of the acts over the period",
    "share": "the votes of both",
    "perception": "surveys or a content analysis of the holder's own texts",
    "forecast": "a question with a date at which it is resolved",
}
#: Statements about many acts: a record of one act does not decide them.
_PATTERNS = frozenset(
    {"timing", "trend", "level", "count", "rate", "share", "perception", "forecast"}
)
#: What a look-up leaves open.
_OPEN = frozenset({"no record", "not testable here"})
#: Claims of many acts that one record does not speak to.
_SEQUENCES = frozenset({"order", "first", "rate-change"})
#: What a record must tell too, if it is to support it: "his second trip as president".
_RANKED = re.compile(
    r"(?i)\b(first|second|third|fourth|fifth)\b(?=\s+(?:\w+\s+){0,2}"
    r"(?:visit|trip|journey|meeting|summit|test|launch|time|war)\b)"
)
_LAST_TO = re.compile(r"(?i)\bthe last\s+(?:[\w'’-]+\s+){1,5}?to\s+\w+")
_ANCHORS = {"yesterday": 1, "today": 0}
#: How long after the last year it names a text may have been written.
_ESTIMATE_SLACK = dt.timedelta(366)


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """A statement with what was found about it; ``verdict`` is ``None`` for an opinion."""

    statement: Statement
    claim: Claim | None
    verdict: Verdict | None
    reason: str

    @property
    def out_of_reach(self) -> bool:
        """Checkable, but by nothing here: no claim of the casebook, no table to look in."""
        return (
            self.claim is None
            and self.verdict is not None
            and self.verdict.verdict == "not testable here"
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """What a look-up found: the acts, a verdict, and whether a claim of the statement's own made it.

    ``overrides``: it goes before a claim of the casebook, whose words see neither what was first
    nor what is denied.
    """

    own: list[Event]
    found: Verdict | None
    made: bool = False
    overrides: bool = False


def check(
    reading: Reading, index: RecordIndex, progress: Callable[[str], None] = lambda _: None
) -> list[Checked]:
    """Check every statement of a reading against a casebook, in the order of the text.

    What a text does not say is not held against it: sides that are only implied are left out.
    """
    reading = dataclasses.replace(reading, events=tuple(map(as_said, reading.events)))
    casebook = index.casebook
    as_of = bounds(reading.document.date)[1] if reading.document.date else None
    claims = from_casebook(casebook)
    chosen = match_claims(reading, claims)
    events = {event.event_id: event for event in reading.events}
    looked = {
        s.statement_id: _look_up(s, reading, events, index, as_of, s.statement_id in chosen)
        for s in reading.statements
    }
    chosen = _without_overridden(chosen, looked, reading.statements)
    near = _near_claims(reading, chosen, looked, index, claims)
    tested = _tested([*chosen.values(), *near.values()], casebook, as_of, progress)
    out = []
    for statement in reading.statements:
        seen = looked[statement.statement_id]
        claim = chosen.get(statement.statement_id) or near.get(statement.statement_id)
        if claim is not None:
            verdict = _combine(claim, tested[claim.claim_id], seen.found)
            if statement.statement_id in near:  # other words than the claim's: say what was read
                verdict = dataclasses.replace(
                    verdict, reason=f"Read as “{claim.says}”. {verdict.reason}"
                )
            out.append(Checked(statement, claim, verdict, verdict.reason))
        else:
            out.append(
                _without_claim(statement, seen.found, seen.made, any(e.kind for e in seen.own))
            )
    return out


def _look_up(
    statement: Statement,
    reading: Reading,
    events: dict[str, Event],
    index: RecordIndex,
    as_of: dt.date | None,
    claimed: bool,
) -> Looked:
    """A statement's acts, what the records say of them, and whether it made a claim of its own.

    One that makes a claim of the casebook (``claimed``) makes none of its own: "the last senior
    visit" is tested as the casebook's author laid down who is senior.
    """
    own = _events_of(statement, reading, events)
    low, high = statement.sentence_start, statement.sentence_end
    sentence = reading.document.text[low:high]
    found = occurrence.judge(own, statement.text, index, as_of, sentence) if own else None
    if found is None and statement.kind in {"event", "opinion"}:
        found = named_acts.judge(statement.text, index, as_of)
    told = Told(
        statement,
        sentence,
        here=tuple(e for e in reading.events if low <= e.trigger_start < high),
        before=tuple(e for e in reading.events if e.trigger_start < low),
        as_of=as_of,
    )
    made = from_text.claim_of(told, own, index)
    if made is True:
        return Looked(own, _open("order"), True, overrides=True)
    denied = bool(own) and own[0].factuality == "denied"
    if made is None:
        told_so = _if_told(statement, found, index)
        return Looked(
            own, told_so, told_so is not found, overrides=denied and claimed and found is not None
        )
    if claimed and made.kind != "order" and not denied:
        return Looked(own, found)
    verdict = from_rates.by_how_much(statement.text, run.test(made, index.casebook, as_of))
    # what is denied for a span is not refuted by the act from which the span is counted
    alone = made.kind in _SEQUENCES or denied
    found = verdict if alone else _combine(made, verdict, found)
    found = dataclasses.replace(found, claim_id=None)
    return Looked(own, found, True, overrides=denied or made.kind == "order")


def _open(kind: str, wanted: str = "") -> Verdict:
    """What would test a statement that nothing here tests."""
    return Verdict(
        "not testable here", f"Not testable here: it would take {_WOULD_NEED[wanted or kind]}."
    )


def _without_overridden(
    chosen: dict[str, Claim], looked: dict[str, Looked], statements: Iterable[Statement]
) -> dict[str, Claim]:
    """The claims that statements make, without those that an order told in words decides.

    The words of a claim do not see which of two came first; of a sentence that says so, the
    statement that says it goes by its own claim, and none makes a casebook's claim of order.
    """
    ordered = {s.sentence_start for s in statements if looked[s.statement_id].overrides}
    out = {}
    for s in statements:
        claim = chosen.get(s.statement_id)
        sequence = claim is not None and claim.kind == "order" and s.sentence_start in ordered
        if claim is not None and not sequence and not looked[s.statement_id].overrides:
            out[s.statement_id] = claim
    return out


def _if_told(statement: Statement, found: Verdict | None, index: RecordIndex) -> Verdict | None:
    """ "The first", "the last to go": a record supports it only if it is told so on record."""
    said = {m.lower() for m in _RANKED.findall(statement.text)}
    said |= {"last"} if _LAST_TO.search(statement.text) else set()
    if found is None or found.verdict != "supported" or not said or not found.evidence:
        return found
    own = {e.record_id for e in found.evidence[:1]}
    record = next(r for r in index.casebook.records if r.record_id in own)
    words = " ".join((record.title, *record.terms, record.note)).lower()
    return (
        found
        if any(re.search(rf"\b{one}\b", words) for one in said)
        else _open("last" if "last" in said else "first")
    )


def _near_claims(
    reading: Reading,
    chosen: dict[str, Claim],
    looked: dict[str, Looked],
    index: RecordIndex,
    claims: list[Claim],
) -> dict[str, Claim]:
    """Claims that statements make in other words, by embeddings; only where nothing else tells.

    A statement that a record or a claim of its own decides needs none, and of one sentence no
    two statements may make the same claim.
    """
    open_ = []
    for statement in reading.statements:
        seen = looked[statement.statement_id]
        told = seen.made or (seen.found is not None and seen.found.verdict not in _OPEN)
        if statement.statement_id not in chosen and not told:
            open_.append(statement)
    if not open_:
        return {}
    by_sentence = {
        (s.sentence_start, chosen[s.statement_id].claim_id)
        for s in reading.statements
        if s.statement_id in chosen
    }
    among = similar.targets(claims, (record.title for record in index.casebook.records))
    out: dict[str, Claim] = {}
    for statement in open_:
        claim = similar.nearest(statement.text, among, statement.kind)
        if claim is not None and (statement.sentence_start, claim.claim_id) not in by_sentence:
            by_sentence.add((statement.sentence_start, claim.claim_id))
            out[statement.statement_id] = claim
    return out


def _tested(
    claims: Iterable[Claim],
    casebook: Casebook,
    as_of: dt.date | None,
    progress: Callable[[str], None],
) -> dict[str, Verdict]:
    """Verdicts on the claims a document makes, each tested once, with false-discovery control."""
    once = {claim.claim_id: claim for claim in claims}

    def told(claim_id: str) -> None:
        progress(f"testing {claim_id}: {once[claim_id].says}")

    return dict(zip(once, run.test_all(list(once.values()), casebook, as_of, told), strict=True))


def _events_of(statement: Statement, reading: Reading, events: dict[str, Event]) -> list[Event]:
    """The statement's acts; failing those, acts it says did not take place."""
    own = [events[event_id] for event_id in statement.events]
    unreal = [
        e
        for e in reading.events
        if e.factuality not in REAL and statement.char_start <= e.trigger_start < statement.char_end
    ]
    first = min((e.trigger_start for e in own), default=None)
    if first is not None and any(
        e.factuality == "denied" and e.kind and e.trigger_start < first for e in unreal
    ):
        return unreal  # "no agreement was signed during the visit" does not say: a visit
    return own or unreal


def _without_claim(
    statement: Statement, found: Verdict | None, tested: bool, of_a_kind: bool
) -> Checked:
    if found is not None and (tested or statement.kind not in _PATTERNS):
        return Checked(statement, None, found, found.reason)
    if statement.kind in _WOULD_NEED:
        reason = f"Not testable here: it would take {_WOULD_NEED[statement.kind]}."
        return Checked(statement, None, Verdict("not testable here", reason), reason)
    if statement.kind == "event":
        why = "no table of the casebook holds acts of this kind by these two."
        if not of_a_kind:
            why = "what was done is none of the kinds of act that are looked up."
        reason = f"Not testable here: {why}"
        return Checked(statement, None, Verdict("not testable here", reason), reason)
    return Checked(statement, None, None, "An opinion or a description: nothing to look up.")


def _combine(claim: Claim, tested: Verdict, found: Verdict | None) -> Verdict:
    """The claim's verdict, unless the statement's own dated details are at odds with the record."""
    detail = found if found and found.verdict in {"partly supported", "contradicted"} else None
    is_act = claim.kind in {"occurrence", "order", "last", "first"}
    if detail and is_act and tested.verdict in {"supported", "partly supported"}:
        reason = f"{detail.reason} On the claim itself: {tested.reason}"
        return dataclasses.replace(
            detail,
            reason=reason,
            evidence=tuple({e.record_id: e for e in (*detail.evidence, *tested.evidence)}.values()),
            caveats=tuple(dict.fromkeys((*detail.caveats, *tested.caveats))),
            claim_id=claim.claim_id,
        )
    return dataclasses.replace(tested, claim_id=claim.claim_id)


def match_claims(reading: Reading, claims: list[Claim]) -> dict[str, Claim]:
    """Which statement makes which claim; at most one claim a statement.

    A claim matches when each group of its ``match.all`` has a word or phrase in the
    statement, or, for all but one group, elsewhere in its sentence. The claim with the most
    words found wins; of the statements of one sentence only the closest keeps a claim.
    """
    best: dict[tuple[int, str], tuple[int, int, Statement]] = {}
    scored: dict[str, tuple[int, Claim]] = {}
    for statement in reading.statements:
        own = stems(statement.text)
        sentence = stems(reading.document.text[statement.sentence_start : statement.sentence_end])
        for claim in claims:
            inside, total = _hits(claim, own, sentence)
            if not total:
                continue
            key = (statement.sentence_start, claim.claim_id)
            if key not in best or (inside, total) > best[key][:2]:
                best[key] = (inside, total, statement)
    by_id = {claim.claim_id: claim for claim in claims}
    for (_, claim_id), (inside, total, statement) in best.items():
        score = 10 * inside + total
        held = scored.get(statement.statement_id)
        if held is None or score > held[0]:
            scored[statement.statement_id] = (score, by_id[claim_id])
    return {statement_id: claim for statement_id, (_, claim) in scored.items()}


def _hits(claim: Claim, own: list[str], sentence: list[str]) -> tuple[int, int]:
    """Groups of the claim's words in the statement, and in its sentence; 0 when one is missing."""
    groups = claim.match.get("all", [])
    if not groups or phrase_hits(claim.match.get("none", []), sentence):
        return 0, 0
    inside = sum(bool(phrase_hits(group, own)) for group in groups)
    around = sum(bool(phrase_hits(group, sentence)) for group in groups)
    if around < len(groups) or inside < max(1, len(groups) - 1):
        return 0, 0
    return inside, around


def anchor(reading: Reading, index: RecordIndex) -> Document | None:
    """The document with its day, where a "yesterday" points at one act on record.

    Only for a text without a date of its own: an act told as of yesterday or today is looked
    up among the records between the last year the text names and a year later; one record
    that fits well, and no second, gives the day.
    """
    document = reading.document
    if document.date_basis != "estimated" or not document.date:
        return None
    low = bounds(document.date)[0]
    high = bounds(document.date)[1] + _ESTIMATE_SLACK
    for event in map(as_said, reading.events):
        days = _ANCHORS.get(event.date_text.lower())
        if days is None or event.date:
            continue
        found = [
            m
            for m in index.candidates(event, event.text, f"{low}/{high}")
            if m.gap_days == 0 and m.actors >= 0.8 and m.kind >= 0.6 and len(m.record.date) == 10
        ]
        dates = {m.record.date for m in found if m.score > found[0].score - 0.1}
        if len(dates) == 1:
            day = bounds(dates.pop())[0] + dt.timedelta(days)
            return dataclasses.replace(document, date=str(day), date_basis="anchored")
    return None
