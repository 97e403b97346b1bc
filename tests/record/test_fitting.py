"""The casebook that fits a text is found by the states it names, and none is forced on it."""

import pytest
from typer.testing import CliRunner

from detente.casebooks import AUTO, DEFAULT
from detente.cli import app
from detente.read.documents import document_from_text
from detente.record.casebook import load, shipped
from detente.record.fitting import chosen, fitting, people

OF_TWO_CASES = [
    ("India and Pakistan fought over Kashmir. Islamabad later sent an envoy.", "india-pakistan"),
    ("The D.P.R.K. thanked Beijing for grain.", "china-north-korea"),
    ("China looked on while New Delhi accused Pakistan and Indian troops crossed.", "india-pakistan"),
    ("Greece and Turkey talked about the Aegean.", None),
    ("Indiana and Chinatown are no states; Pakistan is one.", None),
    ("Only China is named here, and China again.", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), OF_TWO_CASES)
def test_the_case_is_the_one_of_which_both_states_are_named(text, name):
    assert fitting(document_from_text(text)) == name


def test_a_title_counts_and_a_name_given_wins():
    document = document_from_text("Both agreed to talk.", title="India and Pakistan")
    assert chosen(AUTO, document).name == "india-pakistan"
    assert chosen("china-north-korea", document).name == "china-north-korea"
    assert chosen(AUTO, document_from_text("Greece and Turkey talked.")).name == DEFAULT


def test_people_of_all_cases_or_of_one_or_none():
    assert people("") == ()
    assert people(DEFAULT) == load(DEFAULT).people
    assert set(people(AUTO)) == {one for name in shipped() for one in load(name).people}


def test_the_command_names_the_casebook_and_says_when_none_fits(tmp_path):
    told = {
        "fits": "In 1998 Pakistan tested nuclear weapons, days after India had tested its own.",
        "unfit": "Greece recalled its ambassador from Turkey in 2020.",
    }
    said = {}
    for name, text in told.items():
        file = tmp_path / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(app, ["brief", str(file), "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        said[name] = done.stderr
        page = (tmp_path / name / "brief.html").read_text(encoding="utf-8")
        assert f"--casebook {'india-pakistan' if name == 'fits' else DEFAULT}" in page
    assert "no casebook is shipped" not in said["fits"]
    assert "no casebook is shipped for Greece and Turkey" in said["unfit"]
    assert "--dyad GRC-TUR" in said["unfit"]
