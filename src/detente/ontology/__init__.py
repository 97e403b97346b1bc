"""The names and numbers of the field: PLOVER types, kinds of act, CAMEO, the intensity scale.

Every table is a CSV beside this file; ``README.md`` there says where each comes from.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
from importlib import resources

#: PLOVER's sixteen types and their quad class: 1 verbal cooperation, 2 material
#: cooperation, 3 verbal conflict, 4 material conflict.
QUAD_CLASS: dict[str, int] = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1,
    "CONCEDE": 2, "COOPERATE": 2, "AID": 2, "RETREAT": 2,
    "REQUEST": 3, "ACCUSE": 3, "REJECT": 3, "THREATEN": 3,
    "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip
#: Older sets have YIELD for CONCEDE and RETREAT.
YIELD = frozenset({"CONCEDE", "RETREAT"})


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act, finer than a PLOVER type; ``family`` groups kinds easily confused."""

    kind: str
    event_type: str
    mode: str
    family: str
    label: str


@dataclasses.dataclass(frozen=True, slots=True)
class Trigger:
    """Words that report a kind of act: ``lemmas`` of part of speech ``pos``.

    When ``needs`` is not empty, one of its words or phrases must stand in the trigger's
    phrase (lower-cased lemmas) for the row to apply; ``@person`` is any person's name.
    """

    kind: str
    pos: str
    lemmas: frozenset[str]
    needs: tuple[str, ...]


def table(name: str, package: str = "detente.ontology") -> list[dict[str, str]]:
    """Rows of a CSV that ships beside the code."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def listed(cell: str) -> tuple[str, ...]:
    """What a cell lists, parted by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


@functools.cache
def kinds() -> dict[str, Kind]:
    """The kinds of act by name."""
    return {row["kind"]: Kind(**row) for row in table("kinds.csv")}


@functools.cache
def triggers() -> tuple[Trigger, ...]:
    """The trigger table, in the order in which its rows are tried."""
    return tuple(
        Trigger(
            row["kind"],
            row["pos"],
            frozenset(row["lemmas"].split("|")),
            tuple(part for part in row["needs"].split("|") if part),
        )
        for row in table("triggers.csv")
    )


@functools.cache
def _scale() -> dict[tuple[str, str], float]:
    return {(row["event_type"], row["mode"]): float(row["intensity"]) for row in table("scale.csv")}


def scale() -> dict[str, float]:
    """Conflict–cooperation weight of each PLOVER type, −10 (worst) … 10.

    Goldstein's (1992) weights carried over from CAMEO codes; ``scale.csv`` names the codes
    behind each number.
    """
    return {kind: weight for (kind, mode), weight in _scale().items() if not mode}


def intensity(event_type: str, mode: str = "") -> float:
    """Weight of a type and mode; the type's own where the mode has none.

    Raises
    ------
    KeyError
        ``event_type`` is not a PLOVER type.
    """
    weights = _scale()
    return weights.get((event_type, mode), weights[event_type, ""])
