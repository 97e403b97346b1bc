"""Hostile articles: every output shows their text as text, runs none of it, and stays whole."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from detente.errors import DetenteError, InputError
from detente.record import casebook
from detente.tell import extras, images, output, page, relationship, result, tables

PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
#: Marks of text that ran: an engine that took {{1337*1337}} for its own writes 1787569.
RAN = ("1787569", "boomboom")
HOSTILE = """</title><script>alert("title")</script> {{1337*1337}} China and North Korea

China and North Korea signed a treaty on July 11, 1961 <script>alert(1)</script>, and <img src=x
onerror=alert(2)> {{1337*1337}} {% for x in "ab" %}boom{% endfor %} ${1337*1337} <%= 1337*1337 %>
#{1337*1337} {#note#} {0.__class__} %(x)s it still holds.

North Korea\u202e conducted a nuclear test on October 9, 2006\u202c. <a href="javascript:alert(3)"
onclick="alert(4)">Xinhua</a> said that China | banned imports of North Korean coal in February
2017.\x07\x1b[31m \u2066Kim\u2069 visited Beijing in March 2018 </p></section></main></style><style>
body{display:none}</style> <svg onload=alert(5)><math><mtext></p> --> ]]> <!-- <iframe srcdoc=x>.

<b onmouseover=alert(6)>Analysts</b> say that Chinese leaders <i>see North Korea as a burden</i> and
North Koreans resent China. <meta http-equiv="refresh" content="0;url=http://evil.example/">

[1] <script>alert("note")</script> javascript:alert(7) [link](javascript:alert(8)) `x` $\\alpha$
"""


class Seen(HTMLParser):
    """What a browser would find: tags, attributes, addresses, and the text it shows."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.policies: list[str] = []
        self.metas = 0
        self.before_policy = ""
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "meta":
            self.metas += 1
            if (given.get("http-equiv") or "").lower() == "content-security-policy":
                self.policies.append(str(given["content"]))
                self.before_policy = self.shown
            else:
                assert "refresh" not in (given.get("http-equiv") or "").lower()
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        addresses = {"href", "src", "xlink:href", "action", "srcdoc", "data", "formaction"}
        self.addresses += [value or "" for name, value in attrs if name in addresses]

    def handle_data(self, data: str) -> None:
        self.shown += data


RUNS = {"script", "iframe", "img", "object", "embed", "form", "link", "base", "math", "template"}


def check_html(text: str, policy: str) -> Seen:
    seen = Seen(text)
    assert not RUNS & set(seen.tags)
    assert seen.handlers == []
    assert all(address.startswith("#") for address in seen.addresses)
    assert seen.policies == [policy]
    assert not seen.before_policy.strip()  # nothing of the article comes before the policy
    clean(text)
    return seen


def clean(text: str) -> None:
    """No control character, nothing that turns the reading direction, no trace of a template run."""
    assert not re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert not [mark for mark in RAN if mark in text]


@pytest.fixture(scope="module", autouse=True)
def one_index() -> Iterator[None]:
    """The index rests on the casebook and not on the text: reckoned once for all the texts."""
    found = functools.cache(lambda: relationship.relationship(casebook.load()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "relationship", lambda *_: found())
        patch.setattr(images, "relationship", lambda *_: found())
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> result.Brief:
    file = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=alert(9)>{{1337*1337}}.txt"
    file.write_text(HOSTILE, encoding="utf-8")
    return result.make(file)


@pytest.fixture(scope="module")
def html(made: result.Brief) -> str:
    return page.render(made, f"detente brief '{made.reading.document.file}'", "0")


def test_the_hostile_article_is_read_and_not_only_survived(made: result.Brief) -> None:
    words = [item.verdict.verdict for item in made.findings if item.verdict]
    assert words.count("supported") >= 2
    assert made.reading.perceptions
    assert made.reading.document.notes


def test_the_page_shows_hostile_text_as_text(html: str) -> None:
    seen = check_html(html, PAGE_POLICY)
    words = " ".join(seen.shown.split())
    for shown in (
        "<script>alert(1)</script>", "onerror=alert(2)>", "{{1337*1337}}",
        '{% for x in "ab" %}boom{% endfor %}', "${1337*1337}", "<%= 1337*1337 %>", "{#note#}",
        'href="javascript:alert(3)"', "</p></section></main></style>", "<svg onload=alert(5)>",
        '<script>alert("title")</script>', "<img src=x onerror=alert(9)>", "<iframe srcdoc=x>",
    ):  # fmt: skip
        assert shown in words, shown
    assert seen.tags.count("style") == 1
    assert "svg" in seen.tags  # our own figures
    assert seen.tags.count("main") == 1


def test_direction_overrides_leave_a_mark(html: str) -> None:
    assert "North Korea\ufffd" in html
    assert "\ufffdKim\ufffd" in html


def test_the_tables_and_reviews_show_it_as_text_too(made: result.Brief) -> None:
    files = extras.extras(made, pictures=False)
    seen = check_html(str(files["brief.tables.html"]), tables.POLICY)
    assert set(seen.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "table", "caption", "thead",
        "tbody", "tr", "th", "td", "p",
    }  # fmt: skip
    assert "<script>alert(1)</script>" in seen.shown
    assert "{{1337*1337}}" in seen.shown

    text = str(files["brief.tables.md"])
    clean(text)
    assert not re.search(r"(?<!\\)<|\{\{|\{%|(?<!\\)\]\(|(?<!\\)`", text)
    assert "&#60;script&#62;alert(1)&#60;/script&#62;" in text

    text = str(files["brief.claimreview.json"])
    clean(text)
    assert not re.search("[<>&]", text)  # it may stand in a script element
    reviews = json.loads(text)
    assert any("<script>alert(1)</script>" in r["claimReviewed"] for r in reviews)

    clean(str(files["brief.sources.bib"]))
    json.loads(files["brief.sources.csl.json"])


def test_the_figures_take_a_hostile_title(made: result.Brief) -> None:
    files = extras.extras(made)
    drawn = [str(text) for name, text in files.items() if name.endswith(".svg")]
    assert drawn
    for text in drawn:
        names = {e.tag.rpartition("}")[2] for e in ET.fromstring(text).iter()}
        assert not names & (RUNS | {"a", "foreignObject", "use", "image"})
        assert not re.search(r"<[^>]*\son\w+\s*=", text)
        clean(text)
    timeline = str(files["figures/timeline-of-dated-statements.svg"])
    assert '<script>alert("title")</script>' in "".join(ET.fromstring(timeline).itertext())
    assert all(re.fullmatch(r"[\w./-]+", name) for name in files)


def test_json_gives_the_article_back_unchanged(made: result.Brief) -> None:
    data = json.loads(output.as_json(made, "c", "0"))
    assert data["document"]["text"] == HOSTILE
    for statement in data["statements"]:
        assert HOSTILE[statement["char_start"] : statement["char_end"]] == statement["text"]


def test_a_hostile_html_page_is_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<!doctype html><html><head><title>&lt;script&gt;alert(1)&lt;/script&gt; {{1337*1337}}"
        "</title><script>alert(2)</script><base href='http://evil.example/'></head><body "
        "onload='alert(3)'><article><p>China and North Korea signed a treaty on July 11, 1961. "
        "They promised each other help in war, and the promise has stood for a long time now.</p>"
        "<p onclick='alert(4)'>The North tested a nuclear device on October 9, 2006. "
        "&lt;img src=x onerror=alert(5)&gt; {% raw %} is what it says.</p></article></body></html>",
        encoding="utf-8",
    )
    made = result.make(file)
    seen = check_html(page.render(made, "c", "0"), PAGE_POLICY)
    assert "<img src=x onerror=alert(5)>" in seen.shown
    assert sum(1 for i in made.findings if i.verdict and i.verdict.verdict == "supported") == 2


# -- texts that are too much ----------------------------------------------------------------

REFUSED = {
    "binary": (b"China\0 and North Korea met.", "NUL"),
    "not UTF-8": ("China and North Korea met in K\xf6ln.".encode("latin-1"), "not UTF-8"),
    "empty": (b" \n\t\n", "empty"),
    "no words": ("\u200b\u202e\u2066\n\n\ufeff".encode(), "no state"),
    "no state": (b"The cat sat on the mat. It was a good cat.", "no state"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_is_refused_in_words(tmp_path: Path, name: str) -> None:
    content, found = REFUSED[name]
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        result.make(file)
    assert found in str(caught.value)


def write(folder: Path, text: str) -> Path:
    file = folder / "article.txt"
    file.write_text(text, encoding="utf-8")
    return file


def tiny(count: int, between: str = " ") -> str:
    words = ["It is so.", "He ran.", "China agreed.", "No.", "Kim left."]
    return "China met North Korea. " + between.join(words[i % 5] for i in range(count))


@pytest.mark.parametrize("between", [" ", "\n\n"], ids=["one line", "a line each"])
def test_a_thousand_tiny_sentences(tmp_path: Path, between: str) -> None:
    made = result.make(write(tmp_path, tiny(1000, between)))
    assert len(made.reading.statements) > 950
    assert 'id="c1"' in page.render(made, "c", "0")


def test_a_million_tiny_sentences_are_refused_in_words(tmp_path: Path) -> None:
    """A book is read; more is told how to go on, before any memory is spent on it."""
    with pytest.raises(InputError) as caught:
        result.make(write(tmp_path, tiny(1_000_000)))
    assert "9 MB" in str(caught.value)
    assert "cut it into articles" in str(caught.value)


@pytest.mark.skipif("DETENTE_SLOW" not in os.environ, reason="over a minute: set DETENTE_SLOW=1")
def test_twenty_thousand_tiny_sentences(tmp_path: Path) -> None:
    started = time.monotonic()
    made = result.make(write(tmp_path, tiny(20_000)))
    assert len(made.reading.statements) > 19_000
    text = page.render(made, "c", "0")
    print(f"20,000 sentences: {time.monotonic() - started:.0f} s, page of {len(text):,} letters")


def survives(file: Path) -> None:
    """A brief, or a refusal in words; never another exception."""
    with contextlib.suppress(DetenteError):
        page.render(result.make(file), "c", "0")


ODD = {
    "nested brackets": "China " + "(" * 400 + "North Korea" + ")" * 400 + " met in May 2016.",
    "a long word": "China and North Korea met. " + "a" * 200_000,
    "only marks": "China, North Korea. " + "?!… " * 2000,
    "dates of no calendar": "China and North Korea met on 99 May 99999. They met in 0000 and in "
    "9999. In the 9990s China met North Korea. They met on 1961-07-11/1950-01-01.",
    "lone marks of direction": "\u202e" * 5000 + "China and North Korea met.\u202e\u2067\u2069",
    "combining characters": "China and North Korea met" + "\u0301" * 20_000 + ".",
    "emoji and planes": "China 🇨🇳 and North Korea 🇰🇵 met in 2016. 👩‍👩‍👧‍👦 𝒯𝓇𝑒𝒶𝓉𝓎 \U000e0041\U000e007f",
    "carriage returns": "China and North Korea met.\r\rThey met.\r\n\u2028\u2029\x0b\x0c\x85 again",
    "notes without end": "China met North Korea" + "".join(f"[{i}]" for i in range(1000)) + ".",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_give_a_brief_or_a_message(tmp_path: Path, name: str) -> None:
    survives(write(tmp_path, ODD[name]))


def test_a_line_of_ten_megabytes_gives_a_brief_or_a_message(tmp_path: Path) -> None:
    survives(write(tmp_path, "China and North Korea met. " + "a" * 10_000_000))


@pytest.mark.parametrize(
    "text",
    [
        "The North tested a nuclear device on September 31, 2017.",
        "China and North Korea signed a treaty on July 32, 1961.",
        "China banned imports of North Korean coal on February 30, 2017.",
    ],
)
def test_a_day_that_never_was_supports_nothing(tmp_path: Path, text: str) -> None:
    made = result.make(write(tmp_path, f"{text} So it was."))
    assert "supported" not in [i.verdict.verdict for i in made.findings if i.verdict]
