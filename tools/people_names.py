"""Reading actor dictionaries: entries and dates, names in proper case, what counts as a name."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from detente.record.importers.sides import folded

TITLES = frozenset(
    """president prime minister premier chancellor king queen prince princess emperor sultan
    emir shah general gen. col. colonel major maj. brig. brigadier lt. lieutenant field marshal
    admiral air captain capt. vice secretary senator sir dame lord lady baroness baron dr. dr
    prof. professor mr. mrs. ms. hon. sheikh shaykh shaikh sayyid sayyed sayed ayatollah
    hojjat_ol_eslam hojjatoleslam imam mullah haji hajji alhaji former leader foreign defence
    defense finance interior russian soviet french german british chinese israeli american us
    u.s. iraqi iranian syrian turkish egyptian ukrainian comrade chairman ambassador
    bishop archbishop makhdoom datuk dato seri congressman representative of state
    communist chief party ex-soviet then acting interim""".split()
)
# Titles after which a name begins, whatever stands before ("Soviet leader ...").
LEADERS = frozenset(
    """president premier chancellor leader minister secretary ambassador bundeskanzler kanzler
    governor govenor gov. president-elect vice-president state""".split()
)
# Words that stay small inside a name, and small-first forms joined by a hyphen.
PARTICLES = frozenset(
    """de del della di da das do dos la las le les lo los el al an ar as ash at az ad e y i
    van von der den ter ten zu zur af av bin bint ibn ben ould wa ud ul ol und of the""".split()
)
UPPER = re.compile(r"^(?:I{1,3}|IV|VI{0,3}|IX|XI{0,3}|XIV|XVI)$")
# Not names of people, though of two words and dated.
NOT_NAMES = frozenset(
    """administration government ministry party army force forces council committee parliament
    regime spokesman spokesperson cabinet embassy presidency court commission junta vacant
    republic movement""".split()
)


def untitled(raw: str) -> str:
    """A dictionary's name without underscores and without the titles before it.

    Parameters
    ----------
    raw
        As in the dictionary: ``PRESIDENT_ABDULLAH_GUL_``.

    Returns
    -------
    str
        ``ABDULLAH GUL``. A single word that is left ("KING HUSSEIN") is no phrase: it comes
        back alone and `is_phrase` turns it away.
    """
    text = "".join(
        c for c in raw.replace("HOJJAT_OL_ESLAM", "") if c.isprintable() and c != "\ufffd"
    )
    words = text.replace("_", " ").split()
    last = max((n for n, w in enumerate(words) if w.casefold() in LEADERS), default=-1)
    words = words[last + 1 :]
    while words and words[0].casefold() in TITLES:
        words = words[1:]
    return " ".join(words)


def is_phrase(name: str) -> bool:
    """Whether a name can be looked for in a text: two words or more, none of them an office."""
    words = name.split()
    full = [w for w in words if len(w.rstrip(".")) > 1 and w.casefold() not in PARTICLES]
    if (
        len(words) < 2
        or not full
        or words[-1].casefold() in {"mc", "mac", *PARTICLES}
        or any(ch.isdigit() or ch in ',()"' for ch in name)
    ):
        return False
    if len(full) < 2 and not UPPER.match(words[-1]):
        return False
    if len(words[-1].rstrip(".")) == 1 and not UPPER.match(words[-1]):
        return False
    return not any(w.casefold() in NOT_NAMES or w.casefold() in {"former"} for w in words)


def cased(name: str) -> str:
    """An upper-case name in proper case: McDonald, al-Assad, de Gaulle, bin Salman, O'Neill."""
    words = name.split()
    out = []
    for place, word in enumerate(words):
        if UPPER.match(word) and place:
            out.append(word)
        elif word.casefold() in PARTICLES and 0 < place < len(words) - 1:
            out.append(word.casefold())
        else:
            out.append("-".join(_part(part) for part in word.split("-")))
    text = " ".join(out)
    # An Arabic article is written with the word it belongs to.
    return re.sub(r"(?<=\w )al (?=[A-ZÀ-Ž])", "al-", text)


def _part(word: str) -> str:
    text = re.sub(r"[^\W\d_]", lambda m: m[0].upper(), word.casefold(), count=1)
    text = re.sub(r"^(Mc)([a-z])", lambda m: m[1] + m[2].upper(), text)
    text = re.sub(r"^([OD]['’])([a-z])", lambda m: m[1] + m[2].upper(), text)
    return re.sub(r"\.([a-z])", lambda m: "." + m[1].upper(), text)


def entries(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Names and codes of each entry of a TABARI actor file."""
    names: list[str] = []
    codes: list[str] = []
    for line in path.read_bytes().decode("utf-8", errors="replace").splitlines():
        text = line.split("#")[0].strip()
        if not text or text.startswith(";"):
            continue
        if text.startswith("["):
            codes.append(text)
        elif text.startswith("+"):
            names.append(text[1:].split("[")[0].strip())
        elif names and not codes and set(text.split("_")) & set(names[0].split("_")) - {""}:
            names.append(text)  # a name without the "+" that it should have
        else:
            if names:
                yield names, codes
            name, _, code = text.partition("[")
            names, codes = [name.strip()], ["[" + code] if code else []
    if names:
        yield names, codes


def day(digits: str) -> dt.date | None:
    """YYMMDD (45–99 and 15–44 are 19xx, the rest 20xx) or YYYYMMDD; impossible days None."""
    if len(digits) == 6:
        digits = ("20" if int(digits[:2]) < 15 else "19") + digits
    if len(digits) != 8:
        return None
    year, month, number = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not 1 <= month <= 12 or not 1 <= number <= 31 or year < 1800:
        return None
    return dt.date(year, month, min(number, calendar.monthrange(year, month)[1]))


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


PLAIN = str.maketrans({"ı": "i", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "ß": "ss", "æ": "ae"})
PLAIN |= str.maketrans({"Ø": "O", "Đ": "D", "Ł": "L", "Þ": "Th", "Æ": "Ae", "ə": "a", "ơ": "o"})


def plainly(names: Iterable[str]) -> dict[str, str]:
    """Names by folded form, with spellings for letters that are no letter plus an accent."""
    both = [n for name in names for n in (name, name.translate(PLAIN))]
    return {folded(n): n for n in reversed(both)}


def write(path: Path, header: list[str], lines: Iterable[list[str]]) -> None:
    """Write a CSV file with LF line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *lines])
    path.write_text(text.getvalue(), encoding="utf-8")
