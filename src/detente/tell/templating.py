"""The template environment that every page shares, and the filters that make text safe to read."""

from __future__ import annotations

import functools
from importlib import resources

import jinja2

from detente.record.match import edtf_in_words
from detente.tell import wording
from detente.tell.wording import chance, percent, plain

__all__ = ["chance", "environment", "percent", "plain"]


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
        "told": wording.told,
        "stopped": wording.stopped,
        "signed": wording.signed,
        "number": wording.number,
        "p": lambda value: wording.p_value(value).removeprefix("p = "),
        "null": wording.null_in_words,
    }
    return made
