"""Any CSV or TSV with a header, through a map from our fields to its columns."""

from __future__ import annotations

from collections.abc import Mapping

from detente.errors import InputError
from detente.record.importers import dates
from detente.record.importers.acts import from_plover
from detente.record.importers.format import PASSED, Format
from detente.record.importers.sides import Side, by_code, by_name

#: Fields a user may map, and the common field each becomes.
FIELDS = {
    "event_id": "id", "date": "date", "source_iso3": "source_place", "source_name": "source_name",
    "source_sector": "source_role", "target_iso3": "target_place", "target_name": "target_name",
    "target_sector": "target_role", "event_type": "type", "mode": "mode", "context": "context",
    "cameo_code": "cameo", "intensity": "intensity", "text": "text", "source_ids": "source_ids",
    **{name: name for name in PASSED},
}  # fmt: skip


def side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom a row names: by code (ISO alpha-3, alpha-2, COW) or name; an unknown code is kept."""
    found = by_code(place) or by_name(place) if place else by_name(name)
    kept = found or (Side(place.strip().upper()),)
    return tuple(Side(one.key, role or one.sector, one.first, one.last) for one in kept)


def with_columns(
    columns: Mapping[str, str],
    dataset: str = "csv",
    delimiter: str = ",",
    header: tuple[str, ...] = (),
) -> Format:
    """A format for files with a header.

    Parameters
    ----------
    columns
        Our field → name of the file's column. Fields not mapped are taken from a column
        of the same name, if ``header`` has it.
    dataset
        What ``dataset`` of the rows says.
    delimiter
        Comma or tab; tab turns quoting off.
    header
        The file's column names.

    Raises
    ------
    InputError
        A field that is none of ours, or a needed one that no column gives.
    """
    for field in columns:
        if field not in FIELDS:
            raise InputError(
                f"--column {field}={columns[field]}", f"no field {field!r}",
                f"one of {', '.join(FIELDS)}",
            )  # fmt: skip
    chosen = {field: columns.get(field, field) for field in FIELDS}
    chosen = {
        field: column for field, column in chosen.items() if field in columns or column in header
    }
    for needed in (("date",), ("event_type", "cameo_code"), ("source_iso3", "source_name"),
                   ("target_iso3", "target_name")):  # fmt: skip
        if header and not any(field in chosen for field in needed):
            raise InputError(
                "the column map", f"no column for {' or '.join(needed)}",
                f"one of the file's columns: {', '.join(header)}",
                f"add --column {needed[0]}=NAME",
            )  # fmt: skip
    quoted = {
        FIELDS[field]: '"' + column.replace('"', '""') + '"' for field, column in chosen.items()
    }
    return Format(
        "csv", "CSV with a column map", dataset, delimiter, "" if delimiter == "\t" else '"',
        tuple(chosen.values()), (), quoted, side, dates.edtf, from_plover, dated=False,
    )  # fmt: skip
