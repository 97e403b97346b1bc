"""GDELT: events 1.0 (57 or 58 columns), 2.0 (61), and the reduced file (17); tab, no header.

Column names: GDELT Event Database, data format codebook (1.03 for 1.0, 2.0).
"""

from __future__ import annotations

from detente.record.importers import dates
from detente.record.importers.format import Format
from detente.record.importers.sides import UNKNOWN, Side, by_code

_ACTOR = (
    "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code "
    "Type1Code Type2Code Type3Code"
).split()
_GEO = "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID".split()
_EVENT = (
    "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions "
    "NumSources NumArticles AvgTone"
).split()


def _columns(with_adm2: bool) -> tuple[str, ...]:
    actors = [f"Actor{number}{part}" for number in (1, 2) for part in _ACTOR]
    places = [
        f"{whose}Geo_{part}"
        for whose in ("Actor1", "Actor2", "Action")
        for part in _GEO
        if with_adm2 or part != "ADM2Code"
    ]
    head = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    return (*head, *actors, *_EVENT, *places, "DATEADDED", "SOURCEURL")


#: CAMEO's type codes that are sectors of ours under another name.
_SECTORS = {"SEP": "REB", "UAF": "INS", "RAD": "INS", "MNC": "BUS", "SET": "CVL", "NGM": "NGO"}


def side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom a GDELT actor stands for.

    Parameters
    ----------
    name
        ``Actor1Name``; not used, as GDELT has resolved it.
    place
        ``Actor1CountryCode`` (CAMEO, three letters) or empty.
    role
        Known group and the three type codes, joined by ``;``.
    """
    group, *types = [*role.split(";"), ""]
    sector = next((_SECTORS.get(code, code) for code in types if code), "")
    found = (place and by_code(place)) or (group and by_code(group)) or UNKNOWN
    return tuple(
        Side(one.key, sector or one.sector, one.first, one.last) if sector else one for one in found
    )


def reduced_side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom an actor code of the reduced file stands for: ``CHNGOV``, ``PRK``, ``UNO``, ``COP``."""
    parts = [name[start : start + 3] for start in range(0, len(name), 3)]
    for start, part in enumerate(parts):
        found = by_code(part)
        if found:
            return side("", part, ";".join(["", *parts[start + 1 :]]))
    return (Side("", _SECTORS.get(parts[0], parts[0]) if parts else ""),)


def _given(source: str, target: str) -> dict[str, str]:
    fields = {}
    for whose, actor in (("source", source), ("target", target)):
        fields[f"{whose}_name"] = f"{actor}Name"
        fields[f"{whose}_place"] = f"{actor}CountryCode"
        fields[f"{whose}_role"] = (
            f"coalesce({actor}KnownGroupCode, '') || ';' || coalesce({actor}Type1Code, '') || ';' "
            f"|| coalesce({actor}Type2Code, '') || ';' || coalesce({actor}Type3Code, '')"
        )
    return {
        **fields, "id": "GLOBALEVENTID", "date": "SQLDATE", "cameo": "EventCode",
        "intensity": "GoldsteinScale", "source_ids": "SOURCEURL", "mentions": "NumMentions",
    }  # fmt: skip


GDELT1 = Format(
    "gdelt1", "GDELT 1.0 events", "GDELT 1.0", "\t", "", _columns(False), (57, 58),
    _given("Actor1", "Actor2"), side, dates.compact,
)  # fmt: skip
GDELT2 = Format(
    "gdelt2", "GDELT 2.0 events", "GDELT 2.0", "\t", "", _columns(True), (61,),
    _given("Actor1", "Actor2"), side, dates.compact,
)  # fmt: skip
REDUCED = Format(
    "gdelt-reduced", "GDELT's reduced event file", "GDELT reduced", "\t", "",
    tuple(
        "Date Source Target CAMEOCode NumEvents NumArts QuadClass Goldstein SourceGeoType "
        "SourceGeoLat SourceGeoLong TargetGeoType TargetGeoLat TargetGeoLong ActionGeoType "
        "ActionGeoLat ActionGeoLong".split()
    ),
    (17,),
    {
        "date": "Date", "source_name": "Source", "target_name": "Target", "cameo": "CAMEOCode",
        "intensity": "Goldstein", "mentions": "NumArts", "stands_for": "NumEvents",
    },
    reduced_side, dates.compact,
)  # fmt: skip
