"""The words and probabilities behind what was read."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from detente.cli import app
from detente.read.explain import as_dict, explain

TEXT = "Analysts say that Indian troops did not attack Pakistan on 3 May 2013."


def test_every_part_points_at_its_words() -> None:
    (event,) = [e for e in as_dict(TEXT)["events"] if e["kind"] == "attack"]
    assert (event["source"]["code"], event["target"]["code"]) == ("IND", "PAK")
    for part in (event["source"], event["target"], event["trigger"]):
        assert TEXT[part["start"] : part["end"]] == part["text"]
    assert (event["date"], event["factuality"]) == ("2013-05-03", "denied")
    assert event["date_text"] in TEXT
    assert event["attributed_to"] == "Analysts"
    asked = event["classifier"]
    assert sum(asked["types"].values()) == pytest.approx(1, abs=0.01)
    assert sum(asked["factuality"].values()) == pytest.approx(1, abs=0.01)
    assert 0 <= asked["no_event"] <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "🙂🙂 China 🙂",
        "CHINA ATTACKED!!!",
        "It did.",
        "China, China, China criticized China.",
    ],
)
def test_odd_sentences_have_rows(text: str) -> None:
    rows = explain(text or " .")
    assert rows
    assert all(len(row) == 3 for row in rows)


def test_json_of_the_command() -> None:
    done = CliRunner().invoke(app, ["explain", TEXT, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["events"][0]["classifier"]["types"]
