"""Which of the shipped casebooks a text is about."""

from __future__ import annotations

import re
from pathlib import Path

from detente.casebooks import AUTO, DEFAULT
from detente.read.actors import Name, state_names
from detente.record.casebook import Casebook, dyad_of, load, shipped
from detente.schema import Document


def chosen(name: str | Path, document: Document) -> Casebook:
    """The casebook of a name or folder; for ``auto`` the shipped one that fits the text.

    Where none fits it is the default one: the text is read, and little can be looked up.

    Raises
    ------
    CasebookError
        As :func:`detente.record.casebook.load`.
    """
    return load(name if str(name) != AUTO else fitting(document) or DEFAULT)


def people(name: str) -> tuple[Name, ...]:
    """The people and short names of a casebook; of all shipped ones for ``auto``; none for ``""``."""
    names = shipped() if name == AUTO else [name] if name else []
    return tuple(person for one in names for person in load(one).people)


def fitting(document: Document) -> str | None:
    """The shipped casebook of which a text names both states, the less named one most often."""
    text = f"{document.title}\n{document.text}"
    fits = {}
    for name in shipped():
        one, two = (_named(text, state) for state in dyad_of(name))
        fits[name] = min(one, two)
    best = max(fits, key=fits.__getitem__)
    return best if fits[best] else None


def _named(text: str, state: str) -> int:
    """How often a text names a state, by a name, an adjective or a body of it, not by a city."""
    phrases = {name.phrase for name in state_names() if name.iso3 == state and name.form != "city"}
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return len(re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", text))
