"""Every figure of a brief as a file of its own: SVG, and PNG for word processors.

Each carries title, units, source and n, because a figure leaves its page sooner or later.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
from typing import Any

import altair as alt

from detente.claims.check import Checked
from detente.schema import Verdict
from detente.tell import claim_plots, figures
from detente.tell.page import _dated
from detente.tell.relationship import relationship
from detente.tell.result import Brief
from detente.tell.verdicts import LOOKS
from detente.tell.wording import null_in_words, plain

#: Pixels of a PNG for each unit of the SVG: 2,200 across, 300 dots an inch on 7.4 inches.
SCALE = 2.5
#: Letters of a title and of a line below it that fit a wide figure.
_TITLE, _LINE = 90, 150
_VIEW_BOX = re.compile(r'<svg\b([^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*)>')


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure: ``name`` says what it shows and is a file name without ending."""

    name: str
    label: str
    svg: str

    def png(self, scale: float = SCALE) -> bytes:
        """The same as PNG on white."""
        import vl_convert

        return bytes(vl_convert.svg_to_png(self.svg, scale=scale))


def images(brief: Brief, folder: str = "figures/") -> dict[str, str | bytes]:
    """SVG and PNG of every figure by file name."""
    out: dict[str, str | bytes] = {}
    for figure in drawn(brief):
        out[f"{folder}{figure.name}.svg"] = figure.svg
        out[f"{folder}{figure.name}.png"] = figure.png()
    return out


def drawn(brief: Brief) -> list[Figure]:
    """Timeline, relationship index, and of each tested claim its null distribution and curve."""
    numbered = {item.statement.statement_id: n for n, item in enumerate(brief.findings, 1)}
    stated = _dated(brief, numbered)
    found = [_timeline(brief, stated), _index(brief, stated)]
    told: set[str] = set()
    for item in brief.findings:
        if item.claim is None or item.verdict is None or item.verdict.estimate is None:
            continue
        name = _file_name(item.claim.claim_id, told)
        if name:
            found += [_null(item, item.verdict, name), _curve(item, item.verdict, name)]
    return [figure for figure in found if figure is not None]


def _file_name(claim_id: str, told: set[str]) -> str:
    """A claim's id as a part of a file name; empty for a claim that has its figures."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", claim_id).strip("-.") or "unnamed"
    if name.casefold() in told:
        return ""
    told.add(name.casefold())
    return name


def _timeline(brief: Brief, stated: list[dict[str, Any]]) -> Figure | None:
    case = brief.casebook
    words = [word for word in LOOKS if any(one["verdict"] == word for one in stated)]
    return _figure(
        "timeline-of-dated-statements",
        figures.timeline(stated, case, figures.WIDE),
        f"When: “{brief.reading.document.title}” above, the record below",
        f"Circles: {len(stated)} dated statements by the date the text gives, numbered as in "
        f"brief.html; {', '.join(f'{_COLOURS[word]} {word}' for word in words)}. Ticks: acts on "
        f"record; a line joins a statement to a record that differs. Years on the axis. "
        f"Source: {case.title}, n = {len(case.records)} records.",
    )


#: The colours of ``LOOKS`` by name, for a line below a figure.
_COLOURS = {
    "supported": "green", "partly supported": "brown", "contradicted": "red",
    "not supported": "violet", "contested": "blue", "no record": "grey",
    "not testable here": "grey",
}  # fmt: skip


def _index(brief: Brief, stated: list[dict[str, Any]]) -> Figure | None:
    found = relationship(brief.casebook, brief.reading.dyad)
    if found is None:
        return None
    return _figure(
        "relationship-index-by-year",
        figures.index_line(found.rows, stated, "intensity (−10 … 10)", figures.WIDE, found.steps),
        f"The relationship over the years: {' and '.join(brief.casebook.dyad)}",
        "Line and bands: latent state with 50 and 90 % intervals, from acts weighted on the "
        "conflict–cooperation scale (Goldstein weights, −10 … 10). Orange: breaks, with the 90 % "
        f"interval of their date. Circles: dates the text speaks of. n = {found.acts} "
        f"directed acts, {found.rows[0]['date'][:4]} to "
        f"{found.rows[-1]['date'][:4]}. Source: tables {', '.join(found.tables)} of "
        f"{brief.casebook.title}: a selection and not a census.",
    )


def _null(item: Checked, verdict: Verdict, name: str) -> Figure | None:
    assert item.claim is not None  # as drawn() picks them
    return _figure(
        f"null-distribution-of-claim-{name}",
        claim_plots.null_distribution(verdict, figures.WIDE),
        f"{item.claim.claim_id}: {item.claim.says}",
        f"Grey: share of the draws (%), {verdict.specifications[0].get('statistic', 'count')}, "
        f"under the null ({null_in_words(verdict.null)}). Line: in fact. n = {verdict.n}. {_sources(item)}",
    )


def _curve(item: Checked, verdict: Verdict, name: str) -> Figure | None:
    assert item.claim is not None
    return _figure(
        f"specification-curve-of-claim-{name}",
        claim_plots.specification_curve(verdict, figures.WIDE, item.claim.spec.get("series")),
        f"{item.claim.claim_id}: {item.claim.says}",
        f"{len(claim_plots.comparable(verdict, item.claim.spec.get('series')))} specifications in one "
        f"unit, of {len(verdict.specifications)}, by estimate, with 90 % intervals where they "
        "exist. Orange: the one chosen before looking; hollow: "
        f"chosen after looking, never deciding. n = {verdict.n} in the chosen one. {_sources(item)}",
    )


def _sources(item: Checked) -> str:
    tables = dict.fromkeys(e.table for e in item.verdict.evidence) if item.verdict else {}
    case = item.claim.casebook if item.claim else None
    words = f" of {case.title}" if case else ""
    return f"Source: {', '.join(tables)}{words}." if tables else ""


def _figure(name: str, chart: Any, title: str, below: str) -> Figure | None:
    """The chart with its title and the lines that explain it, or ``None`` without a chart."""
    if chart is None:
        return None
    title, below = (" ".join(plain(text).split()) for text in (title, below))
    heading = alt.TitleParams(
        text=textwrap.wrap(title, _TITLE, max_lines=3, placeholder=" …"),
        subtitle=textwrap.wrap(below, _LINE, break_on_hyphens=False),
        anchor="start",
        fontSize=15,
        subtitleFontSize=11,
        subtitleColor="#57606a",
        offset=12,
    )
    svg = figures.svg(chart.properties(title=heading), title)
    return Figure(name, title, standing_alone(svg))


def standing_alone(svg: str) -> str:
    """A page's figure as a file: its own size and a white ground.

    In a page the column decides the size and the page the ground.
    """
    return _VIEW_BOX.sub(
        r'<svg\1 width="\2" height="\3"><rect width="100%" height="100%" fill="#ffffff"/>',
        svg,
        count=1,
    )
