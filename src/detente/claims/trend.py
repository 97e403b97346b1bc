"""Does a series slide, and is it a slide at all? Tests that autocorrelation cannot fool.

* ``ar1`` (the default): slope by generalised least squares with AR(1) errors; its t-ratio is
  compared with those of simulated trendless series of the same autocorrelation, in which the
  autocorrelation is estimated anew (:mod:`detente.claims.autocorrelated`).
* ``mann-kendall``: Kendall's rank statistic against the same simulated series: robust to
  outliers (Mann 1945; Kendall 1975; Hamed and Rao 1998 on why its textbook variance fails).

A block bootstrap of the residuals was tried and left out: it rejected 8–9 % of trendless
series of 30 to 60 values at 5 %.

Where the series has bounds (``lo90``/``hi90``) or numbers of trials, the slope is estimated on
20 draws of the series and combined by Rubin's rules (1987): the error of the index widens the
interval and lowers the t-ratio.

``shape: gradual`` asks more than a slope: see :mod:`detente.claims.shapes`.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import norm

from detente.claims import shapes
from detente.claims.autocorrelated import Fit, fit, plausible, simulate
from detente.claims.finding import ALPHA, POWER, Finding, of_draws
from detente.claims.inputs import Inputs, Point
from detente.record.match import in_words
from detente.schema import VerdictWord, bounds

_DRAWS, _SEARCHES = 999, 299
_IMPUTATIONS = 20
_SEED = 20_120_411
#: What the draws of a null are draws of.
_STATISTICS = {"ar1": "change per decade", "mann-kendall": "Kendall's S"}
#: A trend in fewer values than this is a matter of taste.
_FEWEST = 8


@dataclasses.dataclass(frozen=True)
class Slope:
    """Coefficient of a regressor with its test: p for a rise and for a fall, and 90 % bounds.

    ``statistic`` is what was compared with ``draws``: the coefficient, or Kendall's S.
    """

    value: float
    error: float
    lo: float
    hi: float
    p_up: float
    p_down: float
    phi: float
    critical: float
    statistic: float
    draws: np.ndarray


def test(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """One specification of a trend claim."""
    points = _points(spec, data)
    if len(points) < _FEWEST:
        return Finding("not testable here", f"the series has only {len(points)} values.",
                       n=len(points))  # fmt: skip
    time, y, sd, step = _arrays(points)
    name = spec.get("null", "ar1")
    decades = time / (10.0 / step)
    slope = estimate(y, sd, decades, time, name)
    direction = spec.get("direction", "either")
    p, p_other = _p(slope, direction)
    word, text, caveats = _word(p, p_other), _text(points, slope, p), []
    if spec.get("shape", "any") == "gradual":
        shape = shapes.compare(y, time)
        word, extra = _gradual(word, shape, points, direction)
        text += f" {extra}"
        caveats.append(shapes.table(shape))
    if not sd.any():
        caveats.append("The values have no stated error; the interval does not hold one.")
    return Finding(
        word=word,
        text=text,
        measure="change per decade",
        estimate=slope.value,
        lo90=slope.lo,
        hi90=slope.hi,
        p=p,
        n=len(points),
        null=name,
        smallest_effect=smallest(slope, direction),
        evidence=data.evidence([points[0].row, points[-1].row]),
        caveats=tuple(caveats),
        under_null=of_draws(_STATISTICS[name], slope.statistic, slope.draws),
    )


def step(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """A change of level of a yearly series of counts, at a known or unknown date.

    The series is taken as ``log(count + ½)``; the estimate is the ratio after over before.
    """
    points = _points(spec, data)
    if len(points) < _FEWEST:
        return Finding("not testable here", f"the series has only {len(points)} values.",
                       n=len(points))  # fmt: skip
    time, y, _, _ = _arrays(points)
    known = spec["at"] != "unknown"
    cuts = _cuts(points, bounds(spec["at"])[0]) if known else np.arange(2, len(points) - 1)
    if not 0 < cuts[0] < len(points):
        return Finding("not testable here", "no values lie on one side of the change.",
                       n=len(points))  # fmt: skip
    direction = {"more": "up", "fewer": "down"}.get(spec.get("direction", "either"), "either")
    logs = np.log(np.maximum(y, 0.0) + 0.5)
    scores = [_score(fit(logs[None, :], _design(_after(y, int(cut))), time).t, direction)[0]
              for cut in cuts]  # fmt: skip
    cut = int(cuts[int(np.argmax(scores))])
    # logs of small counts scatter more where the counts are low: the error is widened by the
    # leverage of the shorter side, as HC3 does (MacKinnon and White 1985)
    inflate = 1 / (1 - 1 / max(min(cut, y.size - cut), 2))
    slope = estimate(logs, np.zeros_like(y), _after(y, cut), time, cautious=True, inflate=inflate)
    p, p_other = _p(slope, direction)
    under_null = of_draws("change of ln(count + ½)", slope.statistic, slope.draws)
    if not known:
        seen = float(max(scores)) / inflate
        highest = _searched(logs, time, cuts, direction)
        p, p_other = float((1 + np.count_nonzero(highest >= seen)) / (1 + highest.size)), 1.0
        under_null = of_draws("largest t-ratio of all dates", seen, highest)
    at, least = points[cut].low, smallest(slope, direction)
    return Finding(
        word=_word(p, p_other),
        text=(
            f"{y[:cut].mean():.3g} on average before {in_words(at, at)}, {y[cut:].mean():.3g} "
            f"from then on ({len(points)} values; p = {p:.2g})."
        ),
        measure="rate ratio",
        estimate=float(np.exp(slope.value)),
        lo90=float(np.exp(slope.lo)),
        hi90=float(np.exp(slope.hi)),
        p=p,
        n=len(points),
        null="ar1" if known else "ar1, maximum over dates",
        smallest_effect=float(np.exp(least)) if known else None,
        evidence=data.evidence([points[cut - 1].row, points[cut].row]),
        under_null=under_null,
    )


def _word(p: float, p_other: float) -> VerdictWord:
    return "supported" if p < ALPHA else "contradicted" if p_other < ALPHA else "not supported"


def _after(y: np.ndarray, cut: int) -> np.ndarray:
    return (np.arange(y.size) >= cut) * 1.0


def _score(t: np.ndarray, direction: str) -> np.ndarray:
    return np.abs(t) if direction == "either" else t if direction == "up" else -t


def _cuts(points: list[Point], at: Any) -> np.ndarray:
    """Index of the first value after a known change; a value that spans it counts as after."""
    return np.array([sum(point.high < at for point in points)])


def _searched(y: np.ndarray, time: np.ndarray, cuts: np.ndarray, direction: str) -> np.ndarray:
    """The score of the largest step over all dates, by the same search in simulated series."""
    random = np.random.default_rng(_SEED)
    real = fit(y[None, :], _design(_after(y, int(cuts[cuts.size // 2]))), time)
    null = simulate(time, plausible(real, _SEARCHES, random, cautious=True), random)
    t = np.stack([fit(null, _design(_after(y, int(cut))), time).t for cut in cuts])
    both = np.concatenate((t, -t), axis=1)  # a series turned upside down is as likely
    return np.asarray(_score(both, direction).max(axis=0))


def _points(spec: Mapping[str, Any], data: Inputs) -> list[Point]:
    points = data.series(spec["series"])
    if "period" in spec:
        low, high = bounds(spec["period"]["from"])[0], bounds(spec["period"]["to"])[1]
        points = [point for point in points if low <= point.low and point.high <= high]
    twice = [a.low for a, b in itertools.pairwise(points) if a.low == b.low]
    if twice:
        raise data.error("series", f"two values for {twice[0]}", "one value for each date",
                         "narrow the series with where")  # fmt: skip
    return points


def _arrays(points: list[Point]) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Time in steps of the series, values, standard errors, and the length of a step in years."""
    years = np.array([point.time for point in points])
    gap = float(np.median(np.diff(years))) if len(points) > 1 else 1.0
    unit = 1 / 12 if gap < 0.12 else 0.25 if gap < 0.4 else max(1.0, round(gap))
    time = np.round((years - years[0]) / unit) if len(points) else years
    if np.any(np.diff(time) <= 0):
        time, unit = (years - years[0]) / gap, gap
    values = np.array([point.value for point in points])
    return time, values, np.array([point.sd for point in points]), unit


def _design(regressor: np.ndarray) -> np.ndarray:
    return np.column_stack((np.ones_like(regressor), regressor))


def estimate(
    y: np.ndarray, sd: np.ndarray, regressor: np.ndarray, time: np.ndarray, name: str = "ar1",
    draws: int = _DRAWS, cautious: bool = False, inflate: float = 1.0,
) -> Slope:  # fmt: skip
    """Coefficient of a regressor and its p-values under a null without it.

    Parameters
    ----------
    y, sd, regressor, time : arrays, shape (n,)
        Values, their standard errors (0: not known), the regressor, and time in steps.
    name
        ``ar1`` or ``mann-kendall``.
    cautious, inflate
        Take no autocorrelation below the estimate; widen the error by a factor.
    """
    random = np.random.default_rng(_SEED)
    centred = regressor - regressor.mean()
    x = _design(centred)
    if np.ptp(y) == 0:
        return Slope(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 2.0, 0.0, np.zeros(1))
    real = fit(y[None, :], x, time)
    value, error = _pooled(y, sd, x, time, real, random)
    error *= inflate
    phi = float(real.phi[0])
    null = simulate(time, plausible(real, draws, random, cautious), random)
    t_null = fit(null, x, time).t
    t = value / error
    critical = float(np.quantile(np.abs(t_null), 0.90))
    unit = error  # a t-ratio times the error is the coefficient
    if name == "mann-kendall":
        unit = 1.0
        t, t_null = float(_kendall(y[None, :], centred)[0]), _kendall(null, centred)
    # a simulated series turned upside down is as likely as it was: each counts for both tails,
    # which halves the error of a p-value from so many draws
    beyond = (1 + np.count_nonzero(np.abs(t_null) >= abs(t))) / (1 + draws) / 2
    return Slope(
        value=value,
        error=error,
        lo=value - critical * error,
        hi=value + critical * error,
        p_up=float(beyond if t > 0 else 1 - beyond),
        p_down=float(1 - beyond if t > 0 else beyond),
        phi=phi,
        critical=critical,
        statistic=t * unit,
        draws=np.concatenate((t_null, -t_null)) * unit,
    )


def _pooled(
    y: np.ndarray, sd: np.ndarray, x: np.ndarray, time: np.ndarray, real: Fit,
    random: np.random.Generator,
) -> tuple[float, float]:  # fmt: skip
    """Coefficient and error; with errors of the values, pooled over draws by Rubin's rules."""
    if not sd.any():
        return float(real.coefficients[0, -1]), float(real.errors[0])
    several = y + sd * random.standard_normal((_IMPUTATIONS, y.size))
    fits = fit(several, x, time)
    each = fits.coefficients[:, -1]
    # the draws hold the error twice, and with it look less autocorrelated than the series is:
    # the variance within is that of the series itself
    within, between = float(real.errors[0] ** 2), float(each.var(ddof=1))
    return float(each.mean()), float(np.sqrt(within + (1 + 1 / _IMPUTATIONS) * between))


def _kendall(y: np.ndarray, regressor: np.ndarray) -> np.ndarray:
    """Kendall's S of every series with the regressor, shape (series,)."""
    out = np.zeros(y.shape[0])
    for lag in range(1, y.shape[1]):
        sign = np.sign(regressor[lag:] - regressor[:-lag])
        out += (np.sign(y[:, lag:] - y[:, :-lag]) * sign).sum(axis=1)
    return out


def _p(slope: Slope, direction: str) -> tuple[float, float]:
    """p in the claimed direction and in the opposite one."""
    if direction == "up":
        return slope.p_up, slope.p_down
    if direction == "down":
        return slope.p_down, slope.p_up
    return min(1.0, 2 * min(slope.p_up, slope.p_down)), 1.0


def smallest(slope: Slope, direction: str) -> float:
    """The coefficient seen with 80 % power: critical value plus 0.84 standard errors."""
    size = (slope.critical + float(norm.ppf(POWER))) * slope.error
    if direction == "either":
        size = (slope.critical * 1.19 + float(norm.ppf(POWER))) * slope.error
    return -size if direction == "down" else size


def _text(points: list[Point], slope: Slope, p: float) -> str:
    return (
        f"{len(points)} values from {points[0].low.year} to {points[-1].high.year} change by "
        f"{slope.value:+.2g} per decade (90 % interval {slope.lo:+.2g} to {slope.hi:+.2g}; "
        f"p = {p:.2g}; autocorrelation {slope.phi:.2f})."
    )


def _gradual(
    word: VerdictWord, shape: shapes.Comparison, points: list[Point], direction: str
) -> tuple[VerdictWord, str]:
    """A slope is a gradual slide only where a step or a hump does not tell it better."""
    at = points[shape.at].low.year if shape.at is not None else None
    if word == "supported":
        if shape.best == "linear" or shape.margin < shapes.CLEAR:
            return word, "A gradual change fits it as well as a step or a turn."
        return "partly supported", f"But it was not gradual: {shapes.WORDS[shape.best].format(at)}."
    if word == "not supported" and shape.best in {"step", "hump"} and shape.margin >= shapes.CLEAR:
        return word, f"Rather than a slide: {shapes.WORDS[shape.best].format(at)}."
    return word, ""
