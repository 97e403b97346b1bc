"""How long the tests of claims take: `python benchmarks/claims_speed.py [CLAIMS]`.

All 5,114 shifts of the days of 2012–2025 at once, and a file of CLAIMS (default 1,000)
coincidence claims, each with a window of its own, read, tested and written. Seconds of the
processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import pathlib
import sys
import tempfile
import time

import numpy as np
import yaml

from detente.claims import run
from detente.claims.coincidence import shifts


def main(number: int) -> None:
    """Print both times."""
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
        _write(folder / "t.csv", ["date"], [[day.isoformat()] for day in days])
        spans = [[f"{y}-0{m}-01", f"{y}-0{m}-03"] for y in range(2012, 2026) for m in (3, 5, 9)]
        _write(folder / "c.csv", ["start", "end"], spans)
        claims = [
            {"id": f"c{n}", "kind": "coincidence", "events": {"file": "t.csv"},
             "calendar": {"file": "c.csv"}, "window": {"before": n % 31, "after": n // 31 % 31},
             "period": {"from": "2012-01-01", "to": "2025-12-31"}}
            for n in range(number)
        ]  # fmt: skip
        (folder / "claims.yaml").write_text(yaml.safe_dump({"claims": claims}), "utf-8")
        begun = time.process_time()
        rows = run.test_file(folder / "claims.yaml")
        text = json.dumps(rows)
    print(
        f"{len(rows)} claims: {time.process_time() - begun:.1f} s of one core, {len(text) / 1e6:.1f} MB"
    )


def _write(path: pathlib.Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
