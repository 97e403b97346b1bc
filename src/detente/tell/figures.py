"""The figures of a brief, as SVG: drawn with Altair, rendered by vl-convert.

SVG without script opens offline, prints, and passes a Content-Security-Policy that allows no
script at all; each figure is drawn once for wide pages and once for phones.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.record.casebook import Casebook
from detente.schema import bounds
from detente.tell.verdicts import LOOKS
from detente.tell.wording import level

#: Widths of a figure: in a wide page's column, on a phone, and in a card.
WIDE, NARROW, CARD = 900, 340, 400
INK, SOFT, _GRID = "#24292f", "#57606a", "#d8dee4"
BREAK = "#bc4c00"
_TAG, _ARIA = re.compile(r"<\w[^<>]*>"), re.compile(r' (?:role|aria-\w+)="[^"]*"')
CONFIG = {
    "aria": False,  # the figure as a whole says what it shows; a thousand marks would not
    "background": "transparent",
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    "axis": {"labelColor": SOFT, "titleColor": SOFT, "gridColor": _GRID, "domainColor": _GRID,
             "tickColor": _GRID, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 400},
    "view": {"stroke": None},
    "text": {"color": INK},
    "legend": {"labelColor": SOFT, "titleColor": SOFT},
}  # fmt: skip


def svg(chart: alt.TopLevelMixin, label: str) -> str:
    """A chart as an SVG element that scales to its column and says what it shows."""
    import vl_convert

    spec = chart.to_dict(validate=False)  # our own charts, checked by their tests: a second saved
    spec["config"] = {**spec.get("config", {}), **CONFIG}
    drawn = vl_convert.vegalite_to_svg(spec)
    width, height = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn).groups()  # type: ignore[union-attr]
    from markupsafe import escape

    # Vega names each group of marks a symbol without words; the label of the whole says it all
    drawn = _TAG.sub(lambda tag: _ARIA.sub("", tag[0]), drawn)
    head = f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
    drawn = re.sub(r"<svg\b", head, drawn, count=1)
    drawn = re.sub(r' viewBox="[^"]*"(?=[^>]*viewBox)', "", drawn, count=1)
    # one viewBox only, and no size of its own: the page's column decides
    drawn = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", drawn, count=1)
    return re.sub(r'(<svg[^>]*viewBox="[^"]*"[^>]*?) viewBox="[^"]*"', r"\1", drawn, count=1)


def pair(draw: Any, label: str) -> dict[str, str]:
    """The same figure for wide pages and for phones."""
    return {"wide": svg(draw(WIDE), label), "narrow": svg(draw(NARROW), label)}


def _middle(edtf: str) -> str:
    low, high = bounds(edtf)
    return str(low + (high - low) / 2)


def timeline(
    stated: Sequence[dict[str, Any]], casebook: Casebook, width: int
) -> alt.TopLevelMixin | None:
    """Dated statements above the line, records below, joined where they differ.

    Parameters
    ----------
    stated
        Dicts with ``number``, ``date`` (EDTF, as the text has it), ``verdict`` and ``record``
        (EDTF date of the record compared with, or ``None``).
    """
    if not stated:
        return None
    low = min(bounds(s["date"])[0] for s in stated) - dt.timedelta(900)
    high = max(bounds(s["date"])[1] for s in stated) + dt.timedelta(900)
    top = _in_lanes(stated, (high - low).days * 24 / (width - 70))
    lanes = 1 + max(row["y"] for row in top)
    near = [r for r in casebook.records if low <= r.span[0] <= high]
    between = {_middle(r.date)[:7] for r in near if {*r.sources, *r.targets} & {*casebook.dyad}}
    x = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(domain=[str(low), str(high)]),
        axis=alt.Axis(format="%Y", tickCount=10 if width > 500 else 5, grid=False),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[_FOOT - 0.2, lanes - 0.4]),
        axis=alt.Axis(
            values=[0, (_HEAD + _FOOT) / 2], grid=False, ticks=False, domain=False,
            labelExpr="datum.value < -1 ? 'record' : 'text'",
        ),
    )  # fmt: skip
    layers = [
        _rules([{"date": month, "y": _HEAD, "y2": _FOOT} for month in sorted(between)], x, y)
        .mark_rule(strokeWidth=1.2, color=SOFT, opacity=0.35),
        *_joined(top, x, y),
    ]  # fmt: skip
    colour = _of_verdict()
    spots = alt.Chart(alt.Data(values=top))
    layers.append(spots.mark_circle(size=260, opacity=1).encode(x=x, y=y, color=colour))
    numbers = spots.mark_text(color="white", fontSize=10, fontWeight=700)
    layers.append(numbers.encode(x=x, y=y, text="number:N"))
    height = 24 * (lanes + abs(_FOOT))
    return alt.layer(*layers).properties(width=width - 70, height=height)


#: Where the strip of records begins and ends below the first lane of circles.
_HEAD, _FOOT = -1.3, -2.2


def _of_verdict() -> alt.Color:
    looks = [look.light for look in LOOKS.values()]
    return alt.Color("verdict:N", scale=alt.Scale(domain=list(LOOKS), range=looks), legend=None)


def _rules(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, y2="y2:Q")


def _joined(top: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """From each statement the record differs from: a line to its tick, and the tick in colour."""
    rows = [
        {"date": row["date"], "x2": row["record"], "y": row["y"], "y2": _HEAD, "foot": _FOOT,
         "verdict": row["verdict"]}
        for row in top
        if row["record"] and row["verdict"] in {"partly supported", "contradicted"}
    ]  # fmt: skip
    if not rows:
        return []
    base = alt.Chart(alt.Data(values=rows)).encode(color=_of_verdict())
    lines = base.mark_rule(strokeWidth=1.5).encode(x=x, x2="x2:T", y=y, y2="y2:Q")
    ends = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("x2:T", title=None), y=alt.Y("y2:Q", title=None), y2="foot:Q"
    )
    return [lines, ends]


def _in_lanes(stated: Sequence[dict[str, Any]], days: float) -> list[dict[str, Any]]:
    """Circles in date order, each in the lowest lane where it covers no other."""
    ends: list[dt.date] = []
    out = []
    for item in sorted(stated, key=lambda s: _middle(s["date"])):
        day = dt.date.fromisoformat(_middle(item["date"]))
        lane = next((i for i, end in enumerate(ends) if day >= end), len(ends))
        ends[lane : lane + 1] = [day + dt.timedelta(days)]
        out.append(
            {
                "date": str(day),
                "number": str(item["number"]),
                "verdict": item.get("verdict"),
                "record": _middle(item["record"]) if item.get("record") else None,
                "y": lane,
            }
        )
    return out


def index_line(
    rows: Sequence[dict[str, Any]],
    turns: Sequence[dict[str, Any]],
    title: str,
    width: int,
    steps: Sequence[dict[str, Any]] = (),
) -> alt.TopLevelMixin | None:
    """The index over time with its 50 and 90 % bands where it has them.

    Parameters
    ----------
    rows
        Dicts with ``date`` (ISO), ``index`` and optionally ``lo50 hi50 lo90 hi90``.
    turns
        Dated statements of the text, drawn as numbered circles above the line.
    steps
        Breaks, as dicts with ``at`` and the ends of its 90 % interval ``from``, ``to`` (ISO).
    """
    if not rows:
        return None
    x = alt.X(
        "date:T",
        title=None,
        axis=alt.Axis(format="%Y", tickCount=10 if width > 500 else 5, grid=False),
    )
    y = alt.Y("y:Q", title=title)
    base = alt.Chart(alt.Data(values=list(rows)))
    layers: list[alt.Chart] = []
    if steps:
        change = alt.Chart(alt.Data(values=list(steps)))
        layers.append(change.mark_rect(color=BREAK, opacity=0.14).encode(x="from:T", x2="to:T"))
        layers.append(change.mark_rule(color=BREAK, strokeWidth=1.5).encode(x="at:T"))
    for low, high, opacity in (("lo90", "hi90", 0.15), ("lo50", "hi50", 0.25)):
        if rows[0].get(low) is not None:
            area = base.mark_area(opacity=opacity, color="#0a66c2")
            layers.append(area.encode(x=x, y=alt.Y(f"{low}:Q", title=title), y2=f"{high}:Q"))
    line = base.mark_line(color="#0a66c2", strokeWidth=1.8)
    layers.append(line.encode(x=x, y=alt.Y("index:Q", title=title)))
    layers += _levels(rows, x, y)
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=SOFT, opacity=0.5).encode(y="y:Q")
    inside = [t for t in turns if rows[0]["date"] <= _middle(t["date"]) <= rows[-1]["date"]]
    if inside:
        layers += _turning_points(rows, inside, x, y, width)
    return alt.layer(zero, *layers).properties(width=width - 60, height=260)


def _levels(rows: Sequence[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The highest, the lowest and the last level, written at their points of the line."""
    ranked = sorted(rows, key=lambda row: float(row["index"]))
    layers: list[alt.Chart] = []
    for row, up in ((ranked[-1], True), (ranked[0], False), (rows[-1], True)):
        if layers and row["date"] in (ranked[0]["date"], ranked[-1]["date"]) and row is rows[-1]:
            continue  # the last one is the highest or lowest, and written already
        at = rows.index(row) / max(len(rows) - 1, 1)
        base = alt.Chart(alt.Data(values=[{
            "date": row["date"], "y": row["index"], "says": level(row["index"])
        }])).encode(x=x, y=y)  # fmt: skip
        layers.append(base.mark_point(filled=True, size=30, color="#0a66c2", opacity=1))
        words = base.mark_text(
            dy=-9 if up else 15, fontSize=12, fontWeight=600, color=INK,
            align="left" if at < 0.05 else "right" if at > 0.95 else "center",
        )  # fmt: skip
        layers.append(words.encode(text="says:N"))
    return layers


def _turning_points(
    rows: Sequence[dict[str, Any]], turns: Sequence[dict[str, Any]], x: alt.X, y: alt.Y, width: int
) -> list[alt.Chart]:
    """Numbered circles above the band, each with a dotted line down through the index."""
    days = (dt.date.fromisoformat(rows[-1]["date"]) - dt.date.fromisoformat(rows[0]["date"])).days
    top = max(row.get("hi90") or row["index"] for row in rows)
    low = min(row.get("lo90") or row["index"] for row in rows)
    marks = _in_lanes(turns, days * 20 / (width - 60))
    height = (top - min(low, 0)) / 9  # of a lane, in units of the index
    for mark in marks:
        mark |= {"y": top + height * (mark["y"] + 0.8), "y2": min(low, 0.0)}
    spots = alt.Chart(alt.Data(values=marks)).encode(x=x, y=y)
    dotted = spots.mark_rule(color=SOFT, strokeDash=[2, 3], opacity=0.5).encode(y2="y2:Q")
    circles = spots.mark_circle(size=200, opacity=1).encode(color=_of_verdict())
    numbers = spots.mark_text(color="white", fontSize=9, fontWeight=700).encode(text="number:N")
    return [dotted, circles, numbers]


def chances(rows: Sequence[dict[str, Any]], width: int) -> alt.TopLevelMixin:
    """Probabilities on a line from 0 to 100 %: bar for the interval, dot, diamond, each a row.

    Parameters
    ----------
    rows
        Dicts with ``label``, ``said``, ``lo90``, ``hi90`` and ``base`` (the base rate's
        probability), all four from 0 to 1.
    """
    labels = [row["label"] for row in rows]
    shown = [{**row, **{k: 100 * row[k] for k in ("said", "lo90", "hi90", "base")}} for row in rows]
    y = alt.Y(
        "label:N",
        title=None,
        sort=labels,
        axis=alt.Axis(labelLimit=200, labelPadding=10, ticks=False, domain=False),
    )
    ticks = [0, 25, 50, 75, 100] if width > 500 else [0, 50, 100]
    axis = alt.Axis(values=ticks, labelExpr="datum.value + ' %'", labelFlush=True)
    scale = alt.Scale(domain=[0, 100])
    base = alt.Chart(alt.Data(values=shown))
    blue = LOOKS["contested"].light
    bars = base.mark_bar(color=blue, opacity=0.28, size=14, cornerRadius=3).encode(
        y=y, x=alt.X("lo90:Q", title=None, scale=scale, axis=axis), x2="hi90:Q"
    )
    dots = base.mark_point(filled=True, opacity=1, size=150, color=blue).encode(y=y, x="said:Q")
    rival = base.mark_point(
        shape="diamond", filled=False, size=110, color=SOFT, strokeWidth=2, opacity=1
    ).encode(y=y, x="base:Q")
    return alt.layer(bars, dots, rival).properties(width=width - 130, height=34 * len(rows))
