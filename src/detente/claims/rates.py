"""Did acts become rarer (or more frequent), at a known date or at one to be found?

Events in time, in a period cut in two at ``at``; estimate: the rate ratio, after over before.

* ``gap-blocks`` (the default) keeps the clustering and takes the change itself out of it: the
  gaps between events, stretched so that the rate is the same on both sides, are closed to a
  ring, cut into blocks of about ``0.75·√n`` gaps, put in a new order and turned by a random
  amount (circular block resampling: Politis and Romano 1992). That gives the dispersion of the
  count after the cut, and a beta-binomial of that dispersion the p-value
  (:mod:`detente.claims.clustered`). Resampling the gaps as they stand is valid as well, but a
  fall then passes for clustering: 32–37 % of falls to 0.3 were seen where a test that knows the
  process sees 48–59 % (``benchmarks/claims_truth.py``).
* ``circular-shift``: all shifts of the events round the period; exact.
* ``e-test``: two Poisson rates (Krishnamoorthy and Thomson 2004), for events that do not
  cluster; the simple case.
* unknown date: all dates at once, a tenth of the period kept clear on each side, against the same
  search in rings of gamma gaps as dispersed as these (:mod:`detente.claims.changepoint`).

A yearly ``series`` of counts goes to the regression with autocorrelated errors of
:mod:`detente.claims.trend` with a step as its regressor, on the log scale.

The interval of the ratio inverts an overdispersed binomial (:mod:`detente.claims.clustered`),
the dispersion taken from rings resampled after the change itself has been divided out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm, poisson_means_test
from scipy.stats import t as student

from detente.claims import changepoint, clustered, trend
from detente.claims.coincidence import NEGLIGIBLE, judge
from detente.claims.finding import ALPHA, POWER, Finding, UnderNull, of_counts, of_draws
from detente.claims.inputs import Dated, Inputs
from detente.record.match import in_words
from detente.schema import VerdictWord, bounds

_SPREADS = 399
_SEED = 19_610_711
#: How many of the latest events a verdict shows.
_SHOWN = 6
#: Half the 90 % point of chi-square with one degree of freedom: bounds of the date found.
_DROP = 1.353


@dataclasses.dataclass(frozen=True)
class Times:
    """Events as days since the start of a period of ``length`` days, and what was left out."""

    start: dt.date
    length: float
    days: np.ndarray
    straddling: int = 0
    inexact: int = 0

    def count_before(self, cut: float) -> int:
        """Events before a day."""
        return int(np.count_nonzero(self.days < cut))


def test(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """One specification of a rate-change claim."""
    if "series" in spec:
        return trend.step(spec, data)
    events = data.events(spec["events"])
    start, end = _period(spec, events, data)
    inside = [event.row for event in events if start <= event.middle <= end]
    latest = data.evidence(inside[::-1], _SHOWN)
    if spec["at"] == "unknown":
        times = _times(events, start, end, None)
        return dataclasses.replace(unknown(times, spec.get("direction", "either")), evidence=latest)
    at = bounds(spec["at"])[0]
    if not start < at <= end:
        if data.as_of is not None and at > end:
            return Finding("not testable here", f"the change of {at} lies after the text.", n=0)
        raise data.error("at", f"{at} lies outside {start} to {end}", "a day within the period")
    found = known(
        _times(events, start, end, at), at, spec.get("null", "gap-blocks"),
        spec.get("direction", "either"), spec.get("negligible", NEGLIGIBLE),
    )  # fmt: skip
    return dataclasses.replace(found, evidence=latest)


def _period(
    spec: Mapping[str, Any], events: Sequence[Dated], data: Inputs
) -> tuple[dt.date, dt.date]:
    if "period" in spec:
        start, end = bounds(spec["period"]["from"])[0], bounds(spec["period"]["to"])[1]
    else:
        known = data.complete(spec, spec["events"])
        if not events and (known.start is None or known.end is None):
            raise data.error("events", "no rows are left to test", "rows in the source")
        start = known.start or min(event.low for event in events)
        end = known.end or max(event.high for event in events)
    return start, min(end, data.as_of) if data.as_of else end


def _times(events: Sequence[Dated], start: dt.date, end: dt.date, at: dt.date | None) -> Times:
    """Events as days; one of unknown day stands in the middle, or is left out at the cut."""
    inside, straddling, inexact = [], 0, 0
    for event in events:
        day = event.day or event.middle
        if not start <= day <= end:
            continue
        if event.day is None:
            if at is not None and event.low < at <= event.high:
                straddling += 1
                continue
            inexact += 1
        inside.append((day - start).days + 0.5)
    days = np.sort(np.array(inside, dtype=float))
    return Times(start, (end - start).days + 1.0, days, straddling, inexact)


def known(
    times: Times, at: dt.date, null: str = "gap-blocks", direction: str = "either",
    negligible: float = NEGLIGIBLE,
) -> Finding:  # fmt: skip
    """A change of rate at a known day."""
    n, cut = times.days.size, float((at - times.start).days)
    if n < 2:
        return Finding("not testable here", f"only {n} events in the period.", n=n)
    q = 1 - cut / times.length  # share of the period after the change
    after = n - times.count_before(cut)
    phi = 1.0 if null == "e-test" else _dispersion(times, cut, q)
    mass: np.ndarray | None = None
    if null == "circular-shift":
        counts = _all_shifts(times, cut)
        p_more, p_fewer = float(np.mean(counts >= after)), float(np.mean(counts <= after))
        mass = np.bincount(counts) / counts.size
    elif null == "gap-blocks":
        p_more, p_fewer = clustered.p_values(after, n, q, phi)
        mass = clustered.mass(n, q, phi)
    else:  # the E-test has no distribution of the count to show
        p_more, p_fewer = (
            float(poisson_means_test(after, q, n - after, 1 - q, alternative=side).pvalue)
            for side in ("greater", "less")
        )
    lo, hi = clustered.interval(after, n, q, phi)
    p = {"more": p_more, "fewer": p_fewer}.get(direction, min(1.0, 2 * min(p_more, p_fewer)))
    return Finding(
        word=judge(direction, p, p_more, p_fewer, lo, hi, negligible),
        text=_text(n - after, after, times, cut, at, p),
        measure="rate ratio",
        estimate=clustered.ratio(after, n, q),
        lo90=lo,
        hi90=hi,
        p=float(p),
        n=n,
        null=null,
        smallest_effect=_smallest(n, q, phi, direction),
        caveats=_caveats(times),
        under_null=None if mass is None else of_counts("events after the change", after, mass),
    )


def _dispersion(times: Times, cut: float, q: float) -> float:
    """Dispersion of the count after the cut, with the change itself divided out.

    It is estimated from as many blocks as the ring has; Student's t for so many allows for that,
    taken at 1 %: at 5 % the test rejected 6.1 % of renewal events without a change.
    """
    n = times.days.size
    spread = (rings(_flat(times, cut), times.length, _SPREADS) >= cut).sum(axis=1)
    blocks = max(2.0, n / _block(n))
    allowance = (student.ppf(0.99, blocks - 1) / norm.ppf(0.99)) ** 2
    return 1 + (clustered.dispersion(float(spread.var()), n, q) - 1) * float(allowance)


def _smallest(n: int, q: float, phi: float, direction: str) -> float | None:
    """The ratio seen with 80 % power; of a change either way, the fall."""
    level = ALPHA / 2 if direction == "either" else ALPHA
    low, high = -1, n + 1  # by halves: P(S ≤ s) rises with s
    more = direction == "more"
    while high - low > 1:
        middle = (low + high) // 2
        at_least, at_most = clustered.p_values(min(middle, n), n, q, phi)
        rejected = at_least < level if more else at_most < level
        if rejected == more:
            high = middle
        else:
            low = middle
    cut = high if more else low
    if not 0 <= cut <= n:
        return None
    return clustered.smallest(cut, n, q, phi, "more" if more else "fewer", POWER)


def rings(days: np.ndarray, length: float, draws: int, seed: int = _SEED) -> np.ndarray:
    """Event times with the gaps in a new order, block by block, on a turned ring.

    Returns
    -------
    array, shape (draws, events)
        Days since the start of the period, unsorted.
    """
    random = np.random.default_rng(seed)
    n = days.size
    gaps = np.diff(np.concatenate((days, [days[0] + length])))
    block = _block(n)
    blocks = -(-n // block)
    turned = (np.arange(n) + random.integers(0, n, (draws, 1))) % n
    order = random.random((draws, blocks)).argsort(axis=1)
    index = (order[:, :, None] * block + np.arange(block)).reshape(draws, -1)
    if blocks * block > n:  # the last block is short: its missing places are squeezed out
        keep = index < n
        index = index[keep].reshape(draws, n)
    shuffled = gaps[np.take_along_axis(turned, index, axis=1)]
    start = random.random((draws, 1)) * length
    return np.asarray((start + np.cumsum(shuffled, axis=1)) % length)


def _block(n: int) -> int:
    """Gaps in a block of a ring.

    Longer than the search for a date needs, where there are many: with 1.5·n^(1/3) the test
    rejected 6.3 % of 1,000 series of 215 self-exciting events without a change.
    """
    return max(changepoint.block(n), int(0.75 * float(n) ** 0.5 + 0.5))


def _all_shifts(times: Times, cut: float) -> np.ndarray:
    """Events after the cut for all shifts of the events round the period by whole days."""
    size = int(times.length)
    per_day = np.bincount(times.days.astype(int), minlength=size)
    total = np.concatenate(([0], np.cumsum(np.concatenate((per_day, per_day)))))
    width = size - int(cut)
    return total[width : width + size] - total[:size]


def _flat(times: Times, cut: float) -> np.ndarray:
    """Event times stretched so that the rates before and after the cut are the same."""
    before, n = times.count_before(cut), times.days.size
    if before in (0, n):
        return times.days
    level = changepoint.flat(times.days[None, :] / times.length, np.array([cut / times.length]))
    return np.asarray(level[0] * times.length)


def unknown(times: Times, direction: str = "either") -> Finding:
    """A change at a date to be found: all dates at once, calibrated by the same search."""
    n = times.days.size
    if n < 6:
        return Finding("not testable here", f"only {n} events: too few to find a date.", n=n)
    shares = times.days / times.length
    found = changepoint.search(shares, direction)
    p, cuts = found.p, changepoint.CUTS
    other = {"more": "fewer", "fewer": "more"}.get(direction)
    against = changepoint.search(shares, other).p if other else 1.0
    best = int(np.argmax(found.ratios))
    cut, q = float(cuts[best] * times.length), float(1 - cuts[best])
    after = n - times.count_before(cut)
    lo, hi = clustered.interval(after, n, q, found.phi, found.tail)
    near = cuts[found.ratios >= found.ratios[best] - _DROP * found.phi] * times.length
    span = [times.start + dt.timedelta(int(edge)) for edge in (near.min(), near.max())]
    at = times.start + dt.timedelta(int(cut))
    word: VerdictWord = (
        "supported" if p < ALPHA else "contradicted" if against < ALPHA else "not supported"
    )
    dated = f"The likeliest date of a change lies between {in_words(span[0], span[0])} and "
    dated += f"{in_words(span[1], span[1])} (90 %)."
    return Finding(
        word=word,
        text=f"{_text(n - after, after, times, cut, at, p)} {dated}",
        measure="rate ratio",
        estimate=clustered.ratio(after, n, q),
        lo90=lo,
        hi90=hi,
        p=p,
        n=n,
        null="clustered gaps, all dates",
        caveats=(
            *_caveats(times),
            "The ratio is that at the date found, and so somewhat too far from 1; its interval holds "
            "for whatever date.",
        ),
        under_null=_over_dates(found),
    )


def _over_dates(found: changepoint.Search) -> UnderNull:
    return of_draws(
        "evidence of a change, all dates (log likelihood ratio)",
        found.statistic, found.draws, found.weights,
    )  # fmt: skip


def _text(before: int, after: int, times: Times, cut: float, at: dt.date, p: float) -> str:
    years = 365.2425
    return (
        f"{before} events in {cut / years:.1f} years before {in_words(at, at)} "
        f"({before / cut * years:.2g} a year), {after} in {(times.length - cut) / years:.1f} years "
        f"after ({after / (times.length - cut) * years:.2g} a year; p = {p:.2g})."
    )


def _caveats(times: Times) -> tuple[str, ...]:
    out = []
    if times.straddling:
        out.append(f"{times.straddling} events whose date spans the change were left out.")
    if times.inexact:
        out.append(f"{times.inexact} events known to the month or year stand in its middle.")
    return tuple(out)
