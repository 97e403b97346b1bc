"""The template environment that every page shares, and the filters that make text safe to read."""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib import resources

import jinja2

from detente.record.match import edtf_in_words

#: Characters that turn the reading direction round: shown as a mark, never obeyed.
_BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@functools.cache
def environment(*packages: str) -> jinja2.Environment:
    """An environment over the ``templates`` folders of packages, the first that has a name wins.

    Everything is escaped, and a name that is not given is an error.
    """
    folders = [resources.files(name).joinpath("templates") for name in packages]

    def read(name: str) -> str | None:
        found = (folder.joinpath(name) for folder in folders)
        return next((file.read_text("utf-8") for file in found if file.is_file()), None)

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(read), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "plain": plain,
        "when": edtf_in_words,
        "percent": percent,
        "chance": chance,
        "dated": lambda text: _ISO.sub(lambda m: edtf_in_words(m[0]), text),
        "signed": lambda value: f"{value:+.3f}".replace("-", "−"),
    }
    return made


def plain(text: str) -> str:
    """Text without control characters and direction overrides, which could mislead a reader."""
    text = text.translate(_BIDI)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def percent(value: float) -> str:
    """A share in whole percent; 0 and 100 only where it is exactly that."""
    if 0 < value < 0.01:
        return "under 1\u00a0%"
    return "over 99\u00a0%" if 0.99 < value < 1 else f"{value:.0%}".replace("%", "\u00a0%")


def chance(value: float) -> str:
    """A probability in whole percent; never 0 or 100, which no forecast means."""
    return percent(min(max(value, 1e-6), 1 - 1e-6))
