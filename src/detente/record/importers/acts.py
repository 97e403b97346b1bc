"""Codes of other ontologies become PLOVER types."""

from __future__ import annotations

import dataclasses
import functools

from detente import ontology
from detente.ontology import table


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """A PLOVER type with its mode and contexts; an empty type where PLOVER has none."""

    event_type: str
    mode: str = ""
    context: str = ""


@functools.cache
def _cameo() -> dict[str, Act]:
    return {
        row["cameo"]: Act(row["plover"], row["mode"], row["context"])
        for row in table("cameo_to_plover.csv")
    }


def from_cameo(cameo: str, event_type: str = "", mode: str = "") -> Act:
    """PLOVER's type of a CAMEO code (text, leading zeros kept), by ``cameo_to_plover.csv``.

    A code the table lacks gets its parent's type (``1935`` that of ``193``). Public
    statements (01) have no PLOVER type: theirs is empty.

    Raises
    ------
    ValueError
        No code, or one that CAMEO does not have.
    """
    known = _cameo()
    if not cameo:
        raise ValueError("no CAMEO code")
    for length in range(len(cameo), 1, -1):
        if cameo[:length] in known:
            return known[cameo[:length]]
    lost = "0" + cameo
    hint = f"; a lost leading zero? CAMEO has {lost}" if lost in known else ""
    raise ValueError(f"CAMEO code {cameo!r} is not one{hint}")


def from_plover(cameo: str, event_type: str, mode: str = "") -> Act:
    """A PLOVER type as given; falls back to the CAMEO code where there is no type.

    Raises
    ------
    ValueError
        Not one of the sixteen types (YIELD of older sets is accepted and kept).
    """
    wanted = event_type.strip().upper()
    if not wanted:
        return from_cameo(cameo)
    if wanted not in ontology.QUAD_CLASS and wanted != "YIELD":
        raise ValueError(
            f"event type {event_type!r} is not one of {', '.join(ontology.QUAD_CLASS)}"
        )
    return Act(wanted, mode.strip().lower().replace(" ", "-").replace("_", "-"))
