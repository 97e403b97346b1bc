"""A casebook made by hand, of records only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.record.casebook import Casebook, Record, Table


def record(record_id: str, date: str, kind: str = "visit", **extra: str) -> Record:
    """A record of a hand-made casebook; ``source`` and ``target`` default to CHN and PRK."""
    source, target = extra.pop("source", "CHN"), extra.pop("target", "PRK")
    return Record(
        record_id=record_id, table=extra.pop("table", "acts"), date=date,
        sources=tuple(source.split(";")), targets=tuple(target.split(";")), event_type="CONSULT",
        mode="", kind=kind, title=extra.pop("title", record_id), terms=(), people=(), place="",
        cite="", cite_where="", confidence="high", note="", extra=extra,
    )  # fmt: skip


def handmade(
    records: list[Record], complete: tuple[Any, Any] | None = None, folder: Path = Path(".")
) -> Casebook:
    """A casebook of records only."""
    names = sorted({one.table for one in records})
    tables = {
        n: Table(
            name=n,
            path=folder / f"{n}.csv",
            role="records",
            counting_rule="",
            complete=complete,
            from_first=(),
            rows=0,
            sha256="",
        )
        for n in names
    }
    ordered = tuple(sorted(records, key=lambda one: (one.span, one.record_id)))
    return Casebook("hand", "hand", folder, ("CHN", "PRK"), tables, ordered, (), (), {}, {}, ())
