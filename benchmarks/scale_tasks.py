"""The same two tasks as each system's own users would write them; see ``scale.py``.

``panel``: every directed dyad in every month, with zeros, sorted, written to a Parquet file.
``dyad``: one dyad's directed months, from its first act to its last, in memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.measure import scale

KINDS = tuple(scale.TYPES)
COUNTS = ("n", *(f"quad{q}" for q in (1, 2, 3, 4)), *(kind.lower() for kind in KINDS),
          "intensity_milli")  # fmt: skip


def of_quad(quad: int) -> list[str]:
    return [kind for kind in KINDS if scale.TYPES[kind] == quad]


# DuckDB, by hand ---------------------------------------------------------------------------

_SUMS = ", ".join([
    "count(*) AS n",
    *(f"count(*) FILTER (event_type IN ({', '.join(map(repr, of_quad(q)))})) AS quad{q}"
      for q in (1, 2, 3, 4)),
    *(f"count(*) FILTER (event_type = '{kind}') AS {kind.lower()}" for kind in KINDS),
    "CAST(sum(intensity * 1000) AS BIGINT) AS intensity_milli",
])  # fmt: skip
_ZEROS = ", ".join(f"coalesce(c.{name}, 0) AS {name}" for name in COUNTS)
_COUNTS = (
    f"SELECT source_iso3 AS source, target_iso3 AS target, date[:7] AS month, {_SUMS} "
    "FROM '{file}' WHERE factuality IN ('happened', 'ongoing'){where} GROUP BY ALL"
)
_MONTHS = (
    "SELECT strftime(m, '%Y-%m') AS month FROM (SELECT unnest(generate_series("
    "CAST((SELECT min(month) FROM counts) || '-01' AS DATE), "
    "CAST((SELECT max(month) FROM counts) || '-01' AS DATE), INTERVAL 1 MONTH)) AS m)"
)


def sql_panel(file: Path, out: Path) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = '{out.parent}/spill'")
    if LIMIT:
        connection.execute(f"SET memory_limit = '{LIMIT}'")
    connection.execute(f"""
COPY (
    WITH counts AS MATERIALIZED ({_COUNTS.format(file=file, where="")}),
    months AS ({_MONTHS}),
    every AS (SELECT month, CAST(sum(n) AS BIGINT) AS n FROM counts GROUP BY ALL),
    states AS (
        SELECT code, month, CAST(sum(n) AS BIGINT) AS n FROM (
            SELECT source AS code, month, n FROM counts
            UNION ALL SELECT target, month, n FROM counts) GROUP BY ALL),
    dyads AS (SELECT source, target FROM counts UNION SELECT target, source FROM counts)
    SELECT least(d.source, d.target) || '-' || greatest(d.source, d.target) AS dyad,
        d.source, d.target, m.month, {_ZEROS}, coalesce(e.n, 0) AS exposure,
        coalesce(s.n, 0) AS exposure_source, coalesce(t.n, 0) AS exposure_target
    FROM dyads AS d CROSS JOIN months AS m
    LEFT JOIN counts AS c ON c.source = d.source AND c.target = d.target AND c.month = m.month
    LEFT JOIN every AS e ON e.month = m.month
    LEFT JOIN states AS s ON s.code = d.source AND s.month = m.month
    LEFT JOIN states AS t ON t.code = d.target AND t.month = m.month
    ORDER BY d.source, d.target, m.month
) TO '{out}' (FORMAT PARQUET, COMPRESSION ZSTD)
""")


def sql_dyad(file: Path, pair: tuple[str, str]) -> int:
    import duckdb

    codes = ", ".join(map(repr, pair))
    where = f" AND source_iso3 IN ({codes}) AND target_iso3 IN ({codes})"
    found = duckdb.sql(f"""
WITH counts AS MATERIALIZED ({_COUNTS.format(file=file, where=where)}), months AS ({_MONTHS}),
dyads AS (SELECT source, target FROM counts UNION SELECT target, source FROM counts)
SELECT d.source, d.target, m.month, {_ZEROS} FROM dyads AS d CROSS JOIN months AS m
LEFT JOIN counts AS c ON c.source = d.source AND c.target = d.target AND c.month = m.month
ORDER BY d.source, d.target, m.month
""").fetchnumpy()
    return int(found["n"].sum())


#: Memory that DuckDB by hand may have; its own choice when empty.
LIMIT = ""


# Detente -----------------------------------------------------------------------------------


def detente_panel(file: Path, out: Path) -> None:
    from detente.measure.run import run_panel

    run_panel(file, out=out)


def detente_dyad(file: Path, pair: tuple[str, str]) -> int:
    from detente.measure.run import run_panel

    return int(run_panel(file, dyad="-".join(pair)).columns["n"].sum())


def spark_panel(file: Path, out: Path) -> None:
    from detente.measure.run import run_panel

    run_panel(file, out=out, engine="spark")


def spark_dyad(file: Path, pair: tuple[str, str]) -> int:
    from detente.measure.run import run_panel

    return int(run_panel(file, dyad="-".join(pair), engine="spark").columns["n"].sum())


# Polars, streaming -------------------------------------------------------------------------


def _polars_counts(frame: Any) -> Any:
    import polars as pl

    kind = pl.col("event_type")
    return frame.filter(pl.col("factuality").is_in(["happened", "ongoing"])).group_by(
        pl.col("source_iso3").alias("source"), pl.col("target_iso3").alias("target"),
        pl.col("date").str.slice(0, 7).alias("month"),
    ).agg(
        pl.len().cast(pl.Int64).alias("n"),
        *(kind.is_in(of_quad(q)).sum().cast(pl.Int64).alias(f"quad{q}") for q in (1, 2, 3, 4)),
        *((kind == one).sum().cast(pl.Int64).alias(one.lower()) for one in KINDS),
        (pl.col("intensity") * 1000).round().cast(pl.Int64).sum().alias("intensity_milli"),
    )  # fmt: skip


def _polars_filled(counts: Any) -> Any:
    import polars as pl

    sides = counts.select("source", "target")
    dyads = pl.concat([sides, sides.select(pl.col("target").alias("source"),
                                           pl.col("source").alias("target"))]).unique()  # fmt: skip
    low, high = counts["month"].min(), counts["month"].max()
    days = pl.date_range(pl.lit(f"{low}-01").str.to_date(), pl.lit(f"{high}-01").str.to_date(), "1mo",
                         eager=False)  # fmt: skip
    months = pl.select(days.dt.strftime("%Y-%m").alias("month"))
    spine = dyads.sort("source", "target").lazy().join(months.lazy(), how="cross")
    return spine.join(counts.lazy(), on=["source", "target", "month"], how="left").with_columns(
        pl.col(*COUNTS).fill_null(0)
    )


def polars_panel(file: Path, out: Path) -> None:
    import polars as pl

    counts = _polars_counts(pl.scan_parquet(file)).collect(engine="streaming")
    every = counts.group_by("month").agg(pl.col("n").sum().alias("exposure"))
    sides = pl.concat([counts.select(pl.col(side).alias("code"), "month", "n")
                       for side in ("source", "target")])  # fmt: skip
    states = sides.group_by("code", "month").agg(pl.col("n").sum())
    filled = _polars_filled(counts).join(every.lazy(), on="month", how="left")
    for side in ("source", "target"):
        named = states.rename({"code": side, "n": f"exposure_{side}"})
        filled = filled.join(named.lazy(), on=[side, "month"], how="left")
    dyad = pl.concat_str(pl.min_horizontal("source", "target"), pl.lit("-"),
                         pl.max_horizontal("source", "target")).alias("dyad")  # fmt: skip
    filled.with_columns(
        dyad, pl.col("exposure", "exposure_source", "exposure_target").fill_null(0)
    ).sort("source", "target", "month").sink_parquet(out, compression="zstd")


def polars_dyad(file: Path, pair: tuple[str, str]) -> int:
    import polars as pl

    frame = pl.scan_parquet(file).filter(
        pl.col("source_iso3").is_in(list(pair)) & pl.col("target_iso3").is_in(list(pair))
    )
    counts = _polars_counts(frame).collect(engine="streaming")
    found = _polars_filled(counts).sort("source", "target", "month").collect()
    return int(found["n"].sum())


# pandas ------------------------------------------------------------------------------------

_READ = ["date", "source_iso3", "target_iso3", "event_type", "intensity", "factuality"]


def _pandas_filled(frame: Any) -> Any:
    import pandas as pd

    frame = frame[frame["factuality"].isin(["happened", "ongoing"])]
    keys = [frame["source_iso3"].rename("source"), frame["target_iso3"].rename("target"),
            frame["date"].str[:7].rename("month")]  # fmt: skip
    parts = pd.DataFrame(
        {"n": 1, "intensity_milli": (frame["intensity"] * 1000).round().astype("int64")}
    )
    for kind in KINDS:
        parts[kind.lower()] = (frame["event_type"] == kind).astype("int64")
    for quad in (1, 2, 3, 4):
        parts[f"quad{quad}"] = frame["event_type"].isin(of_quad(quad)).astype("int64")
    counts = parts.groupby(keys, observed=True).sum()
    flat = counts.index.to_frame(index=False)
    months = pd.period_range(flat["month"].min(), flat["month"].max(), freq="M").astype(str)
    turned = flat[["target", "source"]].set_axis(["source", "target"], axis=1)
    dyads = pd.concat([flat[["source", "target"]], turned]).drop_duplicates()
    spine = dyads.merge(pd.DataFrame({"month": months}), how="cross")
    filled = spine.merge(counts.reset_index(), on=["source", "target", "month"], how="left")
    filled[list(COUNTS)] = filled[list(COUNTS)].fillna(0).astype("int64")
    return filled.sort_values(["source", "target", "month"])


def pandas_panel(file: Path, out: Path) -> None:
    import numpy as np
    import pandas as pd

    filled = _pandas_filled(pd.read_parquet(file, columns=_READ))
    filled["exposure"] = filled.groupby("month")["n"].transform("sum")
    both = pd.concat([filled[[side, "month", "n"]].set_axis(["code", "month", "n"], axis=1)
                      for side in ("source", "target")])  # fmt: skip
    states = both.groupby(["code", "month"], as_index=False)["n"].sum()
    for side in ("source", "target"):
        named = states.set_axis([side, "month", f"exposure_{side}"], axis=1)
        filled = filled.merge(named, on=[side, "month"], how="left")
    low = np.where(filled["source"] < filled["target"], filled["source"], filled["target"])
    high = np.where(filled["source"] < filled["target"], filled["target"], filled["source"])
    filled.insert(0, "dyad", low + "-" + high)
    filled.to_parquet(out, compression="zstd", index=False)


def pandas_dyad(file: Path, pair: tuple[str, str]) -> int:
    import pandas as pd

    filters = [("source_iso3", "in", list(pair)), ("target_iso3", "in", list(pair))]
    return int(_pandas_filled(pd.read_parquet(file, columns=_READ, filters=filters))["n"].sum())
