import datetime as dt

import pytest

from detente.errors import ClaimError, DetenteError
from detente.forecast import question as questions
from detente.forecast.question import load, record


def test_a_question_is_read(desk):
    asked = desk.question(horizon=[12, 1, 1], at_least=2, per="rows", model="ewma")
    assert (asked.as_of, asked.horizons) == (dt.date(2012, 5, 10), (1, 12))
    assert (asked.at_least, asked.per, asked.model) == (2, "rows", "ewma")
    assert asked.until(1) == dt.date(2012, 6, 9)
    assert desk.question(horizon=3, at_least=None, per=None).at_least == 1


def test_the_as_of_date_given_overrides_that_of_the_question(desk):
    assert load(desk.ask(), "2013-02-01")[0].as_of == dt.date(2013, 2, 1)
    assert load(desk.ask(as_of=None), "2013-02-01")[0].as_of == dt.date(2013, 2, 1)


def test_claims_of_other_kinds_are_passed_over(desk):
    text = desk.ask().read_text()
    text += "- {id: A, kind: untestable, needs: an archive}\n"
    desk.path.write_text(text)
    assert [q.claim.claim_id for q in load(desk.path)] == ["Q1"]
    desk.path.write_text("claims:\n- {id: A, kind: untestable, needs: an archive}\n")
    with pytest.raises(ClaimError, match="no claim of kind forecast"):
        load(desk.path)


@pytest.mark.parametrize(
    ("changes", "where", "found", "expected"),
    [
        ({"as_of": None}, "claim Q1, key as_of", "missing", "2017-11-10"),
        ({"as_of": "2012-05"}, "claim Q1, key as_of", "'2012-05'", "a day such as 2017-11-10"),
        ({"as_of": "2012-02-31"}, "claim Q1, key as_of", "'2012-02-31'", "a day"),
        ({"horizon": 2}, "claim Q1, key horizon", "2", "1, 3, 6"),
        ({"horizon": None}, "claim Q1, key horizon", "missing", "horizon"),
        ({"at_least": 0}, "claim Q1, key at_least", "0", "1"),
        ({"per": "weeks"}, "claim Q1, key per", "'weeks'", "days, rows"),
        ({"model": "oracle"}, "claim Q1, key model", "'oracle'", "climatology"),
        ({"horizn": 3}, "claim Q1, key horizn", "not a key", "horizon"),
        ({"events": {"file": "none.csv"}}, "claim Q1, key events.file", "no file", "CSV"),
        ({"events": {"table": "tests"}}, "claim Q1, key events.table", "no casebook", "casebook"),
        ({"events": {"file": "acts.csv", "where": {"kin": "a"}}}, "key events.where", "no column 'kin'", "id, date"),
        ({"history": None}, "claim Q1, key history", "not known to be complete", "from"),
        ({"history": {"from": "2006-13", "to": "2014", "why": "because"}}, "key history.from", "'2006-13'", "a day"),
        ({"as_of": "2015-03-01"}, "claim Q1, key as_of", "record ends on 2014-12-31", "2015-01-01"),
        ({"as_of": "2008-03-01"}, "claim Q1, key history.from", "2006-01-01", "36 months"),
        ({"covariates": [{"name": "x"}]}, "claim Q1, key covariates.0", "x", "events"),
        (
            {"covariates": [{"name": "x", "events": {"file": "no.csv"}}]},
            "key covariates.0.events.file", "no file", "CSV",
        ),
    ],
)  # fmt: skip
def test_an_error_names_file_line_key_found_and_expected(desk, changes, where, found, expected):
    path = desk.ask(**changes)
    with pytest.raises(DetenteError) as caught:
        record(load(path)[0])
    error = caught.value
    assert error.where.startswith(f"{path}:")
    assert where in error.where
    assert found in error.found
    assert expected in error.expected


def test_a_bad_as_of_argument_is_named(desk):
    with pytest.raises(ClaimError) as caught:
        load(desk.ask(), "10 May 2012")
    assert (caught.value.where, caught.value.expected) == ("--as-of", "a day such as 2017-11-10")


def test_a_complete_table_bounds_the_history(desk, shipped):
    asked = {"events": {"table": "tests", "where": {"kind": "missile-test"}}, "as_of": "2017-11-10"}
    line = record(load(desk.ask(**asked, history=None), casebook=shipped)[0])
    assert (line.start, line.end) == shipped.tables["tests"].complete
    for key, day in (("from", "1990-01-01"), ("to", "2026-06-01")):
        path = desk.ask(**asked, history={key: day, "why": "made by hand"})
        with pytest.raises(ClaimError, match="complete only"):
            record(load(path, casebook=shipped)[0])


def test_every_model_can_be_asked_for(desk):
    for name in questions.models():
        assert desk.question(model=name).model == name
