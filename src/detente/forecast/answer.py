"""A question answered: probability and interval, what came of it, and the track record beside."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from detente.claims.inputs import Dated
from detente.forecast import combine, scores, track
from detente.forecast.history import Timeline, cut, monthly
from detente.forecast.prediction import Prediction
from detente.forecast.question import Question, load, record
from detente.record import casebook as casebooks
from detente.record.casebook import Casebook

#: Forecasts below which a track record says little.
FEW = 24


def answer_file(
    path: str | Path,
    as_of: str | None = None,
    casebook: Casebook | str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Answer the questions of a claims file.

    Parameters
    ----------
    path
        A file with claims of kind ``forecast``.
    as_of
        A day (``2017-11-10``) that overrides that of the questions; without it each question
        must have its own. Today's date is never read.
    casebook
        A loaded casebook, a shipped one's name or a folder; for questions that name tables.

    Returns
    -------
    dict
        ``file``, ``casebook`` and ``questions``: one dict for each question and horizon, see
        :func:`answer`. Plain numbers, text, lists and ``None`` only.

    Raises
    ------
    ClaimError
        A question is not in the language, or its record cannot bear it: see
        :func:`detente.forecast.question.load` and ``record``.
    """
    case = casebooks.load(casebook) if isinstance(casebook, str) and casebook else casebook
    held = case if isinstance(case, Casebook) else None
    questions = load(path, as_of, held)
    lines = [record(question) for question in questions]
    out: list[dict[str, Any]] = []
    for question, line in zip(questions, lines, strict=True):
        out += answer(question, line, progress)
    return {"file": str(path), "casebook": held.name if held else None, "questions": out}


def answer(
    question: Question,
    line: Timeline,
    progress: Callable[[str], None] = lambda _: None,
    days: Sequence[dt.date] | None = None,
) -> list[dict[str, Any]]:
    """One dict per horizon of a question.

    Keys: ``id``, ``says``, ``text`` (one sentence), ``as_of``, ``until`` (last day),
    ``months``, ``at_least``, ``per``, ``probability``, ``lo90``, ``hi90``, ``model``, ``models``
    (each with its probability, interval and weight), ``history``, ``outcome``,
    ``track_record`` (of questions resolved by the as-of date) and ``track_record_since`` (of
    those asked from then on), ``caveats``.
    """
    days = track.origins(line, question.as_of) if days is None else days
    rolled = track.roll(
        line, days, question.horizons, question.at_least,
        progress=lambda words: progress(f"{question.claim.claim_id}, {words}"),
    )  # fmt: skip
    history = cut(line, question.as_of)
    fitted = {name: fit(history) for name, fit in track.MODELS.items()}
    out = []
    for months in question.horizons:
        held = rolled[months]
        share = held.weights[held.origins.index(question.as_of)]
        made = {name: predict(months) for name, predict in fitted.items()}
        made[combine.NAME] = combine.pool(made, share)
        out.append(_told(question, line, months, made, [*share.tolist(), None], held))
    return out


def _told(
    question: Question, line: Timeline, months: int, made: dict[str, Prediction],
    share: list[float | None], held: track.Record,
) -> dict[str, Any]:  # fmt: skip
    models = []
    for (name, one), weight in zip(made.items(), share, strict=True):
        low, high = one.band(question.at_least)
        models.append({
            "model": name, "probability": one.at_least(question.at_least), "lo90": low,
            "hi90": high, "mean_count": float(one.pmf @ range(len(one.pmf))), "weight": weight,
        })  # fmt: skip
    own = next(row for row in models if row["model"] == question.model)
    before = held.until(cut(line, question.as_of))
    after = held.since(question.as_of)
    row = {
        "id": question.claim.claim_id, "says": question.claim.says, "text": "",
        "as_of": str(question.as_of), "until": str(question.until(months)), "months": months,
        "at_least": question.at_least, "per": question.per, "probability": own["probability"],
        "lo90": own["lo90"], "hi90": own["hi90"], "model": question.model, "models": models,
        "history": _history(question, line), "outcome": outcome(question, line, months),
        "track_record": _track(before, question.model),
        "track_record_since": _track(after, question.model),
        "caveats": _caveats(question, line, len(before.origins)),
    }  # fmt: skip
    row["text"] = _sentence(row)
    plain: dict[str, Any] = _json(row)
    return plain


def _history(question: Question, line: Timeline) -> dict[str, Any]:
    history = cut(line, question.as_of)
    asked = question.claim.spec.get("history", {})
    return {
        "from": str(line.start), "to": str(question.as_of - dt.timedelta(1)),
        "acts": len(history.days), "months": len(monthly(history)),
        "why": asked.get("why", ""),
    }  # fmt: skip


def outcome(question: Question, line: Timeline, months: int) -> dict[str, Any]:
    """What the record says happened: ``yes``, ``no``, ``none on record`` or ``open``.

    An act counts when all days its date can mean lie in the horizon; *no* needs a table that
    is complete to the end of the horizon. ``open``: the record ends before the horizon, or a
    date that is not exact leaves it undecided.
    """
    first, last = question.as_of, question.until(months)
    events = question.inputs.events(question.claim.spec["events"])
    spans = [(event, *_span(event)) for event in events]
    sure = [event for event, low, high in spans if first <= low and high <= min(last, line.end)]
    maybe = [event for event, low, high in spans if low <= last and high >= first]
    count, most = _count(sure, question.per), _count(maybe, question.per)
    known = question.inputs.complete({}, question.claim.spec["events"])
    if count >= question.at_least:
        word = "yes"
    elif last > line.end or most >= question.at_least:
        word = "open"
    else:
        word = "no" if known.covers(first, last) else "none on record"
    return {
        "word": word, "count": count, "first": str(_span(sure[0])[0]) if sure else None,
        "record_ends": str(line.end),
        "evidence": [dataclasses.asdict(one)
                     for one in question.inputs.evidence([event.row for event in sure], 6)],
    }  # fmt: skip


def _span(event: Dated) -> tuple[dt.date, dt.date]:
    return (event.day, event.day) if event.day else (event.low, event.high)


def _count(events: list[Dated], per: str) -> int:
    return len({_span(event) for event in events}) if per == "days" else len(events)


def _track(held: track.Record, model: str) -> dict[str, Any] | None:
    """The scores of a record, its reliability and the intervals; ``None`` where nothing is over."""
    if not held.origins:
        return None
    yes = held.count >= held.at_least
    return {
        "n": len(held.origins), "from": str(held.origins[0]), "to": str(held.origins[-1]),
        "base_rate": float(yes.mean()), "model": model,
        "models": scores.table(scores.hindsight(held)),
        "reliability": scores.reliability(held, model),
    }  # fmt: skip


def _caveats(question: Question, line: Timeline, resolved: int) -> list[str]:
    out = list(question.claim.spec.get("caveats", []))
    known = question.inputs.complete({}, question.claim.spec["events"])
    if known.start is None:
        out.append("The table is not known to be complete: rates and scores are those of acts "
                   "on record, and a quiet month may be one that nobody wrote down.")  # fmt: skip
    if line.left_out:
        acts = "1 act is" if line.left_out == 1 else f"{line.left_out} acts are"
        out.append(f"{acts} left out: a date that fits into no one month.")
    if resolved < FEW:
        out.append(f"Only {resolved} earlier questions of this kind were resolved by the as-of "
                   "date: the track record says little.")  # fmt: skip
    return out


def _sentence(row: dict[str, Any]) -> str:
    """Probability, interval, outcome and score in one sentence, for a reader in a hurry."""
    days = f"{row['as_of']} to {row['until']}"
    text = (
        f"{row['says']}, {days}: {row['probability']:.0%} (90 % interval {row['lo90']:.0%} to "
        f"{row['hi90']:.0%})."
    )
    came = row["outcome"]
    if came["word"] == "yes":
        text += f" It happened: {came['count']}, the first on {came['first']}."
    elif came["word"] == "open":
        text += f" The record, which ends on {came['record_ends']}, does not decide it."
    else:
        text += {"no": " It did not happen.", "none on record": " None is on record."}[came["word"]]
    held = row["track_record"]
    if held is None:
        return text + " No earlier question of this kind was resolved by then."
    by_name = {one["model"]: one for one in held["models"]}
    own, base = by_name[row["model"]], by_name["climatology"]
    low, high = own["brier_gain_lo90"], own["brier_gain_hi90"]
    better = "better" if low > 0 else "worse" if high < 0 else "no better, for all that is known,"
    return text + (
        f" Asked {held['n']} times before, it had a Brier score of {own['brier']:.3f}, {better} "
        f"than the base rate's {base['brier']:.3f}."
    )


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value
