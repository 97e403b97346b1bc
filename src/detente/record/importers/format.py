"""What a format is: how files are laid out, and which SQL over their columns gives each common field.

Everything after the common fields (:data:`GIVEN`) is the same for all formats.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from detente.record.importers.acts import Act, from_cameo
from detente.record.importers.sides import Side

#: The common fields a format fills, all text; one left out is empty.
GIVEN = (
    "id", "date", "source_name", "source_place", "source_role", "target_name", "target_place",
    "target_role", "cameo", "type", "mode", "context", "intensity", "text", "source_ids",
    "mentions", "stands_for",
)  # fmt: skip
#: Fields that go through as they are, where a file has them (events coded by Detente).
PASSED = (
    "doc_id", "factuality", "attributed_to", "char_start", "char_end", "confidence", "dataset",
    "dataset_version", "coder_version",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Format:
    """How files of one publisher are read.

    Attributes
    ----------
    name, title
        As typed on the command line, and as a person says it.
    dataset
        What the column ``dataset`` of its rows says.
    delimiter, quote
        One character each; an empty ``quote`` turns quoting off, so that a stray quote in
        a field costs no rows.
    columns
        Column names: all of them, in order, where files have no header; else those that
        the header must have.
    widths
        How many columns a line of a headerless file may have; empty for files with a header.
    given
        SQL over the file's columns for each common field.
    side
        From name, place and role of a source or target to whom it stands for, with dates.
    date
        From the file's date to EDTF; raises :class:`ValueError`.
    act
        From CAMEO code, type and mode to type, mode and context; raises :class:`ValueError`.
    dated
        Whether a row without a date is a fault.
    """

    name: str
    title: str
    dataset: str
    delimiter: str
    quote: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    given: Mapping[str, str]
    side: Callable[[str, str, str], tuple[Side, ...]]
    date: Callable[[str], str]
    act: Callable[[str, str, str], Act] = from_cameo
    dated: bool = True

    @property
    def header(self) -> bool:
        """Whether the first line names the columns."""
        return not self.widths
