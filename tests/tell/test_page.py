"""The page: nothing fetched, nothing run, every position right, hostile text shown as text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from detente.tell import output, page, result
from detente.tell.verdicts import LOOKS, in_one_sentence, tally

HOSTILE = """<script>alert(1)</script> {{ 7*7 }} {% raw %}

China and North Korea signed a treaty on July 11, 1961 <img src=x onerror=alert(2)>. \u202eThe
North tested a nuclear device on October 9, 2006.\x07 A line with & and "quotes" and </style>.
"""


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in {"script", "iframe", "img", "link", "object", "embed", "form"}:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.bad.append(name)
            if name in {"href", "src", "xlink:href", "action"} and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def made(sample_brief: result.Brief) -> result.Brief:
    return sample_brief


@pytest.fixture(scope="module")
def html(made: result.Brief) -> str:
    return page.render(made, "detente brief sample.txt", "0")


def test_the_page_fetches_nothing_and_runs_nothing(html: str) -> None:
    tags = Tags()
    tags.feed(html)
    assert tags.bad == []
    assert all(link.startswith("#") for link in tags.links)
    assert "default-src 'none'" in html
    assert "script-src" not in html


def test_every_link_has_its_place(html: str) -> None:
    tags = Tags()
    tags.feed(html)
    assert len(tags.ids) == len(set(tags.ids))
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_every_finding_is_on_the_page_with_sign_and_word(made: result.Brief, html: str) -> None:
    assert len(made.findings) >= 10
    for number, item in enumerate(made.findings, 1):
        assert item.verdict is not None
        assert f'id="c{number}"' in html
        assert LOOKS[item.verdict.verdict].sign in html
        assert item.verdict.verdict in html


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    file = tmp_path / "hostile.txt"
    file.write_text(HOSTILE, encoding="utf-8")
    made = result.make(file)
    html = page.render(made, "detente brief hostile.txt", "0")
    tags = Tags()
    tags.feed(html)
    assert tags.bad == []
    assert "&lt;script&gt;alert(1)" in html
    assert "{{ 7*7 }}" in html
    assert (
        "49"
        not in re.sub(r"<svg.*?</svg>|<style.*?</style>|<code.*?</code>", "", html, flags=re.S)[
            :3000
        ]
    )
    assert "\u202e" not in html
    assert "\x07" not in html


def test_a_text_on_others_shows_no_line_of_the_casebooks_states(html: str, tmp_path: Path) -> None:
    text = tmp_path / "others.txt"
    text.write_text("Peru praised Chile. Chile visited Peru in 2015.", encoding="utf-8")
    other = result.make(text)
    assert other.reading.dyad == ("CHL", "PER")
    assert 'id="index"' not in page.render(other, "detente brief others.txt", "0")
    assert 'id="index"' in html


def test_json_holds_what_the_contract_says(made: result.Brief) -> None:
    data = json.loads(output.as_json(made, "detente brief sample.txt", "0"))
    assert {"document", "statements", "events", "perceptions"} <= set(data)
    text = data["document"]["text"]
    for statement in data["statements"]:
        assert {
            "text", "char_start", "char_end", "kind", "events", "claim_id", "verdict", "reason",
            "evidence",
        } <= set(statement)  # fmt: skip
        assert text[statement["char_start"] : statement["char_end"]] == statement["text"]
        if statement["verdict"] in {"supported", "partly supported", "contradicted"}:
            assert statement["reason"]
            assert statement["evidence"]
    for event in data["events"]:
        assert text.find(event["text"]) >= 0
        assert event["event_type"]
        assert event["factuality"]


def test_the_same_input_gives_the_same_bytes(made: result.Brief, sample: Path) -> None:
    again = result.make(sample)
    assert output.as_json(made, "c", "0") == output.as_json(again, "c", "0")
    assert page.render(made, "c", "0") == page.render(again, "c", "0")


def test_the_sample_has_right_wrong_and_untestable_claims(made: result.Brief) -> None:
    words = {item.verdict.verdict for item in made.checked if item.verdict}
    assert {"supported", "contradicted", "not testable here"} <= words


def test_the_answer_counts_every_verdict() -> None:
    counts = tally(["supported", "supported", "contradicted", "no record", "partly supported"])
    assert in_one_sentence(counts) == (
        "Of 5 checkable statements, 3 hold (1 of them wrong in a detail), 1 does not, and 1 is open."
    )
    assert in_one_sentence({}) == "Nothing in this text could be looked up."


def test_the_essay_gets_verdicts_with_reasons(essay_brief: result.Brief) -> None:
    """The acceptance of the first issue: at least 15 statements with a verdict and a reason."""
    data = output.as_dict(essay_brief, "c", "0")
    judged = [
        s
        for s in data["statements"]
        if s["verdict"] not in {None, "not testable here", "no record"}
    ]
    assert len(judged) >= 15
    assert all(s["reason"] for s in judged)
    assert data["document"]["date"] == "2017-11-10"
    assert sum(1 for e in data["events"] if e["date"]) >= 10
