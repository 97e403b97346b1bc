import datetime as dt
import itertools

import numpy as np
import pytest

from detente.forecast import scores, track
from detente.forecast.history import add_months, cut, happened
from detente.forecast.prediction import MOST

FEW = {name: track.MODELS[name] for name in ("climatology", "recent", "ewma")}


@pytest.fixture
def rolled(desk):
    line = desk.line()
    return line, track.roll(line, track.origins(line, dt.date(2012, 5, 10)), [1, 3], models=FEW)


def test_origins_are_months_apart_and_have_a_past(desk):
    line = desk.line()
    days = track.origins(line, dt.date(2012, 5, 31))
    assert dt.date(2012, 5, 31) in days
    assert days[0] >= add_months(line.start, track.TRAINING)
    assert days[-1] <= line.end + dt.timedelta(1)
    assert all(20 < (b - a).days < 40 for a, b in itertools.pairwise(days))


def test_each_forecast_is_what_the_model_says_on_that_day(rolled):
    line, made = rolled
    k = 40
    history = cut(line, made[1].origins[k])
    for column, name in enumerate(FEW):
        assert made[1].p[k, column] == FEW[name](history)(1).at_least(1)
    assert made[1].p[k, -1] == pytest.approx(made[1].weights[k] @ made[1].p[k, :-1])


def test_outcomes_are_counted_and_open_ones_are_marked(rolled):
    line, made = rolled
    record = made[3]
    for k, day in enumerate(record.origins):
        end = add_months(day, 3)
        if end > line.end + dt.timedelta(1):
            assert record.count[k] == -1
        else:
            span = np.array([day.toordinal()]), np.array([end.toordinal()])
            assert record.count[k] == happened(np.sort(line.place), *span)[0]
    assert (record.since(record.origins[0]).count >= 0).all()


def test_scores_are_those_of_the_formulas(rolled):
    _, made = rolled
    record = made[1].since(dt.date(2009, 1, 1))
    found = scores.each(record)
    yes = (record.count >= 1)[:, None]
    assert found["brier"] == pytest.approx((record.p - yes) ** 2)
    assert found["log"] == pytest.approx(-np.log(np.where(yes, record.p, 1 - record.p)))
    below = np.cumsum(record.pmf, axis=2)
    step = np.arange(MOST + 1) >= record.count[:, None, None]
    assert found["crps"] == pytest.approx(((below - step) ** 2).sum(axis=2), abs=1e-9)


def test_the_table_compares_with_a_rival(rolled):
    _, made = rolled
    rows = scores.table(made[1].since(dt.date(2009, 1, 1)))
    assert [row["model"] for row in rows] == [*FEW, "combination"]
    base = rows[0]
    assert base["brier_gain"] == base["brier_gain_lo90"] == base["brier_gain_hi90"] == 0
    for row in rows:
        assert row["brier_gain"] == pytest.approx(base["brier"] - row["brier"])
        assert row["brier_gain_lo90"] <= row["brier_gain"] <= row["brier_gain_hi90"]
        assert row["brier_lo90"] < row["brier"] < row["brier_hi90"]


def test_the_base_rate_of_hindsight_is_the_best_constant(rolled):
    _, made = rolled
    record = scores.hindsight(made[1].since(dt.date(2009, 1, 1)))
    share = (record.count >= 1).mean()
    assert record.models[-1] == "hindsight"
    assert scores.each(record)["brier"][:, -1].mean() == pytest.approx(share * (1 - share))


def test_reliability_groups_all_forecasts(rolled):
    _, made = rolled
    record = made[1].since(dt.date(2009, 1, 1))
    rows = scores.reliability(record, "ewma")
    assert sum(row["n"] for row in rows) == len(record.origins)
    for row in rows:
        assert row["from"] <= row["forecast"] <= row["to"]
        assert row["lo90"] <= row["happened"] <= row["hi90"] or row["happened"] in (0.0, 1.0)


def test_blocks_keep_neighbours_together():
    rows = scores.resamples(120, 6, 50)
    assert rows.shape == (50, 120)
    assert ((np.diff(rows, axis=1) % 120) == 1).mean() > 0.8
    assert scores.block_length(132, 1) == 6
    assert scores.block_length(132, 12) == 24
    assert scores.block_length(9, 12) == 3


def test_an_empty_record_has_no_table(rolled):
    line, made = rolled
    nothing = made[1].since(line.end)
    assert scores.table(nothing) == []
