"""A dyad's index as a figure: bands, breaks, the largest acts, and how much of it is data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from detente.errors import InputError
from detente.measure.breaks import Breaks
from detente.measure.largest import Largest
from detente.tell import files
from detente.tell.figures import CONFIG, SOFT

SUFFIXES = (".svg", ".png")
_WIDTH, _HEIGHT = 820, 170
#: A step is drawn when it is likelier than not.
LIKELY = 0.5


def chart(
    columns: Mapping[str, Any],
    breaks: Mapping[str, Breaks],
    names: Sequence[str],
    acts: Sequence[Largest],
    source: str,
    width: int = _WIDTH,
    alone: bool = True,
) -> alt.TopLevelMixin:
    """The figure of one dyad.

    Parameters
    ----------
    columns
        The index as :func:`detente.measure.index.index` gives it, of one dyad.
    breaks, names
        Breaks by direction, and the names of the periods their positions point at.
    acts
        Periods to name, numbered in the figure and listed under it.
    source
        File and data set, for the line under the figure.
    width
        Pixels of its panels.
    alone
        With title, units, source and the list of acts; a page that says these itself goes without.
    """
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    rows = [{**row, "date": _day(str(row["month"]))} for row in rows]
    shown = [d for d in dict.fromkeys(str(row["direction"]) for row in rows) if d != "asymmetry"]
    low = min(float(r["lo90"]) for r in rows if r["direction"] in shown)
    high = max(float(r["hi90"]) for r in rows if r["direction"] in shown)
    scale = alt.Scale(domain=[low, high], nice=True, zero=False)  # one for all: to compare them
    panels = [
        _panel(
            [r for r in rows if r["direction"] == d], d, breaks.get(d), names, acts, scale, width
        )
        for d in shown
    ]
    acts_on: dict[str, int] = {}
    for row in rows:
        if ">" in str(row["direction"]):  # the two directions, of which there may be one only
            acts_on[row["date"]] = acts_on.get(row["date"], 0) + int(row["n"])
    counted = [{"date": day, "n": n} for day, n in acts_on.items()]
    strip = (
        alt.Chart(alt.Data(values=counted))
        .mark_bar(color=SOFT, opacity=0.7, width=max(1, 0.8 * width / max(len(counted), 1)))
        .encode(
            x=_time(10 if width > 500 else 5),
            y=alt.Y("n:Q", title="acts", axis=alt.Axis(tickCount=3)),
        )
        .properties(width=width, height=46)
    )
    stacked = alt.vconcat(*panels, strip, spacing=14)
    if not alone:
        return stacked
    dyad = str(rows[0]["dyad"])
    total = sum(acts_on.values())
    foot = [
        *(f"{number}  {_in_words(act)}" for number, act in enumerate(acts, 1)),
        "Index: expected intensity of an act, −10 (conflict) to 10 (cooperation); "
        f"bands 50 and 90 %; breaks in orange. n = {total} acts.",
        f"Source: {source}",
    ]
    return stacked.properties(
        title=alt.TitleParams(
            dyad, subtitle=foot, anchor="start", orient="top", subtitleColor=SOFT, offset=12
        )
    )


def write(figure: alt.TopLevelMixin, path: Path) -> None:
    """Write the figure as ``.svg`` or ``.png``, whole or not at all."""
    import vl_convert

    spec = figure.to_dict(validate=False)
    spec["config"] = {**spec.get("config", {}), **CONFIG, "background": "white"}
    if path.suffix.lower() == ".svg":
        drawn = vl_convert.vegalite_to_svg(spec).encode()
    else:
        drawn = vl_convert.vegalite_to_png(spec, scale=2)
    files.write_all(path.parent, {path.name: drawn})


def check(path: Path, option: str = "--plot") -> None:
    """Stop at a name that is neither SVG nor PNG, or in no folder, before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{option} {path}", f"the suffix {path.suffix!r}", " or ".join(SUFFIXES))
    if not path.parent.is_dir():
        raise InputError(f"{option} {path}", "no such folder", "a folder that exists")


def _panel(
    rows: list[dict[str, Any]], direction: str, found: Breaks | None, names: Sequence[str],
    acts: Sequence[Largest], scale: alt.Scale, width: int,
) -> alt.LayerChart:  # fmt: skip
    title = direction.replace(">", " toward ")
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("index:Q", title=title, scale=scale)
    layers: list[alt.Chart] = []
    for change in (*found.changes, *([found.bend] if found.bend else [])) if found else ():
        if change.probability >= LIKELY:
            span = {"from": _day(names[change.lo90]), "to": _day(names[change.hi90]),
                    "at": _day(names[change.when])}  # fmt: skip
            step = alt.Chart(alt.Data(values=[span]))
            layers.append(step.mark_rect(color="#bc4c00", opacity=0.12).encode(
                x=alt.X("from:T", title=None), x2="to:T"))  # fmt: skip
            layers.append(step.mark_rule(color="#bc4c00", strokeWidth=1.5).encode(x="at:T"))
    for low, high, opacity in (("lo90", "hi90", 0.15), ("lo50", "hi50", 0.25)):
        layers.append(base.mark_area(opacity=opacity, color="#0a66c2").encode(
            x=_time(), y=alt.Y(f"{low}:Q", title=title, scale=scale), y2=f"{high}:Q"))  # fmt: skip
    layers.append(base.mark_line(color="#0a66c2", strokeWidth=1.8).encode(x=_time(), y=y))
    if direction == "both" and acts:
        levels = {str(row["month"]): row["index"] for row in rows}
        marks = [
            {"date": _day(act.period), "y": float(levels[act.period]), "number": str(number)}
            for number, act in enumerate(acts, 1)
            if act.period in levels
        ]
        at = alt.Chart(alt.Data(values=marks)).encode(
            x=_time(), y=alt.Y("y:Q", title=title, scale=scale)
        )
        layers.append(at.mark_circle(size=230, color="#24292f", opacity=1))
        numbers = at.mark_text(color="white", fontSize=10, fontWeight=700)
        layers.append(numbers.encode(text="number:N"))
    return alt.layer(*layers).properties(width=width, height=_HEIGHT)


def _time(ticks: int = 0) -> alt.X:
    """The time axis, drawn where it is to have ticks."""
    axis = alt.Axis(grid=False, labels=ticks > 0, ticks=ticks > 0, tickCount=ticks or 10)
    return alt.X("date:T", title=None, axis=axis)


def _day(period: str) -> str:
    return period + {4: "-07-01", 7: "-15"}.get(len(period), "")


def _in_words(act: Largest) -> str:
    others = f", the heaviest of {act.acts} acts" if act.acts > 1 else ""
    return (
        f"{act.period}: {act.source} → {act.target} {act.event_type} on {act.date} "
        f"({act.weight:+.1f}){others}; all together {act.sum:+.1f}"
    )
