"""The conflict–cooperation scale as a table: the shipped one, or the user's own."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from detente import ontology
from detente.errors import InputError

#: YIELD of the older 15-type sets stands for CONCEDE and RETREAT: the mean of the weights
#: of their CAMEO codes, 11 of CONCEDE at 5.0 and 15 of RETREAT at 8.0 (``scale.csv``).
YIELD_WEIGHT = 6.7
#: Types of an events file, quad class by type; YIELD is material cooperation.
TYPES: dict[str, int] = {**ontology.QUAD_CLASS, "YIELD": 2}

Weights = dict[tuple[str, str], int]


def default() -> Weights:
    """Weights in thousandths by (type, mode); mode ``""`` is the type's own weight."""
    rows = ontology.table("scale.csv")
    weights = {(row["event_type"], row["mode"]): _milli(row["intensity"]) for row in rows}
    weights["YIELD", ""] = _milli(str(YIELD_WEIGHT))
    return weights


def of(scale: str | Path | Mapping[str, float] | None) -> Weights:
    """The scale to use.

    Parameters
    ----------
    scale
        ``None`` for the shipped one; a CSV with columns ``event_type``, ``intensity`` and
        optionally ``mode``; or a mapping type → weight. Weights lie in −10…10. A table of
        the user's own must weigh all sixteen types; YIELD, when missing, gets the mean of
        CONCEDE and RETREAT.

    Returns
    -------
    dict
        (type, mode) → weight in thousandths.

    Raises
    ------
    InputError
        A type is unknown or missing, or a weight is not a number in −10…10.
    """
    if scale is None:
        return default()
    if isinstance(scale, Mapping):
        where, rows = "scale", [(0, kind, "", str(value)) for kind, value in scale.items()]
    else:
        where, rows = str(scale), _read(Path(scale))
    weights: Weights = {}
    for line, kind, mode, value in rows:
        at = f"{where}:{line}" if line else where
        if kind not in TYPES:
            raise InputError(at, f"event_type {kind!r}", ", ".join(TYPES))
        weights[kind, mode] = _milli(value, at)
    missing = [kind for kind in ontology.QUAD_CLASS if (kind, "") not in weights]
    if missing:
        raise InputError(
            where, f"no weight for {', '.join(missing)}", "a weight for each type",
            "add a row per type with an empty mode",
        )  # fmt: skip
    mean = round((weights["CONCEDE", ""] + weights["RETREAT", ""]) / 2)
    weights.setdefault(("YIELD", ""), mean)
    return weights


def _read(path: Path) -> list[tuple[int, str, str, str]]:
    if not path.is_file():
        raise InputError(path, "no such file", "a CSV with event_type and intensity")
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"event_type", "intensity"} <= set(reader.fieldnames or ()):
            raise InputError(
                f"{path}:1", f"columns {', '.join(reader.fieldnames or ())}",
                "event_type and intensity (mode is optional)",
            )  # fmt: skip
        return [
            (reader.line_num, row["event_type"].strip(), (row.get("mode") or "").strip(),
             row["intensity"])
            for row in reader
        ]  # fmt: skip


def _milli(text: str, where: str = "scale.csv") -> int:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = math.nan
    if not -10 <= value <= 10:
        raise InputError(where, f"intensity {text!r}", "a number from -10 to 10")
    return round(value * 1000)
