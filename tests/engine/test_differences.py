"""What the same words mean elsewhere: each known difference, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

from detente.engine.dialects import BLANKS, translate
from detente.engine.sql import Step, emit
from detente.errors import DetenteError
from detente.measure import event_steps, index, panel
from detente.measure.run import run_panel
from engines import assert_same, make

#: Each difference with an expression over the columns of :func:`table`.
CASES = {
    "NaN is a number like any other, and the largest": "x = x AND x > 1e300",
    "NaN sorts last": "row_number() OVER (ORDER BY x, k)",
    "NaN is the greatest": "abs(x) > 10",
    "division by zero is infinite, or NaN": "x / y",
    "division of integers is exact": "k / 4",
    "a rest keeps its sign": "(k - 5) % 3",
    "a half is rounded away from zero": "round(y * 2.5)",
    "weeks begin on Monday": "CAST(CAST(date_trunc('week', CAST(d AS DATE)) AS DATE) AS VARCHAR)",
    "months are cut to their first day": "CAST(CAST(date_trunc('month', CAST(d AS DATE)) AS DATE) AS VARCHAR)",
    "letters are raised one by one": "upper(s)",
    "letters are lowered one by one": "lower(s)",
    "blanks of all kinds are trimmed, tabs are not": "'<' || trim(s) || '>'",
    "trimmed, then raised": "'<' || upper(trim(CAST(s AS VARCHAR))) || '>'",
    "raised, trimmed, lowered": "'<' || lower(trim(upper(s))) || '>'",
    "text to a fraction": "TRY_CAST(t AS DOUBLE)",
    "text to a whole number": "TRY_CAST(t AS BIGINT)",
    "nulls sort last": "row_number() OVER (ORDER BY n, k)",
    "nulls sort last downward": "row_number() OVER (ORDER BY n DESC, k)",
    "text sorts by its bytes": "row_number() OVER (ORDER BY s, k)",
    "joined text passes over nulls": "concat_ws('|', s, n, t)",
    "text and null are null": "s || n",
    "sums of integers": "CAST(sum(k * 4611686018427387) OVER () AS BIGINT)",
    "a fingerprint": "md5(s)",
    "letters, not bytes": "substr(s, 2, 3)",
}


def table() -> dict[str, np.ndarray]:
    texts = [
        "straße",
        " İstanbul ",
        "ΟΔΟΣ",
        "ﬁn\u00a0",
        "\tx\t",
        BLANKS + "é",
        "Z",
        "a",
        "é",
        "",
        "ᾳ",
        "\u2003b",
    ]
    casts = ["1d", "2F", "3.5", "2.5", "-2.5", "1e3", " 7 ", "", "x", "NaN", "1_000", "-inf"]
    days = ["2018-01-01", "2017-12-31", "2020-02-29", "1999-01-04", "2018-01-07", "1900-01-01"]
    return {
        "k": np.arange(12),
        "xt": np.array("NaN 1 -1 0 NaN 2 1e308 -3 Infinity .5 -.5 9".split(), dtype=object),
        "y": np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, -1.0, 2.0, 0.2, 0.6, -0.2]),
        "s": np.array(texts, dtype=object),
        "t": np.array(casts, dtype=object),
        "n": np.array([None, "b", "a", None, "c", "", "B", "é", None, "z", "ä", "Z"], dtype=object),
        "d": np.array(days * 2, dtype=object),
    }


def test_every_difference_is_taken_away():
    """One query for all, so that Spark is asked once."""
    found = []
    query = ", ".join(f"{sql} AS c{number}" for number, sql in enumerate(CASES.values()))
    for name in ("duckdb", "spark"):
        engine = make(name)
        engine.register("t", table())
        found.append(
            engine.columns(
                f"SELECT k, {query} FROM (SELECT *, CAST(xt AS DOUBLE) AS x FROM t) AS given ORDER BY k"
            )
        )
        engine.close()
    wrong = []
    for number, title in enumerate(CASES):
        try:
            assert_same({"c": found[0][f"c{number}"]}, {"c": found[1][f"c{number}"]})
        except AssertionError as error:
            wrong.append(
                f"{title}: {found[0][f'c{number}']!r} {found[1][f'c{number}']!r} {error!s:.80}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("secret", ["hash(a)", "random()", "current_date", "uuid()"])
def test_no_step_may_use_what_no_other_engine_gives(secret):
    with pytest.raises(DetenteError, match="differs between engines"):
        translate(f"SELECT {secret} AS v FROM t", "spark")


def steps() -> tuple[Step, ...]:
    made = event_steps.steps(set(event_steps.COLUMNS), "given", "A", ("CHN", "PRK"), False)
    return (*made, *panel.STEPS, index.CELLS, index.MARKS)


@pytest.mark.parametrize("dialect", ["bigquery", "spark", "snowflake"])
def test_every_step_is_valid_elsewhere(dialect):
    import sqlglot

    text = emit(steps(), dialect)
    parsed = sqlglot.parse(text, read=dialect)
    assert len([one for one in parsed if one is not None]) == len(steps())
    for left in ("VARCHAR", "$", "EXCLUDE", "HUGEINT", "BIGINT"):
        if dialect == "bigquery":
            assert left not in text


def test_what_is_printed_for_bigquery_runs_from_top_to_bottom(tmp_path):
    """Each statement parses, and reads only the events and tables made above it."""
    import sqlglot
    from sqlglot import exp

    path = tmp_path / "e.csv"
    path.write_text(
        "date,source_iso3,target_iso3,event_type,mode,dataset\n2018-01-03,CHN,PRK,AID,,it's\n"
    )
    text = run_panel(path, dataset="it's", dialect="bigquery").sql
    there = {"raw"}
    for statement in filter(None, sqlglot.parse(text, read="bigquery")):
        made = statement.this.this.name
        parts = {cte.alias for cte in statement.find_all(exp.CTE)}
        read = {one.name for one in statement.expression.find_all(exp.Table)}
        assert read - parts <= there, made
        there.add(made)
    assert {"panel", "counts", "spine", "actors"} <= there
    assert "it's" not in text, "values are bound"
    assert "@dataset" in text


def test_values_are_bound_in_each_dialects_manner():
    one = Step("a", "SELECT x FROM t WHERE y = $v", "rows of a value", ("v",))
    assert "@v" in emit([one], "bigquery")
    assert ":v" in emit([one], "spark")
