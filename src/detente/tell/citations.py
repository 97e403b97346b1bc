"""The sources behind a brief as CSL-JSON and BibTeX, one entry each, under stable keys.

CSL-JSON follows the Citation Style Language's input schema (version 1.0.2). BibTeX is written
for both old and new tools: accented Latin letters and special characters as TeX commands, other
scripts in UTF-8, and names as they stand in the casebook, in braces, because nothing there says
which part of "Kim Ji-hyun" is the family name.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import unicodedata
from typing import Any
from urllib.parse import quote, urlsplit

from detente.record.casebook import Casebook
from detente.schema import Evidence, bounds
from detente.tell.result import Brief
from detente.tell.wording import plain

_CSL_TYPE = {"news": "article-newspaper", "book": "book", "dataset": "dataset",
             "official": "document"}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
#: Accents that TeX sets on a Latin letter: combining character to command.
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=",
            "\u0306": "u", "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H",
            "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k", "\u0331": "b"}  # fmt: skip
#: BibTeX counts braces even behind a backslash: a brace in a text must be a command.
_SPECIAL = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}", "^": r"{\textasciicircum}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "ß": r"{\ss}", "ø": r"{\o}", "Ø": r"{\O}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}",
    "Œ": r"{\OE}", "ł": r"{\l}", "Ł": r"{\L}", "ı": r"{\i}",
    "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"{\ldots}",
    "\u00a0": "~",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Cited:
    """A source and what it serves: ``row`` as in the casebook's table of sources.

    ``statements`` are the numbers of the statements as on the page; ``records`` the rows that
    cite it, each with the place in the source.
    """

    key: str
    row: dict[str, str]
    statements: tuple[int, ...]
    records: tuple[tuple[str, str], ...]


def cited(brief: Brief) -> list[Cited]:
    """The sources of all records that a verdict of the brief shows, by key."""
    cites = _cites(brief.casebook)
    rows: dict[str, dict[str, str]] = {}
    numbers: dict[str, dict[int, None]] = {}
    records: dict[str, dict[tuple[str, str], None]] = {}
    for number, item in enumerate(brief.findings, 1):
        for evidence in item.verdict.evidence if item.verdict else ():
            row = _source(evidence, cites, brief.casebook)
            rows[row["id"]] = row
            numbers.setdefault(row["id"], {})[number] = None
            where = (evidence.record_id, evidence.source_where)
            records.setdefault(row["id"], {})[where] = None
    found = [Cited(key_of(i), rows[i], tuple(numbers[i]), tuple(records[i])) for i in rows]
    return sorted(found, key=lambda one: one.key)


def key_of(source_id: str) -> str:
    """A citation key that BibTeX takes, from the source's id alone, so that it never changes.

    An id of lower-case ASCII letters, digits, dot, colon and hyphen is its own key. Any other
    loses what does not fit and gets six digits of its SHA-256, so that no two fall together
    (BibTeX takes ``A`` and ``a`` for the same).
    """
    if re.fullmatch(r"[a-z0-9][a-z0-9.:-]*", source_id):
        return source_id
    ascii_only = unicodedata.normalize("NFKD", source_id).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^a-z0-9.:]+", "-", ascii_only.lower()).strip("-.:") or "source"
    return f"{kept}-{hashlib.sha256(source_id.encode()).hexdigest()[:6]}"


def csl_json(brief: Brief) -> str:
    """The sources as a CSL-JSON array, for Zotero, Pandoc and the like."""
    return json.dumps([_csl(one) for one in cited(brief)], ensure_ascii=False, indent=1) + "\n"


def bibtex(brief: Brief) -> str:
    """The sources as a BibTeX file in UTF-8; empty of entries where no record was used."""
    return "\n".join(entry(one) for one in cited(brief))


def _cites(case: Casebook) -> dict[str, str]:
    """Source id of every row that can be evidence, by the row's id."""
    found = {row.record_id: row.cite for row in case.records}
    return found | {row.occasion_id: row.cite for row in case.occasions}


def _source(evidence: Evidence, cites: dict[str, str], case: Casebook) -> dict[str, str]:
    """The row of the table of sources that a record cites.

    A row of a series or of a claim's own file is known by the title of its source only; a mean
    over the rows of a table cites the table.
    """
    cite = cites.get(evidence.record_id, "")
    if cite in case.sources:
        return case.sources[cite]
    for row in case.sources.values():
        if row.get("title") == evidence.source and row.get("url", "") == evidence.url:
            return row
    table = evidence.table.removesuffix(".csv")
    if not cite and table in case.tables:
        title = f"{case.title}: table {table}"
        return {"id": f"{case.name}.{table}", "title": title, "kind": "dataset"}
    words = cite or evidence.source or evidence.table
    return {"id": words, "title": words, "url": evidence.url, "kind": "dataset"}


def web_address(text: str) -> str:
    """An ``http`` or ``https`` address with what a URL may not hold escaped; else empty."""
    text = plain(text).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~-._")


def _clean(row: dict[str, str], name: str) -> str:
    return " ".join(plain(row.get(name) or "").split())


def people(author: str) -> tuple[list[dict[str, str]], str]:
    """CSL names of a cell with ``;`` between several, and what is no author ("translated by …").

    A part counts as family and given name only where the casebook has a comma between them.
    """
    names, rest = [], []
    for part in (part.strip() for part in author.split(";")):
        family, comma, given = (word.strip() for word in part.partition(","))
        if not part:
            continue
        if part[0].islower():
            rest.append(part)
        elif comma and family and given and "," not in given and _is_name(f"{family} {given}"):
            names.append({"family": family, "given": given})
        else:
            names.append({"literal": part})
    return names, "; ".join(rest)


def _is_name(text: str) -> bool:
    return len(text.split()) <= 5 and all(word[0].isupper() for word in text.split())


def _date_parts(edtf: str) -> list[list[int]]:
    """CSL date-parts of a date or an interval, never more exact than it is; empty if unknown."""
    try:
        bounds(edtf)
    except ValueError:
        return []
    ends = [re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?$", end) for end in edtf.split("/")]
    if not all(ends):
        return []
    return [[int(part) for part in end.groups() if part] for end in ends if end]


def _csl(one: Cited) -> dict[str, Any]:
    row = one.row
    kind, url = row.get("kind", ""), web_address(row.get("url") or "")
    names, rest = people(_clean(row, "author"))
    item: dict[str, Any] = {
        "id": one.key,
        "type": _CSL_TYPE.get(kind, "webpage" if url else "document"),
        "title": _clean(row, "title"),
    }
    if names:
        item["author"] = names
    publisher = _clean(row, "publisher")
    if publisher:
        within = item["type"] in {"article-newspaper", "webpage"}
        item["container-title" if within else "publisher"] = publisher
    parts = _date_parts(row.get("date") or "")
    if parts:
        circa = {"circa": True} if "~" in (row.get("date") or "") else {}
        item["issued"] = {"date-parts": parts} | circa
    if url:
        item["URL"] = url
    if rest:
        item["note"] = rest
    return item | {"annote": _serves(one)}


def _serves(one: Cited) -> str:
    """What the source is cited for, so that an entry leads back to the page and the rows."""
    numbers = ", ".join(map(str, one.statements))
    rows = "; ".join(
        plain(f"{record} ({where})" if where else record) for record, where in one.records
    )
    noun = "Statement" if len(one.statements) == 1 else "Statements"
    return f"{noun} {numbers} of the brief. Records: {rows}."


def entry(one: Cited) -> str:
    """One BibTeX entry: fields that every style knows; ``annote`` is printed by few."""
    row = one.row
    kind, publisher = row.get("kind", ""), _clean(row, "publisher")
    names, rest = people(_clean(row, "author"))
    entry_type, holder = "misc", "howpublished"
    if kind == "book":
        entry_type, holder = "book", "publisher"
    elif kind == "news" and publisher:
        entry_type, holder = "article", "journal"
    fields = {
        "author": " and ".join(_tex_name(name) for name in names),
        "title": f"{{{tex(_clean(row, 'title'))}}}",  # inner braces: no style lowers "DPRK"
        holder: tex(publisher),
    }
    fields |= _tex_date(_date_parts(row.get("date") or ""))
    fields |= {
        "url": web_address(row.get("url") or ""),
        "note": tex(rest),
        "annote": tex(_serves(one)),
    }
    # A month is a bare macro (oct), which styles spell in their own language.
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
        if value
    ]
    return f"@{entry_type}{{{one.key},\n" + ",\n".join(lines) + "\n}\n"


def _tex_name(name: dict[str, str]) -> str:
    if "literal" in name:
        return f"{{{tex(name['literal'])}}}"
    return f"{tex(name['family'])}, {tex(name['given'])}"


def _tex_date(parts: list[list[int]]) -> dict[str, str]:
    if not parts:
        return {}
    if len(parts) == 2:
        first, last = parts[0][0], parts[1][0]
        return {"year": f"{first}--{last}" if first != last else str(first)}
    year, month, day = (*parts[0], 0, 0)[:3]
    fields = {"year": f"{year:04}"}
    if month in range(1, 13):
        fields["month"] = _MONTHS[month - 1]
        fields |= {"day": str(day)} if day else {}
    return fields


def tex(text: str) -> str:
    """Text as TeX prints it: specials and accents as commands, braces always balanced."""
    return "".join(_tex_character(c) for c in unicodedata.normalize("NFC", text))


def _tex_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    base, mark = (*unicodedata.normalize("NFD", character), "", "")[:2]
    whole = unicodedata.normalize("NFD", character)
    if len(whole) != 2 or not (base.isascii() and base.isalpha()) or mark not in _ACCENTS:
        return character
    above = _ACCENTS[mark] not in {"d", "c", "k", "b"}
    letter = f"\\{base}" if base in "ij" and above else base
    return f"{{\\{_ACCENTS[mark]}{{{letter}}}}}"
