"""How fast the explorer filters: a store of ten million events, asked over HTTP.

    python benchmarks/explorer.py [--rows 10000000] [--repeat 7] [--folder out/explorer]

Makes the store once (sorted by source, target and date, as ``detente import`` lays it out; each
event has a sentence, so that searching reads real text), starts ``detente serve`` on it, which makes
its index of words the first time, and asks for pages as a browser would. Every repeat of a question
differs in a value, so that no count is answered from memory. Prints, in milliseconds, the median and
the slowest answer, and the processor time of the server for one: on a busy machine the first two
say how busy it is.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import duckdb

from detente.engine.files import literal
from detente.ontology import QUAD_CLASS, scale
from detente.record.store import COLUMNS, ORDER

STATES = (
    "USA CHN RUS GBR FRA DEU JPN IND PAK IRN IRQ ISR SYR TUR SAU EGY PRK KOR UKR POL ITA ESP BRA MEX CAN "
    "AUS IDN VNM THA PHL NGA ZAF KEN ETH SDN LBY DZA MAR AFG YEM LBN JOR QAT ARE GRC SRB HUN CUB VEN COL"
).split()
#: Actors are drawn with these weights to the power of the rank: a few dyads hold most events.
_DRAWN = """
WITH drawn AS (
    SELECT i, hash(i) AS h, hash(i + 1000000007) AS g, hash(i + 2000000011) AS k
    FROM range($rows) AS made(i)
), placed AS (
    SELECT i, h, g, k,
        states[1 + CAST(floor(pow((h % 1000003) / 1000003.0, 2.2) * len(states)) AS INTEGER)] AS a,
        states[1 + CAST(floor(pow((g % 1000003) / 1000003.0, 2.2) * len(states)) AS INTEGER)] AS b,
        strftime(DATE '1995-01-01' + CAST(k % 10957 AS INTEGER), '%Y-%m-%d') AS day,
        kinds[1 + CAST((h // 7) % 16 AS INTEGER)] AS kind
    FROM drawn, (SELECT $states AS states, $kinds AS kinds)
)
SELECT 'E' || i AS event_id, 'D' || (i // 3) AS doc_id, day AS date, day AS date_earliest,
    day AS date_latest, a AS source_iso3, 'GOV' AS source_sector,
    'Minister ' || (g % 5000) AS source_name, b AS target_iso3, 'GOV' AS target_sector,
    'Minister ' || (k % 5000) AS target_name, kind AS event_type,
    quads[kind] AS quad_class, weights[kind] AS intensity, 'happened' AS factuality,
    'Delegation ' || (h % 100000) || ' of ' || a || ' and officials of ' || b || ' spoke on '
        || (['trade', 'grain', 'a border bridge', 'fishing rights', 'missiles', 'refugees', 'a treaty',
        'coal'])[1 + CAST((k // 11) % 8 AS INTEGER)] || ' for ' || (g % 90) || ' minutes' AS text,
    (['made-1', 'made-2', 'made-3'])[1 + CAST((g // 13) % 3 AS INTEGER)] AS dataset,
    '1' AS dataset_version
FROM placed, (SELECT $quads AS quads, $weights AS weights)
"""
#: What is asked: a name, and an address with places for a state, a year and a number.
QUESTIONS = {
    "page of one dyad": "/events?dyad=USA-CHN&from={year}",
    "dyad, direction, type, class": "/events?dyad=RUS-CHN&direction=RUS%3ECHN&type=AID&quad=2&from={year}",
    "dyad, words in sentence or names": "/events?dyad=USA-RUS&q=border+bridge&from={year}",
    "dyad, a late page": "/events?dyad=USA-CHN&page={deep}&from={year}",
    "all dyads: type and period": "/events?type=SANCTION&from={year}&to={year}-06",
    "all dyads: class, data set, by intensity": "/events?quad=4&dataset=made-2&sort=intensity&from={year}",
    "all dyads: source": "/events?source={state}&from=2001",
    "all dyads: words": "/events?q=minister+{number}",
    "all dyads: words and a year": "/events?q=missiles&from={year}&to={year}",
    "dyads by name": "/dyads?q=korea+{state}",
}


def make(path: Path, rows: int) -> float:
    """Write the store; seconds that it took."""
    started = time.perf_counter()
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    con = duckdb.connect(str(part))
    kinds = list(QUAD_CLASS)
    quads = ", ".join(f"{literal(kind)}: {quad}" for kind, quad in QUAD_CLASS.items())
    weights = ", ".join(f"{literal(kind)}: {weight}" for kind, weight in scale().items())
    sql = _DRAWN.replace("$quads", f"MAP {{{quads}}}").replace("$weights", f"MAP {{{weights}}}")
    con.execute(f"CREATE TEMP TABLE drawn AS {sql}",
                {"rows": rows, "states": STATES, "kinds": kinds})  # fmt: skip
    held = {row[0] for row in con.execute("DESCRIBE drawn").fetchall()}
    columns = ", ".join(
        f'CAST({name if name in held else "NULL"} AS {kind}) AS "{name}"'
        for name, kind in COLUMNS.items()
    )
    con.execute(f"CREATE TABLE events AS SELECT {columns} FROM drawn ORDER BY {ORDER}")
    con.close()
    part.replace(path)
    return time.perf_counter() - started


def ask(address: str) -> tuple[float, str]:
    """Seconds until the whole page is there, and the page."""
    started = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        text = answer.read().decode()
    return time.perf_counter() - started, text


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used, all its threads together (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make, serve, ask, print."""
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("--rows", type=int, default=10_000_000)
    told.add_argument("--repeat", type=int, default=7)
    told.add_argument("--folder", type=Path, default=Path("out/explorer"))
    given = told.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    store = given.folder / f"made-{given.rows}.duckdb"
    if not store.is_file():
        print(f"store made in {make(store, given.rows):.0f} s")
    print(f"{store}: {store.stat().st_size / 1e6:.0f} MB")
    command = [sys.executable, "-m", "detente.cli", "serve", str(store), "--port", "0"]
    index = store.with_name(store.name + ".words")
    new, started = not index.is_file(), time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        base = found[0].rstrip("/")
        print(f"started in {time.perf_counter() - started:.1f} s, {processor(server.pid):.1f} s of "
              f"processor time, {'with' if new else 'without'} making the index of words")  # fmt: skip
        if index.is_file():
            print(f"{index}: {index.stat().st_size / 1e6:.0f} MB")
        print(f"first page: {1000 * ask(base + '/')[0]:.0f} ms")
        ask(base + "/events")
        print(f"{'question':50} {'events':>10} {'median ms':>10} {'slowest':>8} {'processor':>9}")
        for name, path in QUESTIONS.items():
            times, counts, used = [], [], processor(server.pid)
            for n in range(given.repeat):
                where = path.format(
                    year=1996 + n, state=STATES[n], number=100 + 7 * n, deep=given.rows // 50_000
                )
                seconds, text = ask(base + where)
                times.append(1000 * seconds)
                counts += [
                    int(c.replace(",", "")) for c in re.findall(r"<p><b>([\d,]+)</b> event", text)
                ]
            middle = statistics.median(counts) if counts else float("nan")
            spent = 1000 * (processor(server.pid) - used) / given.repeat
            print(
                f"{name:50} {middle:>10,.0f} {statistics.median(times):>10.0f} "
                f"{max(times):>8.0f} {spent:>9.0f}",
                flush=True,
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
