"""Why a sentence was read as it was: the words behind each part of each event."""

from __future__ import annotations

from collections.abc import Iterable

from detente.read.actors import Name
from detente.read.coder import read
from detente.read.documents import document_from_text
from detente.schema import Actor, Event


def explain(
    sentence: str, people: Iterable[Name] = (), date: str | None = None
) -> list[tuple[str, str, str]]:
    """Rows of what was read, as what, and from which words; one block per event.

    A sentence without an event gives one row that says so.
    """
    document = document_from_text(
        sentence, doc_id="sentence", date=date, date_basis="given" if date else ""
    )
    events = read(document, people).events
    if not events:
        return [("event", "none", "no word that reports an act between named actors")]
    return [row for event in events for row in _event_rows(event)]


def _event_rows(event: Event) -> list[tuple[str, str, str]]:
    mode = f" / {event.mode}" if event.mode else ""
    return [
        ("source", *_actor(event.source)),
        ("target", *_actor(event.target)),
        ("type", f"{event.event_type}{mode} (quad {event.quad_class})", event.trigger),
        ("kind of act", event.kind or "–", event.trigger),
        ("intensity", f"{event.intensity:+.1f}", "scale.csv"),
        ("date", event.date or "–", event.date_text or "–"),
        ("factuality", event.factuality, event.attributed_to and f"says {event.attributed_to}"),
        ("confidence", f"{event.confidence:.2f}", event.coder_version),
    ]


def _actor(actor: Actor | None) -> tuple[str, str]:
    if actor is None:
        return "–", "–"
    person = f" ({actor.person})" if actor.person else ""
    return f"{actor.key or 'unknown'} {actor.sector}{person}", actor.name
