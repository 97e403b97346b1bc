"""Nothing of the as-of date or later may reach a model: leaks are planted and must be caught."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from asking import Desk, some_days

from detente.forecast import answer, climatology, covariates, ewma, history, track
from detente.forecast.history import cut

AS_OF = "2012-05-10"


def answers(desk, dates, **changes):
    """What the question as of 10 May 2012 says: all that may be shown on that day."""
    desk.acts(dates)
    short = {"from": "2008-06-01", "to": "2012-08-31", "why": "short, so that the tests are quick"}
    rows = answer.answer_file(desk.ask(**{"history": short, **changes}))["questions"]
    keep = ("probability", "lo90", "hi90", "models", "history", "track_record")
    return [{key: row[key] for key in keep} for row in rows]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The answer with nothing planted."""
    return answers(Desk(tmp_path_factory.mktemp("plain")), some_days())


@pytest.fixture
def regression(monkeypatch):
    """Only the model that looks at covariates, on a history long enough for it."""
    models = {"climatology": climatology.model, "covariates": covariates.model}
    monkeypatch.setattr(track, "MODELS", models)
    history_ = {"from": "2006-01-01", "to": "2012-08-31", "why": "made by hand"}
    return {"model": "covariates", "horizon": 1, "history": history_}


@pytest.mark.parametrize(
    "planted",
    [
        [AS_OF],  # the day itself
        ["2012-05-11", "2012-05-12", "2012-05-13", "2012-06-01"],
        ["2012-05"],  # may be before, may be after: not known yet
        ["2012-05-30/2012-06-02", "2012-08-31"],
        ["2012-04-30~/2012-05-10"],  # not over yet
    ],
)
def test_a_record_dated_after_the_as_of_date_changes_nothing(desk, plain, planted):
    assert answers(desk, [*some_days(), *planted]) == plain


def test_a_record_dated_before_it_does_change_the_answer(desk, plain):
    assert answers(desk, [*some_days(), "2012-05-08"]) != plain
    assert answers(desk, [*some_days(), "2012-04"]) != plain


def test_a_covariate_dated_after_the_as_of_date_changes_nothing(desk, regression):
    desk.acts([f"{y}-{m:02d}-15" for y in range(2006, 2012) for m in (2, 7)], "other.csv")
    asked = regression | {"covariates": [{"name": "other", "events": {"file": "other.csv"}}]}
    plain = answers(desk, some_days(), **asked)
    early = [f"{y}-{m:02d}-15" for y in range(2006, 2012) for m in (2, 7)]
    desk.acts([*early, AS_OF, "2012-05-20", "2012-05"], "other.csv")
    assert answers(desk, some_days(), **asked) == plain
    desk.acts([*early, "2012-05-01", "2012-05-05", "2012-05-09"], "other.csv")
    assert answers(desk, some_days(), **asked) != plain


def test_a_series_is_seen_only_when_its_period_is_over(desk, regression):
    head = "month,value\n"
    months = [(y, m) for y in range(2006, 2013) for m in range(1, 13)]
    rows = [f"{y}-{m:02d},{np.sin(y + m):.3f}" for y, m in months if (y, m) < (2012, 5)]
    series = {"file": "index.csv", "date": "month", "value": "value"}
    asked = regression | {"covariates": [{"name": "index", "series": series}]}
    (desk.folder / "index.csv").write_text(head + "\n".join(rows))
    plain = answers(desk, some_days(), **asked)
    (desk.folder / "index.csv").write_text(head + "\n".join([*rows, "2012-05,9", "2012-06,9"]))
    assert answers(desk, some_days(), **asked) == plain
    (desk.folder / "index.csv").write_text(head + "\n".join([*rows[:-1], "2012-04,9"]))
    assert answers(desk, some_days(), **asked) != plain


def leaky(line, as_of):
    """A cut that lets through two weeks too much."""
    return dataclasses.replace(cut(line, as_of + dt.timedelta(14)), as_of=as_of)


def test_a_cut_that_leaks_is_refused_by_the_history_itself(desk, monkeypatch):
    monkeypatch.setattr(track, "cut", leaky)
    with pytest.raises(ValueError, match=r"leak: acts of .* in a history as of"):
        answers(desk, some_days())
    monkeypatch.undo()
    monkeypatch.setattr(answer, "cut", leaky)
    with pytest.raises(ValueError, match=r"leak: acts of 2012-05-12 in a history as of 2012-05-10"):
        answers(desk, [*some_days(), "2012-05-12"])


def test_the_leak_test_can_fail(desk, monkeypatch):
    """With the guard taken out, a cut that leaks changes the answer: the tests above see it."""
    monkeypatch.setattr(history.History, "__post_init__", lambda self: None)
    monkeypatch.setattr(answer, "cut", leaky)
    monkeypatch.setattr(track, "MODELS", {"climatology": climatology.model, "ewma": ewma.model})
    asked = {"model": "ewma", "horizon": 1}
    plain = answers(desk, some_days(), **asked)
    burst = [f"2012-05-{day}" for day in range(11, 24)]
    assert answers(desk, [*some_days(), *burst], **asked) != plain


def test_weights_and_track_rest_on_what_was_known_on_the_day(desk):
    """An act of May, known when May is over, does not resolve a question before that."""
    desk.acts([*some_days(), "2012-05"])
    line = desk.line()
    day = dt.date(2012, 5, 20)
    days = track.origins(line, day)
    models = {"climatology": track.MODELS["climatology"], "recent": track.MODELS["recent"]}
    with_it = track.roll(line, days, [1], models=models)[1]
    desk.acts(some_days())
    without = track.roll(desk.line(), days, [1], models=models)[1]
    k = with_it.origins.index(day)
    assert np.array_equal(with_it.weights[: k + 1], without.weights[: k + 1])
    assert np.array_equal(
        with_it.until(cut(line, day)).count, without.until(cut(desk.line(), day)).count
    )
    assert with_it.count[k - 1] == without.count[k - 1] + 1  # in the end it does


def test_today_is_never_read():
    """No clock anywhere in the stage."""
    from pathlib import Path

    for file in Path(track.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("today()", "now()", "time.time", "localtime", "utcnow"):
            assert word not in text, f"{file.name} reads the clock: {word}"
