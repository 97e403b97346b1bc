"""Panel, index and coverage: the same numbers on DuckDB and on Spark, bit for bit."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from detente.engine import duckdb
from detente.engine.choose import connect
from detente.engine.dialects import translate
from detente.errors import InputError
from detente.measure.index import index
from detente.measure.panel import ROWS, panel, prepare
from detente.measure.run import run_panel
from engines import assert_same, make, on_every_engine


def acts(rows: int = 400, seed: int = 7) -> list[dict[str, str | None]]:
    """Invented acts that meet every fate but those that stop a run, with stray blanks and cases."""
    draw = random.Random(seed)
    dates = ["2018-01-03", "2018-02-28", " 2018-02-01", "2018-03", "2018", "", None,
             "1991-12-10", "1991-12-30", "2018-01-30/2018-02-02", "2017-12~"]  # fmt: skip
    codes = ["CHN", "PRK", "RUS", "SUN", " USA", "XQZ", "", None]
    kinds = ["AID", "aid ", "ACCUSE", "ASSAULT", "YIELD", "CONSULT", "", None]
    modes = [None, "", "Visit", "visit\u00a0", "stra\u00dfe", "\u0130"]
    return [
        {
            "date": draw.choice(dates), "source_iso3": draw.choice(codes),
            "target_iso3": draw.choice(codes), "event_type": draw.choice(kinds),
            "mode": draw.choice(modes),
            "factuality": draw.choice(["happened", "Ongoing", None, "planned"]),
            "intensity": draw.choice(["-3.5", "2", None, "0.0005", "1e0"]),
            "dataset": draw.choice(["A", "B", "B "]), "event_id": str(draw.randrange(rows)),
        }
        for _ in range(rows)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def both():
    engines = make("duckdb"), make("spark")
    yield engines
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("events")
    engine = duckdb.connect()
    given = acts()
    engine.register("t", {name: [row[name] for row in given] for name in given[0]})
    paths = {}
    for suffix in (".parquet", ".csv"):
        paths[suffix] = folder / f"e{suffix}"
        engine.write("SELECT * FROM t", paths[suffix])
    parts = folder / "parts"
    parts.mkdir()
    for number in range(3):
        engine.write(
            f"SELECT * FROM t LIMIT 150 OFFSET {150 * number}", parts / f"{number}.parquet"
        )
    engine.close()
    return {**paths, "folder": parts}


def master(engine: str) -> str | None:
    return "local[2]" if engine == "spark" else None


def test_the_panel_of_rows_is_the_same(both):
    one, two = (panel(acts(), engine=engine) for engine in both)
    assert_same(one.columns, two.columns)
    assert (one.fates, one.warnings) == (two.fates, two.warnings)
    assert min(one.fates.values()) > 0, "each fate is met"


@pytest.mark.parametrize("kind", [".csv", "folder"])
def test_the_panel_of_files_is_the_same(both, files, kind):
    one, two = (panel(files[kind], "week", engine=engine) for engine in both)
    assert_same(one.columns, two.columns)
    assert_same(one.columns, panel(acts(), "week").columns)
    assert (one.fates, one.warnings) == (two.fates, two.warnings)


def test_the_index_of_all_dyads_is_the_same(both, files):
    one, two = (
        index(files[".parquet"], intensity="given", dataset="B", engine=engine) for engine in both
    )
    assert_same(one.columns, two.columns)
    assert one.warnings == two.warnings
    assert len(one.columns["n"])


@on_every_engine
def test_one_dyad_written_is_its_part_of_the_whole(engine, files, tmp_path):
    make(engine).close()
    out = tmp_path / "panel.parquet"
    made = run_panel(
        files[".parquet"], out=out, dyad="PRK-CHN", engine=engine, master=master(engine)
    )
    reader = duckdb.connect()
    reader.read("t", out)
    one = reader.columns("SELECT * EXCLUDE (row_no, part) FROM t ORDER BY source, target, month")
    reader.close()
    whole = panel(files[".parquet"]).columns
    chosen = (whole["dyad"] == "CHN-PRK") & (whole["month"] >= min(one["month"]))
    chosen &= whole["month"] <= max(one["month"])
    # the file's codes with blanks around them are found by the whole panel alone: there are none
    assert_same(one, {name: whole[name][chosen] for name in one})
    assert made.rows == len(one["n"]) == chosen.sum() > 2
    assert [path.name for path in tmp_path.iterdir()] == ["panel.parquet"]


@on_every_engine
def test_a_bad_row_of_one_dyad_is_named_by_its_line_in_the_file(engine, tmp_path):
    make(engine).close()
    path = tmp_path / "e.csv"
    path.write_text(
        "date,source_iso3,target_iso3,event_type,intensity\n2018-01-01,USA,RUS,AID,1\n"
        "2018-01-01,CHN,PRK,AID,\n2018-13-01,CHN,PRK,AID,\n"
    )
    with pytest.raises(InputError, match=r"e\.csv:4: date '2018-13-01'"):
        run_panel(path, dyad="CHN-PRK", engine=engine, master=master(engine))
    path.write_text("date,source_iso3,event_type\n2018-01-01,USA,AID\n")
    with pytest.raises(InputError, match=r"e\.csv: no column target_iso3"):
        run_panel(path, dyad="CHN-PRK", engine=engine, master=master(engine))


def test_on_spark_rows_come_in_order_without_being_sorted_again(both, files, tmp_path):
    """The spine is laid out in order; a sort of all rows would make each of them twice."""
    engine = both[1]
    prepare(engine, files[".parquet"])
    plan = engine.session.sql(translate(ROWS, "spark"))._jdf.queryExecution().executedPlan()
    above, spine, _ = str(plan.toString()).partition("InMemoryTableScan [dyad_no")
    assert spine
    assert "Exchange rangepartitioning" not in above
    out = tmp_path / "panel.parquet"
    engine.write(ROWS, out)
    reader = duckdb.connect()
    reader.read("t", out)
    found = reader.columns("SELECT * EXCLUDE (row_no, part) FROM t ORDER BY part, row_no")
    reader.close()
    assert_same(found, panel(files[".parquet"]).columns)


@on_every_engine
def test_a_bad_row_is_named(engine, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text(
        "date,source_iso3,target_iso3,event_type\n2018-01-01,CHN,PRK,AID\n2018-01-01,CHN,PRK,KISS\n"
    )
    runner = make(engine)
    with pytest.raises(InputError, match=r"e\.csv:3: event_type 'KISS'"):
        panel(path, engine=runner)
    runner.close()


def test_an_engine_nobody_has():
    with pytest.raises(InputError, match="duckdb or spark"):
        connect("oracle")
    with pytest.raises(InputError, match="add --engine spark"):
        connect("duckdb", "local[2]")


def test_what_spark_needs_is_told(monkeypatch):
    from detente.engine import spark

    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from pyspark.sql import SparkSession

    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(spark.SparkError, match="no Java on this machine") as caught:
        spark.session()
    assert "install a Java runtime" in str(caught.value)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(spark.SparkError, match=r"pip install 'detente\[spark\]'"):
        spark.session()
