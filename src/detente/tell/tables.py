"""Tables of a brief for a paper: Markdown, and plain HTML that word processors take in whole."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import escape

from detente.claims.check import Checked
from detente.record.match import edtf_in_words
from detente.schema import Event, Evidence
from detente.tell.result import Brief
from detente.tell.verdicts import LOOKS, in_one_sentence, tally
from detente.tell.wording import plain

_NOTHING = "–"
#: Punctuation that Markdown (CommonMark, GitHub's tables and formulas) would obey.
_MARKS = re.compile(r"([\\`*_\[\]|~$#!])")
_STYLE = (
    "body{font-family:serif}table{border-collapse:collapse;margin-bottom:2em}"
    "caption{text-align:left;font-weight:bold;padding:.3em 0}"
    "th,td{border:1px solid #888;padding:.25em .5em;text-align:left;vertical-align:top}"
)
#: As strict as the page's own: nothing is fetched, nothing runs.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table as text: caption, column heads, rows of cells, and a note with units and sources."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


def tables(brief: Brief) -> list[Table]:
    """Statements, claims and events; a table without rows is left out."""
    made = [statements(brief), claims(brief), events(brief)]
    return [table for table in made if table.rows]


def statements(brief: Brief) -> Table:
    """Every statement with its verdict, the reason and the sources behind it."""
    numbers = {item.statement.statement_id: n for n, item in enumerate(brief.findings, 1)}
    counts = tally(item.verdict.verdict for item in brief.findings if item.verdict)
    rows = tuple(
        (
            str(numbers.get(item.statement.statement_id, _NOTHING)),
            _line(item.statement.text),
            _verdict(item),
            _line(item.reason),
            _sources(item.verdict.evidence if item.verdict else ()) or _NOTHING,
        )
        for item in brief.checked
    )
    return Table(
        "Statements and verdicts",
        ("No.", "Statement", "Verdict", "Reason", "Sources"),
        rows,
        f"{in_one_sentence(counts)} Numbers as in brief.html; {_NOTHING} marks statements that "
        f"were not or could not be checked. Records: {brief.casebook.title}.",
    )


def claims(brief: Brief) -> Table:
    """Claims of the casebook that the text makes, each once, with the figures of their tests."""
    numbers: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Checked] = {}
    for number, item in enumerate(brief.findings, 1):
        if item.claim is not None and item.verdict is not None:
            key = (item.claim.claim_id, item.reason)
            numbers.setdefault(key, []).append(str(number))
            first.setdefault(key, item)
    return Table(
        "Claims and tests",
        ("Claim", "No.", "It says", "Verdict", "Measure", "Estimate", "90 % interval", "p", "n",
         "Null", "Smallest effect"),
        tuple(_claim_row(item, ", ".join(numbers[key])) for key, item in first.items()),
        "Estimate in units of the measure, of the specification chosen before looking; p under "
        "the null named; n counts the rows used; smallest effect: what the test would see four "
        f"times in five. {_NOTHING}: looked up in the records, not estimated.",
    )  # fmt: skip


def _claim_row(item: Checked, numbers: str) -> tuple[str, ...]:
    claim, verdict = item.claim, item.verdict
    assert claim is not None  # as claims() picks them
    assert verdict is not None
    chosen: dict[str, Any] = verdict.specifications[0] if verdict.specifications else {}
    both = verdict.lo90 is not None and verdict.hi90 is not None
    return (
        claim.claim_id,
        numbers,
        _line(claim.says),
        _verdict(item),
        str(chosen.get("measure") or _NOTHING),
        _number(verdict.estimate),
        f"{_number(verdict.lo90)} to {_number(verdict.hi90)}" if both else _NOTHING,
        p_value(verdict.p),
        _NOTHING if verdict.n is None else str(verdict.n),
        verdict.null or _NOTHING,
        _number(verdict.smallest_effect),
    )


def events(brief: Brief) -> Table:
    """The acts that the text reports, as they were coded."""
    return Table(
        "Events in the text",
        ("Date", "Source", "Target", "Type", "Mode", "Kind", "Intensity", "Factuality", "Said by",
         "Confidence", "Sentence"),
        tuple(_event_row(event) for event in brief.reading.events),
        "Date in EDTF, as exact as the text; states in ISO 3166 alpha-3, (meant) where the sentence "
        "does not name the other of the text's two; type and mode of the PLOVER "
        "ontology; intensity on the conflict–cooperation scale, −10 to 10; confidence: the "
        "probability, 0 to 1, that the type is right.",
    )  # fmt: skip


def _event_row(event: Event) -> tuple[str, ...]:
    return (
        event.date or _NOTHING,
        _actor(event.source),
        _actor(event.target),
        event.event_type,
        event.mode or _NOTHING,
        event.kind or _NOTHING,
        f"{event.intensity:g}",
        event.factuality,
        _line(event.attributed_to) or _NOTHING,
        f"{event.confidence:.2f}",
        _line(event.text),
    )


def _actor(actor: Any) -> str:
    if actor is None:
        return _NOTHING
    return f"{actor.key} ({_line(actor.name or 'meant')})" if actor.key else _line(actor.name)


def _verdict(item: Checked) -> str:
    if item.verdict is None:
        return "not checked"
    return f"{LOOKS[item.verdict.verdict].sign} {item.verdict.verdict}"


def _sources(evidence: Sequence[Evidence]) -> str:
    """Each source once, with the dates of the records that rest on it."""
    dates: dict[str, dict[str, None]] = {}
    for one in evidence:
        dates.setdefault(_line(one.source), {})[_when(one.date)] = None
    return "; ".join(
        f"{source} (for {', '.join(when for when in whens if when) or 'the record'})"
        for source, whens in dates.items()
    )


def _when(edtf: str) -> str:
    try:
        return edtf_in_words(edtf)
    except ValueError:  # a series' "date" may be any text of a user's file
        return _line(edtf)


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3g}".replace("-", "−")


def p_value(p: float | None) -> str:
    """A p-value as papers print it."""
    if p is None:
        return _NOTHING
    return f"{p:.2g}" if p >= 0.001 else "< 0.001"


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def in_markdown(brief: Brief) -> str:
    """The tables as Markdown (pipes, as GitHub and Pandoc read them)."""
    title = brief.reading.document.title
    parts = [f"# Checked: {markdown(title)}"]
    for table in tables(brief):
        parts.append(f"## {markdown(table.caption)}")
        lines = [table.heads, ("---",) * len(table.heads)]
        rows = [" | ".join(lines[0]), " | ".join(lines[1])]
        rows += [" | ".join(markdown(cell) for cell in row) for row in table.rows]
        parts.append("\n".join(f"| {row} |" for row in rows))
        parts.append(markdown(table.note))
    return "\n\n".join(parts) + "\n"


def markdown(text: str) -> str:
    """Text that Markdown shows as it stands: no cell, tag, link, formula or template begins."""
    text = _MARKS.sub(r"\\\1", _line(text).replace("&", "&amp;"))
    for character in "<>{}@":
        text = text.replace(character, f"&#{ord(character)};")
    return text.replace("://", "&#58;//").replace("www.", "www&#46;")  # GitHub links bare addresses


def in_html(brief: Brief) -> str:
    """The tables as one plain HTML page: no links, no script, no colours."""
    title = _html(f"Checked: {brief.reading.document.title}")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
    ]
    for table in tables(brief):
        head = "".join(f'<th scope="col">{_html(cell)}</th>' for cell in table.heads)
        body = "\n".join(
            "<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>"
            for row in table.rows
        )
        parts.append(
            f'<table border="1"><caption>{_html(table.caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
        )
        parts.append(f"<p>{_html(table.note)}</p>")
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _html(text: str) -> str:
    """Escaped; braces too, in case a site's template engine gets the file."""
    return str(escape(_line(text))).replace("{", "&#123;").replace("}", "&#125;")
