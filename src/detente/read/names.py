"""Names: a phrase and whom it names, the parts of a person's name, and when a name is meant."""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata

#: States of whose people English texts use the first part of the name alone: the family name,
#: or the given one where the other is the father's.
_FIRST_ALONE = frozenset({"CHN", "PRK", "KOR", "TWN", "VNM", "HKG", "KHM", "ETH", "ERI", "ISL"})
_ARTICLE = re.compile(r"^(?:[Aa]l|[Ee]l|as|ash|at|ath|az|ad|an|ar)-(?=[A-Z])")
_INITIAL = re.compile(r"(?<=\s)([A-Z])\.(?=\s)")
_NO_SURNAME = re.compile(r"^(?:[IVX]+|.|.\.|[JS]r\.?|\d.*)$")


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A phrase and whom it names; ``form`` is state, adjective, capital, city, body or person.

    ``start`` and ``end`` are EDTF dates or empty: when the name (the office) held.
    """

    phrase: str
    form: str
    iso3: str = ""
    code: str = ""
    sector: str = ""
    person: str = ""
    start: str = ""
    end: str = ""
    rank: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """When a lone name is meant, in EDTF: the date of the ``text``, and of what it tells.

    ``told`` are years at which the sentence says that something was done ("in 1956"); they
    count before the date of the text. ``named`` are the sentence's other years and the one
    last named before; they count after it. ``titled``: an office stands before the name.
    """

    text: str | None = None
    told: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    titled: bool = False


def unaccented(name: str) -> str:
    """A name without accents on its letters."""
    if name.isascii():
        return name
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c))


def spellings(name: str) -> tuple[str, ...]:
    """A person's name as texts write it: also without accents, and without dots on initials."""
    undotted = _INITIAL.sub(r"\1", name)
    return tuple(dict.fromkeys((name, unaccented(name), undotted)))


def family_name(person: str, iso3: str) -> str:
    """The part of a full name that stands alone in texts."""
    parts = person.split()
    return parts[0] if iso3 in _FIRST_ALONE else parts[-1]


@functools.cache
def lone_names(person: str, iso3: str) -> frozenset[str]:
    """Words by which a person can be meant alone: family or last name, plain, no article."""
    words = {family_name(person, iso3), person.split()[-1]}
    words |= {_ARTICLE.sub("", word) for word in words}
    words |= {unaccented(word) for word in words}
    return frozenset(word for word in words if not _NO_SURNAME.match(word))
