"""The main job: a file is read, checked against a casebook, and the findings put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from detente.casebooks import AUTO
from detente.claims.check import Checked, anchor, check
from detente.errors import InputError
from detente.read.actors import Gazetteer
from detente.read.coder import Reading, read_with
from detente.read.documents import read_document
from detente.record.casebook import Casebook
from detente.record.fitting import chosen
from detente.record.match import RecordIndex
from detente.schema import Document
from detente.tell.outlook import NOTHING, Outlook, outlook


@dataclasses.dataclass(frozen=True, slots=True)
class Brief:
    """What a page tells: the reading, the casebook, each finding, and what comes next."""

    reading: Reading
    casebook: Casebook
    checked: tuple[Checked, ...]
    outlook: Outlook = NOTHING

    @property
    def findings(self) -> list[Checked]:
        """Statements that were looked up or tested, in the order of the text."""
        return [item for item in self.checked if item.verdict and not item.out_of_reach]

    @property
    def untested(self) -> list[Checked]:
        """Statements for which the casebook has neither a record table nor a claim."""
        return [item for item in self.checked if item.out_of_reach]


def make(
    file: str | Path,
    casebook: str | Path = AUTO,
    date: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Brief:
    """Read and check a file.

    Parameters
    ----------
    casebook
        Name of a shipped casebook, or a folder; ``auto``: the shipped one that fits the text.
    date
        EDTF date of the text, where it does not carry one.

    Raises
    ------
    InputError
        The file cannot be read, or names no state.
    CasebookError
        The casebook is broken.
    ClaimError
        Its claims or its forecast questions are not in the claim language.
    """
    document = read_document(file, date)
    progress("reading the casebook")
    case = chosen(casebook, document)
    progress("reading the text")
    return of_document(document, case, progress)


def of_document(
    document: Document, case: Casebook, progress: Callable[[str], None] = lambda _: None
) -> Brief:
    """Check a document that has been read already."""
    gazetteer = Gazetteer(case.people)
    reading = read_with(document, gazetteer)
    if not reading.dyad:
        raise InputError(
            document.file or document.doc_id,
            "no state is named in this text",
            "an article about two states, in English",
            "check that the file holds the article itself",
        )
    index = RecordIndex(case)
    dated = anchor(reading, index)
    if dated is not None:
        progress(f"the text points at {dated.date}; reading it again with that date")
        reading = read_with(dated, gazetteer)
    checked = tuple(check(reading, index, progress))
    return Brief(reading, case, checked, outlook(reading, checked, case, progress))
