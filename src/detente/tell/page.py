"""``brief.html``: one file that opens offline, prints, and can be checked line by line."""

from __future__ import annotations

import functools
from typing import Any

from markupsafe import Markup, escape

from detente.claims.check import Checked
from detente.schema import Perception, bounds
from detente.tell import figures, templating
from detente.tell import outlook as ahead
from detente.tell.relationship import relationship
from detente.tell.result import Brief
from detente.tell.templating import chance, plain
from detente.tell.verdicts import LOOKS, in_one_sentence, numbers, tally

_DATE_BASIS = {
    "given": "as given on the command line",
    "metadata": "from the page's own metadata",
    "text": "from its date line",
    "estimated": "the last year the text speaks of",
    "anchored": "worked out: its “yesterday” or “today” points at one act on record",
    "unknown": "the text carries no date",
}


def render(brief: Brief, command: str, version: str) -> str:
    """The whole page as HTML text; nothing in it is fetched and nothing in it runs."""
    template = templating.environment("detente.tell").get_template("brief.html")
    return template.render(**context(brief, command, version))


def context(brief: Brief, command: str, version: str) -> dict[str, Any]:
    """Everything the template shows, ready to print."""
    reading, case = brief.reading, brief.casebook
    document = reading.document
    numbered = {item.statement.statement_id: n for n, item in enumerate(brief.findings, 1)}
    counts = tally(item.verdict.verdict for item in brief.findings if item.verdict)
    return {
        "document": document,
        "date_basis": _DATE_BASIS[document.date_basis],
        "dyad": [_state_name(iso3) for iso3 in reading.dyad],
        "answer": in_one_sentence(counts),
        "counts": counts,
        "looks": LOOKS,
        "paragraphs": _paragraphs(brief, numbered),
        "timeline": _timeline(brief, numbered),
        "index": _index(brief, numbered),
        "tests": _tests(brief, numbered),
        "outlook": _outlook(brief, numbered),
        "asks": brief.outlook.of_statement,
        "perceptions": _perceptions(brief),
        "attributions": _attributions(brief),
        "untested": brief.untested,
        "unchecked": [item for item in brief.checked if item.verdict is None],
        "cited": _cited(brief),
        "case": case,
        "command": command,
        "version": version,
    }


@functools.cache
def _state_names() -> dict[str, str]:
    from detente.ontology import table

    return {row["iso3"]: row["name"] for row in table("states.csv", "detente.read.gazetteer")}


def _state_name(iso3: str) -> str:
    return _state_names().get(iso3, iso3)


def _paragraphs(brief: Brief, numbered: dict[str, int]) -> list[dict[str, Any]]:
    """Each paragraph with its marks, and the cards of the statements in it."""
    out = []
    text = brief.reading.document.text
    told: dict[str, int] = {}
    asks = brief.outlook.of_statement
    for span in brief.reading.document.paragraphs:
        inside = [
            item for item in brief.findings if span.start <= item.statement.char_start < span.end
        ]
        out.append(
            {
                "html": _marked(text, span.start, span.end, inside, numbered),
                "cards": [
                    {
                        **_card(item, numbered[item.statement.statement_id], told),
                        "asks": asks(item.statement.statement_id),
                    }
                    for item in inside
                ],
            }
        )
    return out


def _marked(
    text: str, start: int, end: int, items: list[Checked], numbered: dict[str, int]
) -> Markup:
    """A paragraph's text with each checked statement marked; all text is escaped."""
    out, at = Markup(""), start
    for item in items:
        statement, verdict = item.statement, item.verdict
        if verdict is None or statement.char_start < at:
            continue
        look = LOOKS[verdict.verdict]
        number = numbered[statement.statement_id]
        out += escape(plain(text[at : statement.char_start]))
        out += Markup(
            '<a class="mark {css}" id="m{n}" href="#c{n}" title="{word}">{words}'
            '<sup><span aria-hidden="true">{sign}</span>{n}'
            '<span class="sr"> {word}</span></sup></a>'
        ).format(
            css=look.css,
            n=number,
            word=verdict.verdict,
            sign=look.sign,
            words=plain(text[statement.char_start : statement.char_end]),
        )
        at = statement.char_end
    return out + escape(plain(text[at:end]))


def _card(item: Checked, number: int, told: dict[str, int]) -> dict[str, Any]:
    """What a card shows; a claim told before, with the same outcome, is not told again."""
    verdict = item.verdict
    assert verdict is not None
    before = None
    if item.claim is not None:
        key = f"{item.claim.claim_id}: {item.reason}"
        before = told.get(key)
        told.setdefault(key, number)
    return {
        "before": before,
        "number": number,
        "look": LOOKS[verdict.verdict],
        "word": verdict.verdict,
        "reason": item.reason,
        "claim": item.claim,
        "verdict": verdict,
        "figures": numbers(verdict),
    }


def _dated(brief: Brief, numbered: dict[str, int]) -> list[dict[str, Any]]:
    events = {event.event_id: event for event in brief.reading.events}
    out = []
    for item in brief.findings:
        dates = [d for i in item.statement.events if (d := events[i].date) is not None]
        if not dates or item.verdict is None or bounds(dates[0])[0].year < 1000:
            continue
        if bounds(dates[0])[1].year > 3000:
            continue
        evidence = item.verdict.evidence
        out.append(
            {
                "number": numbered[item.statement.statement_id],
                "date": dates[0],
                "verdict": item.verdict.verdict,
                "record": evidence[0].date if evidence else None,
                "text": item.statement.text,
            }
        )
    return out


def _timeline(brief: Brief, numbered: dict[str, int]) -> dict[str, Any] | None:
    stated = _dated(brief, numbered)
    if not stated:
        return None
    label = f"Timeline of {len(stated)} dated statements above the acts on record"
    drawn = figures.pair(lambda width: figures.timeline(stated, brief.casebook, width), label)
    return {"svg": drawn, "stated": stated, "records": len(brief.casebook.records)}


def _index(brief: Brief, numbered: dict[str, int]) -> dict[str, Any] | None:
    found = relationship(brief.casebook)
    if found is None:
        return None
    turns = _dated(brief, numbered)
    first, last = found.rows[0]["date"][:4], found.rows[-1]["date"][:4]
    drawn = figures.pair(
        lambda width: figures.index_line(found.rows, turns, "intensity (−10 … 10)", width),
        f"Relationship index with its 50 and 90 % bands, {first} to {last}",
    )
    return {"svg": drawn, "found": found, "first": first, "last": last}


def _tests(brief: Brief, numbered: dict[str, int]) -> list[dict[str, Any]]:
    """Claims that were tested with a null model: their figures and specifications."""
    out = []
    for item in brief.findings:
        verdict = item.verdict
        if verdict is None or item.claim is None or verdict.estimate is None:
            continue  # looked up, not estimated
        out.append(
            {
                "number": numbered[item.statement.statement_id],
                "item": item,
                "look": LOOKS[verdict.verdict],
                "words": numbers(verdict),
                **figures.of_test(verdict, item.claim.claim_id),
            }
        )
    return out


def _outlook(brief: Brief, numbered: dict[str, int]) -> dict[str, Any] | None:
    """The questions that the text raises, with a figure each; ``None`` where it raises none."""
    found = brief.outlook
    if not found.asked:
        return None
    texts = {item.statement.statement_id: item.statement.text for item in brief.checked}
    rows = [
        {
            "id": one.question_id, "says": one.says, "why_not": one.why_not,
            "numbers": [numbered[i] for i in one.statements if i in numbered],
            "quotes": [texts[i] for i in one.statements if i not in numbered],
            "answers": [{**row, "record": _scores(row)} for row in one.answers],
            "came": one.answers[-1]["outcome"]["evidence"] if one.answers else [],
            "history": one.answers[0]["history"] if one.answers else None,
            "caveats": list(dict.fromkeys(c for row in one.answers for c in row["caveats"])),
            "svg": _chances(one) if one.answers else None,
        }
        for one in found.asked
    ]  # fmt: skip
    return {
        "as_of": found.as_of, "asked": rows, "window": ahead.WINDOW,
        "answered": any(row["answers"] for row in rows),
        "linked": any(one.statements for one in found.asked),
    }  # fmt: skip


def _chances(one: ahead.Asked) -> dict[str, str]:
    rows = [
        {
            "label": f"{row['months']} month{'s' if row['months'] > 1 else ''}",
            "said": row["probability"], "lo90": row["lo90"], "hi90": row["hi90"],
            "base": _named(row["models"], ahead.BASE)["probability"],
        }
        for row in one.answers
    ]  # fmt: skip
    words = "; ".join(f"{row['label']} {chance(row['said'])}" for row in rows)
    return figures.pair(
        lambda width: figures.chances(rows, width),
        f"{one.says}: probabilities with 90 % intervals. {words}",
    )


def _scores(row: dict[str, Any]) -> dict[str, Any] | None:
    """A track record for the page; ``None`` where no earlier question was resolved."""
    held = row["track_record"]
    if held is None:
        return None
    own, base = _named(held["models"], row["model"]), _named(held["models"], ahead.BASE)
    lines = []
    for name in ("brier", "log"):
        low, high = own[f"{name}_gain_lo90"], own[f"{name}_gain_hi90"]
        told = "better" if low > 0 else "worse" if high < 0 else "level"
        lines.append({
            "name": name.capitalize(), "own": own[name], "base": base[name],
            "gain": own[f"{name}_gain"], "low": low, "high": high, "told": told,
        })  # fmt: skip
    return {"lines": lines, **{key: held[key] for key in ("n", "from", "to", "base_rate")}}


def _named(models: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in models if one["model"] == name)


def _perceptions(brief: Brief) -> list[dict[str, Any]]:
    return [
        {
            "holder": _state_name(p.holder_iso3),
            "target": _state_name(p.target_iso3),
            "tone": _tone(p),
            "expression": p.expression,
            "text": p.text,
            "by": p.attributed_to,
        }
        for p in brief.reading.perceptions
    ]


def _tone(perception: Perception) -> str:
    return {-1: "− unfriendly", 0: "· neutral or mixed", 1: "+ friendly"}[perception.polarity]


def _attributions(brief: Brief) -> list[dict[str, str]]:
    rows = {
        (e.attributed_to, e.text): e
        for e in brief.reading.events
        if e.attributed_to
        and e.attributed_to.lower() not in {"he", "she", "it", "they", "who", "i", "we"}
    }
    return [{"who": who, "text": text} for who, text in rows]


def _cited(brief: Brief) -> list[dict[str, Any]]:
    """Sources that the verdicts rest on, each with the statements it serves."""
    rows: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(brief.findings, 1):
        for evidence in item.verdict.evidence if item.verdict else ():
            row = rows.setdefault(
                evidence.source, {"source": evidence.source, "url": evidence.url, "numbers": []}
            )
            if number not in row["numbers"]:
                row["numbers"].append(number)
    return sorted(rows.values(), key=lambda row: row["source"].lower())
