"""Detente: read a text about two states, record, measure, test its claims, tell the result.

The public verbs, and nothing else. Each loads what it needs when it is called, so that
``import detente`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.tell.result import Brief

__version__ = "0.1.0"
__all__ = ["__version__", "brief", "scale"]


def brief(text: str, casebook: str = "china-north-korea", date: str | None = None) -> Brief:
    """Check a text against a casebook.

    Parameters
    ----------
    text
        The article itself.
    casebook
        Name of a shipped casebook, or a folder.
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
    from detente.record.casebook import load
    from detente.tell.result import of_document

    document = document_from_text(text, date=date, date_basis="given" if date else "")
    return of_document(document, load(casebook))


def scale() -> dict[str, float]:
    """Conflict–cooperation weight of each PLOVER type, −10 (worst) … 10."""
    from detente import ontology

    return ontology.scale()
