import importlib.util

import numpy as np
import pytest

from detente.engine.duckdb import connect
from detente.engine.sql import Step, emit, explain, run_all
from detente.errors import DetenteError, InputError


@pytest.fixture
def engine():
    made = connect(threads=1)
    yield made
    made.close()


def test_steps_run_in_order_with_bound_values(engine):
    engine.register("numbers", {"x": np.arange(5)})
    steps = [
        Step("big", "SELECT x FROM numbers WHERE x > $least", "large ones", ("least",)),
        Step("total", "SELECT sum(x) AS s FROM big", "their sum"),
    ]
    run_all(engine, steps, {"least": 2})
    assert int(engine.columns("SELECT s FROM total")["s"][0]) == 7


def test_exists_and_drop(engine):
    engine.register("t", {"x": np.arange(2)})
    assert engine.exists("t")
    engine.drop("t")
    assert not engine.exists("t")


def test_text_stays_text(engine, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("a,b\nNA,010\n", encoding="utf-8")
    assert engine.read("raw", path) == ["a", "b"]
    row = engine.columns("SELECT a, b, row_no FROM raw")
    assert (row["a"][0], row["b"][0], int(row["row_no"][0])) == ("NA", "010", 1)


@pytest.mark.parametrize("name", ["missing.csv", "table.xlsx"])
def test_files_that_cannot_be_read(engine, tmp_path, name):
    path = tmp_path / name
    if name.endswith("xlsx"):
        path.write_bytes(b"x")
    with pytest.raises(InputError, match=name):
        engine.read("raw", path)


def test_explain_and_emit():
    steps = [Step("a", "SELECT $v AS v", "a value", ("v",))]
    assert "-- 1. a: a value" in explain(steps)
    assert "CREATE OR REPLACE TABLE a" in emit(steps, "duckdb")


def test_other_dialects_are_translated():
    pytest.importorskip("sqlglot", reason="translation needs sqlglot")
    steps = [Step("a", "SELECT CAST(1 AS BIGINT) AS v", "a value")]
    assert "INT64" in emit(steps, "bigquery")
    with pytest.raises(DetenteError, match="no SQL dialect"):
        emit(steps, "klingon")


def test_translation_says_what_is_missing():
    if importlib.util.find_spec("sqlglot"):
        pytest.skip("sqlglot is installed")
    with pytest.raises(DetenteError, match="sqlglot"):
        emit([Step("a", "SELECT 1 AS v", "a value")], "bigquery")
