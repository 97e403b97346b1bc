"""The article with its marks, and behind each mark a card: reason, records, test, curve."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from detente.claims.check import Checked
from detente.schema import Verdict
from detente.tell import claim_plots, figures, wording
from detente.tell.result import Brief
from detente.tell.verdicts import FAILS, LOOKS
from detente.tell.wording import plain

#: Records that a card shows at once; the others behind a line that says how many.
SHOWN = 4
#: Statements that the list on top shows.
MOST = 6


def paragraphs(brief: Brief, numbered: dict[str, int]) -> list[dict[str, Any]]:
    """Each paragraph with its marks, and the number and look of the statements in it."""
    text = brief.reading.document.text
    out = []
    for span in brief.reading.document.paragraphs:
        inside = [
            item for item in brief.findings if span.start <= item.statement.char_start < span.end
        ]
        chips = [
            {
                "number": numbered[item.statement.statement_id],
                "look": LOOKS[item.verdict.verdict],
                "word": item.verdict.verdict,
            }
            for item in inside
            if item.verdict
        ]
        out.append({"html": _marked(text, span.start, span.end, inside, numbered), "chips": chips})
    return out


def _marked(
    text: str, start: int, end: int, items: list[Checked], numbered: dict[str, int]
) -> Markup:
    """A paragraph's text with each checked statement marked; all text is escaped.

    A mark is the label of its statement's button, so that a tap on the words opens the card
    without any script.
    """
    out, at = Markup(""), start
    for item in items:
        statement, verdict = item.statement, item.verdict
        if verdict is None or statement.char_start < at:
            continue
        out += escape(plain(text[at : statement.char_start]))
        out += Markup(
            '<label class="mark {css}" id="m{n}" for="k{n}" title="{word}">{words}'
            '<sup><span aria-hidden="true">{sign}</span>{n}'
            '<span class="sr"> {word}</span></sup></label>'
        ).format(
            css=LOOKS[verdict.verdict].css,
            n=numbered[statement.statement_id],
            word=verdict.verdict,
            sign=LOOKS[verdict.verdict].sign,
            words=plain(text[statement.char_start : statement.char_end]),
        )
        at = statement.char_end
    return out + escape(plain(text[at:end]))


def cards(brief: Brief, numbered: dict[str, int]) -> list[dict[str, Any]]:
    """A card for each finding; a claim told before, with the same outcome, is not told again."""
    told: dict[str, int] = {}
    out = []
    for item in brief.findings:
        verdict = item.verdict
        assert verdict is not None  # as findings are chosen
        number, before = numbered[item.statement.statement_id], None
        if item.claim is not None:
            key = f"{item.claim.claim_id}: {item.reason}"
            before = told.get(key)
            told.setdefault(key, number)
        out.append(
            {
                "number": number,
                "before": before,
                "look": LOOKS[verdict.verdict],
                "word": verdict.verdict,
                "quote": item.statement.text,
                "reason": item.reason,
                "claim": item.claim,
                "caveats": [c for c in verdict.caveats if c],
                "records": verdict.evidence,
                "test": test(item) if before is None else None,
                "asks": brief.outlook.of_statement(item.statement.statement_id),
            }
        )
    return out


def failing(brief: Brief, numbered: dict[str, int]) -> dict[str, Any]:
    """What an editor must see first: what does not hold, then what holds but for a detail."""
    order = [*FAILS, "partly supported"]
    found = [i for i in brief.findings if i.verdict and i.verdict.verdict in order]
    found.sort(key=lambda i: order.index(i.verdict.verdict if i.verdict else ""))
    once, seen = [], set()
    for item in found:
        key = (item.claim.claim_id if item.claim else item.statement.statement_id, item.reason)
        if key not in seen:
            seen.add(key)
            once.append(item)
    rows = [
        {
            "number": numbered[item.statement.statement_id],
            "look": LOOKS[item.verdict.verdict],
            "word": item.verdict.verdict,
            "quote": wording.excerpt(item.statement.text),
            "reason": wording.first_sentence(item.reason),
        }
        for item in once
        if item.verdict
    ]
    return {"rows": rows[:MOST], "more": max(0, len(rows) - MOST)}


def test(item: Checked) -> dict[str, Any] | None:
    """The numbers of a test with its figures; ``None`` for what was only looked up."""
    verdict = item.verdict
    if verdict is None or verdict.estimate is None or item.claim is None:
        return None
    name = item.claim.claim_id
    unit = wording.unit_of(item.claim.spec.get("series"))
    null = claim_plots.null_distribution(verdict, figures.CARD)
    curve = claim_plots.specification_curve(verdict, figures.CARD, item.claim.spec.get("series"))
    of_unit = claim_plots.comparable(verdict, item.claim.spec.get("series"))
    counts = [s["n"] for s in of_unit if isinstance(s.get("n"), int)]
    return {
        "numbers": numbers(verdict, unit),
        "null": figures.svg(null, _null_words(verdict)) if null else None,
        "curve": figures.svg(curve, _curve_words(verdict, name, of_unit)) if curve else None,
        "drawn": len(of_unit),
        "others": len(verdict.specifications) - len(of_unit),
        "n": f"{min(counts)} to {max(counts)}" if counts and min(counts) < max(counts)
        else str(verdict.n),
        "tables": ", ".join(dict.fromkeys(e.table for e in verdict.evidence)),
        "specifications": verdict.specifications,
        "verdict": verdict,
        "null_words": wording.null_in_words(verdict.null),
        "statistic": verdict.specifications[0].get("statistic", ""),
    }  # fmt: skip


def numbers(verdict: Verdict, unit: str) -> list[tuple[str, str]]:
    """The numbers of a test, each with its name and its unit."""
    out = []
    measure = str((verdict.specifications or ({},))[0].get("measure") or "estimate")
    of = f" ({unit})" if unit and "ratio" not in measure and measure != "percentile" else ""
    if verdict.estimate is not None:
        out.append((f"{measure.capitalize()}{of}", wording.number(verdict.estimate, verdict.hi90)))
    if verdict.lo90 is not None and verdict.hi90 is not None:
        out.append(("90 % interval", wording.span(verdict.lo90, verdict.hi90)))
    if verdict.p is not None:
        out.append(("p under the null", wording.p_value(verdict.p).removeprefix("p = ")))
    if verdict.n is not None:
        out.append(("n", str(verdict.n)))
    if verdict.null:
        out.append(("Null", wording.null_in_words(verdict.null)))
    if verdict.smallest_effect is not None:
        words = "Smallest effect it would see (power 0.8)"
        out.append((words, wording.number(verdict.smallest_effect, verdict.estimate)))
    return out


def _null_words(verdict: Verdict) -> str:
    chosen = verdict.specifications[0]
    shares = {float(k): v for k, v in chosen["null_distribution"].items()}
    middle = sum(k * share for k, share in shares.items()) / sum(shares.values())
    ends = wording.span(min(shares), max(shares))
    return (
        f"Null distribution, {chosen['statistic']}: {wording.number(middle, max(shares))} on "
        f"average, from {ends}; in fact {wording.number(chosen['observed'], max(shares))}."
    )


def _curve_words(verdict: Verdict, name: str, drawn: list[dict[str, Any]]) -> str:
    made = [float(s["estimate"]) for s in drawn]
    return (
        f"Specification curve of claim {name}: {len(made)} estimates from "
        f"{wording.span(min(made), max(made))}; the one chosen before looking is "
        f"{wording.number(verdict.estimate or 0.0, max(made))}."
    )
