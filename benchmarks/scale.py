"""The panel of all dyads and the look-up of one, on generated GDELT-like data, in one run.

Usage: ``python benchmarks/scale.py [--rows 1000000,10000000] [--runs 3] [--only detente,sql]
[--folder DIR] [--limit SECONDS]``. Each task runs in a process of its own, turn by turn;
printed are median seconds by the clock and of processor time, the ratio of each to hand-written
DuckDB SQL, the peak memory of the process (Spark's Java included), and the exponent of cost in
rows. A look-up is done a second time in the same process, as by one who looks up dyad after
dyad: what starts and compiles once is then no part of it. The generated files are deleted after.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SYSTEMS = ("sql", "detente", "polars", "pandas", "spark")
TASKS = ("panel", "dyad")
FIRST_DAY, DAYS = "1979-01-01", 16_800
#: Rows past which a system is not asked for a task: it would need more memory than this machine has.
TOO_MANY = {"pandas": 10_000_000}
#: Types by their share of GDELT's rows, roughly.
SHARES = {
    "CONSULT": 30, "SUPPORT": 18, "AGREE": 9, "COOPERATE": 6, "AID": 4, "CONCEDE": 3, "RETREAT": 1,
    "REQUEST": 5, "ACCUSE": 8, "REJECT": 4, "THREATEN": 2, "PROTEST": 1, "SANCTION": 2,
    "MOBILIZE": 1, "COERCE": 4, "ASSAULT": 2,
}  # fmt: skip


def generate(path: Path, rows: int) -> None:
    """A Parquet file of invented acts, sorted by dyad and date, without chance: the same each time.

    States weigh as Zipf's law has it, a pair as its states' product; acts grow denser with the
    years; the columns are those of ``detente import``, without texts.
    """
    import duckdb

    from detente.measure import scale

    order = ranked()
    alive = sorted(order)
    weight = {code: (1 + rank) ** -1.5 for rank, code in enumerate(order)}
    whole = sum(weight.values()) ** 2 - sum(w * w for w in weight.values())
    engine = duckdb.connect()
    first, pairs = 0, []
    for a in alive:
        for b in alive:
            n = round(rows * weight[a] * weight[b] / whole) if a != b else 0
            pairs.append((a, b, n, first))
            first += n
    blocks = [pair for pair in pairs if pair[2]]
    engine.execute(
        "CREATE TABLE blocks AS SELECT unnest($a) AS source, unnest($b) AS target, unnest($n) AS n, "
        "unnest($f) AS first", dict(zip("abnf", (list(side) for side in zip(*blocks, strict=True)),
                                        strict=True)),
    )  # fmt: skip
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    milli = scale.default()
    engine.execute(
        f"""
COPY (
    SELECT CAST(b.first + j AS VARCHAR) AS event_id,
        strftime(DATE '{FIRST_DAY}' + CAST(floor({DAYS} * sqrt(j / b.n)) AS INTEGER), '%Y-%m-%d')
            AS date,
        b.source AS source_iso3, b.target AS target_iso3,
        $kinds[1 + ((b.first + j) * 2654435761 % 1000003) % {len(kinds)}] AS event_type,
        '' AS mode,
        $weights[1 + ((b.first + j) * 2654435761 % 1000003) % {len(kinds)}] AS intensity,
        'happened' AS factuality, 'GDELT 1.0' AS dataset
    FROM (SELECT *, unnest(range(n)) AS j FROM (SELECT * FROM blocks ORDER BY first)) AS b
) TO '{path}' (FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE 122880)
""",
        {"kinds": kinds, "weights": [milli[kind, ""] / 1000 for kind in kinds]},
    )
    engine.close()


def ranked() -> list[str]:
    """States that lived through all the years, by a fixed shuffle: the first has most acts."""
    from detente.measure import states

    alive = [
        code for code, (born, gone) in sorted(states.lifetimes().items())
        if code in states.names() and born.year < 1979 and gone.year > 2024
    ]  # fmt: skip
    return sorted(alive, key=hash_of)


def dyad() -> tuple[str, str]:
    """A pair with about one act in 750: the third and the tenth state."""
    first, second = sorted((ranked()[2], ranked()[9]))
    return first, second


def hash_of(code: str) -> str:
    """A fixed shuffle of the states."""
    import hashlib

    return hashlib.sha256(code.encode()).hexdigest()


def once(system: str, task: str, file: Path, folder: Path) -> None:
    """Do one task, print seconds, peak megabytes and what came of it, as JSON."""
    import scale_tasks

    scale_tasks.LIMIT = os.environ.get("SQL_MEMORY", "")
    work = getattr(scale_tasks, f"{system}_{task}")
    if system == "spark":  # starting Spark is no part of the work
        from detente.engine.spark import session

        session()
    out = folder / f"{system}.parquet"
    java = _java() if system == "spark" else None
    start, busy = time.perf_counter(), _processor(java)
    found = work(file, out) if task == "panel" else work(file, dyad())
    seconds, busy = time.perf_counter() - start, _processor(java) - busy
    again = 0.0
    if task == "dyad":
        start = time.perf_counter()
        work(file, dyad())
        again = time.perf_counter() - start
    # getrusage would give the parent's peak where that was higher
    peak = sum(_peak(place) for place in (Path("/proc/self"), java) if place)
    if task == "panel":
        found = _sums(out)
        shutil.rmtree(out) if out.is_dir() else out.unlink()
    print(json.dumps([seconds, busy, peak, again, found]))


def _java() -> Path:
    """What the system tells of Spark's Java process."""
    from pyspark import SparkContext

    return Path(f"/proc/{SparkContext._gateway.proc.pid}")


def _peak(process: Path) -> int:
    """Most megabytes that a process has held at once."""
    lines = (process / "status").read_text().splitlines()
    return int(next(line for line in lines if "VmHWM" in line).split()[1]) // 1024


def _processor(java: Path | None) -> float:
    """Processor seconds of this process so far, and of Spark's."""
    used = time.process_time()
    if java:
        ticks = (java / "stat").read_text().rpartition(")")[2].split()[11:13]
        used += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return used


def _sums(out: Path) -> list[int]:
    """What tells two panels apart: rows, and sums weighted by their place."""
    import duckdb

    where = f"{out}/*.parquet" if out.is_dir() else out
    row = (
        duckdb.connect()
        .execute(
            f"SELECT count(*), sum(n), sum(assault * hash(source, target, month) % 1000003), "
            f"sum(intensity_milli), sum(exposure), sum(exposure_source * (1 + n)), sum(exposure_target) "
            f"FROM '{where}'"
        )
        .fetchone()
    )
    return [int(value) for value in row or ()]


def measure(args: argparse.Namespace, rows: int, folder: Path) -> dict[tuple[str, str], Figures]:
    """All systems and tasks on a file of that many rows; the file goes afterwards."""
    file = folder / f"acts_{rows}.parquet"
    generate(file, rows)
    print(f"\n{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB; {args.runs} runs each, medians")
    found: dict[tuple[str, str], list[Any]] = {}
    for _ in range(args.runs):
        for system in args.only.split(","):
            for task in args.tasks.split(","):
                if rows > TOO_MANY.get(system, rows):
                    continue
                command = [sys.executable, __file__, "once", system, task, str(file), str(folder)]
                try:
                    done = subprocess.run(command, capture_output=True, text=True,
                                          timeout=args.limit)  # fmt: skip
                except subprocess.TimeoutExpired:
                    print(f"{system:8} {task:6} more than {args.limit} s")
                    continue
                if done.returncode:
                    print(
                        f"{system:8} {task:6} failed: {done.stderr.strip().splitlines()[-1][:150]}"
                    )
                    continue
                found.setdefault((system, task), []).append(
                    json.loads(done.stdout.splitlines()[-1])
                )
    file.unlink()
    return _report(found)


#: Median seconds by the clock and of processor time, peak megabytes, seconds the second time.
Figures = tuple[float, float, int, float]


def _report(found: dict[tuple[str, str], list[Any]]) -> dict[tuple[str, str], Figures]:
    figures = {}
    for (system, task), runs in found.items():
        figures[system, task] = (
            statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs),
            max(run[2] for run in runs), statistics.median(run[3] for run in runs),
        )  # fmt: skip
    for task in TASKS:
        base = figures.get(("sql", task))
        answers = {
            json.dumps(run[4]) for (_, one), runs in found.items() if one == task for run in runs
        }
        for system in SYSTEMS:
            if (system, task) in figures:
                seconds, busy, peak, again = figures[system, task]
                ratio = f"{seconds / base[0]:6.2f}x {busy / base[1]:6.2f}x" if base else ""
                twice = f"  again {again:.2f} s" if again else ""
                if again and base:
                    twice += f" ({again / base[3]:.2f}x)"
                print(
                    f"{task:6} {system:8} {seconds:8.2f} s, {busy:8.2f} of processors {ratio}"
                    f"  peak {peak} MB{twice}"
                )
        if answers:
            same = "all the same" if len(answers) == 1 else f"NOT THE SAME: {answers}"
            print(f"{task:6} answers: {same}")
    return figures


def main() -> None:
    """Generate, run turn by turn, print."""
    if sys.argv[1:2] == ["once"]:
        once(sys.argv[2], sys.argv[3], Path(sys.argv[4]), Path(sys.argv[5]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join(SYSTEMS))
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--limit", type=int, default=3600)
    args = parser.parse_args()
    sizes = [int(float(text)) for text in args.rows.split(",")]
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        free = shutil.disk_usage(name).free
        if free < max(sizes) * 60:
            raise SystemExit(
                f"{free / 1e9:.0f} GB free in {name}: too little; name another --folder"
            )
        found = {rows: measure(args, rows, Path(name)) for rows in sizes}
    if len(sizes) < 2:
        return
    low, high = min(sizes), max(sizes)
    print()
    for key in sorted(set(found[low]) & set(found[high])):
        power = math.log(found[high][key][0] / found[low][key][0]) / math.log(high / low)
        print(
            f"{key[1]:6} {key[0]:8} cost grows as rows to the power {power:.2f} ({low:,} to {high:,})"
        )


if __name__ == "__main__":
    main()
