"""POLECAT: PLOVER events in tab files with a header.

Fields: POLECAT Weekly Data, Harvard Dataverse, doi:10.7910/DVN/AJGVIT.
"""

from __future__ import annotations

from detente.record.importers import dates
from detente.record.importers.acts import from_plover
from detente.record.importers.format import Format
from detente.record.importers.sides import UNKNOWN, Side, by_code, by_name


def side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom a POLECAT actor stands for: the first of its countries, with its primary sector.

    ``place`` is an alpha-3 code, a list of them joined by ``;``, or ``None`` in words.
    """
    first = place.split(";")[0].strip()
    named = by_name(name.split(";")[0].strip())
    found = () if first in {"", "None"} else by_code(first) or by_name(first)
    sector = "" if role in {"", "None"} else role.split(";")[0].strip()
    return tuple(
        Side(one.key, sector or one.sector, one.first, one.last)
        for one in found or named or UNKNOWN
    )


def _some(column: str) -> str:
    """The column, with the word None as empty."""
    return f"nullif(\"{column}\", 'None')"


POLECAT = Format(
    "polecat", "POLECAT (PLOVER)", "POLECAT", "\t", "",
    ("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Contexts", "Actor Name",
     "Actor Country", "Primary Actor Sector", "Recipient Name", "Recipient Country",
     "Primary Recipient Sector"),
    (),
    {
        "id": '"Event ID"', "date": '"Event Date"', "type": '"Event Type"',
        "mode": _some("Event Mode"), "context": _some("Contexts"), "intensity": _some("Intensity"),
        "source_name": _some("Actor Name"), "source_place": _some("Actor Country"),
        "source_role": _some("Primary Actor Sector"), "target_name": _some("Recipient Name"),
        "target_place": _some("Recipient Country"), "target_role": _some("Primary Recipient Sector"),
    },
    side, dates.iso_day, from_plover,
)  # fmt: skip
