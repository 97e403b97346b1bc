"""Why a sentence was read as it was: the words and probabilities behind each part of each event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from detente.read.actors import Name
from detente.read.classify import Classification, classify_pair
from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.schema import Actor, Event, Perception

#: Types and factualities shown beside the likeliest.
_SHOWN = 3


def explain(
    sentence: str, people: Iterable[Name] = (), date: str | None = None
) -> list[tuple[str, str, str]]:
    """Rows of what was read, as what, and from which words; one block per event.

    A sentence without an event gives one row that says so.
    """
    found = as_dict(sentence, people, date)
    if not found["events"] and not found["perceptions"]:
        return [("event", "none", "no word that reports an act between named actors")]
    rows = [row for event in found["events"] for row in _event_rows(event)]
    return rows + [row for seen in found["perceptions"] for row in _perception_rows(seen)]


def as_dict(
    sentence: str, people: Iterable[Name] = (), date: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The same for programs: ``events`` and ``perceptions``, each part with the words it is from.

    ``classifier`` of an event holds what the classifier says of its two parties, each a
    probability: of every type, of no act (``no_event``), of every factuality; ``None``
    where one of the two is not named.
    """
    document = document_from_text(
        sentence, doc_id="sentence", date=date, date_basis="given" if date else ""
    )
    reading = read(document, people)
    return {
        "events": [_event(event) for event in reading.events],
        "perceptions": [_perception(seen) for seen in reading.perceptions],
    }


def _event(event: Event) -> dict[str, Any]:
    asked = _asked(event)
    return {
        "source": _actor(event.source),
        "target": _actor(event.target),
        "type": event.event_type,
        "mode": event.mode,
        "quad_class": event.quad_class,
        "kind": event.kind,
        "trigger": _words(event.trigger, event.trigger_start),
        "intensity": event.intensity,
        "date": event.date,
        "date_text": event.date_text,
        "factuality": event.factuality,
        "attributed_to": event.attributed_to,
        "confidence": event.confidence,
        "classifier": asked and _probabilities(asked),
        "coder_version": event.coder_version,
    }


def _asked(event: Event) -> Classification | None:
    """What the classifier says of the two parties; ``None`` where one is missing."""
    if event.source is None or event.target is None:
        return None
    spans = [(a.char_start, a.char_end) for a in (event.source, event.target)]
    (one, two), (three, four) = sorted(spans)
    if not (0 <= one < two <= three < four <= len(event.text)):
        return None  # the two share a word, or one is named in another sentence
    return classify_pair(event.text, *spans)


def _probabilities(asked: Classification) -> dict[str, Any]:
    return {
        "types": _rounded(asked.probabilities),
        "no_event": round(asked.no_event, 4),
        "factuality": _rounded(asked.factuality_probabilities),
    }


def _rounded(shares: dict[str, float]) -> dict[str, float]:
    likeliest = sorted(shares.items(), key=lambda item: -item[1])
    return {name: round(share, 4) for name, share in likeliest}


def _actor(actor: Actor | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    return {
        "code": actor.key,
        "sector": actor.sector,
        "person": actor.person,
        **_words(actor.name, actor.char_start),
    }


def _words(text: str, start: int) -> dict[str, Any]:
    return {"text": text, "start": start, "end": start + len(text)}


def _perception(seen: Perception) -> dict[str, Any]:
    return {
        "holder": {"code": seen.holder_iso3, "text": seen.holder},
        "target": {"code": seen.target_iso3, "text": seen.target},
        "polarity": seen.polarity,
        "expression": seen.expression,
        "attributed_to": seen.attributed_to,
    }


def _event_rows(event: dict[str, Any]) -> Sequence[tuple[str, str, str]]:
    mode = f" / {event['mode']}" if event["mode"] else ""
    trigger, asked = event["trigger"]["text"], event["classifier"]
    says = f"says {event['attributed_to']}" if event["attributed_to"] else ""
    rows = [
        ("source", *_named(event["source"])),
        ("target", *_named(event["target"])),
        ("type", f"{event['type'] or '–'}{mode} (quad {event['quad_class']})", trigger),
        ("kind of act", event["kind"] or "– (no trigger word: the classifier's)", trigger),
        ("intensity", f"{event['intensity']:+.1f}", "scale.csv"),
        ("date", event["date"] or "–", event["date_text"] or "–"),
        ("factuality", event["factuality"], says),
    ]
    if asked:
        rows.append(("classifier", _likeliest(asked["types"]), f"no act {asked['no_event']:.2f}"))
        rows.append(("", _likeliest(asked["factuality"]), "factuality, as the classifier sees it"))
    return [*rows, ("confidence", f"{event['confidence']:.2f}", event["coder_version"])]


def _likeliest(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.2f}" for name, share in list(shares.items())[:_SHOWN])


def _perception_rows(seen: dict[str, Any]) -> Sequence[tuple[str, str, str]]:
    word = {-1: "unfriendly", 0: "neither", 1: "friendly"}[seen["polarity"]]
    says = f"says {seen['attributed_to']}" if seen["attributed_to"] else ""
    return [
        ("holder", seen["holder"]["code"], seen["holder"]["text"]),
        ("seen", seen["target"]["code"], seen["target"]["text"]),
        ("perception", f"{word} ({seen['polarity']:+d})", seen["expression"]),
        ("confidence", "–", says),
    ]


def _named(actor: dict[str, Any] | None) -> tuple[str, str]:
    if actor is None:
        return "–", "–"
    person = f" ({actor['person']})" if actor["person"] else ""
    return f"{actor['code'] or 'unknown'} {actor['sector']}{person}", actor["text"] or "(meant)"
