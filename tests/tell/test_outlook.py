"""What comes next: linked by words, asked as of the text's date, never without a track record."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detente.errors import CasebookError
from detente.forecast import answer, question, track
from detente.record import casebook as casebooks
from detente.record.casebook import Casebook
from detente.tell import extras, outlook, output, page, result, templating

TEXT = """Coal and friendship

{date}

China and North Korea signed a treaty on July 11, 1961. {ask}
"""
OIL = "Will Beijing cut off the oil in the coming months?"
CASE = casebooks.load("china-north-korea")


def write(folder: Path, ask: str, date: str = "10 November 2017") -> Path:
    path = folder / "text.txt"
    path.write_text(TEXT.format(date=date, ask=ask), encoding="utf-8")
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of rolling origins, and nothing remembered before or after."""
    monkeypatch.setattr(outlook, "WINDOW", 12)
    monkeypatch.setattr(outlook, "_ANSWERS", {})


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are linked and not answered."""
    monkeypatch.setattr(outlook, "answered", lambda *_: [])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> result.Brief:
    return result.make(write(tmp_path_factory.mktemp("oil"), OIL))


def one(brief: result.Brief, name: str) -> outlook.Asked:
    return next(asked for asked in brief.outlook.asked if asked.question_id == name)


def section(html: str) -> str:
    found = re.search(r'<section id="outlook".*?</section>', html, flags=re.S)
    assert found
    return found[0]


# -- which questions -----------------------------------------------------------------------

LINKS = {
    OIL: ["F04"],
    "Will China isolate North Korea in the coming months?": ["F04"],
    "Will North Korea stop testing missiles?": ["F01"],
    "Will Kim Jong Un listen to Xi Jinping?": ["F01"],
    "Will Xi Jinping visit Pyongyang next year?": ["F02"],
    "Will Kim Jong Un and Xi Jinping meet before the spring?": ["F02"],
    "Will the Security Council adopt a new resolution on North Korea?": ["F03"],
    "Will the North test a missile before China tightens its embargo?": ["F01", "F04"],
}


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("ask", LINKS)
def test_words_link_a_statement_to_its_questions(ask: str, tmp_path: Path) -> None:
    made = result.make(write(tmp_path, ask))
    assert sorted(asked.question_id for asked in made.outlook.asked) == LINKS[ask]
    assert all(asked.statements for asked in made.outlook.asked)


OTHERS = [
    "Will North Korea carry out a nuclear test next year?",
    "Will Donald Trump meet Kim Jong Un next year?",
]


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("ask", OTHERS)
def test_a_question_about_something_else_gets_no_link(ask: str, tmp_path: Path) -> None:
    made = result.make(write(tmp_path, ask))
    assert [asked.question_id for asked in made.outlook.asked] == ["F01", "F02", "F03", "F04"]
    assert not any(asked.statements for asked in made.outlook.asked)


@pytest.mark.usefixtures("quick")
def test_a_question_nobody_linked_shows_them_all(tmp_path: Path) -> None:
    made = result.make(write(tmp_path, "Will Donald Trump meet Kim Jong Un next year?"))
    html = section(page.render(made, "c", "0"))
    assert html.count('class="ask"') == 4
    assert "None of the casebook’s questions is the one it asks" in html


@pytest.mark.parametrize(
    "ask",
    [
        "China banned imports of North Korean coal in February 2017.",  # past: F04's words
        "North Korea conducted its first nuclear test on October 9, 2006.",
        "China cut its aid to North Korea drastically in the late 1970s.",  # untestable, past
    ],
)
def test_a_text_that_does_not_look_ahead_asks_nothing(ask: str, tmp_path: Path) -> None:
    made = result.make(write(tmp_path, ask))
    assert made.outlook == outlook.NOTHING
    html = page.render(made, "c", "0")
    assert 'id="outlook"' not in html
    assert "What comes next" not in html
    assert output.as_dict(made, "c", "0")["forecasts"] == []


# -- the answers ---------------------------------------------------------------------------


def test_the_answer_is_that_of_the_forecast_command(made: result.Brief) -> None:
    """F04 has fewer earlier months than the window: nothing is cut off, and all is equal."""
    asked = one(made, "F04")
    assert [row["months"] for row in asked.answers] == [1, 6]
    claim = next(
        q for q in question.load(CASE.folder / "forecasts.yaml", "2017-11-10", CASE)
        if q.claim.claim_id == "F04"
    )  # fmt: skip
    claim = dataclasses.replace(claim, horizons=(1, 6))
    for mine, full in zip(asked.answers, answer.answer(claim, question.record(claim)), strict=True):
        for key in ("probability", "lo90", "hi90", "outcome", "text", "as_of", "until"):
            assert mine[key] == full[key]
        own = {row["model"]: row for row in full["track_record"]["models"]}
        assert mine["track_record"]["n"] == full["track_record"]["n"] > 24
        assert mine["track_record"]["models"] == [own["climatology"], own["combination"]]


def test_nothing_after_the_text_changes_a_probability(made: result.Brief) -> None:
    """A sanction a day from the as-of date on changes what came, and nothing else."""
    model = next(r for r in CASE.records if r.table == "acts" and r.kind == "sanction")
    planted = tuple(
        dataclasses.replace(model, record_id=f"planted-{day}", date=f"2017-11-{day}",
                            sources=("CHN",), targets=("PRK",))
        for day in range(10, 30)
    )  # fmt: skip
    tables = {
        name: dataclasses.replace(table, sha256=f"planted {name}")
        for name, table in CASE.tables.items()
    }
    known = tuple(r for r in CASE.records if r.span[1].isoformat() < "2017-11-10")
    case = dataclasses.replace(CASE, records=known + planted, tables=tables)
    brief = result.of_document(made.reading.document, case)
    for was, now in zip(one(made, "F04").answers, one(brief, "F04").answers, strict=True):
        for key in ("probability", "lo90", "hi90", "models", "track_record", "history"):
            assert was[key] == now[key]
        assert was["outcome"] != now["outcome"]
        assert now["outcome"]["count"] == 20


@pytest.mark.usefixtures("quick")
def test_an_act_before_the_text_does_change_it(made: result.Brief) -> None:
    """The check above can fail: the same acts a month earlier are known."""
    model = next(r for r in CASE.records if r.table == "acts" and r.kind == "sanction")
    planted = tuple(
        dataclasses.replace(model, record_id=f"planted-{day}", date=f"2017-10-{day}",
                            sources=("CHN",), targets=("PRK",))
        for day in range(10, 30)
    )  # fmt: skip
    case = dataclasses.replace(CASE, records=CASE.records + planted)
    brief = result.of_document(made.reading.document, case)
    assert one(brief, "F04").answers[0]["probability"] != one(made, "F04").answers[0]["probability"]


def test_answers_are_remembered_until_a_table_changes(
    made: result.Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one(made, "F04").answers

    def rolled(*_: Any, **__: Any) -> None:
        raise RuntimeError("rolled")

    monkeypatch.setattr(track, "roll", rolled)
    again = result.of_document(made.reading.document, CASE)
    assert again.outlook == made.outlook
    acts = dataclasses.replace(CASE.tables["acts"], sha256="another")
    changed = dataclasses.replace(CASE, tables={**CASE.tables, "acts": acts})
    with pytest.raises(RuntimeError, match="rolled"):
        result.of_document(made.reading.document, changed)
    later = dataclasses.replace(made.reading.document, date="2017-11-11")
    with pytest.raises(RuntimeError, match="rolled"):
        result.of_document(later, CASE)


def test_what_is_remembered_cannot_be_written_over(made: result.Brief) -> None:
    one(made, "F04").answers[0].update(spoiled=True)
    try:
        again = result.of_document(made.reading.document, CASE)
        assert "spoiled" not in one(again, "F04").answers[0]
    finally:
        one(made, "F04").answers[0].pop("spoiled")


@pytest.mark.usefixtures("quick")
def test_the_record_is_rolled_over_the_window_only(tmp_path: Path) -> None:
    made = result.make(write(tmp_path, "Will Xi Jinping visit Pyongyang next year?"))
    near, far = one(made, "F02").answers
    assert (near["months"], far["months"]) == (3, 12)
    assert near["track_record"]["n"] == 12 - 3 + 1
    assert near["track_record"]["from"] == "2016-11-10"
    assert far["track_record"]["n"] == 1
    assert near["window_months"] == 12


def test_short_horizons_only_where_acts_are_frequent() -> None:
    found = {}
    for asked in question.load(CASE.folder / "forecasts.yaml", "2017-11-10", CASE):
        line = question.record(asked)
        found[asked.claim.claim_id] = outlook.horizons(asked, line)
        only = dataclasses.replace(asked, horizons=(6, 12))
        assert outlook.horizons(only, line) == (
            (6,) if found[asked.claim.claim_id][0] == 1 else (12,)
        )
        none = dataclasses.replace(asked, horizons=())
        assert outlook.horizons(none, line) == ()
    assert found == {"F01": (1, 6), "F02": (3, 12), "F03": (3, 12), "F04": (1, 6)}


# -- texts and casebooks that give no answer -------------------------------------------------


@pytest.mark.parametrize(
    ("date", "why"),
    [("2017", "not known to the month"), ("1 March 2026", "the record ends on 2025-12-31")],
)
def test_without_a_date_in_the_record_no_number(date: str, why: str, tmp_path: Path) -> None:
    edtf = {"1 March 2026": "2026-03-01"}.get(date, date)
    made = result.make(write(tmp_path, OIL, date), date=edtf)
    (asked,) = made.outlook.asked
    assert asked.question_id == "F04"
    assert why in asked.why_not
    html = section(page.render(made, "c", "0"))
    assert why in html
    assert "%" not in re.sub(r"<[^>]*>", "", html)
    data = output.as_dict(made, "c", "0")
    assert data["forecasts"] == []
    assert all(s["forecast_ids"] == [] for s in data["statements"])


def test_a_casebook_without_questions_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Across the line\n\n3 March 2019\n\nIndia and Pakistan fought a war in 1971. "
                    "Will India and Pakistan talk in the coming months?\n")  # fmt: skip
    made = result.make(path, "india-pakistan")
    assert any(item.statement.kind == "forecast" for item in made.checked)
    assert made.outlook == outlook.NOTHING
    assert 'id="outlook"' not in page.render(made, "c", "0")


def copied(folder: Path, **about: str) -> Casebook:
    """The shipped casebook elsewhere, with more properties in its data package."""
    place = shutil.copytree(CASE.folder, folder / "case")
    path = place / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["detente"] |= about
    path.write_text(json.dumps(package), encoding="utf-8")
    return casebooks.load(str(place))


def test_the_data_package_may_name_the_file(tmp_path: Path) -> None:
    case = copied(tmp_path, forecasts="ahead.yaml")
    with pytest.raises(CasebookError, match=r"ahead\.yaml"):
        outlook.questions_of(case)
    (case.folder / "forecasts.yaml").rename(case.folder / "ahead.yaml")
    assert outlook.questions_of(case) == case.folder / "ahead.yaml"


def test_a_file_outside_the_casebook_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("claims: []\n")
    with pytest.raises(CasebookError, match="outside"):
        outlook.questions_of(copied(tmp_path, forecasts="../outside.yaml"))


@pytest.mark.usefixtures("quick")
def test_a_hostile_question_is_shown_as_text(tmp_path: Path) -> None:
    case = copied(tmp_path)
    path = case.folder / "forecasts.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("At least one new Chinese", "<script>alert(1)</script> {{ 7*7 }}"))
    made = result.make(write(tmp_path, OIL), case.folder)
    html = page.render(made, "c", "0")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in section(html)


# -- the page and brief.json -----------------------------------------------------------------


def test_no_probability_without_its_track_record(made: result.Brief) -> None:
    html = section(page.render(made, "c", "0"))
    spans = html.split('<div class="span">')[1:]
    assert len(spans) == 2
    for span, row in zip(spans, one(made, "F04").answers, strict=True):
        assert templating.chance(row["probability"]) in span
        held = row["track_record"]
        assert f"Track record: {held['n']} earlier forecasts" in span
        for model in held["models"]:
            assert f"{model['brier']:.3f}" in span
            assert f"{model['log']:.3f}" in span
    assert html.count("<svg") == 2  # wide and narrow
    assert "act-2018-01-05-sanctions-2397" in html  # what came, with its record …
    assert "Pakistan Observer" in html  # … and source


def test_a_forecast_without_resolved_ones_says_so(made: result.Brief) -> None:
    row = copy.deepcopy(one(made, "F04").answers[0]) | {"track_record": None}
    asked = dataclasses.replace(one(made, "F04"), answers=(row,))
    bare = dataclasses.replace(made, outlook=outlook.Outlook("2017-11-10", (asked,)))
    assert "No track record" in section(page.render(bare, "c", "0"))


def test_the_statement_gets_the_sentence_and_keeps_its_verdict(made: result.Brief) -> None:
    html = page.render(made, "c", "0")
    before = html[: html.index('<section id="outlook"')] + html[html.index('id="unchecked"') :]
    assert 'class="ahead"><a href="#q-F04">' in before
    assert "10 November 2017 to 9 May 2018: 81%" in before
    data = output.as_dict(made, "c", "0")
    (statement,) = [s for s in data["statements"] if s["forecast_ids"]]
    assert statement["forecast_ids"] == ["F04"]
    assert statement["verdict"] == "not testable here"
    assert {row["id"] for row in data["forecasts"]} == {"F04"}
    assert all(row["statements"] == [statement["id"]] for row in data["forecasts"])


def test_brief_json_with_forecasts_keeps_its_schema(made: result.Brief) -> None:
    data = json.loads(output.as_json(made, "c", "0"))
    check = jsonschema.Draft202012Validator(extras.json_schema())
    assert [e.message for e in check.iter_errors(data)] == []
    spoils: tuple[dict[str, Any], ...] = (
        {"probability": 1.2}, {"outcome": None}, {"track_record": {}}, {"models": [{}]},
    )  # fmt: skip
    for spoil in spoils:
        broken = copy.deepcopy(data)
        broken["forecasts"][0].update(spoil)
        assert list(check.iter_errors(broken)), spoil
    broken = copy.deepcopy(data)
    del broken["forecasts"]
    assert list(check.iter_errors(broken))


def test_the_essay_asks_for_a_measure_and_a_launch(essay_brief: result.Brief) -> None:
    made = essay_brief
    assert {asked.question_id for asked in made.outlook.asked} == {"F01", "F04"}
    assert made.outlook.as_of == "2017-11-10"
    html = page.render(made, "c", "0")
    assert html.index('id="index"') < html.index('id="outlook"') < html.index('id="sources"')


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.004, "under 1 %"),
        (0.995, "over 99 %"),
        (0.437, "44 %"),
        (0.0, "under 1 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_probability_is_never_rounded_to_certainty(value: float, words: str) -> None:
    assert templating.chance(value).replace("\u00a0", " ") == words
    assert (templating.percent(value) == templating.chance(value)) == (value not in {0.0, 1.0})
