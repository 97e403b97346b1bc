"""Reliability diagrams: how often it happened when a forecast said so many percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.errors import InputError
from detente.tell.figures import SOFT

_SIZE, _COLUMNS = 210, 3


def chart(questions: Sequence[dict[str, Any]]) -> alt.TopLevelMixin:
    """A panel for each question and horizon that has a track record.

    Parameters
    ----------
    questions
        As :func:`detente.forecast.answer.answer_file` gives them. Circles grow with the number
        of forecasts (sharpness: the farther from the base rate, the sharper); lines are 90 %
        intervals; the dashed line is perfect reliability, the grey one the base rate.

    Raises
    ------
    InputError
        No question has a track record.
    """
    panels = [_panel(q, q["track_record"]) for q in questions if q.get("track_record")]
    if not panels:
        raise InputError("--diagram", "no track record", "a question asked before")
    rows = [alt.hconcat(*panels[i : i + _COLUMNS]) for i in range(0, len(panels), _COLUMNS)]
    return alt.vconcat(*rows, spacing=24)


def _panel(question: dict[str, Any], held: dict[str, Any]) -> alt.LayerChart:
    x = alt.X("forecast:Q", title="forecast", scale=alt.Scale(domain=[0, 1]), axis=_axis())
    y = alt.Y("happened:Q", title="happened", scale=alt.Scale(domain=[0, 1]), axis=_axis())
    base = alt.Chart(alt.Data(values=held["reliability"]))
    line = alt.Chart(
        alt.Data(values=[{"forecast": 0, "happened": 0}, {"forecast": 1, "happened": 1}])
    )
    rate = alt.Chart(alt.Data(values=[{"happened": held["base_rate"]}]))
    months = "1 month" if question["months"] == 1 else f"{question['months']} months"
    about = f"{held['n']} forecasts, {held['from']} to {held['to']}"
    return alt.layer(
        line.mark_line(strokeDash=[4, 3], color=SOFT).encode(x=x, y=y),
        rate.mark_rule(color="#d8dee4", strokeWidth=2).encode(y=y),
        base.mark_rule(color="#0a66c2").encode(x=x, y=alt.Y("lo90:Q"), y2="hi90:Q"),
        base.mark_circle(color="#0a66c2", opacity=1).encode(
            x=x, y=y, size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[30, 300]))
        ),
    ).properties(
        width=_SIZE, height=_SIZE,
        title=alt.TitleParams(
            f"{question['id']}, {months}", subtitle=[about, f"model: {held['model']}"],
            anchor="start", subtitleColor=SOFT,
        ),
    )  # fmt: skip


def _axis() -> alt.Axis:
    return alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
