"""The panel of all dyads and the look-up of one, on generated GDELT-like data, in one run.

Usage: ``python benchmarks/scale.py [--rows 1000000,10000000] [--runs 3] [--only detente,sql]
[--folder DIR] [--limit SECONDS]``. Each task runs in a process of its own, turn by turn;
printed are median seconds, the ratio to hand-written DuckDB SQL, the peak memory of the process
(with its children), and the exponent of cost in rows. The generated files are deleted after.
"""

from __future__ import annotations

from pathlib import Path

SYSTEMS = ("sql", "detente", "polars", "pandas", "spark")
TASKS = ("panel", "dyad")
DYAD = ("CHN", "PRK")
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

    from detente.measure import scale, states

    alive = [
        code for code, (born, gone) in sorted(states.lifetimes().items())
        if code in states.names() and born.year < 1979 and gone.year > 2024
    ]  # fmt: skip
    order = sorted(alive, key=lambda code: (code not in DYAD, hash_of(code)))
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


def hash_of(code: str) -> str:
    """A fixed shuffle of the states."""
    import hashlib

    return hashlib.sha256(code.encode()).hexdigest()
