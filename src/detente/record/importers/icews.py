"""ICEWS: the raw tab files as published, and the simple triples (date, source, relation, target).

Fields of the raw files: ICEWS Coded Event Data, Harvard Dataverse, doi:10.7910/DVN/28075.
"""

from __future__ import annotations

import functools
import re

from detente.ontology import table
from detente.record.importers import dates
from detente.record.importers.acts import Act, from_cameo
from detente.record.importers.format import Format
from detente.record.importers.sides import UNKNOWN, Side, by_name, folded, sector_of

_ROLE_IN_PLACE = re.compile(r"(?P<role>.*\S) \((?P<place>[^()]+)\)")


def side(name: str, place: str, role: str) -> tuple[Side, ...]:
    """Whom an ICEWS actor stands for.

    A state is coded under many names: "China", "Government (China)", "Citizen (China)",
    "Xi Jinping". All stand for China, each with its sector.

    Parameters
    ----------
    name
        As in the file: a state, a role and its place in brackets, a person or a body.
    place
        The country column of the raw files; empty in the triples.
    role
        The sectors column of the raw files ("NA" and empty: none).
    """
    role = "" if role == "NA" else role
    match = _ROLE_IN_PLACE.fullmatch(name)
    own = by_name(name)
    if place and place != "NA":
        found = by_name(place)
        itself = not role and own and own[0].key == (found[0].key if found else "")
        sector = "GOV" if itself else sector_of(match["role"] if match else role) or sector_of(role)
    elif match:
        found, sector = by_name(match["place"]), sector_of(match["role"])
    else:
        found, sector = own, sector_of(role)
    if not found:
        found = own or UNKNOWN
    if not sector:
        return found
    return tuple(Side(one.key, sector, one.first, one.last) for one in found)


@functools.cache
def _by_label() -> dict[str, str]:
    return {folded(row["label"]): row["cameo"] for row in table("cameo_to_plover.csv")}


def act(cameo: str, label: str, mode: str) -> Act:
    """PLOVER's type of a CAMEO code, or, where the code is missing, of its label in words.

    Raises
    ------
    ValueError
        Neither a code nor a label of CAMEO's.
    """
    return from_cameo(cameo or _by_label().get(folded(label), ""))


RAW = Format(
    "icews", "ICEWS raw tab files", "ICEWS", "\t", "",
    ("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
     "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
     "Sentence Number"),
    (),
    {
        "id": '"Event ID"', "date": '"Event Date"',
        "source_name": '"Source Name"', "source_place": '"Source Country"',
        "source_role": '"Source Sectors"', "target_name": '"Target Name"',
        "target_place": '"Target Country"', "target_role": '"Target Sectors"',
        "cameo": '"CAMEO Code"', "intensity": '"Intensity"', "text": '"Event Text"',
        "type": '"Event Text"',
        "source_ids": "'story ' || \"Story ID\" || ', sentence ' || \"Sentence Number\"",
    },
    side, dates.iso_day, act,
)  # fmt: skip
TRIPLES = Format(
    "icews-triples", "ICEWS as triples", "ICEWS", ",", '"',
    ("date", "source", "relation", "target", "cameo_code"),
    (),
    {
        "date": "date", "source_name": "source", "target_name": "target", "cameo": "cameo_code",
        "text": "relation", "type": "relation", "intensity": "goldstein",
    },
    side, dates.iso_day, act,
)  # fmt: skip
