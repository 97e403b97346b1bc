"""What a cluster needs for all of GDELT, from what Spark does here, with the arithmetic shown.

Usage: ``python benchmarks/cluster.py [--rows 1000000,10000000] [--to 1e9] [--cores 64]
[--folder DIR]``. The panel of all dyads on Spark, in local mode, at two sizes of the generated
data of ``scale.py``; processor seconds of the tasks, bytes shuffled and written and most memory
of a task come from Spark's own event log. What does not grow with the rows (zeros of all dyads)
is told from what does; the larger run is drawn on by the slope between the two sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import scale

#: What is added up over the tasks of a run: its name, and where the event log has it.
SUMS = {
    "processor seconds": ("Executor CPU Time", 1e-9),
    "seconds of tasks": ("Executor Run Time", 1e-3),
    "MB read": ("Input Metrics/Bytes Read", 1e-6),
    "MB shuffled": ("Shuffle Write Metrics/Shuffle Bytes Written", 1e-6),
    "MB spilled": ("Disk Bytes Spilled", 1e-6),
    "MB written": ("Output Metrics/Bytes Written", 1e-6),
}


def run(rows: int, folder: Path) -> dict[str, float]:
    """One panel on Spark: the sums of its tasks, and the most memory one of them held (MB)."""
    file, log = folder / f"acts_{rows}.parquet", folder / f"log_{rows}"
    scale.generate(file, rows)
    log.mkdir()
    settings = {"enabled": "true", "dir": log.as_uri(), "compress": "false"}
    flags = " ".join(f"--conf spark.eventLog.{key}={value}" for key, value in settings.items())
    command = [sys.executable, scale.__file__, "once", "spark", "panel", str(file), str(folder)]
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"{flags} pyspark-shell"}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    file.unlink()
    return summed(log)


def summed(log: Path) -> dict[str, float]:
    """The sums of an event log's tasks."""
    found = dict.fromkeys([*SUMS, "MB held by a task"], 0.0)
    for file in log.rglob("*"):
        if not file.is_file():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith('{"Event":"SparkListenerTaskEnd"'):
                continue
            metrics = json.loads(line).get("Task Metrics") or {}
            for name, (place, unit) in SUMS.items():
                found[name] += _at(metrics, place) * unit
            held = _at(metrics, "Peak Execution Memory") * 1e-6
            found["MB held by a task"] = max(found["MB held by a task"], held)
    return found


def _at(metrics: object, place: str) -> float:
    for key in place.split("/"):
        metrics = metrics.get(key, 0) if isinstance(metrics, dict) else 0
    return float(metrics) if isinstance(metrics, int | float) else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--to", type=float, default=1e9)
    parser.add_argument("--cores", type=int, default=64)
    parser.add_argument("--folder", type=Path, default=None)
    args = parser.parse_args()
    few, many = sorted(int(float(text)) for text in args.rows.split(","))
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        low, high = run(few, Path(name)), run(many, Path(name))
    print(f"{'':20}{few:>14,}{many:>14,}{'a million more':>18}{args.to:>18,.0f}")
    for key in low:
        slope = (high[key] - low[key]) / (many - few)
        reached = high[key] + slope * (args.to - many)
        told = f"{reached:18,.0f}" if key in SUMS else ""
        print(f"{key:20}{low[key]:14,.1f}{high[key]:14,.1f}{slope * 1e6:18,.2f}{told}")
    slope = (high["processor seconds"] - low["processor seconds"]) / (many - few)
    seconds = high["processor seconds"] + slope * (args.to - many)
    print(
        f"\n{high['processor seconds']:,.0f} s + {slope * 1e6:.2f} s a million rows x "
        f"{(args.to - many) / 1e6:,.0f} million = {seconds:,.0f} s of processor = "
        f"{seconds / 3600:.1f} core-hours; on {args.cores} cores {seconds / args.cores / 60:.1f} "
        "minutes where all are busy"
    )


if __name__ == "__main__":
    main()
