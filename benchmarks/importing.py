"""Import of a generated GDELT-like file next to plain DuckDB ``read_csv``, in one run.

Usage: ``python benchmarks/importing.py [ROWS] [RUNS]``. Each runs in a process of its own,
turn by turn; printed are the median seconds, the ratio, and the peak memory.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAIN = (
    "CREATE TABLE t AS SELECT * FROM read_csv('{file}', auto_detect = false, header = false, "
    "delim = '\t', quote = '', escape = '', columns = {{{columns}}})"
)


def generate(path: Path, rows: int) -> None:
    """A GDELT 1.0 file of invented rows: 58 columns, 200 countries, 300 codes (seed 1)."""
    from detente.ontology import table
    from detente.record.importers.gdelt import GDELT1

    draw = random.Random(1)
    states = [row["iso3"] for row in table("states.csv", "detente.read.gazetteer")]
    codes = [row["cameo"] for row in table("cameo_to_plover.csv")]
    names = list(GDELT1.columns)
    with path.open("w") as out:
        for number in range(rows):
            a, b, code = draw.choice(states), draw.choice(states), draw.choice(codes)
            month, day = draw.randint(1, 12), draw.randint(1, 28)
            fields = dict.fromkeys(names, "")
            fields |= {
                "GLOBALEVENTID": str(number), "SQLDATE": f"{1990 + number % 30}{month:02}{day:02}",
                "Actor1Code": a, "Actor1Name": f"NAME OF {a}", "Actor1CountryCode": a,
                "Actor1Type1Code": "GOV", "Actor2Code": b, "Actor2Name": f"NAME OF {b}",
                "Actor2CountryCode": b, "EventCode": code, "GoldsteinScale": "1.0",
                "NumMentions": "3", "SOURCEURL": f"https://example.org/{number}",
            }  # fmt: skip
            out.write("\t".join(fields.values()) + "\n")


def once(which: str, file: Path, folder: Path) -> None:
    """Do one of the two, print seconds and peak memory."""
    start = time.perf_counter()
    if which == "plain":
        import duckdb

        from detente.record.importers.gdelt import GDELT1

        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in GDELT1.columns)
        connection = duckdb.connect(str(folder / "plain.duckdb"))
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(PLAIN.format(file=file, columns=columns))
        connection.close()
        (folder / "plain.duckdb").unlink()
    else:
        from detente.record.importers.run import import_files

        out = folder / ("out.parquet" if which == "parquet" else "out.duckdb")
        done = import_files("gdelt1", [file], out)
        assert done.files[0].rows == done.files[0].kept + done.files[0].set_aside
        out.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps([time.perf_counter() - start, peak]))


def main() -> None:
    """Generate, run turn by turn, print."""
    if sys.argv[1:2] == ["once"]:
        once(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "rows.tsv"
        generate(file, rows)
        print(f"{rows} rows, {file.stat().st_size / 1e6:.0f} MB, {runs} runs each, medians")
        found: dict[str, list[list[float]]] = {"plain": [], "parquet": [], "store": []}
        for _ in range(runs):
            for which, results in found.items():
                done = subprocess.run(
                    [sys.executable, __file__, "once", which, str(file), name],
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                results.append(json.loads(done.stdout))
        base = statistics.median(seconds for seconds, _ in found["plain"])
        for which, results in found.items():
            seconds = statistics.median(row[0] for row in results)
            peak = max(row[1] for row in results)
            print(f"{which:8} {seconds:7.1f} s  {seconds / base:5.2f}x  peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
