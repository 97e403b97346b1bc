"""How long the tests of claims take: `python benchmarks/claims_speed.py [CLAIMS]`.

All 5,114 shifts of the days of 2012–2025 at once, and a file of CLAIMS (default 1,000) claims, read,
tested and written: first of coincidence alone, each with a window of its own, then of all kinds that
are tested by chance or by the record, with the default numbers of draws. Seconds of the processor, so
that other work on the machine does not count.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import pathlib
import sys
import tempfile
import time
from typing import Any

import numpy as np
import yaml

from detente.claims import run
from detente.claims.coincidence import shifts

EVENTS = {"file": "t.csv", "date": "date"}
PERIOD = {"from": "2012-01-01", "to": "2025-12-31"}


def main(number: int) -> None:
    """Print the times."""
    random = np.random.default_rng(1)
    events, windows = random.random(5114) < 0.04, random.random(5114) < 0.05
    shifts(events, windows)
    begun = time.process_time()
    for _ in range(100):
        shifts(events, windows)
    print(f"all 5,114 shifts: {(time.process_time() - begun) * 10:.2f} ms")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        days = sorted(
            dt.date(2012, 1, 1) + dt.timedelta(int(d)) for d in random.integers(0, 5000, 200)
        )
        _write(folder / "t.csv", ["date", "kind"], [[str(day), "ab"[day.day % 2]] for day in days])
        spans = [[f"{y}-0{m}-01", f"{y}-0{m}-03"] for y in range(2012, 2026) for m in (3, 5, 9)]
        _write(folder / "c.csv", ["start", "end"], spans)
        values = random.standard_normal(60).cumsum()
        _write(folder / "s.csv", ["year", "v"], [[1960 + i, 20 + v] for i, v in enumerate(values)])
        _timed(folder, "coincidence", [_coincidence(n) for n in range(number)])
        _timed(folder, "of all kinds", [_mixed(n) for n in range(number)])


def _timed(folder: pathlib.Path, what: str, claims: list[dict[str, Any]]) -> None:
    (folder / "claims.yaml").write_text(yaml.safe_dump({"claims": claims}), "utf-8")
    begun = time.process_time()
    rows = run.test_file(folder / "claims.yaml")
    text = json.dumps(rows)
    seconds = time.process_time() - begun
    print(
        f"{len(rows)} claims, {what}: {seconds:.1f} s of one core, {len(text) / 1e6:.1f} MB",
        flush=True,
    )


def _coincidence(n: int) -> dict[str, Any]:
    return {"id": f"c{n}", "kind": "coincidence", "events": EVENTS, "calendar": {"file": "c.csv"},
            "window": {"before": n % 31, "after": n // 31 % 31}, "period": PERIOD}  # fmt: skip


def _mixed(n: int) -> dict[str, Any]:
    """A tenth of a round of claims, each with a date or window of its own."""
    day = str(dt.date(2013, 1, 1) + dt.timedelta(4 * n))
    series = {"file": "s.csv", "date": "year", "value": "v"}
    some = {"from": str(1960 + n % 20), "to": str(2000 + n % 20)}
    one, other = ({**EVENTS, "where": {"kind": kind}} for kind in "ab")
    kinds: list[dict[str, Any]] = [
        _coincidence(n),
        {**_coincidence(n), "alternatives": {"null": ["jitter-45d", "within-year"]}},
        {"kind": "rate-change", "events": EVENTS, "at": day, "period": PERIOD},
        {"kind": "rate-change", "events": EVENTS, "at": "unknown", "direction": "fewer",
         "period": {"from": "2012-01-01", "to": f"{2020 + n % 6}-12-31"}},
        {"kind": "trend", "series": series, "shape": "gradual", "period": some, "direction": "down"},
        {"kind": "rate-change", "series": series, "at": str(1985 + n % 10), "period": some},
        {"kind": "order", "earlier": one, "later": other},
        {"kind": "last", "events": EVENTS, "expected": day[:7]},
        {"kind": "count", "events": EVENTS, "at_least": n % 250},
        {"kind": "share", "events": EVENTS, "of": {"kind": "a"}, "expected": "most"},
    ]  # fmt: skip
    return {**kinds[n % len(kinds)], "id": f"m{n}"}


def _write(path: pathlib.Path, header: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
