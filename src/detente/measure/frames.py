"""Tables as the reader wants them: a dict of columns, rows, pandas, polars or arrow."""

from __future__ import annotations

import importlib
from typing import Any

from detente.engine.sql import Columns
from detente.errors import DetenteError, InputError

KINDS = ("columns", "rows", "pandas", "polars", "arrow")


def to(columns: Columns, kind: str = "columns") -> Any:
    """A table in another form.

    Parameters
    ----------
    columns
        Name → array, all of one length.
    kind
        ``columns`` (as is), ``rows`` (a list of dicts of plain Python values), ``pandas``,
        ``polars`` or ``arrow``.

    Raises
    ------
    InputError
        ``kind`` is none of these.
    DetenteError
        The library is not installed.
    """
    if kind == "columns":
        return columns
    plain = {name: values.tolist() for name, values in columns.items()}
    if kind == "rows":
        return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]
    if kind == "pandas":
        return _library("pandas").DataFrame(plain)
    if kind == "polars":
        return _library("polars").DataFrame(plain)
    if kind == "arrow":
        return _library("pyarrow").table(plain)
    raise InputError("the form of the table", repr(kind), ", ".join(KINDS))


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DetenteError(
            "the form of the table", f"the package {name} is not installed",
            "columns or rows, which need nothing", f"pip install {name}",
        ) from error  # fmt: skip
