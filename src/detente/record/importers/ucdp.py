"""UCDP Georeferenced Event Dataset (GED): organised violence, each row an ASSAULT.

Fields: R. Sundberg and E. Melander, Journal of Peace Research 50(4), 2013; UCDP GED codebook.
UCDP does not say who attacked whom in a fight: side A is the source and side B the target.
In one-sided violence the target is the civilians of the country in which it happened.
"""

from __future__ import annotations

from detente.record.importers import dates
from detente.record.importers.acts import Act
from detente.record.importers.format import Format
from detente.record.importers.sides import UNKNOWN, Side, by_code, by_name

#: Gleditsch–Ward numbers that differ from COW's for states since 1989.
_GW = {"678": "YEM", "340": "SRB", "260": "DEU"}


def side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom a side stands for.

    ``place`` is its Gleditsch–Ward number if it is a state, or the name of a country when
    the side is civilians; ``role`` is the type of violence and the letter of the side.
    """
    if role == "3b":
        return tuple(Side(one.key, "CVL", one.first, one.last) for one in by_name(place) or UNKNOWN)
    number = place.split(",")[0].strip().removesuffix(".0")
    if number:
        found = by_code(_GW.get(number, number))
        return tuple(Side(one.key, "MIL", one.first, one.last) for one in found or UNKNOWN)
    return by_name(name) or (Side("", "REB"),)


def date(text: str) -> str:
    """``start|end|precision`` to EDTF; precision 1 is an exact day.

    Raises
    ------
    ValueError
        A day that is none.
    """
    start, end, precision = text.split("|")
    first, last = dates.iso_day(start), dates.iso_day(end or start)
    return first if precision == "1" or first == last else f"{first}/{last}"


def act(cameo: str, event_type: str, mode: str) -> Act:
    """Every row of GED is violence that killed at least one person."""
    return Act("ASSAULT")


GED = Format(
    "ucdp", "UCDP GED", "UCDP GED", ",", '"',
    ("id", "type_of_violence", "side_a", "side_b", "country", "date_prec", "date_start",
     "date_end", "gwnoa", "gwnob"),
    (),
    {
        "id": "id", "date": "date_start || '|' || coalesce(date_end, '') || '|' || date_prec",
        "source_name": "side_a", "source_place": "gwnoa", "source_role": "type_of_violence || 'a'",
        "target_name": "side_b",
        "target_place": "CASE WHEN type_of_violence = '3' THEN country ELSE gwnob END",
        "target_role": "type_of_violence || 'b'",
    },
    side, date, act,
)  # fmt: skip
