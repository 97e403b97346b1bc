"""How many, how low, what share: numbers read off the record, with intervals.

*count* compares a count with what a word promises ("numerous", "twice", "not once"): more acts
than a list holds may have happened, never fewer, so "at least" needs no complete list and "at
most" does; acts whose date may lie outside the period are possible and not sure. *more_than* and
*fewer_than* compare the count of one period with those of others, of which the list must be
complete. *level* gives the percentile of a value among a series' values. *share* gives a proportion
with the Clopper–Pearson interval (*Biometrika* 26, 1934), which decides unless the list is complete.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import betaincinv
from scipy.stats import beta as beta_distribution

from detente.claims.finding import Finding
from detente.claims.inputs import Completeness, Dated, Inputs, Point
from detente.claims.order import within
from detente.record.match import edtf_in_words, in_words
from detente.schema import VerdictWord, bounds

#: "A low point" unless the claim says otherwise: in the lowest quarter.
LOW = 0.25
#: A share this high is "all but": right save for a detail.
_NEARLY_ALL = 0.90
_DRAWS = 1_999
_SEED = 20_171_109


def count(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Counts against what the claim promises; of several parts, all must hold."""
    if "more_than" in spec or "fewer_than" in spec:
        return _compared(spec, data)
    if "parts" not in spec:
        return _one_count(spec, spec, data)
    found = [_one_count(part, spec, data) for part in spec["parts"]]
    words = [one.word for one in found]
    text = " ".join(f"{one.text[:1].upper()}{one.text[1:]}" for one in found)
    evidence = {e.record_id: e for one in found for e in one.evidence}
    caveats = tuple(dict.fromkeys(c for one in found for c in one.caveats))
    word: VerdictWord
    if all(word == "supported" for word in words):
        word = "supported"
    elif "contradicted" in words:
        right = any(word == "supported" for word in words)
        word = "partly supported" if right else "contradicted"
    elif "no record" in words:  # what has no record is a part of the claim, and not a detail
        word = "no record"
    else:
        word = "partly supported"
    n = sum(one.n or 0 for one in found)
    return Finding(word, text, n=n, evidence=tuple(evidence.values()), caveats=caveats)


def _one_count(part: Mapping[str, Any], spec: Mapping[str, Any], data: Inputs) -> Finding:
    period = part.get("period", spec.get("period"))
    source = part.get("events", spec.get("events"))
    assert source is not None
    every = data.events(source)
    events = within({"period": period} if period else {}, every)
    per = part.get("per", spec.get("per", "rows"))
    number = _number(events, per)
    most = _at_most(_perhaps(period, every), per)
    known = data.complete(part if "complete" in part else spec, source)
    whole = _covers(known, period, data.as_of)
    word, wanted = _against(number, most, part if _promise(part) else spec, whole)
    what = part.get("says") or "on record"
    text = f"{what}: {number}, {wanted}."
    if whole and word == "not testable here":
        text += f" There may be {most}: some dates are not known well enough."
    if not whole and word == "partly supported":
        text += " The list is not known to be complete, so that there were no more does not follow."
    caveats = (known.why,) if whole and "complete" in (*part, *spec) else ()
    return Finding(
        word, text, "count", float(number), n=number,
        evidence=data.evidence([event.row for event in events], 6), caveats=caveats,
    )  # fmt: skip


def _compared(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """The count of a period against that of each of others: "more than in any other year"."""
    more = "more_than" in spec
    others = spec["more_than"] if more else spec["fewer_than"]
    events, per = data.events(spec["events"]), spec.get("per", "rows")
    known = data.complete(spec, spec["events"])
    spans = [(bounds(p["from"])[0], bounds(p["to"])[1]) for p in (spec["period"], *others)]
    # an act later than the text is not seen: a period that it cuts is compared as far as it goes
    seen = data.as_of or dt.date.max
    if not all(known.covers(low, min(high, seen)) for low, high in spans):
        return Finding("no record", "the list is not known to be complete for all these periods.")
    counted = {
        _words(p): _number(within({"period": p}, events), per) for p in (spec["period"], *others)
    }
    at, own = next(iter(counted.items()))
    rivals = {name: n for name, n in counted.items() if name != at}
    beyond = {name: n for name, n in rivals.items() if (n >= own if more else n <= own)}
    ranked = sorted(rivals.items(), key=lambda pair: pair[1], reverse=more)
    nearest = ", ".join(f"{n} in {name}" for name, n in ranked[:3])
    word: VerdictWord = "contradicted" if beyond else "supported"
    if beyond and all(n == own for n in beyond.values()):
        word = "partly supported"  # as many, and none had more
    text = f"{own} in {at}; of the others the {'most' if more else 'fewest'}: {nearest}."
    rows = [event.row for event in within({"period": spec["period"]}, events)]
    return Finding(
        word, text, "count", float(own), n=sum(counted.values()), evidence=data.evidence(rows, 6)
    )


def _words(period: Mapping[str, Any]) -> str:
    return in_words(bounds(period["from"])[0], bounds(period["to"])[1])


def _promise(part: Mapping[str, Any]) -> bool:
    return any(key in part for key in ("at_least", "at_most", "exactly"))


def _number(events: Sequence[Dated], per: str) -> int:
    if per == "days":
        return len({event.day for event in events if event.day})
    if per == "years":
        return len({event.low.year for event in events if event.low.year == event.high.year})
    return len(events)


def _perhaps(period: Mapping[str, Any] | None, events: Sequence[Dated]) -> list[Dated]:
    """Events that lie in the period, or may."""
    if period is None:
        return list(events)
    low, high = bounds(period["from"])[0], bounds(period["to"])[1]
    return [event for event in events if event.low <= high and low <= event.high]


def _at_most(events: Sequence[Dated], per: str) -> int:
    """The most that these events can come to: of unknown days or years, each has its own."""
    if per == "rows":
        return len(events)
    known = {
        event.day if per == "days" else event.low.year for event in events if _sure(event, per)
    }
    return len(known) + sum(not _sure(event, per) for event in events)


def _sure(event: Dated, per: str) -> bool:
    return event.day is not None if per == "days" else event.low.year == event.high.year


def _against(
    number: int, most: int, part: Mapping[str, Any], whole: bool
) -> tuple[VerdictWord, str]:
    """Verdict on a count of at least ``number``; of at most ``most`` where the list is ``whole``."""
    unsure: VerdictWord = "not testable here" if whole else "no record"
    if "at_least" in part:
        wanted = f"the claim needs at least {part['at_least']}"
        if number >= part["at_least"]:
            return "supported", wanted
        return ("contradicted" if whole and most < part["at_least"] else unsure), wanted
    said = part.get("exactly", part.get("at_most"))
    assert said is not None
    wanted = f"the claim needs {'exactly' if 'exactly' in part else 'at most'} {said}"
    if number > said:
        return "contradicted", wanted
    if "exactly" in part and number < said:
        return ("contradicted" if whole and most < said else unsure), wanted
    if not whole:
        return "partly supported", wanted
    return ("supported" if most <= said else unsure), wanted


def level(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """Where a value stands among the values of its series, as a percentile 0…1."""
    points = _in_period(spec, data.series(spec["series"]))
    low, high = bounds(spec["at"])
    then = [p for p in points if p.low <= high and low <= p.high]
    others = [p for p in points if p not in then]
    if not then or len(others) < 4:
        text = f"the series has {len(then)} values then and {len(others)} others."
        return Finding("not testable here", text, n=len(points))
    share, lo, hi = percentile(then, others)
    threshold = spec.get("threshold", LOW)
    at = edtf_in_words(spec["at"])
    if spec["level"] == "high":
        good, bad, edge = lo >= 1 - threshold, hi < 1 - threshold, f"highest {threshold:.0%}"
    else:
        good, bad, edge = hi <= threshold, lo > threshold, f"lowest {threshold:.0%}"
    word: VerdictWord = "supported" if good else "contradicted" if bad else "not supported"
    text = (
        f"{share:.0%} of the other {len(others)} values ({others[0].low.year}–"
        f"{max(p.high for p in points).year}) lie below that of {at} (90 % interval {lo:.0%} to "
        f"{hi:.0%}); the claim needs the {edge}."
    )
    return Finding(
        word, text, "percentile", share, lo, hi, n=len(points),
        evidence=data.evidence([p.row for p in then]),
    )  # fmt: skip


def percentile(then: Sequence[Point], others: Sequence[Point]) -> tuple[float, float, float]:
    """Share of other values below the mean of the values then, ties half, and 90 % bounds.

    Where the values have standard errors, the bounds come from draws of the true values (a fixed
    seed): each is normal about the value drawn towards the mean of all by how much of the spread
    is error (empirical Bayes: Efron and Morris, *JASA* 70, 1975), for draws about the values
    themselves would hold the error twice. Where not, from the beta distribution of a rank (Jeffreys).
    """
    value = np.array([p.value for p in then])
    rest = np.array([p.value for p in others])
    share = _below(value.mean(), rest)
    sd_then, sd_rest = np.array([p.sd for p in then]), np.array([p.sd for p in others])
    if not (sd_then.any() or sd_rest.any()):
        k, n = share * len(rest), len(rest)
        lo, hi = beta_distribution.ppf([0.05, 0.95], k + 0.5, n - k + 0.5)
        return share, float(lo), float(hi)
    random = np.random.default_rng(_SEED)
    middle, sd = _shrunken(np.concatenate((value, rest)), np.concatenate((sd_then, sd_rest)))
    drawn = middle + sd * random.standard_normal((_DRAWS, middle.size))
    then_, rest_ = drawn[:, : value.size].mean(axis=1), drawn[:, value.size :]
    shares = (rest_ < then_[:, None]).mean(axis=1) + 0.5 * (rest_ == then_[:, None]).mean(axis=1)
    lo, hi = np.quantile(shares, [0.05, 0.95])
    return share, float(lo), float(hi)


def _shrunken(y: np.ndarray, sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each true value, given all."""
    spread = max(float(y.var(ddof=1) - (sd**2).mean()), 1e-3 * float(y.var()), 1e-12)
    weight = spread / (spread + sd**2)
    middle = float((y * weight).sum() / weight.sum())
    return middle + weight * (y - middle), np.sqrt(weight) * sd


def _below(value: float, rest: np.ndarray) -> float:
    return float(((rest < value) + 0.5 * (rest == value)).mean())


def _in_period(spec: Mapping[str, Any], points: list[Point]) -> list[Point]:
    if "period" not in spec:
        return points
    low, high = bounds(spec["period"]["from"])[0], bounds(spec["period"]["to"])[1]
    return [p for p in points if low <= p.low and p.high <= high]


def share(spec: Mapping[str, Any], data: Inputs) -> Finding:
    """What part of the rows (or trials) are of the kind named in ``of``."""
    k, n, rows, whole = _trials(spec, data)
    if n == 0:
        return Finding("no record", "no such rows are on record.", n=0)
    part = k / n
    lo, hi = clopper_pearson(k, n)
    ends = (part, part) if whole else (lo, hi)
    word, wanted = _against_share(part, *ends, spec["expected"], whole)
    text = f"{k} of {n} ({part:.0%}); {wanted}."
    return Finding(
        word, text, "share", part, lo, hi, n=n,
        evidence=data.evidence(rows),
        caveats=("The interval is that of a sample; of a complete list the share is exact.",),
    )  # fmt: skip


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """90 % interval of a proportion; it holds the truth in 90 % or more."""
    # betaincinv is the quantile of a beta distribution; binomtest finds the same by search
    lo = float(betaincinv(k, n - k + 1, 0.05)) if k > 0 else 0.0
    hi = float(betaincinv(k + 1, n - k, 0.95)) if k < n else 1.0
    return lo, hi


def _trials(spec: Mapping[str, Any], data: Inputs) -> tuple[int, int, list[Any], bool]:
    """Hits, trials, rows, and whether these are all there are (a series gives whole counts)."""
    if "series" in spec:
        about = spec["series"]
        hits = _in_period(spec, data.series({**_source(about), "value": about["of"]}))
        trials = _in_period(spec, data.series({**_source(about), "value": about["n"]}))
        rows = [point.row for point in hits]
        return round(sum(p.value for p in hits)), round(sum(p.value for p in trials)), rows, True
    events = within(spec, data.events(spec["events"]))
    source = spec["events"]
    narrowed = {**source, "where": {**source.get("where", {}), **spec["of"]}}
    hits_ = {event.row.where for event in within(spec, data.events(narrowed))}
    others = [event.row for event in events if event.row.where not in hits_]
    kept = [event.row for event in events if event.row.where in hits_]
    return len(kept), len(events), [*others, *kept], _whole(spec, data, len(events))


def _whole(spec: Mapping[str, Any], data: Inputs, inside: int) -> bool:
    """Whether the list holds every act of the period, and no date lies across its edge."""
    known = data.complete(spec, spec["events"])
    period = spec.get("period")
    if not _covers(known, period, data.as_of):
        return False
    return len(_perhaps(period, data.events(spec["events"]))) == inside


def _covers(known: Completeness, period: Mapping[str, Any] | None, as_of: dt.date | None) -> bool:
    """Whether a list holds every act of the period, or of all the time that it tells of."""
    start = bounds(period["from"])[0] if period else known.start
    ends = [end for end in (bounds(period["to"])[1] if period else known.end, as_of) if end]
    return start is not None and bool(ends) and known.covers(start, min(ends))


def _source(about: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in about.items() if key not in {"of", "n"}}


def _against_share(
    part: float, lo: float, hi: float, expected: str | Mapping[str, float], whole: bool
) -> tuple[VerdictWord, str]:
    """Verdict on a share known to lie between two bounds: of a whole list, the share itself."""
    word: VerdictWord
    if isinstance(expected, str) and expected in {"all", "none"}:
        right = part if expected == "all" else 1 - part
        most: VerdictWord = "partly supported" if right >= _NEARLY_ALL else "contradicted"
        word = "supported" if right == 1 and whole else most
        return word, f"the claim needs {expected}"
    if expected == "most":
        word = "supported" if lo > 0.5 else "contradicted" if hi <= 0.5 else "not supported"
        return word, "the claim needs more than half"
    assert isinstance(expected, Mapping)
    least, most_ = expected.get("at_least", 0.0), expected.get("at_most", 1.0)
    inside, outside = least <= lo and hi <= most_, hi < least or lo > most_
    word = "supported" if inside else "contradicted" if outside else "not supported"
    return word, f"between {least:.0%} and {most_:.0%} was to be expected"
