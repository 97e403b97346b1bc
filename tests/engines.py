"""One decorator: a test with the argument ``engine`` runs on every engine there is.

In the manner of splink's ``tests/decorator.py``. Both engines are also run side by side where
a test asks for ``both``: the tables must then be the same, bit for bit.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from detente.engine import duckdb
from detente.engine.choose import ENGINES
from detente.engine.sql import Columns, Engine


@functools.cache
def why_no_spark() -> str:
    """Why Spark cannot be run here; empty where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "there is no Java"
    return ""


def make(name: str) -> Engine:
    """An engine; Spark's session is started once and shared by all tests."""
    if name == "duckdb":
        return duckdb.connect(threads=2)
    if why_no_spark():
        pytest.skip(why_no_spark())
    from detente.engine import spark

    # what helps large jobs only slows these: compiling, and a second partition
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", " ".join([
        '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"',
        *(f"--conf {setting}" for setting in (
            "spark.sql.shuffle.partitions=1", "spark.default.parallelism=1",
            "spark.sql.codegen.wholeStage=false", "spark.sql.codegen.factoryMode=NO_CODEGEN",
            "spark.sql.adaptive.enabled=false", "spark.driver.memory=1g",
        )), "pyspark-shell",
    ]))  # fmt: skip
    return spark.connect("local[2]")


def on_every_engine(test: Callable[..., Any]) -> Any:
    """Run a test once per engine, its argument ``engine`` the engine's name."""
    marks = [
        pytest.param(name, marks=pytest.mark.skipif(name == "spark" and bool(why_no_spark()),
                                                    reason=why_no_spark() or "it can be run"))
        for name in ENGINES
    ]  # fmt: skip
    return pytest.mark.parametrize("engine", marks)(test)


def assert_same(one: Columns, two: Columns) -> None:
    """Equal bit for bit: names, order, kinds, nulls, values."""
    assert list(one) == list(two)
    for name in one:
        a, b = np.ma.asarray(one[name]), np.ma.asarray(two[name])
        assert a.shape == b.shape, name
        assert a.dtype.kind == b.dtype.kind, (name, a.dtype, b.dtype)
        gone = np.ma.getmaskarray(a)
        assert np.array_equal(gone, np.ma.getmaskarray(b)), name
        kept_a, kept_b = np.ma.getdata(a)[~gone], np.ma.getdata(b)[~gone]
        if a.dtype.kind == "f":  # bit for bit, but that a NaN has no sign
            nan = np.isnan(kept_a)
            assert np.array_equal(nan, np.isnan(kept_b)), name
            assert kept_a[~nan].tobytes() == kept_b[~nan].tobytes(), name
        else:
            assert kept_a.tolist() == kept_b.tolist(), name
