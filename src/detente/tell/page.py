"""``brief.html``: one file that opens offline, prints, and can be checked line by line."""

from __future__ import annotations

import functools
import re
from typing import Any

from detente.schema import Perception, bounds
from detente.tell import cards, figures, templating, wording
from detente.tell import outlook as ahead
from detente.tell.relationship import relationship
from detente.tell.result import Brief
from detente.tell.verdicts import FAILS, HOLDS, LOOKS, OPEN, in_one_sentence, tally
from detente.tell.wording import chance

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
        "groups": _groups(counts),
        "failing": cards.failing(brief, numbered),
        "paragraphs": cards.paragraphs(brief, numbered),
        "cards": cards.cards(brief, numbered),
        "timeline": _timeline(brief, numbered),
        "index": _index(brief, numbered),
        "outlook": _outlook(brief, numbered),
        "asks": brief.outlook.of_statement,
        "perceptions": _perceptions(brief),
        "attributions": _attributions(brief),
        "notes": _notes(brief),
        "untested": _by_reason(brief.untested),
        "out_of_reach": len(brief.untested),
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


def _groups(counts: dict[str, int]) -> list[dict[str, Any]]:
    """What holds, what does not, what is open: the bar on top of the page."""
    named = (("holds", HOLDS), ("does not", FAILS), ("is open", OPEN))
    return [
        {"name": name, "n": n, "looks": [(LOOKS[w], w, counts[w]) for w in words if w in counts]}
        for name, words in named
        if (n := sum(counts.get(word, 0) for word in words))
    ]


def _by_reason(items: list[Any]) -> dict[str, list[Any]]:
    """Statements by what it would take to check them, which then is said once."""
    out: dict[str, list[Any]] = {}
    for item in items:
        words = item.reason.removeprefix("Not testable here: ")
        out.setdefault(words[:1].upper() + words[1:], []).append(item)
    return out


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


#: Verdicts whose record says something else than the text.
_DIFFER = ("partly supported", "contradicted")


def _timeline(brief: Brief, numbered: dict[str, int]) -> dict[str, Any] | None:
    stated = _dated(brief, numbered)
    if not stated:
        return None
    label = f"Timeline of {len(stated)} dated statements above the acts on record"
    drawn = figures.pair(lambda width: figures.timeline(stated, brief.casebook, width), label)
    joined = sum(s["record"] is not None and s["verdict"] in _DIFFER for s in stated)
    records = len(brief.casebook.records)
    years = [day.year for item in stated for day in bounds(item["date"])]
    return {
        "svg": drawn, "stated": stated, "records": records, "joined": joined,
        "title": _differing(joined, len(stated)), "first": min(years), "last": max(years),
    }  # fmt: skip


def _differing(joined: int, stated: int) -> str:
    """What the timeline shows, as its title."""
    many = f"{stated} dated statement{'s' if stated > 1 else ''}"
    if not joined:
        return f"{'None of' if stated > 1 else 'Nothing in'} the {many} differs from the record"
    return f"{joined} of the {many} differ{'s' if joined == 1 else ''} from the record"


def _index(brief: Brief, numbered: dict[str, int]) -> dict[str, Any] | None:
    found = relationship(brief.casebook, brief.reading.dyad)
    if found is None:
        return None
    turns = _dated(brief, numbered)
    first, last = found.rows[0]["date"][:4], found.rows[-1]["date"][:4]
    lowest = min(found.rows, key=lambda row: row["index"])
    label = (
        f"Relationship index with its 50 and 90 % bands, {first} to {last}: "
        f"{found.rows[-1]['index']:.1f} in {last}, lowest in {lowest['date'][:4]} at "
        f"{lowest['index']:.1f}. Breaks: {len(found.steps)}."
    )
    drawn = figures.pair(
        lambda width: figures.index_line(
            found.rows, turns, "intensity (−10 … 10)", width, found.steps
        ),
        label,
    )
    highest = max(found.rows, key=lambda row: row["index"])
    title = (
        f"Highest in {highest['date'][:4]} at {wording.level(highest['index'])}, lowest in "
        f"{lowest['date'][:4]} at {wording.level(lowest['index'])}, and "
        f"{wording.level(found.rows[-1]['index'])} in {last}"
    )
    return {
        "svg": drawn, "found": found, "first": first, "last": last, "turns": len(turns),
        "title": title,
    }  # fmt: skip


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
    """Who sees whom how, the two states of the text first, each pair together."""
    dyad = [*brief.reading.dyad]
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for p in brief.reading.perceptions:
        rows.setdefault((p.holder_iso3, p.target_iso3), []).append(
            {
                "tone": _tone(p),
                "expression": _as_written(p.expression, p.text),
                "text": p.text,
                "by": _speaker(p.attributed_to),
            }
        )
    order = sorted(rows, key=lambda pair: sum(iso3 not in dyad for iso3 in pair))
    return [
        {"holder": _state_name(a), "target": _state_name(b), "rows": rows[a, b]} for a, b in order
    ]


def _speaker(name: str | None) -> str:
    """Who says so; a pronoun, which names nobody by itself, as the word that it is."""
    return f"“{name.lower()}”" if name and name.lower() in _PRONOUNS else name or ""


def _as_written(expression: str, text: str) -> str:
    """An expression with the spacing that the text has."""
    pattern = r"\s*".join(map(re.escape, expression.split()))
    found = re.search(pattern, text)
    return found[0] if found else expression


def _tone(perception: Perception) -> str:
    return {-1: "− unfriendly", 0: "· neutral or mixed", 1: "+ friendly"}[perception.polarity]


def _attributions(brief: Brief) -> list[dict[str, Any]]:
    """What the text has others say, by who says it."""
    rows: dict[str, dict[str, None]] = {}
    for event in brief.reading.events:
        who = event.attributed_to
        if who and who.lower() not in _PRONOUNS:
            rows.setdefault(who, {})[event.text] = None
    return [{"who": who, "texts": list(texts)} for who, texts in rows.items()]


_PRONOUNS = frozenset({"he", "she", "it", "they", "who", "i", "we"})


def _notes(brief: Brief) -> list[dict[str, Any]]:
    """The article's notes, each with the sentences that cite it."""
    statements = brief.reading.statements
    return [
        {
            "label": note.label,
            "text": note.text,
            "for": [
                wording.excerpt(one.text)
                for at in note.cited_at
                for one in statements
                if one.sentence_start <= at <= one.sentence_end
            ],
            "times": len(note.cited_at),
        }
        for note in brief.reading.document.notes
    ]


def _cited(brief: Brief) -> list[dict[str, Any]]:
    """Sources that the verdicts rest on, each with the statements it serves."""
    rows: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(brief.findings, 1):
        for evidence in item.verdict.evidence if item.verdict else ():
            if evidence.source == evidence.table:
                continue  # a mean over a table's rows: the table stands below with its hash
            row = rows.setdefault(
                evidence.source, {"source": evidence.source, "url": evidence.url, "numbers": []}
            )
            if number not in row["numbers"]:
                row["numbers"].append(number)
    return sorted(rows.values(), key=lambda row: row["source"].lower())
