"""Texts checked against the shipped casebooks, each casebook loaded once."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from detente.claims.check import Checked, check
from detente.read.actors import Gazetteer
from detente.read.coder import read_many
from detente.read.documents import document_from_text
from detente.record.casebook import load
from detente.record.match import RecordIndex


def checked(texts: Sequence[tuple[str, str, str]]) -> list[list[Checked]]:
    """What is found of each text, given as casebook, day of the text, text; in their order."""
    out: dict[int, list[Checked]] = {}
    for name in dict.fromkeys(casebook for casebook, _, _ in texts):
        index, gazetteer = _shipped(name)
        own = [i for i, (casebook, _, _) in enumerate(texts) if casebook == name]
        documents = [
            document_from_text(texts[i][2], date=texts[i][1], date_basis="given") for i in own
        ]
        for i, reading in zip(own, read_many(documents, gazetteer), strict=True):
            out[i] = check(reading, index)
    return [out[i] for i in range(len(texts))]


@functools.cache
def _shipped(name: str) -> tuple[RecordIndex, Gazetteer]:
    casebook = load(name)
    return RecordIndex(casebook), Gazetteer(casebook.people)
