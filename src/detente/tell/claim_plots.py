"""The figures of a tested claim: what chance would give, and every reasonable specification."""

from __future__ import annotations

import itertools
from typing import Any

import altair as alt

from detente.schema import Verdict
from detente.tell.figures import BREAK, INK, SOFT, WIDE, pair
from detente.tell.wording import number, unit_of


def null_distribution(verdict: Verdict, width: int) -> alt.TopLevelMixin | None:
    """What the test's statistic would be under the null, value by value, and what it was."""
    chosen = verdict.specifications[0] if verdict.specifications else {}
    shares = chosen.get("null_distribution")
    if not shares:
        return None
    seen = float(chosen["observed"])
    values = sorted(map(float, shares))
    counts = all(value == int(value) for value in (*values, seen))
    gaps = [b - a for a, b in itertools.pairwise(values)]
    step = 1.0 if counts else min(gaps, default=1.0)
    low, high = min(seen, values[0]), max(seen, values[-1]) + step
    low = -0.5 if counts and low < 0.4 * high else low - step
    x = alt.X(
        "value:Q",
        title=chosen["statistic"],
        scale=alt.Scale(domain=[low, high], nice=False, zero=False),
        axis=alt.Axis(tickMinStep=1, grid=False, format="d")
        if counts
        else alt.Axis(grid=False, tickCount=6),
    )
    rows = [{"value": float(value), "share": 100 * share} for value, share in shares.items()]
    size = max(2.0, 0.8 * (width - 60) * step / (high - low))
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color="#9da7b3", size=size)
        .encode(x=x, y=alt.Y("share:Q", title="% of the draws"))
    )
    rule = (
        alt.Chart(alt.Data(values=[{"value": seen}]))
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=x)
    )
    right = seen < (low + high) / 2
    said = f"{seen:.0f}" if counts else number(seen)
    words = (
        alt.Chart(alt.Data(values=[{"value": seen, "says": f"{said} in fact"}]))
        .mark_text(align="left" if right else "right", dx=6 if right else -6, fontSize=12)
        .encode(x=x, y=alt.value(-8), text="says:N")
    )
    return alt.layer(bars, rule, words).properties(width=width - 60, height=160)


def comparable(verdict: Verdict, series: Any = None) -> list[dict[str, Any]]:
    """The specifications with an estimate in the unit of the chosen one: one axis can hold them.

    Parameters
    ----------
    series
        The series of the claim as it states it, where it is about one.
    """
    unit = unit_of(series)
    return [
        s
        for s in verdict.specifications
        if isinstance(s.get("estimate"), int | float)
        and unit_of((s.get("changes") or {}).get("series") or series) == unit
    ]


def specification_curve(
    verdict: Verdict, width: int, series: Any = None
) -> alt.TopLevelMixin | None:
    """The estimates of all specifications in one unit, in order, with their intervals.

    The chosen one is filled in colour, those chosen after looking are hollow. Ratios stand
    on a logarithmic axis with a line at 1, changes with a line at 0.
    """
    made = comparable(verdict, series)
    if len(made) < 2:
        return None
    unit = unit_of(series)
    measure = made[0].get("measure") or "estimate"
    ratio = "ratio" in measure
    made = [s for s in made if s["estimate"] > 0] if ratio else made
    rows = [
        {
            "rank": rank,
            "estimate": s["estimate"],
            "lo": max(s["lo90"], 0.05) if ratio and s.get("lo90") is not None else s.get("lo90"),
            "hi": min(s["hi90"], 20) if ratio and s.get("hi90") is not None else s.get("hi90"),
            "which": "chosen"
            if s.get("chosen")
            else "after"
            if s.get("after_looking")
            else "other",
        }
        for rank, s in enumerate(sorted(made, key=lambda s: float(s["estimate"])), 1)
    ]
    title = [measure, f"({unit})"] if unit and "change" in measure else measure
    ends = [v for r in rows for v in (r["lo"], r["hi"], r["estimate"]) if v is not None]
    scale = alt.Scale(
        type="log" if ratio else "linear", domain=[min(ends), max(ends)], nice=not ratio
    )
    axis = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20]) if ratio else alt.Axis()
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "rank:O", title="specifications, by estimate", axis=alt.Axis(labels=False, ticks=False)
        )
    )
    bands = base.mark_rule(color="#9da7b3").encode(
        y=alt.Y("lo:Q", title=title, scale=scale, axis=axis), y2="hi:Q"
    )
    colours = {"other": SOFT, "after": SOFT, "chosen": BREAK}
    dots = [
        base.transform_filter(f"datum.which == '{which}'")
        .mark_point(
            filled=which != "after", size=90 if which == "chosen" else 55, color=colour, opacity=1
        )
        .encode(y=alt.Y("estimate:Q", title=title, scale=scale, axis=axis))
        for which, colour in colours.items()
    ]
    layers = [bands, *dots]
    if ratio or "change" in measure:
        nothing = alt.Chart(alt.Data(values=[{"none": 1 if ratio else 0}]))
        layers.insert(0, nothing.mark_rule(color=SOFT, strokeDash=[4, 3]).encode(y="none:Q"))
    return alt.layer(*layers).properties(width=width - 75, height=180)


def of_test(
    verdict: Verdict, claim_id: str, series: Any = None
) -> dict[str, dict[str, str] | None]:
    """``null`` and ``curve``: the figures of a tested claim, ``None`` where there is none.

    ``series`` is the series of the claim as it states it, where it is about one.
    """
    drawn: dict[str, dict[str, str] | None] = {}
    for name, draw, label in (
        ("null", null_distribution, "Null distribution"),
        ("curve", lambda v, width: specification_curve(v, width, series), "Specification curve"),
    ):
        made = draw(verdict, WIDE) is not None
        words = f"{label} for claim {claim_id}"
        drawn[name] = pair(lambda width, d=draw: d(verdict, width), words) if made else None
    return drawn
