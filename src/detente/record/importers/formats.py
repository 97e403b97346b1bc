"""The formats that Detente reads, by name."""

from __future__ import annotations

import functools

from detente.errors import InputError
from detente.record.importers import gdelt, icews, polecat, ucdp
from detente.record.importers.format import Format


@functools.cache
def formats() -> dict[str, Format]:
    """Every format that needs no column map, by name."""
    found = (
        gdelt.GDELT1, gdelt.GDELT2, gdelt.REDUCED, icews.RAW, icews.TRIPLES, polecat.POLECAT,
        ucdp.GED,
    )  # fmt: skip
    return {form.name: form for form in found}


def names() -> list[str]:
    """All format names, ``csv`` (with a column map) included."""
    return [*formats(), "csv"]


def named(name: str) -> Format:
    """The format of that name.

    Raises
    ------
    InputError
        There is none.
    """
    if name not in formats():
        raise InputError("FORMAT", repr(name), f"one of {', '.join(names())}")
    return formats()[name]
