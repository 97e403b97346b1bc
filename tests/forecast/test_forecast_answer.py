import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from detente.claims.claim import load as load_claims
from detente.forecast import answer, question
from detente.forecast.answer import answer_file

ROW = {"id", "says", "text", "as_of", "until", "months", "at_least", "per", "probability", "lo90",
       "hi90", "model", "models", "history", "outcome", "track_record", "track_record_since",
       "caveats"}  # fmt: skip


SHORT = {"from": "2008-06-01", "to": "2012-08-31", "why": "short, so that the tests are quick"}


def test_an_answer_has_its_track_record_beside_it(desk):
    made = answer_file(desk.ask(history=SHORT))
    json.dumps(made, allow_nan=False)
    assert made["casebook"] is None
    assert [row["months"] for row in made["questions"]] == [1, 3]
    for row in made["questions"]:
        assert set(row) == ROW
        assert 0 < row["lo90"] < row["probability"] < row["hi90"] < 1
        held = row["track_record"]
        assert held["to"] < row["as_of"]
        assert {one["model"] for one in held["models"]} >= {
            "climatology",
            "combination",
            "hindsight",
        }
        assert sum(one["n"] for one in held["reliability"]) == held["n"]
        assert row["track_record_since"]["from"] == row["as_of"]
        weights = [one["weight"] for one in row["models"][:-1]]
        assert sum(weights) == pytest.approx(1, abs=1e-4)
        assert f"{row['probability']:.0%}" in row["text"]
        assert "Brier" in row["text"]
        assert any("not known to be complete" in text for text in row["caveats"])


def test_the_chosen_model_speaks(desk):
    row = answer_file(desk.ask(model="hawkes", horizon=1, history=SHORT))["questions"][0]
    by_name = {one["model"]: one for one in row["models"]}
    assert row["probability"] == by_name["hawkes"]["probability"]
    assert row["track_record"]["model"] == "hawkes"


def test_the_same_question_has_the_same_answer(desk):
    assert answer_file(desk.ask(horizon=1, history=SHORT)) == answer_file(
        desk.ask(horizon=1, history=SHORT)
    )


@pytest.mark.parametrize(
    ("dates", "changes", "word", "count"),
    [
        (["2012-05-10"], {}, "yes", 1),
        (["2012-05-09", "2012-06-10"], {}, "none on record", 0),
        (["2012-06-09", "2012-06-09"], {}, "yes", 1),
        (["2012-06-09", "2012-06-09"], {"per": "rows"}, "yes", 2),
        (["2012-06-09", "2012-06-09"], {"at_least": 2}, "none on record", 1),
        (["2012-05"], {}, "open", 0),  # may have been before the question
        (["2012-05-20", "2012-06"], {"at_least": 2}, "open", 1),
        ([], {"as_of": "2014-12-15"}, "open", 0),  # the record ends before the horizon
        (["2014-12-20"], {"as_of": "2014-12-15"}, "yes", 1),
        (["2012-05-20/2012-06-20"], {}, "yes", 1),  # begun within
    ],
)
def test_what_came_of_it(desk, dates, changes, word, count):
    desk.acts(dates)
    asked = desk.question(**changes)
    found = answer.outcome(asked, question.record(asked), 1)
    assert (found["word"], found["count"]) == (word, count)
    assert bool(found["evidence"]) == (count > 0)


def test_no_needs_a_complete_table(desk, shipped):
    asked = {"events": {"table": "tests", "where": {"kind": "missile-test"}, "rule": "in_cns"},
             "history": None}  # fmt: skip
    path = desk.ask(**asked, as_of="2018-02-01", horizon=1)
    one = question.load(path, casebook=shipped)[0]
    assert answer.outcome(one, question.record(one), 1)["word"] == "no"  # the pause of 2018


def test_the_shipped_questions_resolve_as_the_record_says(shipped):
    made = question.load(shipped.folder / "forecasts.yaml", casebook=shipped)
    assert [one.claim.claim_id for one in made] == ["F01", "F02", "F03", "F04"]
    words = {
        one.claim.claim_id: {
            months: answer.outcome(one, question.record(one), months) for months in one.horizons
        }
        for one in made
    }
    assert words["F01"][1]["first"] == "2017-11-29"
    assert words["F02"][1]["word"] == words["F02"][3]["word"] == "none on record"
    assert words["F02"][6]["first"] == "2018-03-25"
    assert words["F03"][3]["first"] == "2017-12-22"
    assert words["F04"][3]["first"] == "2018-01-05"


def test_the_shipped_launch_question_is_answered(shipped, tmp_path):
    rows = yaml.safe_load((shipped.folder / "forecasts.yaml").read_text())["claims"]
    path = tmp_path / "q.yaml"
    text = yaml.safe_dump({"claims": [{**rows[0], "horizon": 1, "as_of": "2017-11-10"}]})
    path.write_text(text.replace("2012-01-01", "'2012-01-01'"))
    row = answer_file(path, casebook="china-north-korea")["questions"][0]
    assert row["outcome"]["word"] == "yes"
    assert 0.3 < row["probability"] < 0.7
    own = next(m for m in row["track_record_since"]["models"] if m["model"] == "combination")
    assert own["brier"] < 0.25
    assert row["outcome"]["evidence"][0]["source"]


def test_questions_are_claims_of_the_language(shipped):
    kinds = {claim.kind for claim in load_claims(shipped.folder / "forecasts.yaml", shipped)}
    assert kinds == {"forecast"}


def test_the_command_draws_reliability(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(
        "claims:\n  - id: Q1\n    says: At least one launch day\n    kind: forecast\n"
        "    as_of: 2020-01-01\n    events: {table: tests, where: {kind: missile-test}}\n"
        "    history: {from: 2012-01-01, why: the years of frequent launches}\n"
        "    horizon: [1]\n    per: days\n"
    )
    command = [sys.executable, "-m", "detente.cli", "forecast", "q.yaml", "-c", "china-north-korea"]
    command += ["-o", "out.json", "--diagram", "out.svg"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Brier score" in done.stdout
    drawn = (tmp_path / "out.svg").read_text()
    assert "Q1, 1 month" in drawn
    assert "<script" not in drawn
    command[-1] = "out.gif"
    failed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert failed.returncode == 2
    assert "--diagram out.gif" in failed.stderr
