"""schema.org ``ClaimReview`` as JSON-LD: one object for each statement that was checked.

Property names and types: https://schema.org/ClaimReview, /Claim and /Rating. What a search engine
asks for beyond them (``url``, ``alternateName``) is filled where the caller gives it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any, Literal

from detente.claims.check import Checked
from detente.errors import InputError
from detente.schema import Document, Evidence
from detente.tell.citations import web_address
from detente.tell.result import Brief
from detente.tell.wording import plain

#: Scale of ``ratingValue``: 5 is the best, 1 the worst. 3 is not used: "half true" is no verdict
#: here. Verdicts that leave the question open have a word and no number.
RATING: dict[str, int] = {
    "supported": 5,
    "partly supported": 4,
    "not supported": 2,
    "contradicted": 1,
}
#: A statement of fewer words than this is no claim to a reader without its sentence.
_FEWEST_WORDS = 5
#: Where a document's date comes from when it can be printed as the day it was published.
_STATED = frozenset({"given", "metadata", "text"})


@dataclasses.dataclass(frozen=True, slots=True)
class Party:
    """Who reviews, publishes or claims: a name, a web address (may be empty), what it is."""

    name: str
    url: str = ""
    kind: Literal["Organization", "Person"] = "Organization"


@dataclasses.dataclass(frozen=True, slots=True)
class Publication:
    """What only the publisher of a brief knows; all of it may be left out.

    Parameters
    ----------
    author, publisher
        Who made and who publishes the review.
    page_url
        Where ``brief.html`` will stand; each review points at its own statement there.
    date
        Day of the review, ISO 8601. There is no default: the same input gives the same bytes.
    article_url, article_author
        Where the checked article stands, and who wrote it.
    """

    author: Party | None = None
    publisher: Party | None = None
    page_url: str = ""
    date: str = ""
    article_url: str = ""
    article_author: Party | None = None


def as_json_ld(brief: Brief, publication: Publication | None = None) -> str:
    """The reviews as text that can also be pasted into a page's ``script`` element.

    ``<``, ``>`` and ``&`` are written as JSON escapes: no statement can close the element.
    """
    text = json.dumps(claim_reviews(brief, publication), ensure_ascii=False, indent=1)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text + "\n"


def claim_reviews(brief: Brief, publication: Publication | None = None) -> list[dict[str, Any]]:
    """One ``ClaimReview`` for each checked statement, in the order of the text.

    What was not checked has none. A statement that makes a claim made before, with the same
    outcome, has none of its own either, as on the page.

    Raises
    ------
    InputError
        An address is not http or https, or the date is no ISO date.
    """
    publication = publication or Publication()
    _check(publication)
    told: set[tuple[str, str]] = set()
    out = []
    for number, item in enumerate(brief.findings, 1):
        if item.claim is not None:
            key = (item.claim.claim_id, item.reason)
            if key in told:
                continue
            told.add(key)
        out.append(_review(item, number, brief, publication))
    return out


def _check(publication: Publication) -> None:
    urls = {"page_url": publication.page_url, "article_url": publication.article_url}
    for name in ("author", "publisher", "article_author"):
        party = getattr(publication, name)
        urls |= {f"url of {name}": party.url} if party else {}
    for where, url in urls.items():
        if url and not web_address(url):
            raise InputError(where, f"{url!r} is no web address", "http://… or https://…")
    if publication.date and not re.fullmatch(r"\d{4}(-\d\d){0,2}", publication.date):
        raise InputError("date", f"{publication.date!r} is no date", "ISO 8601, as in 2026-01-31")


def _review(item: Checked, number: int, brief: Brief, publication: Publication) -> dict[str, Any]:
    assert item.verdict is not None  # only findings come here
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": item.statement.statement_id,
        "inLanguage": "en",
        "claimReviewed": _claimed(item, brief.reading.document),
        "reviewRating": rating(item.verdict.verdict, _words(item.reason)),
        "itemReviewed": _claim(item, brief, publication),
    }
    if publication.page_url:
        page = web_address(publication.page_url).partition("#")[0]
        review["url"] = f"{page}#c{number}"
    if publication.date:
        review["datePublished"] = publication.date
    for name in ("author", "publisher"):
        party = getattr(publication, name)
        if party:
            review[name] = _party(party)
    sources = {(e.source, e.url): e for e in item.verdict.evidence if e.source}
    if sources:
        review["citation"] = [_citation(evidence) for evidence in sources.values()]
    return review


def rating(word: str, explanation: str) -> dict[str, Any]:
    """A ``Rating``: the verdict's word, its number where the question is answered, the reason."""
    found: dict[str, Any] = {"@type": "Rating", "alternateName": word.capitalize()}
    if word in RATING:
        found |= {"ratingValue": RATING[word], "bestRating": 5, "worstRating": 1}
    return found | {"ratingExplanation": explanation}


def _words(text: str) -> str:
    return " ".join(plain(text).split())


def _sentence(item: Checked, document: Document) -> str:
    statement = item.statement
    return _words(document.text[statement.sentence_start : statement.sentence_end])


def _claimed(item: Checked, document: Document) -> str:
    """The article's own words: what a casebook's claim says may be more or less than they do."""
    words = _words(item.statement.text)
    if len(words.split()) >= _FEWEST_WORDS:
        return words
    sentence = _sentence(item, document)
    return words if sentence == words else f"{words} (of: “{sentence}”)"


def _claim(item: Checked, brief: Brief, publication: Publication) -> dict[str, Any]:
    """The ``Claim`` as it stands in the article, with its whole sentence."""
    document = brief.reading.document
    appearance: dict[str, Any] = {"@type": "Article", "headline": _words(document.title)}
    if publication.article_url:
        appearance["url"] = web_address(publication.article_url)
    claim: dict[str, Any] = {"@type": "Claim", "text": _sentence(item, document)}
    date = document.date or ""
    if document.date_basis in _STATED and re.fullmatch(r"\d{4}(-\d\d){0,2}", date):
        claim["datePublished"] = appearance["datePublished"] = date
    said_by = _said_by(item, brief)
    if said_by:
        claim["description"] = f"The article reports this as said by: {said_by}"
    elif publication.article_author:
        claim["author"] = _party(publication.article_author)
    if publication.article_author:
        appearance["author"] = _party(publication.article_author)
    return claim | {"appearance": appearance}


def _said_by(item: Checked, brief: Brief) -> str:
    """Whom the article names as the source: it then reports the claim and does not make it."""
    own = set(item.statement.events)
    names = (_words(e.attributed_to) for e in brief.reading.events if e.event_id in own)
    return ", ".join(dict.fromkeys(name for name in names if name))


def _party(party: Party) -> dict[str, str]:
    found = {"@type": party.kind, "name": _words(party.name)}
    return found | ({"url": web_address(party.url)} if party.url else {})


def _citation(evidence: Evidence) -> dict[str, str]:
    found = {"@type": "CreativeWork", "name": _words(evidence.source)}
    url = web_address(evidence.url)
    return found | ({"url": url} if url else {})
