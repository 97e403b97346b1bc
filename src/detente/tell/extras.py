"""All further files of a brief by name: reviews, sources, tables, figures."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from detente.tell import citations, claimreview, images, tables
from detente.tell.claimreview import Publication
from detente.tell.result import Brief


def extras(
    made: Brief, publication: Publication | None = None, pictures: bool = True
) -> dict[str, str | bytes]:
    """What ``detente brief --extras`` writes beside the page, by name within its folder.

    Parameters
    ----------
    publication
        Who reviews and where the page will stand, for the ClaimReview; may be left out.
    pictures
        ``False`` leaves out ``figures/``, by far the slowest part.

    Raises
    ------
    InputError
        An address or date in ``publication`` is none.
    """
    files: dict[str, str | bytes] = {
        "brief.claimreview.json": claimreview.as_json_ld(made, publication),
        "brief.sources.bib": citations.bibtex(made),
        "brief.sources.csl.json": citations.csl_json(made),
        "brief.tables.md": tables.in_markdown(made),
        "brief.tables.html": tables.in_html(made),
    }
    return files | (images.images(made) if pictures else {})


@functools.cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``brief.json``."""
    text = resources.files("detente.tell").joinpath("brief.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
