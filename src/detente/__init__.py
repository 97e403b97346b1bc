"""Detente: read a text about two states, record, measure, test its claims, tell the result.

The public verbs, and nothing else. Each loads what it needs when it is called, so that
``import detente`` costs nothing. Mistakes in the input raise ``detente.errors.DetenteError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.claims.claim import Claim
    from detente.read.classify import Classification
    from detente.schema import Document, Event, Verdict
    from detente.tell.result import Brief

__version__ = "0.1.0"
__all__ = ["__version__", "brief", "classify_pair", "code", "index", "scale", "test"]


def brief(text: str, casebook: str = "auto", date: str | None = None) -> Brief:
    """Check a text against a casebook.

    Parameters
    ----------
    text
        The article itself.
    casebook
        Name of a shipped casebook, or a folder; ``auto``: the shipped one that fits the text.
    date
        EDTF date of the text, where it does not carry one.

    Returns
    -------
    Brief
        ``reading`` (events, perceptions, statements), ``checked`` (each with its verdict).

    Raises
    ------
    detente.errors.DetenteError
        The text names no state, or the casebook is broken.
    """
    from detente.read.documents import document_from_text
    from detente.record.fitting import chosen
    from detente.tell.result import of_document

    document = document_from_text(text, date=date, date_basis="given" if date else "")
    return of_document(document, chosen(casebook, document))


def code(texts: str | Document | Iterable[str | Document], casebook: str = "auto") -> list[Event]:
    """Events of one text or document, or of many, in order.

    Parameters
    ----------
    casebook
        Whose people and short names are known besides the built-in gazetteer; ``auto`` for those
        of all shipped casebooks, ``""`` for none.
    """
    from detente.read.actors import Gazetteer
    from detente.read.coder import read_many
    from detente.read.documents import document_from_text
    from detente.record.fitting import people
    from detente.schema import Document

    given = [texts] if isinstance(texts, str | Document) else list(texts)
    documents = [
        document_from_text(item, doc_id=f"text{n}") if isinstance(item, str) else item
        for n, item in enumerate(given, 1)
    ]
    gazetteer = Gazetteer(people(casebook))
    return [event for reading in read_many(documents, gazetteer) for event in reading.coded]


def classify_pair(sentence: str, source: str, target: str, *, types: int = 16) -> Classification:
    """What ``source`` does to ``target`` in a sentence: ``type``, ``mode``, ``quad``, ``probabilities``.

    See :func:`detente.read.classify.classify_pair`.
    """
    from detente.read.classify import classify_pair as classify

    return classify(sentence, source, target, types=types)


def index(events: Any, dyad: str | None = None, by: str = "month", to: str = "pandas") -> Any:
    """The relationship index of a dyad (``CHN-PRK``), or of all, as a tidy frame.

    Parameters
    ----------
    events
        A Parquet, CSV or JSONL file, a frame, or a dict of columns.
    by
        ``week``, ``month`` or ``year``.
    to
        ``pandas``, ``polars`` or ``arrow``.
    """
    from detente.measure import frames
    from detente.measure.index import index as fit
    from detente.measure.run import grain

    return frames.to(fit(events, dyad, grain(by)).columns, to)


def test(claim: Claim, casebook: str = "") -> Verdict:
    """The verdict on one claim; see ``docs/claims.md`` for the language.

    Claims are read with :func:`detente.claims.claim.load`.
    """
    from detente.claims.run import test as run
    from detente.record.casebook import load

    return run(claim, load(casebook) if casebook else None)


def scale() -> dict[str, float]:
    """Conflict–cooperation weight of each PLOVER type, −10 (worst) … 10."""
    from detente import ontology

    return ontology.scale()
